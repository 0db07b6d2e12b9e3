"""What is refused before any mathematics is done: each bound with its own message.

A bound is never checked by computing what it bounds: the size of `9**9**9` is estimated.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, replace
from fractions import Fraction

from derivcli.errors import LanguageError, RefusedError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Binary, Call, Constant, Name, Node, Number, Program, Unary, fold

LARGEST_POWER = 1_000
STACKED_POWERS = 2
CONSTANT_BITS = 4_096
FLOAT64_BITS = 1_023
LARGEST_ORDER = 100  # of polygamma


@dataclass(frozen=True, slots=True)
class Limits:
    """How much text is read. `advice` tells how to raise the bound where it can be raised."""

    characters: int
    operations: int
    nesting: int
    advice: str = ""


COMMAND_LINE = Limits(characters=2_000, operations=300, nesting=64)


def file_limits(operations: int) -> Limits:
    """Return the limits for a program file of up to `operations` operations."""
    return Limits(max(200_000, 40 * operations), operations, 96, "; see --max-operations")


@dataclass(frozen=True, slots=True)
class _Size:
    """What is known of a sub-tree without evaluating it."""

    operations: int
    stacked: int = 0
    constant: bool = False
    bits: float = 0.0  # of a constant: upper bound of log2 of its magnitude and of 1/it
    most: float = math.inf  # of a constant: upper bound of its magnitude
    exact: Fraction | None = None  # of a small rational constant: its value
    value: float | None = None  # of a constant: its value in float64, where that is finite


def check_length(source: str, limits: Limits) -> None:
    """Raise RefusedError where a text has more characters than are read."""
    if len(source) > limits.characters:
        most = f"at most {limits.characters:,}{limits.advice}"
        raise RefusedError(f"{len(source):,} characters are too many ({most})")


def check(program: Program, limits: Limits) -> None:
    """Raise RefusedError where the program is beyond the bounds."""
    sizes = _sizes(program, inlined=False)
    total = sum(size.operations for size in sizes.values()) + len(sizes) - 1
    if total > limits.operations:
        raise RefusedError(
            f"more than {limits.operations:,} operations are too many{limits.advice}"
        )


def check_inlined(program: Program, limits: Limits) -> None:
    """Raise RefusedError where the output, written out in the variables alone, is too large."""
    if _sizes(program, inlined=True)[program.output.name].operations > limits.operations:
        raise RefusedError(
            f"written out as one expression, this is more than {limits.operations:,} operations"
            f"{limits.advice}"
        )


def _sizes(program: Program, *, inlined: bool) -> dict[str, _Size]:
    known: dict[str, _Size] = {}
    for statement in program.statements:

        def visit(node: Node, parts: tuple[_Size, ...]) -> _Size:
            if isinstance(node, Name) and node.name in known:
                size = known[node.name]
                return size if inlined else replace(size, operations=0)
            return _measure(node, parts, program.source)

        known[statement.name] = fold(statement.expression, visit)
    return known


def _measure(node: Node, parts: tuple[_Size, ...], source: str) -> _Size:
    """Return the size of a node, refusing what is too large before it is ever computed."""
    match node:
        case Name():
            return _Size(0)
        case Constant():
            value = getattr(math, node.name)
            return _Size(0, constant=True, bits=_upward(math.log2(value)), most=value, value=value)
        case Number():
            return _rational(0, 0, node.value)
    operations = sum(part.operations for part in parts) + 1
    stacked = max(part.stacked for part in parts)
    if isinstance(node, Binary) and node.operator == "**":
        stacked = max(parts[0].stacked, parts[1].stacked + 1)
        _check_power(node, parts[1], stacked, source)
    if isinstance(node, Call) and node.function == "polygamma":
        _check_order(node, parts[0], source)
    operation = isinstance(node, Call) and node.function not in FUNCTIONS  # of arrays: eye(3)
    if operation or not all(part.constant for part in parts):
        return _Size(operations, stacked)
    bits = _bound(node, parts)
    if bits > CONSTANT_BITS:
        raise RefusedError(
            f"this constant may need more than {CONSTANT_BITS:,} bits",
            source=source,
            span=node.span,
        )
    exact = _exact(node, parts)
    if exact is not None:
        return _rational(operations, stacked, exact)
    value = _approximate(node, parts)
    most = _most(node, parts, bits) if value is None else abs(value)
    return _Size(operations, stacked, constant=True, bits=bits, most=most, value=value)


def _rational(operations: int, stacked: int, exact: Fraction) -> _Size:
    bits = _upward(max(math.log2(abs(exact.numerator) or 1), math.log2(exact.denominator)))
    value = float(exact) if bits < FLOAT64_BITS else None
    most = math.inf if value is None else abs(value)
    return _Size(operations, stacked, constant=True, bits=bits, most=most, exact=exact, value=value)


def _check_power(node: Binary, exponent: _Size, stacked: int, source: str) -> None:
    if exponent.constant and exponent.most > LARGEST_POWER * (1 + 1e-8):
        raise RefusedError(
            f"this exponent is beyond {LARGEST_POWER:,}", source=source, span=node.right.span
        )
    if stacked > STACKED_POWERS:
        raise RefusedError(
            f"more than {STACKED_POWERS} powers are stacked", source=source, span=node.span
        )


def _check_order(node: Call, order: _Size, source: str) -> None:
    whole = order.exact is not None and order.exact.denominator == 1
    if not whole or not 0 <= (order.exact or 0) <= LARGEST_ORDER:
        raise LanguageError(
            f"the order of polygamma is a whole number from 0 to {LARGEST_ORDER}",
            source=source,
            span=node.arguments[0].span,
        )


def _bound(node: Node, parts: tuple[_Size, ...]) -> float:
    """Return an upper bound of the bits of a constant operation, from those of its operands."""
    bits = [part.bits for part in parts]
    match node:
        case Unary():
            return bits[0]
        case Binary(operator="**") if parts[0].exact is not None:
            return bits[0] * max(1.0, parts[1].most)
        case Binary(operator="**"):
            return _log2(parts[0]) * max(1.0, parts[1].most)
        case Binary(operator="+" | "-") if any(part.exact is None for part in parts):
            return max(map(_log2, parts)) + 1  # no common denominator to grow
        case Binary(operator="+" | "-"):
            return sum(bits) + 1
        case Binary() if all(part.exact is not None for part in parts):
            return sum(bits)
        case Binary():
            return sum(map(_log2, parts))
        case Call() if (growth := FUNCTIONS[node.function].growth) is not None:
            return _upward(growth(max(part.most for part in parts), max(map(_log2, parts))))
        case _:
            return max([4.0, *map(_log2, parts)])


def _most(node: Node, parts: tuple[_Size, ...], bits: float) -> float:
    """Return an upper bound of the magnitude of a constant operation that is not computed."""
    sizes = [part.most for part in parts]
    match node:
        case Unary():
            return sizes[0]
        case Binary(operator="+" | "-"):
            return sum(sizes)
        case Binary(operator="*"):
            return math.prod(sizes)
    return 2.0**bits if bits < FLOAT64_BITS else math.inf


def _log2(part: _Size) -> float:
    """Return the bits before or behind the point: what an irrational operation passes on."""
    if part.value is None or part.value == 0:
        return part.bits
    return _upward(abs(math.log2(abs(part.value))))


def _upward(bits: float) -> float:
    """Return a logarithm of float64, its roundings included."""
    return bits * (1 + 1e-12) + 1e-9


def _approximate(node: Node, parts: tuple[_Size, ...]) -> float | None:
    """Return an irrational constant in float64, as far as the standard library goes."""
    values = [part.value for part in parts if part.value is not None]
    if len(values) < len(parts):
        return None
    try:
        match node:
            case Unary():
                value = -values[0] if node.operator == "-" else values[0]
            case Binary():
                value = OPERATORS[node.operator](values[0], values[1])
            case Call():
                value = getattr(math, node.function)(*values)
            case _:
                return None
    except (ArithmeticError, ValueError, AttributeError):
        return None
    return float(value) if isinstance(value, float) and math.isfinite(value) else None


OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


def _exact(node: Node, parts: tuple[_Size, ...]) -> Fraction | None:
    """Return the value of rational arithmetic whose size is already known to be bounded."""
    values = [part.exact for part in parts if part.exact is not None]
    if len(values) < len(parts):
        return None
    match node:
        case Unary():
            return -values[0] if node.operator == "-" else values[0]
        case Binary(operator="+"):
            return values[0] + values[1]
        case Binary(operator="-"):
            return values[0] - values[1]
        case Binary(operator="*"):
            return values[0] * values[1]
        case Binary(operator="/") if values[1]:
            return values[0] / values[1]
        case Binary(operator="**") if values[1].denominator == 1 and values[0]:
            return values[0] ** int(values[1])
        case Call() if (known := FUNCTIONS[node.function].rational) is not None:
            return known(*values)
    return None
