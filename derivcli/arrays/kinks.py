"""Where a program of matrices has no derivative: entries at kinks, at borders, at ties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array, Entries
from derivcli.arrays.evaluation import Evaluation
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.results import EntryKink
from derivcli.calculus.arithmetic import Arithmetic
from derivcli.calculus.evaluate import Failure, formula
from derivcli.calculus.exact import exact
from derivcli.calculus.kinks import differentiability
from derivcli.calculus.ties import ties
from derivcli.errors import DerivError
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.operations import OPERATIONS
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
    Program,
    Reduction,
    fold,
    names,
    nodes,
    number,
    substitute,
)

DIFFERENCE = Binary("-", Name("u"), Name("v"))
MOST_LOOKED_AT = 20  # entries at one kink, which are looked at from both sides


def kinks(
    program: Program, known: Mapping[str, Array], active: Collection[str], entries: Entries
) -> Iterator[EntryKink]:
    """Yield the kinks that the values of a program lie on, where `active` names move.

    `known` holds the value of every name, as `trace` found it.
    """
    moving = set(active)
    with np.errstate(all="ignore"):
        for statement in program.statements:
            if moving.isdisjoint(names(statement.expression)):
                continue
            moving.add(statement.name)
            looking = _Looking(Evaluation(known, entries, program.source), moving)
            fold(statement.expression, looking.visit)
            for node, what, where in looking.found:
                yield from _entries(node, what, where, statement.name)


def _entries(node: Node, what: str, where: Array, name: str) -> Iterator[EntryKink]:
    places = np.argwhere(where)
    if len(places):
        first = tuple(int(index) + 1 for index in places[0])
        yield EntryKink(name, text(node, arrays=True), what, first, len(places))


@dataclass(slots=True)
class _Looking:
    """Values of a tree as they are computed, and the kinks that came by on the way."""

    evaluation: Evaluation
    moving: Collection[str]
    found: list[tuple[Node, str, Array]] = field(default_factory=list)

    def visit(self, node: Node, parts: tuple[tuple[Array, bool], ...]) -> tuple[Array, bool]:
        """Return the value of a node, and whether it moves."""
        values = tuple(value for value, _ in parts)
        found = self.evaluation.own(node, values)
        if isinstance(node, Name):
            return found, node.name in self.moving
        moves = any(moving for _, moving in parts)
        if moves:
            self._look(node, values, found)
        return found, moves

    def _look(self, node: Node, parts: tuple[Array, ...], value: Array) -> None:
        match node:
            case Call() if node.function in FUNCTIONS:
                self._function(node, FUNCTIONS[node.function], parts)
            case Comparison():
                self._note(node, "its sides are equal", self._tie(*parts))
            case Reduction():
                self._reduced(node, parts[0], value)
            case Piecewise():
                pass  # its conditions came by

    def _function(self, node: Call, row: Function, parts: tuple[Array, ...]) -> None:
        shape = np.broadcast_shapes(*(part.shape for part in parts))
        where = np.zeros(shape, dtype=bool)
        own = dict(zip(row.parameters, parts, strict=True))
        evaluation = Evaluation(own, self.evaluation.entries)
        for distance in distances(row):
            found = self._zero(fold(distance, evaluation.own))
            where = np.asarray(where | found)  # of numbers NumPy makes no array
        if not where.any():
            return
        if len(parts) == 1:
            where = self._without_smooth(row, parts[0], where)
        shown = ", ".join(text(each, arrays=True) for each in node.arguments)
        what = f"{row.written} has a kink" if len(parts) == 1 else f"{shown} tie"
        self._note(node, what, where)

    def _without_smooth(self, row: Function, argument: Array, where: Array) -> Array:
        """Return the places without those where a look from both sides finds a derivative."""
        places = [tuple(each) for each in np.argwhere(where)]
        known: dict[Any, bool] = {}
        found = where.copy()
        for place in places:
            value = argument[place]
            if not isinstance(value, float | Fraction) or len(known) > MOST_LOOKED_AT:
                continue
            if value not in known:
                known[value] = _is_smooth(row, Fraction(value))
            found[place] = not known[value]
        return found

    def _reduced(self, node: Reduction, operand: Array, value: Array) -> None:
        row = OPERATIONS[node.function]
        if row.fold is None or not isinstance(chosen := formula(row.fold), Call):
            return  # a sum or a product has no ties; of two numbers, max and min choose one
        axis = node.axis
        kept = value if axis is None or node.keepdims else np.expand_dims(value, axis)
        at = np.broadcast_to(kept, operand.shape) if kept.ndim else kept
        chosen_at = self._zero(self.evaluation.entries.each(DIFFERENCE, (operand, at)))
        several = np.sum(chosen_at, axis=axis, keepdims=True) > 1
        what = f"several entries are the {'largest' if chosen.function == 'max' else 'smallest'}"
        self._note(node, what, chosen_at & several)

    def _tie(self, left: Array, right: Array) -> Array:
        return self._zero(self.evaluation.entries.each(DIFFERENCE, (left, right)))

    def _zero(self, array: Array) -> Array:
        return _is_zero(array, self.evaluation.entries)

    def _note(self, node: Node, what: str, where: Array) -> None:
        if np.any(where):
            self.found.append((node, what, np.asarray(where)))


@cache
def distances(row: Function) -> tuple[Node, ...]:
    """Return what is 0 where a row of the table is not smooth, in its parameters, each once."""
    return tuple(dict.fromkeys(ties(Call(row.name, tuple(map(Name, row.parameters))))))


def apart(call: Call) -> Iterator[Node]:
    """Yield what is 0 where a function of the table is not smooth, in the arguments of a call."""
    row = FUNCTIONS[call.function]
    arguments = dict(zip(row.parameters, call.arguments, strict=True))
    return (substitute(each, arguments) for each in distances(row))


def conditions(tree: Node) -> Iterator[Comparison]:
    """Yield what holds on one of the pieces of a tree, and not on another."""
    for node in nodes(tree):
        match node:
            case Comparison():
                yield node
            case Call() if node.function in FUNCTIONS and not FUNCTIONS[node.function].analytic:
                yield from (Comparison(">", each, number(0)) for each in apart(node))
            case Binary(right=exponent) if is_jump(node):
                yield Comparison("==", exponent, number(0))


def one_sided(
    trees: Iterable[Node], looks: Iterable[Callable[[Comparison], Collection[bool]]]
) -> str | None:
    """Say which condition of trees holds nowhere, or always, at points that were looked at.

    A look tells what a condition comes to at a point, in all of its entries.
    """
    found = dict.fromkeys(each for tree in trees for each in conditions(tree))
    missing = [(each, holds) for each in found for holds in (True, False)]
    for truth in looks if missing else ():
        missing = [(each, holds) for each, holds in missing if holds not in truth(each)]
        if not missing:
            return None
    for condition, holds in missing:
        return f"{text(condition, arrays=True)} {'nowhere' if holds else 'always'} holds"
    return None


def is_jump(element: Node) -> bool:
    """May it be a power 0**u, which is 1 where u is 0 and 0 beside it?"""
    if not isinstance(element, Binary) or element.operator != "**":
        return False
    base = element.left
    never_zero = isinstance(base, Constant) or (isinstance(base, Number) and base.value != 0)
    return not never_zero and not isinstance(element.right, Number)


def _is_zero(array: Array, entries: Entries) -> Array:
    if not isinstance(entries, Lifted):
        return np.asarray(np.asarray(array) == 0)
    arithmetic: Arithmetic = entries.arithmetic
    zero = np.frompyfunc(
        lambda value: not isinstance(value, Failure) and arithmetic.sign(value) == 0, 1, 1
    )
    return np.asarray(zero(array), dtype=bool)


def _is_smooth(row: Function, value: Fraction) -> bool:
    """Has a function of one argument a derivative there, seen from both sides?"""
    tree = Call(row.name, (Name("u"),))
    try:
        with exact(50, None, last=True) as arithmetic:
            found = differentiability(tree, lambda _: {"u": value}, "u", None, arithmetic)
    except (DerivError, ArithmeticError):
        return False
    return found.differentiable is True
