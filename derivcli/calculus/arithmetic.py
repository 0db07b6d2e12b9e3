"""Number systems behind one small interface; here what they share, and float64 and float32.

Exact numbers stand in `exact.py`, complex ones in `complexes.py`.
"""

from __future__ import annotations

import contextlib
import math
import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar, Protocol, Self

from mpmath import mp, mpc, mpf

from derivcli.language.functions import Function
from derivcli.language.tree import Node

FLOAT64_BITS = 1_024  # a magnitude of 2**1024 is beyond float64
DOUBLE_BITS = 53  # of the mantissa
ROUND_DIGITS = 36  # transcendental float64 values are computed with these, then rounded once
NOT_REAL = "a negative number to a power that is not a whole number is not real"
DIVISION = "division by 0"


class Undefined(ArithmeticError):
    """There is no real value; the message says why."""


class TooLarge(ArithmeticError):
    """The magnitude is beyond what is computed with."""


class Uncertain(ArithmeticError):
    """The sign of a constant cannot be told at this precision."""

    def __init__(self, tree: Node) -> None:
        super().__init__()
        self.tree = tree


class Kink(ArithmeticError):
    """The expression may have no derivative here: a tie or an edge of a function was met."""


class Unexpanded(ArithmeticError):
    """There is no expansion in powers of a distance, or it would take more terms."""


class Arithmetic(Protocol):
    """What an evaluation asks of a number system; + - * / are the numbers' own operators."""

    def constant(self, value: Fraction) -> Any:
        """Return the number nearest to an exact value."""

    def named(self, name: str) -> Any:
        """Return `pi` or `e`."""

    def power(self, base: Any, exponent: Any) -> Any:
        """Return base**exponent, or raise Undefined where it is not real."""

    def primitive(self, row: Function, arguments: tuple[Any, ...]) -> Any:
        """Return the value of a row that has a primitive, inside its domain."""

    def sign(self, value: Any) -> int:
        """Return -1, 0 or 1."""

    def checked(self, value: Any) -> Any:
        """Return the value, or raise TooLarge."""


@contextlib.contextmanager
def precision(digits: int) -> Iterator[None]:
    """Compute with so many decimal digits in mpmath."""
    with mp.workdps(digits):
        yield


@contextlib.contextmanager
def rounding(bits: int) -> Iterator[None]:
    """Round to so many bits in mpmath."""
    with mp.workprec(bits):
        yield


class Multiprecision:
    """mpmath numbers at the working precision, real or complex, without error bounds."""

    def constant(self, value: Fraction) -> Any:
        return mpf(value.numerator) / value.denominator

    def named(self, name: str) -> Any:
        return +mp.pi if name == "pi" else +mp.e

    def power(self, base: Any, exponent: Any) -> Any:
        real = isinstance(base, mpf) and isinstance(exponent, mpf)
        if real and base < 0 and exponent != mp.floor(exponent):
            raise Undefined(NOT_REAL)
        if base == 0 and mp.re(exponent) < 0:
            raise Undefined(DIVISION)
        return mp.power(base, exponent)

    def primitive(self, row: Function, arguments: tuple[Any, ...]) -> Any:
        if row.primitive is None:
            raise TypeError(f"{row.name} has no primitive")
        try:
            return row.primitive(mp, *arguments)
        except (ValueError, mp.NoConvergence) as error:
            raise Undefined(str(error)) from None
        except OverflowError:  # mpmath's erfc, far out
            if not all(isinstance(each, mpf) for each in arguments):
                raise
            from derivcli.calculus.exact import around, exact

            with exact(mp.dps) as arithmetic:
                number: Any = arithmetic.primitive(row, tuple(around(u, mpf(0)) for u in arguments))
                return number.middle

    def sign(self, value: Any) -> int:
        return int(mp.sign(mp.re(value)))

    def checked(self, value: Any) -> Any:
        if not mp.isfinite(value):
            raise TooLarge
        return value


