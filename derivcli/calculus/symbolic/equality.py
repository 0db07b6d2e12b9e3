"""Are two expressions the same function? A proof, or none."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy

from derivcli.calculus.symbolic.derivatives import is_isolating
from derivcli.calculus.symbolic.expressions import NO_VALUE, symbol, to_sympy
from derivcli.calculus.symbolic.normal_form import have_one_form
from derivcli.calculus.symbolic.rewriting import terms
from derivcli.calculus.symbolic.trees import to_tree
from derivcli.language.tree import Node

RECENT = 500  # conditions that are remembered
MOST_TERMS = 2_000  # of a difference that is multiplied out
GENTLY = {"power_base": False, "power_exp": False, "log": False, "basic": False}


def proves_equal(one: Node, other: Node) -> bool:
    """Return whether two trees are proved equal wherever both have a value; False says nothing."""
    return normal_forms_agree(one, other) or simplifies_to_equal(one, other)


@lru_cache(RECENT)
def normal_forms_agree(one: Node, other: Node, known: tuple[tuple[Node, int], ...] = ()) -> bool:
    """Return whether two trees have the same normal form, where some trees have these signs."""
    left, right = to_sympy(one), to_sympy(other)
    signs = [(to_sympy(tree), sign) for tree, sign in known]
    return bool(left == right) or have_one_form(left, right, signs)


def are_contradictory(known: Sequence[tuple[Node, int]]) -> bool:
    """Return whether it is proved that no point has all these signs, 0 among them."""
    return have_one_form(sympy.S.One, sympy.S.Zero, [(to_sympy(u), sign) for u, sign in known])


def simplifies_to_equal(one: Node, other: Node) -> bool:
    """Return whether SymPy simplifies the difference to 0; it may take long."""
    try:
        return bool(sympy.simplify(to_sympy(one) - to_sympy(other)) == 0)
    except (ArithmeticError, TypeError, ValueError, RecursionError, NotImplementedError):
        return False  # SymPy stumbles over some expressions


def difference(one: Node, other: Node) -> Node | None:
    """Return one - other, with what cancels at once cancelled, or None where it has no form.

    Cancelled by SymPy as it adds, so that 2*exp(w) + 1e-300 - 2*exp(w) is 1e-300.
    """
    rest = to_sympy(one) - to_sympy(other)
    if terms(rest) <= MOST_TERMS:
        rest = sympy.expand(rest, **GENTLY)
    if rest.has(sympy.nan, sympy.zoo, sympy.oo):
        return None
    try:
        return to_tree(rest)
    except TypeError:
        return None


def is_never_zero(tree: Node) -> bool:
    """Is an expression surely other than 0 everywhere?"""
    return bool(to_sympy(tree).is_nonzero)


@lru_cache(RECENT)
def possible_signs(tree: Node) -> tuple[int, ...]:
    """Return which signs an expression may have somewhere: of 1, -1 and 0 those not ruled out."""
    expression = to_sympy(tree)
    found = {1: expression.is_positive, -1: expression.is_negative, 0: expression.is_zero}
    return tuple(sign for sign, answer in found.items() if answer is not False)


@lru_cache(RECENT)
def factors(tree: Node) -> tuple[tuple[Node, int], ...]:
    """Return the factors of a polynomial with their powers; what is none is its own factor.

    To SymPy exp(10**9*x) + 1 is one in exp(x).
    """
    expression = to_sympy(tree)
    if expression.has(sympy.exp):
        return ((tree, 1),)
    try:
        content, found = sympy.factor_list(expression)
    except sympy.PolynomialError:
        return ((tree, 1),)
    if len(found) == 1 == found[0][1] or not content.is_Rational:
        return ((tree, 1),)
    return ((to_tree(content), 1), *((to_tree(factor), power) for factor, power in found))


@lru_cache(RECENT)
def zeros(trees: tuple[Node, ...]) -> tuple[tuple[Fraction, Fraction], ...] | None:
    """Return intervals, in order, each with one real zero of polynomials in one variable.

    A rational zero stands for itself. None stands for trees that are no such polynomials.
    """
    try:
        product = sympy.Poly(sympy.Mul(*map(to_sympy, trees)), domain="QQ")
    except sympy.PolynomialError:
        return None
    if len(product.gens) != 1 or not product.gens[0].is_Symbol or product.is_zero:
        return None
    found = product.intervals(eps=sympy.Rational(1, 10**30))
    return tuple(
        (Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q)))
        for (low, high), _ in found
    )


@lru_cache(RECENT)
def roots(tree: Node, variable: str) -> tuple[Node, ...] | None:
    """Return the zeros of a polynomial in a variable of degree 1 or 2; None for all else.

    They may be none that is real.
    """
    x = symbol(variable)
    try:
        *leading, b, c = sympy.Poly(to_sympy(tree), x).all_coeffs()
    except (sympy.PolynomialError, ValueError):
        return None
    if len(leading) > 1 or any(each.has(x) for each in (*leading, b, c)):
        return None
    if not leading:
        return (to_tree(-c / b),)
    root = sympy.sqrt(b**2 - 4 * leading[0] * c)
    try:
        return tuple(to_tree((sign * root - b) / (2 * leading[0])) for sign in (1, -1))
    except TypeError:  # not real
        return ()


def has_no_value(expression: Any) -> bool:
    """Has SymPy's expression no value anywhere?"""
    return expression is NO_VALUE


def isolates(left: Node, right: Node, variable: str) -> bool:
    """Does `left == right` surely hold at single points only?"""
    condition = sympy.Equality(to_sympy(left), to_sympy(right), evaluate=False)
    return is_isolating(condition, symbol(variable))
