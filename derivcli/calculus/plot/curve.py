"""The curve of J as a drawing needs it: stretches of points with gaps where J breaks off.

Undefined stretches, jumps and poles are found by bisection: a jump that does not shrink with the
interval is a gap, a steep line shrinks. Where J bends, more points are taken, as long as the
budget lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from derivcli.calculus.plot.picture import Dot, Stretch

GRID = 160  # points to begin with
GOLDEN = 0.6180339887498949  # its multiples are spread evenly, so that no oscillation keeps step
LEVELS = 8  # how often an interval in which J bends is divided
EDGES = 0.3  # share of the budget for the edges of the domain
REFINED = 0.6  # share of the budget for bends; what is left is for borders and jumps
BEND = 0.002  # in heights of the window: less cannot be seen
STEEP = 0.04  # likewise: a change between two points that may be a jump
HALVINGS = 45
SHRUNK = 0.25  # of its first size: what a jump keeps, and a steep line loses

Sample = tuple[float, float | None]


class Sampled:
    """J along one variable: each value computed once, None where there is none.

    `gaps` says of J what keeps it from being drawn where it may have a value.
    """

    def __init__(
        self,
        function: Callable[[float], float | None],
        budget: int,
        gaps: Iterable[str] = (),
    ) -> None:
        self.function = function
        self.budget = budget
        self.gaps = gaps
        self.known: dict[float, float | None] = {}

    def at(self, x: float) -> float | None:
        """Return J(x), or None."""
        if x not in self.known:
            self.known[x] = self.function(x)
        return self.known[x]

    def spent(self, share: float = 1) -> bool:
        """Is this share of the budget used up?"""
        return len(self.known) >= share * self.budget


def grid(low: float, high: float, count: int, through: Iterable[float] = ()) -> list[float]:
    """Return abscissae from low to high, both included, never quite evenly spaced."""
    step = (high - low) / count
    between = (low + step * (i + 0.4 * (i * GOLDEN % 1)) for i in range(1, count))
    found = {low, high, *between, *(x for x in through if low < x < high)}
    return sorted(x for x in found if low <= x <= high)


def with_edges(sampled: Sampled, abscissae: Iterable[float]) -> list[float]:
    """Return the abscissae, and the last ones with a value where J ceases to be defined."""
    found = list(abscissae)
    for before, after in pairwise(tuple(found)):
        if (sampled.at(before) is None) == (sampled.at(after) is None):
            continue
        defined, other = (after, before) if sampled.at(before) is None else (before, after)
        for _ in range(HALVINGS):
            middle = defined + (other - defined) / 2
            if sampled.spent(EDGES) or middle in (defined, other):
                break
            if sampled.at(middle) is None:
                other = middle
            else:
                defined = middle
        found.append(defined)
    return sorted(set(found))


def stretches(
    sampled: Sampled,
    abscissae: Iterable[float],
    window: tuple[float, float],
    *,
    smooth: bool = True,
) -> tuple[Stretch, ...]:
    """Return the points of J whose heights are inside the window, in stretches without a gap.

    With `smooth` there are more points where J bends; without, the gaps are the same.
    """
    tracing = _Tracing(sampled, *window)
    samples = [(x, sampled.at(x)) for x in abscissae]
    return tracing.stretches(tracing.refined(samples) if smooth else samples)


class _Tracing:
    """One walk along the curve, in a window of heights."""

    def __init__(self, sampled: Sampled, low: float, high: float) -> None:
        self.sampled = sampled
        self.low, self.high = low, high
        self.height = high - low

    def stretches(self, samples: list[Sample]) -> tuple[Stretch, ...]:
        found: list[Stretch] = []
        current: list[Dot] = []
        for before, after in pairwise(samples):
            _append(current, self._inside(before))
            broken = self._break(before, after)
            if broken is not None:
                end, whole, begin = broken
                _append(current, end)
                found += [tuple(current), whole]
                current = []
                _append(current, begin)
        if samples:
            _append(current, self._inside(samples[-1]))
        return tuple(each for each in (*found, tuple(current)) if each)

    def _inside(self, sample: Sample) -> Dot | None:
        x, y = sample
        return (x, y) if y is not None and self.low <= y <= self.high else None

    def refined(self, samples: list[Sample]) -> list[Sample]:
        """Return the samples with more of them wherever J bends, level by level."""
        active = list(pairwise(samples))
        found = set(samples)
        for _ in range(LEVELS):
            bending: list[tuple[Sample, Sample]] = []
            for before, after in active:
                if self.sampled.spent(REFINED):
                    return sorted(found, key=_abscissa)
                middle = self._between(before, after, 0.47)
                if middle is None:
                    continue
                found.add(middle)
                if self._bends(before, middle, after):
                    bending += [(before, middle), (middle, after)]
            active = bending
        return sorted(found, key=_abscissa)

    def _between(self, before: Sample, after: Sample, share: float) -> Sample | None:
        x = before[0] + share * (after[0] - before[0])
        if x in (before[0], after[0]):
            return None  # no float64 is between the two
        return x, self.sampled.at(x)

    def _bends(self, before: Sample, middle: Sample, after: Sample) -> bool:
        """Is the middle off the line, as far as the window shows?"""
        heights = [self._shown(each) for each in (before, middle, after)]
        low, here, high = heights
        if low is None or here is None or high is None:
            return False  # the edge is found by bisection
        share = (middle[0] - before[0]) / (after[0] - before[0])
        return abs(here - (low + share * (high - low))) > BEND * self.height

    def _shown(self, sample: Sample) -> float | None:
        """Return a height, no farther from the window than a tenth of it."""
        y, margin = sample[1], self.height / 10
        return None if y is None else max(self.low - margin, min(self.high + margin, y))

    def _break(
        self, before: Sample, after: Sample
    ) -> tuple[Dot | None, Stretch, Dot | None] | None:
        """Return the ends of the gap between two samples, or None where the line goes on.

        Between the ends may be a whole stretch: a steep line across the window.
        """
        left, right = self._inside(before), self._inside(after)
        if left and right:
            gap = self._jump(left, right)
            return None if gap is None else (gap[0], (), gap[1])
        if left or right:
            end = self._border(left, after) if left else None
            return end, (), self._border(right, before) if right else None
        return None, tuple(self._crossing(before, after)), None

    def _border(self, inside: Dot, outside: Sample) -> Dot:
        """Return the last point in the window on the way to a sample that is not."""
        for _ in range(HALVINGS):
            middle = None if self.sampled.spent() else self._between(inside, outside, 0.5)
            if middle is None:
                break
            found = self._inside(middle)
            if found:
                inside = found
            else:
                outside = middle
        return inside

    def _jump(self, left: Dot, right: Dot) -> tuple[Dot, Dot] | None:
        """Return the two sides of a jump, or None where J is only steep."""
        first = abs(right[1] - left[1])
        if first <= STEEP * self.height:
            return None
        for _ in range(HALVINGS):
            if self.sampled.spent():
                return None
            middle = self._between(left, right, 0.5)
            if middle is None:
                break
            found = self._inside(middle)
            if found is None:
                return self._border(left, middle), self._border(right, middle)
            if abs(found[1] - left[1]) > abs(right[1] - found[1]):
                right = found
            else:
                left = found
            if abs(right[1] - left[1]) < SHRUNK * first:
                return None
        return left, right

    def _crossing(self, before: Sample, after: Sample) -> Iterator[Dot]:
        """Yield a steep line from below the window to above it, or down; nothing for a pole."""
        side = self._side(before)
        if not side or self._side(after) != -side:
            return
        start, end = before, after
        for _ in range(HALVINGS):
            middle = None if self.sampled.spent() else self._between(start, end, 0.5)
            if middle is None or middle[1] is None:
                return
            found = self._inside(middle)
            if found:
                yield from (self._border(found, before), found, self._border(found, after))
                return
            if self._side(middle) == side:
                start = middle
            else:
                end = middle

    def _side(self, sample: Sample) -> int:
        """Return 1 above the window, -1 below it, else 0."""
        y = sample[1]
        return 0 if y is None else (y > self.high) - (y < self.low)


def _append(stretch: list[Dot], dot: Dot | None) -> None:
    if dot is not None and (not stretch or stretch[-1] != dot):
        stretch.append(dot)


def _abscissa(sample: Sample) -> float:
    return sample[0]
