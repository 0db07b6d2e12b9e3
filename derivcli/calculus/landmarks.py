"""Where a formula may change from one piece to another: the zeros of what decides it.

A few points of every size would miss a border at 5,000 or a piece between 3.5 and 4.2. So the
zeros of conditions, kinks, edges of domains and arguments are looked for on a grid of every
scale and by Newton's method, and points are put on both sides of each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise

from derivcli.calculus.derivation.algebra import ONE, ZERO, plus
from derivcli.calculus.derivation.differentiate import derive
from derivcli.calculus.evaluate import evaluate, formula
from derivcli.calculus.exact import exact
from derivcli.calculus.floats.closures import FAILURES, closure
from derivcli.calculus.floats.sums import Closure
from derivcli.calculus.ties import ties
from derivcli.errors import DerivError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Node,
    Number,
    Piecewise,
    Unary,
    fold,
    names,
    nodes,
    substitute,
)

MOST_EXPRESSIONS = 40
PIECE_DIGITS = 50
MOST_ZEROS, MOST_FAR = 24, 8
MOST_STARTS = 40  # points from which a second variable is moved
# 0, and both ways from 1e-6 to 1e7 with twelve points a decade, beyond with one in ten.
_EXPONENTS = (*(k / 12 for k in range(-72, 85)), *range(-300, -6, 10), *range(10, 301, 10))
GRID = tuple(sorted({0.0, *(sign * 10**k for k in _EXPONENTS for sign in (1.0, -1.0))}))
STARTS = (0.37, -1.3, 4.2, 60.0, -700.0, 1e5)
NEWTON, HALVINGS = 60, 80
BESIDE = 1e-3  # how far beside a zero, relative to its size
CLOSE = 1e-11  # likewise, as near as float64 knows a zero

Point = Mapping[str, Fraction]


def critical(tree: Node) -> list[Node]:
    """Return all whose zeros may matter: ties, domain edges, arguments, bases and divisors.

    Last, where arguments are 1 and -1: far from there tanh and the like are as good as constant.
    """
    found, sizes = [*ties(tree)], []
    for node in nodes(tree):
        match node:
            case Call():
                row = FUNCTIONS[node.function]
                found += _filled(node, (*row.positive, *row.nonnegative))
                found += node.arguments
                sizes += [Binary(sign, u, ONE) for u in node.arguments for sign in "-+"]
            case Binary(operator="**") if not isinstance(node.right, Number):
                found.append(node.left)
            case Binary(operator="/"):
                found.append(node.right)
    return [*found, *sizes]


def domain(tree: Node, variable: str) -> Node:
    """Return an expression that holds a 1 where there is no slope, as far as the table tells.

    It decides by the signs of all that has to be positive, of kinks, and of what is 0 at poles,
    in the pieces that are taken.
    """

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if isinstance(node, Piecewise):
            *paired, otherwise = parts
            conditions = reduce(plus, paired[1::2], ZERO)
            return plus(conditions, Piecewise(tuple(paired[::2]), node.conditions, otherwise))
        own = [_choice(each, ZERO, ONE, ONE) for each in _positive(node, variable)]
        own += [_choice(each, ZERO, ONE, ZERO) for each in _nonzero(node)]
        if isinstance(node, Call):
            own += [
                _choice(u, ZERO, ZERO, ZERO) for u in _filled(node, FUNCTIONS[node.function].kinks)
            ]
        return reduce(plus, (*parts, *own), ZERO)

    return fold(tree, visit)


def _filled(call: Call, sources: Sequence[str]) -> Iterator[Node]:
    """Yield texts of a row with the arguments of a call."""
    values = dict(zip(FUNCTIONS[call.function].parameters, call.arguments, strict=True))
    return (substitute(formula(source), values) for source in sources)


def _choice(sign: Node, above: Node, at: Node, below: Node) -> Node:
    """Return what holds where an expression is above 0, 0, or below."""
    conditions = (Comparison(">", sign, ZERO), Comparison("==", sign, ZERO))
    return Piecewise((above, at), conditions, below)


def _nonzero(node: Node) -> Iterator[Node]:
    """Yield what must not be 0 for a node to have a value, as in 1/u."""
    match node:
        case Call():
            yield from _filled(node, FUNCTIONS[node.function].nonzero)
        case Binary(operator="/"):
            yield node.right
        case Binary(operator="**", right=Unary()):
            yield node.left


def _positive(node: Node, variable: str) -> Iterator[Node]:
    """Yield what has to be positive for a node to have a slope."""
    match node:
        case Call():
            row = FUNCTIONS[node.function]
            yield from _filled(node, (*row.positive, *row.nonnegative))
        case Binary(operator="**") if variable in names(node.right):
            yield node.left
        case Binary(operator="**") if next(names(node.right), None) is None:
            with exact(PIECE_DIGITS) as arithmetic:
                try:
                    exponent = evaluate(node.right, {}, arithmetic)
                except (ArithmeticError, DerivError):
                    return
            if not isinstance(exponent, Fraction) or exponent.denominator > 1:
                yield node.left


def points_around(
    expressions: Sequence[Node], variables: Sequence[str], starts: Sequence[Point]
) -> list[dict[str, Fraction]]:
    """Return points beside the zeros of expressions, along each variable, and along two."""
    found = [
        {**start, name: w}
        for start in starts
        for name in variables
        for w in points_beside(expressions, name, start, closely=True)
    ]
    if len(variables) > 1:
        found += [
            {**start, name: w}
            for start in found[:MOST_STARTS]
            for name in variables
            for w in points_beside(expressions, name, start, closely=True)
        ]
    bottoms = (_stationary(each, variables, dict(starts[0])) for each in expressions if starts)
    return [*found, *bottoms]


def _stationary(
    tree: Node, variables: Sequence[str], at: dict[str, Fraction]
) -> dict[str, Fraction]:
    """Return where an expression is largest or smallest along each variable, one after another."""
    for name in variables:
        found = zeros_along(derive(tree, name).after, name, at)
        if found:
            at = {**at, name: found[0]}
    return at


def zeros_along(tree: Node, variable: str, others: Mapping[str, Fraction]) -> list[Fraction]:
    """Return zeros along a variable to float64, from 0 on outwards."""
    if variable not in names(tree):
        return []
    known = {name: float(value) for name, value in others.items() if name != variable}
    zeros = sorted({*_zeros(closure(tree, (variable,), known))}, key=abs)
    return [Fraction(f"{w:.15g}") for w in zeros[:MOST_ZEROS]]


def points_beside(
    expressions: Sequence[Node],
    variable: str,
    others: Mapping[str, Fraction],
    *,
    closely: bool = False,
) -> list[Fraction]:
    """Return numbers on both sides of every zero found, between them, and beyond, from 0 on.

    With `closely` also as near to a zero as its digits allow.
    """
    distinct = dict.fromkeys(each for each in expressions if variable in names(each))
    known = {name: float(value) for name, value in others.items() if name != variable}
    near, far = set[float](), set[float]()
    for each in list(distinct)[:MOST_EXPRESSIONS]:
        zeros = sorted({*_zeros(closure(each, (variable,), known))}, key=abs)
        near.update(zeros)
        far.update(zeros[-1:])  # so that none crowds out the others
    ordered = sorted({*sorted(near, key=abs)[:MOST_ZEROS], *sorted(far, key=abs)[-MOST_FAR:]})
    if not ordered:
        return []
    found = [_apart(ordered[0], -1.0), _apart(ordered[-1], 1.0)]
    found += [(low + high) / 2 for low, high in pairwise(ordered)]
    for zero in ordered:
        sizes = [max(abs(zero), 1.0) * BESIDE]
        sizes += [abs(zero) * BESIDE, abs(zero) * CLOSE] if closely else []
        found += [zero + side * size for size in sizes for side in (-1, 1)]
    return [Fraction(f"{w:.15g}") for w in sorted(found, key=abs)]


def _apart(zero: float, side: float) -> float:
    return zero + side * max(1.0, abs(zero))


def _zeros(f: Closure) -> Iterator[float]:
    """Yield zeros of a function of one variable, to float64."""
    before: tuple[float, float] | None = None
    for w in GRID:
        value = _value(f, w)
        if value is None:
            before = None
            continue
        if value == 0 and (before is None or before[1] != 0):
            yield w
        elif before is not None and before[1] == 0 != value:  # the end of where it is 0
            yield before[0]
        elif before is not None and before[1] * value < 0:
            yield _bisected(f, before[0], w, before[1])
        before = (w, value)
    for start in STARTS:
        zero = _newton(f, start)
        if zero is not None:
            yield zero


def _value(f: Closure, w: float) -> float | None:
    try:
        value = float(f(w))
    except FAILURES:
        return None
    return value if value - value == 0 else None  # neither infinite nor nan


def _bisected(f: Closure, low: float, high: float, below: float) -> float:
    for _ in range(HALVINGS):
        middle = _between(low, high)
        value = _value(f, middle)
        if value is None or middle in (low, high):
            break
        if value * below > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _between(low: float, high: float) -> float:
    """Return a number between two: by size, where these are of different ones."""
    if low * high > 0 and not 0.5 < low / high < 2:
        return math.copysign(math.sqrt(abs(low)) * math.sqrt(abs(high)), low)
    return (low + high) / 2


def _newton(f: Closure, w: float) -> float | None:
    """Return the zero that Newton's method comes to with difference quotients, or None."""
    for _ in range(NEWTON):
        step = max(abs(w), 1e-3) * 1e-6
        value, above, below = _value(f, w), _value(f, w + step), _value(f, w - step)
        if value is None or above is None or below is None or above == below:
            return None
        moved = w - value * 2 * step / (above - below)
        if abs(moved - w) <= 1e-9 * max(abs(w), 1e-9):
            return moved
        w = moved
    return None
