"""Arb's enclosures under mpmath's names: what the primitives of the table compute with, too.

Every result holds the exact value for every number of the arguments' enclosures, or is not
finite. python-flint is loaded here, and this module only where a number is irrational.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flint import acb, arb, arb_poly, ctx, fmpq, fmpz, fmpz_poly
from mpmath import mp, mpf
from mpmath.libmp import from_man_exp

MOST_BITS = 1 << 30
LARGEST = arb(2) ** MOST_BITS  # an intermediate value beyond this is refused
LONGEST = arb(MOST_BITS) * arb(2).log()  # its logarithm
SMALLEST = arb(10) ** -(10**8)  # a result nearer to 0 than this has a bound for its digits


def set_digits(digits: int) -> None:
    """Compute with so many decimal digits from now on."""
    ctx.dps = digits


def enclosure(value: Fraction) -> arb:
    """Return a rational number: exact where it is whole, whatever its size."""
    if value.denominator == 1:
        return arb(fmpz(value.numerator))
    return arb(fmpq(value.numerator, value.denominator))


def whole_power(base: arb, exponent: int) -> arb:
    """Return base**exponent, also around 0, where python-flint takes the logarithm."""
    if exponent < 0 or not base.contains(0):
        return base**exponent
    power = arb(1)
    for bit in f"{exponent:b}":
        power = power * power * base if bit == "1" else power * power
    return power


def midpoint(value: arb) -> mpf:
    """Return the middle, exactly."""
    return _mpf(value.mid())


def radius(value: arb) -> mpf:
    """Return a bound of how far the number is from the middle."""
    return _mpf(value.rad())


def interval(middle: mpf, spread: mpf) -> arb:
    """Return the numbers no further than `spread` from the middle."""
    return arb(middle, spread)


def _mpf(value: arb) -> mpf:
    mantissa, exponent = value.man_exp()
    return mp.make_mpf(from_man_exp(int(mantissa), int(exponent)))


def decimal_ends(value: arb, digits: int) -> tuple[Decimal, Decimal]:
    """Return two decimals that the number lies between, given to `digits` digits or more."""
    middle, spread, exponent = (int(each) for each in value.mid_rad_10exp(digits))
    return Decimal(f"{middle - spread}e{exponent}"), Decimal(f"{middle + spread}e{exponent}")


class _Functions:
    """The functions of mpmath that the table's primitives name, on enclosures."""

    mpc = acb

    def __getattr__(self, name: str) -> Callable[..., arb]:
        return lambda u, *others: getattr(arb(u), name)(*others)

    @property
    def pi(self) -> arb:
        return arb.pi()

    @property
    def e(self) -> arb:
        return arb.const_e()

    def re(self, u: arb) -> arb:
        return u

    def cbrt(self, u: arb) -> arb:
        return u.root(3)

    def log(self, u: arb, base: int | None = None) -> arb:
        return u.log() if base is None else u.log_base(base)

    def loggamma(self, u: arb) -> arb:
        return u.lgamma()

    def atan2(self, y: arb, x: arb) -> arb:
        return arb.atan2(y, x)

    def polygamma(self, order: arb, u: arb) -> arb:
        if not u < 0:
            return acb(u).polygamma(order).real
        # Arb counts up from far below 0; the reflection formula does not. The derivatives of
        # cot(pi*u) are polynomials in it: that of c is -(1 + c**2).
        m, c = round(float(order)), (u * arb.pi()).cot()
        cotangents = fmpz_poly([0, 1])
        for _ in range(m):
            cotangents = -cotangents.derivative() * fmpz_poly([1, 0, 1])
        other = self.polygamma(order, 1 - u)
        found: arb = (-1) ** m * other - arb.pi() ** (m + 1) * arb_poly(cotangents)(c)
        return found


FUNCTIONS: Any = _Functions()
EVERYTHING = arb(0, "inf")  # all real numbers
