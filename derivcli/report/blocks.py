"""Blocks: all that a renderer has to know. A report says WHAT in these words, a renderer HOW."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from derivcli.report.markup import plain


@dataclass(frozen=True, slots=True)
class Figure:
    """A number ready to show: `text` is exact unless `rounded`; `full` is its nearest float64.

    From `number` it is rounded again where there is room for fewer digits.
    """

    text: str
    rounded: bool = False
    full: str = ""
    number: Fraction | Decimal | float | None = None


Cell = Figure | str


def shown(cell: Cell) -> str:
    """Return a cell with the sign that marks a rounded number."""
    if isinstance(cell, Figure):
        return f"≈ {cell.text}" if cell.rounded else cell.text
    return plain(cell)


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that opens a part of the answer; on `level` 1 or 2 a section, with a title."""

    text: str
    level: Literal[0, 1, 2] = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or a line of words."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation, as text and as LaTeX for math mode."""

    text: str
    latex: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` for scripts, `heading` for people.

    `kind` is "number", "formula" (text of the expression language) or "words". Where there is no
    room, the heading is `short`, and the column with the largest `spare` is left out first; one
    without is never left out.
    """

    key: str
    heading: str
    kind: Literal["number", "formula", "words"] = "number"
    short: str = ""
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; an empty string is an empty cell."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """`name` equals rows of entries, each ready to show; rounded ones are all marked at once."""

    name: str
    latex: str
    rows: tuple[tuple[str, ...], ...]
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of a tree: a label, an equation, a remark in words, and the branches under it."""

    label: str
    formula: Formula
    remark: str = ""
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """Branches under one another: a derivation."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a chain: = or →, what stands behind it, and why, in marked words."""

    relation: Literal["=", "→"]
    formula: Formula
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """A formula, and under it what it equals, or comes near to, line by line."""

    start: Formula
    links: tuple[Link, ...]


# What a curve or a label shows: the same thing has the same colour in every picture.
Role = Literal[
    "curve", "tangent", "chord", "triangle", "point", "path", "minimum", "contour", "best",
    "predicted", "series",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (x, y): each stretch joined by a line, by arrows from point to point, or left alone.

    Between two stretches there is a gap. A curve without a name is not in the legend.
    """

    name: str
    stretches: tuple[tuple[tuple[float, float], ...], ...]
    style: Literal["line", "thin", "points", "arrows"] = "line"
    role: Role = "series"


@dataclass(frozen=True, slots=True)
class Label:
    """Words on a chart beside a place: above it, below it, right, left, or where there is room.

    The first of `parts` is the least that has to be told; lines are broken between parts alone. A
    label "on" its place is written over what is drawn there.
    """

    parts: tuple[str, ...]
    at: tuple[float, float]
    side: Literal["above", "below", "right", "left", "on", "free"] = "free"
    role: Role = "series"


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves over a window (x low, x high, y low, y high), both axes logarithmic if so told.

    `x` and `y` name the axes. What lies outside the window is not drawn; without one, it is as
    large as the curves need. On a `square` chart a unit is as long up as it is across. `inset` is a
    part of it, enlarged. `description` says in a sentence what is to be seen, to those who do not
    see it.
    """

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    window: tuple[float, float, float, float] | None = None
    logarithmic: bool = False
    square: bool = False
    labels: tuple[Label, ...] = ()
    inset: Chart | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Vertex:
    """A node of a drawn graph: what it computes, its value or shape, its gradient where known.

    `label_latex` and `gradient_latex` are the same for math mode.
    """

    name: str
    label: str
    value: str = ""
    gradient: str = ""
    kind: Literal["parameter", "data", "step", "output"] = "step"
    label_latex: str = ""
    gradient_latex: str = ""

    @property
    def equals(self) -> str:
        """The value behind a name: "= 2", "≈ 0.5"; a shape, (4, m), stands as it is."""
        return self.value if self.value.startswith(("≈", "(")) else f"= {self.value}"


@dataclass(frozen=True, slots=True)
class Diagram:
    """Vertices, each behind those that lead to it, and arrows (from, to) between them.

    `flows` holds what comes back along an arrow: the part of its start's gradient, as text.
    """

    vertices: tuple[Vertex, ...]
    arrows: tuple[tuple[str, str], ...]
    flows: Mapping[tuple[str, str], str] = field(default_factory=dict)
    description: str = ""


Block = Heading | Text | Formula | Table | Matrix | Tree | Chain | Chart | Diagram
