"""Functions, powers by expressions and comparisons, entry by entry, normalised as made."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcli.algebra.elementwise import (
    add,
    all_turned,
    fit,
    neg,
    power,
    split,
    terms_of,
    transpose,
)
from derivcli.algebra.expressions import Expression, Rational, broadcast

COMPARED: dict[str, Callable[[Rational, Rational], bool]] = {
    "<": lambda u, v: u < v,
    "<=": lambda u, v: u <= v,
    ">": lambda u, v: u > v,
    ">=": lambda u, v: u >= v,
    "==": lambda u, v: u == v,
    "!=": lambda u, v: u != v,
}


def raised(base: Expression, exponent: Expression) -> Expression:
    """Return the power by any expression."""
    if exponent.op == "num":
        return power(base, exponent.data)
    if base.op == "const" and base.data == "e":
        return fn("exp", exponent)
    return fn("**", base, exponent)


def fn(name: str, *arguments: Expression) -> Expression:
    """Return a function of the table, entry by entry."""
    home = arguments[0].home
    if name == "sqrt":
        return power(arguments[0], Fraction(1, 2))
    if (turned := all_turned(arguments)) is not None:
        return transpose(fn(name, *turned))
    if name == "log" and arguments[0].op == "const" and arguments[0].data == "e":
        return home.one
    shape = broadcast(*(argument.shape for argument in arguments))
    return home.make("fn", arguments, name, shape)


def cond(operator: str, left: Expression, right: Expression) -> Expression:
    """Return 1 where the comparison holds, else 0."""
    if operator.startswith("<"):
        operator, left, right = operator.replace("<", ">"), right, left
    home = left.home
    known = _constant(left), _constant(right)
    if known[0] is not None and known[1] is not None:
        holds = COMPARED[operator](known[0], known[1])
        return fit(home.num(int(holds)), broadcast(left.shape, right.shape))
    if right is home.zero and left.op == "add" and len(left.args) == 2:
        # 1 - u > 0 is u < 1.
        for term, other in (left.args, reversed(left.args)):
            number, rest = split(term)
            if number == -1 and other.op == "num":
                return cond(operator, other, rest)
    if (turned := all_turned((left, right))) is not None:
        return transpose(cond(operator, *turned))
    shape = broadcast(left.shape, right.shape)
    if left is right:
        return home.ones(shape) if operator in (">=", "==") else home.zero
    difference = add(left, *map(neg, terms_of(right)))
    shorter = len(terms_of(difference)) < len(terms_of(left)) + len(terms_of(right))
    if "num" not in (left.op, right.op) and shorter and difference.shape == shape:
        # q*r > q*r - r is r > 0.
        if all(split(term)[0] < 0 for term in terms_of(difference)):
            return cond(operator, home.zero, split(add(*map(neg, terms_of(difference))))[1])
        return cond(operator, split(difference)[1], home.zero)
    return home.make("cond", (left, right), operator, shape)


def _constant(expression: Expression) -> Rational | None:
    return {"num": expression.data, "ones": 1}.get(expression.op)
