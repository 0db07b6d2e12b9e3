"""Request and result of `sweep`: the error of estimates for eps after eps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from derivcli.calculus.results import Constant, Derivative, Point, Quantity, Statement, Truncation
from derivcli.errors import ExitStatus
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.tree import Program


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """What to sweep: one variable of a program at one point, by each method in each arithmetic.

    `span` are the first and the last eps; None for 0.1 and 1e-16.
    """

    program: Program
    point: Point
    variable: str
    methods: tuple[str, ...]
    arithmetics: tuple[str, ...]
    span: tuple[Constant, Constant] | None = None
    digits: int = 17
    limits: Limits = COMMAND_LINE


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One estimate; `error` is the estimate minus the exact slope, with its sign."""

    quantities: ClassVar[tuple[str, ...]] = ("eps", "estimate", "error")

    method: str
    arithmetic: str
    eps: Quantity
    estimate: Quantity | None
    error: Quantity | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What the steps come to from an `eps` on: `what` is `at` that place."""

    quantities: ClassVar[tuple[str, ...]] = ("at",)

    eps: float
    at: Quantity
    what: str


@dataclass(frozen=True, slots=True)
class SweepSummary:
    """What one curve shows, as far as the steps come to no `obstacle`.

    `order` is the slope of log |error| against log eps where truncation rules, `expected_order`
    what Taylor's formula says. `best_eps` has the smallest error found, `predicted_eps` is where
    truncation and rounding are in balance. What is None has its reason in `note`.
    """

    method: str
    arithmetic: str
    order: float | None
    expected_order: int | None
    best_eps: float | None
    predicted_eps: float | None
    note: str | None = None
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class SweepResult:
    """The result of `sweep`: a row for each decade of eps, a summary for each curve."""

    schema: ClassVar[str] = "derivcli.sweep/1"
    quantities: ClassVar[tuple[str, ...]] = ("at", "slope")

    expression: str
    output: str
    variables: tuple[str, ...]
    statements: tuple[Statement, ...]
    variable: str
    derivative: Derivative
    at: Mapping[str, Quantity]
    slope: Quantity
    rows: tuple[SweepRow, ...]
    summary: tuple[SweepSummary, ...]
    truncations: tuple[Truncation, ...] = field(repr=False)  # told in words

    @property
    def status(self) -> ExitStatus:
        """4 where a curve has no estimate at all, else 0."""
        for curve in self.summary:
            rows = [row for row in self.rows if row.method == curve.method]
            if all(row.estimate is None for row in rows if row.arithmetic == curve.arithmetic):
                return ExitStatus.UNDEFINED
        return ExitStatus.ANSWERED
