"""How a descent ended: converged, diverged or stopped, at what point, and why there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from derivcli.calculus import symbolic
from derivcli.calculus.crossings import crossing
from derivcli.calculus.descent.critical import (
    Hessian,
    ahead,
    ahead_in_space,
    curvature,
    kind_in_space,
    kind_on_line,
    second_derivatives,
)
from derivcli.calculus.descent.loop import Halt, Path, distance, length
from derivcli.calculus.descent.objective import Objective, slopes
from derivcli.calculus.descent.patterns import pattern
from derivcli.calculus.descent.scenery import scene
from derivcli.calculus.descent.trajectory import Critical, Curvature, Kind, Outcome
from derivcli.calculus.descent.values import Descent, float_path
from derivcli.calculus.estimates import constants
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Quantity
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.tree import inline

GROWING = 3  # steps, each longer than the one before, with J above where it began
AHEAD = 1_000  # steps beyond the end for which they have to go on growing
PRECISION = 1e-8  # of the size of the path: where it has come to is not known any better
CALMED = 0.5  # of the first gradient: a path that comes to rest somewhere
REACH = 5  # times the way that a path seems to have before it: no further does it lead
NEARER = 0.8  # of the distance to a point: the path comes nearer to it
LOOKS = 32  # places between two points where a kink is looked for


def outcome_fields(objective: Objective, descent: Descent) -> dict[str, Any]:
    """Return what a Trajectory says about its end, by field."""
    path, values = descent.path, descent.values
    flat = all(each.is_zero for each in descent.steps[-1].gradient.values())
    hessian = second_derivatives(objective.derivatives, objective.wrt, objective.data)
    start = curvature(hessian, path.points[0], objective.wrt)
    outcome = _outcome(objective, path, values, start)
    habit = None
    if outcome == "stopped":
        habit = pattern(descent, objective.unit, lambda steps: _onwards(objective, path, steps))
    end = curvature(hessian, path.points[-1], objective.wrt)
    critical = None
    if flat or habit is None or habit.motion in ("falling", "overshooting"):
        critical = _critical(objective, path, hessian, flat=flat) if outcome != "diverged" else None
    last = descent.steps[-1].at
    if flat and critical is not None and all(each.exact is not None for each in last.values()):
        critical = replace(critical, at=last)
    if outcome == "converged" and critical is not None and critical.kind == "flat":
        outcome = "stopped"  # nothing draws the path there
    return {
        "outcome": outcome,
        "ending": path.ending,
        "reason": path.reason,
        "problem_at": _quantities(objective, path.problem_at),
        "curvature": start if outcome == "diverged" else end,
        "critical": critical,
        "kink": _kink(objective, path),
        "pattern": habit,
        "scene": scene(objective, path, values, _minimum(objective, path, hessian, critical)),
    }


def _outcome(
    objective: Objective, path: Path, values: list[float], start: Curvature | None
) -> Outcome:
    if path.ending == "growth":
        return "diverged"
    if path.ending == "gradient":
        return "converged"
    if len(path.gradients) <= GROWING or not _grows(path.gradients[-GROWING - 1 :]):
        return "stopped"
    if start is not None and start.constant and float(start.lowest) < 0:
        return "diverged"
    return "diverged" if values[-1] > values[0] and _grows_on(objective, path) else "stopped"


def _grows(gradients: Sequence[Any]) -> bool:
    return all(one < other for one, other in pairwise(map(length, gradients)))


def _onwards(objective: Objective, path: Path, steps: int) -> Any:
    """Return where so many more steps lead in floats; None where they lead nowhere."""
    points = float_path(objective, path.points[-1], steps).points
    return points[-1] if len(points) > steps else None


def _grows_on(objective: Objective, path: Path) -> bool:
    """Do the steps grow on and on beyond the end? They may come to a cycle, or wander."""
    ahead = float_path(objective, path.points[-1], AHEAD)
    return ahead.ending == "growth" or _grows(ahead.gradients)


def _quantities(objective: Objective, p: Any) -> Mapping[str, Quantity] | None:
    if p is None or not all(map(math.isfinite, p if isinstance(p, tuple) else (p,))):
        return None
    numbers = p if isinstance(p, tuple) else (p,)
    return {name: Quantity(value) for name, value in zip(objective.wrt, numbers, strict=True)}


def _size(path: Path) -> float:
    """Return the size of the path: how far it went, or how far from 0 it is."""
    spread = max(distance(p, path.points[0]) for p in path.points)
    return max(spread, length(path.points[-1])) or 1.0


def lost_gradient(objective: Objective, descent: Descent, arithmetic: str) -> str | None:
    """Return a note with the exact gradient at the end, where floats call it 0 and it is not.

    None where floats are right, or it cannot be told.
    """
    end = descent.path.points[-1]
    if not all(each.is_zero for each in descent.steps[-1].gradient.values()):
        return None
    exact = _exact_slopes(objective, end)
    if exact is None or all(each.is_zero for each in exact):
        return None
    program = objective.request.program
    sign = "∂" if len(program.variables) > 1 else "d"
    shown = ", ".join(
        f"{sign}{program.output.name}/{sign}{name} is {_four_digits(each)}"
        for name, each in zip(objective.wrt, exact, strict=True)
        if not each.is_zero
    )
    return f"That the gradient is 0 there is sure in {arithmetic} alone: exactly, {shown}."


def _four_digits(quantity: Quantity) -> str:
    value = quantity.number
    if quantity.below is not None:
        return f"not told from 0, and below 1e{quantity.below.adjusted()}"
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return f"about {value:.3e}"


def _exact_slopes(
    objective: Objective, p: Any, at: Sequence[Fraction] | None = None
) -> tuple[Quantity, ...] | None:
    """Return the exact gradient at a point; None where there is none or it cannot be told."""
    there = [Fraction(w) for w in (p if isinstance(p, tuple) else (p,))] if at is None else at

    def point(fine: Exact) -> dict[str, Real]:
        return {
            **constants(objective.request.start, fine),
            **dict(zip(objective.wrt, there, strict=True)),
        }

    def compute(arithmetic: Exact) -> tuple[Quantity, ...]:
        exact = slopes(objective, point, arithmetic)
        return tuple(settle(each, objective.request.digits, arithmetic) for each in exact)

    try:
        return with_digits(objective.request.digits, symbolic.is_zero, compute)
    except (Halt, RefusedError, UndefinedError):
        return None


def _critical(
    objective: Objective, path: Path, hessian: Hessian | None, *, flat: bool
) -> Critical | None:
    """Return the critical point at the end of the path, or the one ahead that is no minimum."""
    p, size = path.points[-1], _size(path)
    second = curvature(hessian, p, objective.wrt)
    if path.ending in ("gradient", "stalled") or flat:
        if isinstance(p, tuple):
            kind = kind_in_space(second, length(path.gradients[-1]), size)
        else:
            kind = kind_on_line(objective.gradient[0], second, p, size)
        return Critical(kind, _near(objective, p, size))
    if path.ending != "iterations" or hessian is None:
        return None
    return _ahead(objective, path, hessian, size)


def _ahead(objective: Objective, path: Path, hessian: Hessian, size: float) -> Critical | None:
    """Return the critical point that a path without end leads to, if it is no minimum."""
    p = path.points[-1]
    if isinstance(p, tuple) and length(path.gradients[-1]) >= CALMED * length(path.gradients[0]):
        return None
    there, kind = _leads_to(objective, p, hessian, size)
    if kind not in ("saddle", "maximum") or not _goes_to(objective, path, there):
        return None
    return Critical(kind, _near(objective, there, size), ahead=True)


def _goes_to(objective: Objective, path: Path, there: Any) -> bool:
    """Do more steps lead half of the way to a point, or seem to come there in the end?"""
    last = path.points[-1]
    onward = float_path(objective, last, max(AHEAD, len(path.points)))
    left = [distance(there, p) for p in (last, *onward.points)]
    if min(left) <= left[0] / 2:
        return True
    way = _way_left(onward)
    return min(left) <= NEARER * left[0] and left[-1] <= REACH * way < math.inf


def _way_left(path: Path) -> float:
    """Return how far the path still goes, each step being the same share of the one before."""
    if len(path.points) < 3:
        return math.inf
    before, now = (distance(q, p) for p, q in pairwise(path.points[-3:]))
    return now * now / (before - now) if now < before else math.inf


def _leads_to(
    objective: Objective, p: Any, hessian: Hessian, size: float
) -> tuple[Any, Kind | None]:
    """Return the critical point near a point, or ahead of it on a line, and what it is."""
    if isinstance(p, tuple):
        there = ahead_in_space(objective.gradient, hessian, p, size)
        second = None if there is None else curvature(hessian, there, objective.wrt)
        return there, None if there is None else kind_in_space(second, 0.0, size)
    on_line = ahead(objective.gradient[0], hessian[0][0][1], p, size)
    if on_line is None:
        return None, None
    second = curvature(hessian, on_line, objective.wrt)
    return on_line, kind_on_line(objective.gradient[0], second, on_line, size)


def _minimum(
    objective: Objective, path: Path, hessian: Hessian | None, critical: Critical | None
) -> Mapping[str, Quantity] | None:
    """Return the minimum that a path of one or two variables has come to, or leads to."""
    if critical is not None:
        return critical.at if critical.kind == "minimum" else None
    if hessian is None or len(objective.wrt) > 2:
        return None
    size = _size(path)
    there, kind = _leads_to(objective, path.points[-1], hessian, size)
    return _near(objective, there, size) if kind == "minimum" else None


def _near(objective: Objective, p: Any, size: float) -> dict[str, Quantity]:
    """Return a point as far as a path tells: to seven digits, marked as rounded.

    Where the number next to it is a short one at which the gradient is 0, it is that number.
    """
    numbers = p if isinstance(p, tuple) else (p,)
    short = [0.0 if abs(w) <= PRECISION * size else float(f"{w:.7g}") for w in numbers]
    simple = [Fraction(repr(w)) for w in short]
    gradient = _exact_slopes(objective, p, simple)
    if gradient is not None and all(each.is_zero for each in gradient):
        return dict(zip(objective.wrt, map(Quantity, simple), strict=True))
    return {
        name: Quantity(Decimal(f"{w:.7g}"), nearest=w)
        for name, w in zip(objective.wrt, numbers, strict=True)
    }


def _kink(objective: Objective, path: Path) -> Quantity | None:
    """Return the kink that the last step of one variable jumped across, back or forth."""
    if path.ending != "iterations" or len(objective.wrt) > 1 or len(path.points) < 2:
        return None
    one, other = (Fraction(w) for w in path.points[-2:])
    if path.gradients[-2] * path.gradients[-1] >= 0:
        return None

    def point(fine: Exact) -> dict[str, Real]:
        return {**constants(objective.request.start, fine), objective.wrt[0]: one}

    steps = [abs(other - one) * Fraction(part, LOOKS) for part in range(1, LOOKS + 1)]
    tree, side = inline(objective.request.program), 1 if other > one else -1
    event = crossing(tree, point, objective.wrt[0], side, steps)
    return event.at if event is not None and event.what in ("kink", "jump") else None
