"""Hints to a derivative, made from its derivation: the rule, the first step, the whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from derivcli.calculus.derivation.results import SIMPLIFICATION, Derivation, RuleStep
from derivcli.calculus.results import Statement
from derivcli.errors import ExitStatus

if TYPE_CHECKING:
    from derivcli.exercises.gradients.verdict import GradientVerdict
    from derivcli.exercises.verdict import Verdict

HINTS = 3
LETTER = re.compile(r"\bu\b")  # a rule that has no u is told in words


@dataclass(frozen=True, slots=True)
class Lettered:
    """A part of the expression, by the letter that the rule has for it."""

    letter: str
    text: str
    latex: str


@dataclass(frozen=True, slots=True)
class Hint:
    """The result of `check --hint`: the verdict on an answer, if one was given, and a hint.

    `rule` comes first, and `parts` are what it is applied to. `formula` is the rule's own; None
    where that would be the derivative itself. The second hint has a `step`, or the rule's name
    for the first part in `first_rule` where the step would be all of it, or neither where there
    is but one step; the third has the `derivation`.
    """

    schema: ClassVar[str] = "derivcli.hint/1"

    expression: str
    output: str
    variable: str
    variables: tuple[str, ...]
    statements: tuple[Statement, ...]
    hint: int
    rule: str
    formula: str | None
    parts: tuple[Lettered, ...]
    first_rule: str | None
    first_part: Lettered | None
    step: RuleStep | None
    derivation: Derivation | None
    verdict: Verdict | GradientVerdict | None

    @property
    def status(self) -> ExitStatus:
        """That of the verdict; 0 where no answer was given."""
        return ExitStatus.ANSWERED if self.verdict is None else self.verdict.status


def hint_of(
    derivation: Derivation, number: int, verdict: Verdict | GradientVerdict | None = None
) -> Hint:
    """Return the hint of a number, from 1 to HINTS, beside a verdict that is hidden."""
    top = [step for step in derivation.steps if step.rule != SIMPLIFICATION][-1]
    formula = next((each.formula for each in derivation.rules if each.rule == top.rule), None)
    moving = [each for each in top.steps if each.after != "0"] or [*top.steps]
    first = moving[0] if moving and number == 2 else None
    # Where no other part moves, the first step is the derivative itself.
    tells_all = first is not None and first.after in (top.after, derivation.derivative)
    return Hint(
        derivation.expression,
        derivation.output,
        derivation.variable,
        derivation.variables,
        derivation.statements,
        number,
        top.rule,
        formula if _is_general(top) else None,
        _parts(top) if formula is not None and LETTER.search(formula) else (),
        None if first is None else first.rule,
        None if first is None else Lettered("u", first.before, first.before_latex),
        None if tells_all else first,
        derivation if number == HINTS else None,
        verdict,
    )


def _is_general(step: RuleStep) -> bool:
    """Is the formula of a rule still to be applied: of u**n to w**3, but not of sin(u) to sin(w)?

    Nor is it where it says itself that the derivative is 0.
    """
    if step.after == "0":
        return False
    return bool(step.steps) or step.rule in ("power rule", "exponential rule")


def _parts(step: RuleStep) -> tuple[Lettered, ...]:
    """Return what the letters of a rule stand for."""
    if step.rule == "chain rule":
        outside, inside = step.steps
        return (
            Lettered(f"f({outside.variable})", outside.before, outside.before_latex),
            Lettered(outside.variable, inside.before, inside.before_latex),
        )
    letters = ("u", "v") if len(step.steps) <= 2 else ()
    return tuple(
        Lettered(letter, each.before, each.before_latex)
        for letter, each in zip(letters, step.steps, strict=False)
    )
