"""A graph in characters: boxes in columns, arrows from left to right.

Where lines cross, the one from left to right is broken. A graph too wide for its place, or too
tangled, is drawn with names alone, else listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivcli.render.layout import Item, Layout, layout
from derivcli.report.blocks import Diagram, Vertex

WIDTH = 120  # where nobody tells
MOST_VERTICES = 40
LONGEST_LABEL = 14  # where room is scarce
MOST_ROWS = 40
UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
LINES = {
    UP | DOWN: "│", LEFT | RIGHT: "─", DOWN | RIGHT: "╭", DOWN | LEFT: "╮", UP | RIGHT: "╰",
    UP | LEFT: "╯", UP | DOWN | RIGHT: "├", UP | DOWN | LEFT: "┤", LEFT | RIGHT | DOWN: "┬",
    LEFT | RIGHT | UP: "┴", UP | DOWN | LEFT | RIGHT: "┼", LEFT: "─", RIGHT: "─",
}  # fmt: skip


def draw(diagram: Diagram, width: int | None = None) -> list[str]:
    """Return the lines of a drawing, none wider than `width`."""
    room = width or WIDTH
    if len(diagram.vertices) <= MOST_VERTICES:
        placed = layout(diagram)
        for labels in (_full, _mixed, _short):
            lines = _Drawing(diagram, placed, {v.name: labels(v) for v in diagram.vertices}).lines()
            if lines and len(lines) <= MOST_ROWS and max(map(len, lines)) <= room:
                return lines
    return list(listed(diagram))


def listed(diagram: Diagram) -> Iterator[str]:
    """Yield a line for each step: what leads to it."""
    for vertex in diagram.vertices:
        sources = [start for start, target in diagram.arrows if target == vertex.name]
        if sources:
            yield f"{', '.join(sources)} → {with_value(vertex)}"


def _full(vertex: Vertex) -> tuple[str, ...]:
    """Return the lines of a box; an input is a line without a box."""
    if vertex.kind in ("parameter", "data"):
        return (with_value(vertex),)
    return (vertex.label, vertex.value) if vertex.value else (vertex.label,)


def with_value(vertex: Vertex) -> str:
    """Return the name and the value: w = 2, w ≈ 0.549834."""
    return f"{vertex.name} {vertex.equals}" if vertex.value else vertex.name


def _mixed(vertex: Vertex) -> tuple[str, ...]:
    return _full(vertex) if len(vertex.label) <= LONGEST_LABEL else _short(vertex)


def _short(vertex: Vertex) -> tuple[str, ...]:
    if vertex.kind in ("parameter", "data"):
        return (vertex.name,)
    return (vertex.name, vertex.value) if vertex.value else (vertex.name,)


@dataclass(slots=True)
class _Net:
    """One value on its way to the next column: where it leaves, and where it arrives."""

    row: int
    targets: tuple[int, ...]
    track: int = 0

    @property
    def straight(self) -> bool:
        return self.targets == (self.row,)

    @property
    def span(self) -> range:
        rows = (self.row, *self.targets)
        return range(min(rows), max(rows) + 1)


@dataclass
class _Drawing:
    """The characters of a drawing, each at its row and column."""

    diagram: Diagram
    placed: Layout
    labels: dict[str, tuple[str, ...]]
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    top: dict[Item, int] = field(default_factory=dict)
    ports: dict[tuple[Item, Item], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = {vertex.name: vertex.kind for vertex in self.diagram.vertices}
        self.boxed = {name for name, kind in kinds.items() if kind in ("step", "output")}
        self.comes: dict[Item, list[Item]] = {}
        for column in self.placed.columns:
            for item in column:
                for target in self.placed.leads[item]:
                    self.comes.setdefault(target, []).append(item)

    def lines(self) -> list[str]:
        """Return the drawing, or no lines where its arrows cannot be drawn apart."""
        for column in self.placed.columns:
            self._place(column)
        left = 0
        for index, column in enumerate(self.placed.columns):
            width = max((self._width(item) for item in column), default=0)
            nets = [self._net(item) for item in column if self.placed.leads[item]]
            if not _assign(nets):
                return []
            for item in column:
                self._draw(item, left, width)
            left += width
            if index + 1 < len(self.placed.columns):
                tracks = max((net.track for net in nets), default=0)
                self._route(nets, left, left + tracks + 3)
                left += tracks + 4
        return self._text()

    def _is_box(self, item: Item) -> bool:
        return item.name in self.boxed and not item.through

    def _height(self, item: Item) -> int:
        if not self._is_box(item):
            return 1
        return 2 + max(len(self.labels[item.name]), len(self.comes.get(item, ())))

    def _width(self, item: Item) -> int:
        if item.through:
            return 0
        return max(map(len, self.labels[item.name])) + (4 if self._is_box(item) else 1)

    def _row(self, item: Item) -> int:
        """Return the row in which an item's arrow leaves it."""
        return self.top[item] + self._is_box(item)

    def _place(self, column: Sequence[Item]) -> None:
        """Put the items of a column under one another, each beside what leads to it."""
        below: int | None = None
        for item in column:
            sources = sorted(self.comes.get(item, ()), key=self._row)
            rows = [self._row(source) for source in sources]
            wished = (rows[0] - self._is_box(item)) if rows else below
            row = wished or 0
            if below is not None:
                row = max(row, below)
            self.top[item] = row
            below = row + self._height(item)
            for number, source in enumerate(sources):
                self.ports[source, item] = row + (1 + number if self._is_box(item) else 0)

    def _net(self, item: Item) -> _Net:
        targets = sorted(self.ports[item, target] for target in self.placed.leads[item])
        return _Net(self._row(item), tuple(targets))

    def _draw(self, item: Item, left: int, width: int) -> None:
        row = self.top[item]
        if item.through:
            self._write(row, left, "─" * width)
            return
        lines = self.labels[item.name]
        if not self._is_box(item):
            self._write(row, left, lines[0].rjust(width - 1) + " ")
            return
        inner = self._width(item) - 4
        indent = left + (width - inner - 4) // 2
        self._write(row, indent, f"┌{'─' * (inner + 2)}┐")
        for number in range(self._height(item) - 2):
            words = lines[number] if number < len(lines) else ""
            self._write(row + 1 + number, indent, f"│ {words.ljust(inner)} │")
        self._write(row + self._height(item) - 1, indent, f"└{'─' * (inner + 2)}┘")
        if self.placed.leads[item]:
            self._write(row + 1, indent + inner + 4, "─" * (left + width - indent - inner - 4))
        for source in self.comes.get(item, ()):  # from the column's edge to a narrower box
            self._write(self.ports[source, item], left, "─" * max(0, indent - left - 1))
            self._write(self.ports[source, item], indent - 1, "→")

    def _write(self, row: int, left: int, words: str) -> None:
        for offset, character in enumerate(words):
            self.cells[row, left + offset] = character

    def _route(self, nets: Sequence[_Net], left: int, right: int) -> None:
        """Draw the lines between two columns; a track is one column of characters."""
        across: dict[tuple[int, int], int] = {}
        down: dict[tuple[int, int], int] = {}
        for net in nets:
            track = left + net.track
            for row in net.targets if net.straight else ():
                across.update({(row, x): LEFT | RIGHT for x in range(left, right + 1)})
            if net.straight:
                continue
            across.update({(net.row, x): LEFT | RIGHT for x in range(left, track)})
            for row in net.targets:
                across.update({(row, x): LEFT | RIGHT for x in range(track + 1, right + 1)})
            for row in net.span:
                down[row, track] = (
                    (UP if row > net.span[0] else 0)
                    | (DOWN if row < net.span[-1] else 0)
                    | (LEFT if row == net.row else 0)
                    | (RIGHT if row in net.targets else 0)
                )
        for (row, x), sides in {**across, **down}.items():
            if self.cells.get((row, x)) != "→":
                self.cells[row, x] = LINES[sides]

    def _text(self) -> list[str]:
        rows = [row for row, _ in self.cells]
        width = 1 + max((x for _, x in self.cells), default=0)
        return [
            "".join(self.cells.get((row, x), " ") for x in range(width)).rstrip()
            for row in range(min(rows, default=0), max(rows, default=-1) + 1)
        ]


def _assign(nets: Sequence[_Net]) -> bool:
    """Give each net that turns a track of its own stretch; return whether that can be done.

    Where one net leaves in the row in which another arrives, the first has to turn first.
    """
    waiting = [net for net in nets if not net.straight]
    done: list[_Net] = []
    while waiting:
        free = [net for net in waiting if not any(_before(other, net) for other in waiting)]
        if not free:
            return False
        for net in free:
            first = 1 + max((other.track for other in done if _before(other, net)), default=0)
            taken = {other.track for other in done if {*other.span} & {*net.span}}
            net.track = next(track for track in range(first, len(nets) + 2) if track not in taken)
            done.append(net)
        waiting = [net for net in waiting if net not in free]
    return True


def _before(one: _Net, other: _Net) -> bool:
    """Has `one` to turn before `other` does, lest they share a stretch of a row?"""
    return one is not other and one.row in other.targets
