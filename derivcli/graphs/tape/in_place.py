"""Elementwise expressions as calls of NumPy whose results stand in arrays that are made once.

What the expression says twice is computed once. A function that NumPy has not is written out, by
the text that it is computed by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from derivcli.arrays.calls import Run, call, into
from derivcli.arrays.formulas import ARITHMETIC, COMPARE, values
from derivcli.calculus.evaluate import formula
from derivcli.calculus.floats.closures import closure
from derivcli.graphs.tape.arrays import Array
from derivcli.language.functions import FUNCTIONS
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Number,
    Piecewise,
    Unary,
    fold,
    names,
    rebuild,
    substitute,
)

# What an instruction calls: a ufunc whose value is a number, or true and false; a choice by the
# latter; a function that is no ufunc.
UFUNC, FLAGS, WHERE, FOREIGN = "ufunc", "flags", "where", "foreign"


def _written_out(tree: Node) -> Node:
    """Return the tree with every function that NumPy has not by the text that computes it.

    By a shorter one where there is one, which may pass by infinity.
    """

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        node = rebuild(node, parts)
        if not isinstance(node, Call):
            return node
        row = FUNCTIONS[node.function]
        source = row.quick or row.computed
        if row.numpy is not None or source is None:
            return node
        arguments = dict(zip(row.parameters, node.arguments, strict=True))
        return _written_out(substitute(formula(source), arguments))

    return fold(tree, visit)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One call: a ufunc by what it does, and the numbers of its operands.

    An operand below 0 is a constant or an array that is given: `Kernel.given[-1 - operand]`.
    """

    kind: str
    function: Callable[..., Any]
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InPlace:
    """An expression as instructions, the last of which gives its value.

    `given` are names of arrays, and numbers.
    """

    given: tuple[str | float, ...]
    instructions: tuple[Instruction, ...]

    def bind(self, arrays: Mapping[str, Array], out: Array, scratch: Sequence[Array] = ()) -> Run:
        """Return what computes the value of `arrays` into `out`, all of one shape, each time.

        `out` may be one of the arrays. Others are made where `scratch` is not enough.
        """
        return _Binding(self, arrays, out, scratch).run()


def in_place(tree: Node) -> InPlace:
    """Return an expression of numbers, entry by entry, ready to be bound to arrays.

    >>> Z, A = np.array([-1.0, 2.0]), np.empty(2)
    >>> _ = in_place(formula("max(u, 0)")).bind({"u": Z}, A)()
    >>> A.tolist()
    [0.0, 2.0]
    """
    return _Compiler().compile(_written_out(tree))


def computed(program: InPlace, arrays: Mapping[str, Array]) -> Array:
    """Return the value of arrays, which may be broadcast, as a new one."""
    found = np.empty(np.broadcast_shapes(*(each.shape for each in arrays.values())))
    program.bind(arrays, found)()
    return found


