"""Requests and results: what crosses between the process that asks and the one that computes.

Nothing here computes, and nothing heavy is imported: a result can be reported without SymPy.
A class names the fields that hold numbers in `quantities`: a Quantity, None, or a mapping to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from derivcli.errors import ExitStatus
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.text import text
from derivcli.language.tree import Program, number

HIGHEST_ESTIMATED = 20  # estimates of a higher order are all rounding, or all truncation
TOO_HIGH = f"there are no difference quotients above order {HIGHEST_ESTIMATED}"
LONGEST_EXACT = 80  # characters
LARGEST_EXACT = 1_100  # bits: more cannot have a short text, and would take long to write

# A constant as typed: a program without variables, whose output is the value.
Constant = Program
Point = Mapping[str, Constant]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a result.

    `number` is a Fraction where it is exact, a Decimal correct to its last digit but for rounding,
    or the float that the arithmetic computed. `formula` is the exact value as text, where it is
    irrational and short. `nearest` is the nearest float64, where a Decimal may have too few
    digits to tell. Where nothing tells a number from 0, `below` is a bound of its size.
    """

    number: Fraction | Decimal | float
    formula: str | None = None
    nearest: float | None = None
    below: Decimal | None = None

    @property
    def is_zero(self) -> bool:
        """Is it 0, and not only too near to 0 to tell?"""
        return self.number == 0 and self.below is None

    @property
    def exact(self) -> str | None:
        """The exact value as text of the expression language, where known and not too long."""
        if self.formula is not None:
            return self.formula
        if not isinstance(self.number, Fraction):
            return None
        if max(self.number.denominator, abs(self.number.numerator)).bit_length() > LARGEST_EXACT:
            return None
        written = text(number(self.number))
        return written if len(written) <= LONGEST_EXACT else None

    def __float__(self) -> float:
        """Return the nearest float64."""
        return float(self.number) if self.nearest is None else self.nearest


@dataclass(frozen=True, slots=True)
class Request:
    """What to study: a program, where, along which variables, and how to estimate."""

    program: Program
    points: tuple[Point, ...]
    wrt: tuple[str, ...]
    eps: tuple[Constant, ...]
    order: int = 1
    methods: tuple[str, ...] = ("forward",)
    arithmetic: str = "exact"
    digits: int = 17
    brief: bool = False  # no LaTeX, and estimates without the numbers that lead to them
    explain: bool = False  # why the estimates are off
    closed_forms: bool = True  # beside the decimals of irrational numbers
    limits: Limits = COMMAND_LINE


@dataclass(frozen=True, slots=True)
class Derivative:
    """The derivative of an order along one variable, as text and as LaTeX."""

    variable: str
    order: int
    derivative: str
    latex: str


@dataclass(frozen=True, slots=True)
class Hessian:
    """The second partial derivatives, row by row in the order of the variables."""

    variables: tuple[str, ...]
    derivatives: tuple[tuple[str, ...], ...]
    latex: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a step comes to on its way: a kink, a jump, a pole, or the end of the domain.

    `what` may also be an "oscillation" without limit, a "vertical" tangent, a "bend", where only
    the second derivative jumps, or "rough", where it has no limit.
    """

    what: str
    at: Quantity
    distance: Fraction

    def told(self, output: str) -> str:
        """Return what is there, for a sentence."""
        return {
            "kink": f"{output} has a kink",
            "jump": f"{output} jumps",
            "pole": f"{output} has a pole",
            "end": f"the domain of {output} ends",
            "oscillation": f"{output} tends to no limit",
            "vertical": f"the tangent of {output} is vertical",
            "rough": f"{output} is not smooth",
            "bend": f"the second derivative of {output} jumps",
        }[self.what]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One row of a table of difference quotients; `problem` says why a number is missing.

    `crossing` is what the step came to where the estimate is far from the slope.
    """

    quantities: ClassVar[tuple[str, ...]] = ("eps", "point", "value", "change", "estimate", "error")

    method: str
    eps: Quantity
    point: Quantity | None
    value: Quantity | None
    change: Quantity | None
    estimate: Quantity | None
    error: Quantity | None
    problem: str | None = None
    crossing: Crossing | None = field(default=None, repr=False)  # told in words


