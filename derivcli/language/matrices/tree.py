"""The tree of a matrix equation, kept as typed: frozen nodes, each with the span it was read from.

Nodes compare equal when they say the same, wherever they were typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from derivcli.errors import Span
from derivcli.language.tree import NOWHERE, Constant, Number

__all__ = [
    "COMPARISONS", "NOWHERE", "Activation", "Apply", "Array", "Constant", "Element", "Equation",
    "Negative", "Number", "Operation", "Total", "Transpose", "children", "elements", "parted",
    "places", "rebuild", "replaced",
]  # fmt: skip

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True, slots=True)
class Array:
    """A variable of the network by its name for m examples: X, Y, W1, b1, Z1, dA2, or m itself.

    The column of a single example, typed as z1, is Z1 here; A0 is X.
    """

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Transpose:
    """`operand.T`."""

    operand: Element
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """`-operand`."""

    operand: Element
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """`left operator right`: `@` is the matrix product, every other operator works elementwise.

    The operator is one of `@ + - * / **`, or a comparison `< <= > >= == !=`, which is 1 where it
    holds, else 0.
    """

    operator: str
    left: Element
    right: Element
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum, or the mean, of the entries: all of them, or along an axis.

    Of a matrix 0 is down, 1 across; -1 is the last axis, -2 the one before it.
    """

    operand: Element
    axis: int | None = None
    keepdims: bool = False
    mean: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of the table by its canonical name, elementwise; or `where` of three arguments."""

    function: str
    arguments: tuple[Element, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Activation:
    """`g1(operand)`, or with `prime` `g1'(operand)`: the activation of a layer, or its slope."""

    layer: int
    prime: bool
    operand: Element
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Element = Number | Constant | Array | Transpose | Negative | Operation | Total | Apply | Activation


@dataclass(frozen=True, slots=True)
class Equation:
    """`name = expression`; `single` where it was written for the column of one example: z1, a1."""

    name: str
    expression: Element
    single: bool = False
    source: str = field(default="", compare=False, repr=False)
    span: Span = field(default=NOWHERE, compare=False, repr=False)


def parted(name: str) -> tuple[str, int | None]:
    """Return the letter and the layer of an array's name.

    >>> parted("dW2"), parted("X")
    (('dW', 2), ('X', None))
    """
    letter = name.rstrip("0123456789")
    layer = name[len(letter) :]
    return letter, int(layer) if layer else None


def children(element: Element) -> tuple[Element, ...]:
    """Return the direct parts of an element, in the order they are typed."""
    match element:
        case Operation():
            return (element.left, element.right)
        case Apply():
            return element.arguments
        case Transpose() | Negative() | Total() | Activation():
            return (element.operand,)
        case _:
            return ()


def rebuild(element: Element, parts: tuple[Element, ...]) -> Element:
    """Return the element with other parts: the building block of rewriting."""
    match element:
        case Operation():
            return replace(element, left=parts[0], right=parts[1])
        case Apply():
            return replace(element, arguments=parts)
        case Transpose() | Negative() | Total() | Activation():
            return replace(element, operand=parts[0])
        case _:
            return element


def elements(element: Element) -> Iterator[Element]:
    """Yield every element of a tree, parents before their parts, left to right."""
    yield element
    for part in children(element):
        yield from elements(part)


def places(
    element: Element, path: tuple[int, ...] = ()
) -> Iterator[tuple[tuple[int, ...], Element]]:
    """Yield every element with its path: which part of which part it is."""
    yield path, element
    for index, part in enumerate(children(element)):
        yield from places(part, (*path, index))


def replaced(element: Element, path: tuple[int, ...], by: Element) -> Element:
    """Return the tree with the element at `path` replaced."""
    if not path:
        return by
    parts = list(children(element))
    parts[path[0]] = replaced(parts[path[0]], path[1:], by)
    return rebuild(element, tuple(parts))
