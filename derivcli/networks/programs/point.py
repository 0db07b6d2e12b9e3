"""A program with its gradient, and the values of all its names in float64."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli.algebra.results import Gradient
from derivcli.algebra.reverse import reverse
from derivcli.arrays.entries import Array, Float64Entries
from derivcli.arrays.evaluation import trace
from derivcli.arrays.values import arrays
from derivcli.language.tree import Program
from derivcli.matrices.deriving import proved_form
from derivcli.matrices.graph_results import ArrayGraphRequest
from derivcli.matrices.graph_study import point_of
from derivcli.matrices.results import ArrayProgram


@dataclass(frozen=True, slots=True)
class ProgramPoint:
    """A program and its gradient by `parameters`; `known` are the values of all names.

    `sizes` are the numbers of the sizes, `drawn` the names that nobody gave.
    """

    gradient: Gradient
    parameters: tuple[str, ...]
    known: Mapping[str, Array]
    sizes: Mapping[str, int]
    drawn: tuple[str, ...]

    @property
    def program(self) -> Program:
        """The steps forward."""
        return self.gradient.program

    @property
    def cost(self) -> float:
        """The output, to twelve digits: beyond, the order of sums is seen."""
        return float(f"{self.known[self.program.output.name].reshape(-1)[0]:.12g}")


def program_point(asked: ArrayProgram, seed: int) -> ProgramPoint:
    """Return a program at the values that were given, what has none being drawn.

    Raises UndefinedError where a step, forward or back, has no value in float64.
    """
    gradient = proved_form(reverse(asked.program, asked.wrt, asked.given.shapes))
    given, draw, names = point_of(ArrayGraphRequest(asked, (), seed), gradient)
    entries = Float64Entries(strict=True)
    whole = Program(gradient.whole.statements, asked.program.source)
    known = trace(whole, {**arrays(given, entries), **draw.arrays(entries)}, entries)
    return ProgramPoint(gradient, asked.wrt, known, given.sizes, names)
