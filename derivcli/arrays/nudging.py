"""How far the output of a program goes when one entry of a variable is nudged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from derivcli.arrays.entries import Array, Entries
from derivcli.arrays.evaluation import trace
from derivcli.language.tree import Assignment, Program, names

Entry = tuple[int, ...]  # the place of an entry, from 0


@dataclass(frozen=True, slots=True)
class Nudger:
    """A program with values from which single entries of one variable are moved.

    `later` are the statements that the variable changes, `known` the values of all names.
    """

    output: str
    later: tuple[Assignment, ...]
    source: str
    variable: str
    known: Mapping[str, Array]
    entries: Entries

    @classmethod
    def of(
        cls, program: Program, known: Mapping[str, Array], variable: str, entries: Entries
    ) -> Nudger:
        """Return what moves a variable where names have the values of `trace`."""
        changed, later = {variable}, []
        for statement in program.statements:
            if statement.name != variable and not changed.isdisjoint(names(statement.expression)):
                changed.add(statement.name)
                later.append(statement)
        name = program.output.name
        return cls(name, tuple(later), program.source, variable, known, entries)

    def output_after(self, entry: Entry, change: Any) -> Any:
        """Return the output where an entry is moved by `change`.

        Raises UndefinedError or RefusedError where it has no value there.
        """
        moved = self.known[self.variable].copy()
        moved[entry] = moved[entry] + change
        known: Mapping[str, Array] = {**self.known, self.variable: moved}
        if self.later:
            known = trace(Program(self.later, self.source), known, self.entries)
        return known[self.output].reshape(-1)[0]


def spread(shape: Entry, most: int, also: Entry) -> Iterator[Entry]:
    """Yield the places of an array, or, of more than `most`, some that are spread over it.

    `also` is one of them in any case.
    """
    count = prod(shape)
    if count <= most:
        yield from product(*map(range, shape))
        return
    places = {round(index * (count - 1) / max(1, most - 1)) for index in range(max(1, most - 1))}
    found = {also} | {_place(each, shape) for each in places}
    yield from sorted(found)


def _place(index: int, shape: Entry) -> Entry:
    found = []
    for size in reversed(shape):
        index, rest = divmod(index, size)
        found.append(rest)
    return tuple(reversed(found))
