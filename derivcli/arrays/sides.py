"""On which side of each kink the entries of a program are, while it is run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from derivcli.arrays.entries import Array, Entries
from derivcli.arrays.evaluation import Evaluation
from derivcli.arrays.kinks import DIFFERENCE, distances
from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS
from derivcli.language.tree import Call, Comparison, Name, Node, Program, Reduction, fold, names


@dataclass(frozen=True, slots=True)
class Switch:
    """A part of a statement with a kink: it is on another piece where a `distance` changes sign.

    Of a largest or a smallest entry it is -1 where that entry is another.
    """

    statement: str
    part: Node
    distance: Array


@dataclass(slots=True)
class _Watching:
    evaluation: Evaluation
    moving: Collection[str]
    statement: str
    found: list[Switch] = field(default_factory=list)

    def visit(self, node: Node, parts: tuple[tuple[Array, bool], ...]) -> tuple[Array, bool]:
        """Return the value of a node, and whether it moves."""
        values = tuple(value for value, _ in parts)
        value = self.evaluation.own(node, values)
        if isinstance(node, Name):
            return value, node.name in self.moving
        moves = any(moving for _, moving in parts)
        for distance in self._distances(node, values, value) if moves else ():
            self.found.append(Switch(self.statement, node, distance))
        return value, moves

    def _distances(self, node: Node, parts: tuple[Array, ...], value: Array) -> list[Array]:
        entries = self.evaluation.entries
        match node:
            case Call() if node.function in FUNCTIONS:
                row = FUNCTIONS[node.function]
                own = dict(zip(row.parameters, parts, strict=True))
                return [*distances(row, Evaluation(own, entries))]
            case Comparison():
                return [entries.each(DIFFERENCE, parts)]
            case Reduction() if (fold_text := OPERATIONS[node.function].fold) is not None:
                if not isinstance(formula(fold_text), Call):
                    return []
                axis = node.axis
                kept = value if axis is None or node.keepdims else np.expand_dims(value, axis)
                return [np.where(parts[0] == kept, 1.0, -1.0)]
        return []


def watched(
    program: Program, values: Mapping[str, Array], active: Collection[str], entries: Entries
) -> tuple[dict[str, Array], list[Switch]]:
    """Return the value of every name, and where the kinks are from there, if `active` names move.

    `values` hold what the statements are computed from.
    """
    known, moving, found = dict(values), {*active}, list[Switch]()
    with np.errstate(all="ignore"):
        for statement in program.statements:
            if not moving.isdisjoint(names(statement.expression)):
                moving.add(statement.name)
            evaluation = Evaluation(known, entries, program.source)
            watching = _Watching(evaluation, moving, statement.name)
            known[statement.name], _ = fold(statement.expression, watching.visit)
            found += watching.found
    return known, found
