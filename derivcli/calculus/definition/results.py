"""The result of `steps --definition`: lines from a difference quotient to its limit, as text."""

from __future__ import annotations

from dataclasses import dataclass

from derivcli.calculus.derivation.results import Derivation


@dataclass(frozen=True, slots=True)
class QuotientLine:
    """One form of a difference quotient, equal to the line before, and why."""

    text: str
    reason: str
    latex: str


@dataclass(frozen=True, slots=True)
class DifferenceQuotient:
    """A difference quotient in `variable` and `step`, line by line to its limit.

    `remark` says what its letters stand for, or for which values its lines hold. `start` is the
    quotient, `quotient` the last form of it, and `limit` what that tends to as the step goes to 0;
    None where the limits from right and left differ. `parts` are quotients within the last line
    whose limits are found on their own, `limits` the standard limits used.
    """

    variable: str
    step: str
    remark: str
    start: QuotientLine
    lines: tuple[QuotientLine, ...]
    parts: tuple[DifferenceQuotient, ...]
    quotient: str
    limits: tuple[str, ...]
    limit: str | None
    limit_latex: str
    limit_reason: str


@dataclass(frozen=True, slots=True)
class Definition(DifferenceQuotient):
    """The derivative as the limit of a difference quotient.

    `proved`: each line equals the one before, and the limit the derivative by the rules.
    """

    proved: bool


@dataclass(frozen=True, slots=True)
class DefinedDerivation(Derivation):
    """The result of `steps --definition`; without a definition, `obstacle` says why."""

    definition: Definition | None
    obstacle: str | None
