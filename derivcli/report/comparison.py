"""A change of J beside rate * eps, the change that its slope predicts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from derivcli.calculus.results import Quantity

WIDE = Context(prec=30, Emax=10**15, Emin=-(10**15))  # a change may be far below float64
HARDLY = 10  # times the change of J is less than the step: J hardly changes


@dataclass(frozen=True, slots=True)
class ChangeBySlope:
    """Whether the slope tells a change; else it is `flat` and J hardly moves, or J `would_rise`."""

    is_near: bool
    is_flat: bool
    would_rise: bool


def compared(change: Quantity, rate: Quantity, eps: Quantity) -> ChangeBySlope:
    """Return how a change of J compares with rate * eps: near, if no further off than its half."""
    with localcontext(WIDE):
        gone, step = wide(change), wide(eps)
        by_slope = wide(rate) * step
        return ChangeBySlope(
            abs(gone - by_slope) * 2 <= abs(by_slope),
            by_slope == 0 and abs(gone) * HARDLY <= abs(step),
            by_slope > 0,
        )


def wide(quantity: Quantity) -> Decimal:
    """Return a number to the digits of WIDE, whatever its size."""
    value = quantity.number
    if isinstance(value, Fraction):
        return WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return WIDE.create_decimal(value)
