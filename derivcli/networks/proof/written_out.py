"""A program written out: a symbol for every entry of its variables, its steps formulas of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import trace
from derivcli.arrays.written_out import TreeEntries, filled, named_entries
from derivcli.calculus.symbolic import entries as symbolic
from derivcli.calculus.symbolic import symbol
from derivcli.language.tree import Assignment, Program
from derivcli.networks.programs.symbolic import symbolic_value

Formulas = Callable[[str], Array]


class WrittenOut:
    """A program in entries: `known` holds arrays of trees, of which SymPy makes formulas.

    `base` are the variables and what sizes are; `opaque` makes the formulas of steps of which SymPy
    is to know the slopes alone, from the formulas of others.
    """

    def __init__(
        self,
        statements: Iterable[Assignment],
        base: Mapping[str, Any],
        opaque: Mapping[str, Callable[[Formulas], Array]] | None = None,
    ) -> None:
        self.statements, self.base, self.opaque = tuple(statements), base, opaque or {}
        self.words = TreeEntries()
        self.values: dict[str, Any] = {}
        self.settled = 0
        self.known: dict[str, Array] = {**base}
        self.add(*self.statements)

    def add(self, *statements: Assignment) -> None:
        """Write statements out, after those before."""
        for each in statements:
            if make := self.opaque.get(each.name):
                self.known[each.name] = self._named(make(self.formulas))
            else:
                self.known = trace(Program((each,)), self.known, self.words)

    def _named(self, formulas: Array) -> Array:
        """Return names that stand for formulas."""
        found = named_entries(f"[{len(self.values)}]", formulas.shape)
        names = (entry.name for entry in found.flat)
        self.values.update(zip(names, formulas.flat, strict=True))
        return found

    def formulas(self, name: str) -> Array:
        """Return the entries of a name as SymPy sees them."""
        for each in self.words.statements[self.settled :]:
            self.values[each.name] = symbolic_value(each.expression, self.values)
        self.settled = len(self.words.statements)
        trees = self.known[name]
        return filled(
            trees.shape, lambda at: symbolic_value(self.words.numeric(trees[at]), self.values)
        )

    def derivatives(self, output: str, name: str) -> Iterator[Any]:
        """Yield the derivatives of the output, a number, by each entry of a name.

        By a step it is derived in new symbols for its entries, and written in the old ones again.
        """
        if name in self.base:
            moved, back = self, {}
        else:
            inner = named_entries(name, self.known[name].shape)
            rest = (each for each in self.statements if each.name != name)
            moved = WrittenOut(rest, {**self.base, name: inner}, self.opaque)
            places = (symbol(entry.name) for entry in inner.flat)
            back = dict(zip(places, self.formulas(name).flat, strict=True))
        (J,) = moved.formulas(output).flat
        for entry in moved.base[name].flat:
            yield symbolic.replaced(symbolic.partial(J, symbol(entry.name)), back)
