"""Which part of the plane a plot shows: a range of w, a window of heights, a step to look at."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import Kink, TooLarge, Uncertain, Undefined
from derivcli.calculus.estimates import constants
from derivcli.calculus.exact import Ball, Real, ball, exact
from derivcli.calculus.results import Point
from derivcli.calculus.slopes import slope_at
from derivcli.errors import DerivError
from derivcli.language.tree import Program

DIGITS = 80
NEAR = Fraction(1, 10**12)  # relative distance at which the bend of J is taken
TWO = Fraction(2)
USUAL = Fraction(2)  # half the range where J has no scale of its own
ROOM = Fraction(13, 10)  # half the range, in scales of J
SMALLEST, LARGEST = 1e-9, 1e6  # relative to the point: scales beyond are no scales
OUTER = 0.15  # what lies far outside the middle 70 % of the heights is a pole
PEAK, CHOSEN = 4, 12  # times as high as that is far
BEYOND = 0.75  # of that middle is shown on either side, where there are poles
MARGIN = 0.04
AROUND = 1.5  # of the height of what is looked at: the curve farther off may be left out
NICE = (1, 2, 5, 10)
ONE_DIGIT = tuple(range(1, 11))


def nice(size: float | Fraction, firsts: Sequence[int] = NICE) -> Fraction:
    """Return the number 1, 2 or 5 x 10**k, or another of `firsts`, nearest to a positive one.

    >>> nice(0.65), nice(390), nice(0.32, ONE_DIGIT)
    (Fraction(1, 2), Fraction(500, 1), Fraction(3, 10))
    """
    mantissa, _, exponent = f"{float(size):.6e}".partition("e")
    first = float(mantissa)
    nearest: int = min(firsts, key=lambda each: max(each / first, first / each))
    return nearest * Fraction(10) ** int(exponent)


def scale(program: Program, point: Point, variable: str) -> float | None:
    """Return over which distance the slope of J changes by about as much as it is.

    0 where there is none, as for w**2 at 0; infinity for a line; None where J is not smooth.
    """
    try:
        with exact(DIGITS) as fine:
            values = constants(point, fine)
            w = values[variable]
            distance = NEAR * (abs(Fraction(float(w))) or 1)
            places = [{**values, variable: w + k * distance} for k in (-2, -1, 0, 1, 2)]
            duals = [slope_at(program, place, variable, fine) for place in places]
            slopes = [each.slope or Fraction(0) for each in duals]
            return _scale(slopes, mpf(distance.numerator) / distance.denominator)
    except (DerivError, Kink, Undefined, Uncertain, TooLarge):
        return None


def _scale(slopes: Sequence[Real], h: mpf) -> float:
    """Return the scale from five slopes, h apart, by way of the higher derivatives.

    At an inflection the second one says nothing, and the third does; at an extremum the first
    says nothing. J itself does not matter: J + 1000 has the same scale.
    """
    a, b, here, c, d = slopes
    slope, second = _size(here), _size(c - b) / (2 * h)
    third = _size(c - TWO * here + b) / h**2
    fourth = _size(d - TWO * c + TWO * b - a) / (2 * h**3)
    found = []
    if second:
        found.append(max(slope / second, mp.sqrt(second / fourth) if fourth else 0))
    if third:
        found.append(3 * mp.sqrt(slope / third))
    if not found:
        return float("inf") if slope else 0
    return min(float(min(found)), sys.float_info.max)


def _size(value: Real) -> mpf:
    """Return the magnitude of a number; 0 where rounding is all there is of it."""
    if isinstance(value, Ball) and value.enclosure.contains(0):
        return mpf(0)
    return abs(ball(value).middle)


def default_range(
    w: Fraction, own: float | None, ends: Iterable[Fraction]
) -> tuple[Fraction, Fraction]:
    """Return a range around w by J's own scale, with round ends, that holds the chords' ends."""
    half = _half(w, own)
    ends = [w, *ends]
    low = min(w - half, *(end - half / 10 for end in ends))
    high = max(w + half, *(end + half / 10 for end in ends))
    step = nice(half / 10)
    nearest, farthest = min(ends) - step, max(ends) + step
    return min(round(low / step) * step, nearest), max(round(high / step) * step, farthest)


def _half(w: Fraction, own: float | None) -> Fraction:
    if own is not None and own / LARGEST > max(1.0, float(abs(w))):
        return max(USUAL, ROOM * abs(w))  # a line: where it comes from is worth seeing
    if own is None or own <= SMALLEST * float(abs(w)) or own < sys.float_info.min / SMALLEST:
        return max(USUAL, abs(w) / 1000)  # never less than float64 can tell apart
    return ROOM * Fraction(own)


def common_range(
    ends: Sequence[Fraction], own: Sequence[float | None]
) -> tuple[Fraction, Fraction]:
    """Return a range with round ends that holds several places, with room on both sides.

    Where they are near to one another by J's `own` scales, there is more room: J bends in it.
    """
    low, high = min(ends), max(ends)
    scales = [Fraction(each) for each in own if each and each < LARGEST * float(high - low)]
    bends = min(nice(max(scales) / 3), high - low) if scales else Fraction(0)
    room = max(nice((high - low) / 6), bends)
    step = room / 2
    return (low - room) // step * step, -(-(high + room) // step) * step


def readable_steps(half: Fraction) -> list[list[Fraction]]:
    """Return steps to look at in a range: those of a readable size first, forward first."""
    readable = [nice(half / 2), nice(half * 3 / 4, ONE_DIGIT)]
    small = [nice(half / 4), nice(half / 10)]
    return [[sign * size for size in sizes] for sizes in (readable, small) for sign in (1, -1)]


def beside(heights: Sequence[float], needed: Sequence[float]) -> list[float]:
    """Return those of the heights that are not far from what is needed, beside its size."""
    low, high = min(needed), max(needed)
    room = AROUND * (high - low)
    return [y for y in heights if low - room <= y <= high + room]


def window(
    heights: Sequence[float], needed: Sequence[float], *, chosen: bool
) -> tuple[float, float] | None:
    """Return the lowest and highest J to show: all of it, but for poles; always what is needed.

    Where a range was `chosen`, more has to stick out for a part of it to be cut off.
    """
    if not heights and not needed:
        return None
    low, high = (
        _without_poles(sorted(heights), CHOSEN if chosen else PEAK)
        if heights
        else (needed[0], needed[0])
    )
    low, high = min(low, *needed, high), max(high, *needed, low)
    largest = max(abs(low), abs(high))
    if high - low <= 64 * sys.float_info.epsilon * largest:  # a constant, but for rounding
        around = float(nice(largest / 10)) if largest else 1.0
        return low - around, high + around
    pad = MARGIN * (high / 2 - low / 2) * 2
    return max(low - pad, -sys.float_info.max / 4), min(high + pad, sys.float_info.max / 4)


def _without_poles(heights: Sequence[float], peak: float) -> tuple[float, float]:
    outer = int(OUTER * (len(heights) - 1))
    inner_low, inner_high = heights[outer], heights[-1 - outer]
    inner = inner_high / 4 - inner_low / 4  # the difference itself may be beyond float64
    if inner == 0 or heights[-1] / 4 - heights[0] / 4 <= peak * inner:
        return heights[0], heights[-1]
    beyond = BEYOND * inner * 4
    return max(heights[0], inner_low - beyond), min(heights[-1], inner_high + beyond)
