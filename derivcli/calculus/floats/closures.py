"""Trees to Python functions on floats: nested closures, for values that are wanted by the thousand.

A closure takes one argument: the number itself where there is one variable, else a sequence of
numbers. Its values are those of `evaluate` in float64 to a few units in the last place; C's own
exp and pow stand in for correctly rounded ones, and a short sum of powers is one closure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter

from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.evaluate import apply, formula
from derivcli.calculus.floats.combinators import (
    ARITHMETIC,
    COMPARE,
    LARGEST_PRODUCT,
    Part,
    is_power_of_two,
    piecewise,
    power,
    scaled_square,
)
from derivcli.calculus.floats.sums import Closure, Monomials, fused, is_linear_pair, scaled_pair
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Unary,
    fold,
)

# What a closure raises where there is no value; `evaluate` then says why.
FAILURES = (ArithmeticError, ValueError)


def closure(
    tree: Node, variables: Sequence[str], data: Mapping[str, float] | None = None
) -> Closure:
    """Return a function of the variables' values that computes the tree in float64.

    The names in `data` are constants. The function raises one of FAILURES where there is no
    value, and returns an infinity or nan where a sum or product is too large.

    >>> from derivcli.language.parser import parse
    >>> J = parse("(w*x + b - y)**2/2").output.expression
    >>> closure(J, ("w", "b"), {"x": -2, "y": 2})((2.0, 8.0))
    2.0
    """
    known = {name: float(value) for name, value in (data or {}).items()}
    alone = len(variables) == 1

    def visit(node: Node, parts: tuple[Part, ...]) -> Part:
        match node:
            case Number():
                return _constant(_float(node.value))
            case Constant():
                return _constant(math.pi if node.name == "pi" else math.e)
            case Name() if node.name in known:
                return _constant(known[node.name])
            case Name():
                index = variables.index(node.name)
                return Part(_itself if alone else itemgetter(index), None, {(index, 1): 1.0})
        return _folded(_operation(node, parts), node, parts, alone=alone)

    return fold(tree, visit).call


def _itself(p: float) -> float:
    return p


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _constant(value: float) -> Part:
    return Part(lambda _: value, value, {(): value})


def _folded(call: Closure, node: Node, parts: tuple[Part, ...], *, alone: bool) -> Part:
    """Return the part of an operation: its value if constant, one closure if a short sum."""
    if all(part.constant is not None for part in parts):
        try:
            value = call(None)
        except FAILURES:
            return Part(call)  # fails each time that it is used, and only then
        return _constant(value) if isinstance(value, float) else Part(call)
    monomials = _monomials(node, parts)
    return Part(
        fused(monomials, alone=alone) or call,
        None,
        monomials,
        _times(node, parts, monomials, alone=alone),
    )


def _times(
    node: Node, parts: tuple[Part, ...], monomials: Monomials, *, alone: bool
) -> Callable[[float], Closure] | None:
    """Return how to multiply a sum of two variables, or a square, by a constant in one call."""
    if not alone and is_linear_pair(monomials):
        return lambda factor: scaled_pair(monomials, factor)
    if isinstance(node, Binary) and node.operator == "**" and parts[1].constant == 2:
        return lambda factor: scaled_square(parts[0].call, factor)
    return None


def _monomials(node: Node, parts: tuple[Part, ...]) -> Monomials:
    """Return the terms of a sum of powers; no terms where the node is none.

    No two terms are ever merged into one: w + 0.1 - 0.1 keeps its roundings.
    """
    if not all(part.monomials for part in parts):
        return {}
    left = parts[0].monomials
    match node:
        case Unary(operator="-"):
            return {key: -factor for key, factor in left.items()}
        case Binary(operator="+" | "-"):
            right = parts[1].monomials
            sign = 1.0 if node.operator == "+" else -1.0
            if left.keys() & right.keys():
                return {}
            return {**left, **{key: sign * factor for key, factor in right.items()}}
        case Binary(operator="*"):
            return _scaled(parts[0], parts[1]) or _scaled(parts[1], parts[0])
        case Binary(operator="/"):
            # Only a power of two divides without one more rounding.
            divisor = parts[1].constant
            if is_power_of_two(divisor):
                return _scaled(_constant(1.0 / divisor), parts[0])
        case Binary(operator="**"):
            return _raised(left, parts[1].constant)
    return {}


def _scaled(constant: Part, other: Part) -> Monomials:
    """Return a constant times one power of a variable."""
    if constant.constant is None or len(other.monomials) != 1:
        return {}
    ((key, factor),) = other.monomials.items()
    product = constant.constant * factor
    whole = math.isfinite(product) and (product or not (constant.constant and factor))
    return {key: product} if whole else {}


def _raised(base: Monomials, exponent: float | None) -> Monomials:
    """Return a whole power of a variable."""
    if len(base) != 1 or exponent is None or not 2 <= exponent <= LARGEST_PRODUCT:
        return {}
    ((key, factor),) = base.items()
    if factor != 1.0 or key[1:] != (1,) or exponent != int(exponent):
        return {}
    return {(key[0], int(exponent)): 1.0}


def _operation(node: Node, parts: tuple[Part, ...]) -> Closure:
    match node:
        case Unary():
            u = parts[0].call
            return (lambda p: -u(p)) if node.operator == "-" else u
        case Binary(operator="**"):
            return power(node, *parts)
        case Binary():
            return ARITHMETIC[node.operator](*parts)
        case Comparison():
            compare, u, v = COMPARE[node.operator], parts[0].call, parts[1].call
            return lambda p: compare(u(p), v(p))
        case Piecewise():
            return piecewise(parts)
        case Call():
            return _call(FUNCTIONS[node.function], tuple(part.call for part in parts))
    raise TypeError(f"no closure for {node}")


def _call(row: Function, arguments: tuple[Closure, ...]) -> Closure:
    """Return a row of the table: by C's own function, by its text, or by `evaluate`."""
    function = row.native
    if function is None:
        return _by_text(row, arguments) if row.computed else _computed(row, arguments)
    if len(arguments) == 2:
        u, v = arguments
        return lambda p: function(u(p), v(p))
    u = arguments[0]
    return function if u is _itself else lambda p: function(u(p))


def _by_text(row: Function, arguments: tuple[Closure, ...]) -> Closure:
    inner = closure(formula(row.computed or ""), row.parameters)
    if len(arguments) == 1:
        u = arguments[0]
        return inner if u is _itself else lambda p: inner(u(p))
    u, v = arguments
    return lambda p: inner((u(p), v(p)))


def _computed(row: Function, arguments: tuple[Closure, ...]) -> Closure:
    """Return a row that C's library has not: correctly rounded, and slow."""
    arithmetic = Float64()
    return lambda p: apply(row, tuple(u(p) for u in arguments), arithmetic)
