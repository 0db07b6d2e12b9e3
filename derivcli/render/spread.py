"""A graph on paper: boxes as large as their words, in columns, and lines that meet none of them.

All lengths are in one unit, from the lower left; y goes up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivcli.render.layout import Item, Layout
from derivcli.render.placing import Box

SWEEPS = 8  # in which every box is drawn towards those that it is joined to
BEND, LONGEST_BEND = 0.5, 1.6  # between two columns, for lines to go up or down
STEEP = 0.15  # more of it for each unit that a line there has to climb
TAIL, HEAD = 0.16, 0.2  # of a line behind its box, and before it, for the head of an arrow
ROW = 0.22  # between boxes, one under the other
PORT = 0.27  # between lines that come into one box
EDGE = 0.1  # of a box above and below them
LINE = 0.2  # of height for a line that passes a column


@dataclass(frozen=True, slots=True)
class Lead:
    """The line from one item to the next: along, up or down, and along again to its end."""

    start: tuple[float, float]
    bend: tuple[float, float]  # from where to where it goes up or down
    end: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """Where everything stands: each item's box, each line, and the size of the whole."""

    boxes: Mapping[Item, Box]
    leads: Mapping[tuple[Item, Item], Lead]
    width: float
    height: float


def spread(
    placed: Layout, sizes: Mapping[str, tuple[float, float]], labels: Mapping[str, float]
) -> Spread:
    """Return a graph on paper: `sizes` are those of the vertices, by name.

    `labels` are the widths of what is written on the lines into a vertex.
    """
    comes: dict[Item, list[Item]] = {}
    for item, targets in placed.leads.items():
        for target in targets:
            comes.setdefault(target, []).append(item)
    heights = {
        item: _height(item, sizes, max(len(comes.get(item, ())), len(placed.leads[item])))
        for column in placed.columns
        for item in column
    }
    middles = _middles(placed, comes, heights)
    ports = _ports(placed, comes, middles)
    top = max((middles[item] + heights[item] / 2 for item in heights), default=0.0)
    bottom = min((middles[item] - heights[item] / 2 for item in heights), default=0.0)
    boxes: dict[Item, Box] = {}
    leads: dict[tuple[Item, Item], Lead] = {}
    right = 0.0
    for number, column in enumerate(placed.columns):
        into = [(source, item) for item in column for source in comes.get(item, ())]
        climb = max((abs(ports[lead][1] - ports[lead][0]) for lead in into), default=0.0)
        bend = right + TAIL, right + TAIL + min(LONGEST_BEND, BEND + STEEP * climb)
        room = max((labels.get(item.name, 0.0) for item in column if not item.through), default=0.0)
        left = bend[1] + HEAD + room if number else 0.0
        width = max((sizes[item.name][0] for item in column if not item.through), default=0.0)
        for item in column:
            own = width if item.through else sizes[item.name][0]
            start, middle = left + (width - own) / 2, middles[item] - bottom
            half = heights[item] / 2
            boxes[item] = Box(start, middle - half, start + own, middle + half)
        for source, item in into:
            low, high = (port - bottom for port in ports[source, item])
            leads[source, item] = Lead((boxes[source].right, low), bend, (boxes[item].left, high))
        right = left + width
    return Spread(boxes, leads, right, top - bottom)


def _height(item: Item, sizes: Mapping[str, tuple[float, float]], lines: int) -> float:
    if item.through:
        return LINE
    return max(sizes[item.name][1], (lines - 1) * PORT + 2 * EDGE)


def _middles(
    placed: Layout, comes: Mapping[Item, Sequence[Item]], heights: Mapping[Item, float]
) -> dict[Item, float]:
    """Return how high each item stands: beside its neighbours, as far as there is room."""
    middles = {item: 0.0 for column in placed.columns for item in column}
    for column in placed.columns:
        middles |= _stacked(column, dict.fromkeys(column, 0.0), heights)
    for sweep in range(SWEEPS):
        columns = placed.columns if sweep % 2 == 0 else placed.columns[::-1]
        for column in columns:
            wished = {}
            for item in column:
                near = [*comes.get(item, ()), *placed.leads[item]]
                found = [middles[each] for each in near]
                wished[item] = sum(found) / len(found) if found else middles[item]
            middles |= _stacked(column, wished, heights)
    return middles


def _stacked(
    column: Sequence[Item], wished: Mapping[Item, float], heights: Mapping[Item, float]
) -> dict[Item, float]:
    """Return the heights nearest to those wished for at which the items stand under one another.

    Items that would overlap share what they are off by: the pool of adjacent violators.
    """
    depth, offsets = 0.0, {}
    for item in column:
        offsets[item] = depth + heights[item] / 2
        depth += heights[item] + ROW
    pools: list[list[float]] = []  # the mean of wishes, and how many
    for item in column:
        pools.append([wished[item] + offsets[item], 1])
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            (above, many), (below, few) = pools[-2], pools[-1]
            pools[-2:] = [[(above * many + below * few) / (many + few), many + few]]
    means = [mean for mean, count in pools for _ in range(int(count))]
    return {item: mean - offsets[item] for item, mean in zip(column, means, strict=True)}


def _ports(
    placed: Layout, comes: Mapping[Item, Sequence[Item]], middles: Mapping[Item, float]
) -> dict[tuple[Item, Item], tuple[float, float]]:
    """Return at which heights each line begins and ends: its own, where several meet."""

    def port(item: Item, other: Item, others: Sequence[Item]) -> float:
        if item.through:
            return middles[item]
        place = sorted(others, key=middles.__getitem__).index(other)
        return middles[item] + (place - (len(others) - 1) / 2) * PORT

    return {
        (item, target): (port(item, target, targets), port(target, item, comes[target]))
        for item, targets in placed.leads.items()
        for target in targets
    }