@dataclass(slots=True)
class _Compiler:
    given: dict[str | float, int] = field(default_factory=dict)
    numbers: dict[Instruction, int] = field(default_factory=dict)

    def compile(self, tree: Node) -> InPlace:
        top = fold(tree, self._visit)
        if top < 0:  # an array or a number as it is
            top = self._new(UFUNC, np.positive, (top,))
        instructions = tuple(self.numbers)
        needed = {top}
        for number in range(top, -1, -1):
            if number in needed:
                needed |= {operand for operand in instructions[number].operands if operand >= 0}
        moved = {number: index for index, number in enumerate(sorted(needed))}
        return InPlace(
            tuple(self.given),
            tuple(
                replace(
                    each, operands=tuple(moved.get(operand, operand) for operand in each.operands)
                )
                for number, each in enumerate(instructions)
                if number in needed
            ),
        )

    def _visit(self, node: Node, parts: tuple[int, ...]) -> int:
        if isinstance(node, Name):
            return self._leaf(node.name)
        if next(names(node), None) is None and not isinstance(node, Comparison):
            return self._leaf(float(closure(node, ("none",))(0.0)))
        match node:
            case Unary():
                return parts[0] if node.operator == "+" else self._new(UFUNC, np.negative, parts)
            case Binary(operator="**", right=Number(value=exponent)) if exponent == 2:
                return self._new(UFUNC, np.square, parts[:1])
            case Binary():
                return self._new(UFUNC, ARITHMETIC[node.operator], parts)
            case Comparison():
                return self._new(UFUNC, COMPARE[node.operator], parts)
            case Piecewise():
                found = parts[-1]
                for value, condition in zip(parts[-3::-2], parts[-2::-2], strict=True):
                    found = self._where(condition, value, found)
                return found
            case Call():
                native = FUNCTIONS[node.function].numpy is not None
                return self._new(UFUNC if native else FOREIGN, values(node.function), parts)
        raise TypeError(f"{text(node)} is no value of each entry")

    def _leaf(self, value: str | float) -> int:
        return -1 - self.given.setdefault(value, len(self.given))

    def _where(self, condition: int, value: int, otherwise: int) -> int:
        if (value, otherwise) == (self._leaf(1.0), self._leaf(0.0)):
            return condition
        flags = replace(tuple(self.numbers)[condition], kind=FLAGS)
        number = self.numbers.setdefault(flags, len(self.numbers))
        return self._new(WHERE, np.copyto, (number, value, otherwise))

    def _new(self, kind: str, function: Callable[..., Any], operands: tuple[int, ...]) -> int:
        instruction = Instruction(kind, function, operands)
        return self.numbers.setdefault(instruction, len(self.numbers))


class _Binding:
    """Registers for the results: an array is free again after the last call that reads it."""

    def __init__(
        self, kernel: InPlace, arrays: Mapping[str, Array], out: Array, scratch: Sequence[Array]
    ) -> None:
        self.kernel = kernel
        self.out = out
        self.given = [arrays[each] if isinstance(each, str) else each for each in kernel.given]
        taken = any(each is out for each in self.given)
        self.free = [*scratch] if taken else [*scratch, out]
        self.free_flags: list[Array] = []
        self.last: dict[int, int] = {}
        for number, each in enumerate(kernel.instructions):
            self.last.update(dict.fromkeys(each.operands, number))
        self.results: list[Array] = []
        self.runs: list[Run] = []

    def run(self) -> Run:
        instructions = self.kernel.instructions
        for number, each in enumerate(instructions):
            self._add(number, each, final=number == len(instructions) - 1)
        runs = tuple(self.runs)
        if len(runs) == 1:
            return runs[0]

        def run() -> None:
            for each in runs:
                each()

        return run

    def _add(self, number: int, each: Instruction, *, final: bool) -> None:
        operands = [self._operand(operand) for operand in each.operands]
        dying = [operand for operand in {*each.operands} if operand >= 0
                 and self.last[operand] == number]  # fmt: skip
        if each.kind == WHERE:
            self._choose(operands, final=final)
            result = self.results[-1]
            self._release([each for each in dying if self.results[each] is not result])
            return
        self._release(dying)
        result = self._result(flags=each.kind == FLAGS, final=final)
        if each.kind == FOREIGN:
            self.runs.append(partial(into, result, each.function, *operands))
        else:
            self.runs.append(call(each.function, *operands, result))
        self.results.append(result)

    def _choose(self, operands: list[Any], *, final: bool) -> None:
        """Take `otherwise`, and `value` over it where the condition holds."""
        condition, value, otherwise = operands
        result = self._result(flags=False, final=final and value is not self.out)
        self.runs.append(partial(np.copyto, result, otherwise))
        self.runs.append(partial(np.copyto, result, value, where=condition))
        if final and result is not self.out:
            self.runs.append(partial(np.copyto, self.out, result))
        self.results.append(result)

    def _operand(self, operand: int) -> Any:
        return self.results[operand] if operand >= 0 else self.given[-1 - operand]

    def _release(self, operands: Sequence[int]) -> None:
        for operand in operands:
            array = self.results[operand]
            (self.free_flags if array.dtype == np.bool_ else self.free).append(array)

    def _result(self, *, flags: bool, final: bool) -> Array:
        if final:
            return self.out
        if flags:
            return self.free_flags.pop() if self.free_flags else np.empty(self.out.shape, np.bool_)
        return self.free.pop() if self.free else np.empty_like(self.out)
