"""The loops of gradient descent: w := w - rate * dJ/dw, in float64 and in exact numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivcli.calculus.arithmetic import TooLarge
from derivcli.calculus.descent.trajectory import Ending
from derivcli.calculus.exact import ball
from derivcli.calculus.floats.closures import FAILURES
from derivcli.calculus.floats.sums import Closure

CONVERGED = 1e-9  # relative to the largest gradient on the path
RUNAWAY = 1e12  # relative to the first gradient, or to 1 if that is smaller

Point = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """Points, gradients and why no further step was taken.

    `points` and `gradients` hold bare numbers where there is one variable, else tuples.
    """

    points: list[Any]
    gradients: list[Any]
    ending: Ending = "iterations"
    reason: str | None = None
    problem_at: Any = None


def length(p: Any) -> float:
    """Return how long a gradient is, or how far a point is from 0."""
    return math.hypot(*p) if isinstance(p, tuple) else abs(p)


def distance(p: Any, q: Any) -> float:
    """Return how far two points are apart."""
    return math.dist(p, q) if isinstance(p, tuple) else abs(p - q)


class Halt(ArithmeticError):
    """The path ends at a point without gradient: why, and what that makes of the path."""

    def __init__(self, ending: Ending, reason: str | None = None, where: Any = None) -> None:
        super().__init__(reason)
        self.ending = ending
        self.reason = reason
        self.where = where


def along_line(
    gradient: Closure,
    exact_gradient: Callable[[Any], Any],
    rate: float,
    start: float,
    iterations: int,
) -> Path:
    """Return the path of one variable, of at most `iterations` steps.

    `exact_gradient` is asked where `gradient` fails, and raises Halt where there is none.
    """
    path = Path([], [])
    try:
        return _along_line(path, gradient, exact_gradient, rate, start, iterations)
    except TooLarge:  # float32 says so where float64 has an infinity
        return halted(path, Halt("growth"))


def _along_line(
    path: Path,
    gradient: Closure,
    exact_gradient: Callable[[Any], Any],
    rate: float,
    start: float,
    iterations: int,
) -> Path:
    w, largest, small, bound = start, -1.0, -1.0, math.inf
    keep_point, keep_slope = path.points.append, path.gradients.append
    for _ in range(iterations + 1):
        try:
            slope = gradient(w)
        except FAILURES:
            try:
                slope = exact_gradient(w)
            except Halt as halt:
                return halted(path, halt)
        if not -bound < slope < bound:
            return halted(path, Halt("growth", where=w))
        keep_point(w)
        keep_slope(slope)
        if slope > largest or -slope > largest:
            bound = bound if largest >= 0 else RUNAWAY * max(1.0, abs(slope))
            largest = abs(slope)
            small = CONVERGED * largest
        if -small <= slope <= small:
            return replace(path, ending="gradient")
        w, before = w - rate * slope, w
        if w == before:
            return replace(path, ending="stalled")
    return path


def through_space(
    gradients: Sequence[Closure],
    exact_gradient: Callable[[Any], Any],
    rate: float,
    start: tuple[float, ...],
    iterations: int,
) -> Path:
    """Return the path of several variables, as `along_line` does for one."""
    path = Path([], [])
    try:
        return _through_space(path, gradients, exact_gradient, rate, start, iterations)
    except TooLarge:
        return halted(path, Halt("growth"))


def _through_space(
    path: Path,
    gradients: Sequence[Closure],
    exact_gradient: Callable[[Any], Any],
    rate: float,
    start: tuple[float, ...],
    iterations: int,
) -> Path:
    advance = _pair(*gradients, rate=rate) if len(gradients) == 2 else _tuple(gradients, rate)
    p, largest, small, bound = start, -1.0, -1.0, math.inf
    keep_point, keep_slopes = path.points.append, path.gradients.append
    for _ in range(iterations + 1):
        try:
            slopes, size, after = advance(p)
        except FAILURES:
            try:
                slopes, size, after = _moved(p, exact_gradient(p), rate)
            except Halt as halt:
                return halted(path, halt)
        if not size < bound:
            return halted(path, Halt("growth", where=p))
        keep_point(p)
        keep_slopes(slopes)
        if size > largest:
            bound = bound if largest >= 0 else RUNAWAY**2 * max(1.0, size)
            largest = size
            small = CONVERGED**2 * largest
        if size <= small:
            return replace(path, ending="gradient")
        if after == p:
            return replace(path, ending="stalled")
        p = after
    return path


def _moved(p: Any, slopes: Any, rate: float) -> tuple[Any, float, Any]:
    """Return the gradient, the square of its length, and the next point."""
    size = sum([slope * slope for slope in slopes])
    return slopes, size, tuple([w - rate * slope for w, slope in zip(p, slopes, strict=True)])


# From a point: the gradient there, the square of its length, and the next point.
Advance = Callable[[Any], tuple[Any, float, Any]]


def _pair(first: Closure, second: Closure, *, rate: float) -> Advance:
    def advance(p: Any) -> tuple[Any, float, Any]:
        a, b = first(p), second(p)
        w, v = p
        return (a, b), a * a + b * b, (w - rate * a, v - rate * b)

    return advance


def _tuple(gradients: Sequence[Closure], rate: float) -> Advance:
    def advance(p: Any) -> tuple[Any, float, Any]:
        return _moved(p, tuple([gradient(p) for gradient in gradients]), rate)

    return advance


def halted(path: Path, halt: Halt) -> Path:
    """Return the path as it stands, with the ending, reason and place that `halt` tells."""
    return replace(path, ending=halt.ending, reason=halt.reason, problem_at=halt.where)


def exact_path(
    gradient: Callable[[Point], Point],
    shortened: Callable[[Any], Any],
    rate: Any,
    start: Point,
    iterations: int,
) -> Path:
    """Return the path in exact numbers, always of tuples; it ends where one in float64 would.

    `gradient` raises Halt where there is none; `shortened` keeps numbers from growing for ever.
    """
    p, largest, bound = start, -1.0, math.inf
    path = Path([], [])
    for _ in range(iterations + 1):
        try:
            slopes = gradient(p)
        except Halt as halt:
            return halted(path, Halt(halt.ending, halt.reason, p))
        size = max(_size(slope) for slope in slopes)
        if not size < bound:
            return halted(path, Halt("growth", where=p))
        path.points.append(p)
        path.gradients.append(slopes)
        if largest < 0:
            bound = RUNAWAY * max(1.0, size)
        largest = max(largest, size)
        if size <= CONVERGED * largest:
            return replace(path, ending="gradient")
        p = tuple(shortened(w - rate * slope) for w, slope in zip(p, slopes, strict=True))
    return path


def _size(number: Any) -> Any:
    """Return how large a Fraction or a ball may be, as a number that never becomes 0 or too large.

    A slope of 4e-360 is no slope of 0.
    """
    enclosed = ball(number)
    return abs(enclosed.middle) + (0 if isinstance(number, Fraction) else enclosed.radius)
