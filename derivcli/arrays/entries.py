"""What the entries of arrays may be: what an evaluation asks of them, and float64 by NumPy."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from derivcli.arrays.formulas import ARITHMETIC, COMPARE, outside, values
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Node,
    Number,
    Piecewise,
    Unary,
    names,
)

Array = NDArray[Any]  # of two axes, of one, or of none: a number
Primitive = Callable[..., Array]  # of a row of the table of operations, in the words of `Entries`


class Entries(Protocol):
    """Arithmetic of arrays with one kind of entries. The shapes that it is given fit.

    With `exact` entries operations are computed by their definitions, else as does not overflow.
    """

    exact: bool

    def array(self, numbers: Any) -> Array:
        """Return a number, or a nested list of numbers, as an array of these entries."""

    def each(self, node: Node, parts: tuple[Array, ...]) -> Array:
        """Return the value of a node that works entry by entry, from those of its parts."""

    def pairwise(self, node: Node, combined: Node) -> np.ufunc:
        """Return a node of two parts as what NumPy reduces arrays by, on behalf of another."""

    def placed(self, found: Array) -> Array:
        """Return an array just computed whose failures, if any, know where they stand."""
        return found

    def product(self, node: Node, left: Array, right: Array) -> Array:
        """Return `left @ right`."""

    def operation(
        self, node: Node, primitive: Primitive, parts: tuple[Array, ...], shape: tuple[int, ...]
    ) -> Array:
        """Return `primitive(self, *parts)`, of this shape."""

    def determinant(self, u: Array) -> Array:
        """Return the determinant of a square matrix."""

    def log_determinant(self, u: Array) -> Array:
        """Return the logarithm of the determinant."""

    def inverse(self, u: Array) -> Array:
        """Return the inverse of a square matrix."""

    def total(self, u: Array) -> Array:
        """Return the sum of all entries."""

    def count(self, lengths: tuple[int, ...]) -> Any:
        """Return how many entries a mean is of, so many along each axis."""
        return prod(lengths)

    def filled(self, number: int, rows: Any, columns: Any) -> Array:
        """Return a matrix whose entries are all the same."""
        shape = (int(real(rows)), int(real(columns)))
        return np.full(shape, self.array(number)[()])

    def diagonal(self, u: Array) -> Array:
        """Return the diagonal of a square matrix as a column; of a vector, the matrix with it."""
        if u.ndim == 2 and u.shape[0] == u.shape[1]:
            return np.diagonal(u).reshape(-1, 1)
        size = u.shape[0]
        matrix = self.filled(0, size, size)
        np.fill_diagonal(matrix, u.reshape(-1))
        return matrix


def real(number: Any) -> float:
    """Return about how large a number of any arithmetic is, along the real axis."""
    entry = number[()] if isinstance(number, np.ndarray) else number
    if isinstance(entry, Number):  # a program written out has trees for entries
        return float(entry.value)
    return float(getattr(entry, "real", entry))


class OperatorEntries(Entries):
    """Entries whose operators are those of their arrays; what has no value is no failure."""

    @abstractmethod
    def constant(self, value: Fraction) -> Any:
        """Return an exact number as an entry."""

    @abstractmethod
    def named(self, name: str) -> Any:
        """Return `pi` or `e`."""

    @abstractmethod
    def power(self, node: Binary, base: Array, exponent: Array) -> Array:
        """Return `base**exponent`, which `node` says."""

    @abstractmethod
    def function(self, name: str) -> Callable[..., Array]:
        """Return a row of the table of functions."""

    @abstractmethod
    def compare(self, operator: str, left: Array, right: Array) -> Array:
        """Return 1 where the comparison holds, else 0."""

    @abstractmethod
    def where(self, condition: Array, value: Array, otherwise: Array) -> Array:
        """Return `value` where the condition is not 0, else `otherwise`."""

    def each(self, node: Node, parts: tuple[Array, ...]) -> Array:
        match node:
            case Number():
                return np.asarray(self.constant(node.value))
            case Constant():
                return np.asarray(self.named(node.name))
            case Unary():
                return np.asarray(-parts[0]) if node.operator == "-" else parts[0]
            case Binary(operator="**"):
                return np.asarray(self.power(node, *parts))
            case Binary():
                return np.asarray(ARITHMETIC[node.operator](*parts))
            case Comparison():
                return np.asarray(self.compare(node.operator, *parts))
            case Piecewise():
                pieces = zip(parts[-3::-2], parts[-2::-2], strict=True)
                return reduce(
                    lambda rest, piece: np.asarray(self.where(piece[1], piece[0], rest)),
                    pieces, parts[-1],
                )  # fmt: skip
            case Call():
                return np.asarray(self.function(node.function)(*parts))
        raise TypeError(f"no operation entry by entry: {node}")

    def pairwise(self, node: Node, combined: Node) -> np.ufunc:  # noqa: ARG002 - there are no failures
        ufunc: Any = None
        if isinstance(node, Binary):
            ufunc = ARITHMETIC[node.operator]
        elif isinstance(node, Call):
            ufunc = self.function(node.function)
        if not isinstance(ufunc, np.ufunc):
            raise TypeError(f"NumPy does not reduce by {node}")
        return ufunc

    def product(self, node: Node, left: Array, right: Array) -> Array:  # noqa: ARG002
        return np.asarray(left @ right)

    def operation(
        self,
        node: Node,  # noqa: ARG002
        primitive: Primitive,
        parts: tuple[Array, ...],
        shape: tuple[int, ...],  # noqa: ARG002
    ) -> Array:
        return primitive(self, *parts)

    def total(self, u: Array) -> Array:
        return np.asarray(np.sum(u))


class Float64Entries(OperatorEntries):
    """float64, by NumPy; what has no value is nan or infinite, or told with `strict`."""

    exact = False

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict

    def array(self, numbers: Any) -> Array:
        return np.asarray(numbers, dtype=np.float64)

    def constant(self, value: Fraction) -> float:
        return float(value)

    def named(self, name: str) -> float:
        return np.pi if name == "pi" else np.e

    def power(self, node: Binary, base: Array, exponent: Array) -> Array:
        if isinstance(node.right, Number):
            return np.asarray(
                np.square(base) if node.right.value == 2 else np.power(base, exponent)
            )
        if next(names(node.right), None) is None:
            return np.asarray(np.power(base, exponent))
        return varying_power(base, exponent)

    def function(self, name: str) -> Callable[..., Array]:
        row = values(name)
        undefined = outside(name) if self.strict else None
        if undefined is None:
            return row

        def told(*parts: Array) -> Array:
            # NumPy has numbers where there is no value: 0 for atan2(0, 0).
            return np.where(undefined(*parts), np.nan, row(*parts))

        return told

    def compare(self, operator: str, left: Array, right: Array) -> Array:
        return np.asarray(COMPARE[operator](left, right), dtype=np.float64)

    def where(self, condition: Array, value: Array, otherwise: Array) -> Array:
        return np.where(condition, value, otherwise)

    def determinant(self, u: Array) -> Array:
        return np.asarray(np.linalg.det(u))

    def log_determinant(self, u: Array) -> Array:
        sign, logarithm = np.linalg.slogdet(u)
        return np.asarray(logarithm if sign > 0 else np.nan)

    def inverse(self, u: Array) -> Array:
        try:
            return np.linalg.inv(u)
        except np.linalg.LinAlgError:
            return np.full(u.shape, np.nan)


def varying_power(base: Array, exponent: Array) -> Array:
    """Return base**exponent: as of numbers, 0**0 has no value where the exponent varies."""
    return np.where((base == 0) & (exponent == 0), np.nan, np.power(base, exponent))
