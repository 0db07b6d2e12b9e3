"""A normal form that proves two expressions equal wherever both are real.

Every function is replaced by a kernel: an unknown that stands for sin(u), exp(u), sqrt(u), log|u|
or the step h(u), together with the one equation that it satisfies (cos(u)**2 = 1 - sin(u)**2,
sqrt(u)**2 = u, h(u)**2 = h(u)). Two expressions are equal if the numerator of their difference
reduces to 0 by these equations. All that is assumed holds off single points of the real domain.
"""

from __future__ import annotations

from math import lcm
from typing import Any

import sympy
from sympy.polys.polyerrors import BasePolynomialError

from derivcli.calculus.evaluate import formula
from derivcli.calculus.symbolic.expressions import to_sympy
from derivcli.calculus.symbolic.rewriting import (
    MEANINGS,
    REWRITTEN,
    Intractable,
    angle_shares,
    factored,
    is_negative,
    terms,
)
from derivcli.language.functions import Function

LARGEST_POWER = 40  # a power beyond this is not multiplied out
LARGEST_MULTIPLE = 12  # likewise for sin(n*u)
LARGEST_TERMS = 3_000  # of the numerator, multiplied out


def have_one_form(one: Any, other: Any) -> bool:
    """Return whether the normal form proves two SymPy expressions equal; False says nothing."""
    try:
        return _Kernels(one - other).vanishes()
    except (Intractable, BasePolynomialError, RecursionError):
        return False


