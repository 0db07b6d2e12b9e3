"""Difference quotients in the arithmetic that was asked for, each with its exact error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import Arithmetic, Float32, Float64, TooLarge, Undefined, rounding
from derivcli.calculus.complexes import Complex, refuse_not_analytic
from derivcli.calculus.crossings import crossing
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Ball, Exact, Real, around, ball
from derivcli.calculus.quantity import settle
from derivcli.calculus.quotient import QUOTIENTS, Quotient, complex_step, higher
from derivcli.calculus.results import (
    HIGHEST_ESTIMATED,
    TOO_HIGH,
    Constant,
    Crossing,
    Estimate,
    Point,
    Quantity,
    Request,
)
from derivcli.errors import RefusedError, UndefinedError, UsageError
from derivcli.language.tree import inline

FLOATS: dict[str, type[Float64]] = {"float64": Float64, "float32": Float32}
LOOKS = 24  # places on the way of a step, each half as far as the next


def constants(point: Point, arithmetic: Arithmetic) -> dict[str, Any]:
    """Return the numbers that constants stand for."""
    return {name: evaluate(constant, {}, arithmetic) for name, constant in point.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """Where J is estimated: along one variable of a point.

    `values` are the exact numbers of the point, `known` values of J by the variable's value.
    """

    request: Request
    point: Point
    variable: str
    values: Mapping[str, Real]
    known: dict[Any, Any]
    arithmetic: Exact


def estimated(
    place: Place, method: str, eps: Constant, size: Quantity, slope: Real | None
) -> Estimate:
    """Return one difference quotient in the arithmetic that was asked for, and its exact error."""
    if place.request.order > HIGHEST_ESTIMATED:
        return Estimate(method, size, None, None, None, None, None, TOO_HIGH)
    try:
        chord = _float_chord(place, method, eps) if _is_float(place) else None
        return _told(place, method, size, chord or _exact_chord(place, method, eps), slope)
    except (UndefinedError, RefusedError, Undefined) as problem:
        message = str(problem)
    except (TooLarge, OverflowError, ZeroDivisionError):
        message = f"the estimate is too large for {place.request.arithmetic}"
    return Estimate(method, size, None, None, None, None, None, message)


def _is_float(place: Place) -> bool:
    return place.request.arithmetic in FLOATS


def _told(
    place: Place, method: str, size: Quantity, chord: Quotient, slope: Real | None
) -> Estimate:
    """Return a chord in quantities; raise TooLarge beyond what floats can hold."""

    def shown(value: Any) -> Quantity | None:
        if value is None:
            return None
        if isinstance(value, float):
            if not math.isfinite(value):
                raise TooLarge
            return Quantity(value)
        return settle(value, place.request.digits, place.arithmetic)

    if place.request.brief:
        return Estimate(method, size, None, None, None, shown(chord.slope), None)
    point, value, change, estimate = map(
        shown, (chord.point, chord.value, chord.change, chord.slope)
    )
    error, met = None, None
    if slope is not None:
        rest = (Fraction(chord.slope) if _is_float(place) else chord.slope) - slope
        error = shown(rest)
        met = _met(place, method, size, rest, slope)
    return Estimate(method, size, point, value, change, estimate, error, crossing=met)


def _met(place: Place, method: str, size: Quantity, error: Real, slope: Real) -> Crossing | None:
    """Return what a step has come to, where the estimate is farther off than half the slope."""
    if place.request.order > 1 or method == "complex":
        return None
    if abs(ball(error).middle) * 2 <= abs(ball(slope).middle):
        return None
    eps = Fraction(size.number)
    sides = {"forward": (1,), "backward": (-1,)}.get(method, (1, -1))

    def point(fine: Exact) -> dict[str, Real]:
        return constants(place.point, fine)

    tree, steps = inline(place.request.program), [abs(eps) / 2**k for k in range(LOOKS, -1, -1)]
    found = (
        crossing(tree, point, place.variable, side if eps > 0 else -side, steps) for side in sides
    )
    return min((each for each in found if each), key=lambda each: each.distance, default=None)


def _chord(
    request: Request,
    values: Mapping[str, Any],
    variable: str,
    method: str,
    eps: Any,
    known: dict[Any, Any],
    arithmetic: Arithmetic,
) -> Quotient:
    def function(w: Any) -> Any:
        if w not in known:
            known[w] = evaluate(request.program, {**values, variable: w}, arithmetic)
        return known[w]

    if request.order > 1:
        return higher(function, values[variable], eps, request.order, method)
    return QUOTIENTS[method](function, values[variable], eps)


def _float_chord(place: Place, method: str, eps: Constant) -> Quotient:
    request = place.request
    arithmetic = FLOATS[request.arithmetic]()
    values = constants(place.point, arithmetic)
    size = evaluate(eps, {}, arithmetic)
    if size == 0:
        raise UndefinedError(f"eps rounds to 0 in {request.arithmetic}")
    if method != "complex":
        return _chord(request, values, place.variable, method, size, {}, arithmetic)
    with rounding(arithmetic.bits):
        chord = _complex_chord(place, values, size, Complex(rounded=True))
    rounded = arithmetic.constant
    return Quotient(None, None, rounded(chord.change), rounded(chord.slope))


def _exact_chord(place: Place, method: str, eps: Constant) -> Quotient:
    arithmetic = place.arithmetic
    size = evaluate(eps, {}, arithmetic)
    if method != "complex":
        return _chord(
            place.request, place.values, place.variable, method, size, place.known, arithmetic
        )
    chord = _complex_chord(place, place.values, size, Complex())
    if isinstance(chord.change, Fraction):
        return chord
    # mpmath's complex numbers carry no error bound: the same with half as many digits again
    # shows how far off the first answer was.
    with mp.workdps(arithmetic.digits * 3 // 2):
        values, size = constants(place.point, arithmetic), evaluate(eps, {}, arithmetic)
        finer = _complex_chord(place, values, size, Complex())
    return Quotient(
        None, None, bounded(chord.change, finer.change), bounded(chord.slope, finer.slope)
    )


def bounded(coarse: mpf, fine: mpf) -> Ball:
    """Return the ball of a number that was computed with more digits, too."""
    radius = 2 * abs(coarse - fine) + abs(fine) * mpf(2) ** (4 - mp.prec)
    return around(fine, radius)


def _complex_chord(
    place: Place, values: Mapping[str, Any], eps: Any, arithmetic: Complex
) -> Quotient:
    known = {name: arithmetic.real(value) for name, value in values.items()}

    def function(w: Any) -> Any:
        return evaluate(place.request.program, {**known, place.variable: w}, arithmetic)

    size = arithmetic.real(eps)
    return complex_step(function, known[place.variable], size * arithmetic.unit, size.real)


def check_methods(request: Request) -> None:
    """Raise UsageError where a method does not fit the order or the functions of the program."""
    if "complex" not in request.methods:
        return
    if request.order > 1:
        raise UsageError(
            "the complex step estimates first derivatives only", hint="use --method central"
        )
    for statement in request.program.statements:
        refuse_not_analytic(statement.expression, request.program.source)
