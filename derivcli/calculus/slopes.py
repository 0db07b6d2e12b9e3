"""The slope along one variable, by the chain rule on the tree as typed: independent of SymPy.

At a tie (|w| at 0) there is none, but there is one on either side: `side` decides the tie for a
point beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.calculus.arithmetic import Arithmetic, Kink
from derivcli.calculus.evaluate import (
    HOLDS,
    Failure,
    apply,
    check_domain,
    formula,
    inner,
    operation,
    raised,
    walk,
)
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Program,
    Unary,
)


@dataclass(frozen=True, slots=True)
class Dual:
    """A value and its slope along one variable; None where it does not depend on it."""

    value: Any
    slope: Any = None


def slope_at(
    program: Program | Node,
    values: Mapping[str, Any],
    variable: str,
    arithmetic: Arithmetic,
    side: int = 0,
) -> Dual:
    """Return the output's value and slope along `variable`, by the chain rule on the tree.

    With side 0, success proves that the expression is smooth at the point; Kink is raised where
    a tie or an edge is met. With side 1 or -1 the result is the limit of value and slope from the
    right or left: ties are decided for a point beside this one.
    """
    one = arithmetic.constant(Fraction(1))
    known = {name: Dual(value, one if name == variable else None) for name, value in values.items()}
    if not isinstance(program, Program):
        result: Dual = raised(_dual(program, known, arithmetic, side), "")
        return result
    for statement in program.statements:
        value = _dual(statement.expression, known, arithmetic, side)
        known[statement.name] = raised(value, program.source)
    return known[program.output.name]


def _dual(tree: Node, known: Mapping[str, Dual], arithmetic: Arithmetic, side: int) -> Any:
    def at(node: Node, parts: tuple[Any, ...]) -> Any:
        match node:
            case Name():
                return known[node.name]
            case Comparison():
                return _dual_comparison(node, parts, arithmetic, side)
            case Call():
                return _dual_call(FUNCTIONS[node.function], parts, arithmetic, side)
        plain = tuple(part.value for part in parts)
        value = arithmetic.checked(operation(node, plain, {}, arithmetic))
        return Dual(value, _dual_slope(node, parts, value, arithmetic))

    return walk(tree, at)


def _dual_comparison(
    node: Comparison, parts: tuple[Dual, ...], arithmetic: Arithmetic, side: int
) -> bool:
    left, right = parts
    sign = arithmetic.sign(left.value - right.value)
    slope = _plus(left.slope, None if right.slope is None else -right.slope)
    if sign == 0 and slope is not None:
        sign = side * arithmetic.sign(slope)
        if sign == 0:
            raise Kink
    return sign in HOLDS[node.operator]


def _plus(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return right if left is None else left
    return left + right


def _dual_slope(node: Node, parts: tuple[Dual, ...], value: Any, arithmetic: Arithmetic) -> Any:
    """Return the slope of an operation from those of its operands: the chain rule."""
    if all(part.slope is None for part in parts):
        return None
    match node:
        case Unary():
            slope = parts[0].slope
            return -slope if node.operator == "-" else slope
        case Binary(operator="+"):
            return _plus(parts[0].slope, parts[1].slope)
        case Binary(operator="-"):
            return _plus(parts[0].slope, None if parts[1].slope is None else -parts[1].slope)
        case Binary(operator="**"):
            return _power_slope(parts[0], parts[1], value, arithmetic)
    left, right = parts
    if isinstance(node, Binary) and node.operator == "*":
        first = None if left.slope is None else left.slope * right.value
        return _plus(first, None if right.slope is None else left.value * right.slope)
    first = None if left.slope is None else left.slope / right.value
    second = None if right.slope is None else -(value * right.slope) / right.value
    return _plus(first, second)


def _power_slope(base: Dual, exponent: Dual, value: Any, arithmetic: Arithmetic) -> Any:
    if exponent.slope is None:
        power = exponent.value
        whole = isinstance(power, Fraction) and power.denominator == 1
        if whole and power == 0:
            return None
        if not whole and arithmetic.sign(base.value) == 0:
            raise Kink
        one = arithmetic.constant(Fraction(1))
        return power * arithmetic.power(base.value, power - one) * base.slope
    if base.slope is None and arithmetic.sign(base.value) == 0:
        return None  # 0**b is 0 on either side, as b > 0 here
    if arithmetic.sign(base.value) <= 0:
        raise Kink
    logarithm = apply(FUNCTIONS["log"], (base.value,), arithmetic)
    rate = exponent.slope * logarithm
    if base.slope is not None:
        rate = rate + exponent.value * base.slope / base.value
    return value * rate


def _dual_call(row: Function, parts: tuple[Dual, ...], arithmetic: Arithmetic, side: int) -> Dual:
    plain = tuple(part.value for part in parts)
    if all(part.slope is None for part in parts):
        return Dual(arithmetic.checked(apply(row, plain, arithmetic)))
    if row.definition is not None:
        result: Dual | Failure = _dual(
            formula(row.definition), dict(zip(row.parameters, parts, strict=True)), arithmetic, side
        )
        if isinstance(result, Failure):
            raise result.error
        return result
    named = dict(zip(row.parameters, plain, strict=True))
    check_domain(row, named, arithmetic)
    for source in row.kinks:
        if arithmetic.sign(inner(source, named, arithmetic)) == 0:
            # At a cut that the variable does not leave there is no kink: atan2(0, v) is pi.
            if all(part.slope is not None for part in parts):
                raise Kink
            edge = _dual(formula(source), dict(zip(row.parameters, parts, strict=True)),
                         arithmetic, side)  # fmt: skip
            if edge.slope is not None:
                raise Kink
    value = arithmetic.checked(arithmetic.primitive(row, plain))
    slope = None
    for part, partial in zip(parts, row.partials, strict=True):
        if part.slope is not None:
            slope = _plus(slope, inner(partial, named, arithmetic) * part.slope)
    return Dual(value, slope)
