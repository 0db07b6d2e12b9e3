"""Constants: which number this is, exactly, and whether it is 0."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any

import sympy

from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import differ, enclosed, exact
from derivcli.calculus.hidden import hidden
from derivcli.calculus.symbolic.expressions import SEEN_THROUGH, opaque, to_sympy
from derivcli.calculus.symbolic.normal_form import have_one_form
from derivcli.calculus.symbolic.trees import to_tree
from derivcli.errors import DerivError, RefusedError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.limits import COMMAND_LINE, check
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
    Binary,
    Call,
    Name,
    Node,
    Program,
    fold,
    names,
    nodes,
    rebuild,
)

NEAR_DIGITS, FAR_DIGITS = 50, 10_000
FAR_NODES = 300  # of a tree that is computed to so many digits
LOUD = 10**6
SIMPLE, MODERATE = 20, 1_000  # operations and numbers that SymPy simplifies in a moment
SHORT = 80  # characters of an exact constant that is still worth printing


def _constant(tree: Node) -> Any:
    """Return a constant as SymPy's, or None where it would multiply out too large a number.

    SymPy stumbles over some, such as atan(tan(10**260)).
    """
    try:
        check(Program((Assignment("value", tree),)), COMMAND_LINE)
        return to_sympy(tree)
    except (RefusedError, RecursionError, ArithmeticError, AttributeError, TypeError, ValueError):
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
    # SymPy's digits of a part may be wrong: of erfinv(1 - 1e-300), the argument's are those of 1.
    right = not _is_apart(Binary("-", tree, short), NEAR_DIGITS)
    return short if right and len(text(short)) <= SHORT else None


def is_zero(tree: Node) -> bool | None:
    """Return whether a constant is exactly 0: True, False, or None where SymPy cannot tell."""
    try:
        answer: bool | None = _is_zero(tree)
    except RecursionError:
        return None
    return answer


def _is_apart(tree: Node, digits: int) -> bool:
    """Do so many digits tell the constant from 0?"""
    with exact(digits) as arithmetic, suppress(ArithmeticError, DerivError):
        return differ(evaluate(tree, {}, arithmetic), Fraction(0))
    return False


def _is_loud(tree: Node) -> bool:
    """Is there a function of a number so large that SymPy's digits of it may take for ever?"""
    arguments = [each for node in nodes(tree) if isinstance(node, Call) for each in node.arguments]
    with exact(NEAR_DIGITS) as arithmetic:
        try:
            values = [enclosed(evaluate(each, {}, arithmetic)) for each in arguments]
        except (ArithmeticError, DerivError):
            return True
        return any(not abs(value) < LOUD for value in values)


def _is_quick(tree: Node) -> bool:
    """Do ten thousand digits of the constant take no time worth speaking of?"""
    first = list(islice(nodes(tree), FAR_NODES + 1))
    slow = any(isinstance(node, Call) and FUNCTIONS[node.function].slow for node in first)
    return len(first) <= FAR_NODES and not slow


def _squares_cancel(value: Any) -> bool:
    """Is it c + u, next to 0, for a root u whose square is that of c?"""
    c, u = value.as_coeff_Add()
    if c == 0 or not any(abs(each.exp) == sympy.S.Half for each in u.atoms(sympy.Pow)):
        return False
    return have_one_form(u**2, c**2)


@lru_cache(maxsize=4096)
def _is_zero(tree: Node) -> bool | None:
    """Return whether a constant is 0, where each part makes a difference, or cancels as a name.

    To SymPy log(tanh(10**5)) is 0, as all the digits that it looks at are.
    """
    answer = _seems_zero(tree)
    unseen = hidden([tree], [(NEAR_DIGITS, {})]) if answer else []
    if unseen and _is_quick(tree):
        if _is_apart(tree, FAR_DIGITS):
            return False
        unseen = hidden([tree], [(FAR_DIGITS, {})])
    if not unseen:
        return answer
    free = {part: Name(f"part{index}") for index, part in enumerate(unseen)}
    rest = to_sympy(fold(tree, lambda node, parts: free.get(node) or rebuild(node, parts)))
    return True if rest == 0 or have_one_form(rest, sympy.S.Zero) else None


def _seems_zero(tree: Node) -> bool | None:
    if next(names(tree), None) is not None:
        return None
    if _is_apart(tree, NEAR_DIGITS):
        return False
    value = None if _is_loud(tree) else _constant(tree)
    if value is None or not value.is_number:
        return None
    for name, elementary in SEEN_THROUGH.items():
        value = value.replace(opaque(name), elementary)
    if value.is_zero is not None:
        return bool(value.is_zero)
    if have_one_form(value, sympy.S.Zero) or _squares_cancel(value):
        return True
    if _is_quick(tree) and _is_apart(tree, FAR_DIGITS):
        return False
    if value.count_ops() > SIMPLE or any(abs(n) > MODERATE for n in value.atoms(sympy.Rational)):
        return None
    try:
        return True if sympy.simplify(value) == 0 else None
    except (ArithmeticError, TypeError, ValueError):
        return None  # SymPy stumbles over some constants
