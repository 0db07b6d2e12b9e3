"""Constants: which number this is, exactly, and whether it is 0."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy

from derivcli.calculus.symbolic.expressions import opaque, to_sympy
from derivcli.calculus.symbolic.trees import to_tree
from derivcli.errors import RefusedError
from derivcli.language.limits import COMMAND_LINE, check
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
    Node,
    Program,
)

SHORT = 80  # characters of an exact constant that is still worth printing


def _constant(tree: Node) -> Any:
    """Return a constant as SymPy's, or None where it would multiply out too large a number."""
    try:
        check(Program((Assignment("value", tree),)), COMMAND_LINE)
        return to_sympy(tree)
    except (RefusedError, RecursionError):
        return None


def exact_value(tree: Node) -> Fraction | Node | None:
    """Return a constant as a Fraction, else as a short tree, else None."""
    value = _constant(tree)
    if value is None:
        return None
    if value.is_Rational:
        return Fraction(int(value.p), int(value.q))
    if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I):
        return None
    try:
        short = to_tree(value)
    except TypeError:
        return None
    return short if len(text(short)) <= SHORT else None


def is_zero(tree: Node) -> bool | None:
    """Return whether a constant is exactly 0: True, False, or None where SymPy cannot tell."""
    try:
        answer: bool | None = _is_zero(tree)
    except RecursionError:
        return None
    return answer


# Opaque functions that a proof may see through.
ELEMENTARY: dict[str, Callable[..., Any]] = {
    "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
    "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
    "silu": lambda u: u / (1 + sympy.exp(-u)),
    "gelu": lambda u: u * (1 + sympy.erf(u / sympy.sqrt(2))) / 2,
    "sinc": lambda u: sympy.sin(u) / u,
}


@lru_cache(maxsize=4096)
def _is_zero(tree: Node) -> bool | None:
    value = _constant(tree)
    if value is None or not value.is_number:
        return None
    for name, elementary in ELEMENTARY.items():
        value = value.replace(opaque(name), elementary)
    if value.is_zero is not None:
        return bool(value.is_zero)
    if any(hasattr(type(each), "row") for each in value.atoms(sympy.Function)):
        return None  # SymPy can only compute its digits, and takes its time
    try:
        answer = value.equals(0)
    except (ArithmeticError, TypeError, ValueError):
        return None  # SymPy stumbles over some constants
    return None if answer is None else bool(answer)
