"""Where words stand on a drawing: beside their place, on what is least drawn over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, hypot
from operator import itemgetter
from textwrap import wrap

from derivcli.report.markup import CLOSE, OPEN, plain

Dot = tuple[float, float]
COVERS = 1_000  # as bad as so many dots of a curve: to stand on other words, or outside
LESS = 4  # likewise: to tell no more than has to be told


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, upright: in dots, inches or characters, y going up."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Do the two share more than a border?"""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def within(self, other: Box) -> bool:
        """Is this box inside the other?"""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.bottom <= self.bottom
            and self.top <= other.top
        )

    def holds(self, x: float, y: float) -> bool:
        """Is the point inside?"""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


# Which way from its place a label is moved, in the order of preference; and where else it may go.
DIRECTIONS = {
    "above": (((0, 1), (1, 1), (-1, 1)), ((0, -1), (1, -1), (-1, -1))),
    "below": (((0, -1), (1, -1), (-1, -1)), ((0, 1), (1, 1), (-1, 1))),
    "right": (((1, 0), (1, -1), (1, 1)), ((-1, -1), (-1, 0), (-1, 1))),
    "left": (((-1, 0), (-1, -1), (-1, 1)), ((1, -1), (1, 0), (1, 1))),
    "on": (((0, 0),), ()),
    "free": (((1, 0), (1, -1), (-1, 1), (1, 1), (-1, -1), (-1, 0), (0, -1), (0, 1)), ()),
}
FARTHER = ((1, 2, 4), (1, 2))  # times the gap, in either group of directions


def candidates(at: Dot, size: Dot, side: str, gap: Dot) -> Iterator[Box]:
    """Yield boxes of a size beside a place, the best first."""
    (x, y), (width, height) = at, size
    for directions, farther in zip(DIRECTIONS[side], FARTHER, strict=True):
        for far in farther:
            for across, up in directions:
                left = x + across * far * gap[0] + (across - 1) / 2 * width
                bottom = y + up * far * gap[1] + (up - 1) / 2 * height
                yield Box(left, bottom, left + width, bottom + height)


def best(boxes: Iterator[Box], cost: Callable[[Box], float]) -> tuple[Box, float]:
    """Return the first box that costs nothing, or the cheapest, and what it costs."""
    cheapest: tuple[Box, float] | None = None
    for box in boxes:
        found = cost(box)
        if found == 0:
            return box, 0
        if cheapest is None or found < cheapest[1]:
            cheapest = box, found
    if cheapest is None:
        raise ValueError("there are no boxes")
    return cheapest


def along(places: Sequence[Dot], step: float) -> Iterator[Dot]:
    """Yield dots along a line, no farther from one another than a step."""
    yield from places
    for (x, y), (right, top) in pairwise(places):
        parts = ceil(hypot(right - x, top - y) / step)
        for part in range(1, parts):
            yield x + part / parts * (right - x), y + part / parts * (top - y)


def cost(box: Box, frame: Box, dots: Sequence[Dot], taken: Sequence[Box]) -> float:
    """Return what it costs to write in a box: dots of curves, and COVERS for other words."""
    on = sum(box.overlaps(other) for other in taken) + (not box.within(frame))
    return sum(box.holds(x, y) for x, y in dots) + COVERS * on


def arranged(
    parts: Sequence[str],
    most: int | None,
    boxes: Callable[[list[str]], Iterator[Box]],
    price: Callable[[Box], float],
) -> tuple[list[str], Box] | None:
    """Return a label in lines and where it stands; None where it would be on other words.

    `boxes` are the places for so many lines. Where there is room for `most` characters beside the
    label's own place, it is written in the lines that cost least.
    """
    found: list[tuple[float, list[str], Box]] = []
    for way in arrangements(parts, most):
        box, paid = best(boxes(way), price)
        found.append((paid + LESS * (len(parts) > 1 and way == [parts[0]]), way, box))
    paid, way, box = min(found, key=itemgetter(0))
    return None if paid >= COVERS else (way, box)


def arrangements(parts: Sequence[str], most: int | None) -> list[list[str]]:
    """Return the ways to write a label in lines, the last of them the least that has to be told.

    >>> arrangements(("height 27", "= J(w + eps)", "- J(w)"), 12)
    [['height 27', '= J(w + eps)', '- J(w)'], ['height 27', '= J(w + eps) - J(w)'], ['height 27']]
    """
    whole = [[" ".join(parts)]] if most is None else []
    beside = [] if most is None else [[parts[0], *lines(parts[1:], room)] for room in (most, 99)]
    found: list[list[str]] = []
    for way in (*whole, *beside, [parts[0]]):
        if way not in found:
            found.append(way)
    return found


def lines(parts: Sequence[str], most: int) -> list[str]:
    """Return parts in lines, each with as many as it holds; marks take no room."""
    found: list[str] = []
    for part in parts:
        if found and len(plain(found[-1])) + 1 + len(plain(part)) <= most:
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def pieces(text: str, room: int) -> list[str]:
    """Return the words of a text and its formulas, between which a line may be broken.

    A formula too long for a line is no formula: it is broken as text.
    """
    marked = re.split(f"({OPEN}[^{CLOSE}]*{CLOSE}[^ ]*)", text)
    return [
        piece
        for part in marked
        for whole in ([part] if OPEN in part and len(plain(part)) <= room else plain(part).split())
        for piece in ([whole] if OPEN in whole else wrap(whole, room))
    ]
