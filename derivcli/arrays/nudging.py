"""The output of a program when one entry of a variable is moved, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from derivcli.arrays.entries import Array, Entries
from derivcli.arrays.evaluation import trace
from derivcli.language.tree import Program, names

Entry = tuple[int, ...]  # the place of an entry, from 0


@dataclass(frozen=True, slots=True)
class Nudger:
    """A program with values from which single entries of one variable are moved.

    `later` are the statements that the variable changes, `known` the values of all names.
    """

    output: str
    later: Program
    variable: str
    known: Mapping[str, Array]
    entries: Entries

    @classmethod
    def of(
        cls, program: Program, known: Mapping[str, Array], variable: str, entries: Entries
    ) -> Nudger:
        """Return what moves a variable where names have the values of `trace`."""
        return cls(program.output.name, later(program, variable), variable, known, entries)

    @property
    def here(self) -> Any:
        """The output where nothing is moved."""
        return self.known[self.output].reshape(-1)[0]

    def output_at(self, entry: Entry, value: Any) -> Any:
        """Return the output where an entry has another value.

        Raises UndefinedError or RefusedError where it has no value there.
        """
        moved = self.known[self.variable].copy()
        moved[entry] = value
        known: Mapping[str, Array] = {**self.known, self.variable: moved}
        if self.later.statements:
            known = trace(self.later, known, self.entries)
        return known[self.output].reshape(-1)[0]


def later(program: Program, variable: str) -> Program:
    """Return the statements whose values a variable, or a step, may change, in order."""
    changed, found = {variable}, []
    for statement in program.statements:
        if statement.name != variable and not changed.isdisjoint(names(statement.expression)):
            changed.add(statement.name)
            found.append(statement)
    return Program(tuple(found), program.source)


def spread(shape: Entry, most: int, also: Entry) -> Iterator[Entry]:
    """Yield the places of an array, or, of more than `most`, some that are spread over it.

    `also` is one of them in any case.
    """
    count = prod(shape)
    if count <= most:
        yield from product(*map(range, shape))
        return
    places = {round(index * (count - 1) / max(1, most - 1)) for index in range(max(1, most - 1))}
    found = {also} | {place(each, shape) for each in places}
    yield from sorted(found)


def place(index: int, shape: Entry) -> Entry:
    """Return where the entry of a flat index is."""
    found = []
    for size in reversed(shape):
        index, rest = divmod(index, size)
        found.append(rest)
    return tuple(reversed(found))
