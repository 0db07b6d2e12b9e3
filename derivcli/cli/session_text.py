"""The text of a session: lines joined to what is asked at once, and told apart from remarks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# What a shell would take as one word: brackets and # in it are the command's own.
QUOTED = r""""(?:\\.|[^"\\])*"|'[^']*'"""
REMARK = re.compile(rf"({QUOTED})|((?:^|(?<=\s))#.*)", re.DOTALL)
OPENING, CLOSING = "([{", ")]}"


def without_remark(line: str) -> str:
    """Return a line without the # at its begin or behind a space, and all behind it."""
    return REMARK.sub(lambda found: found[1] or "", line).rstrip()


def is_open(line: str) -> bool:
    """Does a line go on: has it an open bracket, or a backslash at its end?"""
    line = without_remark(line)
    bare = re.sub(QUOTED, "", line)
    opened, closed = (sum(map(bare.count, each)) for each in (OPENING, CLOSING))
    return line.endswith("\\") or opened > closed or _quotes(bare)


def _quotes(bare: str) -> bool:
    """Has a line a quotation mark that opens a word, and an open bracket within?"""
    found = re.search(r"(?:^|\s)\"(.*)", bare, re.DOTALL)
    return found is not None and any(each in found[1] for each in OPENING)


def continued(begun: str, line: str) -> str:
    """Return a line together with those that it goes on in."""
    return f"{begun}{without_remark(line)}".removesuffix("\\").rstrip()


def joined(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield what is asked at once, with the number of its first line.

    An empty line ends it, so that a forgotten bracket costs one question, not all that follow.
    """
    begun, first = "", 0
    for number, line in enumerate(lines, 1):
        if begun and not line.strip():
            yield first, begun.rstrip()
            begun, first = "", 0
            continue
        whole = begun + line.rstrip("\r\n")
        first = first or number
        if is_open(whole):
            begun = continued("", whole) + " "
            continue
        yield first, without_remark(whole)
        begun, first = "", 0
    if begun:
        yield first, begun.rstrip()
