"""Where the pieces of a right side begin: what is compared, and the kinks of the table's rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcli.arrays.kinks import apart, is_jump
from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS
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
    Reduction,
    Transpose,
    Unary,
    children,
    nodes,
)

# Where both sides are equal: is it what it is where the left one is less? == is like neither side.
BELOW = {">": True, "<=": True, "<": False, ">=": False}


def edges(tree: Node) -> Iterator[Node]:
    """Yield what is 0 where a piece of a tree begins: inner pieces first.

    Nothing where every piece begins at a kink that the trials stand on both sides of anyway, and
    none is a single point.
    """
    found = all_edges(tree)
    ordinary = all(isinstance(each, Name) and each.name[0] in "ZA" for each in found)
    if not ordinary or not stays_between(tree):
        yield from found


def stays_between(tree: Node) -> bool:
    """Is a tree, on every edge, one of the values that it has beside it, or between them?

    That is known where all pieces begin on the same side of one edge, and where a sum has one
    piece. Else a point may have a value of its own: (Z1 >= 0) * (Z1 <= 0), 0**abs(Z1).
    """
    pieces = [each for each in nodes(tree) if in_pieces(each) or _is_slope(each)]
    if any(map(is_jump, nodes(tree))):
        return False
    if len(pieces) == 1 and not _is_exact(pieces[0]):
        return _is_linear_in(tree, pieces[0])
    compared, sides = set(), set()
    for each in pieces:
        match each:
            case Comparison(operator=operator, left=left, right=right) if not _is_exact(each):
                compared.add((left, right))
                sides.add(BELOW[operator])
            case Activation(operand=operand):
                compared.add((operand, Number(Fraction(0))))
                sides.add(True)
            case Piecewise():
                pass
            case _:
                return False
    return len(compared) < 2 and len(sides) < 2


def _is_slope(element: Node) -> bool:
    return isinstance(element, Activation) and element.prime


def _is_exact(element: Node) -> bool:
    return isinstance(element, Comparison) and element.operator not in BELOW


def _is_linear_in(tree: Node, part: Node) -> bool:
    """Is a tree linear in a part that stands in it once?"""
    while tree is not part:
        (inner,) = (each for each in children(tree) if any(part is node for node in nodes(each)))
        match tree:
            case Unary() | Transpose() | Binary(operator="+" | "-" | "*" | "@"):
                pass
            case Binary(operator="/", left=left) if left is inner:
                pass
            case Reduction(function=function) if OPERATIONS[function].linear:
                pass
            case _:
                return False
        tree = inner
    return True


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
            if is_jump(tree):
                yield from _zeros(exponent)
        case Call(function=function) if function in FUNCTIONS:
            for distance in apart(tree):
                yield from _zeros(distance)
        case Activation(operand=operand):
            yield operand


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
