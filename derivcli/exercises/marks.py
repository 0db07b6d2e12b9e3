"""The result of `check --file`: a verdict on each answer of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from derivcli.errors import ExitStatus

if TYPE_CHECKING:
    from derivcli.exercises.gradients.verdict import GradientVerdict
    from derivcli.exercises.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Graded:
    """One exercise of a file: its verdict in `result`, or why there is none in `error`."""

    name: str
    expression: str
    answer: str
    verdict: str
    result: Verdict | GradientVerdict | None
    error: str | None
    status: ExitStatus


@dataclass(frozen=True, slots=True)
class Summary:
    """How many answers there are of each kind."""

    exercises: int
    correct: int
    wrong: int
    undecided: int
    failed: int


@dataclass(frozen=True, slots=True)
class Marks:
    """The result of `check --file`."""

    schema: ClassVar[str] = "derivcli.check-file/1"

    exercises: tuple[Graded, ...]
    summary: Summary

    @property
    def status(self) -> ExitStatus:
        """70 where there was a bug, else 1 where an answer is wrong, else the largest status."""
        statuses = {each.status for each in self.exercises}
        if ExitStatus.NO in statuses and ExitStatus.BUG not in statuses:
            return ExitStatus.NO
        return max(statuses, default=ExitStatus.ANSWERED)
