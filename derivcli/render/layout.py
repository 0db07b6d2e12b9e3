"""Where the vertices of a graph stand: in columns, left to right, few arrows crossing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivcli.report.blocks import Diagram

SWEEPS = 6  # of the ordering, to and fro


@dataclass(frozen=True, slots=True)
class Item:
    """A vertex in its column, or, with `through`, its arrow on the way past a column."""

    name: str
    column: int
    through: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of items from the top, and which items of the next column each item leads to."""

    columns: tuple[tuple[Item, ...], ...]
    leads: Mapping[Item, tuple[Item, ...]]


def layout(diagram: Diagram) -> Layout:
    """Return the columns of a graph: a step behind all that it needs, an input just before."""
    level = _levels(diagram)
    leads: dict[Item, list[Item]] = {}
    count = 1 + max(level.values(), default=0)
    columns: list[list[Item]] = [[] for _ in range(count)]
    for vertex in diagram.vertices:
        columns[level[vertex.name]].append(Item(vertex.name, level[vertex.name]))
    for source in diagram.vertices:
        targets = [target for start, target in diagram.arrows if start == source.name]
        before = Item(source.name, level[source.name])
        leads[before] = []
        for column in range(level[source.name] + 1, max(map(level.get, targets), default=0) + 1):  # type: ignore[type-var,operator] # every target has a level
            leads[before] += [Item(each, column) for each in targets if level[each] == column]
            if any(level[each] > column for each in targets):
                passing = Item(source.name, column, through=True)
                columns[column].append(passing)
                leads[before].append(passing)
                leads[passing] = []
                before = passing
    _order(columns, leads)
    return Layout(
        tuple(map(tuple, columns)), {item: tuple(targets) for item, targets in leads.items()}
    )


def _levels(diagram: Diagram) -> dict[str, int]:
    """Return the column of each vertex: steps as early as they can be, inputs as late."""
    before: dict[str, list[str]] = {vertex.name: [] for vertex in diagram.vertices}
    after: dict[str, list[str]] = {vertex.name: [] for vertex in diagram.vertices}
    for start, target in diagram.arrows:
        before[target].append(start)
        after[start].append(target)
    level: dict[str, int] = {}
    for vertex in diagram.vertices:
        steps = [level[each] for each in before[vertex.name] if before[each]]
        if before[vertex.name]:
            level[vertex.name] = 1 + max(steps, default=0)
    for name, others in before.items():
        if not others:
            level[name] = min((level[each] for each in after[name]), default=1) - 1
    return level


def _order(columns: list[list[Item]], leads: Mapping[Item, Sequence[Item]]) -> None:
    """Sort each column by where its neighbours stand: the barycenter method."""
    comes: dict[Item, list[Item]] = {}
    for item, targets in leads.items():
        for target in targets:
            comes.setdefault(target, []).append(item)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        order = range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1)
        neighbours: Mapping[Item, Sequence[Item]] = comes if forward else leads
        for index in order:
            beside = columns[index - 1 if forward else index + 1]
            place = {item: number for number, item in enumerate(beside)}
            own = {item: number for number, item in enumerate(columns[index])}

            def middle(
                item: Item,
                near: Mapping[Item, Sequence[Item]] = neighbours,
                place: Mapping[Item, int] = place,
                own: Mapping[Item, int] = own,
            ) -> tuple[bool, float]:
                found = [place[each] for each in near.get(item, ())]
                # An input that comes in later stands below the steps, which stay in line.
                return item not in comes, sum(found) / len(found) if found else own[item]

            columns[index].sort(key=middle)
