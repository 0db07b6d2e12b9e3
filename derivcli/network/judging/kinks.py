"""Where the pieces of a right side begin: what is compared, and the kinks of the table's rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from derivcli.calculus.ties import ties
from derivcli.language import tree as scalar
from derivcli.language.functions import FUNCTIONS
from derivcli.language.matrices.calls import lifted
from derivcli.language.matrices.tree import (
    COMPARISONS,
    Activation,
    Apply,
    Array,
    Constant,
    Element,
    Negative,
    Number,
    Operation,
    children,
)


def edges(tree: Element) -> Iterator[Element]:
    """Yield what is 0 where a piece of a tree begins: inner pieces first.

    Nothing where every piece begins at a kink that the trials stand on both sides of anyway.
    """
    found = list(dict.fromkeys(_edges(tree, within=False)))
    if not all(isinstance(each, Array) and each.name[0] in "ZA" for each in found):
        yield from found


def in_pieces(element: Element) -> bool:
    """May an element change its mind somewhere: is it a comparison, a where, a max?"""
    if isinstance(element, Apply):
        row = FUNCTIONS.get(element.function)  # where is none
        return row is None or not row.analytic
    return isinstance(element, Operation) and element.operator in COMPARISONS


def _edges(tree: Element, *, within: bool) -> Iterator[Element]:
    """Yield the edges of a tree; `within` a piece, every square is looked at, too.

    For a band around 0 is as thin as its bound: (Z1 - 2)**2 < 1e-20.
    """
    for part in children(tree):
        yield from _edges(part, within=within or in_pieces(tree))
    match tree:
        case Operation(operator=operator, left=left, right=right) if operator in COMPARISONS:
            yield from _zeros(_difference(left, right))
        case Operation(operator="**", left=base, right=exponent):
            if within or not (isinstance(exponent, Number) and exponent.value.denominator == 1):
                yield from _zeros(base)
        case Apply(function="where", arguments=(condition, _, _)):
            if not (isinstance(condition, Operation) and condition.operator in COMPARISONS):
                yield condition
        case Apply(function=function, arguments=arguments):
            for kink in _kinks(function):
                yield from _zeros(lifted(kink, FUNCTIONS[function].parameters, arguments))
        case Activation(operand=operand):
            yield operand


@cache
def _kinks(function: str) -> tuple[scalar.Node, ...]:
    """Return what is 0 where a row of the table is not smooth, in the row's parameters."""
    names = tuple(scalar.Name(each) for each in FUNCTIONS[function].parameters)
    return tuple(ties(scalar.Call(function, names)))


def _zeros(tree: Element) -> Iterator[Element]:
    """Yield elements one of which is 0, and changes its sign, wherever a tree is 0."""
    match tree:
        case Number() | Constant() | Array(name="m"):
            return
        case Negative(operand=operand):
            yield from _zeros(operand)
        case Operation(operator="*", left=left, right=right):
            yield from _zeros(left)
            yield from _zeros(right)
        case Operation(operator="/" | "**", left=left):
            yield from _zeros(left)
        case Operation(
            operator="-", left=left, right=Apply(function="floor", arguments=(inner,))
        ) if left == inner:
            yield Apply("sin", (Operation("*", Constant("pi"), inner),))
        case _:
            yield tree


def _difference(left: Element, right: Element) -> Element:
    zero = Number(Fraction(0))
    if right == zero:
        return left
    return right if left == zero else Operation("-", left, right)
