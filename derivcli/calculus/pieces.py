"""Where the pieces of a function of one number begin, and where it has no slope: from its row."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise

from derivcli.calculus.evaluate import HOLDS, evaluate, formula
from derivcli.calculus.exact import Real, exact
from derivcli.calculus.rows import call_of
from derivcli.calculus.slopes import slope_at
from derivcli.calculus.ties import ties
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Node,
    Piecewise,
    fold,
    rebuild,
    substitute,
)

DIGITS = 50
PROBE = Fraction(7, 3)  # one more point, to see that what decides is linear


@cache
def pieces(name: str) -> tuple[Fraction, ...]:
    """Return the numbers at which a piece of a row begins, in order.

    Raises ValueError where what decides is not linear, so that nobody could tell all of them.

    >>> pieces("hardtanh"), pieces("tanh")
    ((Fraction(-1, 1), Fraction(1, 1)), ())
    """
    row = FUNCTIONS[name]
    return tuple(sorted({_zero(tie, row) for tie in ties(call_of(row))}))


@cache
def corners(name: str) -> tuple[Fraction, ...]:
    """Return those of them at which the slope is another on either side.

    >>> corners("leaky_relu"), corners("elu")
    ((Fraction(0, 1),), ())
    """
    return tuple(at for at in pieces(name) if one_sided(name, at, -1) != one_sided(name, at, 1))


@cache
def formulas(name: str) -> tuple[Node, ...]:
    """Return what a row is in each of its pieces, from left to right, as trees in u without cases.

    >>> from derivcli.language.text import text
    >>> [text(each) for each in formulas("leaky_relu")]
    ['0.01*u', 'u']
    """
    return tuple(resolved(call_of(FUNCTIONS[name]), at) for at in inside(pieces(name)))


def inside(borders: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Return a number in each of the gaps that some borders, in order, leave."""
    if not borders:
        return (Fraction(1, 3),)
    middles = ((low + high) / 2 for low, high in pairwise(borders))
    return (borders[0] - 1, *middles, borders[-1] + 1)


def resolved(tree: Node, at: Fraction) -> Node:
    """Return a tree of u as it is around a number: by the branches that are taken there."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        node = rebuild(node, parts)
        if isinstance(node, Piecewise):
            conditions = zip(node.values, node.conditions, strict=True)
            return next((each for each, test in conditions if _holds(test, at)), node.otherwise)
        if isinstance(node, Call) and (definition := FUNCTIONS[node.function].definition):
            arguments = dict(zip(FUNCTIONS[node.function].parameters, node.arguments, strict=True))
            return resolved(substitute(formula(definition), arguments), at)
        return node

    return fold(tree, visit)


def _holds(test: Comparison, at: Fraction) -> bool:
    with exact(DIGITS) as arithmetic:
        difference = Binary("-", test.left, test.right)
        return arithmetic.sign(evaluate(difference, {"u": at}, arithmetic)) in HOLDS[test.operator]


def one_sided(name: str, at: Fraction, side: int) -> Real:
    """Return the slope of a row at a number, from the left (-1) or from the right (1)."""
    row = FUNCTIONS[name]
    with exact(DIGITS) as arithmetic:
        slope: Real = slope_at(call_of(row), {"u": at}, "u", arithmetic, side).slope
        return Fraction(0) if slope is None else slope


def _zero(tie: Node, row: Function) -> Fraction:
    """Return where a linear expression of u is 0."""
    with exact(DIGITS) as arithmetic:
        start, one, probe = (
            evaluate(tie, {"u": each}, arithmetic) for each in (Fraction(0), Fraction(1), PROBE)
        )
    if all(isinstance(each, Fraction) for each in (start, one, probe)):
        slope = one - start
        if slope and start + slope * PROBE == probe:
            return Fraction(-start / slope)
    raise ValueError(f"where the pieces of {row.name} begin is not known")
