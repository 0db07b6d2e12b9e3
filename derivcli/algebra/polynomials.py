"""Laurent polynomials over numbered atoms: what a region of entry-by-entry operations comes to."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from math import gcd

from derivcli.algebra.expressions import Rational, exact

Monomial = tuple[tuple[int, Rational], ...]  # (atom, exponent), by atom
Polynomial = dict[Monomial, Rational]  # monomial to coefficient, none of them 0
Frozen = tuple[tuple[Monomial, Rational], ...]

MOST_TERMS = 160
MOST_STEPS = 4_000  # terms by terms of one product
MOST_DIVISIONS = 400

ONE: Polynomial = {(): 1}


class TooLargeError(Exception):
    """The polynomial has more terms than are worked with."""


def joined(left: Monomial, right: Monomial) -> Monomial:
    """Return the product of two monomials."""
    if not left or not right:
        return left or right
    exponents = dict(left)
    for atom, exponent in right:
        both = exponents.get(atom, 0) + exponent
        if both:
            exponents[atom] = both
        else:
            del exponents[atom]
    return tuple(sorted(exponents.items()))


def inverse(monomial: Monomial) -> Monomial:
    """Return 1 over a monomial."""
    return tuple([(atom, -exponent) for atom, exponent in monomial])


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """Return the product. Raises TooLargeError."""
    if len(left) * len(right) > MOST_STEPS:
        raise TooLargeError
    product: Polynomial = {}
    for first, number in left.items():
        for second, other in right.items():
            both = joined(first, second)
            product[both] = product.get(both, 0) + number * other
    product = {monomial: number for monomial, number in product.items() if number}
    if len(product) > MOST_TERMS:
        raise TooLargeError
    return product


def plus(left: Polynomial, right: Polynomial) -> Polynomial:
    """Return the sum."""
    both = dict(left)
    for monomial, number in right.items():
        found = both.get(monomial, 0) + number
        if found:
            both[monomial] = found
        else:
            del both[monomial]
    return both


def shifted(polynomial: Polynomial, by: Monomial) -> Polynomial:
    """Return the product with a monomial."""
    if not by:
        return polynomial
    return {joined(monomial, by): number for monomial, number in polynomial.items()}


def content(polynomial: Polynomial, nested: Collection[int] = ()) -> tuple[Monomial, Polynomial]:
    """Return the monomial that all terms have in common, and the rest: (u + v) / w for u/w + v/w.

    What some term divides by is taken out, too; of `nested` atoms only what all terms divide by:
    u/w + v/w**2 is (u*w + v) / w**2, and (u + v/w) / w.
    """
    if len(polynomial) == 1:
        ((monomial, number),) = polynomial.items()
        return monomial, {(): number}
    found: dict[int, list[Rational]] = {}
    for monomial in polynomial:
        for atom, exponent in monomial:
            found.setdefault(atom, []).append(exponent)
    common = []
    for atom, exponents in sorted(found.items()):
        if len(exponents) < len(polynomial):
            exponents.append(0)
        low, high = min(exponents), max(exponents)
        least = min(high, 0) if low < 0 and atom in nested else low
        if least:
            common.append((atom, least))
    shared = tuple(common)
    return shared, shifted(polynomial, inverse(shared))


def number_content(polynomial: Polynomial) -> Rational:
    """Return the number that all coefficients have in common, below 0 where they all are."""
    found: Rational = 0
    for number in polynomial.values():
        top = gcd(found.numerator * number.denominator, number.numerator * found.denominator)
        found = Fraction(top, found.denominator * number.denominator)
    if all(number < 0 for number in polynomial.values()):
        found = -found
    return exact(found)


def _order(monomial: Monomial) -> tuple[Rational, tuple[tuple[int, Rational], ...]]:
    degree = sum((exponent for _, exponent in monomial), Fraction(0))
    return degree, tuple(sorted([(-atom, exponent) for atom, exponent in monomial], reverse=True))


def monic(polynomial: Polynomial) -> tuple[Rational, Polynomial]:
    """Return the leading coefficient, and the polynomial divided by it."""
    lead = polynomial[max(polynomial, key=_order)]
    return lead, {m: exact(Fraction(number) / lead) for m, number in polynomial.items()}


def quotient(polynomial: Polynomial, divisor: Polynomial) -> Polynomial | None:
    """Return the quotient of two polynomials without exponents below 0, or None."""
    lead = max(divisor, key=_order)
    found: Polynomial = {}
    rest = dict(polynomial)
    for _ in range(MOST_DIVISIONS):
        if not rest:
            return found
        first = max(rest, key=_order)
        monomial = joined(first, inverse(lead))
        if any(exponent < 0 for _, exponent in monomial):
            return None
        number = exact(Fraction(rest[first]) / divisor[lead])
        found[monomial] = exact(found.get(monomial, 0) + number)
        rest = plus(rest, {joined(monomial, m): -number * c for m, c in divisor.items()})
    return None


def frozen(polynomial: Polynomial) -> Frozen:
    """Return a polynomial as a key of a dictionary."""
    return tuple(sorted(polynomial.items()))
