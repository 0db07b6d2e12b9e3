"""What a step changes, as a sum of powers of the step."""

from __future__ import annotations

import sympy

from derivcli.calculus.symbolic.equality import GENTLY, MOST_TERMS
from derivcli.calculus.symbolic.expressions import symbol, to_sympy
from derivcli.calculus.symbolic.rewriting import terms
from derivcli.calculus.symbolic.trees import to_tree
from derivcli.language.tree import Binary, Name, Node, Unary, number

Term = tuple[int, Node]  # -1 or 1, and what stands behind this sign


def by_powers(tree: Node, step: str) -> tuple[tuple[int, Term], ...] | None:
    """Return a polynomial in a step as its terms, multiplied out: (power, (sign, coefficient)).

    The lowest power comes first. None stands for what is no polynomial, or too long.
    """
    expression, h = to_sympy(tree), symbol(step)
    if terms(expression) > MOST_TERMS:
        return None
    expanded = sympy.expand(expression, **GENTLY)
    found: dict[int, list[Term]] = {}
    for term in expanded.as_ordered_terms() if expanded != 0 else ():
        rest, power = term.as_independent(h, as_Add=False)
        base, exponent = power.as_base_exp()
        if power == 1:
            exponent = sympy.S.Zero
        elif base != h or not (exponent.is_Integer and exponent.is_positive):
            return None
        negative = rest.could_extract_minus_sign()
        try:
            term_tree = to_tree(-rest if negative else rest)
        except TypeError:
            return None
        found.setdefault(int(exponent), []).append((-1 if negative else 1, term_tree))
    return tuple((power, term) for power in sorted(found) for term in found[power])


def together(powers: tuple[tuple[int, Term], ...], step: str, lower: int = 0) -> Node:
    """Return terms of `by_powers` as a sum, each divided by this power of the step."""
    total: Node | None = None
    for power, (sign, coefficient) in powers:
        tree = coefficient
        if power > lower:
            left = power - lower
            raised: Node = Name(step) if left == 1 else Binary("**", Name(step), number(left))
            tree = _times(coefficient, raised)
        if total is None:
            total = tree if sign > 0 else _negative(tree)
        else:
            total = Binary("+" if sign > 0 else "-", total, tree)
    return number(0) if total is None else total


def _times(coefficient: Node, raised: Node) -> Node:
    """Return c*eps, and eps/3 for a third of it."""
    if coefficient == number(1):
        return raised
    if isinstance(coefficient, Binary) and coefficient.operator == "/":
        return Binary("/", _times(coefficient.left, raised), coefficient.right)
    return Binary("*", coefficient, raised)


def _negative(tree: Node) -> Node:
    if isinstance(tree, Binary) and tree.operator in ("*", "/"):
        return Binary(tree.operator, _negative(tree.left), tree.right)
    return Unary("-", tree)
