"""Request and result of `descend`: every step of gradient descent, and how the descent ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from derivcli.calculus.descent.contours import Contour
from derivcli.calculus.results import Constant, Derivative, Point, Quantity, Statement
from derivcli.errors import ExitStatus
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.tree import Program

# Why the descent took no further step.
Ending = Literal["iterations", "gradient", "stalled", "growth", "kink", "undefined"]
Outcome = Literal["converged", "diverged", "stopped"]
Kind = Literal["minimum", "maximum", "saddle", "valley", "flat", "unknown"]
# What J does from step to step, or the points do, on a path that came to no end.
Motion = Literal["falling", "overshooting", "rising", "cycle", "wandering"]


@dataclass(frozen=True, slots=True)
class DescentRequest:
    """What to descend: a program, from where, along which variables, how far.

    `start` has a value for every variable; those not in `wrt` are data and stay. `arithmetic` is
    "exact", "float64", "float32", or None for exact as long as that is cheap. `seconds` is the
    clock.
    """

    program: Program
    start: Point
    wrt: tuple[str, ...]
    rate: Constant
    iterations: int = 20
    arithmetic: str | None = None
    digits: int = 17
    seconds: float = 10.0
    limits: Limits = COMMAND_LINE


@dataclass(frozen=True, slots=True)
class DescentStep:
    """One point of the path: J, its gradient, and the step from here to the next point.

    `step` is None at the last point.
    """

    quantities: ClassVar[tuple[str, ...]] = ("at", "value", "gradient", "step")

    iteration: int
    at: Mapping[str, Quantity]
    value: Quantity
    gradient: Mapping[str, Quantity]
    step: Mapping[str, Quantity] | None

    def __reduce__(self) -> tuple[Any, ...]:
        """Ten thousand of these cross from one process to another: bare numbers are fast."""
        step = None if self.step is None else _bare(self.step.values())
        numbers = _bare(self.at.values()), _bare([self.value]), _bare(self.gradient.values())
        return _step, (self.iteration, tuple(self.at), *numbers, step)


Bare = float | Quantity


def _bare(quantities: Any) -> tuple[Bare, ...]:
    return tuple(each.number if type(each.number) is float else each for each in quantities)


def _step(
    iteration: int,
    names: tuple[str, ...],
    at: tuple[Bare, ...],
    value: tuple[Bare],
    gradient: tuple[Bare, ...],
    step: tuple[Bare, ...] | None,
) -> DescentStep:
    def whole(numbers: tuple[Bare, ...]) -> dict[str, Quantity]:
        return {
            name: Quantity(each) if type(each) is float else each  # type: ignore[misc] # else it is one
            for name, each in zip(names, numbers, strict=True)
        }

    first = value[0]
    return DescentStep(
        iteration,
        whole(at),
        first if isinstance(first, Quantity) else Quantity(first),
        whole(gradient),
        None if step is None else whole(step),
    )


@dataclass(frozen=True, slots=True)
class Curvature:
    """The second derivative, or the smallest and largest eigenvalue of the Hessian.

    `constant` where it is the same everywhere: J is quadratic.
    """

    quantities: ClassVar[tuple[str, ...]] = ("lowest", "highest")

    lowest: Quantity
    highest: Quantity
    constant: bool


@dataclass(frozen=True, slots=True)
class Critical:
    """A point where the gradient is 0 or nearly so, and what J has there.

    `ahead` where the path has not reached it, but leads to it. A valley is a minimum that is
    flat along some direction, as far as second derivatives tell.
    """

    quantities: ClassVar[tuple[str, ...]] = ("at",)

    kind: Kind
    at: Mapping[str, Quantity]
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class PathPattern:
    """What the second half of a path does, and between which values of J.

    It falls, on one side of the minimum (falling) or across it with each step (overshooting),
    rises, goes up and down (wandering), or comes back to the points of a cycle: `off` is how far
    the path still is from it, and None where it is on it, and so for ever.
    """

    quantities: ClassVar[tuple[str, ...]] = ("lowest", "highest", "points")

    motion: Motion
    lowest: Quantity
    highest: Quantity
    points: tuple[Mapping[str, Quantity], ...] = ()
    off: float | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn around a path: the minimum it leads to, J there, and J in the neighbourhood.

    Of one variable that is `curve`, in stretches; of two it is `contours` in a `window`.
    """

    minimum: Mapping[str, Quantity] | None = None
    value: float | None = None
    curve: tuple[tuple[tuple[float, float], ...], ...] = ()
    contours: tuple[Contour, ...] = ()
    window: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The result of `descend`.

    `data` are the variables that stay. `reason` says why there is no derivative, or no J, where
    the path had to end; `problem_at` where that is. `curvature` is that of the last point, of the
    first where the path ran away. `kink` lies between the last two points. `pattern` is there where
    the path neither converged nor ran away. `note` says why the numbers are not exact though they
    were to be, or that floats have lost the gradient.
    """

    schema: ClassVar[str] = "derivcli.descend/1"
    quantities: ClassVar[tuple[str, ...]] = ("data", "rate", "problem_at", "kink")

    expression: str
    output: str
    variables: tuple[str, ...]
    wrt: tuple[str, ...]
    data: Mapping[str, Quantity]
    statements: tuple[Statement, ...]
    derivatives: tuple[Derivative, ...]
    arithmetic: str
    rate: Quantity
    iterations: int
    steps: tuple[DescentStep, ...]
    outcome: Outcome
    ending: Ending
    reason: str | None = None
    problem_at: Mapping[str, Quantity] | None = None
    curvature: Curvature | None = None
    critical: Critical | None = None
    kink: Quantity | None = None
    pattern: PathPattern | None = None
    note: str | None = None
    scene: Scene = field(default_factory=Scene, repr=False)  # drawn, not told

    @property
    def status(self) -> ExitStatus:
        """4 where the path met a point without derivative, else 0: it answers, diverged or not."""
        if self.ending in ("kink", "undefined"):
            return ExitStatus.UNDEFINED
        return ExitStatus.ANSWERED
