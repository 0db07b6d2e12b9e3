"""What is judged: an answer beside the expression whose derivative it may be."""

from __future__ import annotations

from dataclasses import dataclass

from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.tree import Program


@dataclass(frozen=True, slots=True)
class Exercise:
    """Is `answer` the derivative of an order of the program by the variable?

    `variables` are those of the program and of the answer.
    """

    program: Program
    answer: Program
    variable: str
    variables: tuple[str, ...]
    order: int = 1
    limits: Limits = COMMAND_LINE
