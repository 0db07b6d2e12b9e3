"""Calls of NumPy whose results stand in arrays that are made once, and filled again by each run.

What does not move is computed while the calls are bound. Of what moves, a result takes the place of
one that nobody reads any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from math import prod
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array

Run = Callable[[], Any]

# Seconds that a call takes, and each entry that it reads or writes, roughly.
PER_CALL = 2e-6
PER_ENTRY = 1e-8
PER_PRODUCT = 5e-10
PER_FOREIGN = 5e-7  # of functions that NumPy lacks


class CallKind(Enum):
    """What a call is."""

    GIVEN = auto()  # an array, by its name
    NUMBER = auto()
    VIEW = auto()  # of its operand
    ENTRIES = auto()  # a ufunc entry by entry
    FLAGS = auto()  # the same, whose results are true and false
    WHERE = auto()  # a choice by these: condition, value, otherwise
    PRODUCT = auto()  # of matrices
    REDUCED = auto()  # by a ufunc, along an axis
    ACCUMULATED = auto()
    FOREIGN = auto()  # what makes an array of its own


@dataclass(frozen=True, slots=True)
class ArrayCall:
    """One call: what is called, the numbers of its operands among the calls, its value's shape.

    `options` stand behind the operands: an axis, and whether it is kept.
    """

    kind: CallKind
    function: Any
    operands: tuple[int, ...]
    shape: tuple[int, ...]
    options: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledProgram:
    """Calls that are bound to arrays, and run: `outputs` hold what the last run found.

    `seconds` is about how long a run takes; it is told by the calls, so the same on all machines.

    Whoever runs it sees to NumPy's warnings: exp(1000) may be on the way to the right number.
    """

    outputs: Mapping[str, Array]
    runs: tuple[Run, ...]
    seconds: float

    def run(self) -> None:
        """Compute the outputs from what stands in the arrays that move."""
        for each in self.runs:
            each()


def bound(
    calls: Sequence[ArrayCall],
    outputs: Mapping[str, int],
    values: Mapping[str, Array],
    moving: Collection[str],
) -> CompiledProgram:
    """Return calls bound to the arrays in `values`, of which each run reads those `moving`."""
    registers = _Registers(calls, outputs.values(), moving)
    with np.errstate(all="ignore"):
        for number in sorted(registers.last):
            registers.add(number, values)
        found = {name: registers.arrays[number] for name, number in outputs.items()}
        program = CompiledProgram(found, tuple(registers.runs), registers.seconds)
        program.run()
    return program


class _Registers:
    """The arrays of calls.

    `roots` says whose memory a call's value stands in, as views share it, and `last` which call is
    the last to read what is there.
    """

    def __init__(
        self, calls: Sequence[ArrayCall], outputs: Collection[int], moving: Collection[str]
    ) -> None:
        self.calls = calls
        self.moves: list[bool] = []
        self.roots: list[int] = []
        for number, each in enumerate(calls):
            own = each.kind is CallKind.GIVEN and each.function in moving
            self.moves.append(own or any(self.moves[operand] for operand in each.operands))
            self.roots.append(
                self.roots[each.operands[0]] if each.kind is CallKind.VIEW else number
            )
        self.last = dict.fromkeys((*outputs, *(self.roots[each] for each in outputs)), len(calls))
        for number in reversed(range(len(calls))):
            if number in self.last:
                for operand in calls[number].operands:
                    self.last.setdefault(operand, number)
                    self.last.setdefault(self.roots[operand], number)
        self.arrays: dict[int, Array] = {}
        self.free: dict[tuple[int, type], list[Array]] = {}
        self.runs: list[Run] = []
        self.seconds = 0.0

    def add(self, number: int, values: Mapping[str, Array]) -> None:
        """Bind a call whose operands are bound."""
        each = self.calls[number]
        operands = [self.arrays[operand] for operand in each.operands]
        if each.kind is CallKind.GIVEN:
            self.arrays[number] = values[each.function]
        elif each.kind is CallKind.NUMBER:
            self.arrays[number] = np.asarray(each.function)
        elif each.kind is CallKind.VIEW:
            self.arrays[number] = each.function(operands[0], *each.options)
        else:
            self.arrays[number] = out = self._place(number, each)
            run = _bound(each, operands, out)
            if self.moves[number]:
                self.runs.append(run)
                self.seconds += _seconds(each, operands)
            else:
                run()

    def _place(self, number: int, each: ArrayCall) -> Array:
        """Return an array for the result; operands that are read for the last time are free."""
        kind = np.bool_ if each.kind is CallKind.FLAGS else np.float64
        if not self.moves[number]:
            return np.empty(each.shape, kind)
        dying = {self.roots[operand] for operand in each.operands}
        dying = {root for root in dying if self.last[root] == number and self._is_made(root)}
        written_over: set[int] = set()
        if each.kind in (CallKind.ENTRIES, CallKind.FLAGS):
            written_over = dying & {*each.operands}
        elif each.kind is CallKind.WHERE:
            written_over = dying & {each.operands[2]}
        self._release(written_over)
        free = self.free.get((prod(each.shape), kind))
        found = free.pop().reshape(each.shape) if free else np.empty(each.shape, kind)
        self._release(dying - written_over)
        return found

    def _is_made(self, root: int) -> bool:
        return self.moves[root] and self.calls[root].kind is not CallKind.GIVEN

    def _release(self, roots: Collection[int]) -> None:
        for root in sorted(roots):
            array = self.arrays[root]
            self.free.setdefault((array.size, array.dtype.type), []).append(array)


def _seconds(each: ArrayCall, operands: Sequence[Array]) -> float:
    if each.kind is CallKind.PRODUCT:
        return PER_CALL + PER_PRODUCT * int(prod(each.shape) * operands[0].shape[-1])
    entries = max(prod(each.shape), *(operand.size for operand in operands))
    return PER_CALL + (PER_FOREIGN if each.kind is CallKind.FOREIGN else PER_ENTRY) * entries


def _bound(each: ArrayCall, operands: Sequence[Array], out: Array) -> Run:
    match each.kind:
        case CallKind.ENTRIES:
            # NumPy is quickest where one number among many has no axes.
            plain = [each.reshape(()) if each.size == 1 else each for each in operands]
            return call(each.function, *plain, out)
        case CallKind.WHERE:
            return _choice(operands, out)
        case CallKind.REDUCED:
            axis, kept = each.options
            return partial(each.function.reduce, operands[0], axis, None, out, kept)
        case CallKind.ACCUMULATED:
            return partial(each.function.accumulate, operands[0], *each.options, None, out)
        case CallKind.FOREIGN:
            return partial(into, out, each.function, *operands, *each.options)
    return call(each.function, *operands, out)


def _choice(operands: Sequence[Array], out: Array) -> Run:
    condition, value, otherwise = operands
    over = partial(np.copyto, out, value, where=condition)
    if np.may_share_memory(out, otherwise):
        return over
    before = partial(np.copyto, out, otherwise)

    def run() -> None:
        before()
        over()

    return run


def call(function: Callable[..., Any], *operands: Any) -> Run:
    """Return a call of a ufunc with a place for its result: quicker without the keyword."""
    if function in (np.maximum, np.minimum):  # warn without it
        return partial(function, *operands[:-1], out=operands[-1])
    return partial(function, *operands)


def into(result: Array, function: Callable[..., Array], *operands: Any) -> None:
    """Fill an array with the value of a function that makes one of its own."""
    result[...] = function(*operands)
