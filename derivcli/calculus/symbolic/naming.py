"""An expression in other names, as short as it gets: a - y for a product of long fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy

from derivcli.calculus.symbolic.expressions import symbol, to_sympy
from derivcli.calculus.symbolic.tidy import TIDY_NODES, tidy
from derivcli.calculus.symbolic.trees import to_tree
from derivcli.language.text import text
from derivcli.language.tree import Node

FORMS: tuple[Callable[[Any], Any], ...] = (
    tidy,
    sympy.cancel,
    sympy.factor,
    sympy.expand,
    sympy.simplify,
)


def in_names(tree: Node, definitions: Mapping[str, Node]) -> Node:
    """Return the tree with each definition that stands in it written as its name.

    Roots and powers of a definition count: 1/(2*sqrt(z)) is 1/(2*a) where a is sqrt(z).
    """
    expression = to_sympy(tree)
    replaced = expression
    for name, definition in definitions.items():
        meant = to_sympy(definition)
        if not (meant.is_number or meant.is_Symbol):
            replaced = replaced.subs(meant, symbol(name))
    return tree if replaced == expression else _written(replaced, tree)


def shortest(tree: Node) -> Iterator[Node]:
    """Yield forms of an expression that SymPy finds equal, the shortest first, then the tree."""
    expression = to_sympy(tree)
    forms = [tree]
    if expression.count_ops() <= TIDY_NODES:
        for form in FORMS:
            try:
                forms.append(_written(form(expression), tree))
            except (ArithmeticError, TypeError, ValueError, NotImplementedError):
                continue  # SymPy stumbles over some expressions
    yield from sorted(dict.fromkeys(forms), key=lambda each: len(text(each)))


def named_forms(tree: Node, definitions: Mapping[str, Node]) -> Iterator[Node]:
    """Yield forms of an expression, also with definitions written as their names, shortest first.

    What a name is a factor of is collected: p*(y + v) for p*y + p*v.
    """
    forms = [*shortest(tree)]
    for form in tuple(forms):
        named = in_names(form, definitions)
        if named != form:
            expression = to_sympy(named)
            collected = sympy.collect(expression, [symbol(name) for name in definitions])
            forms += [named, _written(collected, named)]
    yield from sorted(dict.fromkeys(forms), key=lambda each: len(text(each)))


def solved(left: Node, right: Node, name: str) -> Node | None:
    """Return what a name is where two expressions are equal, if they are linear in it.

    The factor of the name has to be a number.
    """
    difference, unknown = to_sympy(left) - to_sympy(right), symbol(name)
    factor = sympy.expand(difference).coeff(unknown)
    rest = sympy.expand(difference - factor * unknown)
    if not factor.is_number or factor == 0 or rest.has(unknown):
        return None
    try:
        return to_tree(-rest / factor)
    except TypeError:
        return None


def _written(expression: Any, otherwise: Node) -> Node:
    try:
        return to_tree(expression)
    except TypeError:
        return otherwise
