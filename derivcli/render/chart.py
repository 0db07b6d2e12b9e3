"""Charts in characters: braille by plotille, or ASCII for a stream that has no braille.

Curves are told apart without colour: by solid, dashed and dotted lines, or by letters in ASCII,
and points by their marks; the legend shows each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor
from textwrap import wrap
from typing import Protocol

from derivcli.render.axes import Axes, Dot, axes, ticks
from derivcli.render.look import TERMINAL, numbered
from derivcli.render.placing import Box, best, candidates
from derivcli.report.blocks import Chart, Curve, Label
from derivcli.report.markup import plain

WIDTH, WIDEST, NARROWEST = 80, 120, 20
SAMPLE = 6  # characters of a line in the legend
ROWS = 20
GAP = (1.5, 0.5)  # from the middle of a character to the words beside it
Segment = tuple[str, int | None]  # characters, and the number of their colour
Line = list[Segment]

# Dots on and dots off along a line.
PATTERNS = ((1, 0), (5, 4), (1, 1), (7, 2), (2, 3))
THIN = (1, 3)
MARKS = "●○◆◇■□▲△"
LETTERS = "*+x%o#"
LETTER_MARKS = "@&$ABCDE"


@dataclass(frozen=True, slots=True)
class Pen:
    """How one curve is drawn, and the number of its colour."""

    number: int | None
    on: int
    off: int
    letter: str
    mark: str = ""


class Surface(Protocol):
    """Something to draw on, in dots from the lower left; `scale` is dots per character."""

    scale: tuple[int, int]

    def dot(self, x: int, y: int, pen: Pen) -> None:
        """Draw a dot."""

    def rows(self) -> list[str]:
        """Return the lines from the top."""


class Braille:
    """plotille's canvas: two dots by four in a character."""

    scale = (2, 4)

    def __init__(self, width: int, height: int) -> None:
        from plotille import Canvas

        self.canvas = Canvas(width, height, 0, 0, 2 * width, 4 * height)

    def dot(self, x: int, y: int, pen: Pen) -> None:
        self.canvas.point(x, y, marker=pen.mark or None)

    def rows(self) -> list[str]:
        return str(self.canvas.plot(linesep="\n")).replace("\u2800", " ").split("\n")


class Letters:
    """A character a dot, for ASCII."""

    scale = (1, 1)

    def __init__(self, width: int, height: int) -> None:
        self.cells = [[" "] * width for _ in range(height)]

    def dot(self, x: int, y: int, pen: Pen) -> None:
        self.cells[y][x] = pen.letter

    def rows(self) -> list[str]:
        return ["".join(row) for row in reversed(self.cells)]


