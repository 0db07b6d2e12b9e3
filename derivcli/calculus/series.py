"""What an expression does just beside a point: its expansion in powers of the distance h > 0.

An arithmetic like any other, so that ties, edges and jumps are decided as they are met: the sign
of a series is that of its first term. Exponents are fractions, as of sqrt(h); coefficients are
exact numbers. What has no such expansion, as sin(1/h), is Unexpanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import repeat

from derivcli.calculus.arithmetic import (
    DIVISION,
    NOT_REAL,
    TooLarge,
    Undefined,
    Unexpanded,
)
from derivcli.calculus.evaluate import check_domain, formula, inner
from derivcli.calculus.exact import Ball, Exact, Real, decimal_ends
from derivcli.language.functions import Function
from derivcli.language.tree import Call, Node, nodes

ORDER = Fraction(6)  # from this power of h on, nothing is known of what a function makes
MOST_TERMS = 40
EXPONENT_DIGITS = 10

Terms = Mapping[Fraction, Real]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A sum of c*h**e, exact where `order` is None, else known up to O(h**order)."""

    terms: Terms
    order: Fraction | None
    exact: Exact

    @property
    def first(self) -> Fraction:
        """The least exponent; raises Unexpanded where nothing but the order is known."""
        if not self.terms:
            raise Unexpanded
        return min(self.terms)

    def at(self, exponent: int) -> Real:
        """Return a coefficient; raises Unexpanded where it is not known."""
        if self.order is not None and self.order <= exponent:
            raise Unexpanded
        return self.terms.get(Fraction(exponent), Fraction(0))

    def cut(self, order: Fraction | None) -> Series:
        """Return what is left where nothing is known from this order on."""
        if order is None or (self.order is not None and self.order <= order):
            return self
        return Series({e: c for e, c in self.terms.items() if e < order}, order, self.exact)

    def shifted(self, by: Fraction) -> Series:
        """Return the series times h**by."""
        order = None if self.order is None else self.order + by
        return Series({e + by: c for e, c in self.terms.items()}, order, self.exact)

    def scaled(self, factor: Real) -> Series:
        """Return a multiple by a number other than 0."""
        terms = {e: c * factor for e, c in self.terms.items()}
        return Series(terms, self.order, self.exact)

    def slope(self) -> Series:
        """Return the derivative by h."""
        terms = {e - 1: c * e for e, c in self.terms.items() if e}
        return Series(terms, None if self.order is None else self.order - 1, self.exact)

    def integral(self) -> Series:
        """Return the integral from 0 to h."""
        if any(e <= -1 for e in self.terms) or (self.order is not None and self.order <= -1):
            raise Unexpanded
        terms = {e + 1: c / (e + 1) for e, c in self.terms.items()}
        return Series(terms, None if self.order is None else self.order + 1, self.exact)

    def __neg__(self) -> Series:
        return Series({e: -c for e, c in self.terms.items()}, self.order, self.exact)

    def __add__(self, other: Series) -> Series:
        order = _least(self.order, other.order)
        terms = dict(self.terms)
        for e, c in other.terms.items():
            terms[e] = terms[e] + c if e in terms else c
        kept = {e: c for e, c in terms.items() if order is None or e < order}
        return Series({e: c for e, c in kept.items() if self.exact.sign(c)}, order, self.exact)

    def __sub__(self, other: Series) -> Series:
        return self + -other

    def __mul__(self, other: Series) -> Series:
        if self.is_nothing or other.is_nothing:
            return Series({}, None, self.exact)
        total = Series({}, _least(self._reach(other), other._reach(self)), self.exact)
        if len(self.terms) * len(other.terms) > MOST_TERMS**2:
            raise Unexpanded
        for e, c in self.terms.items():
            total = total + Series(other.terms, None, self.exact).shifted(e).scaled(c)
        return total

    def __truediv__(self, other: Series) -> Series:
        return self * other.power(Fraction(-1))

    @property
    def is_nothing(self) -> bool:
        """Is it exactly 0?"""
        return not self.terms and self.order is None

    def _reach(self, other: Series) -> Fraction | None:
        """Return from which order on nothing is known of a product, because of this factor."""
        if self.order is None:
            return None
        return self.order + (other.first if other.terms else other.order or 0)

    def power(self, exponent: Fraction) -> Series:
        """Return a power of a series whose first term is positive, or of any to a whole one."""
        first = self.first
        head = self.terms[first]
        if len(self.terms) == 1 and self.order is None:
            terms = {first * exponent: self.exact.power(head, exponent)}
            return Series(terms, None, self.exact)
        whole = self.order is None and exponent.denominator == 1 and exponent > 0
        if whole and (len(self.terms) - 1) * exponent < MOST_TERMS:  # exact: w**2 ties with w*w
            return reduce(Series.__mul__, repeat(self, int(exponent)))
        rest = (self + Series({first: -head}, None, self.exact)).shifted(-first)
        rest = rest.scaled(Fraction(1) / head).cut(ORDER)
        total = one = Series({Fraction(0): Fraction(1)}, None, self.exact)
        term, count = one, 0
        while term.terms and count * (rest.first if rest.terms else ORDER) < ORDER:
            count += 1
            factor = (exponent - count + 1) / count
            if not factor:
                break
            term = (term * rest).scaled(factor)
            total = total + term
        else:
            total = total.cut(ORDER) if rest.terms else total.cut(rest.order)
        return total.shifted(first * exponent).scaled(self.exact.power(head, exponent))


