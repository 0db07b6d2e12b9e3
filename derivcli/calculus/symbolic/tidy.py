"""A shorter form of what the rules of calculus leave."""

from __future__ import annotations

from typing import Any

import sympy

SHORTER = 0.75  # a form this much shorter replaces what the rules of calculus leave
LARGEST_POWER = 12
TIDY_NODES = 120  # an expression beyond this is printed as the rules of calculus leave it
EXPAND = {"power_base": False, "power_exp": False, "log": False, "basic": False}


def tidy(expression: Any) -> Any:
    """Return another form, equal where the expression is defined, if it is much shorter.

    Multiplied out where that may cancel terms, as one fraction where a sum has denominators.
    """
    if not (expression.is_Add or expression.is_Mul):
        return expression
    size = _size(expression)
    if size > TIDY_NODES:
        return expression
    forms = [expression]
    sums = expression.is_Add and any(_has_sum(term) for term in expression.args)
    if sums and _terms(expression) <= TIDY_NODES:
        parts = (sympy.expand(term, deep=False, **EXPAND) for term in expression.args)
        forms.append(sympy.Add(*parts))
    if _has_nested_fraction(expression) and small_powers(expression):
        factored = sympy.factor(expression)
        forms.append(factored.replace(_is_root, lambda root: sympy.expand(root.base) ** root.exp))
    best = min(forms, key=_size)
    return best if _size(best) < SHORTER * size else expression


def _size(expression: Any) -> int:
    """Return how many nodes an expression has: a fair measure of how long its text is."""
    count, stack = 0, [expression]
    while stack:
        count += 1
        stack.extend(stack.pop().args)
    return count


def _has_sum(term: Any) -> bool:
    """Is a factor of the term a sum, or a power of one?"""
    factors = term.args if term.is_Mul else (term,)
    return any((factor.base if factor.is_Pow else factor).is_Add for factor in factors)


def _has_nested_fraction(expression: Any) -> bool:
    """Is there a fraction within a fraction: a sum over a sum in a sum, or 1/2 under the line?"""
    parts = expression.args if expression.is_Mul else (expression,)
    if any(_under_line(power) for part in parts if part.is_Add for power in part.atoms(sympy.Pow)):
        return True
    return any(
        not term.as_coeff_Mul()[0].is_Integer
        for part in parts
        if _under_line(part)
        for term in part.base.args
    )


def _under_line(expression: Any) -> bool:
    """Is this a sum in a denominator?"""
    return bool(
        expression.is_Pow
        and expression.base.is_Add
        and expression.exp.is_Rational
        and expression.exp.is_negative
    )


def _is_root(expression: Any) -> bool:
    return bool(expression.is_Pow and expression.exp.is_Rational and not expression.exp.is_Integer)


def small_powers(expression: Any) -> bool:
    """Is every whole exponent small enough for SymPy to multiply polynomials out?

    To SymPy exp(10**9*x) is a power of exp(x), too.
    """
    exponents = [power.exp for power in expression.atoms(sympy.Pow)]
    exponents += [
        term.as_coeff_Mul()[0]
        for call in expression.atoms(sympy.exp)
        for term in sympy.Add.make_args(call.exp)
    ]
    return all(abs(each) <= LARGEST_POWER for each in exponents if each.is_Rational)


def _terms(expression: Any) -> int:
    """Return an upper bound of the number of terms of the expanded expression."""
    if expression.is_Add:
        return sum(_terms(part) for part in expression.args)
    count = 1
    for factor in expression.args if expression.is_Mul else (expression,):
        if factor.is_Add:
            count *= _terms(factor)
        elif factor.is_Pow and factor.base.is_Add and factor.exp.is_Integer and factor.exp > 0:
            count *= _terms(factor.base) ** min(int(factor.exp), 20)
        if count > TIDY_NODES:
            return count
    return count