@dataclass
class Drawing:
    """A surface with axes, and which curve was last in each character."""

    surface: Surface
    axes: Axes
    width: int
    height: int
    owners: dict[tuple[int, int], int | None] = field(default_factory=dict)

    def place(self, dot: Dot) -> tuple[int, int]:
        """Return the dot of the surface at a point."""
        across, up = self.surface.scale
        return (
            _share(dot[0], self.axes.left, self.axes.right, self.width * across),
            _share(dot[1], self.axes.bottom, self.axes.top, self.height * up),
        )

    def column(self, x: float) -> int:
        """Return the column of characters in which an abscissa is drawn."""
        return self.place((x, self.axes.bottom))[0] // self.surface.scale[0]

    def row(self, y: float) -> int:
        """Return the row of characters from below in which a height is drawn."""
        return self.place((self.axes.left, y))[1] // self.surface.scale[1]

    def curve(self, curve: Curve, pen: Pen) -> None:
        """Draw a curve inside the axes."""
        for stretch in self.axes.curve(curve):
            places = [self.place(dot) for dot in stretch]
            if curve.style in ("points", "arrows") or len(places) == 1:
                for place in places:
                    self._dot(place, pen)
                continue
            for index, place in enumerate(_walk(places)):
                if index % (pen.on + pen.off) < pen.on:
                    self._dot(place, pen)

    def _dot(self, place: tuple[int, int], pen: Pen) -> None:
        x, y = place
        self.surface.dot(x, y, pen)
        cell = (x // self.surface.scale[0], self.height - 1 - y // self.surface.scale[1])
        self.owners[cell] = pen.number

    def label(self, label: Label, rows: list[str]) -> None:
        """Write the first words of a label into the rows, if there is room beside its place."""
        words = plain(label.parts[0])
        at = self.axes.dot(label.at)
        if at is None or not self.axes.holds(at):
            return
        column, row = self.column(at[0]) + 0.5, self.row(at[1]) + 0.5
        side = "free" if label.side == "on" else label.side
        boxes = candidates((column, row), (len(words), 1), side, GAP)
        box, taken = best(boxes, lambda box: not self._is_free(box, rows))
        if taken:
            return
        number, left = self.height - 1 - floor(box.bottom), floor(box.left)
        rows[number] = rows[number][:left] + words + rows[number][left + len(words) :]
        colour = TERMINAL.get(label.role)
        for place in range(left, left + len(words)):
            self.owners.pop((place, number), None)
            if colour is not None:
                self.owners[place, number] = colour

    def _is_free(self, box: Box, rows: list[str]) -> bool:
        """Are the characters of a box blank, and those beside it?"""
        number, left = self.height - 1 - floor(box.bottom), floor(box.left)
        right = left + round(box.right - box.left)
        inside = 0 <= number < self.height and left >= 0 and right <= self.width
        return inside and not rows[number][max(0, left - 1) : right + 1].strip()

    def lines(self, labels: Sequence[Label]) -> Iterator[Line]:
        """Yield the rows from the top with labels in them, each cut where another curve begins."""
        rows = [row.ljust(self.width) for row in self.surface.rows()]
        for label in labels:
            self.label(label, rows)
        for number, row in enumerate(rows):
            line: Line = []
            for column, character in enumerate(row):
                owner = self.owners.get((column, number))
                if line and line[-1][1] == owner:
                    line[-1] = (line[-1][0] + character, owner)
                else:
                    line.append((character, owner))
            yield line


def _share(value: float, low: float, high: float, count: int) -> int:
    """Return the nearest of `count` places; a value between two, but for rounding, is above."""
    return min(count - 1, max(0, floor((value - low) / (high - low) * (count - 1) + 0.500001)))


def _walk(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the dots of a line, one after another."""
    yield places[0]
    for (x, y), (right, top) in pairwise(places):
        steps = max(abs(right - x), abs(top - y))
        for step in range(1, steps + 1):
            yield x + round((right - x) * step / steps), y + round((top - y) * step / steps)


def draw(chart: Chart, width: int = WIDTH, *, unicode: bool = True) -> list[Line]:
    """Return the lines of a chart: its axes, its curves, and a legend, never wider than `width`."""
    width = max(NARROWEST, min(WIDEST, width))
    height = max(10, min(30, ROWS * width // WIDTH))
    area, across, up = axes(chart), plain(chart.x), plain(chart.y)
    heights = ticks(area.bottom, area.top, height // 3, logarithmic=area.logarithmic)
    margin = max((len(label) for _, label in heights), default=0)
    room = max(8, width - margin - 2 - len(across) - 1)
    surface: Surface = Braille(room, height) if unicode else Letters(room, height)
    drawing = Drawing(surface, area, room, height)
    pens = list(_pens(chart.curves, unicode=unicode))
    # Marks stand on top of lines, and the first curve on top of the others.
    order = reversed(list(zip(chart.curves, pens, strict=True)))
    for curve, pen in sorted(order, key=lambda each: bool(each[1].mark)):
        drawing.curve(curve, pen)
    labels = {height - 1 - drawing.row(place): label for place, label in heights}
    rule, tick = ("│", "┤") if unicode else ("|", "+")
    lines: list[Line] = [[(" " * max(0, margin + 1 - len(up) // 2) + up, None)]]
    for number, line in enumerate(drawing.lines(chart.labels)):
        label = labels.get(number, "")
        lines.append([(label.rjust(margin) + " " + (tick if label else rule), None), *line])
    below: list[Line] = [
        [(text, None)] for text in _below(drawing, margin + 1, across, unicode=unicode)
    ]
    return [*lines, *below, *_legend(chart.curves, pens, width, unicode=unicode)]


def _pens(curves: Sequence[Curve], *, unicode: bool) -> Iterator[Pen]:
    """Yield a pen for each curve: in braille lines differ by their gaps, in ASCII by letters."""
    marks = 0
    for curve, count, series in numbered(curves):
        number = series if curve.role == "series" else TERMINAL.get(curve.role)
        if curve.style in ("points", "arrows"):
            index = marks % len(MARKS)
            yield Pen(number, 1, 0, LETTER_MARKS[index], MARKS[index])
            marks += 1
        elif curve.style == "thin":
            yield Pen(number, *(THIN if unicode else (1, 1)), ".")
        else:
            pattern = PATTERNS[count % len(PATTERNS)] if unicode else (1, 0)
            yield Pen(number, *pattern, LETTERS[count % len(LETTERS)])


def _below(drawing: Drawing, margin: int, name: str, *, unicode: bool) -> tuple[str, str]:
    """Return the lower axis with the name at its end, and the numbers under it."""
    corner, rule, tick = ("└", "─", "┬") if unicode else ("+", "-", "+")
    area = drawing.axes
    width = margin + 1 + drawing.width + 1 + len(name)
    line, numbers = [rule] * drawing.width, ""
    for most in range(10, 0, -1):  # as many ticks as have room for their numbers
        found = ticks(area.left, area.right, most, logarithmic=area.logarithmic)
        columns = [drawing.column(place) for place, _ in found]
        written = _numbers([label for _, label in found], [margin + 1 + at for at in columns])
        if written is not None and len(written) <= width:
            numbers = written
            for column in columns:
                line[column] = tick
            break
    return f"{' ' * margin}{corner}{''.join(line)} {name}", numbers


def _numbers(labels: Sequence[str], columns: Sequence[int]) -> str | None:
    """Return the numbers, each centred on its column, or None where they would touch."""
    text = ""
    for label, column in zip(labels, columns, strict=True):
        start = max(0, column - len(label) // 2)
        if text and start < len(text) + 2:
            return None
        text = text.ljust(start) + label
    return text


def _legend(
    curves: Sequence[Curve], pens: Sequence[Pen], width: int, *, unicode: bool
) -> Iterator[Line]:
    """Yield a row for each curve that has a name."""
    for curve, pen in zip(curves, pens, strict=True):
        sample = _sample(pen, unicode=unicode)
        for part in wrap(plain(curve.name), width - SAMPLE - 2):
            yield [(sample, pen.number), (f"  {part}", None)]
            sample = " " * SAMPLE


def _sample(pen: Pen, *, unicode: bool) -> str:
    """Return a few characters of a line, or its mark."""
    if pen.mark:
        return (pen.mark if unicode else pen.letter).center(SAMPLE)
    surface: Surface = Braille(SAMPLE, 1) if unicode else Letters(SAMPLE, 1)
    for x in range(SAMPLE * surface.scale[0]):
        if x % (pen.on + pen.off) < pen.on:
            surface.dot(x, surface.scale[1] // 3, pen)
    return surface.rows()[0]
