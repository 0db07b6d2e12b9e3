"""What is said of a path without an end: it falls on, rises, comes back, or wanders."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from derivcli.calculus.descent.trajectory import DescentStep, Motion, PathPattern, Trajectory
from derivcli.calculus.results import Quantity
from derivcli.report.comparison import WIDE, wide
from derivcli.report.markup import formula
from derivcli.report.notation import derivative_sign
from derivcli.report.numbers import FEW_DIGITS, number_text, short, where

MOST_POINTS = 6  # of a cycle that are named
ALIKE = Decimal("0.1")  # of the fall before: J falls by about as much with each step
LITTLE = Decimal("0.01")  # of all that J fell


def sign(trajectory: Trajectory, variable: str) -> str:
    """Return dJ/dw, or ∂J/∂w where J has several variables."""
    several = len(trajectory.variables) > 1
    return derivative_sign(trajectory.output, variable, 1, several=several)


def _with(trajectory: Trajectory, motion: Motion) -> PathPattern | None:
    """Return the pattern, if it has this motion and no kink makes the path go back and forth."""
    pattern = trajectory.pattern
    return pattern if pattern and pattern.motion == motion and trajectory.kink is None else None


def comes_back(trajectory: Trajectory) -> str | None:
    """Say that the points come again, in twos or in a longer cycle."""
    pattern = _with(trajectory, "cycle")
    if pattern is None:
        return None
    who = formula(trajectory.wrt[0]) if len(trajectory.wrt) == 1 else "The point"
    points = cycle_points(pattern)
    if len(points) == 2:
        path = f"{who} jumps back and forth between {' and '.join(points)}"
    else:
        path = f"{who} comes back after every {len(points)} steps"
    if 2 < len(points) <= MOST_POINTS:
        others = (each.removeprefix("about ") for each in points[1:])
        path += f", by way of {', '.join((points[0], *others))}"
    return (
        f"{path}, and gets no nearer to a minimum: the rate {short(trajectory.rate)} is too large."
        f"{bound(trajectory)}"
    )


def cycle_points(pattern: PathPattern) -> list[str]:
    """Return the points of a cycle, to the digits that are sure."""
    if len(pattern.points[0]) > 1:
        return [f"({_place(each, pattern.off)})" for each in pattern.points]
    numbers = [number for each in pattern.points for number in each.values()]
    if len(numbers) == 2:
        numbers.sort(key=float)
    if pattern.off is None:
        return [*map(short, numbers)]
    return [f"about {_rough(each, pattern.off)}" for each in numbers]


def _place(point: Mapping[str, Quantity], off: float | None) -> str:
    if off is None:
        return where(point)
    return ", ".join(formula(f"{name} ≈ {_rough(value, off)}") for name, value in point.items())


def _rough(quantity: Quantity, off: float) -> str:
    """Return a number whose digits are sure as far as `off` tells, four at the most."""
    size = abs(float(quantity))
    if size <= off:
        return formula("0")
    last = math.ceil(math.log10(off)) if off else -math.inf  # the place of the last sure digit
    digits = int(max(1, min(FEW_DIGITS, math.floor(math.log10(size)) + 1 - last)))
    return formula(number_text(quantity, digits))


def overshoots(trajectory: Trajectory) -> str | None:
    """Say that each step goes beyond the minimum, and the next one comes back."""
    if _with(trajectory, "overshooting") is None:
        return None
    last = trajectory.steps[-3:]
    for name in trajectory.wrt:
        one, two, three = (wide(step.gradient[name]) for step in last)
        if one * two < 0 > two * three:
            return (
                f"{formula(sign(trajectory, name))} changes its sign with every step: each one"
                " overshoots the minimum, and the next comes back."
            )
    return None


def rises(trajectory: Trajectory) -> str | None:
    """Say that J goes up with every step."""
    pattern, J = _with(trajectory, "rising"), formula(trajectory.output)
    if pattern is None:
        return None
    values = [step.value for step in trajectory.steps]
    start, who = pattern.lowest, f"In the second half of the path {J}"
    if all(wide(one) < wide(other) for one, other in pairwise(values)):
        start, who = values[0], J
    each = "" if len(values) == 2 else " with every step"
    return (
        f"{who} goes up{each}, from {short(start)} to {short(values[-1])}: the rate"
        f" {short(trajectory.rate)} is too large.{bound(trajectory)}"
    )


def wanders(trajectory: Trajectory) -> str | None:
    """Say that J goes up and down, and between which values."""
    pattern, J = _with(trajectory, "wandering"), formula(trajectory.output)
    if pattern is None:
        return None
    part = "" if len(trajectory.steps) <= 3 else "in its second half "
    return (
        f"After {counted(trajectory)} the path has not settled: {part}{J} goes up and"
        f" down between {short(pattern.lowest)} and {short(pattern.highest)}. The rate"
        f" {short(trajectory.rate)} is too large for {J} to go down with every step."
        f"{bound(trajectory)}"
    )


def still_falls(trajectory: Trajectory) -> str | None:
    """Say by how much J fell in the last step, and that it creeps if it does."""
    steps = trajectory.steps
    if _with(trajectory, "falling") is None or len(steps) < 3:
        return None
    before, last = (_fall(*pair) for pair in pairwise(steps[-3:]))
    if wide(last) <= 0:
        slopes = {sign(trajectory, name): steps[-1].gradient[name] for name in trajectory.wrt}
        name = max(slopes, key=lambda each: abs(wide(slopes[each])))
        return (
            f"After {counted(trajectory)} {formula(trajectory.output)} hardly changes any more:"
            f" {formula(name)} is {short(slopes[name])}."
        )
    went = f"After {counted(trajectory)} {formula(trajectory.output)} still goes down"
    creeps = abs(wide(last) - wide(before)) <= ALIKE * wide(before)
    if creeps and wide(last) <= LITTLE * wide(_fall(steps[0], steps[-1])):
        size = short(last)
        return (
            f"{went}, but slowly: by {size} in the last step, and about as much in the one before."
        )
    return f"{went}, by {short(last)} in the last one."


def _fall(one: DescentStep, other: DescentStep) -> Quantity:
    """Return by how much J is lower at another point."""
    first, last = one.value, other.value
    if isinstance(first.number, Fraction) and isinstance(last.number, Fraction):
        return Quantity(first.number - last.number)
    with localcontext(WIDE):
        return Quantity(wide(first) - wide(last))


def counted(trajectory: Trajectory) -> str:
    """Return how many steps were taken."""
    count = len(trajectory.steps) - 1
    return f"{count:,} step" + "s" * (count != 1)


def bound(trajectory: Trajectory) -> str:
    """Return below which rate the path converges: 2/J'', by the largest second derivative."""
    second, J = trajectory.curvature, trajectory.output
    if second is None or float(second.highest) <= 0:
        return ""
    most = _quotient(2, second.highest)
    if float(most) <= 0 or float(most) > float(trajectory.rate):
        return ""  # J'' is larger elsewhere
    alone = len(trajectory.wrt) == 1
    name = formula(f"{J}''") if alone else "the largest eigenvalue of the Hessian"
    over = formula(f"2/{J}''" if alone else f"2/{number_text(second.highest, FEW_DIGITS)}")
    if second.constant:
        return (
            f" As {name} is {short(second.highest)}, it converges for rates below"
            f" {over} {_equals(most)}."
        )
    here = trajectory.steps[0 if trajectory.outcome == "diverged" else -1].at
    return (
        f" Where {where(here)}, {name} is {short(second.highest)}: try a rate below"
        f" {over} {_equals(most)}."
    )


def _equals(quantity: Quantity) -> str:
    """Return "= 1", or "= about 0.3333"."""
    told = short(quantity)
    return f"= {told}" if told.startswith("about") else formula(f"= {told}")


def _quotient(top: int, below: Quantity) -> Quantity:
    if isinstance(below.number, Decimal):
        return Quantity(top / below.number)
    return Quantity(Fraction(top) / Fraction(below.number)) if below.number else below
