"""Program, gradient and answer written out at small sizes, as numbers: what decides each piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.arrays.evaluation import trace
from derivcli.arrays.written_out import TreeEntries, entry_name, named_entries, places
from derivcli.calculus.ties import ties
from derivcli.exercises.gradients.case import GradientCase
from derivcli.exercises.gradients.samples import Rows, Values, in_numbers
from derivcli.language.tree import Assignment, Name, Node, Program, fold, names


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """One case as numbers: `program` computes J, then gradient and answer, an entry each.

    `own` are the expressions that are 0 on the borders of J's pieces, `ties` those of the answer's.
    """

    sizes: Mapping[str, int]
    shapes: Mapping[str, tuple[int, ...]]  # of the variables that are moved
    program: Program
    own: tuple[Node, ...]
    ties: tuple[Node, ...]
    J: Node
    expected: tuple[Node, ...]
    answer: tuple[Node, ...]

    def start(self, values: Values) -> dict[str, Fraction]:
        """Return the values of all entries by their names."""
        return {
            entry_name(name, place): _entry(values[name], place)
            for name, shape in self.shapes.items()
            for place in places(shape)
        }

    @property
    def names(self) -> list[str]:
        """The names of all entries that are moved."""
        return [each for name in self.shapes for each in self.names_of(name)]

    def names_of(self, name: str) -> list[str]:
        """Return the names of the entries of a matrix, row by row."""
        return [entry_name(name, place) for place in places(self.shapes[name])]

    def changed_by(self, name: str) -> frozenset[str]:
        """Return the names of a matrix's entries, and of all that is computed from them."""
        found = {*self.names_of(name)}
        for statement in self.program.statements:
            if not found.isdisjoint(names(statement.expression)):
                found.add(statement.name)
        return frozenset(found)

    def size(self, tree: Node) -> int:
        """Return how many nodes a tree has, written out in the names of entries alone."""
        known: dict[str, int] = {}

        def visit(node: Node, parts: tuple[int, ...]) -> int:
            return known.get(node.name, 1) if isinstance(node, Name) else 1 + sum(parts)

        for statement in self.program.statements:
            known[statement.name] = fold(statement.expression, visit)
        return fold(tree, visit)

    def values(self, at: Mapping[str, Fraction]) -> dict[str, Rows]:
        """Return matrices from the values of their entries."""
        return {name: _rows(name, shape, at) for name, shape in self.shapes.items()}


def entries_of(case: GradientCase, sizes: Mapping[str, int], free: Sequence[str]) -> WrittenCase:
    """Return a case as numbers, at these sizes. Raises RefusedError where it would be too large.

    Of a statement that is varied the entries are variables, like those of the variables.
    """
    moved = [*dict.fromkeys((*free, case.variable))]
    shapes = {name: in_numbers(case.known.names.get(name, ()), sizes) for name in moved}
    words = TreeEntries()
    given = {**sizes, **{name: named_entries(name, shape) for name, shape in shapes.items()}}
    program = Program(tuple(s for s in case.program.statements if s.name != case.variable))
    known = trace(program, given, words)
    J = words.numeric(known[program.output.name].reshape(-1)[0])
    own = len(words.statements)
    gradient = Program(case.gradient.statements)
    known = trace(gradient, known, words)
    expected = _numeric(words, known[case.name], in_numbers(case.shape, sizes))
    before = len(words.statements)
    found = case.value(case.answer, known, words)
    answer = _numeric(words, found, in_numbers(case.shape, sizes))
    statements = Program(tuple(words.statements))
    return WrittenCase(
        sizes, shapes, statements,
        tuple(_ties(statements.statements[:own])), tuple(_ties(statements.statements[before:])),
        J, expected, answer,
    )  # fmt: skip


def _numeric(words: TreeEntries, found: Any, shape: tuple[int, ...]) -> tuple[Node, ...]:
    flat = found.reshape(-1).tolist()
    count = 1
    for size in shape:
        count *= size
    flat = flat * count if len(flat) == 1 and count > 1 else flat
    return tuple(words.numeric(each) for each in flat)


def _ties(statements: Sequence[Assignment]) -> Iterator[Node]:
    """Yield what is 0 where a statement is not smooth, each once."""
    yield from dict.fromkeys(tie for each in statements for tie in ties(each.expression))


def _entry(value: Rows, place: tuple[int, ...]) -> Fraction:
    if isinstance(value, Fraction):
        return value
    row, column = place
    return value[row][column]


def _rows(name: str, shape: tuple[int, ...], at: Mapping[str, Fraction]) -> Rows:
    if not shape:
        return at[name]
    rows, columns = shape
    return tuple(tuple(at[entry_name(name, (i, j))] for j in range(columns)) for i in range(rows))
