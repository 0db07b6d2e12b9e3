"""Lines along which J of two variables keeps one value: marching squares on a grid.

The library that matplotlib draws them with comes with matplotlib alone, which is an extra.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log10

from derivcli.calculus.results import Quantity

LEVELS = 9
Dot = tuple[float, float]
Edge = tuple[int, int, bool]  # from the grid's point (column, row) to the right, or else upwards
Rows = Sequence[Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class Contour:
    """Where J has the value `level`: lines from end to end, or closed."""

    level: Quantity
    lines: tuple[tuple[Dot, ...], ...]


def contours(xs: Sequence[float], ys: Sequence[float], rows: Rows) -> tuple[Contour, ...]:
    """Return the contours of values on a grid, a row for each y; there are gaps around None."""
    known = sorted(value for row in rows for value in row if value is not None)
    return tuple(
        Contour(Quantity(level), lines)
        for level in levels(known)
        if (lines := tuple(_lines(xs, ys, rows, float(level))))
    )


def levels(known: Sequence[float]) -> list[Fraction]:
    """Return round values between which there is as much of the plane, from sorted ones."""
    if not known:
        return []
    parts = [known[(len(known) - 1) * part // (LEVELS + 1)] for part in range(LEVELS + 2)]
    found: dict[Fraction, None] = {}
    for before, here, after in zip(parts, parts[1:], parts[2:], strict=False):
        gap = min(here - before, after - here)
        if gap > 0:
            unit = Fraction(10) ** floor(log10(gap))
            found[round(Fraction(here) / unit) * unit] = None
    return list(found)


def _lines(
    xs: Sequence[float], ys: Sequence[float], rows: Rows, level: float
) -> Iterator[tuple[Dot, ...]]:
    """Yield the lines of one level, each through the edges of the grid that it crosses."""
    beside: dict[Edge, list[Edge]] = {}
    for one, other in _segments(rows, level):
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)

    def dot(edge: Edge) -> Dot:
        column, row, across = edge
        low, high = rows[row][column], rows[row + (not across)][column + across]
        share = 0.5 if low is None or high is None else (level - low) / (high - low)
        x, right = xs[column], xs[column + across]
        y, top = ys[row], ys[row + (not across)]
        return x + share * (right - x), y + share * (top - y)

    starts = [edge for edge, others in beside.items() if len(others) == 1]
    for start in (*starts, *beside):
        walk = [start]
        while beside.get(walk[-1]):
            edge = walk[-1]
            after = beside[edge].pop()
            beside[after].remove(edge)
            walk.append(after)
        if len(walk) > 1:
            yield tuple(map(dot, walk))


def _segments(rows: Rows, level: float) -> Iterator[tuple[Edge, Edge]]:
    """Yield the two edges that a line crosses, for each cell that it goes through."""
    for row in range(len(rows) - 1):
        for column in range(len(rows[row]) - 1):
            corners = [
                rows[row][column], rows[row][column + 1],
                rows[row + 1][column + 1], rows[row + 1][column],
            ]  # fmt: skip
            known = [value for value in corners if value is not None]
            if len(known) < 4 or not min(known) < level <= max(known):
                continue
            edges: list[Edge] = [
                (column, row, True), (column + 1, row, False),
                (column, row + 1, True), (column, row, False),
            ]  # fmt: skip
            above = [value >= level for value in known]
            crossed = [edges[side] for side in range(4) if above[side] != above[(side + 1) % 4]]
            if len(crossed) == 4 and (sum(known) / 4 >= level) != above[0]:
                crossed = [*crossed[1:], crossed[0]]  # a saddle: the middle tells what is joined
            yield crossed[0], crossed[1]
            if len(crossed) == 4:
                yield crossed[2], crossed[3]
