"""What a path without an end does: J falls or rises, points come again, or none of these."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

from derivcli.calculus.descent.loop import distance, length
from derivcli.calculus.descent.trajectory import DescentStep, Motion, PathPattern
from derivcli.calculus.descent.values import Descent
from derivcli.calculus.results import Quantity

LAST = 4  # steps at the end, whose slopes change their sign or do not
MOST_PERIOD = 64  # of a cycle
NEAR = 0.01  # of the size of a cycle: the path has come so near to it
ONWARDS = 1_000  # more steps: it has to be near the same points then
APART = 8  # times what is left to go: the points of a cycle are surely so far from each other
ROUNDING = 1e-12  # relative: what floats may leave of a difference
FEW, MANY = 8, 64  # roundings: of J, which goes up and down by so little, and along a path


def pattern(descent: Descent, unit: float, onwards: Callable[[int], Any]) -> PathPattern | None:
    """Return what the second half of a path does; None for a path that ended, or has one point.

    `unit` is the relative error of its numbers, `onwards` tells where so many more steps lead.
    """
    points, steps = descent.path.points, descent.steps
    if descent.path.ending != "iterations" or len(steps) < 2:
        return None
    alike = max(ROUNDING, MANY * unit)
    if _spread(points[-LAST:]) > alike * length(points[-1]):
        found = _cycle(points, steps, onwards, alike)
        if found:
            return found
    half = steps[-max(3, (len(steps) + 1) // 2) :]
    values = descent.values
    motion = _motion(values[-len(half) :], FEW * unit * max(map(abs, values)))
    if motion == "falling" and any(
        map(_alternate, _by_variable(descent.path.gradients[-LAST - 1 :]))
    ):
        motion = "overshooting"
    return PathPattern(motion, *_extremes(half))


def _motion(values: Sequence[float], noise: float) -> Motion:
    changes = [after - before for before, after in pairwise(values)]
    if all(change <= noise for change in changes):
        return "falling"
    return "rising" if all(change > noise for change in changes) else "wandering"


def _by_variable(points: Sequence[Any]) -> list[tuple[float, ...]]:
    """Return the numbers of some points or gradients along each variable."""
    return [*zip(*(each if isinstance(each, tuple) else (each,) for each in points), strict=True)]


def _alternate(slopes: Sequence[float]) -> bool:
    return len(slopes) > 2 and all(one * other < 0 for one, other in pairwise(slopes))


def _spread(points: Sequence[Any]) -> float:
    """Return the largest distance from the first of some points."""
    return max(distance(points[0], each) for each in points)


def _cycle(
    points: Sequence[Any],
    steps: Sequence[DescentStep],
    onwards: Callable[[int], Any],
    alike: float,
) -> PathPattern | None:
    """Return the cycle that a path has come to: exactly, or as near as it tells.

    Relative differences up to `alike` are rounding.
    """
    last = _exactly(steps[-1])
    for period in range(2, min(MOST_PERIOD, len(steps) - 1) + 1):
        around = points[-period:]
        apart = min(distance(p, q) for p, q in combinations(around, 2))
        if last and last == _exactly(steps[-1 - period]):
            return _around(steps[-period:], None)
        rest = _rest(points, period, alike)
        if rest > NEAR * _spread(around) or rest * APART >= apart:
            continue
        after = onwards(period * -(-ONWARDS // period))
        if after is not None and distance(after, points[-1]) <= 2 * NEAR * _spread(around):
            return _around(steps[-period:], rest)
    return None


def _exactly(step: DescentStep) -> tuple[Any, ...] | None:
    """Return a point that is known exactly: in fractions, or in the floats of the path."""
    numbers = tuple(each.number for each in step.at.values())
    return None if any(isinstance(each, Decimal) for each in numbers) else numbers


def _rest(points: Sequence[Any], period: int, alike: float) -> float:
    """Return how far a path still is from a cycle, if it comes nearer as it did; else infinity.

    Each round takes the same share of the distance: what is left is a geometric series.
    """
    if len(points) < 3 * period:
        return math.inf
    rounds = (points[-back * period :][:period] for back in (3, 2, 1))
    return max(
        math.hypot(*(_left(two - one, three - two, alike * three) for one, two, three in turns))
        for turns in (_by_variable(phase) for phase in zip(*rounds, strict=True))
    )


def _left(before: float, now: float, least: float) -> float:
    if abs(now) <= abs(least):
        return 0.0
    return abs(now * now / (before - now)) if abs(now) < abs(before) else math.inf


def _around(steps: Sequence[DescentStep], rest: float | None) -> PathPattern:
    """Return the cycle of these points, which are `rest` away from it, or on it."""
    return PathPattern("cycle", *_extremes(steps), tuple(step.at for step in steps), rest)


def _extremes(steps: Sequence[DescentStep]) -> tuple[Quantity, Quantity]:
    """Return the lowest and the highest value of J."""
    values = [step.value for step in steps]
    return min(values, key=float), max(values, key=float)
