"""The result of `check`: a verdict on one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from derivcli.calculus.results import Quantity, Statement
from derivcli.errors import ExitStatus

STATUSES = {
    "correct": ExitStatus.ANSWERED,
    "wrong": ExitStatus.NO,
    "undecided": ExitStatus.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point where the answer is not the slope, and by how much it is too large.

    None stands for the answer where it has no value, and for what is hidden.
    """

    quantities: ClassVar[tuple[str, ...]] = ("at", "answer", "expected", "difference")

    at: Mapping[str, Quantity]
    answer: Quantity | None
    expected: Quantity | None
    difference: Quantity | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Is the answer the derivative?

    `evidence` says how that is known: "proved", or "sampled" at so many points. `diagnosis` names
    the mistake where one fits, and `detail` says where it was made. `note` is what else there is
    to say of the answer. An answer that is `rounded` is right within the `tolerance`. What is
    hidden is None, the derivative first of all.
    """

    schema: ClassVar[str] = "derivcli.check/1"

    expression: str
    output: str
    variable: str
    variables: tuple[str, ...]
    statements: tuple[Statement, ...]
    order: int
    derivative: str | None
    latex: str | None
    answer: str
    answer_latex: str
    verdict: str
    evidence: str | None
    samples: int
    counterexample: Counterexample | None
    diagnosis: str | None
    detail: str | None
    note: str | None
    assumed: tuple[str, ...] = ()
    tolerance: Quantity | None = None
    rounded: bool = False

    @property
    def status(self) -> ExitStatus:
        """0 correct, 1 wrong, 3 undecided."""
        return STATUSES[self.verdict]
