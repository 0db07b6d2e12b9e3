"""The unknowns of a normal form, the equations that reduce them, and the signs that are known."""

from __future__ import annotations

from typing import Any

import sympy

from derivcli.calculus.symbolic.rewriting import Intractable, factored, is_negative, terms

LARGEST_TERMS = 3_000  # of the numerator, multiplied out
SINES = SINE, COSINE = "sine", "cosine"  # kinds of kernels


class SignNeeded(Exception):
    """The proof has to go on with either sign of an expression."""

    def __init__(self, u: Any) -> None:
        super().__init__()
        self.u = u


class Empty(Exception):
    """Under the signs assumed there is no point where both expressions are real."""


class Kernels:
    """Unknowns that stand for functions, each with its equation, and signs of expressions."""

    def __init__(self, signs: dict[Any, int]) -> None:
        self.found: dict[tuple[Any, ...], Any] = {}
        self.meaning: dict[Any, tuple[str, Any]] = {}  # what a kernel stands for
        self.reductions: list[tuple[Any, int, Any]] = []  # kernel**power equals an expression
        self.signs = dict(signs)  # of expressions without content, the minus drawn out
        self.products: list[tuple[Any, int]] = []  # signs of products of unknown signs

    def kernel(self, kind: str, key: Any, *more: Any) -> Any:
        """Return the unknown that stands for this function of these arguments."""
        name = (kind, key, *more)
        if name not in self.found:
            kernel = sympy.Dummy(f"k{len(self.found)}")
            self.found[name] = kernel
            self.meaning[kernel] = (kind, key)
        return self.found[name]

    def reduced(self, numerator: Any) -> Any:
        if not numerator.free_symbols:
            return sympy.expand(numerator)
        kernels = [*dict.fromkeys(kernel for kernel, _, _ in reversed(self.reductions))]
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
        return sympy.reduced(polynomial, equations, *kernels, *others)[1].as_expr()

    def sign(self, u: Any) -> int:
        """Return the sign of an expression off its zeros; raise SignNeeded for an open one."""
        numerator, denominator = sympy.fraction(sympy.together(u))
        content, factors = self._sign_factors(sympy.expand(numerator * denominator))
        for factor, power in factors:
            if power % 2:
                sign = self.known_sign(factor)
                if sign is None:
                    raise SignNeeded(factor)
                content *= sign
        return 1 if content > 0 else -1

    def _sign_factors(self, u: Any) -> tuple[Any, list[tuple[Any, int]]]:
        if self.reduced(u) == 0:
            raise Intractable  # 0 everywhere: what its sign is does matter
        content, factors = factored(u)
        turned = [(-factor, power) if is_negative(factor) else (factor, power)
                  for factor, power in factors]  # fmt: skip
        minus = sum(power for factor, power in factors if is_negative(factor))
        return content * (-1) ** minus, turned

    def known_sign(self, factor: Any) -> int | None:
        if is_negative(factor):
            opposite = self.known_sign(-factor)
            return None if opposite is None else -opposite
        if factor not in self.signs and self._is_surely_positive(factor):
            self.signs[factor] = 1
        return self.signs.get(factor)

    def positive(self, factor: Any) -> Any:
        """Return the factor, or minus the factor, whichever is known to be positive."""
        sign = self.known_sign(factor)
        return None if sign is None else sign * factor

    def _is_surely_positive(self, u: Any) -> bool:
        """Is u a sum of positive terms: products of even powers and of what is positive?

        So are the terms of a + b*sin(u), a >= |b|, together.
        """
        spare = sympy.S.Zero
        for term in sympy.Add.make_args(sympy.expand(u)):
            coefficient, rest = term.as_coeff_Mul()
            if coefficient.is_Rational and self.meaning.get(rest, ("",))[0] in SINES:
                spare -= abs(coefficient)
                continue
            if rest == 1:
                spare += coefficient
                continue
            powers = rest.as_powers_dict().items()
            if not coefficient.is_Rational or coefficient <= 0:
                return False
            if not all(
                (power.is_Integer and power % 2 == 0) or self.signs.get(base) == 1
                for base, power in powers
            ):
                return False
        return bool(spare >= 0)

    def learn(self, u: Any, sign: int) -> None:
        """Take note that u has a sign wherever all is real; raise Empty if it cannot have it."""
        content, factors = self._sign_factors(u)
        sign *= 1 if content > 0 else -1
        unknown = []
        for factor, power in factors:
            if power % 2:
                known = self.known_sign(factor)
                if known is None:
                    unknown.append(factor)
                else:
                    sign *= known
        if not unknown and sign < 0:
            raise Empty
        if len(unknown) == 1:
            self.signs[unknown[0]] = sign
        elif unknown:
            product = sympy.Mul(*unknown)
            if (product, -sign) in self.products:
                raise Empty
            self.products.append((product, sign))

    def learn_zero(self, u: Any) -> None:
        """Take note that u is 0, where it is a*k**n + b for a sine or cosine k."""
        if u.is_Rational and u != 0:
            raise Empty
        b, rest = u.as_coeff_Add()
        a, power = rest.as_coeff_Mul()
        k, n = power.as_base_exp()
        kind, inner = self.meaning.get(k, ("", None))
        if kind not in SINES or not b.is_Rational or not n.is_Integer:
            return
        if kind == COSINE and n == 1:  # the square of the sine is 1 - cos(u)**2
            self.reductions.insert(0, (self.kernel(SINE, inner), 2, 1 - (b / a) ** 2))
        self.reductions.insert(0, (k, int(n), -b / a))
