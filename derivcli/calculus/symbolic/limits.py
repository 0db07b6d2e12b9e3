"""Limits of formulas that have a hole, by SymPy."""

from __future__ import annotations

from typing import Any

import sympy

from derivcli.calculus.symbolic.expressions import SEEN_THROUGH, opaque, symbol, to_sympy
from derivcli.calculus.symbolic.trees import to_tree
from derivcli.language.tree import Node

MOST_OPERATIONS = 120  # of a formula: the limit of a longer one may take long
# Of these SymPy looks at one side only, or at none.
CUT = (sympy.Piecewise, sympy.Abs, sympy.sign, sympy.Max, sympy.Min, sympy.floor, sympy.atan2)


def limit(formula: Any, variable: str, place: Node) -> Node | None:
    """Return what a formula tends to from both sides, or None where SymPy cannot tell."""
    for name, elementary in {**SEEN_THROUGH, "lambertw": sympy.LambertW}.items():
        formula = formula.replace(opaque(name), elementary)
    ours = any(hasattr(type(each), "row") for each in formula.atoms(sympy.Function))
    if ours or formula.has(*CUT) or sympy.count_ops(formula) > MOST_OPERATIONS:
        return None
    w, there = symbol(variable), to_sympy(place)
    try:
        one, other = (sympy.limit(formula, w, there, side) for side in "+-")
        return to_tree(one) if one == other and one.is_finite and one.is_real else None
    except (ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError,
            ValueError, sympy.PoleError):  # fmt: skip
        return None  # SymPy stumbles over some formulas
