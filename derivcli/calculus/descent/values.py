"""Gradient descent with the value of J at each point: in floats, and in exact numbers."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.calculus.arithmetic import TooLarge
from derivcli.calculus.descent.loop import (
    Halt,
    Path,
    along_line,
    exact_path,
    halted,
    through_space,
)
from derivcli.calculus.descent.objective import Objective, exact_gradient, nearest, slopes
from derivcli.calculus.descent.trajectory import DescentStep
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import UNKNOWN, Ball, Exact, Real, ball
from derivcli.calculus.floats.closures import FAILURES
from derivcli.calculus.quantity import settle
from derivcli.calculus.results import LARGEST_EXACT, Quantity
from derivcli.errors import RefusedError, UndefinedError


@dataclass(frozen=True, slots=True)
class Descent:
    """A path in floats, J at its points, and its steps in the arithmetic they were made in."""

    path: Path
    values: list[float]
    steps: tuple[DescentStep, ...]


def float_descent(objective: Objective) -> Descent:
    """Return the descent in float64 or float32."""
    start = constants(objective.request.start, objective.floats)
    first = tuple(start[name] for name in objective.wrt)
    path = float_path(
        objective, first if len(first) > 1 else first[0], objective.request.iterations
    )
    path, values = _valued(objective, path)
    return Descent(path, values, tuple(_float_steps(objective, path, values, _rate(objective))))


def float_path(objective: Objective, start: Any, iterations: int) -> Path:
    """Return the path from a point, in float64 or float32."""
    floats = objective.floats

    def exact(p: Any) -> Any:
        slopes = exact_gradient(objective, p)
        return tuple(map(floats.number, slopes)) if isinstance(p, tuple) else floats.number(slopes)

    if isinstance(start, tuple):
        return through_space(objective.gradient, exact, _rate(objective), start, iterations)
    return along_line(objective.gradient[0], exact, _rate(objective), start, iterations)


def _rate(objective: Objective) -> float:
    rate: float = evaluate(objective.request.rate, {}, objective.floats)
    return rate


def _valued(objective: Objective, path: Path) -> tuple[Path, list[float]]:
    """Return the path, cut where J has no value, and J along it."""
    try:
        values, halt = list(map(objective.value, path.points)), None
    except FAILURES:
        values, halt = _until_missing(objective, path)
    if not all(map(math.isfinite, values)):
        count = next(index for index, value in enumerate(values) if not math.isfinite(value))
        halt = Halt("growth", where=path.points[count])
        values = values[:count]
    if halt is None:
        return path, values
    count = len(values)
    return halted(Path(path.points[:count], path.gradients[:count]), halt), values


def _until_missing(objective: Objective, path: Path) -> tuple[list[float], Halt | None]:
    """Return J from point to point up to where it has no value, and why it has none there."""
    values: list[float] = []
    for p in path.points:
        try:
            values.append(objective.value_at(p))
        except UndefinedError as error:
            return values, Halt("undefined", error.message, p)
        except RefusedError:
            return values, Halt("growth", where=p)
    return values, None


def _float_steps(
    objective: Objective, path: Path, values: list[float], rate: float
) -> Iterator[DescentStep]:
    """Yield the steps of a path in float64."""
    alone = len(objective.wrt) == 1
    taken = _taken(path)

    def told(p: Any) -> dict[str, Quantity]:
        return dict(zip(objective.wrt, map(Quantity, (p,) if alone else p), strict=True))

    for index, (point, value, slope) in enumerate(
        zip(path.points, values, path.gradients, strict=True)
    ):
        step = None
        if index < taken:
            with suppress(TooLarge):
                change = -rate * slope if alone else tuple(-rate * each for each in slope)
                finite = all(map(math.isfinite, (change,) if alone else change))
                step = told(change) if finite else None
        yield DescentStep(index, told(point), Quantity(value), told(slope), step)


def _taken(path: Path) -> int:
    """Return how many steps were taken; the last one may have led to where J has no value."""
    led_nowhere = path.ending in ("kink", "undefined", "growth")
    return len(path.points) - (not led_nowhere)


def exact_descent(objective: Objective, arithmetic: Exact, deadline: float) -> Descent:
    """Return the descent in exact numbers; raise TimeoutError past the deadline.

    Raises Uncertain where more digits are needed, RefusedError where the start is too large.
    """
    request = objective.request
    start = constants(request.start, arithmetic)
    rate = evaluate(request.rate, {}, arithmetic)
    values: list[Any] = []

    def gradient(p: tuple[Any, ...]) -> tuple[Any, ...]:
        if time.monotonic() > deadline:
            raise TimeoutError
        at = {**start, **dict(zip(objective.wrt, p, strict=True))}
        try:
            gradients = slopes(objective, lambda _: at, arithmetic)
            value = evaluate(request.program, at, arithmetic)
        except RefusedError:
            if not values:
                raise
            raise Halt("growth") from None
        values.append(value)
        return gradients

    first = tuple(start[name] for name in objective.wrt)
    path = exact_path(gradient, _shortened, rate, first, request.iterations)
    del values[len(path.points) :]
    steps = tuple(_exact_steps(objective, path, values, rate, arithmetic))
    return Descent(_rounded(path), [nearest(value) for value in values], steps)


def _shortened(value: Real) -> Real:
    """Return a number as it is while it is short, else as a ball whose history is forgotten."""
    if isinstance(value, Fraction):
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if bits <= LARGEST_EXACT:
            return value
        value = ball(value)
    return Ball(value.enclosure, UNKNOWN)


def _exact_steps(
    objective: Objective, path: Path, values: list[Real], rate: Real, arithmetic: Exact
) -> Iterator[DescentStep]:
    digits, taken = objective.request.digits, _taken(path)

    def told(numbers: Sequence[Real]) -> dict[str, Quantity]:
        settled = (settle(each, digits, arithmetic) for each in numbers)
        return dict(zip(objective.wrt, settled, strict=True))

    for index, (point, value, slope) in enumerate(
        zip(path.points, values, path.gradients, strict=True)
    ):
        step = told([-(rate * each) for each in slope]) if index < taken else None
        yield DescentStep(index, told(point), settle(value, digits, arithmetic), told(slope), step)


def _rounded(path: Path) -> Path:
    """Return an exact path in float64, in the shape that the loops on floats give it."""

    def shape(p: Any) -> Any:
        if p is None:
            return None
        numbers = tuple(nearest(each) for each in p)
        return numbers[0] if len(numbers) == 1 else numbers

    return Path(
        [shape(p) for p in path.points],
        [shape(slopes) for slopes in path.gradients],
        path.ending,
        path.reason,
        shape(path.problem_at),
    )
