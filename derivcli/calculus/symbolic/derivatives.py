"""Derivatives, by SymPy, valid wherever no function is at a kink."""

from __future__ import annotations

from typing import Any

import sympy

from derivcli.calculus.symbolic.expressions import opaque, symbol
from derivcli.errors import RefusedError

MANY = 20  # beyond this order, a derivative is looked for that comes again
LARGEST_FACTOR = 1_000_000  # bits


def derivative(expression: Any, variable: str, order: int = 1) -> Any:
    """Return the SymPy derivative, valid wherever no function is at a kink."""
    found = _differentiated(expression, symbol(variable), order)
    if found.has(sympy.DiracDelta):
        # What sits exactly on a kink is decided elsewhere, by one-sided slopes.
        found = found.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    return found.replace(_has_sign, _without_sign) if found.has(sympy.sign) else found


def _differentiated(expression: Any, variable: Any, order: int) -> Any:
    if not expression.has(sympy.Piecewise, opaque("sinc")):
        found = _returning(expression, variable, order) if order > MANY else None
        return sympy.diff(expression, variable, order) if found is None else found
    for _ in range(order):
        expression = sympy.diff(off_points(expression, variable), variable)
    return expression


def _returning(expression: Any, variable: Any, order: int) -> Any:
    """Return a derivative of high order where one is a multiple of an earlier one, as of sin(2*w).

    None where none is: SymPy has ways of its own with polynomials and products.
    """
    seen: dict[Any, tuple[int, Any]] = {}
    for step in range(MANY):
        factor, rest = expression.primitive()
        if rest in seen:
            start, before = seen[rest]
            rounds, left = divmod(order - step, step - start)
            ratio = factor / before
            if (
                rounds * max(abs(ratio.p), ratio.q).bit_length() > LARGEST_FACTOR
                and abs(ratio) != 1
            ):
                raise RefusedError("the derivative holds numbers that are too large to write")
            return sympy.diff(expression * ratio**rounds, variable, left)
        seen[rest] = step, factor
        expression = sympy.diff(expression, variable)
    return None


def off_points(expression: Any, variable: Any) -> Any:
    """Return the expression without pieces for single points: their derivative is not J's there.

    `b*w == 0` holds at single points of w, or at all: where b == 0.
    """

    def off_the_points(*pieces: Any) -> Any:
        return sympy.Piecewise(*((value, _all_along(each, variable)) for value, each in pieces))

    return expression.replace(sympy.Piecewise, off_the_points)


def is_isolating(condition: Any, variable: Any) -> bool:
    """Is this an equation that surely holds at single points: a polynomial in the variable?"""
    equation = isinstance(condition, sympy.Equality | sympy.Unequality)
    return equation and _all_along(condition, variable) in (sympy.true, sympy.false)


def _all_along(condition: Any, variable: Any) -> Any:
    """Return where an equation of polynomials in a variable holds for all of its values."""
    if not isinstance(condition, sympy.Equality | sympy.Unequality):
        return condition
    rest = sympy.expand(condition.lhs - condition.rhs)
    if variable not in rest.free_symbols or not rest.is_polynomial(variable):
        return condition
    parts = sympy.Poly(rest, variable).coeffs()
    if any(part.is_number for part in parts):
        return isinstance(condition, sympy.Unequality)
    size = parts[0] if len(parts) == 1 else sympy.Add(*(part**2 for part in parts))
    return condition.func(size, 0)


def is_complex(expression: Any) -> bool:
    """Does the expression hold the imaginary unit, or (-1)**(1/3), as that of sqrt(-w**2) does?"""
    return bool(expression.has(sympy.I)) or any(
        power.base.is_negative and power.base.is_number and power.exp.is_integer is False
        for power in expression.atoms(sympy.Pow)
    )


def _has_sign(expression: Any) -> bool:
    return bool(expression.is_Mul) and any(isinstance(part, sympy.sign) for part in expression.args)


def _without_sign(product: Any) -> Any:
    """Return a product without sign(u): sign(u)*|u|**n is u**n for odd n, sign(u)*u is |u|.

    Both hold off the kink u = 0.
    """
    powers = product.as_powers_dict()
    for factor in list(powers):
        if not isinstance(factor, sympy.sign) or powers[factor] != 1:
            continue
        u = factor.args[0]
        size = sympy.Abs(u)
        if size in powers and powers[size].is_odd:
            return product / (factor * size ** powers[size]) * u ** powers[size]
        if u in powers and powers[u].is_Integer and powers[u] > 0:
            return product / (factor * u) * size
    return product
