"""Is J differentiable here? Left and right slopes, at kinks, jumps and edges.

SymPy answers 1/2 for max(0, w) at 0; here the answer comes from both sides. Where the tree alone
decides (a tie in |w|, max, piecewise), the one-sided slopes are exact; elsewhere (x**2*sin(1/x),
sqrt at 0) they are the limits of one-sided difference quotients, as far as numbers can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import Kink, Uncertain, Unexpanded
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Ball, Exact, Real, around, ball, exact
from derivcli.calculus.quantity import recognised
from derivcli.calculus.series import Beside, Series
from derivcli.calculus.slopes import slope_at
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.text import text
from derivcli.language.tree import Node, Program, number

# Distances from the point. The factors keep 1/h from being whole, where sin(pi/h) would vanish.
FACTORS = "7/11 13/17 19/23 29/31 59/61 17/19 23/29 11/13 31/37 3/7 41/43 37/47"
NEAR = tuple(Fraction(factor) / 10 ** (4 + 4 * k) for k, factor in enumerate(FACTORS.split()))
PROBE_DIGITS = 400
AGREE = mpf(10) ** -9  # relative: quotients that agree so far have a limit
VANISHED = mpf(10) ** -9  # relative to the first quotients: these have the limit 0
SHRINKS, GROWS = 0.72, 1.38  # from one distance to the next, 10**-4 away: a power of the distance
SNAP = mpf(10) ** -300  # relative: what PROBE_DIGITS leave of a number such as 1/3

Values = Callable[[Exact], Mapping[str, Real]]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the point: the limits of J and of its quotient; None where there is none."""

    limit: Real | None
    slope: Real | None
    trouble: str | None = None  # "undefined", "infinite", "oscillates" or "undecided"
    probed: bool = False  # found by numbers, not read off the tree


@dataclass(frozen=True, slots=True)
class Differentiability:
    """Whether there is a derivative (None where numbers cannot tell), and the one-sided slopes."""

    differentiable: bool | None
    slope: Real | None = None
    left: Real | None = None
    right: Real | None = None
    reason: str | None = None  # "{J}" stands for the name of the output
    smooth: bool = False  # proved by the tree: no tie and no edge at the point
    probed: bool = False  # found by one-sided difference quotients
    undefined: bool = False  # because J has no value beside the point


def differentiability(
    program: Program | Node,
    point: Values,
    variable: str,
    value: Real | None,
    arithmetic: Exact,
) -> Differentiability:
    """Return whether J has a derivative at a point, given by its values in any arithmetic.

    `value` is J there, where that is not the value of the program.
    """
    values = point(arithmetic)
    try:
        dual = slope_at(program, values, variable, arithmetic)
        if value is not None and arithmetic.sign(dual.value - value) != 0:
            raise RefusedError("the formula of the derivative does not hold at this point")
        slope = Fraction(0) if dual.slope is None else dual.slope
        return Differentiability(True, slope, slope, slope, smooth=True)
    except (Kink, UndefinedError):
        pass
    there = evaluate(program, values, arithmetic) if value is None else value

    def side(direction: int) -> Side:
        try:
            dual = slope_at(program, values, variable, arithmetic, direction)
        except (Kink, UndefinedError):
            told = _expanded(program, values, variable, there, direction, arithmetic)
            return told or _probe(program, point, variable, value, direction, arithmetic)
        slope = Fraction(0) if dual.slope is None else dual.slope
        jumps = arithmetic.sign(dual.value - there) != 0
        return Side(dual.value, None if jumps else slope)

    return _compare(side(-1), side(1), there, arithmetic)


def _expanded(
    program: Program | Node,
    values: Mapping[str, Real],
    variable: str,
    there: Real,
    side: int,
    arithmetic: Exact,
) -> Side | None:
    """Return what J does on one side by its expansion there, None where that has none."""
    beside = Beside(arithmetic)
    try:
        around = {name: beside.real(value) for name, value in values.items()}
        around[variable] = beside.beside(values[variable], side)
        found: Series = evaluate(program, around, beside)
        if any(e < 0 for e in found.terms):
            return Side(None, None, "infinite")
        limit = found.at(0)
        change = found - beside.real(limit)
        if arithmetic.sign(limit - there) != 0:
            return Side(limit, None)
        if any(e < 1 for e in change.terms):
            return Side(limit, None, "infinite")
        return Side(limit, Fraction(side) * change.at(1))
    except UndefinedError:
        return Side(None, None, "undefined")
    except Uncertain:
        if arithmetic.last:
            return None
        raise
    except (Unexpanded, RefusedError):
        return None


