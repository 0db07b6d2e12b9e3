"""The result of `steps`: a derivation, rule by rule, as text; and the rules themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from derivcli.calculus.results import Statement

SIMPLIFICATION = "simplification"  # the step from what the rules leave to what is printed


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule applied: the derivative of `before` by `variable` is `after`.

    `name` is set where the step belongs to a statement of a program. `remark` says what the
    letters stand for and where the rule does not hold.
    """

    rule: str
    variable: str
    before: str
    after: str
    before_latex: str
    after_latex: str
    remark: str
    steps: tuple[RuleStep, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Rewriting:
    """The derivative once more, rewritten by a rule of algebra."""

    rule: str
    text: str
    latex: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """The result of `steps`; `evidence` says how it is known that it agrees with SymPy.

    `simplification` leads, line by line, from what the last step leaves to the derivative as it is
    printed; there are none where these are the same.
    """

    schema: ClassVar[str] = "derivcli.steps/1"

    expression: str
    output: str
    variable: str
    variables: tuple[str, ...]
    statements: tuple[Statement, ...]
    derivative: str
    latex: str
    steps: tuple[RuleStep, ...]
    simplification: tuple[Rewriting, ...]
    verified: bool
    evidence: str
    samples: int
    rules: tuple[RuleText, ...]


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as it can be looked up: its formula, what it says, and where it is seen at work.

    Of matrices it is typed as NumPy's users do, and `shapes` are those of the example: X=nxn.
    """

    rule: str
    formula: str
    meaning: str
    example: str
    shapes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The result of `steps --rules`."""

    schema: ClassVar[str] = "derivcli.rules/1"

    rules: tuple[RuleText, ...]