@dataclass(frozen=True, slots=True)
class TaylorTerm:
    """A term of an estimate's error: `part` of J's derivative of an order, times a power of eps.

    `rate` is the part's value at the point; the power is the order less 1.
    """

    order: int
    part: Fraction
    rate: Quantity


@dataclass(frozen=True, slots=True)
class Truncation:
    """What a method's estimate is off by in exact numbers, at a point and for one eps.

    Where J is a polynomial in the variable, `estimate` is the estimate as a formula, multiplied
    out, `excess` what it is above the slope, or, `is_below`, below it, and `numbers` the values of
    its powers of eps, the slope first. Elsewhere `leading` is the first term of the error, and
    `numbers` holds its value.
    """

    method: str
    estimate: str | None
    excess: str | None
    numbers: tuple[Quantity, ...]
    is_below: bool
    leading: TaylorTerm | None


@dataclass(frozen=True, slots=True)
class Slope:
    """The derivative at a point: the number, or why there is none, and its estimates."""

    quantities: ClassVar[tuple[str, ...]] = ("slope", "left", "right")

    variable: str
    order: int
    slope: Quantity | None
    differentiable: bool | None
    left: Quantity | None
    right: Quantity | None
    reason: str | None
    estimates: tuple[Estimate, ...]
    truncations: tuple[Truncation, ...] = field(default=(), repr=False)  # told in words


@dataclass(frozen=True, slots=True)
class PointStudy:
    """J and its slopes at one point; `problem` says why J has no value there.

    Beside a value, it says what else is missing: that floating-point numbers have lost the value,
    which is the exact one then, or entries of the Hessian. `hessian` holds the numbers of the
    study's Hessian; `curvature` says what they tell: positive definite, negative definite or
    indefinite.
    """

    quantities: ClassVar[tuple[str, ...]] = ("at", "value", "hessian")

    at: Mapping[str, Quantity]
    value: Quantity | None
    problem: str | None
    slopes: tuple[Slope, ...]
    refused: bool = False  # beyond the bounds here, while other points are answered
    hessian: tuple[tuple[Quantity | None, ...], ...] | None = None
    curvature: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the program, as text and as LaTeX."""

    name: str
    expression: str
    latex: str


@dataclass(frozen=True, slots=True)
class Study:
    """The result of `diff`."""

    schema: ClassVar[str] = "derivcli.diff/1"

    expression: str
    output: str
    variables: tuple[str, ...]
    steps: tuple[Statement, ...]
    arithmetic: str
    derivatives: tuple[Derivative, ...]
    points: tuple[PointStudy, ...]
    hessian: Hessian | None = None

    @property
    def status(self) -> ExitStatus:
        """4 where J or a slope is missing at a point, else 3 where a point is refused."""
        slopes = [slope for point in self.points for slope in point.slopes]
        missing = any(point.value is None and not point.refused for point in self.points)
        missing |= any(None in row for point in self.points for row in point.hessian or ())
        if missing or not all(slope.differentiable for slope in slopes):
            return ExitStatus.UNDEFINED
        if any(point.refused for point in self.points):
            return ExitStatus.REFUSED
        return ExitStatus.ANSWERED


@dataclass(frozen=True, slots=True)
class RowEstimate:
    """The estimate for one eps in a row of `table`."""

    quantities: ClassVar[tuple[str, ...]] = ("eps", "estimate")

    eps: Quantity
    estimate: Quantity | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `table`; `error` says why numbers are missing.

    `latex` holds each statement of an expression that stands as it was typed.
    """

    quantities: ClassVar[tuple[str, ...]] = ("at", "value", "slope")

    name: str
    expression: str
    variable: str | None
    at: Mapping[str, Quantity]
    derivative: str | None
    value: Quantity | None
    slope: Quantity | None
    estimates: tuple[RowEstimate, ...]
    error: str | None
    status: ExitStatus = ExitStatus.ANSWERED
    latex: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Overview:
    """The result of `table`: one row for each function, one estimate for each eps."""

    schema: ClassVar[str] = "derivcli.table/1"

    eps: tuple[Quantity, ...]
    rows: tuple[Row, ...]

    @property
    def status(self) -> ExitStatus:
        """The largest exit status of a row."""
        return max((row.status for row in self.rows), default=ExitStatus.ANSWERED)
