"""Sums of powers of variables as one closure: most cost functions of a course, and their slopes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# Coefficients by (index of the variable, power); () is the constant term.
Monomials = Mapping[tuple[int, ...], float]
Closure = Callable[[Any], Any]


def fused(terms: Monomials, *, alone: bool) -> Closure | None:
    """Return one closure for a sum of powers, or None where none is faster.

    With one variable, a polynomial up to degree 4 by Horner's rule; with several, a sum of up to
    three variables, each times a constant.
    """
    if not terms:
        return None
    constant = terms.get((), 0.0)
    powers = [key for key in terms if key]
    if alone:
        degree = max((power for _, power in powers), default=0)
        coefficients = [constant, *(terms.get((0, each), 0.0) for each in range(1, degree + 1))]
        return POLYNOMIALS[degree](*coefficients) if degree in POLYNOMIALS else None
    if any(power != 1 for _, power in powers):
        return None
    linear = [(index, terms[index, 1]) for index, _ in powers]
    return LINEAR[len(linear)](constant, *linear) if len(linear) in LINEAR else None


def _first(c: float, b: float) -> Closure:
    if c == 0:
        return (lambda w: w) if b == 1 else (lambda w: b * w)
    return (lambda w: w + c) if b == 1 else (lambda w: b * w + c)


def _second(c: float, b: float, a: float) -> Closure:
    if b == c == 0:
        return (lambda w: w * w) if a == 1 else (lambda w: a * (w * w))
    if b == 0:
        return lambda w: a * (w * w) + c
    return lambda w: (a * w + b) * w + c


def _third(d: float, c: float, b: float, a: float) -> Closure:
    if b == d == 0:
        return lambda w: (a * (w * w) + c) * w
    return lambda w: ((a * w + b) * w + c) * w + d


def _fourth(e: float, d: float, c: float, b: float, a: float) -> Closure:
    return lambda w: (((a * w + b) * w + c) * w + d) * w + e


POLYNOMIALS: dict[int, Callable[..., Closure]] = {1: _first, 2: _second, 3: _third, 4: _fourth}

Term = tuple[int, float]  # the index of a variable, and its coefficient


def _one(constant: float, term: Term) -> Closure:
    i, a = term
    if constant == 0:
        return lambda p: a * p[i]
    return lambda p: a * p[i] + constant


def _two(constant: float, *terms: Term) -> Closure:
    (i, a), (j, b) = terms
    if b == 1:
        return lambda p: a * p[i] + p[j] + constant
    if a == 1:
        return lambda p: p[i] + b * p[j] + constant
    return lambda p: a * p[i] + b * p[j] + constant


def is_linear_pair(terms: Monomials) -> bool:
    """Is this a sum of two variables, each times a constant, and a constant?"""
    powers = [key for key in terms if key]
    return len(powers) == 2 and all(power == 1 for _, power in powers)


def scaled_pair(terms: Monomials, factor: float) -> Closure:
    """Return a constant times a sum of two variables, in one closure."""
    constant = terms.get((), 0.0)
    (i, a), (j, b) = ((key[0], terms[key]) for key in terms if key)
    return lambda p: factor * (a * p[i] + b * p[j] + constant)


def _three(constant: float, *terms: Term) -> Closure:
    (i, a), (j, b), (k, c) = terms
    return lambda p: a * p[i] + b * p[j] + c * p[k] + constant


LINEAR: dict[int, Callable[..., Closure]] = {1: _one, 2: _two, 3: _three}
