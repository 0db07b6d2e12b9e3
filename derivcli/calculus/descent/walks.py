"""A path with the values of J on it: in float64, and in exact numbers."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.calculus.arithmetic import TooLarge
from derivcli.calculus.descent.landscape import Landscape, judged, nearest, slopes
from derivcli.calculus.descent.paths import (
    Halt,
    Path,
    along_line,
    exact_path,
    halted,
    through_space,
)
from derivcli.calculus.descent.trajectory import DescentStep
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import UNKNOWN, Ball, Exact, Real, ball
from derivcli.calculus.floats.closures import FAILURES
from derivcli.calculus.quantity import settle
from derivcli.calculus.results import LARGEST_EXACT, Quantity
from derivcli.errors import RefusedError, UndefinedError


@dataclass(frozen=True, slots=True)
class Walk:
    """A path in floats, J on it, and its steps in the arithmetic they were made in."""

    path: Path
    values: list[float]
    steps: tuple[DescentStep, ...]


def float_walk(land: Landscape) -> Walk:
    """Return the walk in float64 or float32."""
    start = constants(land.request.start, land.floats)
    first = tuple(start[name] for name in land.wrt)
    path = float_path(land, first if len(first) > 1 else first[0], land.request.iterations)
    path, values = _valued(land, path)
    return Walk(path, values, tuple(_float_steps(land, path, values, _rate(land))))


def float_path(land: Landscape, start: Any, iterations: int) -> Path:
    """Return the path from a point, in float64 or float32."""
    floats = land.floats

    def judge(p: Any) -> Any:
        found = judged(land, p)
        return tuple(map(floats.number, found)) if isinstance(p, tuple) else floats.number(found)

    if isinstance(start, tuple):
        return through_space(land.gradient, judge, _rate(land), start, iterations)
    return along_line(land.gradient[0], judge, _rate(land), start, iterations)


def _rate(land: Landscape) -> float:
    rate: float = evaluate(land.request.rate, {}, land.floats)
    return rate


def _valued(land: Landscape, path: Path) -> tuple[Path, list[float]]:
    """Return the path, cut where J has no value, and J along it."""
    try:
        values, halt = list(map(land.value, path.points)), None
    except FAILURES:
        values, halt = _until_missing(land, path)
    if not all(map(math.isfinite, values)):
        count = next(index for index, value in enumerate(values) if not math.isfinite(value))
        halt = Halt("growth", where=path.points[count])
        values = values[:count]
    if halt is None:
        return path, values
    count = len(values)
    return halted(Path(path.points[:count], path.gradients[:count]), halt), values


def _until_missing(land: Landscape, path: Path) -> tuple[list[float], Halt | None]:
    """Return J from point to point up to where it has no value, and why it has none there."""
    values: list[float] = []
    for p in path.points:
        try:
            values.append(land.value_at(p))
        except UndefinedError as error:
            return values, Halt("undefined", error.message, p)
        except RefusedError:
            return values, Halt("growth", where=p)
    return values, None


def _float_steps(
    land: Landscape, path: Path, values: list[float], rate: float
) -> Iterator[DescentStep]:
    """Yield the steps of a path in float64."""
    alone = len(land.wrt) == 1
    taken = _taken(path)

    def told(p: Any) -> dict[str, Quantity]:
        return dict(zip(land.wrt, map(Quantity, (p,) if alone else p), strict=True))

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


def exact_walk(land: Landscape, arithmetic: Exact, deadline: float) -> Walk:
    """Return the walk in exact numbers; raise TimeoutError past the deadline.

    Raises Uncertain where more digits are needed, RefusedError where the start is too large.
    """
    request = land.request
    start = constants(request.start, arithmetic)
    rate = evaluate(request.rate, {}, arithmetic)
    values: list[Any] = []

    def gradient(p: tuple[Any, ...]) -> tuple[Any, ...]:
        if time.monotonic() > deadline:
            raise TimeoutError
        at = {**start, **dict(zip(land.wrt, p, strict=True))}
        try:
            found = slopes(land, lambda _: at, arithmetic)
            value = evaluate(request.program, at, arithmetic)
        except RefusedError:
            if not values:
                raise
            raise Halt("growth") from None
        values.append(value)
        return found

    first = tuple(start[name] for name in land.wrt)
    path = exact_path(gradient, _shortened, rate, first, request.iterations)
    del values[len(path.points) :]
    steps = tuple(_exact_steps(land, path, values, rate, arithmetic))
    return Walk(_rounded(path), [nearest(value) for value in values], steps)


def _shortened(value: Real) -> Real:
    """Return a number as it is while it is short, else as a ball whose history is forgotten."""
    if isinstance(value, Fraction):
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if bits <= LARGEST_EXACT:
            return value
        value = ball(value)
    return Ball(value.enclosure, UNKNOWN)


def _exact_steps(
    land: Landscape, path: Path, values: list[Real], rate: Real, arithmetic: Exact
) -> Iterator[DescentStep]:
    digits, taken = land.request.digits, _taken(path)

    def told(numbers: Sequence[Real]) -> dict[str, Quantity]:
        settled = (settle(each, digits, arithmetic) for each in numbers)
        return dict(zip(land.wrt, settled, strict=True))

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
