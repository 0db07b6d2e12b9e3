"""Numbers to results: as many digits as it takes, exact where a number can be recognised."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import ROUND_05UP, Context, Decimal
from fractions import Fraction
from typing import TypeVar

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import FLOAT64_BITS, Uncertain
from derivcli.calculus.exact import Ball, Exact, Real, exact
from derivcli.calculus.results import LONGEST_EXACT, Quantity
from derivcli.errors import RefusedError
from derivcli.language.text import text
from derivcli.language.tree import Node, names

T = TypeVar("T")

FIRST_DIGITS = 50
MORE_DIGITS = (1, 3, 12, 40)  # how the working digits grow while an answer is uncertain
SPARE_DIGITS = 8
UNDERFLOW_BITS = -1_080  # float64 ends at 2**-1074
LARGEST = Fraction(sys.float_info.max)


def with_digits(
    digits: int, is_zero: Callable[[Node], bool | None], compute: Callable[[Exact], T]
) -> T:
    """Return `compute(arithmetic)` with as many digits as it needs, starting from 50.

    Raises RefusedError where even two thousand do not tell a number from 0.
    """
    doubt: Uncertain | None = None
    for factor in MORE_DIGITS:
        working = factor * max(FIRST_DIGITS, digits + 2 * SPARE_DIGITS)
        try:
            with exact(working, is_zero) as arithmetic:
                return compute(arithmetic)
        except Uncertain as error:
            doubt = error
    if doubt and "unknown" in names(doubt.tree):
        raise RefusedError("a limit that only numbers tell is too near to 0, or to another")
    shown = text(doubt.tree) if doubt else ""
    shown = shown if len(shown) <= LONGEST_EXACT else f"{shown[:LONGEST_EXACT]}..."
    raise RefusedError(f"cannot tell whether {shown} is 0, or how large it is")


def settle(
    value: Real,
    digits: int,
    arithmetic: Exact,
    closed_form: Callable[[Node], Fraction | Node | None] | None = None,
) -> Quantity:
    """Return a number with at least `digits` digits right, as an exact one where possible.

    Raises Uncertain where the ball is too wide for that, RefusedError beyond float64.
    """
    if abs(value) > LARGEST if isinstance(value, Fraction) else mp.mag(value.middle) > FLOAT64_BITS:
        raise RefusedError("the answer is too large: beyond 1.8e308")
    if isinstance(value, Fraction):
        return Quantity(value)
    if abs(value.middle) <= value.radius:
        if arithmetic.is_zero and arithmetic.is_zero(value.tree):
            return Quantity(Fraction(0))
        if abs(value.middle) + value.radius < mpf(2) ** UNDERFLOW_BITS:
            return Quantity(Decimal(0))  # nearer to 0 than any float64: 0, but rounded
        raise Uncertain(value.tree)
    known: Fraction | Node | None = closed_form(value.tree) if closed_form else None
    if not isinstance(known, Fraction):
        known = recognised(value, arithmetic) or known
    if isinstance(known, Fraction):
        return Quantity(known)
    formula = None if known is None else text(known)
    nearest = {float(value.middle - value.radius), float(value.middle + value.radius)}
    if len(nearest) > 1 and not _is_narrow(value, 60):
        raise Uncertain(value.tree)
    return Quantity(_rounded(value, max(digits, 17) + SPARE_DIGITS), formula, float(value.middle))


def recognised(value: Real, arithmetic: Exact) -> Fraction | None:
    """Return the simple fraction that a number is proved to be: 1 for sin(2)**2 + cos(2)**2."""
    if isinstance(value, Fraction):
        return value
    near = Fraction(int(mp.nint(value.middle * 10**40)), 10**40).limit_denominator(1000)
    rest = value - near
    if not isinstance(rest, Ball) or abs(rest.middle) > rest.radius or arithmetic.is_zero is None:
        return None
    return near if arithmetic.is_zero(rest.tree) else None


def _rounded(value: Ball, digits: int) -> Decimal:
    context = Context(prec=digits, rounding=ROUND_05UP, Emax=10**9, Emin=-(10**9))
    # ROUND_05UP never leaves a 0 or 5 last that is not exact, so rounding once more is right.
    low = _decimal(value.middle - value.radius, context)
    high = _decimal(value.middle + value.radius, context)
    if low != high and not _is_narrow(value, 2 * digits):
        raise Uncertain(value.tree)
    return _decimal(value.middle, context)


def _is_narrow(value: Ball, digits: int) -> bool:
    """Is the ball narrow enough to settle a value on the border between two roundings?

    Such a value, 1/2 found by way of the sine, would ask for more digits for ever.
    """
    return bool(value.radius <= abs(value.middle) * mpf(10) ** -(digits + SPARE_DIGITS))


def _decimal(value: mpf, context: Context) -> Decimal:
    """Return a binary number as a decimal, rounded once: 2**-n is 5**n / 10**n."""
    sign, mantissa, exponent, _ = value._mpf_
    whole = int(mantissa) << exponent if exponent >= 0 else int(mantissa) * 5**-exponent
    exact = Decimal(-whole if sign else whole)
    return context.scaleb(context.plus(exact), min(exponent, 0))
