"""Files that a user names, read whole or as far as they may go, with one wording of what fails."""

from __future__ import annotations

from codecs import getincrementaldecoder
from pathlib import Path

from derivcli.errors import DerivError, RefusedError, UsageError, printable


def beginning(path: str | Path, most: int) -> bytes:
    """Return at most so many bytes of a file. Raises UsageError where it cannot be read."""
    try:
        with Path(path).open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        told = error.strerror
    except ValueError as error:  # a zero byte in the path
        told = str(error)
    raise UsageError(f"cannot read {printable(str(path))}: {told}")


def whole(path: str, largest: int, problem: type[DerivError] = RefusedError) -> bytes:
    """Return a file of at most so many bytes, in megabytes; raise `problem` for a larger one."""
    content = beginning(path, largest + 1)
    if len(content) > largest:
        raise problem(f"{printable(path)} is larger than {largest // 1_000_000} MB")
    return content


def decoded(content: bytes, name: str, hint: str | None = None, *, cut: bool = False) -> str:
    """Return what a file says, without a byte order mark; `cut` off, it may end in a character.

    Raises UsageError unless it is UTF-8.
    """
    try:
        return getincrementaldecoder("utf-8-sig")().decode(content, final=not cut)
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8: byte {error.start + 1}", hint=hint) from None
