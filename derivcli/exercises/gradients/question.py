"""What is judged: an answer beside the program of matrices whose gradient it may be."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derivcli.language.tree import Comparison, Program
from derivcli.matrices.results import ArrayProgram


@dataclass(frozen=True, slots=True)
class GradientQuestion:
    """Is `answer` the gradient of the program's output by the variable, with its shape?

    The variable may be a statement's name, which is then varied on its own. The answer may use the
    names of statements, and dZ for the gradient by any other name Z. It is compared where all that
    is `assumed` holds; one that is off by no more than the `tolerance`, relative to the largest
    entry, is right.
    """

    asked: ArrayProgram
    answer: Program
    variable: str
    assumed: tuple[Comparison, ...] = ()
    tolerance: Fraction | None = None
