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
from derivcli.language.functions import FUNCTIONS
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
    """A value and its slope along one variable; None where it does not depend on it.

    `node` and `parts` are what it was made by, on this side of the point: of pieces the one taken.
    """

    value: Any
    slope: Any = None
    node: Node | None = None
    parts: tuple[Dual, ...] = ()

    def is_always(self, other: Dual) -> bool:
        """Is it made as the other is, and so the same all around, or all along this side?"""
        pairs: list[tuple[Dual, Dual]] = [(self, other)]
        seen: set[tuple[int, int]] = set()
        while pairs:
            one, two = pairs.pop()
            if one is two or (id(one), id(two)) in seen:
                continue
            seen.add((id(one), id(two)))
            if one.node is None or two.node is None or _made_by(one.node) != _made_by(two.node):
                return False
            pairs += zip(one.parts, two.parts, strict=True)
        return True


def _made_by(node: Node) -> tuple[Any, ...]:
    """Return what a node makes of its parts."""
    match node:
        case Unary() | Binary():
            return (type(node), node.operator)
        case Call():
            return (Call, node.function)
    return (node,)


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
    known = {
        name: Dual(value, one if name == variable else None, Name(name))
        for name, value in values.items()
    }
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
                return _dual_call(node, parts, arithmetic, side)
        plain = tuple(part.value for part in parts)
        value = arithmetic.checked(operation(node, plain, {}, arithmetic))
        return Dual(value, _dual_slope(node, parts, value, arithmetic), node, parts)

    return walk(tree, at)


def _dual_comparison(
    node: Comparison, parts: tuple[Dual, ...], arithmetic: Arithmetic, side: int
) -> bool:
    left, right = parts
    sign = arithmetic.sign(left.value - right.value)
    slope = _plus(left.slope, None if right.slope is None else -right.slope)
    if sign == 0 and slope is not None and not left.is_always(right):
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


def _dual_call(node: Call, parts: tuple[Dual, ...], arithmetic: Arithmetic, side: int) -> Dual:
    row = FUNCTIONS[node.function]
    plain = tuple(part.value for part in parts)
    if all(part.slope is None for part in parts):
        return Dual(arithmetic.checked(apply(row, plain, arithmetic)), None, node, parts)
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
    return Dual(value, slope, node, parts)
