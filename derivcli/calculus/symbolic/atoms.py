"""Are two expressions one and the same? Their difference multiplied out, in a few atoms.

An atom is what is not taken apart: a symbol, a call, a root, 1/u for a denominator u.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy.polys.rings import PolyRing


def same(one: Any, other: Any) -> bool:
    """Return whether two expressions are proved equal wherever both have a value.

    Their difference is multiplied out, and cleared of denominators if it is not 0 without that.
    False says nothing.
    """
    if one == other:
        return True
    return not _Polynomials((one, other)).difference(one, other)


class _Polynomials:
    """Expressions as polynomials in the atoms of some of them, over the rationals."""

    def __init__(self, expressions: tuple[Any, ...]) -> None:
        self.atoms: dict[Any, int] = {}
        self.inverses: dict[Any, int] = {}  # the number of the atom that is 1 over the key
        self._seen: set[Any] = set()
        for each in expressions:
            self._collect(each)
        names = [f"a{number}" for number in range(len(self.atoms) + len(self.inverses))]
        self.ring = PolyRing(names or ["a0"], sympy.QQ, sympy.polys.orderings.lex)
        self.known: dict[Any, Any] = {}

    def _collect(self, expression: Any) -> None:
        """Number the atoms; what a denominator is made of, before 1 over it."""
        if expression in self._seen:
            return
        self._seen.add(expression)
        if (canonical := _canonical(expression)) != expression:
            self._collect(canonical)
        elif expression.is_Add or expression.is_Mul:
            for part in expression.args:
                self._collect(part)
        elif not expression.is_Rational:
            for base, exponent in _powers(expression):
                if base == expression:
                    self.atoms[base] = len(self.atoms) + len(self.inverses)
                    continue
                self._collect(base)
                if exponent < 0 and base not in self.inverses:
                    self.inverses[base] = len(self.atoms) + len(self.inverses)

    def polynomial(self, expression: Any) -> Any:
        """Return an expression multiplied out."""
        found = self.known.get(expression)
        if found is None:
            found = self.known[expression] = self._polynomial(expression)
        return found

    def _polynomial(self, expression: Any) -> Any:
        if expression.is_Rational:
            return self.ring.ground_new(sympy.QQ(int(expression.p), int(expression.q)))
        if expression in self.atoms:
            return self.ring.gens[self.atoms[expression]]
        if expression.is_Add:
            total = self.ring.zero
            for part in expression.args:
                total += self.polynomial(part)
            return total
        if (canonical := _canonical(expression)) != expression:
            return self.polynomial(canonical)
        product = self.ring.one
        if expression.is_Mul:
            for part in expression.args:
                product *= self.polynomial(part)
            return product
        for base, exponent in _powers(expression):
            inverse = exponent < 0
            atom = self.ring.gens[self.inverses[base]] if inverse else self.polynomial(base)
            product *= atom ** abs(exponent)
        return product

    def difference(self, one: Any, other: Any) -> Any:
        """Return one - other as a polynomial, cleared of denominators unless it is 0 before."""
        rest = self.polynomial(one) - self.polynomial(other)
        for base, number in reversed(self.inverses.items()):
            below = self.polynomial(base)
            if not rest or not below:  # 1/0 has no value, and proves nothing
                break
            rest = self._times(rest, number, below)
        return rest

    def _times(self, polynomial: Any, number: int, base: Any) -> Any:
        """Return the polynomial times base**n, n being the degree of the atom that is 1/base."""
        parts: dict[int, Any] = {}
        for powers, coefficient in polynomial.terms():
            rest = (*powers[:number], 0, *powers[number + 1 :])
            part = parts.setdefault(powers[number], self.ring.zero)
            part[rest] = coefficient
        degree = max(parts)
        total = self.ring.zero
        for power, part in parts.items():
            total += part * base ** (degree - power)
        return total


def _canonical(expression: Any) -> Any:
    """Return erf or erfc with its argument multiplied out, so that SymPy sees which sign it has."""
    if not isinstance(expression, sympy.erf | sympy.erfc):
        return expression
    return expression.func(sympy.expand(expression.args[0], deep=False))


def _powers(expression: Any) -> list[tuple[Any, int]]:
    """Return whole powers whose product this is: exp(z - 2*w) is exp(z) * exp(w)**-2."""
    if expression.is_Pow and expression.exp.is_Integer:
        return [(expression.base, int(expression.exp))]
    if not isinstance(expression, sympy.exp):
        return [(expression, 1)]
    found = []
    for term in sympy.Add.make_args(expression.args[0]):
        number, rest = term.as_coeff_Mul(rational=True)
        found.append((sympy.exp(rest / number.q), int(number.p)))
    return found
