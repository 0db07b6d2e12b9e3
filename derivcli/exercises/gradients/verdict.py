"""The verdict on an answer that is a gradient, and where it differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from derivcli.calculus.results import Quantity
from derivcli.errors import ExitStatus
from derivcli.exercises.verdict import STATUSES
from derivcli.language.broadcasting import Shape
from derivcli.matrices.results import ArrayStatement, Rows


@dataclass(frozen=True, slots=True)
class GradientCounterexample:
    """Matrices at which an entry of the answer, counted from 1, is not that of the gradient.

    None stands for the answer where it has no value, and for what is hidden; a number has the
    entry ().
    """

    quantities: ClassVar[tuple[str, ...]] = ("at", "answer", "expected", "difference")

    at: Mapping[str, Quantity | Rows]
    entry: tuple[int, ...]
    answer: Quantity | None
    expected: Quantity | None
    difference: Quantity | None


@dataclass(frozen=True, slots=True)
class Repair:
    """The answer with the change that makes it right, and the characters that were changed."""

    answer: str
    start: int | None
    end: int | None
    latex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GradientVerdict:
    """Is the answer the gradient?

    What `Verdict` has is here, too. `shape` is that of the gradient, `answer_shape` that of the
    answer, None where its parts do not fit; `lines` are the gradients that derivative and answer
    speak of. It is "proved" for all sizes that have a name.
    """

    schema: ClassVar[str] = "derivcli.check/1"

    expression: str
    output: str
    variable: str
    variables: tuple[str, ...]
    shapes: Mapping[str, Shape]
    statements: tuple[ArrayStatement, ...]
    order: int
    lines: tuple[ArrayStatement, ...]
    derivative: str | None
    latex: str | None
    shape: Shape
    answer: str
    answer_latex: str
    answer_shape: Shape | None
    verdict: str
    evidence: str | None
    samples: int
    counterexample: GradientCounterexample | None = None
    diagnosis: str | None = None
    detail: str | None = None
    repair: Repair | None = None
    note: str | None = None
    assumed: tuple[str, ...] = ()
    tolerance: Quantity | None = None
    rounded: bool = False
    source: str = field(default="", repr=False)

    @property
    def status(self) -> ExitStatus:
        """0 correct, 1 wrong, 3 undecided."""
        return STATUSES[self.verdict]
