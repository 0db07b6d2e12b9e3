"""Programs of matrices to arrays: one walk, whatever the entries are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array, Entries, Float64Entries, real
from derivcli.arrays.lifted import FailedEntry, Lifted, failed_entries
from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.evaluate import Failure, formula, raised
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.operations import OPERATIONS, Operation
from derivcli.language.parser import parse
from derivcli.language.shapes import Shapes, operation, shape_text
from derivcli.language.text import text
from derivcli.language.tree import (
    Activation,
    Assignment,
    Binary,
    Call,
    Name,
    Node,
    Program,
    Reduction,
    Transpose,
    fold,
    names,
    rebuild,
)

QUOTIENT = Binary("/", Name("u"), Name("v"))
MOST_ENTRIES = 20_000_000  # of an array: what fits into the memory limit

Slopes = Callable[[int, bool, Array], Array]


class UnknownError(LookupError):
    """The part `node` of a program has no value."""

    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.node = node


def evaluate(
    program: Program | Node,
    values: Mapping[str, Any],
    entries: Entries,
    activation: Slopes | None = None,
) -> Array:
    """Return the value of the output: an array of two axes, of one, or of none.

    `values` are arrays and numbers by name, those of sizes included; `activation(layer, prime, Z)`
    gives g(Z) and g'(Z) of a network.

    Raises ShapeError where arrays do not fit, UndefinedError or RefusedError for an entry that has
    no value, UnknownError for a name without one.
    """
    if not isinstance(program, Program):
        values = {name: values[name] for name in names(program) if name in values}
        program = Program((Assignment("J", program),))
    return trace(program, values, entries, activation)[program.output.name]


def trace(
    program: Program,
    values: Mapping[str, Any],
    entries: Entries,
    activation: Slopes | None = None,
) -> dict[str, Array]:
    """Return the value of every name: the variables' and each statement's, in order."""
    known = {name: entries.array(value) for name, value in values.items()}
    evaluation = Evaluation(known, entries, program.source, activation)
    with np.errstate(all="ignore"):
        for statement in program.statements:
            known[statement.name] = evaluation.settled(statement.expression)
    return known


@dataclass(slots=True)
class Evaluation:
    """Values of trees where names have these values."""

    known: Mapping[str, Array]
    entries: Entries
    source: str = ""
    activation: Slopes | None = None

    def settled(self, tree: Node) -> Array:
        """Return the value of a tree, or raise the failure of an entry."""
        finite = True

        def visit(node: Node, parts: tuple[Array, ...]) -> Array:
            nonlocal finite
            found = self.own(node, parts)
            finite = finite and bool(np.isfinite(found).all())
            return found

        if isinstance(self.entries, Float64Entries) and self.entries.strict:
            found = fold(tree, visit)
            return found if finite else self._rounded(tree)
        found = fold(tree, self.own)
        if isinstance(self.entries, Lifted) and self.entries.failed:
            for failure in failed_entries(found):
                raised(failure, self.source)
        return found

    def _rounded(self, tree: Node) -> Array:
        """Return the value of a tree in float64, entry by entry, or raise why there is none."""
        lifted = Lifted(Float64())
        known = {name: lifted.array(value) for name, value in self.known.items()}
        return self.entries.array(Evaluation(known, lifted, self.source).settled(tree))

    def own(self, node: Node, parts: tuple[Array, ...]) -> Array:
        """Return the value of a node from those of its children; entries may be failures."""
        shapes = tuple(part.shape for part in parts)
        shape = shape_of(node, shapes, self.known, self.source) if parts else ()
        match node:
            case Name():
                return self._named(node)
            case Transpose():
                return parts[0].T
            case Binary(operator="@"):
                return self.entries.product(node, *parts)
            case Reduction():
                return self._reduced(node, parts[0]).reshape(shape)
            case Call() if (row := operation(node)) is not None and row.primitive is not None:
                return self.entries.operation(node, row.primitive, parts, shape)
            case Activation():
                if self.activation is None:
                    raise UnknownError(f"{text(node)} has no value here", node)
                return self.activation(node.layer, node.prime, parts[0])
        return self.entries.each(node, parts)

    def _named(self, node: Name) -> Array:
        if node.name not in self.known:
            raise UnknownError(f"{node.name} has no value here", node)
        return self.known[node.name]

    def _reduced(self, node: Reduction, operand: Array) -> Array:
        row = OPERATIONS[node.function]
        if row.fold is None:
            return self._defined(node, row, operand)
        array, axis = (operand.reshape(-1), 0) if node.axis is None else (operand, node.axis)
        combine = self.entries.pairwise(formula(row.fold), node)
        if not row.reduces:
            return self.entries.placed(np.asarray(combine.accumulate(array, axis=axis)))
        found = self.entries.array(combine.reduce(array, axis=axis))
        if row.averages:
            lengths = operand.shape if node.axis is None else (operand.shape[axis],)
            count = self.entries.array(self.entries.count(lengths))
            found = self.entries.each(QUOTIENT, (found, count))
        return self.entries.placed(found)

    def _defined(self, node: Reduction, row: Operation, operand: Array) -> Array:
        """Return an operation by the text that computes it, along the same axis."""
        source = row.definition if self.entries.exact else row.stable or row.definition
        if source is None:
            raise TypeError(f"nothing computes {row.name}")
        known = {"u": operand}
        for statement in along(source, None if operand.ndim == 0 else node.axis).statements:
            inner = Evaluation(known, self.entries)
            known[statement.name] = found = fold(statement.expression, inner.own)
        return self._renamed(found, node, operand)

    def _renamed(self, found: Array, node: Node, operand: Array) -> Array:
        """Return an array whose failures, unless they were the operand's, are those of `node`."""
        if isinstance(self.entries, Lifted) and self.entries.failed:
            before = {id(failure) for failure in failed_entries(operand)}
            for entry, value in np.ndenumerate(found):
                if isinstance(value, Failure) and id(value) not in before:
                    found[entry] = FailedEntry(value.error, node, entry)
        return found


def shape_of(
    node: Node, parts: tuple[tuple[int, ...], ...], known: Mapping[str, Array], source: str = ""
) -> tuple[int, ...]:
    """Return the shape that a node will have, from those of its parts; `known` are the sizes, too.

    Raises ShapeError where arrays do not fit, RefusedError for what fits into no memory.
    """
    found = Shapes({}, known, source).own(node, parts)  # any name with a value may be a size
    shape = tuple(size if isinstance(size, int) else _size(size, known) for size in found)
    if prod(shape) > MOST_ENTRIES:
        raise RefusedError(
            f"an array of shape {shape_text(shape)} is too large: more than"
            f" {MOST_ENTRIES:,} numbers"
        )
    return shape


def _size(name: str, known: Mapping[str, Array]) -> int:
    number = real(known[name])
    if not (1 <= number <= MOST_ENTRIES and number.is_integer()):
        raise UndefinedError(f"{name} is a size, and no whole number from 1 to {MOST_ENTRIES:,}")
    return int(number)


@cache
def along(source: str, axis: int | None) -> Program:
    """Return a text of the table of operations, along an axis of `u`, which is kept."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        node = rebuild(node, parts)
        if isinstance(node, Reduction):
            return replace(node, axis=axis, keepdims=True)
        return node

    program = parse(source, arrays=("u",))
    return Program(
        tuple(replace(each, expression=fold(each.expression, visit)) for each in program.statements)
    )
