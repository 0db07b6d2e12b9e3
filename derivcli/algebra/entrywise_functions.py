"""Functions, powers by expressions and comparisons, entry by entry, normalised as made."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcli.algebra.elementwise import all_turned, power, split, transpose
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
    if left.op == right.op == "num":
        return home.num(int(COMPARED[operator](left.data, right.data)))
    if right is home.zero and left.op == "add" and len(left.args) == 2:
        # 1 - u > 0 is u < 1.
        for term, other in (left.args, reversed(left.args)):
            number, rest = split(term)
            if number == -1 and other.op == "num":
                return cond(operator, other, rest)
    if (turned := all_turned((left, right))) is not None:
        return transpose(cond(operator, *turned))
    shape = broadcast(left.shape, right.shape)
    return home.make("cond", (left, right), operator, shape)
