"""Closures of closures: one for each operation, with the constant in it where an operand is one."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from derivcli.calculus.arithmetic import DIVISION, TooLarge, Undefined
from derivcli.calculus.floats.sums import Closure, Monomials
from derivcli.language.tree import Binary, Number, names

LARGEST_PRODUCT = 4  # a power up to here is a product, from here on C's pow

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-tree made callable.

    `constant` is its value where that is known; `monomials` are its terms where it is a sum of
    powers of variables; `times` makes a constant times it without one more call.
    """

    call: Closure
    constant: float | None = None
    monomials: Monomials = field(default_factory=dict)
    times: Callable[[float], Closure] | None = None


def is_power_of_two(value: float | None) -> TypeGuard[float]:
    """Does division by the value round no more than multiplication by its inverse?"""
    return value is not None and 1e-300 < abs(value) < 1e300 and abs(math.frexp(value)[0]) == 0.5


def scaled_square(u: Closure, factor: float) -> Closure:
    """Return a constant times u**2, in one closure."""

    def square(p: Any) -> float:
        b: float = u(p)
        return factor * (b * b)

    return square


def _sum(left: Part, right: Part) -> Closure:
    u, v = left.call, right.call
    if right.constant is not None:
        c = right.constant
        return lambda p: u(p) + c
    if left.constant is not None:
        c = left.constant
        return lambda p: c + v(p)
    return lambda p: u(p) + v(p)


def _difference(left: Part, right: Part) -> Closure:
    u, v = left.call, right.call
    if right.constant is not None:
        c = right.constant
        return lambda p: u(p) - c
    if left.constant is not None:
        c = left.constant
        return lambda p: c - v(p)
    return lambda p: u(p) - v(p)


def _product(left: Part, right: Part) -> Closure:
    u, v = left.call, right.call
    if right.constant is not None:
        c = right.constant
        return left.times(c) if left.times else lambda p: u(p) * c
    if left.constant is not None:
        c = left.constant
        return right.times(c) if right.times else lambda p: c * v(p)
    return lambda p: u(p) * v(p)


def _quotient(left: Part, right: Part) -> Closure:
    u, v = left.call, right.call
    if right.constant:
        c = right.constant
        if left.times and is_power_of_two(c):
            return left.times(1.0 / c)
        return lambda p: u(p) / c

    def quotient(p: Any) -> float:
        divisor = v(p)
        if divisor - divisor:  # an overflow must not end as a harmless 0
            raise TooLarge
        value: float = u(p) / divisor
        return value

    return quotient


ARITHMETIC: dict[str, Callable[[Part, Part], Closure]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
}


def power(node: Binary, base: Part, exponent: Part) -> Closure:
    """Return base**exponent: a product for small whole exponents, else C's pow."""
    u, v, n = base.call, exponent.call, exponent.constant
    varies = not isinstance(node.right, Number) and next(names(node.right), None) is not None
    if n in PRODUCTS and not (varies and n == 0):
        return PRODUCTS[n](u)
    if n and (n > 0 or n == int(n)):
        return lambda p: math.pow(u(p), n)

    def raised(p: Any) -> float:
        b, e = u(p), v(p)
        if b == 0 and (e < 0 or (varies and e == 0)):
            raise Undefined(DIVISION)
        return math.pow(b, e)

    return raised


def _square(u: Closure) -> Closure:
    def square(p: Any) -> float:
        b: float = u(p)
        return b * b

    return square


def _cube(u: Closure) -> Closure:
    def cube(p: Any) -> float:
        b: float = u(p)
        return b * b * b

    return cube


def _fourth(u: Closure) -> Closure:
    def fourth(p: Any) -> float:
        b: float = u(p)
        square = b * b
        return square * square

    return fourth


PRODUCTS: dict[float | None, Callable[[Closure], Closure]] = {
    1.0: lambda u: u,
    2.0: _square,
    3.0: _cube,
    4.0: _fourth,
}


def piecewise(parts: tuple[Part, ...]) -> Closure:
    """Return the value of the first piece whose condition holds."""
    pieces = [
        (condition.call, value.call)
        for value, condition in zip(parts[:-1:2], parts[1::2], strict=True)
    ]
    otherwise = parts[-1].call
    if len(pieces) == 1:
        holds, value = pieces[0]
        return lambda p: value(p) if holds(p) else otherwise(p)

    def first(p: Any) -> Any:
        for holds, value in pieces:
            if holds(p):
                return value(p)
        return otherwise(p)

    return first
