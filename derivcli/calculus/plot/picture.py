"""The request and the result of `plot`: a curve as plain floats, with what is drawn on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from derivcli.calculus.results import Constant, Derivative, Quantity, Request, Statement
from derivcli.errors import ExitStatus

Dot = tuple[float, float]
Stretch = tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class PlotRequest:
    """What to draw: the points of a study, along its one variable; without a range, J's own scale.

    The points differ in that variable alone: they are on one curve.
    """

    study: Request
    range: tuple[Constant, Constant] | None = None


@dataclass(frozen=True, slots=True)
class Tangent:
    """A line through the point with the slope of J there, or with that on one side of it."""

    quantities: ClassVar[tuple[str, ...]] = ("slope",)

    side: str  # "both", "left" or "right"
    slope: Quantity
    ends: Stretch


@dataclass(frozen=True, slots=True)
class Chord:
    """The line from the point to w + eps; `problem` says why there is none."""

    quantities: ClassVar[tuple[str, ...]] = ("eps", "point", "value", "change", "slope")

    eps: Quantity
    point: Quantity | None
    value: Quantity | None
    change: Quantity | None
    slope: Quantity | None
    problem: str | None
    ends: Stretch = ()


@dataclass(frozen=True, slots=True)
class PlottedPoint:
    """What is drawn at one of several points: as the fields of Picture by the same names."""

    quantities: ClassVar[tuple[str, ...]] = ("at", "value", "slope", "left", "right")

    at: Mapping[str, Quantity]
    value: Quantity | None
    problem: str | None
    slope: Quantity | None
    differentiable: bool | None
    left: Quantity | None
    right: Quantity | None
    reason: str | None
    tangents: tuple[Tangent, ...]
    chords: tuple[Chord, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The result of `plot`.

    `stretches` are the points of J inside `range` and `window`; between two of them J is undefined,
    jumps, or is above or below the window. `gaps` say of J what keeps it from being drawn where it
    may have a value. `others` are the points after the first. `near` is J beside the point, where
    its chords are too short to be seen in `range`.
    """

    schema: ClassVar[str] = "derivcli.plot/1"
    quantities: ClassVar[tuple[str, ...]] = ("at", "value", "slope", "left", "right")

    expression: str
    output: str
    variables: tuple[str, ...]
    steps: tuple[Statement, ...]
    derivatives: tuple[Derivative, ...]
    variable: str
    at: Mapping[str, Quantity]
    value: Quantity | None
    problem: str | None
    slope: Quantity | None
    differentiable: bool | None
    left: Quantity | None
    right: Quantity | None
    reason: str | None
    range: tuple[float, float]
    window: tuple[float, float] | None  # the heights that are drawn; None where there are none
    tangents: tuple[Tangent, ...]
    chords: tuple[Chord, ...]
    stretches: tuple[Stretch, ...]
    gaps: tuple[str, ...] = ()
    others: tuple[PlottedPoint, ...] = ()
    near: tuple[Stretch, ...] = field(default=(), repr=False)  # drawn, not told

    @property
    def points(self) -> tuple[Picture | PlottedPoint, ...]:
        """All points, the first of which is told in the picture's own fields."""
        return self, *self.others

    @property
    def status(self) -> ExitStatus:
        """4 where J or its slope is missing at a point, or J in the whole range."""
        missing = any(each.value is None or not each.differentiable for each in self.points)
        if missing or not self.stretches:
            return ExitStatus.UNDEFINED
        return ExitStatus.ANSWERED
