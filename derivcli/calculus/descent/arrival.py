"""What a finished path has come to: converged or diverged, on what, and why it ended there."""

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
from derivcli.calculus.descent.landscape import Landscape, slopes
from derivcli.calculus.descent.paths import Halt, Path
from derivcli.calculus.descent.patterns import pattern
from derivcli.calculus.descent.scenery import scene
from derivcli.calculus.descent.trajectory import Critical, Curvature, Kind, Outcome
from derivcli.calculus.descent.walks import Walk, float_path
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


def facts(land: Landscape, walk: Walk) -> dict[str, Any]:
    """Return what a Trajectory says about its end, by field."""
    path, values = walk.path, walk.values
    flat = all(each.is_zero for each in walk.steps[-1].gradient.values())
    hessian = second_derivatives(land.derivatives, land.wrt, land.data)
    start = curvature(hessian, path.points[0], land.wrt)
    outcome = _outcome(land, path, values, start)
    habit = None
    if outcome == "stopped":
        habit = pattern(walk, land.unit, lambda steps: _onwards(land, path, steps))
    end = curvature(hessian, path.points[-1], land.wrt)
    critical = None
    if flat or habit is None or habit.motion in ("falling", "overshooting"):
        critical = _critical(land, path, hessian, flat=flat) if outcome != "diverged" else None
    last = walk.steps[-1].at
    if flat and critical is not None and all(each.exact is not None for each in last.values()):
        critical = replace(critical, at=last)
    if outcome == "converged" and critical is not None and critical.kind == "flat":
        outcome = "stopped"  # nothing draws the path there
    return {
        "outcome": outcome,
        "ending": path.ending,
        "reason": path.reason,
        "problem_at": _quantities(land, path.problem_at),
        "curvature": start if outcome == "diverged" else end,
        "critical": critical,
        "kink": _kink(land, path),
        "pattern": habit,
        "scene": scene(land, path, values, _minimum(land, path, hessian, critical)),
    }


def _outcome(land: Landscape, path: Path, values: list[float], start: Curvature | None) -> Outcome:
    if path.ending == "growth":
        return "diverged"
    if path.ending == "gradient":
        return "converged"
    if len(path.gradients) <= GROWING or not _grows(path.gradients[-GROWING - 1 :]):
        return "stopped"
    if start is not None and start.constant and float(start.lowest) < 0:
        return "diverged"
    return "diverged" if values[-1] > values[0] and _grows_on(land, path) else "stopped"


def _grows(gradients: Sequence[Any]) -> bool:
    return all(one < other for one, other in pairwise(map(_length, gradients)))


def _onwards(land: Landscape, path: Path, steps: int) -> Any:
    """Return where so many more steps lead in floats; None where they lead nowhere."""
    points = float_path(land, path.points[-1], steps).points
    return points[-1] if len(points) > steps else None


def _grows_on(land: Landscape, path: Path) -> bool:
    """Do the steps grow on and on beyond the end? They may come to a cycle, or wander."""
    ahead = float_path(land, path.points[-1], AHEAD)
    return ahead.ending == "growth" or _grows(ahead.gradients)


def _length(p: Any) -> float:
    return math.hypot(*p) if isinstance(p, tuple) else abs(p)


def _quantities(land: Landscape, p: Any) -> Mapping[str, Quantity] | None:
    if p is None or not all(map(math.isfinite, p if isinstance(p, tuple) else (p,))):
        return None
    numbers = p if isinstance(p, tuple) else (p,)
    return {name: Quantity(value) for name, value in zip(land.wrt, numbers, strict=True)}


def _size(path: Path) -> float:
    """Return the size of the path: how far it went, or how far from 0 it is."""
    spread = max(_length(_minus(p, path.points[0])) for p in path.points)
    return max(spread, _length(path.points[-1])) or 1.0


def _minus(p: Any, q: Any) -> Any:
    return tuple(a - b for a, b in zip(p, q, strict=True)) if isinstance(p, tuple) else p - q


def lost(land: Landscape, walk: Walk, arithmetic: str) -> str | None:
    """Return the exact gradient at the end of a path, where floats have lost it."""
    end = walk.path.points[-1]
    if not all(each.is_zero for each in walk.steps[-1].gradient.values()):
        return None
    found = _exact_slopes(land, end)
    if found is None or all(each.is_zero for each in found):
        return None
    program = land.request.program
    sign = "∂" if len(program.variables) > 1 else "d"
    shown = ", ".join(
        f"{sign}{program.output.name}/{sign}{name} is {_four_digits(each)}"
        for name, each in zip(land.wrt, found, strict=True)
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
    land: Landscape, p: Any, at: Sequence[Fraction] | None = None
) -> tuple[Quantity, ...] | None:
    """Return the exact gradient at a point; None where there is none or it cannot be told."""
    there = [Fraction(w) for w in (p if isinstance(p, tuple) else (p,))] if at is None else at

    def point(fine: Exact) -> dict[str, Real]:
        return {**constants(land.request.start, fine), **dict(zip(land.wrt, there, strict=True))}

    def compute(arithmetic: Exact) -> tuple[Quantity, ...]:
        found = slopes(land, point, arithmetic)
        return tuple(settle(each, land.request.digits, arithmetic) for each in found)

    try:
        return with_digits(land.request.digits, symbolic.is_zero, compute)
    except (Halt, RefusedError, UndefinedError):
        return None


