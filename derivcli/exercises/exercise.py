"""What is judged: an answer beside the expression whose derivative it may be."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.tree import Comparison, Program


@dataclass(frozen=True, slots=True)
class Exercise:
    """Is `answer` the derivative of an order of the program by the variable?

    `variables` are those of the program and of the answer. Both are compared where all that is
    `assumed` holds; an answer is right that is off by no more than the `tolerance`, relative to
    the terms of the derivative.
    """

    program: Program
    answer: Program
    variable: str
    variables: tuple[str, ...]
    order: int = 1
    limits: Limits = COMMAND_LINE
    assumed: tuple[Comparison, ...] = ()
    tolerance: Fraction | None = None
