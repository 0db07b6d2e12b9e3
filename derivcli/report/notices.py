"""What there is to notice about a descent, a sentence each: the table NOTICES of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from derivcli.calculus.descent.trajectory import Kind, Trajectory
from derivcli.calculus.results import Quantity
from derivcli.report.markup import formula, mixed
from derivcli.report.numbers import short, where
from derivcli.report.patterns import (
    bound,
    comes_back,
    counted,
    cycle_points,
    overshoots,
    rises,
    sign,
    still_falls,
    wanders,
)

HARDLY = 1e-3  # of the distance to where the slope would be 0
NOTICED = 1e-2  # of the point itself: it has moved, wherever it should go
STILL = 1e-6  # of the point itself


def notices(trajectory: Trajectory) -> Iterator[str]:
    """Yield every sentence that applies."""
    for notice in NOTICES:
        sentence = notice(trajectory)
        if sentence:
            yield sentence


def _derivative(trajectory: Trajectory) -> str:
    if len(trajectory.wrt) == 1:
        return formula(sign(trajectory, trajectory.wrt[0]))
    return "the gradient"


def converged(trajectory: Trajectory) -> str | None:
    """Say that the gradient has vanished, and where."""
    critical = trajectory.critical
    if trajectory.ending != "gradient":
        return None
    count = len(trajectory.steps) - 1
    numbers = "" if trajectory.arithmetic == "exact" else f" in {trajectory.arithmetic}"
    if count == 0 or critical is None:
        when = f"after {counted(trajectory)}" if count else "at the start, so no step is taken"
        ending = (
            "." if critical is None else f": {_at_rest(trajectory, critical.kind, critical.at)}"
        )
        return f"{_derivative(trajectory)} is 0{numbers} {when}{ending}"
    flat = all(each.is_zero for each in trajectory.steps[-1].gradient.values())
    small = f"0{numbers}" if flat else "below a billionth of its largest value"
    outcome = "stuck" if critical.kind in ("maximum", "saddle") else trajectory.outcome
    return (
        f"{outcome.capitalize()} after {counted(trajectory)}, where {_derivative(trajectory)} is"
        f" {small}: {_at_rest(trajectory, critical.kind, critical.at)}"
    )


def _at_rest(trajectory: Trajectory, kind: Kind, at: Mapping[str, Quantity]) -> str:
    saddle = "inflection point" if len(trajectory.wrt) == 1 else "saddle"
    return AT_REST[kind].format(J=formula(trajectory.output), where=where(at), saddle=saddle)


AT_REST = {
    "minimum": "{J} has a minimum near {where}.",
    "maximum": "{J} has a maximum near {where}. Start a little beside it to descend.",
    "saddle": "{J} has no minimum near {where}; beyond this {saddle} it goes further down."
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
    rest = _at_rest(trajectory, kind, at)
    return f"The next step is too small to change {where(at)} in {trajectory.arithmetic}: {rest}"


def slows_down(trajectory: Trajectory) -> str | None:
    """Say that the path creeps towards a point with slope 0 that is no minimum."""
    critical = trajectory.critical
    if critical is None or not critical.ahead:
        return None
    what = "goes further down beyond it" if critical.kind == "saddle" else "has a maximum there"
    return (
        f"The steps lead towards {where(critical.at)}, where {_derivative(trajectory)} is 0, but"
        f" that is no minimum: {formula(trajectory.output)} {what}."
    )


def diverged(trajectory: Trajectory) -> str | None:
    """Say that the path runs away, and whether a smaller rate would help."""
    if trajectory.outcome != "diverged":
        return None
    first, last = trajectory.steps[0], trajectory.steps[-1]
    J, second = formula(trajectory.output), trajectory.curvature
    span = f"from {short(first.value)} to {short(last.value)}"
    endless = second is not None and second.constant and float(second.lowest) < 0
    if len(trajectory.steps) > 1 and (endless or float(last.value) < float(first.value)):
        never = ", without a minimum on the way" if endless else ""
        return f"Diverged: {J} goes down {span} and on{never}."
    if len(trajectory.steps) == 1:
        span = "beyond every bound in one step"
    return (
        f"Diverged: {J} goes up {span}. The rate {short(trajectory.rate)} is too large: each step"
        f" overshoots by more than the one before.{bound(trajectory)}"
    )


def jumps_across_a_kink(trajectory: Trajectory) -> str | None:
    """Say that the steps go back and forth across a point without derivative."""
    if trajectory.kink is None or trajectory.outcome == "diverged":
        return None
    (name,), pattern = trajectory.wrt, trajectory.pattern
    what = formula(sign(trajectory, name))
    forth = "back and forth"
    if pattern and len(pattern.points) == 2:
        forth += f" between {' and '.join(cycle_points(pattern))}"
    return (
        f"The last step jumps across {where({name: trajectory.kink})}, where"
        f" {formula(trajectory.output)} has no derivative: {what} does not get small towards such"
        f" a kink, so the steps do not either, and the path jumps {forth}."
    )


def meets_a_kink(trajectory: Trajectory) -> str | None:
    """Say that the path has hit a point without derivative."""
    if trajectory.ending != "kink" or trajectory.problem_at is None:
        return None
    return (
        f"Step {len(trajectory.steps)} leads to {where(trajectory.problem_at)}, where"
        f" {formula(trajectory.output)} has no derivative: {mixed(trajectory.reason or '')}."
    )


def leaves_the_domain(trajectory: Trajectory) -> str | None:
    """Say that a step has led to where J has no value."""
    if trajectory.ending != "undefined" or trajectory.problem_at is None:
        return None
    return (
        f"Step {len(trajectory.steps)} leads to {where(trajectory.problem_at)}, where"
        f" {mixed(trajectory.reason or '')}. A smaller rate may stay where"
        f" {formula(trajectory.output)} is defined."
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
    who = f"{formula(names[0])} has" if len(names) == 1 else "the point has"
    return (
        f"After {counted(trajectory)} {who} hardly moved: {_derivative(trajectory)} is tiny for the"
        f" rate {short(trajectory.rate)}. The rate is small, or"
        f" {formula(trajectory.output)} is flat here."
    )


def goes_on(trajectory: Trajectory) -> str | None:
    """Say that J still falls, where nothing else is said of a path that came to no end."""
    return None if slows_down(trajectory) or hardly_moves(trajectory) else still_falls(trajectory)


def inexact(trajectory: Trajectory) -> str | None:
    """Say why the numbers are not exact though they were to be."""
    return trajectory.note


NOTICES: tuple[Callable[[Trajectory], str | None], ...] = (
    converged,
    stalled,
    slows_down,
    diverged,
    comes_back,
    overshoots,
    rises,
    wanders,
    jumps_across_a_kink,
    meets_a_kink,
    leaves_the_domain,
    hardly_moves,
    goes_on,
    inexact,
)
