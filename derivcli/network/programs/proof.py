"""The gradient of a program proved at small sizes by SymPy, entry by entry: a second witness.

J is written out with a symbol for every entry, differentiated, and compared with what each line of
the gradient comes to; nothing of reverse mode or of index notation has a part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from derivcli.algebra.results import Gradient, Line
from derivcli.arrays.drawing import small_sizes
from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import trace
from derivcli.arrays.written_out import TreeEntries, entry_name, filled
from derivcli.calculus.symbolic import entries as symbolic
from derivcli.calculus.symbolic import symbol
from derivcli.calculus.symbolic.atoms import same
from derivcli.errors import DerivError, RefusedError
from derivcli.language.broadcasting import Shape
from derivcli.language.shapes import infer
from derivcli.language.sizes import Sized
from derivcli.language.tree import (
    Assignment,
    Name,
    Program,
)
from derivcli.matrices.proving import with_parts
from derivcli.network.programs.symbolic import symbolic_value

MOST_STATEMENTS = 400  # on numbers, of J
MOST_ENTRIES = 60  # of one gradient

Stage = Callable[[str], None]


def written_out_proofs(
    gradient: Gradient, given: Sized, stage: Stage
) -> Iterator[tuple[str, bool | None, int]]:
    """Yield the name of each line, whether it is proved, and how many entries were compared.

    None is said of a line of which nothing could be told: J is too large to be written out, or its
    entries have no formula. Sizes that have names are small numbers, whatever they are elsewhere.
    """
    sizes = sizes_written_out(gradient, given)
    try:
        stage("writing J out")
        written = _WrittenOut(gradient, given, sizes)
    except DerivError:
        yield from ((line.name, None, 0) for line in gradient.lines)
        return
    for line in gradient.lines:
        stage(f"proving {line.name} entry by entry")
        try:
            yield line.name, *written.proved(line)
        except (DerivError, ArithmeticError, RecursionError):
            yield line.name, None, 0


def sizes_written_out(gradient: Gradient, given: Sized) -> dict[str, int]:
    """Return the small numbers that sizes with names are taken to be, no two of them the same."""
    known = infer(gradient.program, given.shapes)
    return small_sizes(known.sizes, replace(given, sizes={}, values={}))


class _WrittenOut:
    """A program in entries: `known` holds arrays of trees, `values` what SymPy makes of them."""

    def __init__(self, gradient: Gradient, given: Sized, sizes: Mapping[str, int]) -> None:
        self.program, self.sizes, self.shapes = with_parts(gradient), sizes, gradient.shapes
        self.base = {
            name: _symbols(name, self._numbers(given.shapes.get(name, ())))
            for name in self.program.variables
            if name not in sizes
        }
        self.words = TreeEntries()
        self.known = trace(self.program, {**sizes, **self.base}, self.words)
        if len(self.words.statements) > MOST_STATEMENTS:
            raise RefusedError(f"J takes more than {MOST_STATEMENTS} operations on numbers")
        self.values: dict[str, Any] = {}
        self.settled = 0
        more = [each.statement for each in gradient.helpers if each.name not in self.known]
        self.known = trace(Program(tuple(more)), self.known, self.words) if more else self.known

    def _numbers(self, shape: Shape) -> tuple[int, ...]:
        return tuple(self.sizes[size] if isinstance(size, str) else size for size in shape)

    def proved(self, line: Line) -> tuple[bool | None, int]:
        """Return whether a line is the derivative of J by each entry, and how many there are."""
        self.known = trace(Program((line.statement,)), self.known, self.words)
        stated = self.known[line.name].reshape(-1).tolist()
        if line.of not in self.known or len(stated) > MOST_ENTRIES:
            return None, 0
        J, inner, back = self._by(line.of)
        for entry, found in zip(inner.reshape(-1).tolist(), stated, strict=True):
            derived = symbolic.replaced(symbolic.partial(J, symbol(entry.name)), back)
            if not same(derived, self._formula(found)):
                return None, 0
        return True, len(stated)

    def _by(self, name: str) -> tuple[Any, Array, dict[Any, Any]]:
        """Return J in the entries of a name, these, and what they are in those of the variables."""
        output = self.program.output.name
        if name in self.base:
            return self._formula(self._number(self.known[output])), self.base[name], {}
        inner = _symbols(name, self.known[name].shape)
        rest = tuple(each for each in self.program.statements if each.name != name)
        words = TreeEntries()
        found = trace(Program(rest), {**self.sizes, **self.base, name: inner}, words)
        values = _values(words.statements, {})
        J = symbolic_value(words.numeric(self._number(found[output])), values)
        pairs = zip(inner.reshape(-1).tolist(), self.known[name].reshape(-1).tolist(), strict=True)
        return J, inner, {symbol(each.name): self._formula(tree) for each, tree in pairs}

    def _number(self, array: Array) -> Any:
        return array.reshape(-1)[0]

    def _formula(self, entry: Any) -> Any:
        new = self.words.statements[self.settled :]
        self.settled += len(new)
        self.values = _values(new, self.values)
        return symbolic_value(self.words.numeric(entry), self.values)


def _symbols(name: str, shape: tuple[int, ...]) -> Array:
    return filled(shape, lambda entry: Name(entry_name(name, entry)))


def _values(statements: list[Assignment], known: dict[str, Any]) -> dict[str, Any]:
    """Return what SymPy makes of statements, in order, beside what it has made already."""
    for statement in statements:
        known[statement.name] = symbolic_value(statement.expression, known)
    return known