def _least(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return one if other is None else other if one is None else min(one, other)


def _is_call_of(row: Function, node: Node) -> bool:
    return isinstance(node, Call) and node.function == row.name


class Beside:
    """The arithmetic of series, whose coefficients are exact numbers."""

    def __init__(self, exact: Exact) -> None:
        self.exact = exact

    def real(self, value: Real) -> Series:
        """Return a number as a series."""
        return Series({Fraction(0): value} if self.exact.sign(value) else {}, None, self.exact)

    def beside(self, value: Real, side: int) -> Series:
        """Return the number that is h to the right of a value, or to the left."""
        return self.real(value) + Series({Fraction(1): Fraction(side)}, None, self.exact)

    def constant(self, value: Fraction) -> Series:
        return self.real(value)

    def named(self, name: str) -> Series:
        return self.real(self.exact.named(name))

    def sign(self, value: Series) -> int:
        return 0 if value.is_nothing else self.exact.sign(value.terms[value.first])

    def checked(self, value: Series) -> Series:
        if len(value.terms) > MOST_TERMS:
            raise Unexpanded
        return value

    def power(self, base: Series, exponent: Series) -> Series:
        if exponent.order is not None or exponent.terms.keys() - {0}:
            raise Unexpanded
        number = exponent.at(0)
        if not isinstance(number, Fraction):
            if len(base.terms) > 1 or base.order is not None or base.terms.keys() - {0}:
                return self._bound(base, number)
            return self.real(self.exact.power(base.at(0), number))
        return self._power(base, number)

    def _bound(self, base: Series, exponent: Ball) -> Series:
        """Return what is known of |h|**pi: that it is 0 up to a power of h a little below."""
        if base.first <= 0 or self.sign(base) < 0 or self.exact.sign(exponent) <= 0:
            raise Unexpanded
        low, _ = decimal_ends(exponent, EXPONENT_DIGITS)
        return Series({}, base.first * Fraction(low), self.exact)

    def _power(self, base: Series, exponent: Fraction) -> Series:
        if exponent == 0:
            return self.real(Fraction(1))
        if base.is_nothing:
            if exponent < 0:
                raise Undefined(DIVISION)
            return base
        if not base.terms and base.order is not None and exponent.denominator == 1 and exponent > 0:
            return Series({}, base.order * exponent, self.exact)
        if exponent.denominator != 1 and self.sign(base) < 0:
            raise Undefined(NOT_REAL)
        return base.power(exponent)

    def primitive(self, row: Function, arguments: tuple[Series, ...]) -> Series:
        if row.exponent is not None:  # a root; of negative numbers, too, where it is odd
            (base,) = arguments
            negative = self.sign(base) < 0
            root = self._power(-base if negative else base, row.exponent)
            return -root if negative else root
        if any(e < 0 for u in arguments for e in u.terms):
            raise Unexpanded
        there = tuple(u.at(0) for u in arguments)
        if row.name == "floor":
            (u,) = arguments
            floor = self.real(self.exact.primitive(row, there))
            # Just below a whole number, the largest one below is the next.
            return floor if self.sign(u - floor) >= 0 else floor - self.real(Fraction(1))
        named = dict(zip(row.parameters, there, strict=True))
        try:
            check_domain(row, named, self.exact)
        except (Undefined, TooLarge):  # log(h) has no expansion
            raise Unexpanded from None
        if all(self.exact.sign(inner(kink, named, self.exact)) for kink in row.kinks):
            smooth = True
        elif {*row.kinks} <= {*row.nonnegative}:  # continuous at its edge
            smooth = False
        else:
            raise Unexpanded
        return self._integrated(row, arguments, there, smooth=smooth)

    def _integrated(
        self, row: Function, arguments: tuple[Series, ...], there: tuple[Real, ...], *, smooth: bool
    ) -> Series:
        """Return f(u) as f there, and the integral of f'(u)*u' from there."""
        start = self.real(self.exact.primitive(row, there))
        steps = [e for u in arguments for e in u.terms if e > 0]
        steps += [u.order for u in arguments if u.order is not None]
        if not steps:
            return start
        step = min(steps)
        order = min([ORDER, *(u.order for u in arguments if u.order is not None)])
        if order <= step and smooth:
            return start.cut(step)
        less = arguments
        if smooth:
            less = tuple(u.cut(order - step) for u in arguments)
        elif any(_is_call_of(row, node) for each in row.partials for node in nodes(formula(each))):
            raise Unexpanded  # it would never come to an end
        total = start
        for u, partial in zip(arguments, row.partials, strict=True):
            moved = u.slope()
            if not moved.is_nothing:
                named = dict(zip(row.parameters, less, strict=True))
                total = total + (inner(partial, named, self) * moved).integral()
        return total.cut(ORDER)
