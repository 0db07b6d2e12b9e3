"""A program of matrices written out: a program of numbers, a statement for each operation on two.

It is what the rooms that judge one variable at a time can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import trace
from derivcli.arrays.lifted import Lifted
from derivcli.errors import RefusedError
from derivcli.language.broadcasting import Shape
from derivcli.language.tree import (
    Assignment,
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Number,
    Piecewise,
    Program,
    Unary,
    number,
    rebuild,
)

MOST_STATEMENTS = 20_000
LARGEST_DETERMINANT = 5  # by cofactors: n! products


def entry_name(name: str, entry: tuple[int, ...]) -> str:
    """Return the name of an entry, counted from 0, in a program of numbers: W[1,2]."""
    return f"{name}[{','.join(str(index + 1) for index in entry)}]" if entry else name


def places(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the entries of an array of a shape, counted from 0, row by row."""
    yield from np.ndindex(shape)


def filled(shape: tuple[int, ...], value: Callable[[tuple[int, ...]], Any]) -> Array:
    """Return an array of objects, `value` of each entry."""
    found: Array = np.empty(shape, dtype=object)
    for entry in places(shape):
        found[entry] = value(entry)
    return found


def named_entries(name: str, shape: tuple[int, ...]) -> Array:
    """Return an array of names, one for each entry."""
    return filled(shape, lambda entry: Name(entry_name(name, entry)))


def written_out(program: Program, shapes: Mapping[str, Shape], sizes: Mapping[str, int]) -> Program:
    """Return a program whose output is a number as one of the entries of its variables.

    `shapes` are in numbers. Raises RefusedError where it would be too large.
    """
    entries = TreeEntries()
    values = {
        name: named_entries(name, tuple(map(int, shapes.get(name, ()))))
        for name in program.variables
        if name not in sizes
    }
    found = trace(program, {**sizes, **values}, entries)[program.output.name]
    (value,) = found.reshape(-1)
    statements = (*entries.statements, Assignment(program.output.name, entries.numeric(value)))
    return Program(statements)


def direction(shape: tuple[int, ...], first: int = 0) -> Array:
    """Return a direction to move an array in: numbers between 0 and 1, no few of them alike."""
    found = filled(shape, lambda _: None)
    for index, entry in enumerate(places(shape), first):
        found[entry] = Fraction(index * 619 % 997 + 1, 998)
    return found


class TreeEntries(Lifted):
    """Entries that are trees; each operation is a statement, so that nothing is written twice."""

    def __init__(self) -> None:
        self.exact, self.failed = True, False
        self.statements: list[Assignment] = []

    def numeric(self, value: Any) -> Node:
        """Return an entry as a number: a comparison is 1 where it holds, else 0."""
        if isinstance(value, Comparison):
            return Piecewise((number(1),), (value,), number(0))
        tree: Node = value
        return tree

    def filled(self, number: int, rows: Any, columns: Any) -> Array:
        return np.full((_whole(rows), _whole(columns)), self._number(number), dtype=object)

    def determinant(self, u: Array) -> Array:
        return np.asarray(self._determinant(u), dtype=object)

    def log_determinant(self, u: Array) -> Array:
        return np.asarray(self._named(Call("log", (self._determinant(u),))), dtype=object)

    def inverse(self, u: Array) -> Array:
        whole = self._determinant(u)
        found: Array = np.empty(u.shape, dtype=object)
        for row, column in np.ndindex(u.shape):
            rest = np.delete(np.delete(u, row, 0), column, 1)
            minor = self._determinant(rest) if rest.size else number(1)
            signed = Unary("-", minor) if (row + column) % 2 else minor
            found[column, row] = self._named(Binary("/", signed, whole))
        return found

    def _determinant(self, u: Array) -> Node:
        if len(u) > LARGEST_DETERMINANT:
            raise RefusedError(
                f"a determinant of {len(u)} rows is too large to be written out:"
                f" {LARGEST_DETERMINANT} at most"
            )
        if len(u) == 1:
            return self.numeric(u[0, 0])
        found: Node | None = None
        for row in range(len(u)):
            minor = self._determinant(np.delete(u[:, 1:], row, 0))
            term = self._named(Binary("*", self.numeric(u[row, 0]), minor))
            sign = "-" if row % 2 else "+"
            found = term if found is None else self._named(Binary(sign, found, term))
        return found or number(1)

    def _number(self, value: Any) -> Any:
        if isinstance(value, int | float | Fraction):
            return number(Fraction(value))
        return value

    def _attempted(self, node: Node, parts: tuple[Any, ...], combined: Node) -> Any:  # noqa: ARG002 - nothing fails
        return self._own(node, parts)

    def _own(self, node: Node, parts: tuple[Any, ...]) -> Any:
        if not parts:
            return node
        if isinstance(node, Piecewise):
            return self._named(rebuild(node, parts))
        tree = rebuild(node, tuple(map(self.numeric, parts)))
        return tree if isinstance(tree, Comparison) else self._named(tree)

    def _named(self, tree: Node) -> Node:
        if isinstance(tree, Name | Number):
            return tree
        if len(self.statements) == MOST_STATEMENTS:
            raise RefusedError(
                f"this takes more than {MOST_STATEMENTS:,} operations on numbers, too many to"
                " be looked at one by one"
            )
        name = f"[{len(self.statements) + 1}]"
        self.statements.append(Assignment(name, tree))
        return Name(name)


def _whole(size: Any) -> int:
    """Return a size, which may be a number or its tree, alone or as an array."""
    found = size[()] if isinstance(size, np.ndarray) else size
    return int(found.value if isinstance(found, Number) else found)
