"""Matrix equations to arrays: one walk, whatever the entries are (float64, many digits, symbols).

Shapes follow NumPy's rules; what does not fit is told with the part at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from derivcli.errors import counted
from derivcli.language.operations import CALLED_OPERATIONS, OPERATIONS
from derivcli.language.parser import parse
from derivcli.language.tree import (
    Activation,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
    children,
    fold,
    rebuild,
)
from derivcli.network.equation import written
from derivcli.network.layers import shape_text

Values = NDArray[Any]
NUMPY: dict[str | None, Callable[..., Any]] = {  # what reduces by two entries at a time
    "u + v": np.sum, "u*v": np.prod, "max(u, v)": np.max, "min(u, v)": np.min,
}  # fmt: skip


class MisfitError(ValueError):
    """Shapes do not fit; `element` is the part at fault."""

    def __init__(self, message: str, element: Node) -> None:
        super().__init__(message)
        self.element = element


class ValuelessError(LookupError):
    """The element has no value: `element` names what nothing was computed for."""

    def __init__(self, message: str, element: Node) -> None:
        super().__init__(message)
        self.element = element


class EntryArithmetic(Protocol):
    """What an evaluation asks of a kind of entries; + - * / and @ are NumPy's own."""

    def constant(self, value: Fraction) -> Any:
        """Return an exact number as an entry."""

    def count(self, lengths: tuple[int, ...]) -> Any:
        """Return how many entries are averaged, so many along each axis."""

    def named(self, name: str) -> Any:
        """Return `pi` or `e`."""

    def power(self, base: Values, exponent: Values) -> Values:
        """Return base**exponent, elementwise."""

    def function(self, name: str) -> Callable[..., Values]:
        """Return a row of the table of functions, elementwise."""

    def compare(self, operator: str, left: Values, right: Values) -> Values:
        """Return 1 where the comparison holds, else 0, elementwise."""

    def where(self, condition: Values, value: Values, otherwise: Values) -> Values:
        """Return `value` where the condition is not 0, else `otherwise`, elementwise."""


def evaluate(
    element: Node,
    values: Mapping[str, Values],
    entries: EntryArithmetic,
    activation: Callable[[int, bool, Values], Values] | None = None,
) -> Values:
    """Return the value of an element; `activation(layer, prime, Z)` gives g(Z) and g'(Z).

    Raises MisfitError where shapes do not fit, ValuelessError for an array without a value.
    """

    def walk(each: Node) -> Values:
        parts = tuple(walk(part) for part in children(each))
        match each:
            case Number():
                return np.asarray(entries.constant(each.value))
            case Constant():
                return np.asarray(entries.named(each.name))
            case Name():
                if each.name not in values:
                    raise ValuelessError(f"{each.name} has no value here", each)
                return values[each.name]
            case Transpose():
                return parts[0].T
            case Unary():
                return np.asarray(-parts[0] if each.operator == "-" else parts[0])
            case Binary():
                return _operation(each, parts[0], parts[1], entries)
            case Comparison():
                _fits(each, *parts)
                return np.asarray(entries.compare(each.operator, parts[0], parts[1]))
            case Reduction():
                return _reduced(each, parts[0], entries)
            case Piecewise():
                _fits(each, *parts)
                found = parts[-1]
                for value, condition in zip(parts[-3::-2], parts[-2::-2], strict=True):
                    found = np.asarray(entries.where(condition, value, found))
                return found
            case Call() if each.function in CALLED_OPERATIONS:
                raise ValuelessError(f"{written(each)} has no value here", each)
            case Call():
                _fits(each, *parts)
                return np.asarray(entries.function(each.function)(*parts))
            case Activation():
                if activation is None:
                    raise ValuelessError(f"{written(each)} has no value here", each)
                return activation(each.layer, each.prime, parts[0])

    return walk(element)


def _operation(each: Binary, left: Values, right: Values, entries: EntryArithmetic) -> Values:
    if each.operator == "@":
        return _product(each, left, right)
    _fits(each, left, right)
    match each.operator:
        case "+":
            return np.asarray(left + right)
        case "-":
            return np.asarray(left - right)
        case "*":
            return np.asarray(left * right)
        case "/":
            return np.asarray(left / right)
    return np.asarray(entries.power(left, right))


def _product(each: Binary, left: Values, right: Values) -> Values:
    if left.ndim == 0 or right.ndim == 0:
        number = each.left if left.ndim == 0 else each.right
        raise MisfitError(f"{written(number)} is a number, and @ multiplies matrices", each)
    inner = right.shape[0] if right.ndim == 1 else right.shape[-2]
    if left.shape[-1] != inner:
        raise MisfitError(
            f"{shape_text(left.shape)} @ {shape_text(right.shape)} does not fit:"
            f" {counted(left.shape[-1], 'column')} and {counted(inner, 'row')}",
            each,
        )
    return np.asarray(left @ right)


def _fits(each: Node, *parts: Values) -> None:
    try:
        np.broadcast_shapes(*(part.shape for part in parts))
    except ValueError:
        sign = each.operator if isinstance(each, Binary) else "and"
        shapes = f" {sign} ".join(shape_text(part.shape) for part in parts)
        raise MisfitError(f"{shapes} does not fit entry by entry", each) from None


def _reduced(each: Reduction, operand: Values, entries: EntryArithmetic) -> Values:
    if each.axis is not None and not -operand.ndim <= each.axis < operand.ndim:
        raise MisfitError(f"{written(each.operand)} has no axis {each.axis}", each)
    row, along = OPERATIONS[each.function], {"axis": each.axis, "keepdims": each.keepdims}
    if row.averages:
        lengths = operand.shape if each.axis is None else (operand.shape[each.axis],)
        return np.asarray(NUMPY[row.fold](operand, **along) / entries.count(lengths))
    if row.fold in NUMPY and row.reduces:
        return np.asarray(NUMPY[row.fold](operand, **along))
    if row.fold == "u + v":
        return np.asarray(np.cumsum(operand, axis=each.axis))
    if row.definition is None:
        raise ValuelessError(f"{written(each)} has no value here", each)

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        made = rebuild(node, parts)
        return replace(made, axis=each.axis, keepdims=True) if isinstance(made, Reduction) else made

    definition = parse(row.definition, arrays=("u",)).output.expression
    found = evaluate(fold(definition, visit), {"u": operand}, entries)
    if row.reduces and not each.keepdims:
        found = found.reshape(np.sum(operand.astype(bool), axis=each.axis).shape)
    return found
