"""What there is to notice about a descent, a sentence each: the table NOTICES of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from derivcli.calculus.descent.trajectory import Trajectory
from derivcli.calculus.results import Quantity
from derivcli.report.blocks import Figure
from derivcli.report.notation import derivative_sign
from derivcli.report.numbers import figure

DIGITS = 4
ALTERNATIONS = 4  # changes of sign at the end of a path that make it an oscillation
SAME = 1e-9  # of the jump: a point that comes again
ROUNDING = 1e-15  # relative: what floats leave of that
HARDLY = 1e-3  # of the distance to where the slope would be 0
NOTICED = 1e-2  # of the point itself: it has moved, wherever it should go
STILL = 1e-6  # of the point itself


def notices(trajectory: Trajectory) -> Iterator[str]:
    """Yield every sentence that applies."""
    for notice in NOTICES:
        sentence = notice(trajectory)
        if sentence:
            yield sentence


def short(quantity: Quantity) -> str:
    """Return a number for a sentence: four digits, "about" where they are not all of it."""
    shown = figure(quantity, DIGITS)
    if isinstance(shown, Figure):
        return f"about {shown.text}" if shown.rounded else shown.text
    return shown


def where(point: Mapping[str, Quantity]) -> str:
    """Return a point for a sentence: "w = 3, b ≈ 0.1234"."""
    shown = ((name, figure(value, DIGITS)) for name, value in point.items())
    return ", ".join(
        f"{name} {'≈' if each.rounded else '='} {each.text}"
        for name, each in shown
        if isinstance(each, Figure)
    )


def sign(trajectory: Trajectory, variable: str) -> str:
    """Return dJ/dw, or ∂J/∂w where J has several variables."""
    several = len(trajectory.variables) > 1
    return derivative_sign(trajectory.output, variable, 1, several=several)


def _derivative(trajectory: Trajectory) -> str:
    if len(trajectory.wrt) == 1:
        return sign(trajectory, trajectory.wrt[0])
    return "the gradient"


def converged(trajectory: Trajectory) -> str | None:
    """Say that the gradient has vanished, and where."""
    found = trajectory.critical
    if trajectory.ending != "gradient":
        return None
    count = len(trajectory.steps) - 1
    sentence = (
        ""
        if found is None
        else AT_REST[found.kind].format(J=trajectory.output, where=where(found.at))
    )
    steps = f"{count:,} step" + "s" * (count > 1)
    if count == 0 or found is None:
        numbers = "" if trajectory.arithmetic == "exact" else f" in {trajectory.arithmetic}"
        when = f"after {steps}" if count else "at the start, so no step is taken"
        ending = f": {sentence}" if sentence else "."
        return f"{_derivative(trajectory)} is 0{numbers} {when}{ending}"
    vanished = f"{_derivative(trajectory)} is below a billionth of its largest value"
    outcome = trajectory.outcome.capitalize()
    return f"{outcome} after {steps}, where {vanished}: {sentence}"


AT_REST = {
    "minimum": "{J} has a minimum near {where}.",
    "maximum": "{J} has a maximum near {where}. Start a little beside it to descend.",
    "saddle": "but {J} has no minimum near {where}: beyond this saddle it falls further."
    " Start a little beside it to descend.",
    "valley": "{J} is low near {where}, and flat along some direction, as in a valley: where the"
    " path ends depends on where it starts.",
    "flat": "{J} is flat near {where}, as far as its derivatives tell: they do not say where it is"
    " lower.",
    "unknown": "{J} may have a minimum near {where}; second derivatives were not looked at.",
}


def stalled(trajectory: Trajectory) -> str | None:
    """Say that the steps have become too small for the arithmetic."""
    if trajectory.ending != "stalled":
        return None
    kind = trajectory.critical.kind if trajectory.critical else "flat"
    at = trajectory.steps[-1].at
    rest = AT_REST[kind].format(J=trajectory.output, where=where(at))
    return f"The next step is too small to change {where(at)} in {trajectory.arithmetic}: {rest}"


def slows_down(trajectory: Trajectory) -> str | None:
    """Say that the path creeps towards a point with slope 0 that is no minimum."""
    found = trajectory.critical
    if found is None or not found.ahead:
        return None
    what = "goes on falling beyond it" if found.kind == "saddle" else "has a maximum there"
    return (
        f"The steps lead towards {where(found.at)}, where {_derivative(trajectory)} is 0, but that"
        f" is no minimum: {trajectory.output} {what}."
    )


def diverged(trajectory: Trajectory) -> str | None:
    """Say that the path runs away, and whether a smaller rate would help."""
    if trajectory.outcome != "diverged":
        return None
    first, last = trajectory.steps[0], trajectory.steps[-1]
    J, second = trajectory.output, trajectory.curvature
    span = f"from {short(first.value)} to {short(last.value)}"
    endless = second is not None and second.constant and float(second.lowest) < 0
    if len(trajectory.steps) > 1 and (endless or float(last.value) < float(first.value)):
        never = ", without a minimum on the way" if endless else ""
        return f"Diverged: {J} falls {span} and on{never}."
    if len(trajectory.steps) == 1:
        span = "beyond every bound in one step"
    return (
        f"Diverged: {J} grows {span}. The rate {short(trajectory.rate)} is too large: each step"
        f" overshoots by more than the one before.{_bound(trajectory)}"
    )


def _bound(trajectory: Trajectory) -> str:
    """Return below which rate the path converges: 2/J'', by the largest second derivative."""
    second, J = trajectory.curvature, trajectory.output
    if second is None or float(second.highest) <= 0:
        return ""
    most = _quotient(2, second.highest)
    if float(most) <= 0 or float(most) > float(trajectory.rate):
        return ""  # J'' is larger elsewhere
    name = f"{J}''" if len(trajectory.wrt) == 1 else "the largest eigenvalue of the Hessian"
    over = f"2/{J}''" if len(trajectory.wrt) == 1 else f"2/{short(second.highest)}"
    if second.constant:
        return (
            f" As {name} is {short(second.highest)}, it converges for rates below"
            f" {over} = {short(most)}."
        )
    here = trajectory.steps[0 if trajectory.outcome == "diverged" else -1].at
    return (
        f" Where {where(here)}, {name} is {short(second.highest)}: try a rate below"
        f" {over} = {short(most)}."
    )


def _quotient(top: int, below: Quantity) -> Quantity:
    if isinstance(below.number, Decimal):
        return Quantity(top / below.number)
    return Quantity(Fraction(top) / Fraction(below.number)) if below.number else below


def oscillates(trajectory: Trajectory) -> str | None:
    """Say that the steps overshoot, back and forth."""
    if trajectory.outcome != "stopped" or trajectory.kink is not None:
        return None
    steps = trajectory.steps
    for name in trajectory.wrt:
        slopes = [step.gradient[name].number for step in steps[-ALTERNATIONS - 1 :]]
        if not slopes or not all(a * b < 0 for a, b in pairwise(map(_sign, slopes))):
            continue
        if len(steps) > 2 and _returns(trajectory, name):
            one, other = steps[-2].at[name], steps[-1].at[name]
            return (
                f"{name} jumps back and forth between {short(one)} and {short(other)}, and gets"
                f" no nearer to a minimum: the rate {short(trajectory.rate)} is too large."
                f"{_bound(trajectory)}"
            )
        if len(slopes) <= ALTERNATIONS:
            continue
        return (
            f"{sign(trajectory, name)} changes its sign with every step: each one overshoots the"
            " minimum, and the next comes back."
        )
    return None


def _sign(number: Fraction | Decimal | float) -> int:
    return (number > 0) - (number < 0)


def _returns(trajectory: Trajectory, name: str) -> bool:
    """Is the last point the one before the one before it, and the slope there no smaller?"""
    before, between, after = (float(step.at[name]) for step in trajectory.steps[-3:])
    slopes = [abs(Fraction(step.gradient[name].number)) for step in trajectory.steps[-3::2]]
    if slopes[1] < slopes[0] * Fraction(1 - ROUNDING):
        return False
    return abs(after - before) <= SAME * abs(after - between) + ROUNDING * abs(after)


def jumps_across_a_kink(trajectory: Trajectory) -> str | None:
    """Say that the steps go back and forth across a point without derivative."""
    if trajectory.kink is None or trajectory.outcome == "diverged":
        return None
    (name,) = trajectory.wrt
    return (
        f"The last step jumps across {name} = {short(trajectory.kink)}, where {trajectory.output}"
        f" has no derivative: the slope does not shrink towards such a kink, so the steps do not"
        " either, and the path jumps back and forth."
    )


def meets_a_kink(trajectory: Trajectory) -> str | None:
    """Say that the path has hit a point without derivative."""
    if trajectory.ending != "kink" or trajectory.problem_at is None:
        return None
    return (
        f"Step {len(trajectory.steps)} leads to {where(trajectory.problem_at)}, where"
        f" {trajectory.output} has no derivative: {trajectory.reason}."
    )


def leaves_the_domain(trajectory: Trajectory) -> str | None:
    """Say that a step has led to where J has no value."""
    if trajectory.ending != "undefined" or trajectory.problem_at is None:
        return None
    return (
        f"Step {len(trajectory.steps)} leads to {where(trajectory.problem_at)}, where"
        f" {trajectory.reason}. A smaller rate may stay where {trajectory.output} is defined."
    )


def hardly_moves(trajectory: Trajectory) -> str | None:
    """Say that the steps are tiny, beside the point or beside the distance to a slope of 0."""
    steps = trajectory.steps
    if trajectory.outcome != "stopped" or trajectory.ending != "iterations" or len(steps) < 2:
        return None
    if trajectory.critical is not None:
        return None
    names, second = trajectory.wrt, trajectory.curvature
    moved = max(abs(float(step.at[n]) - float(steps[0].at[n])) for n in names for step in steps)
    size = max(abs(float(steps[-1].at[n])) for n in names)
    slope = max(abs(float(steps[-1].gradient[n])) for n in names)
    bend = 0.0 if second is None else max(abs(float(second.lowest)), abs(float(second.highest)))
    far = moved >= NOTICED * size or not bend or moved >= HARDLY * slope / bend
    if moved >= STILL * size and far:
        return None
    count = f"{len(steps) - 1:,} step" + "s" * (len(steps) > 2)
    who = f"{names[0]} has" if len(names) == 1 else "the point has"
    return (
        f"After {count} {who} hardly moved: {_derivative(trajectory)} is tiny for the rate"
        f" {short(trajectory.rate)}. The rate is small, or {trajectory.output} is flat here."
    )


def inexact(trajectory: Trajectory) -> str | None:
    """Say why the numbers are not exact though they were to be."""
    return trajectory.note


NOTICES: tuple[Callable[[Trajectory], str | None], ...] = (
    converged,
    stalled,
    slows_down,
    diverged,
    oscillates,
    jumps_across_a_kink,
    meets_a_kink,
    leaves_the_domain,
    hardly_moves,
    inexact,
)