class _Kernels:
    """The unknowns of one expression, and the equations that reduce them."""

    def __init__(self, expression: Any) -> None:
        self.expression = expression
        self.found: dict[tuple[Any, ...], Any] = {}
        self.meaning: dict[Any, tuple[str, Any]] = {}  # what a kernel stands for
        self.reductions: list[tuple[Any, int, Any]] = []  # kernel**power equals an expression
        self.positive: set[Any] = set()  # what has to be > 0 wherever all is real
        self.done: dict[Any, Any] = {}
        self.shares = angle_shares(expression)

    def vanishes(self) -> bool:
        difference = self.convert(self.expression)
        for _ in range(3):  # a fact may follow from what another has made of a kernel
            difference = difference.xreplace(self._facts())
        numerator = sympy.together(difference).as_numer_denom()[0]
        return bool(self._reduced(numerator) == 0)

    def _facts(self) -> dict[Any, Any]:
        """Return what the domain says: h(u) is 1 where log(u) is real, and roots then split."""
        facts: dict[Any, Any] = {}
        for kernel, (kind, u) in self.meaning.items():
            if kind == "step" and u in self.positive:
                facts[kernel] = sympy.S.One
            elif kind == "step" and -u in self.positive:
                facts[kernel] = sympy.S.Zero
            elif kind.startswith("root"):
                factors = self._positive_factors(u)
                if len(factors) > 1 and sympy.expand(sympy.Mul(*factors) - u) == 0:
                    degree = int(kind[4:])
                    facts[kernel] = sympy.Mul(*(self._root(factor, degree) for factor in factors))
        return facts

    def _positive_factors(self, u: Any) -> list[Any]:
        """Return the factors of u that are known to be positive, with the sign that makes them."""
        both = [sign * factor for factor, _ in factored(u)[1] for sign in (1, -1)]
        return [factor for factor in both if sympy.expand(factor) in self.positive]

    def _reduced(self, numerator: Any) -> Any:
        if not numerator.free_symbols:
            return sympy.expand(numerator)
        kernels = [kernel for kernel, _, _ in reversed(self.reductions)]
        present = numerator.free_symbols
        for _, _, value in self.reductions:
            present = present | value.free_symbols
        others = sorted(present - set(kernels), key=str)
        if terms(numerator) > LARGEST_TERMS:
            raise Intractable
        polynomial = sympy.Poly(numerator, *kernels, *others, domain="QQ")
        if len(polynomial.terms()) > LARGEST_TERMS:
            raise Intractable
        # The leading terms are powers of different kernels, so that they are a Groebner basis.
        equations = [
            sympy.Poly(kernel**power - value, *kernels, *others, domain="QQ")
            for kernel, power, value in reversed(self.reductions)
        ]
        if not equations:
            return polynomial.as_expr()
        return sympy.reduced(polynomial, equations, *kernels, *others)[1]

    def _kernel(self, kind: str, key: Any, *more: Any) -> Any:
        """Return the unknown that stands for this function of these arguments."""
        name = (kind, key, *more)
        if name not in self.found:
            kernel = sympy.Dummy(f"k{len(self.found)}")
            self.found[name] = kernel
            self.meaning[kernel] = (kind, key)
        return self.found[name]

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
            return self._kernel("constant", expression)
        row: Function | None = getattr(type(expression), "row", None)
        if row is not None:
            return self._row(row, expression)
        name = type(expression).__name__
        seen_through = REWRITTEN.get(name)
        if seen_through is not None:
            return self.convert(seen_through(*expression.args))
        arguments = tuple(self._canonical(argument) for argument in expression.args)
        match name:
            case "exp":
                return self._exp(arguments[0])
            case "log":
                return self._log(arguments[0])
            case "sin":
                return self._sine_cosine(arguments[0])[0]
            case "cos":
                return self._sine_cosine(arguments[0])[1]
            case "Abs":
                return arguments[0] * self._sign(arguments[0])
            case "sign":
                return self._sign(arguments[0])
            case "asin" | "atan" | "erf" if is_negative(arguments[0]):
                return -self._kernel(name, -arguments[0])
        return self._kernel(name, *arguments)

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
            return self._step(self._canonical(expression.args[0]))
        if row.name == "cbrt":
            return self._real_root(self._canonical(expression.args[0]), 3)
        source = MEANINGS.get(row.name) or row.definition
        if source is not None:
            values = dict(zip(row.parameters, expression.args, strict=True))
            return self.convert(to_sympy(formula(source), values))
        return self._kernel(row.name, *(self._canonical(each) for each in expression.args))

    # Powers

    def _power(self, base: Any, exponent: Any) -> Any:
        if exponent.is_Integer:
            if abs(exponent) > LARGEST_POWER:
                raise Intractable
            return self.convert(base) ** exponent
        if base is sympy.E:
            return self._exp(self._canonical(exponent))
        if exponent.is_Rational:
            return self._root(self._canonical(base), int(exponent.q)) ** int(exponent.p)
        return self._exp(
            sympy.cancel(sympy.together(self._canonical(exponent) * self.convert(sympy.log(base))))
        )

    def _root(self, u: Any, degree: int) -> Any:
        """Return u**(1/degree) for u >= 0, squares and the like drawn out in front."""
        numerator, denominator = sympy.fraction(sympy.together(u))
        if denominator != 1:
            lifted = self._root(sympy.expand(numerator * denominator ** (degree - 1)), degree)
            return lifted / (denominator * (self._sign(denominator) if degree % 2 == 0 else 1))
        content, factors = factored(numerator)
        outside, inside = sympy.S.One, sympy.S.One
        for factor, power in factors:
            outer, inner = divmod(power, degree)
            positive = factor * self._sign(factor) if outer else sympy.S.One
            outside *= positive**outer
            inside *= factor**inner
        if content < 0:
            content, inside = -content, -inside
        outside *= self._root_of_number(content, degree)
        if inside == 1:
            return outside
        inside = sympy.expand(inside)
        self.positive.add(inside)
        return outside * self._root_kernel(inside, degree)

    def _real_root(self, u: Any, degree: int) -> Any:
        numerator, denominator = sympy.fraction(sympy.together(u))
        lifted = sympy.expand(numerator * denominator ** (degree - 1))
        if is_negative(lifted):
            return -self._real_root(-u, degree)
        content, primitive = lifted.as_content_primitive()
        outside = self._root_of_number(content, degree) / denominator
        return outside * (self._root_kernel(primitive, degree) if primitive != 1 else 1)

    def _root_kernel(self, u: Any, degree: int) -> Any:
        fresh = (f"root{degree}", u) not in self.found
        kernel = self._kernel(f"root{degree}", u)
        if fresh:
            self.reductions.append((kernel, degree, u))
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
        """Return exp(u), as a product over the terms of u; exp(k*log(x)) is x**k."""
        result = sympy.S.One
        for term in sympy.Add.make_args(sympy.expand(u)):
            coefficient, rest = term.as_coeff_Mul()
            if not coefficient.is_Rational or abs(coefficient.p) > LARGEST_POWER:
                raise Intractable
            if coefficient == 0:
                continue
            kind, inner = self.meaning.get(rest, ("", None))
            if kind == "log":
                base = inner * self._sign(inner)
            elif kind == "LambertW":
                base = inner / rest
            else:
                base = self._kernel("exp", sympy.cancel(rest))
                self.positive.add(base)
            if coefficient.q > 1:
                base = self._root(base, int(coefficient.q))
            result *= base ** int(coefficient.p)
        return result

    def _log(self, u: Any) -> Any:
        """Return log(u), u > 0, as a sum of log|factor| over the factors of u."""
        numerator, denominator = sympy.fraction(sympy.together(u))
        result = sympy.S.Zero
        for part, sign in ((numerator, 1), (denominator, -1)):
            content, factors = factored(part)
            for prime, power in sympy.factorint(abs(content).p).items():
                result += sign * power * self._kernel("log", sympy.Integer(prime))
            for prime, power in sympy.factorint(content.q).items():
                result -= sign * power * self._kernel("log", sympy.Integer(prime))
            for factor, power in factors:
                result += sign * power * self._log_size(factor)
        if sympy.expand(u).is_polynomial():
            self.positive.add(sympy.expand(u))
        return result

    def _log_size(self, factor: Any) -> Any:
        """Return log|factor|."""
        kind, inner = self.meaning.get(factor, ("", None))
        if kind == "exp":
            return inner
        if kind.startswith("root"):
            return self._log(inner) / int(kind[4:])
        if self._is_sign(factor):
            return sympy.S.Zero
        return self._kernel("log", factor if not is_negative(factor) else -factor)

    def _is_sign(self, factor: Any) -> bool:
        """Is the factor 2 h(u) - 1, which is 1 or -1?"""
        symbols = factor.free_symbols
        if len(symbols) != 1:
            return False
        kernel = next(iter(symbols))
        return self.meaning.get(kernel, ("",))[0] == "step" and factor in (
            2 * kernel - 1,
            1 - 2 * kernel,
        )

    # Sines

    def _sine_cosine(self, u: Any) -> tuple[Any, Any]:
        """Return sin(u) and cos(u) by the addition theorems, down to the terms of u."""
        sine, cosine = sympy.S.Zero, sympy.S.One
        for term in sympy.Add.make_args(sympy.expand(u)):
            coefficient, rest = term.as_coeff_Mul()
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
        fresh = ("cos", angle) not in self.found
        s, c = self._kernel("sin", angle), self._kernel("cos", angle)
        if fresh:
            self.reductions.append((c, 2, 1 - s**2))
        sine, cosine = sympy.S.Zero, sympy.S.One
        for _ in range(abs(times)):
            sine, cosine = (
                sympy.expand(sine * c + cosine * s),
                sympy.expand(cosine * c - sine * s).subs(c**2, 1 - s**2),
            )
        return (sine if times >= 0 else -sine), cosine

    # Steps

    def _step(self, u: Any) -> Any:
        """Return h(u): 1 where u > 0, 0 where u < 0; what it is at 0 does not matter."""
        numerator, denominator = sympy.fraction(sympy.together(u))
        if denominator != 1:
            numerator = sympy.expand(numerator * denominator)
        numerator = sympy.expand(numerator)
        if numerator.is_Rational and numerator != 0:
            return sympy.S.One if numerator > 0 else sympy.S.Zero
        if self._reduced(numerator) == 0:
            raise Intractable  # 0 everywhere: what the step is there does matter
        if self.meaning.get(numerator, ("",))[0] == "exp":
            return sympy.S.One
        if numerator.is_Pow and numerator.exp.is_even:
            return sympy.S.One
        _, numerator = numerator.as_content_primitive()
        if is_negative(numerator):
            return 1 - self._step(-numerator)
        fresh = ("step", numerator) not in self.found
        kernel = self._kernel("step", numerator)
        if fresh:
            self.reductions.append((kernel, 2, kernel))
        return kernel

    def _sign(self, u: Any) -> Any:
        return 2 * self._step(u) - 1

    def _piecewise(self, expression: Any) -> Any:
        *pieces, (last, _) = expression.args
        result = self.convert(last)
        for value, condition in reversed(pieces):
            holds = self._condition(condition)
            result = holds * self.convert(value) + (1 - holds) * result
        return result

    def _condition(self, condition: Any) -> Any:
        """Return 1 where the condition holds and 0 where not, off the points where sides tie."""
        if condition in (sympy.true, sympy.false):
            return sympy.S.One if condition == sympy.true else sympy.S.Zero
        if isinstance(condition, sympy.Equality | sympy.Unequality):
            difference = self._canonical(condition.lhs - condition.rhs)
            if not difference.free_symbols & self.expression.free_symbols:
                raise Intractable  # not known to hold at single points only
            return sympy.S.Zero if isinstance(condition, sympy.Equality) else sympy.S.One
        if isinstance(condition, sympy.StrictGreaterThan | sympy.GreaterThan):
            return self._step(self._canonical(condition.lhs - condition.rhs))
        if isinstance(condition, sympy.StrictLessThan | sympy.LessThan):
            return self._step(self._canonical(condition.rhs - condition.lhs))
        if isinstance(condition, sympy.And):
            return sympy.Mul(*map(self._condition, condition.args))
        if isinstance(condition, sympy.Or):
            return 1 - sympy.Mul(*(1 - self._condition(each) for each in condition.args))
        if isinstance(condition, sympy.Not):
            return 1 - self._condition(condition.args[0])
        raise Intractable
