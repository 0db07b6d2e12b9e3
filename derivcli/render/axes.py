"""The axes of a chart: how far they reach, where their ticks stand, and what is cut off there."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, pairwise

from derivcli.report.blocks import Chart, Curve

Dot = tuple[float, float]
Stretches = tuple[tuple[Dot, ...], ...]

MARGIN = 0.04  # around curves without a window
LARGEST = sys.float_info.max / 8  # beyond it is cut off: differences have to stay within float64
SMALLEST_POWER, LARGEST_POWER = -323.3, 308.25  # of ten, in float64


@dataclass(frozen=True, slots=True)
class Axes:
    """Where the axes begin and end; those of a logarithmic chart count powers of ten."""

    left: float
    right: float
    bottom: float
    top: float
    logarithmic: bool = False

    def curve(self, curve: Curve) -> Stretches:
        """Return the stretches of a curve in these axes' numbers, cut off at their ends."""
        drawn = on_axes(curve, logarithmic=self.logarithmic)
        if curve.style == "points":
            return tuple(tuple(dot for dot in each if self.holds(dot)) for each in drawn)
        return tuple(part for each in drawn for part in self._cut(each))

    def dot(self, place: Dot) -> Dot | None:
        """Return a place in these axes' numbers; None where they cannot show it."""
        found = on_axes(Curve("", ((place,),)), logarithmic=self.logarithmic)
        return found[0][0] if found else None

    def place(self, dot: Dot) -> Dot:
        """Return the place on the chart that has these numbers: the reverse of `dot`."""
        return (10 ** dot[0], 10 ** dot[1]) if self.logarithmic else dot

    def holds(self, dot: Dot) -> bool:
        """Is the point inside?"""
        return self.left <= dot[0] <= self.right and self.bottom <= dot[1] <= self.top

    def _cut(self, stretch: Sequence[Dot]) -> Iterator[tuple[Dot, ...]]:
        if len(stretch) == 1 and self.holds(stretch[0]):
            yield tuple(stretch)
        current: list[Dot] = []
        for start, end in pairwise(stretch):
            part = self._segment(start, end)
            if part is None or (current and current[-1] != part[0]):
                if current:
                    yield tuple(current)
                current = []
            if part is not None:
                current += part if not current else part[1:]
        if current:
            yield tuple(current)

    def _segment(self, start: Dot, end: Dot) -> list[Dot] | None:
        """Return what of a line is inside: Liang and Barsky's algorithm."""
        (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
        first, last = 0.0, 1.0
        for change, room in (
            (-dx, x - self.left), (dx, self.right - x), (-dy, y - self.bottom), (dy, self.top - y),
        ):  # fmt: skip
            if change == 0:
                if room < 0:
                    return None
            elif change < 0:
                first = max(first, room / change)
            else:
                last = min(last, room / change)
        if first > last:
            return None
        return [
            start if first == 0 else (x + first * dx, y + first * dy),
            end if last == 1 else (x + last * dx, y + last * dy),
        ]


def on_axes(curve: Curve, *, logarithmic: bool) -> Stretches:
    """Return the points that the axes can show; without a place on them there is a gap."""
    return tuple(part for each in curve.stretches for part in _shown(each, logarithmic))


def _shown(stretch: Iterable[Dot], logarithmic: bool) -> Iterator[tuple[Dot, ...]]:
    current: list[Dot] = []
    for x, y in stretch:
        if logarithmic and x > 0 and y > 0:
            current.append((math.log10(x), math.log10(y)))
        elif not logarithmic and max(abs(x), abs(y)) < LARGEST:
            current.append((x, y))
        elif current:
            yield tuple(current)
            current = []
    if current:
        yield tuple(current)


def axes(chart: Chart) -> Axes:
    """Return the axes of a chart: its window, or as much as its curves need."""
    logarithmic = chart.logarithmic
    if chart.window is not None:
        left, right, bottom, top = chart.window
        corners = Curve("", (((left, bottom), (right, top)),))
        dots = list(chain.from_iterable(on_axes(corners, logarithmic=logarithmic)))
        if len(dots) == 2 and left < right and bottom < top:
            return Axes(dots[0][0], dots[1][0], dots[0][1], dots[1][1], logarithmic)
    dots = [
        dot
        for curve in chart.curves
        for stretch in on_axes(curve, logarithmic=logarithmic)
        for dot in stretch
    ] or [(0.0, 0.0)]
    reach = _decades if logarithmic else _reach
    return Axes(*reach([x for x, _ in dots]), *reach([y for _, y in dots]), logarithmic)


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis around values: never an axis without length."""
    low, high = min(values), max(values)
    pad = MARGIN * (high - low)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        pad = max(abs(low), abs(high)) / 2 or 1.0
    return low - pad, high + pad


def _decades(powers: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a logarithmic axis: about a decade at least, never beyond float64."""
    low, high = min(powers), max(powers)
    pad = max(MARGIN * (high - low), 0.5 - (high - low) / 2)
    return max(low - pad, SMALLEST_POWER), min(high + pad, LARGEST_POWER)


def ticks(low: float, high: float, most: int, *, logarithmic: bool) -> list[tuple[float, str]]:
    """Return at most `most` round places on an axis, each with its number in few characters."""
    room = Decimal(high) - Decimal(low)
    step = _step(room / max(1, most), whole=logarithmic)
    first = (Decimal(low) / step).to_integral_value(rounding="ROUND_CEILING")
    last = (Decimal(high) / step).to_integral_value(rounding="ROUND_FLOOR")
    places = [count * step for count in range(int(first), int(last) + 1)]
    return [
        (float(place), power(int(place)) if logarithmic else short(place))
        for place in places[: most + 1]
    ]


def _step(least: Decimal, *, whole: bool) -> Decimal:
    """Return the smallest 1, 2 or 5 x 10**k that is not below a size."""
    unit = Decimal(1).scaleb(least.adjusted())
    step = next(unit * each for each in (1, 2, 5, 10) if unit * each >= least)
    return max(step, Decimal(1)) if whole else step


def power(exponent: int) -> str:
    """Return a power of ten: 1e-8, and 1, 10, 100 in between."""
    return str(10**exponent) if 0 <= exponent <= 3 else f"1e{exponent}"


def short(place: Decimal) -> str:
    """Return a tick's number plainly, or with an exponent where that is shorter.

    >>> short(Decimal("0.50")), short(Decimal("-2E+9")), short(Decimal("1E-7"))
    ('0.5', '-2e9', '1e-7')
    """
    if not place:
        return "0"
    plain = f"{place.normalize():f}"
    mantissa = place.normalize().scaleb(-place.adjusted())
    scientific = f"{mantissa:f}e{place.adjusted()}"
    return scientific if len(scientific) + 1 < len(plain) else plain
