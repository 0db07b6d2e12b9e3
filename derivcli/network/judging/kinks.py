"""Where the pieces of a right side begin: what is compared, what max chooses from."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.language.matrices.tree import (
    COMPARISONS,
    Activation,
    Apply,
    Array,
    Element,
    Number,
    Operation,
    children,
)

UNARY = ("abs", "sign", "heaviside", "relu", "leaky_relu", "elu", "floor", "ceil", "round")


def edges(tree: Element) -> Iterator[Element]:
    """Yield what is 0 where a piece of a tree begins: inner pieces first.

    Nothing where every piece begins at a kink that the trials stand on both sides of anyway.
    """
    found = list(dict.fromkeys(_edges(tree)))
    if not all(isinstance(each, Array) and each.name[0] in "ZA" for each in found):
        yield from found


def _edges(tree: Element) -> Iterator[Element]:
    for part in children(tree):
        yield from _edges(part)
    match tree:
        case Operation(operator=operator, left=left, right=right) if operator in COMPARISONS:
            yield _difference(left, right)
        case Apply(function="min" | "max", arguments=(left, right)):
            yield _difference(left, right)
        case Apply(function="where", arguments=(Operation(operator=operator), _, _)) if (
            operator in COMPARISONS
        ):
            return
        case Apply(function="where", arguments=(operand, _, _)):
            yield operand
        case Apply(function=function, arguments=(operand, *_)) if function in UNARY:
            yield operand
        case Activation(operand=operand):
            yield operand


def _difference(left: Element, right: Element) -> Element:
    if isinstance(right, Number) and not right.value:
        return left
    if isinstance(left, Number) and not left.value:
        return right
    return Operation("-", left, right)
