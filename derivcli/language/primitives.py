"""What rows of the table state in Python: exact values, bounds of growth, values by mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

Rational = Callable[..., Fraction | None]
Growth = Callable[[float, float], float]

MOST_EXPONENT = 1_000  # powers tried when an exact logarithm is looked for
ROOT_2 = math.sqrt(2)


def known_at(values: Mapping[int, int | Fraction]) -> Rational:
    """Return the exact evaluator of a function known to be rational at a few points only."""
    table = {Fraction(key): Fraction(value) for key, value in values.items()}
    return table.get


def root(degree: int) -> Rational:
    """Return the exact evaluator of a real root: rational for the quotient of perfect powers."""

    def exact(u: Fraction) -> Fraction | None:
        top, bottom = whole_root(abs(u.numerator), degree), whole_root(u.denominator, degree)
        if top is None or bottom is None:
            return None
        return Fraction(top if u >= 0 else -top, bottom)

    return exact


def whole_root(n: int, degree: int) -> int | None:
    """Return the whole number whose `degree`-th power is n >= 0, or None.

    >>> whole_root(27, 3), whole_root(28, 3)
    (3, None)
    """
    if n < 2:
        return n
    if degree == 2:
        root = math.isqrt(n)
    else:  # Newton's iteration on whole numbers, from above
        root = 1 << -(-n.bit_length() // degree)
        while (better := ((degree - 1) * root + n // root ** (degree - 1)) // degree) < root:
            root = better
    return root if root**degree == n else None


def exact_logarithm(u: Fraction, base: Fraction) -> Fraction | None:
    """Return the whole k with base**k == u, or None.

    >>> exact_logarithm(Fraction(1, 8), Fraction(2))
    Fraction(-3, 1)
    """
    if u <= 0 or base <= 0 or base == 1:
        return None
    if base < 1:
        found = exact_logarithm(u, 1 / base)
        return None if found is None else -found
    if u < 1:
        found = exact_logarithm(1 / u, base)
        return None if found is None else -found
    # Both are at least 1, so a k, if any, is the quotient of the logarithms up to rounding.
    size = math.log(base.numerator) - math.log(base.denominator)
    guess = (math.log(u.numerator) - math.log(u.denominator)) / size if size else math.inf
    if guess > MOST_EXPONENT:
        return None
    return Fraction(round(guess)) if base ** round(guess) == u else None


def at_most(bound: float) -> Growth:
    """Return the growth of a function that never exceeds a bound."""
    return lambda _size, _bits: math.log2(bound)


def no_larger(size: float, bits: float) -> float:
    """Bound what is no further from 0 than the next whole number beyond the argument."""
    return math.log2(max(math.ceil(size), 1)) if size < math.inf else bits


def exponential(size: float, _bits: float) -> float:
    """Bound exp, and what is made of two of them."""
    return size / math.log(2) + 1


def logarithmic(base: float) -> Growth:
    """Return the growth of a logarithm of u, 1 + u or 2*u + 1."""
    return lambda _, bits: math.log2((bits + 2) / math.log2(base))


def factorially(size: float, _bits: float) -> float:
    """Bound gamma."""
    return size * math.log2(size + 2) + 2


def factorial(u: Fraction) -> Fraction | None:
    """Return gamma at a whole number, (u - 1)!."""
    whole = u.denominator == 1 and 1 <= u <= 171
    return Fraction(math.factorial(int(u) - 1)) if whole else None


def arctangent2(y: Fraction, x: Fraction) -> Fraction | None:
    """Return atan2 where it is rational."""
    return Fraction(0) if y == 0 and x > 0 else None


def real_cbrt(m: Any, u: Any) -> Any:
    """Return the cube root that is real for a real u."""
    return -m.cbrt(-u) if m.re(u) < 0 else m.cbrt(u)


def angle_of(m: Any, y: Any, x: Any) -> Any:
    """Return atan2, by the logarithm where an argument is complex: analytic off its cut."""
    if isinstance(y, m.mpc) or isinstance(x, m.mpc):
        return m.log((x + m.j * y) / m.sqrt(x * x + y * y)) / m.j
    return m.atan2(y, x)


def erfinv(m: Any, u: Any) -> Any:
    """Return erfinv, by Newton's iteration from the real axis where u is complex."""
    z = m.erfinv(m.re(u))
    if not isinstance(u, m.mpc):
        return z
    for _ in range(100):
        step = (m.erf(z) - u) * m.sqrt(m.pi) / 2 * m.exp(z * z)
        z -= step
        if abs(step) <= abs(z) * m.eps * 4:
            return z
    raise ValueError("no convergence")


def lambertw(m: Any, u: Any) -> Any:
    """Return w with w*exp(w) = u, on the principal branch."""
    value = m.lambertw(u)
    return value if isinstance(u, m.mpc) else m.re(value)


def native_angle(u: float, v: float) -> float:
    """Return atan2 by the C library, which has a value at the origin, too."""
    if u == v == 0:
        raise ValueError("the origin has no angle")
    return math.atan2(u, v)


def native_sigmoid(u: float) -> float:
    """Return 1/(1 + exp(-u)) by the exponential that does not overflow."""
    small = math.exp(-abs(u))
    return (1.0 if u >= 0 else small) / (1.0 + small)


def native_softplus(u: float) -> float:
    """Return log(1 + exp(u))."""
    return max(u, 0.0) + math.log1p(math.exp(-abs(u)))
