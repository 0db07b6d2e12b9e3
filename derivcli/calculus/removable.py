"""A derivative where the formula as typed has an edge or a hole, by the mean value theorem.

Where f is continuous and f' tends to a number, that number is the derivative: sqrt(w**2)**2 has
the slope 0 at 0, though sqrt has none there. By induction the same holds for every order.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Kink
from derivcli.calculus.derivatives import smooth_slope
from derivcli.calculus.evaluate import evaluate, formula
from derivcli.calculus.exact import Exact, Real, differ, tree_of
from derivcli.calculus.kinks import Differentiability, Values
from derivcli.calculus.slopes import slope_at
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Node,
    Program,
    names,
    nodes,
    substitute,
)

BESIDE = Fraction(1, 10**40)  # how far from the point the formula has to be smooth


def decided(
    verdict: Differentiability,
    f: Node,
    value: Real,
    point: Values,
    variable: str,
    order: int,
    arithmetic: Exact,
) -> Differentiability:
    """Return a verdict of difference quotients: sure, where the formula tends to the same slope.

    `value` is that of f at the point.
    """
    values = point(arithmetic)
    fixed = {name: tree_of(each) for name, each in values.items()}
    place = fixed.pop(variable)
    line = substitute(f, fixed)
    if verdict.slope is None or {*names(line), *names(place)} - {variable}:
        return verdict  # a number that is known by its digits alone
    w = symbolic.symbol(variable)
    expression = symbolic.off_points(symbolic.to_sympy(line), w)
    derivative = symbolic.off_points(symbolic.derivative(expression, variable, order), w)
    if not is_smooth_beside(_written(expression), values, variable, variable, arithmetic):
        return verdict
    there = value if _is_continuous(f) else _limit(expression, values, variable, place, arithmetic)
    found = _limit(derivative, values, variable, place, arithmetic)
    if there is None or found is None or differ(there, value) or differ(found, verdict.slope):
        return verdict
    return Differentiability(True, found, found, found)


def _written(found: Any) -> Node | None:
    try:
        return symbolic.to_tree(found)
    except TypeError:
        return None  # the language has no word for it


def is_smooth_beside(
    f: Program | Node | None, values: Mapping[str, Real], moved: str, along: str, arithmetic: Exact
) -> bool:
    """Has f a slope along a variable on both sides of the point, another one `moved`?"""
    beside = ({**values, moved: values[moved] + distance} for distance in (BESIDE, -BESIDE))
    return f is not None and all(
        smooth_slope(f, each, along, arithmetic) is not None for each in beside
    )


def _limit(
    found: Any, values: Mapping[str, Real], variable: str, place: Node, arithmetic: Exact
) -> Real | None:
    """Return what a formula of SymPy's tends to from both sides of the point, if that is one."""
    tree = _written(found)
    if tree is None:
        return None
    try:
        if _is_continuous(tree):
            value: Real = evaluate(tree, values, arithmetic)
            return value
        left, right = (slope_at(tree, values, variable, arithmetic, side).value for side in (-1, 1))
        return None if arithmetic.sign(left - right) else left
    except (Kink, UndefinedError):
        limit = symbolic.limit(found, variable, place)
        return None if limit is None else evaluate(limit, {}, arithmetic)
    except RefusedError:
        return None


def _is_continuous(f: Node) -> bool:
    """Is f made of functions alone that have no jumps, such as sqrt, where it has a value?"""
    for node in nodes(f):
        match node:
            case Comparison():
                return False
            case Binary(operator="**") if next(names(node.right), None) is not None:
                return False  # 0**0 is no limit
        if isinstance(node, Call):
            row = FUNCTIONS[node.function]
            edges = (formula(kink) for kink in row.kinks)
            if any(isinstance(each, Call | Comparison) for edge in edges for each in nodes(edge)):
                return False
            if row.definition and not _is_continuous(formula(row.definition)):
                return False
    return True
