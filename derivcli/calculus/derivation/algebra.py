"""Trees put together without noise: u + 0 is u, 1*u is u, and numbers are multiplied out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import chain, count

from derivcli.language.tree import Binary, Node, Number, Unary, number

ZERO: Node = Number(Fraction(0))
ONE: Node = Number(Fraction(1))
NO_VALUE: Node = Binary("/", ONE, ZERO)

LARGEST = 10**12  # numbers beyond this are left as they stand


def value_of(tree: Node) -> Fraction | None:
    """Return the number that a tree spells: 3, -3 or 1/3; None for everything else."""
    if isinstance(tree, Unary) and tree.operator == "-":
        inner = value_of(tree.operand)
        return None if inner is None else -inner
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Binary) and tree.operator == "/":
        top, bottom = value_of(tree.left), value_of(tree.right)
        return top / bottom if top is not None and bottom else None
    return None


def _folded(
    one: Node, other: Node, combine: Callable[[Fraction, Fraction], Fraction]
) -> Node | None:
    """Return both numbers as one, where both are numbers and the result is short."""
    left, right = value_of(one), value_of(other)
    if left is None or right is None:
        return None
    result = combine(left, right)
    if max(abs(result.numerator), result.denominator) > LARGEST:
        return None
    if _is_fraction(one) or _is_fraction(other):
        whole = number(result.numerator)
        below = number(result.denominator)
        return whole if result.denominator == 1 else Binary("/", whole, below)
    return number(result)


def _is_fraction(tree: Node) -> bool:
    """Was the number written p/q? Then so is what becomes of it."""
    return isinstance(tree, Binary) or (isinstance(tree, Unary) and _is_fraction(tree.operand))


def negative(u: Node) -> Node:
    """Return -u."""
    if u == ZERO:
        return ZERO
    if isinstance(u, Unary) and u.operator == "-":
        return u.operand
    if isinstance(u, Binary) and u.operator in ("*", "/"):
        return Binary(u.operator, negative(u.left), u.right)
    return Unary("-", u)


def plus(u: Node, v: Node) -> Node:
    """Return u + v."""
    if u == ZERO:
        return v
    if v == ZERO:
        return u
    if isinstance(v, Unary) and v.operator == "-":
        return minus(u, v.operand)
    return _folded(u, v, lambda a, b: a + b) or Binary("+", u, v)


def minus(u: Node, v: Node) -> Node:
    """Return u - v."""
    if v == ZERO:
        return u
    if u == ZERO:
        return negative(v)
    if isinstance(v, Unary) and v.operator == "-":
        return plus(u, v.operand)
    return _folded(u, v, lambda a, b: a - b) or Binary("-", u, v)


def times(u: Node, v: Node) -> Node:
    """Return u*v; a number comes first, and is multiplied into the number that opens v."""
    if ZERO in (u, v):
        return ZERO
    if u == ONE:
        return v
    if v == ONE:
        return u
    if value_of(v) is not None and value_of(u) is None:
        u, v = v, u
    if value_of(u) == -1:
        return negative(v)
    folded = _folded(u, v, lambda a, b: a * b)
    if folded is not None:
        return folded
    if isinstance(v, Binary) and v.operator == "*":
        number_first = _folded(u, v.left, lambda a, b: a * b)
        if number_first is not None:
            return times(number_first, v.right)
    return Binary("*", u, v)


def over(u: Node, v: Node) -> Node:
    """Return u/v."""
    if u == ZERO:
        return ZERO
    if v == ONE:
        return u
    if value_of(v):
        return _folded(u, v, lambda a, b: a / b) or Binary("/", u, v)
    return Binary("/", u, v)


def power(u: Node, v: Node) -> Node:
    """Return u**v."""
    if v == ONE:
        return u
    if v == ZERO:
        return ONE
    return Binary("**", u, v)


def letter(taken: set[str]) -> str:
    """Return a letter that no name has, for the inner function of a chain."""
    candidates = chain("uvstzqrpmn", (f"inner{index}" for index in count(1)))
    return next(name for name in candidates if name not in taken)
