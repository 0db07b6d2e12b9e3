"""Derivatives from the program itself, entry by entry, where a gradient's formula has no value.

G * Y / u, the gradient of a product of entries, has none where an entry is 0; the product of the
others has. The program is written out in numbers, and each of them is judged from both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.algebra.results import Gradient
from derivcli.arrays.drawing import Draw
from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import trace
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.values import arrays
from derivcli.arrays.written_out import entry_name, filled, places, written_out
from derivcli.calculus.derivation.differentiate import derive
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.kinks import Differentiability, Values, differentiability
from derivcli.errors import DerivError
from derivcli.language.sizes import Sized
from derivcli.language.tree import Assignment, Name, Node, Number, Program

ZERO = Number(Fraction(0))
MOST_JUDGED = 5_000_000  # statements, over all entries that are judged one by one

Entry = tuple[int, ...]


def by_names(known: Mapping[str, Array]) -> dict[str, Real]:
    """Return the values of entries by their names."""
    found: dict[str, Any] = {
        entry_name(name, entry): array[entry]
        for name, array in known.items()
        for entry in places(array.shape)
    }
    return found


def verdicts(
    program: Program, name: str, shape: tuple[int, ...], point: Values, exact: Exact
) -> Iterator[tuple[Entry, Differentiability]]:
    """Yield the verdict by each entry of a name, counted from 0, of a program written out."""
    for entry in places(shape):
        yield entry, differentiability(program, point, entry_name(name, entry), None, exact)


def second_derivatives(program: Program, given: Sized, name: str, exact: Exact) -> Array | None:
    """Return the second derivatives by each pair of entries of a column; None at any kink.

    The program written out is differentiated once by the rules, statement by statement: where
    matrices have to be divided by, a product of numbers has not.

    Raises UndefinedError where there is no value, RefusedError where it would be too large.
    """
    scalars = written_out(program, given.in_numbers, given.sizes)
    values = arrays(given, Lifted(exact))
    shape = values[name].shape
    if values[name].size ** 2 * len(scalars.statements) > MOST_JUDGED:
        return None

    def point(fine: Exact) -> Mapping[str, Real]:
        return by_names(arrays(given, Lifted(fine)))

    found = filled((values[name].size,) * 2, lambda _: None)
    for row, (entry, first) in enumerate(verdicts(scalars, name, shape, point, exact)):
        slope = _slope(scalars, entry_name(name, entry))
        for column, (_, second) in enumerate(verdicts(slope, name, shape, point, exact)):
            if not (first.smooth and second.smooth):
                return None
            found[row, column] = second.slope
    return found


def _slope(program: Program, variable: str) -> Program:
    """Return a program of numbers whose output is the derivative by a variable."""
    known: dict[str, Node] = {}
    statements = list(program.statements)
    for each in program.statements:
        after = derive(each.expression, variable, known).after
        slope = Name(f"{each.name}'")
        known[each.name] = after if after == ZERO else slope  # what is 0 makes no terms
        statements.append(Assignment(slope.name, after))
    return Program(tuple(statements))


@dataclass(frozen=True, slots=True)
class FromProgram:
    """The gradients of a program at a point, from its own statements."""

    program: Program
    gradient: Gradient
    given: Sized
    draw: Draw

    @property
    def helpers(self) -> frozenset[str]:
        """The names of parts that gradients repeat: one without a value is no gradient without."""
        return frozenset(line.name for line in self.gradient.helpers)

    def array(self, gradient: str, exact: Exact) -> Array | str:
        """Return a gradient by its name; or why there is none, where that is known."""
        names = {line.name: line.of for line in self.gradient.lines}
        if gradient not in names:
            return ""
        try:
            return self._by(names[gradient], exact)
        except DerivError:
            return ""

    def _by(self, name: str, exact: Exact) -> Array | str:
        program = _behind(self.program, name)
        known = self._known(program, exact)
        shape = known[name].shape
        shapes = {each: array.shape for each, array in known.items()}
        scalars = written_out(program, shapes, self.given.sizes)
        if known[name].size * len(scalars.statements) > MOST_JUDGED:
            return ""

        def point(fine: Exact) -> Mapping[str, Real]:
            return by_names(self._known(program, fine))

        found = filled(shape, lambda _: None)
        for entry, told in verdicts(scalars, name, shape, point, exact):
            if not told.differentiable or told.probed:
                reason = (told.reason or "").replace("{J}", self.program.output.name)
                return reason and f"by {entry_name(name, entry)} {reason}"
            found[entry] = told.slope
        return found

    def _known(self, program: Program, exact: Exact) -> dict[str, Array]:
        """Return the arrays of what a part of the program starts from."""
        entries = Lifted(exact)
        values = {**arrays(self.given, entries), **self.draw.arrays(entries)}
        known = trace(self.program, values, entries)
        return {each: known[each] for each in program.variables if each not in self.given.sizes}


def _behind(program: Program, name: str) -> Program:
    """Return what comes behind a step: a program of which that is a variable."""
    for index, statement in enumerate(program.statements):
        if statement.name == name:
            return Program(program.statements[index + 1 :], program.source)
    return program
