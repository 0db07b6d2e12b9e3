"""Difference quotients: the slope of a chord as an estimate of the slope of the tangent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

Function = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Quotient:
    """One chord: where it ends, J there, how far J changed, and the slope.

    `point` and `value` are None where the estimate has no one end: complex step, order > 1.
    """

    point: Any
    value: Any
    change: Any
    slope: Any


def forward(J: Function, w: Any, eps: Any) -> Quotient:
    """Return (J(w + eps) - J(w)) / eps; its error shrinks in proportion to eps.

    >>> from fractions import Fraction
    >>> forward(lambda w: w**2, Fraction(3), Fraction(1, 1000)).slope
    Fraction(6001, 1000)
    """
    point = w + eps
    value = J(point)
    change = value - J(w)
    return Quotient(point, value, change, change / eps)


def backward(J: Function, w: Any, eps: Any) -> Quotient:
    """Return (J(w) - J(w - eps)) / eps; its error shrinks in proportion to eps."""
    point = w - eps
    value = J(point)
    change = J(w) - value
    return Quotient(point, value, change, change / eps)


def central(J: Function, w: Any, eps: Any) -> Quotient:
    """Return (J(w + eps) - J(w - eps)) / (2 eps); its error shrinks with eps**2."""
    point = w + eps
    value = J(point)
    change = value - J(w - eps)
    return Quotient(point, value, change, change / (eps + eps))


def richardson(J: Function, w: Any, eps: Any) -> Quotient:
    """Return (4 C(eps/2) - C(eps)) / 3 from central quotients C; its error shrinks with eps**4."""
    return _extrapolated(central, J, w, eps)


def complex_step(J: Function, w: Any, step: Any, eps: Any) -> Quotient:
    """Return Im J(w + i eps) / eps, for analytic J; `step` is i eps, `eps` its size.

    Nothing is subtracted, so nothing cancels; the error shrinks with eps**2.
    Source: Squire and Trapp, SIAM Review 40 (1998).
    """
    value = J(w + step)
    change = value.imaginary if hasattr(value, "imaginary") else value.imag
    return Quotient(None, None, change, change / eps)


def _extrapolated(
    quotient: Callable[[Function, Any, Any], Quotient], J: Function, w: Any, eps: Any
) -> Quotient:
    two = (eps + eps) / eps
    coarse, fine = quotient(J, w, eps).slope, quotient(J, w, eps / two).slope
    return Quotient(None, None, None, fine + (fine - coarse) / (two + two / two))


def higher(J: Function, w: Any, eps: Any, order: int, method: str) -> Quotient:
    """Return the estimate of the derivative of an order > 1 by the order-th difference.

    The difference is the alternating binomial sum of J at order + 1 points, eps apart: from w on
    (forward), up to w (backward), around w (central, and richardson from two of these).
    """
    if method == "richardson":
        return _extrapolated(lambda J, w, eps: higher(J, w, eps, order, "central"), J, w, eps)
    one = eps / eps
    first = {"forward": 0, "backward": -2 * order, "central": -order}[method]
    change = None
    for index in range(order + 1):
        half_steps = first + 2 * index
        # Built from halves by addition alone, so that every arithmetic does it its own way.
        point = w + eps * _whole(half_steps, one) / (one + one)
        term = J(point) * _whole((-1) ** (order - index) * comb(order, index), one)
        change = term if change is None else change + term
    power = one
    for _ in range(order):
        power = power * eps
    return Quotient(None, None, change, change / power)


def _whole(count: int, one: Any) -> Any:
    """Return a whole number in the arithmetic of `one`."""
    result = one - one
    for bit in f"{abs(count):b}":
        result = result + result + (one if bit == "1" else one - one)
    return -result if count < 0 else result


QUOTIENTS: dict[str, Callable[[Function, Any, Any], Quotient]] = {
    "forward": forward,
    "backward": backward,
    "central": central,
    "richardson": richardson,
}


def share(method: str, order: int) -> Fraction:
    """Return which part of J's Taylor term of an order, J^(n)/n! * eps**n, is in an estimate.

    The term is divided by eps there: the first is the slope, what is left of the others the error.
    """
    odd = order % 2
    match method:
        case "forward":
            return Fraction(1)
        case "backward":
            return Fraction(1 if odd else -1)
        case "central":
            return Fraction(odd)
        case "complex":
            return Fraction((-1) ** (order // 2) if odd else 0)
        case _:  # richardson: (4 C(eps/2) - C(eps)) / 3
            return (Fraction(4, 2 ** (order - 1)) - 1) / 3 if odd else Fraction(0)
