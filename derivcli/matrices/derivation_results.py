"""The result of `steps` of a program of matrices: a derivation by differentials, as texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from derivcli.calculus.derivation.results import Rewriting, RuleStep, RuleText
from derivcli.language.broadcasting import Shape
from derivcli.matrices.results import ArrayStatement


@dataclass(frozen=True, slots=True)
class ArrayDerivation:
    """Rule by rule from the program to its gradient; a step says d(before) = after.

    `gathered` leads from dJ, as the last step leaves it, to dJ = sum(G * dX), where G is the
    gradient: `derivative`. Of all lines so many are `proved`, for all sizes that have a name; the
    others were compared with difference quotients at random points of random sizes.
    """

    schema: ClassVar[str] = "derivcli.steps/1"

    expression: str
    output: str
    variable: str
    variables: tuple[str, ...]
    shapes: Mapping[str, Shape]
    statements: tuple[ArrayStatement, ...]
    derivative: str
    latex: str
    shape: Shape
    steps: tuple[RuleStep, ...]
    gathered: tuple[Rewriting, ...]
    differentials: Mapping[str, str]
    verified: bool
    evidence: str
    lines: int
    proved: int
    rules: tuple[RuleText, ...]
