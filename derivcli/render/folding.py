"""Lines no wider than their room: broken at spaces, and in a formula behind an operator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from derivcli.errors import columns_filled

INDENT = 2  # columns that a line is moved in which goes on with the one before
# What is kept together as long as there is room: "w = 3"; then "≈ 0.25" and "- y"; "J(w + eps)";
# then each word; then, behind an operator, the parts of a word. A number or a name is never broken.
CALL = r"(?:\w+\([^()]*\)|\S)+"
SIGNED = rf"(?:[-+*/≈=<>x] )?{CALL}"
WHOLE = re.compile(CALL)
PAIR = rf"(?:\w+ [=≈] |[-\d.e]+ x )?{SIGNED}"
LEVELS = (re.compile(PAIR), re.compile(SIGNED), WHOLE, re.compile(r"\S+"))
ATOM = re.compile(r"\*\*|[<>=!:]=|\d[\w.]*(?:(?<=[eE])[-+]\d+)?|\w+|\S")
OPERATORS = frozenset("*/+-^,;=(:|") | {
    "**",
    "<=",
    ">=",
    "==",
    "!=",
    ":=",
}  # what may end a line, where one word is wider than its room


def folded(text: str, room: int, *, indent: int = INDENT) -> list[tuple[int, int]]:
    """Return where each line of a text starts and ends; only what cannot be broken is wider.

    >>> [("a = b + c"[start:end]) for start, end in folded("a = b + c", 5)]
    ['a = b', '+ c']
    """
    lines: list[tuple[int, int]] = []
    start = end = 0
    for opens, closes in _pieces(text, room - indent):
        margin = indent if lines else 0
        if end > start and margin + columns_filled(text[start:closes]) > room:
            lines.append((start, end))
            start = opens
        elif end == start:
            start = 0 if not lines else opens  # spaces that a text begins with are meant
        end = closes
    return [*lines, (start, max(end, start))]


def widest_piece(text: str, *, whole: bool) -> int:
    """Return how wide the widest part of a text is, with words and calls whole or not."""
    found = WHOLE.findall(text) if whole else (text[slice(*each)] for each in _pieces(text, 1))
    return max(map(columns_filled, found), default=0)


def _pieces(text: str, room: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text that a line can end behind, none wider than its room if it can."""
    spans = [match.span() for match in LEVELS[0].finditer(text)]
    for level in LEVELS[1:]:
        spans = [
            part
            for start, end in spans
            for part in (
                [(start, end)]
                if columns_filled(text[start:end]) <= room
                else [each.span() for each in level.finditer(text, start, end)]
            )
        ]
    for start, end in spans:
        if columns_filled(text[start:end]) > room:
            atoms = ATOM.finditer(text, start, end)
            stops = [each.end() for each in atoms if each[0] in OPERATORS and each.end() < end]
            yield from pairwise([start, *stops, end])
        else:
            yield start, end
