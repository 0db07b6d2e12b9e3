"""Linear conditions in exact numbers: is there a point where all hold, and which?

Fourier and Motzkin's elimination: a variable is eliminated by holding every lower bound against
every upper one. What is left without variables is true or false; going back, every variable is
put between its bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

MOST = 400  # conditions on the way

# A share of an open interval, and how far a point lies from a single bound.
Draw = Callable[[], Fraction]


class TooMany(Exception):
    """The elimination would take too many conditions."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of terms, each a number times an unknown, plus a number."""

    terms: Mapping[Hashable, Fraction]
    constant: Fraction

    def __sub__(self, other: Linear) -> Linear:
        keys = dict.fromkeys((*self.terms, *other.terms))
        terms = {key: self.terms.get(key, 0) - other.terms.get(key, 0) for key in keys}
        return Linear(
            {key: Fraction(c) for key, c in terms.items() if c}, self.constant - other.constant
        )

    def times(self, factor: Fraction) -> Linear:
        """Return the sum times a number."""
        return Linear({key: c * factor for key, c in self.terms.items()}, self.constant * factor)

    def bound(self, unknown: Hashable) -> Linear:
        """Return the sum that the unknown equals where this one is 0."""
        factor = -1 / self.terms[unknown]
        rest = {key: c * factor for key, c in self.terms.items() if key != unknown}
        return Linear(rest, self.constant * factor)

    def put(self, unknown: Hashable, value: Linear) -> Linear:
        """Return the sum with a value put in for an unknown."""
        factor = self.terms.get(unknown)
        if factor is None:
            return self
        rest = Linear({k: c for k, c in self.terms.items() if k != unknown}, self.constant)
        return rest - value.times(-factor)

    def at(self, values: Mapping[Hashable, Fraction]) -> Fraction:
        """Return the value where every unknown has one."""
        return self.constant + sum(c * values[key] for key, c in self.terms.items())


@dataclass(frozen=True, slots=True)
class _Eliminated:
    """An unknown that was eliminated: its value, or the sums that it lies above and below."""

    unknown: Hashable
    value: Linear | None
    lower: tuple[Linear, ...] = ()
    upper: tuple[Linear, ...] = ()


def points(
    signs: Sequence[tuple[Linear, int]], unknowns: Sequence[Hashable], draws: Sequence[Draw]
) -> Iterator[dict[Hashable, Fraction]] | None:
    """Return a point for each of the `draws` where every sum has its sign; None if there is none.

    Raises TooMany.
    """
    eliminated = _eliminated(signs, unknowns)
    if eliminated is None:
        return None
    return (_point(eliminated, unknowns, draw) for draw in draws)


def _eliminated(
    signs: Sequence[tuple[Linear, int]], unknowns: Sequence[Hashable]
) -> list[_Eliminated] | None:
    """Return the unknowns in the order in which they went; None where the conditions clash."""
    zero = [each for each, sign in signs if sign == 0]
    above = [each if sign > 0 else each.times(Fraction(-1)) for each, sign in signs if sign]
    found = []
    while zero:
        each = zero.pop()
        if not each.terms:
            if each.constant:
                return None
            continue
        unknown = next(iter(each.terms))
        value = each.bound(unknown)
        found.append(_Eliminated(unknown, value))
        zero = [other.put(unknown, value) for other in zero]
        above = [other.put(unknown, value) for other in above]
    gone = {each.unknown for each in found}
    for unknown in unknowns:
        if unknown in gone:
            continue
        lower = [each.bound(unknown) for each in above if each.terms.get(unknown, 0) > 0]
        upper = [each.bound(unknown) for each in above if each.terms.get(unknown, 0) < 0]
        found.append(_Eliminated(unknown, None, tuple(lower), tuple(upper)))
        above = [each for each in above if unknown not in each.terms]
        above += [high - low for low in lower for high in upper]
        if len(above) > MOST:
            raise TooMany
        if any(not each.terms and each.constant <= 0 for each in above):
            return None
    return None if any(each.constant <= 0 for each in above) else found


def inside(low: Fraction | None, high: Fraction | None, share: Fraction) -> Fraction:
    """Return a number between two ends, None for infinity: that share of the way."""
    if low is not None and high is not None:
        return low + (high - low) * share
    if low is not None:
        return low + max(Fraction(1), abs(low)) * share
    if high is not None:
        return high - max(Fraction(1), abs(high)) * share
    return 6 * share - 3


def vanishes(each: Linear, zeros: Sequence[Linear]) -> bool:
    """Is a sum 0 wherever others are?"""
    rest = list(zeros)
    while rest:
        zero = rest.pop()
        if not zero.terms:
            continue
        unknown = next(iter(zero.terms))
        value = zero.bound(unknown)
        each = each.put(unknown, value)
        rest = [other.put(unknown, value) for other in rest]
    return not each.terms and not each.constant


def _point(
    eliminated: Sequence[_Eliminated], unknowns: Sequence[Hashable], draw: Draw
) -> dict[Hashable, Fraction]:
    values: dict[Hashable, Fraction] = {}
    for each in reversed(eliminated):
        if each.value is not None:
            values[each.unknown] = each.value.at(values)
            continue
        low = max((bound.at(values) for bound in each.lower), default=None)
        high = min((bound.at(values) for bound in each.upper), default=None)
        values[each.unknown] = inside(low, high, draw())
    return {unknown: values[unknown] for unknown in unknowns}
