"""A normal form that proves two expressions equal wherever both are real.

Every function is replaced by a kernel: an unknown that stands for sin(u), exp(u), sqrt(u) or
log|u|, together with the one equation that it satisfies (cos(u)**2 = 1 - sin(u)**2,
sqrt(u)**2 = u). Two expressions are equal if the numerator of their difference reduces to 0 by
these equations. Where the sign of an expression matters, for |u| or for the piece of a piecewise
function, both signs are gone through one after the other; what sqrt and log say of signs holds
only where they stand in a piece that is taken. All that is assumed holds off single points.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import lcm
from typing import Any

import sympy
from sympy.polys.polyerrors import BasePolynomialError

from derivcli.calculus.evaluate import formula
from derivcli.calculus.symbolic.expressions import to_sympy
from derivcli.calculus.symbolic.kernels import (
    COSINE,
    LARGEST_TERMS,
    SINE,
    Empty,
    Kernels,
    SignNeeded,
)
from derivcli.calculus.symbolic.rewriting import (
    REWRITTEN,
    Intractable,
    angle_shares,
    factored,
    is_negative,
    large_units,
    multiples,
    terms,
)
from derivcli.language.functions import Function

LARGEST_POWER = 40  # a power beyond this is not multiplied out
LARGEST_DEGREE = 200  # of a root: its kernel is reduced from there on
LARGEST_MULTIPLE = 12  # likewise for sin(n*u)
MOST_SIGNS = 6  # undecided signs that are gone through

Known = Sequence[tuple[Any, int]]


def have_one_form(one: Any, other: Any, known: Known = ()) -> bool:
    """Return whether the normal form proves two SymPy expressions equal; False says nothing.

    Equal, that is, where some expressions are positive (1) or negative (-1): perhaps nowhere.
    """
    try:
        found = _vanishes(one - other, {}, known)
    except (Intractable, BasePolynomialError, RecursionError):
        return False
    return found is True or (found is None and bool(known))


def _vanishes(difference: Any, signs: dict[Any, int], known: Known) -> bool | None:
    """Return whether an expression is 0 wherever it is real, under some signs; None if nowhere."""
    try:
        return _NormalForm(difference, signs, known).vanishes(known)
    except Empty:
        return None
    except SignNeeded as needed:
        if len(signs) >= MOST_SIGNS:
            raise Intractable from None
        found = [_vanishes(difference, {**signs, needed.u: sign}, known) for sign in (1, -1)]
    if False in found:
        return False
    return True if True in found else None


class _NormalForm(Kernels):
    """One expression as a rational function of variables and kernels."""

    def __init__(self, expression: Any, signs: dict[Any, int], known: Known) -> None:
        super().__init__(signs)
        self.expression = expression
        self.done: dict[Any, Any] = {}
        everything = sympy.Tuple(expression, *(u for u, _ in known))
        self.shares = angle_shares(everything)
        self.units = large_units(everything, LARGEST_POWER)

    def vanishes(self, known: Known) -> bool:
        strict = sympy.S.One
        for u, sign in sorted(known, key=lambda each: each[1] != 0):
            numerator, denominator = sympy.fraction(self._canonical(u))
            product = sympy.expand(numerator * denominator)
            if sign == 0:
                self.learn_zero(product)
                continue
            if self.reduced(product) == 0:
                raise Empty
            self.learn(product, sign)
            strict = sympy.expand(strict * product)
        if terms(strict) < LARGEST_TERMS and self.reduced(strict) == 0:
            raise Empty  # as sin(u) - 1 and sin(u) + 1 where cos(u) is 0
        difference = self.convert(self.expression)
        difference = difference.xreplace(self._split_roots())
        for u, sign in tuple(self.products):  # their factors may have become known
            self.learn(u, sign)
            rest = self.reduced(sympy.expand(u))
            if rest == 0:
                raise Empty
            self.learn(rest, sign)
        numerator = sympy.together(difference).as_numer_denom()[0]
        return bool(self.reduced(numerator) == 0)

    def _split_roots(self) -> dict[Any, Any]:
        """Return sqrt(u*v) as sqrt(u)*sqrt(v) where both factors are known to be positive."""
        split: dict[Any, Any] = {}
        for kernel, (kind, u) in list(self.meaning.items()):
            if not kind.startswith("root"):
                continue
            factors = [self.positive(factor) for factor, _ in factored(u)[1]]
            known = [factor for factor in factors if factor is not None]
            if len(known) > 1 and sympy.expand(sympy.Mul(*known) - u) == 0:
                degree = int(kind[4:])
                split[kernel] = sympy.Mul(*(self._root(factor, degree) for factor in known))
        return split

    def convert(self, expression: Any) -> Any:
        """Return the expression as a rational function of variables and kernels."""
        if expression not in self.done:
            self.done[expression] = self._converted(expression)
        return self.done[expression]

    def _converted(self, expression: Any) -> Any:
        if expression.is_Rational or expression.is_Symbol:
            return expression
        if expression.is_Add or expression.is_Mul:
            return expression.func(*map(self.convert, expression.args))
        if expression is sympy.E:
            return self._exp(sympy.S.One)
        if expression.is_Pow:
            return self._power(*expression.as_base_exp())
        if isinstance(expression, sympy.Piecewise):
            return self._piecewise(expression)
        if not isinstance(expression, sympy.Function):
            return self.kernel("constant", expression)
        row: Function | None = getattr(type(expression), "row", None)
        if row is not None:
            return self._row(row, expression)
        name = type(expression).__name__
        seen_through = REWRITTEN.get(name)
        if seen_through is not None:
            return self.convert(seen_through(*expression.args))
        arguments = tuple(self._canonical(argument) for argument in expression.args)
        match expression:
            case sympy.exp():
                return self._exp(arguments[0])
            case sympy.log():
                return self._log(arguments[0])
            case sympy.sin():
                return self._sine_cosine(arguments[0])[0]
            case sympy.cos():
                return self._sine_cosine(arguments[0])[1]
            case sympy.Abs():
                return arguments[0] * self.sign(arguments[0])
            case sympy.sign():
                return sympy.Integer(self.sign(arguments[0]))
            case _ if _is_odd(expression.func) and is_negative(arguments[0]):
                return -self.kernel(name, -arguments[0])
        return self.kernel(name, *arguments)

    def _canonical(self, expression: Any) -> Any:
        """Return one form for all that are equal as rational functions of the kernels."""
        converted = self.convert(expression)
        if converted.is_Rational or converted.is_Symbol:
            return converted
        if terms(converted) > LARGEST_TERMS // 10:
            raise Intractable
        return sympy.cancel(sympy.together(converted))

    def _row(self, row: Function, expression: Any) -> Any:
        """Return a function of the table: seen through where it has an elementary meaning."""
        if row.name == "heaviside":
            return sympy.Rational(1 + self.sign(self._canonical(expression.args[0])), 2)
        if row.name == "cbrt":
            return self._real_root(self._canonical(expression.args[0]), 3)
        source = row.elementary or row.definition
        if source is not None:
            values = dict(zip(row.parameters, expression.args, strict=True))
            return self.convert(to_sympy(formula(source), values))
        return self.kernel(row.name, *(self._canonical(each) for each in expression.args))

    # Powers

    def _power(self, base: Any, exponent: Any) -> Any:
        if not exponent.is_Rational and base is not sympy.E:
            exponent = self._canonical(exponent)  # may turn out to be a number
        if exponent.is_Integer:
            if abs(exponent) > LARGEST_POWER:
                raise Intractable
            inner = self.convert(base)
            if inner == 0 and exponent < 0:
                raise Empty
            return inner**exponent
        if base is sympy.E:
            return self._exp(self._canonical(exponent))
        if exponent.is_Rational:
            return self._root(self._canonical(base), int(exponent.q)) ** int(exponent.p)
        if any(self.meaning.get(k, ("",))[0] == "floor" for k in exponent.free_symbols):
            raise Intractable  # a whole exponent takes a negative base, too
        logarithm = self.convert(sympy.log(base))
        return self._exp(sympy.cancel(sympy.together(exponent * logarithm)))

    def _root(self, u: Any, degree: int) -> Any:
        """Return u**(1/degree) for u >= 0, squares and the like drawn out in front."""
        if degree > LARGEST_DEGREE:
            raise Intractable
        numerator, denominator = sympy.fraction(sympy.together(u))
        self.learn(sympy.expand(numerator * denominator), 1)
        if degree % 2:
            return self._real_root(u, degree)
        if denominator != 1:
            lifted = self._root(sympy.expand(numerator * denominator ** (degree - 1)), degree)
            return lifted / (denominator * self.sign(denominator))
        content, factors = factored(numerator)
        outside, inside = sympy.S.One, sympy.S.One
        for factor, power in factors:
            outer, inner = divmod(power, degree)
            outside *= (factor * self.sign(factor)) ** outer if outer else sympy.S.One
            inside *= factor**inner
        if content < 0:
            content, inside = -content, -inside
        outside *= self._root_of_number(content, degree)
        if inside == 1:
            return outside
        inside = sympy.expand(inside)
        if inside.is_Rational:  # sqrt(-f**2)
            raise Empty
        return outside * self._root_kernel(inside, degree)

    def _real_root(self, u: Any, degree: int) -> Any:
        """Return the root of an odd degree, which has the sign of u."""
        numerator, denominator = sympy.fraction(sympy.together(u))
        lifted = sympy.expand(numerator * denominator ** (degree - 1))
        if lifted == 0:
            return sympy.S.Zero
        if is_negative(lifted):
            return -self._real_root(-u, degree)
        content, primitive = lifted.as_content_primitive()
        outside = self._root_of_number(content, degree) / denominator
        return outside * (self._root_kernel(primitive, degree) if primitive != 1 else 1)

    def _root_kernel(self, u: Any, degree: int) -> Any:
        fresh = (f"root{degree}", u) not in self.found
        kernel = self.kernel(f"root{degree}", u)
        if fresh:
            self.reductions.append((kernel, degree, u))
            if degree % 2 == 0:
                self.signs[kernel] = 1
        return kernel

    def _root_of_number(self, number: Any, degree: int) -> Any:
        if not number.is_Rational:
            raise Intractable
        result = sympy.S.One
        for prime, power in sympy.factorint(number.p).items():
            outer, inner = divmod(power, degree)
            result *= sympy.Integer(prime) ** outer
            if inner:
                result *= self._root_kernel(sympy.Integer(prime), degree) ** inner
        if number.q > 1:
            result /= self._root_of_number(sympy.Integer(number.q), degree)
        return result

    def _exp(self, u: Any) -> Any:
        """Return exp(u), as a product over the terms of u; exp(k*log|x|) is |x|**k."""
        result = sympy.S.One
        for factor, part in multiples(u):
            unit = self.units.get(part, sympy.S.One)
            coefficient, rest = factor / unit, unit * part
            if not coefficient.is_Rational or abs(coefficient.p) > LARGEST_POWER:
                raise Intractable
            if coefficient == 0:
                continue
            kind, inner = self.meaning.get(rest, ("", None))
            if kind == "log":
                base = inner * self.sign(inner)
            elif kind == "LambertW":
                base = inner / rest
            else:
                base = self.kernel("exp", sympy.cancel(rest))
                self.signs[base] = 1
            if coefficient.q > 1:
                base = self._root(base, int(coefficient.q))
            result *= base ** int(coefficient.p)
        return result

    def _log(self, u: Any) -> Any:
        """Return log(u), u > 0, as a sum of log|factor| over the factors of u."""
        numerator, denominator = sympy.fraction(sympy.together(u))
        self.learn(sympy.expand(numerator * denominator), 1)
        return self._log_size(numerator) - self._log_size(denominator)

    def _log_size(self, polynomial: Any) -> Any:
        """Return log|u| for a polynomial in variables and kernels."""
        content, factors = factored(polynomial)
        result = sympy.S.Zero
        for prime, power in sympy.factorint(abs(content).p).items():
            result += power * self.kernel("log", sympy.Integer(prime))
        for prime, power in sympy.factorint(content.q).items():
            result -= power * self.kernel("log", sympy.Integer(prime))
        for factor, power in factors:
            kind, inner = self.meaning.get(factor, ("", None))
            if kind == "exp":
                result += power * inner
            elif kind.startswith("root"):
                result += power * self._log_size(inner) / int(kind[4:])
            else:
                result += power * self.kernel("log", -factor if is_negative(factor) else factor)
        return result

    # Sines

    def _sine_cosine(self, u: Any) -> tuple[Any, Any]:
        """Return sin(u) and cos(u) by the addition theorems, down to the terms of u."""
        sine, cosine = sympy.S.Zero, sympy.S.One
        for term in sympy.Add.make_args(sympy.expand(u)):
            coefficient, rest = term.as_coeff_Mul()
            if self.meaning.get(rest) == ("constant", sympy.pi):
                of_pi = sympy.sin(coefficient * sympy.pi), sympy.cos(coefficient * sympy.pi)
                if not any(each.has(sympy.sin, sympy.cos) for each in of_pi):
                    s, c = map(self.convert, of_pi)
                    sine, cosine = sine * c + cosine * s, cosine * c - sine * s
                    continue
            share = lcm(self.shares.get(rest, 1), int(coefficient.q))
            times = coefficient * share
            if abs(times) > LARGEST_MULTIPLE:
                share, times, rest = 1, sympy.S.One, term
            s, c = self._multiple(rest / share, int(times))
            sine, cosine = sine * c + cosine * s, cosine * c - sine * s
        return sympy.expand(sine), sympy.expand(cosine)

    def _multiple(self, angle: Any, times: int) -> tuple[Any, Any]:
        if is_negative(angle):
            angle, times = -angle, -times
        angle = sympy.cancel(angle)
        fresh = (COSINE, angle) not in self.found
        s, c = self.kernel(SINE, angle), self.kernel(COSINE, angle)
        if fresh:
            self.reductions.append((c, 2, 1 - s**2))
        sine, cosine = sympy.S.Zero, sympy.S.One
        for _ in range(abs(times)):
            sine, cosine = (
                sympy.expand(sine * c + cosine * s),
                sympy.expand(cosine * c - sine * s).subs(c**2, 1 - s**2),
            )
        return (sine if times >= 0 else -sine), cosine

    # Conditions

    def _piecewise(self, expression: Any) -> Any:
        """Return the piece that is taken; the others are not looked at."""
        for value, condition in expression.args:
            if self._holds(condition):
                return self.convert(value)
        raise Intractable

    def _holds(self, condition: Any) -> bool:
        """Return whether a condition holds, off the points where its sides tie."""
        if condition in (sympy.true, sympy.false):
            return bool(condition == sympy.true)
        if isinstance(condition, sympy.And):
            return all(self._holds(each) for each in condition.args)
        if isinstance(condition, sympy.Or):
            return any(self._holds(each) for each in condition.args)
        if isinstance(condition, sympy.Not):
            return not self._holds(condition.args[0])
        if not isinstance(condition, RELATIONS):
            raise Intractable
        difference = self._canonical(condition.lhs - condition.rhs)
        always_tied = self.reduced(sympy.fraction(difference)[0]) == 0
        if always_tied:
            return isinstance(condition, TIED)
        if isinstance(condition, sympy.Equality | sympy.Unequality):
            if not difference.free_symbols <= self.expression.free_symbols:
                raise Intractable  # not known to hold at single points only
            return isinstance(condition, sympy.Unequality)
        above = self.sign(difference) > 0
        return above == isinstance(condition, sympy.StrictGreaterThan | sympy.GreaterThan)


@cache
def _is_odd(function: Any) -> bool:
    """Has a function one argument, out of which SymPy draws a minus?"""
    u = sympy.Dummy()
    return 1 in function.nargs and bool(function(-u) == -function(u))


TIED = (sympy.Equality, sympy.GreaterThan, sympy.LessThan)  # hold where both sides are equal
RELATIONS = (*TIED, sympy.Unequality, sympy.StrictGreaterThan, sympy.StrictLessThan)