def _critical(
    land: Landscape, path: Path, hessian: Hessian | None, *, flat: bool
) -> Critical | None:
    """Return the critical point at the end of the path, or the one ahead that is no minimum."""
    p, size = path.points[-1], _size(path)
    second = curvature(hessian, p, land.wrt)
    if path.ending in ("gradient", "stalled") or flat:
        if isinstance(p, tuple):
            kind = kind_in_space(second, _length(path.gradients[-1]), size)
        else:
            kind = kind_on_line(land.gradient[0], second, p, size)
        return Critical(kind, _near(land, p, size))
    if path.ending != "iterations" or hessian is None:
        return None
    return _ahead(land, path, hessian, size)


def _ahead(land: Landscape, path: Path, hessian: Hessian, size: float) -> Critical | None:
    """Return the critical point that a path without end leads to, if it is no minimum."""
    p = path.points[-1]
    if isinstance(p, tuple) and _length(path.gradients[-1]) >= CALMED * _length(path.gradients[0]):
        return None
    found, kind = _leads_to(land, p, hessian, size)
    if kind not in ("saddle", "maximum") or not _goes_to(land, path, found):
        return None
    return Critical(kind, _near(land, found, size), ahead=True)


def _goes_to(land: Landscape, path: Path, found: Any) -> bool:
    """Do more steps lead half of the way to a point, or seem to come there in the end?"""
    last = path.points[-1]
    onward = float_path(land, last, max(AHEAD, len(path.points)))
    left = [_length(_minus(found, p)) for p in (last, *onward.points)]
    if min(left) <= left[0] / 2:
        return True
    way = _way_left(onward)
    return min(left) <= NEARER * left[0] and left[-1] <= REACH * way < math.inf


def _way_left(path: Path) -> float:
    """Return how far the path still goes, each step being the same share of the one before."""
    if len(path.points) < 3:
        return math.inf
    before, now = (_length(_minus(q, p)) for p, q in pairwise(path.points[-3:]))
    return now * now / (before - now) if now < before else math.inf


def _leads_to(land: Landscape, p: Any, hessian: Hessian, size: float) -> tuple[Any, Kind | None]:
    """Return the critical point near a point, or ahead of it on a line, and what it is."""
    if isinstance(p, tuple):
        there = ahead_in_space(land.gradient, hessian, p, size)
        second = None if there is None else curvature(hessian, there, land.wrt)
        return there, None if there is None else kind_in_space(second, 0.0, size)
    found = ahead(land.gradient[0], hessian[0][0][1], p, size)
    if found is None:
        return None, None
    second = curvature(hessian, found, land.wrt)
    return found, kind_on_line(land.gradient[0], second, found, size)


def _minimum(
    land: Landscape, path: Path, hessian: Hessian | None, critical: Critical | None
) -> Mapping[str, Quantity] | None:
    """Return the minimum that a path of one or two variables has come to, or leads to."""
    if critical is not None:
        return critical.at if critical.kind == "minimum" else None
    if hessian is None or len(land.wrt) > 2:
        return None
    size = _size(path)
    found, kind = _leads_to(land, path.points[-1], hessian, size)
    return _near(land, found, size) if kind == "minimum" else None


def _near(land: Landscape, p: Any, size: float) -> dict[str, Quantity]:
    """Return a point as far as a path tells: to seven digits, marked as rounded.

    Where the number next to it is a short one at which the gradient is 0, it is that number.
    """
    numbers = p if isinstance(p, tuple) else (p,)
    short = [0.0 if abs(w) <= PRECISION * size else float(f"{w:.7g}") for w in numbers]
    simple = [Fraction(repr(w)) for w in short]
    found = _exact_slopes(land, p, simple)
    if found is not None and all(each.is_zero for each in found):
        return dict(zip(land.wrt, map(Quantity, simple), strict=True))
    return {
        name: Quantity(Decimal(f"{w:.7g}"), nearest=w)
        for name, w in zip(land.wrt, numbers, strict=True)
    }


def _kink(land: Landscape, path: Path) -> Quantity | None:
    """Return the kink that the last step of one variable jumped across, back or forth."""
    if path.ending != "iterations" or len(land.wrt) > 1 or len(path.points) < 2:
        return None
    one, other = (Fraction(w) for w in path.points[-2:])
    if path.gradients[-2] * path.gradients[-1] >= 0:
        return None

    def point(fine: Exact) -> dict[str, Real]:
        return {**constants(land.request.start, fine), land.wrt[0]: one}

    steps = [abs(other - one) * Fraction(part, LOOKS) for part in range(1, LOOKS + 1)]
    tree, side = inline(land.request.program), 1 if other > one else -1
    found = crossing(tree, point, land.wrt[0], side, steps)
    return found.at if found is not None and found.what in ("kink", "jump") else None
