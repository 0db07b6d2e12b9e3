"""Whether a stream is written to in colour, and an error in colour."""

from __future__ import annotations

import os
import re
from typing import TextIO

RED, BOLD, PLAIN = "\x1b[1;31m", "\x1b[1m", "\x1b[0m"
# What an error begins with, what it points with, and what begins the way to mend it.
SET_OFF = ((r"^error:", RED), (r"^ *\^+$", RED), (r"^hint:", BOLD), (r"^note:", BOLD))


def is_coloured(stream: TextIO) -> bool:
    """Is colour wanted there? NO_COLOR says no, FORCE_COLOR and CLICOLOR_FORCE yes, to all else."""
    if os.environ.get("NO_COLOR"):
        return False
    if any(
        os.environ.get(name) not in (None, "", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")
    ):
        return True
    dumb = os.environ.get("TERM") == "dumb" or os.environ.get("CLICOLOR") == "0"
    return stream.isatty() and not dumb


def error(message: str) -> str:
    """Return an error with its parts set off from one another."""
    for pattern, style in SET_OFF:
        message = re.sub(pattern, rf"{style}\g<0>{PLAIN}", message, flags=re.MULTILINE)
    return message