def rational(value: mpf) -> Fraction:
    """Return a finite number of mpmath as the fraction that it is."""
    sign, mantissa, exponent, _ = value._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def nearest(value: Fraction | mpf, bits: int = DOUBLE_BITS, smallest: int = -1074) -> float:
    """Return the floating-point number nearest to a value, ties to even: rounded once.

    It has `bits` bits, none of them below 2**smallest: a subnormal one has fewer.

    >>> nearest(Fraction(2**24 + 1, 2**24) + Fraction(1, 10**30), bits=24)
    1.0000001192092896
    """
    if isinstance(value, mpf):
        if not mp.isfinite(value):
            return float(value)
        if not value or mp.mag(value) < smallest:
            return 0.0
        value = rational(value)
    if bits == DOUBLE_BITS:
        return float(value)  # Python rounds a fraction once, subnormal or not
    top, bottom = abs(value.numerator), value.denominator
    size = top.bit_length() - bottom.bit_length()  # 2**(size - 1) < |value| < 2**(size + 1)
    size -= top << max(0, -size) < bottom << max(0, size)
    last = max(size - bits + 1, smallest)
    count = round(Fraction(top << max(0, -last), bottom << max(0, last)))
    return math.ldexp(count if value > 0 else -count, last)


class Float64:
    """IEEE double precision, every operation rounded correctly: the same on every machine.

    The C library's exp and pow differ in the last digit from one platform to another, so they
    are computed with more digits and rounded once.
    """

    number: ClassVar[type[float]] = float
    bits: ClassVar[int] = DOUBLE_BITS
    smallest: ClassVar[int] = -1074

    def constant(self, value: Fraction | mpf) -> float:
        try:
            return self.number(nearest(value, self.bits, self.smallest))
        except OverflowError:
            raise TooLarge from None

    def named(self, name: str) -> float:
        with mp.workdps(ROUND_DIGITS):
            return self.constant(+mp.pi if name == "pi" else +mp.e)

    def power(self, base: float, exponent: float) -> float:
        if base == 0 and exponent < 0:
            raise Undefined(DIVISION)
        if base < 0 and exponent != int(exponent):
            raise Undefined(NOT_REAL)
        with mp.workdps(ROUND_DIGITS):
            if exponent == int(exponent) and abs(exponent) <= 64:
                return self.constant(Fraction(base) ** int(exponent))
            return self._rounded(mp.power(mpf(float(base)), mpf(float(exponent))))

    def primitive(self, row: Function, arguments: tuple[float, ...]) -> float:
        with mp.workdps(ROUND_DIGITS):
            wide = tuple(mpf(float(value)) for value in arguments)
            return self._rounded(Multiprecision().primitive(row, wide))

    def _rounded(self, value: Any) -> float:
        if isinstance(value, mpc):
            raise Undefined("the value is not real")
        if not mp.isfinite(value) or (value and mp.mag(value) > FLOAT64_BITS):
            raise TooLarge
        return self.constant(value)

    def sign(self, value: float) -> int:
        return (value > 0) - (value < 0)

    def checked(self, value: float) -> float:
        if not math.isfinite(value):
            raise TooLarge
        return value


class Single(float):
    """An IEEE single; double arithmetic rounded once more is exactly single arithmetic."""

    def __new__(cls, value: Any) -> Self:
        try:
            return super().__new__(cls, struct.unpack("<f", struct.pack("<f", float(value)))[0])
        except OverflowError:
            raise TooLarge from None

    def __add__(self, other: float) -> Single:
        return Single(float(self) + float(other))

    def __sub__(self, other: float) -> Single:
        return Single(float(self) - float(other))

    def __rsub__(self, other: float) -> Single:
        return Single(float(other) - float(self))

    def __mul__(self, other: float) -> Single:
        return Single(float(self) * float(other))

    def __truediv__(self, other: float) -> Single:
        return Single(float(self) / float(other))

    def __rtruediv__(self, other: float) -> Single:
        return Single(float(other) / float(self))

    def __neg__(self) -> Single:
        return Single(-float(self))

    __radd__ = __add__
    __rmul__ = __mul__

    def __repr__(self) -> str:
        """Return the shortest decimal that rounds to this single."""
        for digits in range(1, 9):
            text = repr(float(f"{float(self):.{digits}g}"))
            with contextlib.suppress(TooLarge):  # the largest single, rounded up
                if Single(text) == self:
                    return text
        return repr(float(f"{float(self):.9g}"))


class Float32(Float64):
    """IEEE single precision."""

    number: ClassVar[type[float]] = Single
    bits: ClassVar[int] = 24
    smallest: ClassVar[int] = -149
