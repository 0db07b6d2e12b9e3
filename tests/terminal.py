"""A terminal of a given width, and somebody who types."""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path

PATIENCE = 120  # seconds: more than any machine takes


class Terminal:
    """A program on a pseudo-terminal; this interpreter's derivcli is first on the path."""

    def __init__(self, words: Sequence[str], columns: int = 80, **environment: str) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        inherited = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
        import pty  # Windows has none

        self.seen = ""
        self.child, self.descriptor = pty.fork()
        if self.child == 0:
            import fcntl
            import termios

            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
            everything = {**inherited, "PATH": path, **environment}
            os.execvpe(words[0], [*words], everything)  # noqa: S606

    def type(self, keys: str) -> None:
        os.write(self.descriptor, keys.encode())

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Read until the pattern is there; what follows it is read later."""
        end = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.seen)) is None:
            ready, _, _ = select.select([self.descriptor], [], [], max(0, end - time.monotonic()))
            assert ready, f"{pattern} does not come; seen: {self.seen[-2000:]!r}"
            self.seen += os.read(self.descriptor, 65536).decode(errors="replace")
        self.seen = self.seen[found.end() :]
        return found

    def close(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.descriptor)
