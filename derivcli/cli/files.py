"""Files written as a whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from derivcli.errors import UsageError, printable


def unwritable(path: Path, reason: str) -> UsageError:
    """Return the error of a file that cannot be written."""
    return UsageError(f"cannot write {printable(str(path))}: {reason}", where="in --output")


def write(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all; a device or pipe is written to as it is."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        target = path.resolve()
        import tempfile

        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            mode = target.stat().st_mode if target.exists() else 0o666 & ~_umask()
            Path(name).chmod(mode)
            Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise unwritable(path, error.strerror or str(error)) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
