"""What a normal form rests on: functions in terms of others, factors, and how large a form is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from math import lcm
from typing import Any

import sympy

from derivcli.calculus.symbolic.expressions import ELEMENTARY
from derivcli.language.functions import ROWS


class Intractable(Exception):
    """The normal form would be too large, or the expression has none."""


def angle_shares(expression: Any) -> dict[Any, int]:
    """Return into how many parts each angle is cut: 2 for x where sin(x) and sin(x/2) occur."""
    shares: dict[Any, int] = {}
    for call in expression.atoms(sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc):
        for coefficient, rest in multiples(call.args[0]):
            shares[rest] = lcm(shares.get(rest, 1), int(coefficient.q))
    return shares


def multiples(argument: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the terms of an argument, each as a number times the rest."""
    for term in sympy.Add.make_args(sympy.expand(argument)):
        yield term.as_coeff_Mul()


def large_units(expression: Any, most: int) -> dict[Any, Any]:
    """Return what exponents are multiples of, where they are large: 10**6 for exp(10**6*x)."""
    found: dict[Any, list[Any]] = {}
    for call in expression.atoms(sympy.Function) - expression.atoms(sympy.Piecewise):
        for argument in call.args:
            for coefficient, rest in multiples(argument):
                if coefficient.is_Rational and coefficient and not rest.is_number:
                    found.setdefault(rest, []).append(abs(coefficient))
    return {rest: reduce(sympy.gcd, each) for rest, each in found.items() if max(each) > most}


def factored(polynomial: Any) -> tuple[Any, list[tuple[Any, int]]]:
    """Return content and factors of a polynomial over the rationals."""
    if polynomial.is_Rational and polynomial != 0:
        return polynomial, []
    content, factors = sympy.factor_list(polynomial)
    if not content.is_Rational or content == 0:
        raise Intractable
    return content, factors


def is_negative(expression: Any) -> bool:
    """Does SymPy write the expression with a minus in front?"""
    return bool(expression.could_extract_minus_sign())


def terms(expression: Any) -> int:
    """Return an upper bound of the terms after multiplying out."""
    if expression.is_Add:
        return sum(terms(part) for part in expression.args)
    if expression.is_Mul:
        size = 1
        for part in expression.args:
            size = min(size * terms(part), 10**9)
        return size
    if expression.is_Pow and expression.exp.is_Integer:
        inner = terms(expression.base)
        return 1 if inner == 1 else min(inner ** abs(int(expression.exp)), 10**9)
    return 1


# SymPy's functions by their names there; two of them are no rows of the table.
REWRITTEN: dict[str, Callable[..., Any]] = {
    **{str(row.sympy): ELEMENTARY[row.name] for row in ROWS if row.sympy and row.elementary},
    sympy.coth.__name__: lambda u: (sympy.exp(2 * u) + 1) / (sympy.exp(2 * u) - 1),
    sympy.acot.__name__: lambda u: sympy.atan(1 / u),
}
