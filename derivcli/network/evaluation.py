"""Matrix equations to arrays: one walk, whatever the entries are (float64, many digits, symbols).

Shapes follow NumPy's rules; what does not fit is told with the part at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from derivcli.errors import counted
from derivcli.language.matrices.text import text
from derivcli.language.matrices.tree import (
    Activation,
    Apply,
    Array,
    Constant,
    Element,
    Negative,
    Number,
    Operation,
    Total,
    Transpose,
)
from derivcli.network.layers import shape_text

Values = NDArray[Any]


class ShapeError(ValueError):
    """Shapes do not fit; `element` is the part at fault."""

    def __init__(self, message: str, element: Element) -> None:
        super().__init__(message)
        self.element = element


class UnknownError(LookupError):
    """The element has no value: `element` names what nothing was computed for."""

    def __init__(self, message: str, element: Element) -> None:
        super().__init__(message)
        self.element = element


class Entries(Protocol):
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
    element: Element,
    values: Mapping[str, Values],
    entries: Entries,
    activation: Callable[[int, bool, Values], Values] | None = None,
) -> Values:
    """Return the value of an element; `activation(layer, prime, Z)` gives g(Z) and g'(Z).

    Raises ShapeError where shapes do not fit, UnknownError for an array without a value.
    """

    def walk(each: Element) -> Values:
        match each:
            case Number():
                return np.asarray(entries.constant(each.value))
            case Constant():
                return np.asarray(entries.named(each.name))
            case Array():
                if each.name not in values:
                    raise UnknownError(f"{each.name} has no value here", each)
                return values[each.name]
            case Transpose():
                return walk(each.operand).T
            case Negative():
                return np.asarray(-walk(each.operand))
            case Operation():
                return _operation(each, walk(each.left), walk(each.right), entries)
            case Total():
                return _total(each, walk(each.operand), entries)
            case Apply():
                return _applied(each, tuple(walk(part) for part in each.arguments), entries)
            case Activation():
                if activation is None:
                    raise UnknownError(f"{text(each)} has no value here", each)
                return activation(each.layer, each.prime, walk(each.operand))

    return walk(element)


def _operation(each: Operation, left: Values, right: Values, entries: Entries) -> Values:
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
        case "**":
            return np.asarray(entries.power(left, right))
    return np.asarray(entries.compare(each.operator, left, right))


def _product(each: Operation, left: Values, right: Values) -> Values:
    if left.ndim == 0 or right.ndim == 0:
        number = each.left if left.ndim == 0 else each.right
        raise ShapeError(f"{text(number)} is a number, and @ multiplies matrices", each)
    inner = right.shape[0] if right.ndim == 1 else right.shape[-2]
    if left.shape[-1] != inner:
        raise ShapeError(
            f"{shape_text(left.shape)} @ {shape_text(right.shape)} does not fit:"
            f" {counted(left.shape[-1], 'column')} and {counted(inner, 'row')}",
            each,
        )
    return np.asarray(left @ right)


def _fits(each: Element, *parts: Values) -> None:
    try:
        np.broadcast_shapes(*(part.shape for part in parts))
    except ValueError:
        sign = each.operator if isinstance(each, Operation) else "and"
        shapes = f" {sign} ".join(shape_text(part.shape) for part in parts)
        raise ShapeError(f"{shapes} does not fit entry by entry", each) from None


def _total(each: Total, operand: Values, entries: Entries) -> Values:
    if each.axis is not None and not -operand.ndim <= each.axis < operand.ndim:
        raise ShapeError(f"{text(each.operand)} has no axis {each.axis}", each)
    found = np.asarray(np.sum(operand, axis=each.axis, keepdims=each.keepdims))
    if not each.mean:
        return found
    lengths = operand.shape if each.axis is None else (operand.shape[each.axis],)
    return np.asarray(found / entries.count(lengths))


def _applied(each: Apply, parts: tuple[Values, ...], entries: Entries) -> Values:
    _fits(each, *parts)
    if each.function == "where":
        return np.asarray(entries.where(*parts))
    return np.asarray(entries.function(each.function)(*parts))
