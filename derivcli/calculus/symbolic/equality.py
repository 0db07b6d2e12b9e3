"""Are two expressions the same function? A proof, or none."""

from __future__ import annotations

from typing import Any

import sympy

from derivcli.calculus.symbolic.derivatives import is_isolating
from derivcli.calculus.symbolic.expressions import NO_VALUE, symbol, to_sympy
from derivcli.calculus.symbolic.normal_form import have_one_form
from derivcli.calculus.symbolic.trees import to_tree
from derivcli.language.tree import Node

GENTLY = {"power_base": False, "power_exp": False, "log": False, "basic": False}


def proves_equal(one: Node, other: Node) -> bool:
    """Return whether two trees are proved equal wherever both have a value; False says nothing."""
    return normal_forms_agree(one, other) or simplifies_to_equal(one, other)


def normal_forms_agree(one: Node, other: Node) -> bool:
    """Return whether two trees have the same normal form."""
    left, right = to_sympy(one), to_sympy(other)
    return bool(left == right) or have_one_form(left, right)


def simplifies_to_equal(one: Node, other: Node) -> bool:
    """Return whether SymPy simplifies the difference to 0; it may take long."""
    try:
        return bool(sympy.simplify(to_sympy(one) - to_sympy(other)) == 0)
    except (ArithmeticError, TypeError, ValueError, RecursionError, NotImplementedError):
        return False  # SymPy stumbles over some expressions


def difference(one: Node, other: Node) -> Node | None:
    """Return one - other, with what cancels at once cancelled; None where nothing does or is left.

    Cancelled by SymPy as it adds, so that 2*exp(w) + 1e-300 - 2*exp(w) is 1e-300.
    """
    left, right = to_sympy(one), to_sympy(other)
    rest = sympy.expand(left - right, **GENTLY)
    if rest == 0 or rest.has(sympy.nan, sympy.zoo, sympy.oo):
        return None
    try:
        return to_tree(rest)
    except TypeError:
        return None


def is_never_zero(tree: Node) -> bool:
    """Is an expression surely other than 0 everywhere?"""
    return bool(to_sympy(tree).is_nonzero)


def has_no_value(expression: Any) -> bool:
    """Has SymPy's expression no value anywhere?"""
    return expression is NO_VALUE


def isolates(left: Node, right: Node, variable: str) -> bool:
    """Does `left == right` surely hold at single points only?"""
    condition = sympy.Equality(to_sympy(left), to_sympy(right), evaluate=False)
    return is_isolating(condition, symbol(variable))