def _compare(left: Side, right: Side, value: Real, arithmetic: Exact) -> Differentiability:
    def told(
        answer: bool | None, reason: str | None, slope: Real | None = None
    ) -> Differentiability:
        return Differentiability(answer, slope, left.slope, right.slope, reason, probed=probed)

    probed = left.probed or right.probed

    def same(one: Real, other: Real) -> bool:
        rest = one - other
        if probed and isinstance(rest, Ball) and rest.enclosure.contains(0):
            return True
        return arithmetic.sign(rest) == 0

    troubles = {left.trouble, right.trouble}
    if "undefined" in troubles:
        side = "right" if left.trouble == "undefined" else "left"
        where = f"only at and to the {side} of the point"
        if left.trouble == right.trouble:
            where = "at this point alone"
        return replace(told(False, f"{{J}} is defined {where}"), undefined=True)
    if left.limit is not None and right.limit is not None:
        before, after = same(left.limit, value), same(right.limit, value)
        if not (before and after):
            limits = (_short(each, arithmetic) for each in (left.limit, right.limit, value))
            return told(False, _jump(*limits, before=before, after=after))
    if troubles == {"infinite"}:
        return told(False, "the tangent is vertical")
    for trouble, reason in (
        ("infinite", "the slope grows without bound on one side"),
        ("oscillates", "the difference quotient oscillates and has no limit"),
    ):
        if trouble in troubles:
            return told(False, reason)
    if left.slope is None or right.slope is None:
        return told(None, "the one-sided difference quotients do not tell")
    if same(left.slope, right.slope):
        return told(True, None, right.slope if left.probed else left.slope)
    ends = _short(left.slope, arithmetic), _short(right.slope, arithmetic)
    if ends[0] == ends[1]:
        return told(False, f"the slope jumps by {_short(right.slope - left.slope, arithmetic)}")
    return told(False, f"the slope jumps from {ends[0]} to {ends[1]}")


def _jump(left: str, right: str, value: str, *, before: bool, after: bool) -> str:
    if before or after:
        return f"{{J}} jumps from {left} to {right}"
    if left == right:
        return f"{{J}} jumps: it is {value} at the point, but tends to {left}"
    return f"{{J}} jumps from {left} over {value} to {right}"


def _short(value: Real, arithmetic: Exact) -> str:
    """Return a number for a sentence: exact where that is short, else 10 digits."""
    known = recognised(value, arithmetic)
    exact_text = None if known is None else text(number(known))
    if exact_text is not None and len(exact_text) <= 12:
        return exact_text
    return f"about {mp.nstr(ball(value).middle, 10)}"


def _probe(
    program: Program | Node,
    point: Values,
    variable: str,
    value: Real | None,
    side: int,
    arithmetic: Exact,
) -> Side:
    """Return what J does on one side, from its values at twelve points ever nearer."""
    changes: list[tuple[mpf, mpf]] = []
    missing = 0
    with exact(PROBE_DIGITS, arithmetic.is_zero) as fine:
        values = point(fine)
        try:
            there = evaluate(program, values, fine) if value is None else value
            for distance in NEAR:
                moved = {**values, variable: values[variable] + side * distance}
                try:
                    change = ball(evaluate(program, moved, fine) - there)
                except UndefinedError:
                    missing += 1
                    continue
                size = mpf(distance.numerator) / distance.denominator
                if abs(change.middle) > change.radius:
                    changes.append((size, change.middle))
                elif change.radius < size * mpf(10) ** -150 or not change.radius:
                    changes.append((size, mpf(0)))
                else:
                    return Side(None, None, "undecided", probed=True)
        except (Uncertain, RefusedError):
            return Side(None, None, "undecided", probed=True)
        if missing:
            trouble = "undefined" if missing > len(NEAR) // 2 else "undecided"
            return Side(None, None, trouble, probed=True)
        return _limits(changes, there, side)


def _limits(changes: list[tuple[mpf, mpf]], value: Real, side: int) -> Side:
    """Return the limits of J and of its quotient; every tolerance is relative."""
    last = changes[-1][1]
    if last and all(abs(change - last) <= AGREE * abs(last) for _, change in changes[-4:]):
        spread = abs(changes[-2][1] - last)
        return Side(_limit(ball(value).middle + last, spread), None, probed=True)
    quotients = [side * change / distance for distance, change in changes]
    sizes = [abs(each) for each in quotients]
    slope = quotients[-1]
    if all(abs(each - slope) <= AGREE * abs(slope) for each in quotients[-4:]):
        return Side(value, _limit(slope, abs(quotients[-2] - slope)), probed=True)
    # Largest sizes from here on: they go on shrinking to the end, or something else is left.
    tails = [max(sizes[index:]) for index in range(len(sizes))]
    vanished = tails[-4] <= VANISHED * tails[0] and _steadily(tails[-4:], lambda r: r < SHRINKS)
    if vanished:
        return Side(value, Fraction(0), probed=True)
    if _steadily(sizes, lambda ratio: ratio > GROWS):
        return Side(value, None, "infinite", probed=True)
    turns = {mp.sign(after - before) for before, after in pairwise(quotients)}
    if turns >= {1, -1} and max(abs(each - slope) for each in quotients[-4:]) > max(sizes) / 100:
        return Side(value, None, "oscillates", probed=True)
    return Side(None, None, "undecided", probed=True)


def _steadily(sizes: list[mpf], changes: Callable[[mpf], bool]) -> bool:
    return all(before and changes(after / before) for before, after in pairwise(sizes))


def _limit(value: mpf, spread: mpf) -> Real:
    """Return the simple number that the limit is, within what the last quotients differ by.

    Else the limit as it was found.
    """
    doubt = 4 * spread + abs(value) * SNAP
    simple = [
        Fraction(int(mp.nint(value * 10**30)), 10**30).limit_denominator(1000),
        Fraction(mp.nstr(value, 12)),
    ]
    for each in simple:
        if abs(value - mpf(each.numerator) / each.denominator) <= doubt:
            return each
    return around(value, doubt)
