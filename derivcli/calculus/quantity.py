"""Numbers to results: as many digits as it takes, exact where a number can be recognised."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import ROUND_05UP, Context, Decimal
from fractions import Fraction
from typing import TypeVar

from mpmath import mp

from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.exact import Ball, Exact, Real, decimal_ends, ends, exact, is_minute
from derivcli.calculus.results import LONGEST_EXACT, Quantity
from derivcli.errors import RefusedError
from derivcli.language.text import text
from derivcli.language.tree import Node, names

T = TypeVar("T")

FIRST_DIGITS = 50
MORE_DIGITS = (1, 4, 12, 40, 200)  # how the working digits grow while an answer is uncertain
PROOFS_FROM = 40  # before SymPy is asked for a proof, more digits may tell, and are quick
SPARE_DIGITS = 8
MOST_DIGITS = 10_000
LARGEST = int(sys.float_info.max)
FINEST = -2_000  # decimal exponent: what is nearer to 0 than this is not told from it
TINY = 2.0**-1000  # of what is smaller, a bound tells enough where its digits are not to be had
BITS_A_DIGIT = 3.33


def with_digits(
    digits: int, is_zero: Callable[[Node], bool | None], compute: Callable[[Exact], T]
) -> T:
    """Return `compute(arithmetic)` with as many digits as it needs, starting from 50.

    Raises RefusedError where even ten thousand do not tell a number from 0, and it matters.
    """
    doubt: Uncertain | None = None
    for factor in MORE_DIGITS:
        working = factor * max(FIRST_DIGITS, digits + 2 * SPARE_DIGITS)
        if factor > PROOFS_FROM and working > MOST_DIGITS:
            break
        proof = is_zero if factor >= PROOFS_FROM else None
        try:
            with exact(working, proof, last=factor >= PROOFS_FROM) as arithmetic:
                return compute(arithmetic)
        except Uncertain as error:
            doubt = error
    if doubt and "unknown" in names(doubt.tree):
        raise RefusedError("a number that only its digits tell is too near to 0, or to another")
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
    if (abs(value) if isinstance(value, Fraction) else value.enclosure.abs_lower()) > LARGEST:
        raise RefusedError("the answer is too large: beyond 1.8e308")
    if isinstance(value, Fraction):
        return Quantity(value)
    if value.enclosure.contains(0):
        if arithmetic.is_zero and arithmetic.is_zero(value.tree):
            return Quantity(Fraction(0))
        if not arithmetic.last:
            raise Uncertain(value.tree)
        return Quantity(Decimal(0), below=_bound(value))
    lost = arithmetic.last and value.enclosure.abs_upper() < TINY and not _is_narrow(value, 20)
    if lost or is_minute(value):
        return Quantity(Decimal(0), below=_bound(value))
    known: Fraction | Node | None = closed_form(value.tree) if closed_form else None
    if not isinstance(known, Fraction):
        known = recognised(value, arithmetic) or known
    if isinstance(known, Fraction):
        return Quantity(known)
    formula = None if known is None else text(known)
    nearest = {float(end) for end in ends(value)}
    if len(nearest) > 1 and not _is_narrow(value, 60):
        raise Uncertain(value.tree)
    return Quantity(_rounded(value, max(digits, 17) + SPARE_DIGITS), formula, float(value))


def _bound(value: Ball) -> Decimal:
    """Return a power of ten that the number is nearer to 0 than."""
    if is_minute(value):
        return Decimal(1).scaleb(FINEST)
    size = max(abs(end) for end in decimal_ends(value, 1))
    return Decimal(1).scaleb(max(size.adjusted() + 1, FINEST))


def recognised(value: Real, arithmetic: Exact) -> Fraction | None:
    """Return the simple fraction that a number is proved to be: 1 for sin(2)**2 + cos(2)**2.

    Raises Uncertain where only more digits, or a proof, can tell.
    """
    if isinstance(value, Fraction):
        return value
    near = Fraction(int(mp.nint(value.middle * 10**40)), 10**40).limit_denominator(1000)
    rest = value - near
    if not isinstance(rest, Ball) or not rest.enclosure.contains(0):
        return None
    if arithmetic.is_zero is None:
        raise Uncertain(rest.tree)
    return near if arithmetic.is_zero(rest.tree) else None


def _rounded(value: Ball, digits: int) -> Decimal:
    context = Context(prec=digits, rounding=ROUND_05UP, Emax=10**9, Emin=-(10**9))
    # ROUND_05UP never leaves a 0 or 5 last that is not exact, so rounding once more is right.
    low, high = (context.plus(end) for end in decimal_ends(value, digits + SPARE_DIGITS))
    if low == high:
        return low
    if not _is_narrow(value, 2 * digits):
        raise Uncertain(value.tree)
    return Context(prec=digits, Emax=10**9, Emin=-(10**9)).plus(high)  # what both are next to


def _is_narrow(value: Ball, digits: int) -> bool:
    """Is the ball narrow enough to settle a value on the border between two roundings?

    Such a value, 1/2 found by way of the sine, would ask for more digits for ever.
    """
    return bool(value.enclosure.rel_accuracy_bits() >= (digits + SPARE_DIGITS) * BITS_A_DIGIT)
