"""J along the variables that move: its value, its gradient, and where it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Float64, Kink
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.descent.paths import Halt
from derivcli.calculus.descent.trajectory import DescentRequest
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.floats.closures import FAILURES, closure
from derivcli.calculus.floats.sums import Closure
from derivcli.calculus.quantity import with_digits
from derivcli.calculus.slopes import slope_at
from derivcli.calculus.study import verdict_at
from derivcli.calculus.ties import ties
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.tree import inline


@dataclass(frozen=True, slots=True)
class Landscape:
    """J along the variables that move, as trees and as closures on floats.

    A point is a number where one variable moves, else a tuple. `ties` are 0 where J may have a
    kink.
    """

    request: DescentRequest
    derivatives: Derivatives
    data: Mapping[str, float]
    value: Closure
    gradient: tuple[Closure, ...]
    ties: tuple[Closure, ...]

    @property
    def wrt(self) -> tuple[str, ...]:
        """The variables that move."""
        return self.request.wrt

    def value_at(self, p: Any) -> float:
        """Return J at a point, or raise the error that says why it has none."""
        try:
            return float(self.value(p))
        except FAILURES:
            values = {**constants(self.request.start, Float64()), **self.named(p)}
            return float(evaluate(self.request.program, values, Float64()))

    def named(self, p: Any) -> dict[str, float]:
        """Return a point by its variables."""
        return dict(zip(self.wrt, p if isinstance(p, tuple) else (p,), strict=True))


def landscape(request: DescentRequest, derivatives: Derivatives) -> Landscape:
    """Return what there is to descend; its gradient fails at every possible kink."""
    tree, wrt = inline(request.program), request.wrt
    start = constants(request.start, Float64())
    data = {name: value for name, value in start.items() if name not in wrt}
    edges = tuple(closure(tie, wrt, data) for tie in ties(tree))
    gradient = (closure(derivatives.tree(name, 1), wrt, data) for name in wrt)
    return Landscape(
        request,
        derivatives,
        data,
        closure(tree, wrt, data),
        tuple(_watched(each, edges) for each in gradient),
        edges,
    )


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


def judged(land: Landscape, p: Any) -> Any:
    """Return the gradient at a point by both one-sided slopes; raise Halt where there is none."""
    there = {name: Fraction(value) for name, value in land.named(p).items()}

    def compute(arithmetic: Exact) -> tuple[float, ...]:
        def point(fine: Exact) -> dict[str, Real]:
            return {**constants(land.request.start, fine), **there}

        return tuple(nearest(each) for each in slopes(land, point, arithmetic))

    try:
        found = with_digits(land.request.digits, symbolic.is_zero, compute)
    except Halt as halt:
        raise Halt(halt.ending, halt.reason, p) from None
    except RefusedError as error:
        raise Halt("growth", error.message, p) from None
    return found if isinstance(p, tuple) else found[0]


def nearest(number: Real) -> float:
    """Return the float64 next to an exact number."""
    return float(number)


def slopes(
    land: Landscape, point: Callable[[Exact], Mapping[str, Real]], arithmetic: Exact
) -> tuple[Real, ...]:
    """Return the exact gradient; raise Halt where J or its derivative is missing."""
    values, program = point(arithmetic), land.request.program
    try:
        evaluate(program, values, arithmetic)
    except UndefinedError as error:
        raise Halt("undefined", error.message) from None
    found = []
    for name in land.wrt:
        try:
            slope = slope_at(program, values, name, arithmetic).slope
            found.append(Fraction(0) if slope is None else slope)
        except (Kink, UndefinedError):
            verdict = verdict_at(land.derivatives, point, name, 1, arithmetic)
            if verdict.slope is None:
                reason = (verdict.reason or "").replace("{J}", program.output.name)
                raise Halt("kink", reason) from None
            found.append(verdict.slope)
    return tuple(found)
