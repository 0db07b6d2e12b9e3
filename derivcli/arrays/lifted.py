"""Arrays in any arithmetic of the house: exact, with many digits, rounded, or complex.

An entry without a value is a failure, which travels as it does in a tree of numbers: it is told
where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from derivcli.arrays.elimination import determinant, inverse
from derivcli.arrays.entries import Array, Entries, Primitive
from derivcli.calculus.arithmetic import Arithmetic, Float64, Undefined
from derivcli.calculus.evaluate import Failure, apply, attempted, own_value
from derivcli.language.functions import FUNCTIONS
from derivcli.language.text import text
from derivcli.language.tree import Binary, Comparison, Name, Node

PLUS = Binary("+", Name("u"), Name("v"))
TIMES = Binary("*", Name("u"), Name("v"))


@dataclass(frozen=True, slots=True)
class FailedEntry(Failure):
    """An entry without a value, and where it stands in the array of `node`, from 0."""

    entry: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        axes = ("row", "column") if len(self.entry) == 2 else ("entry",)
        place = ", ".join(f"{axis} {at + 1}" for axis, at in zip(axes, self.entry, strict=False))
        return text(self.node, arrays=True) + (f" in {place}" if place else "")


class Lifted(Entries):
    """Arrays of objects, which a scalar arithmetic computes with, one by one."""

    def __init__(self, arithmetic: Arithmetic) -> None:
        self.arithmetic = arithmetic
        self.exact = not isinstance(arithmetic, Float64)
        self.failed = False

    def array(self, numbers: Any) -> Array:
        if isinstance(numbers, np.ndarray) and numbers.dtype == object:
            return numbers
        if isinstance(numbers, np.ndarray | list):
            return _boxed(np.frompyfunc(self._number, 1, 1)(_nested(numbers)))
        return _boxed(self._number(numbers))

    def _number(self, value: Any) -> Any:
        if isinstance(value, int | float | Fraction):
            return self.arithmetic.constant(Fraction(value))
        return value

    def each(self, node: Node, parts: tuple[Array, ...]) -> Array:
        if not parts:
            return _boxed(self._own(node, ()))
        lifted = np.frompyfunc(lambda *each: self._attempted(node, each, node), len(parts), 1)
        return self.placed(_boxed(lifted(*parts)))

    def pairwise(self, node: Node, combined: Node) -> np.ufunc:
        ufunc: np.ufunc = np.frompyfunc(lambda u, v: self._attempted(node, (u, v), combined), 2, 1)
        return ufunc

    def placed(self, found: Array) -> Array:
        if self.failed:
            for entry, value in np.ndenumerate(found):
                if type(value) is Failure:
                    found[entry] = FailedEntry(value.error, value.node, entry)
        return found

    def product(self, node: Node, left: Array, right: Array) -> Array:
        rows = left if left.ndim == 2 else left[np.newaxis, :]
        columns = right if right.ndim == 2 else right[:, np.newaxis]
        times, plus = self.pairwise(TIMES, node), self.pairwise(PLUS, node)
        found = times(rows[:, :1], columns[:1])
        for inner in range(1, columns.shape[0]):
            found = plus(found, times(rows[:, inner : inner + 1], columns[inner : inner + 1]))
        return self.placed(_boxed(found.reshape(left.shape[:-1] + right.shape[1:])[()]))

    def operation(
        self, node: Node, primitive: Primitive, parts: tuple[Array, ...], shape: tuple[int, ...]
    ) -> Array:
        failures = (failure for part in parts for failure in failed_entries(part))
        found = next(failures, None) or attempted(node, (), lambda *_: primitive(self, *parts))
        if isinstance(found, Failure):
            self.failed = True
            told = found if isinstance(found, FailedEntry) else FailedEntry(found.error, node)
            return np.full(shape, told)
        return np.asarray(found)

    def determinant(self, u: Array) -> Array:
        return _boxed(determinant(u.tolist(), self.arithmetic))

    def log_determinant(self, u: Array) -> Array:
        found = determinant(u.tolist(), self.arithmetic)
        if self.arithmetic.sign(found) <= 0:
            raise Undefined("the determinant is not above 0")
        return _boxed(apply(FUNCTIONS["log"], (found,), self.arithmetic))

    def inverse(self, u: Array) -> Array:
        return _nested(inverse(u.tolist(), self.arithmetic))

    def total(self, u: Array) -> Array:
        return _boxed(self.pairwise(PLUS, PLUS).reduce(u.reshape(-1)))

    def _attempted(self, node: Node, parts: tuple[Any, ...], combined: Node) -> Any:
        value = attempted(node, parts, self._own)
        if type(value) is Failure:
            self.failed = True
            return Failure(value.error, combined)
        return value

    def _own(self, node: Node, parts: tuple[Any, ...]) -> Any:
        value = own_value(node, parts, {}, self.arithmetic)
        if isinstance(node, Comparison):
            return self.arithmetic.constant(Fraction(int(value)))
        return value


def failed_entries(array: Array) -> Iterator[Failure]:
    """Yield the entries that have no value, row by row."""
    return (value for value in array.flat if isinstance(value, Failure))


def _boxed(value: Any) -> Array:
    """Return an array as it is, and anything else as an array without axes."""
    if isinstance(value, np.ndarray):
        return value
    box: Array = np.empty((), dtype=object)
    box[()] = value
    return box


def _nested(rows: Any) -> Array:
    """Return rows of objects, or objects, as an array."""
    if isinstance(rows, np.ndarray):
        return rows if rows.dtype == object else rows.astype(object)
    shape = (len(rows), len(rows[0])) if isinstance(rows[0], list) else (len(rows),)
    found: Array = np.empty(shape, dtype=object)
    for index, row in enumerate(rows):
        found[index] = row
    return found
