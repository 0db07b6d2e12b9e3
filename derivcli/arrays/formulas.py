"""Rows of the table of functions on arrays: values, partial derivatives, and where they are real.

What NumPy has is taken from NumPy; the rest comes from the texts in the row, or element by element
from the C library and, last of all, from mpmath.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.evaluate import formula
from derivcli.calculus.floats.closures import FAILURES
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.text import text
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
    nodes,
)

Array = NDArray[np.float64]
# Of the arguments alone, and of the value and the arguments.
Values = Callable[..., Any]
Partial = Callable[[Array, tuple[Array, ...]], Any]

COMPARE: dict[str, np.ufunc] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
ARITHMETIC: dict[str, np.ufunc] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
}


@cache
def values(name: str) -> Values:
    """Return a row as a function of arrays, which says nothing of its domain."""
    row = FUNCTIONS[name]
    if row.numpy is not None:
        found: Values = getattr(np, row.numpy)
        return found
    if row.computed is not None:
        by_text = vectorised(row.computed, row)
        return lambda *arguments: by_text(arguments[0], arguments)
    return _element_by_element(row)


@cache
def is_native(name: str) -> bool:
    """Has NumPy the function, or all that it is computed by?"""
    row = FUNCTIONS[name]
    if row.numpy is not None or row.computed is None:
        return row.numpy is not None
    calls = (node for node in nodes(formula(row.computed)) if isinstance(node, Call))
    return all(is_native(each.function) for each in calls)


def _element_by_element(row: Function) -> Values:
    """Return a row by the C library, else by mpmath; nan where it fails."""
    native = row.native
    arithmetic = Float64()

    def one(*arguments: float) -> float:
        try:
            return native(*arguments) if native else arithmetic.primitive(row, arguments)
        except FAILURES:
            return math.nan

    each = np.frompyfunc(one, len(row.parameters), 1)
    return lambda *arguments: np.asarray(each(*arguments), dtype=np.float64)


@cache
def partials(name: str) -> tuple[Partial | None, ...]:
    """Return the partial derivatives of a row; None for one that is 0 everywhere."""
    row = FUNCTIONS[name]
    return tuple(None if source == "0" else vectorised(source, row) for source in row.partials)


@cache
def outside(name: str) -> Values | None:
    """Return where arrays of arguments are outside a row's domain; None for a row without one."""
    row = FUNCTIONS[name]
    tests: list[tuple[Partial, np.ufunc]] = [
        (vectorised(source, row), refused)
        for sources, refused in (
            (row.positive, np.less_equal),
            (row.nonnegative, np.less),
            (row.nonzero, np.equal),
            (row.bounded, np.less_equal),
        )
        for source in sources
    ]
    if not tests:
        return None

    def bad(*arguments: Array) -> Any:
        found = [refused(test(arguments[0], arguments), 0.0) for test, refused in tests]
        return np.logical_or.reduce(np.broadcast_arrays(*found))

    return bad


def vectorised(source: str, row: Function) -> Partial:
    """Return a text of the table as a function of the row's value and its arguments.

    Where the text calls the row itself, the value is taken: 1 - tanh(u)**2 costs no tanh.
    """

    def visit(node: Node, parts: tuple[Partial, ...]) -> Partial:
        match node:
            case Number():
                return _constant(float(node.value))
            case Constant():
                return _constant(math.pi if node.name == "pi" else math.e)
            case Name():
                index = row.parameters.index(node.name)
                return lambda _, arguments: arguments[index]
            case Unary():
                return parts[0] if node.operator == "+" else _applied(np.negative, parts)
            case Binary(operator="**", right=Number(value=exponent)) if exponent == 2:
                return _applied(np.square, parts[:1])
            case Binary():
                return _applied(ARITHMETIC[node.operator], parts)
            case Comparison():
                return _applied(COMPARE[node.operator], parts)
            case Piecewise():
                return _piecewise(parts)
            case Call() if node.function == row.name and node.arguments == own:
                return lambda value, _: value
            case Call():
                return _applied(values(node.function), parts)
        raise TypeError(f"a row of the table speaks of numbers, not of {text(node)}")

    own = tuple(Name(name) for name in row.parameters)
    return fold(formula(source), visit)


def _constant(number: float) -> Partial:
    value = np.float64(number)  # divides by 0 as arrays do
    return lambda *_: value


def _applied(function: Values, parts: tuple[Partial, ...]) -> Partial:
    if len(parts) == 1:
        (inner,) = parts
        return lambda value, arguments: function(inner(value, arguments))
    if len(parts) == 2:
        left, right = parts
        return lambda value, arguments: function(left(value, arguments), right(value, arguments))
    return lambda value, arguments: function(*(part(value, arguments) for part in parts))


def _piecewise(parts: tuple[Partial, ...]) -> Partial:
    def first(value: Array, arguments: tuple[Array, ...]) -> Any:
        found = parts[-1](value, arguments)
        for piece, condition in zip(parts[-3::-2], parts[-2::-2], strict=True):
            found = np.where(condition(value, arguments), piece(value, arguments), found)
        return found

    return first
