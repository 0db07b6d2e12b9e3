"""A program of matrices run step by step, as far as there are values, and how much work that is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import count
from math import prod
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array, Entries
from derivcli.arrays.evaluation import Evaluation
from derivcli.arrays.lifted import Lifted
from derivcli.calculus.exact import Ball
from derivcli.errors import UndefinedError
from derivcli.language.broadcasting import Shape
from derivcli.language.shapes import Shapes
from derivcli.language.tree import Binary, Name, Node, Program, fold, names

LARGEST_TREE = 80  # parts of what is known of a number; beyond, it is known by its digits alone
OVERHEAD = 300  # entries that are computed in the time that one call of NumPy takes
_count = count()


@dataclass(frozen=True, slots=True)
class ArrayRun:
    """The value of every name; `undefined` is the first statement that has none, and why.

    `otherwise` are those whose formula has no value, and who have one all the same.
    """

    values: Mapping[str, Array]
    undefined: str | None = None
    problem: str | None = None
    otherwise: Mapping[str, str] = field(default_factory=dict)


def run(
    program: Program,
    values: Mapping[str, Any],
    entries: Entries,
    helpers: Collection[str] = (),
    otherwise: Callable[[str], Array | str] = lambda _: "",
) -> ArrayRun:
    """Return the values of the statements, in order, as far as there are any.

    One of the `helpers` may have none, if `otherwise` gives what needs it: it is asked for the
    value of every statement that has none as it stands, and gives it, or why there is none.

    Raises RefusedError for what is too large.
    """
    missing: dict[str, str] = {}
    saved: dict[str, str] = {}
    known = {name: entries.array(value) for name, value in values.items()}
    with np.errstate(all="ignore"):
        for statement in program.statements:
            evaluation = Evaluation(known, entries, program.source)
            lacking = [name for name in names(statement.expression) if name in missing]
            problem = missing[lacking[0]] if lacking else None
            if problem is None:
                try:
                    found = evaluation.settled(statement.expression)
                except UndefinedError as error:
                    problem = error.message
            if problem is not None and statement.name in helpers:
                missing[statement.name] = problem
                continue
            if problem is not None:
                given = otherwise(statement.name)
                if isinstance(given, str):
                    told = f"{problem}; {given}" if given else problem
                    return ArrayRun(known, statement.name, told, saved)
                saved[statement.name] = problem
                found = entries.array(given)
            known[statement.name] = _named(found, statement.name, entries)
    return ArrayRun(known, otherwise=saved)


def _named(found: Array, name: str, entries: Entries) -> Array:
    """Return an array in which numbers whose trees have grown large have names of their own.

    The tree of a number holds those of what it is computed from, again and again.
    """
    if not isinstance(entries, Lifted):
        return found

    def own(value: Any) -> Any:
        if isinstance(value, Ball) and value.size > LARGEST_TREE:
            return Ball(value.enclosure, Name(f"{name} {next(_count)}"))
        return value

    return entries.array(np.asarray(np.frompyfunc(own, 1, 1)(found), dtype=object))


@dataclass(frozen=True, slots=True)
class Work:
    """How many entries a program computes, of a product all its products; in how many calls."""

    entries: int
    calls: int

    @property
    def in_floats(self) -> int:
        """The entries that NumPy computes in the time that it takes."""
        return self.entries + OVERHEAD * self.calls


def work(program: Program, shapes: Mapping[str, Shape], sizes: Mapping[str, int]) -> Work:
    """Return about how much work the statements of a program are."""
    told = {
        name: tuple(size if isinstance(size, int) else sizes[size] for size in shape)
        for name, shape in shapes.items()
    }
    known = Shapes(told, tuple(sizes))
    total, calls = 0, 0

    def visit(node: Node, parts: tuple[Shape, ...]) -> Shape:
        nonlocal total, calls
        shape = known.own(node, parts)
        if parts:
            entries = prod(size if isinstance(size, int) else sizes[size] for size in shape)
            inner = parts[0][-1:] if isinstance(node, Binary) and node.operator == "@" else ()
            calls += 1
            total += entries * prod(each for each in inner if isinstance(each, int))
        return shape

    for statement in program.statements:
        fold(statement.expression, visit)
    return Work(total, calls)
