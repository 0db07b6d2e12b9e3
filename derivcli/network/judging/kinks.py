"""Where the pieces of a right side begin: what is compared, and the kinks of the table's rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from derivcli.calculus.ties import ties
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import (
    Activation,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Unary,
    children,
    nodes,
    substitute,
)

EXACTLY = ("==", "!=")  # what holds on an edge alone, or all but there


def edges(tree: Node) -> Iterator[Node]:
    """Yield what is 0 where a piece of a tree begins: inner pieces first.

    Nothing where every piece begins at a kink that the trials stand on both sides of anyway, and
    none is a single point.
    """
    found = all_edges(tree)
    exactly = any(isinstance(each, Comparison) and each.operator in EXACTLY for each in nodes(tree))
    if exactly or not all(isinstance(each, Name) and each.name[0] in "ZA" for each in found):
        yield from found


def all_edges(tree: Node) -> list[Node]:
    """Return what is 0 where a piece of a tree begins, each once."""
    return list(dict.fromkeys(_edges(tree, within=False)))


def in_pieces(element: Node) -> bool:
    """May an element change its mind somewhere: is it a comparison, a where, a max?"""
    if isinstance(element, Call):
        row = FUNCTIONS.get(element.function)  # an operation on arrays is none
        return row is not None and not row.analytic
    return isinstance(element, Comparison | Piecewise)


def _edges(tree: Node, *, within: bool) -> Iterator[Node]:
    """Yield the edges of a tree; `within` a piece, every square is looked at, too.

    For a band around 0 is as thin as its bound: (Z1 - 2)**2 < 1e-20.
    """
    for part in children(tree):
        yield from _edges(part, within=within or in_pieces(tree))
    match tree:
        case Comparison(left=left, right=right):
            yield from _zeros(_difference(left, right))
        case Binary(operator="**", left=base, right=exponent):
            if within or not (isinstance(exponent, Number) and exponent.value.denominator == 1):
                yield from _zeros(base)
        case Call(function=function, arguments=arguments) if function in FUNCTIONS:
            parameters = FUNCTIONS[function].parameters
            for kink in _kinks(function):
                yield from _zeros(substitute(kink, dict(zip(parameters, arguments, strict=True))))
        case Activation(operand=operand):
            yield operand


@cache
def _kinks(function: str) -> tuple[Node, ...]:
    """Return what is 0 where a row of the table is not smooth, in the row's parameters."""
    names = tuple(Name(each) for each in FUNCTIONS[function].parameters)
    return tuple(ties(Call(function, names)))


def _zeros(tree: Node) -> Iterator[Node]:
    """Yield nodes one of which is 0, and changes its sign, wherever a tree is 0."""
    match tree:
        case Number() | Constant() | Name(name="m"):
            return
        case Unary("-", operand=operand):
            yield from _zeros(operand)
        case Binary(operator="*", left=left, right=right):
            yield from _zeros(left)
            yield from _zeros(right)
        case Binary(operator="/" | "**", left=left):
            yield from _zeros(left)
        case Binary(operator="-", left=left, right=Call(function="floor", arguments=(inner,))) if (
            left == inner
        ):
            yield Call("sin", (Binary("*", Constant("pi"), inner),))
        case _:
            yield tree


def _difference(left: Node, right: Node) -> Node:
    zero = Number(Fraction(0))
    if right == zero:
        return left
    return right if left == zero else Binary("-", left, right)
