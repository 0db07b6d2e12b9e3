"""The derivatives of a program as trees, by SymPy, checked against the chain rule on numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from derivcli.calculus import nowhere, symbolic
from derivcli.calculus.arithmetic import Kink
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real, differ
from derivcli.calculus.slopes import slope_at
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.limits import COMMAND_LINE, Limits, check_inlined
from derivcli.language.text import text
from derivcli.language.tree import Node, Program, without_constants


class Derivatives:
    """The derivatives of one program, each found once: trees of the free variables."""

    def __init__(self, program: Program, limits: Limits = COMMAND_LINE) -> None:
        check_inlined(program, limits)
        self.program = program
        self.expression = nowhere.expression(program)
        self.trees: dict[tuple[str, int], Node] = {}
        self.crossed: dict[tuple[str, str], Node] = {}

    def tree(self, variable: str, order: int) -> Node:
        """Return the derivative's tree, in the shortest form found."""
        if (variable, order) not in self.trees:
            found = symbolic.derivative(self.expression, variable, order)
            self.trees[variable, order] = self._written(found)
        return self.trees[variable, order]

    def mixed(self, one: str, other: str) -> Node:
        """Return the tree of the second derivative by two variables, which may be the same."""
        if one == other:
            return self.tree(one, 2)
        first, second = sorted((one, other))
        if (first, second) not in self.crossed:
            slope = symbolic.derivative(self.expression, first)
            self.crossed[first, second] = self._written(symbolic.derivative(slope, second))
        return self.crossed[first, second]

    def _written(self, found: Any) -> Node:
        if symbolic.is_complex(found):
            raise RefusedError("the derivative is not real: it holds the square root of -1")
        try:
            tree = symbolic.to_tree(symbolic.tidy(found))
        except TypeError:
            raise RefusedError(
                "the derivative cannot be written with the functions of derivcli"
            ) from None
        return without_constants(tree, self.program.variables)


def smooth_slope(
    tree: Program | Node, values: Mapping[str, Real], variable: str, arithmetic: Exact
) -> Real | None:
    """Return the slope of a derivative's formula, or None where the formula is not smooth."""
    try:
        slope = slope_at(tree, values, variable, arithmetic).slope
    except (Kink, UndefinedError):
        return None
    return Fraction(0) if slope is None else slope


def confirmed(slope: Real, tree: Node, values: Mapping[str, Real], arithmetic: Exact) -> Real:
    """Return the value of a derivative's formula, checked against the slope by the chain rule."""
    try:
        value: Real = evaluate(tree, values, arithmetic)
    except (UndefinedError, RefusedError):
        return slope  # the formula has a hole, or overflows, where the function does not
    if differ(value, slope):
        raise AssertionError(f"SymPy's derivative {text(tree)} disagrees with the chain rule")
    return value
