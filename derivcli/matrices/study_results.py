"""The result of `diff` of a program of matrices: texts, shapes and numbers, nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from derivcli.calculus.results import Constant, Estimate, Quantity
from derivcli.errors import ExitStatus
from derivcli.language.broadcasting import Shape
from derivcli.matrices.results import ArrayProgram, ArrayStatement, GradientEquation, Rows

Entry = tuple[int, ...]  # row and column, counted from 1; () of a number
Evidence = Literal["proved", "sampled", "none"]


@dataclass(frozen=True, slots=True)
class ArrayRequest:
    """What to study of a program of matrices; with `along` its Hessian times that direction."""

    asked: ArrayProgram
    eps: tuple[Constant, ...] = ()
    order: int = 1
    methods: tuple[str, ...] = ("forward",)
    arithmetic: str = "exact"
    digits: int = 17
    along: str | None = None
    seed: int | None = None  # draws what has no value
    code: bool = False  # the program and its gradient as Python, and nothing else


@dataclass(frozen=True, slots=True)
class ArrayDerivative:
    """A derivative as a text in the names of the program and of the equations; None without one.

    It is "proved", for all sizes where a size has a name; or "sampled": equal to difference
    quotients at `samples` random points of random sizes. `problem` says why there is no text.
    """

    variable: str
    order: int
    derivative: str | None
    latex: str | None
    shape: Shape
    name: str | None = None
    evidence: Evidence = "none"
    samples: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class EntryQuotient(Estimate):
    """A difference quotient by one entry of a variable."""

    entry: Entry = ()


@dataclass(frozen=True, slots=True)
class OneSidedSlopes:
    """An entry by which there is no derivative (None: undecided), and its one-sided slopes."""

    quantities: ClassVar[tuple[str, ...]] = ("left", "right")

    entry: Entry
    differentiable: bool | None
    left: Quantity | None
    right: Quantity | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ArraySlope:
    """The derivative at a point, of the shape of the variable: None where an entry has none.

    Of an output with several entries it is that of the entry `of`; or, of a column by a column, the
    `jacobian`, a row for each entry of the output. Where the formula has no value the derivative is
    the program's own, found entry by entry; `otherwise` says why.
    """

    quantities: ClassVar[tuple[str, ...]] = ("slope",)

    variable: str
    order: int
    slope: Quantity | Rows | None
    differentiable: bool | None
    reason: str | None
    kinks: tuple[OneSidedSlopes, ...]
    estimates: tuple[EntryQuotient, ...]
    of: Entry | None = None
    jacobian: bool = False
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class ArrayPoint:
    """The output and its slopes at one point; `problem` says why the output has no value there."""

    quantities: ClassVar[tuple[str, ...]] = ("at", "value")

    at: Mapping[str, Quantity | Rows]
    value: Quantity | Rows | None
    problem: str | None
    slopes: tuple[ArraySlope, ...]


@dataclass(frozen=True, slots=True)
class ArrayStudy:
    """The result of `diff` of a program of matrices.

    `equations` are the lines of the way back that the derivatives speak of. `sizes` are what those
    with a name are at the point; the values of `drawn` names were chosen by the `seed`.
    """

    schema: ClassVar[str] = "derivcli.diff/1"

    expression: str
    output: str
    variables: tuple[str, ...]
    shapes: Mapping[str, Shape]
    sizes: Mapping[str, int]
    seed: int | None
    drawn: tuple[str, ...]
    steps: tuple[ArrayStatement, ...]
    arithmetic: str
    helpers: tuple[ArrayStatement, ...]
    equations: tuple[GradientEquation, ...]
    derivatives: tuple[ArrayDerivative, ...]
    points: tuple[ArrayPoint, ...]
    along: str | None = None
    code: str | None = field(default=None, repr=False)

    @property
    def status(self) -> ExitStatus:
        """4 where the output or a slope is missing at a point."""
        if any(
            point.value is None or not all(slope.differentiable for slope in point.slopes)
            for point in self.points
        ):
            return ExitStatus.UNDEFINED
        return ExitStatus.ANSWERED
