"""Rounded answers: how far off a value may be, and whether an answer's decimals explain it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import TooLarge, Uncertain
from derivcli.calculus.derivation.algebra import over, plus, times
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Real, ball, exact
from derivcli.calculus.sampling import DIGITS, Sample, values
from derivcli.errors import DerivError
from derivcli.language.tree import (
    Binary,
    Call,
    Node,
    Number,
    Unary,
    decimal_places,
    fold,
    nodes,
    rebuild,
)

MOST_DECIMALS = 8  # decimal numbers of an answer that are looked at
MOST_OFF = mpf("0.05")  # relative: what is further off is not said to be rounded
BARELY = mpf("1e-40")
UNITS = mpf("0.999")  # of the last decimal: rounded or cut off


def magnitude(tree: Node) -> Node:
    """Return the sum of the sizes of the terms of an expression: what its errors are relative to.

    So 2*x - 0.667 is as near to 2*x - 2/3 at 1/3, where it is nearly 0, as anywhere.
    """

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        match node:
            case Binary(operator="+" | "-"):
                return plus(*parts)
            case Binary(operator="*"):
                return times(*parts)
            case Binary(operator="/"):
                return over(parts[0], Call("abs", (node.right,)))
            case Unary():
                return parts[0]
        return Call("abs", (node,))

    return fold(tree, visit)


def off_by(value: Real, slope: Real, scale: Node, sample: Sample) -> mpf | None:
    """Return how far a value is from the slope, relative to the size of its terms."""
    with exact(DIGITS) as arithmetic:
        try:
            size = ball(evaluate(scale, sample.at, arithmetic)).middle
        except (DerivError, Uncertain, TooLarge):
            return None
        gap = ball(value - slope)
        most = abs(gap.middle) + gap.radius
        return most / size if size else None


def is_within(off: mpf, tolerance: Fraction) -> bool:
    """Is a relative error within a tolerance? One that is just the tolerance is."""
    return bool(off * tolerance.denominator - tolerance.numerator <= BARELY)


def rounding(
    answer: Node, expected: Node, points: Sequence[Sample], given: Sequence[Real]
) -> mpf | None:
    """Return how far off an answer is at most where its decimals are rounded; None if not."""
    decimals = {
        node.value: decimal_places(node.value) or 0
        for node in nodes(answer)
        if isinstance(node, Number) and node.value.denominator > 1
    }
    if not 0 < len(decimals) <= MOST_DECIMALS:
        return None
    reaches = [mpf(0)] * len(points)
    for value, places in decimals.items():
        moved = values(_with(answer, value, value + Fraction(1, 10**places)), points)
        for index, (one, other) in enumerate(zip(given, moved, strict=True)):
            if other is None:
                return None
            reaches[index] += abs(ball(other - one).middle)
    scale, worst = magnitude(expected), mpf(0)
    with mp.workdps(DIGITS):
        for sample, one, reach in zip(points, given, reaches, strict=True):
            off = off_by(one, sample.slope, scale, sample)
            if off is None or abs(ball(one - sample.slope).middle) > reach * UNITS:
                return None
            worst = max(worst, off)
    return worst if worst <= MOST_OFF else None


def _with(tree: Node, old: Fraction, new: Fraction) -> Node:
    """Return a tree with another number in place of one."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if isinstance(node, Number) and node.value == old:
            return Number(new, node.span)
        return rebuild(node, parts)

    return fold(tree, visit)


def shown(off: mpf) -> str:
    """Return a relative error in two digits."""
    return str(mp.nstr(off, 2, strip_zeros=True))
