"""What is descended: J and its gradient as functions of a point, in floats and exact."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import (
    Float32,
    Float64,
    Kink,
    TooLarge,
    Uncertain,
    Undefined,
)
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.descent.loop import Halt
from derivcli.calculus.descent.trajectory import DescentRequest
from derivcli.calculus.estimates import FLOATS, constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real, enclosed
from derivcli.calculus.existence import differentiability_at
from derivcli.calculus.floats.closures import FAILURES, closure
from derivcli.calculus.floats.sums import Closure
from derivcli.calculus.quantity import with_digits
from derivcli.calculus.slopes import slope_at
from derivcli.calculus.ties import ties
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.tree import Node, inline


@dataclass(frozen=True, slots=True)
class Objective:
    """J along the variables that move, as trees and as closures on floats.

    A point is a number where one variable moves, else a tuple.
    """

    request: DescentRequest
    derivatives: Derivatives
    data: Mapping[str, float]
    value: Closure
    gradient: tuple[Closure, ...]

    @property
    def wrt(self) -> tuple[str, ...]:
        """The variables that move."""
        return self.request.wrt

    @property
    def floats(self) -> Float64:
        """The floating-point numbers of the path, where it is not exact."""
        return _floats(self.request)

    @property
    def unit(self) -> float:
        """The relative error of a number on the path."""
        return 2.0**-24 if isinstance(self.floats, Float32) else 2.0**-53

    def value_at(self, p: Any) -> float:
        """Return J at a point, or raise the error that says why it has none."""
        try:
            return float(self.value(p))
        except FAILURES:
            values = {**constants(self.request.start, self.floats), **self.named(p)}
            return float(evaluate(self.request.program, values, self.floats))

    def named(self, p: Any) -> dict[str, float]:
        """Return a point by its variables."""
        return dict(zip(self.wrt, p if isinstance(p, tuple) else (p,), strict=True))


def _floats(request: DescentRequest) -> Float64:
    return FLOATS[request.arithmetic]() if request.arithmetic in FLOATS else Float64()


def compiled_objective(request: DescentRequest, derivatives: Derivatives) -> Objective:
    """Return J and its gradient as closures on floats.

    The gradient raises Kink where J may have one.
    """
    tree, wrt = inline(request.program), request.wrt
    floats = _floats(request)
    start = constants(request.start, floats)
    data = {name: value for name, value in start.items() if name not in wrt}

    def compiled(tree: Node) -> Closure:
        if isinstance(floats, Float32):
            return _in_singles(tree, wrt, data, floats)
        return closure(tree, wrt, data)

    edges = tuple(map(compiled, ties(tree)))
    gradient = (compiled(derivatives.tree(name, 1)) for name in wrt)
    return Objective(
        request,
        derivatives,
        data,
        compiled(tree),
        tuple(_watched(each, edges) for each in gradient),
    )


def _in_singles(
    tree: Node, wrt: Sequence[str], data: Mapping[str, float], floats: Float32
) -> Closure:
    """Return what `closure` returns, in float32: each operation rounded by `evaluate`."""

    def value(p: Any) -> float:
        moving = map(floats.number, p if isinstance(p, tuple) else (p,))
        try:
            J: float = evaluate(tree, {**data, **dict(zip(wrt, moving, strict=True))}, floats)
        except UndefinedError as error:
            raise Undefined(error.message) from None
        except RefusedError:
            raise TooLarge from None
        return J

    return value


def _watched(gradient: Closure, edges: tuple[Closure, ...]) -> Closure:
    """Return the gradient, made to fail where J may have a kink: sign(0) is no derivative."""
    if not edges:
        return gradient

    def watched(p: Any) -> float:
        for tie in edges:
            if _is_zero(tie, p):
                raise Kink
        value: float = gradient(p)
        return value

    return watched


def _is_zero(tie: Closure, p: Any) -> bool:
    try:
        return bool(tie(p) == 0)
    except FAILURES:
        return False


def exact_gradient(objective: Objective, p: Any) -> Any:
    """Return the gradient at a point in floats, rounded from exact one-sided slopes.

    A number where one variable moves, else a tuple; raises Halt where there is none.
    """
    there = {name: Fraction(value) for name, value in objective.named(p).items()}

    def compute(arithmetic: Exact) -> tuple[float, ...]:
        def point(fine: Exact) -> dict[str, Real]:
            return {**constants(objective.request.start, fine), **there}

        return tuple(nearest(each) for each in slopes(objective, point, arithmetic))

    try:
        gradient = with_digits(objective.request.digits, symbolic.is_zero, compute)
    except Halt as halt:
        raise Halt(halt.ending, halt.reason, p) from None
    except RefusedError as error:
        raise Halt("growth", error.message, p) from None
    return gradient if isinstance(p, tuple) else gradient[0]


def nearest(number: Real) -> float:
    """Return the float64 next to an exact number, an infinity beyond the largest."""
    try:
        return float(number)
    except OverflowError:  # only a Fraction says so
        return math.inf if enclosed(number) > 0 else -math.inf


def _decided(slope: Real, arithmetic: Exact) -> Real:
    """Return a slope, 0 where it is proved to be 0: that of sin at pi/2."""
    with suppress(Uncertain):
        return Fraction(0) if arithmetic.sign(slope) == 0 else slope
    return slope


def slopes(
    objective: Objective, point: Callable[[Exact], Mapping[str, Real]], arithmetic: Exact
) -> tuple[Real, ...]:
    """Return the exact gradient, a slope for each variable that moves.

    Raises Halt where J or its derivative is missing.
    """
    values, program = point(arithmetic), objective.request.program
    try:
        evaluate(program, values, arithmetic)
    except UndefinedError as error:
        raise Halt("undefined", error.message) from None
    gradient = []
    for name in objective.wrt:
        try:
            slope = slope_at(program, values, name, arithmetic).slope
            gradient.append(_decided(Fraction(0) if slope is None else slope, arithmetic))
        except (Kink, UndefinedError):
            verdict = differentiability_at(objective.derivatives, point, name, 1, arithmetic)
            if verdict.slope is None:
                reason = (verdict.reason or "").replace("{J}", program.output.name)
                raise Halt("kink", reason) from None
            gradient.append(verdict.slope)
    return tuple(gradient)
