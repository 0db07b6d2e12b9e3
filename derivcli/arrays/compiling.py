"""Programs of matrices compiled for float64: what is run again and again at the same shapes.

A program becomes calls of NumPy, each shared part once, that fill arrays made once. The numbers are
those of `evaluation` with `Float64Entries`: the same functions in the same order, but for sums and
products of transposed arrays, which may add up in another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache, partial
from typing import Any

import numpy as np

from derivcli.arrays.calls import ArrayCall, CallKind, CompiledProgram, bound
from derivcli.arrays.entries import Array, Float64Entries, varying_power
from derivcli.arrays.evaluation import UnknownError, along, shape_of
from derivcli.arrays.formulas import ARITHMETIC, COMPARE, values
from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS
from derivcli.language.shapes import operation
from derivcli.language.text import text
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
    Program,
    Reduction,
    Transpose,
    Unary,
    fold,
    names,
)

ENTRIES = Float64Entries()
ONE, ZERO = (ArrayCall(CallKind.NUMBER, each, (), ()) for each in (1.0, 0.0))
Numbers = Mapping[str, int]  # of the calls whose values names stand for


def compiled(
    program: Program, known: Mapping[str, Array], wanted: Collection[str], moving: Collection[str]
) -> CompiledProgram:
    """Return what has computed the `wanted` names of a program, and does so again at these shapes.

    `known` are float64 arrays by name, those of sizes included. Each run reads the arrays of the
    names that are `moving`, which may be written to in between; the others stay as they are.

    >>> from derivcli.language.parser import parse
    >>> w = np.array([[3.0], [4.0]])
    >>> J = compiled(parse("J = sum(w**2)", arrays=["w"]), {"w": w}, ["J"], ["w"])
    >>> w[0] = 0
    >>> J.run()
    >>> float(J.outputs["J"])
    16.0

    Raises ShapeError where arrays do not fit, RefusedError for what is too large, UnknownError for
    a name without a value.
    """
    compiler = _ArrayCompiler(known, program.source)
    numbers = {name: compiler.given(name, array.shape) for name, array in known.items()}
    for statement in program.statements:
        numbers[statement.name] = compiler.value(statement.expression, numbers)
    outputs = {name: compiler.own(numbers[name]) for name in wanted}
    return bound(compiler.calls, outputs, known, moving)


class _ArrayCompiler:
    """The calls of a program while they are found; what is said twice is called once."""

    def __init__(self, known: Mapping[str, Array], source: str) -> None:
        self.known, self.source = known, source
        self.calls: list[ArrayCall] = []
        self.found: dict[ArrayCall, int] = {}

    def value(self, tree: Node, numbers: Numbers) -> int:
        """Return the number of the call that gives the value of a tree of these names."""
        visit: Callable[[Node, tuple[int, ...]], int] = partial(self._visit, numbers)
        return fold(tree, visit)

    def given(self, name: str, shape: tuple[int, ...]) -> int:
        """Return the number of an array that is given."""
        return self._new(CallKind.GIVEN, name, (), shape)

    def own(self, number: int) -> int:
        """Return a value that stands in an array of its own: what is given may be written to."""
        root = self.calls[number]
        while root.kind is CallKind.VIEW:
            root = self.calls[root.operands[0]]
        if root.kind is CallKind.GIVEN:
            return self._entries(np.positive, (number,), self.calls[number].shape)
        return number

    def _new(
        self, kind: CallKind, function: Any, operands: tuple[int, ...], shape: tuple[int, ...],
        *options: Any,
    ) -> int:  # fmt: skip
        call = ArrayCall(kind, function, operands, shape, options)
        if call not in self.found:
            self.found[call] = len(self.calls)
            self.calls.append(call)
        return self.found[call]

    def _entries(self, function: Any, operands: tuple[int, ...], shape: tuple[int, ...]) -> int:
        return self._new(CallKind.ENTRIES, function, operands, shape)

    def _visit(self, numbers: Numbers, node: Node, parts: tuple[int, ...]) -> int:
        match node:
            case Name():
                if node.name not in numbers:
                    raise UnknownError(f"{node.name} has no value here", node)
                return numbers[node.name]
            case Number():
                return self._new(CallKind.NUMBER, float(node.value), (), ())
            case Constant():
                return self._new(CallKind.NUMBER, np.pi if node.name == "pi" else np.e, (), ())
        shapes = tuple(self.calls[part].shape for part in parts)
        shape = shape_of(node, shapes, self.known, self.source)
        match node:
            case Unary():
                return (
                    parts[0] if node.operator == "+" else self._entries(np.negative, parts, shape)
                )
            case Transpose():
                return self._new(CallKind.VIEW, np.transpose, parts, shape)
            case Binary(operator="@"):
                return self._new(CallKind.PRODUCT, np.matmul, parts, shape)
            case Binary(operator="**", right=Number(value=exponent)) if exponent == 2:
                return self._entries(np.square, parts[:1], shape)
            case Binary(operator="**", right=right) if next(names(right), None) is not None:
                return self._new(CallKind.FOREIGN, varying_power, parts, shape)
            case Binary():
                return self._entries(ARITHMETIC[node.operator], parts, shape)
            case Comparison():
                return self._entries(COMPARE[node.operator], parts, shape)
            case Piecewise():
                return self._piecewise(parts, shape)
            case Reduction():
                return self._reduced(node, parts[0], shape)
            case Call():
                return self._called(node, parts, shape)
            case Activation():
                raise UnknownError(f"{text(node)} has no value here", node)
        raise TypeError(f"no operation on arrays: {node}")

    def _piecewise(self, parts: tuple[int, ...], shape: tuple[int, ...]) -> int:
        found = parts[-1]
        for value, condition in zip(parts[-3::-2], parts[-2::-2], strict=True):
            tested = self.calls[condition]
            if (self.calls[value], self.calls[found]) == (ONE, ZERO):
                found = condition
                continue
            flags = self._new(CallKind.FLAGS, tested.function, tested.operands, tested.shape)
            found = self._new(CallKind.WHERE, np.where, (flags, value, found), shape)
        return found

    def _reduced(self, node: Reduction, operand: int, shape: tuple[int, ...]) -> int:
        row, axis = OPERATIONS[node.function], node.axis
        if row.fold is None:
            source = row.stable or row.definition
            if source is None:
                raise TypeError(f"nothing computes {row.name}")
            numbers = {"u": operand}
            for each in along(source, axis).statements:
                found = numbers[each.name] = self.value(each.expression, numbers)
            kept = self.calls[found].shape == shape
            return found if kept else self._new(CallKind.VIEW, np.reshape, (found,), shape, shape)
        combine = ENTRIES.pairwise(formula(row.fold), node)
        if not row.reduces:
            if axis is None:
                return self._new(CallKind.FOREIGN, _accumulated, (operand,), shape, combine)
            return self._new(CallKind.ACCUMULATED, combine, (operand,), shape, axis)
        found = self._new(CallKind.REDUCED, combine, (operand,), shape, axis, node.keepdims)
        if not row.averages:
            return found
        along_axis = (
            self.calls[operand].shape if axis is None else (self.calls[operand].shape[axis],)
        )
        count = self._new(CallKind.NUMBER, float(np.prod(along_axis)), (), ())
        return self._entries(np.divide, (found, count), shape)

    def _called(self, node: Call, parts: tuple[int, ...], shape: tuple[int, ...]) -> int:
        operated = operation(node)
        if operated is not None:
            return self._new(CallKind.FOREIGN, _operated(operated.name), parts, shape)
        row = FUNCTIONS[node.function]
        if row.numpy is None and row.computed is not None:
            numbers = dict(zip(row.parameters, parts, strict=True))
            return self.value(formula(row.computed), numbers)
        function = values(row.name)
        kind = CallKind.ENTRIES if isinstance(function, np.ufunc) else CallKind.FOREIGN
        return self._new(kind, function, parts, shape)


def _accumulated(array: Array, combine: np.ufunc) -> Array:
    """Return what NumPy accumulates without an axis, row by row."""
    return np.asarray(combine.accumulate(array.reshape(-1))).reshape(array.shape)


@cache
def _operated(name: str) -> Callable[..., Array]:
    """Return what computes an operation that is called, one and the same for each name."""
    row = OPERATIONS[name]
    if row.primitive is None:
        raise TypeError(f"nothing computes {name}")
    return partial(row.primitive, ENTRIES)
