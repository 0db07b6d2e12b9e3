"""Is J differentiable here? Left and right slopes, at kinks, jumps and edges.

SymPy answers 1/2 for max(0, w) at 0; here the answer comes from both sides. Where the tree alone
decides (a tie in |w|, max, piecewise), the one-sided slopes are exact; elsewhere (x**2*sin(1/x),
sqrt at 0) they are the limits of one-sided difference quotients, as far as numbers can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Ball, Exact, Real, ball, exact
from derivcli.calculus.quantity import recognised
from derivcli.calculus.slopes import Kink, slope_at
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.text import text
from derivcli.language.tree import Node, Program, number

# Distances from the point. The factors keep 1/h from being whole, where sin(pi/h) would vanish.
FACTORS = "7/11 13/17 19/23 29/31 59/61 17/19 23/29 11/13 31/37 3/7 41/43 37/47"
NEAR = tuple(Fraction(factor) / 10 ** (4 + 2 * k) for k, factor in enumerate(FACTORS.split()))
PROBE_DIGITS = 120
AGREE = mpf(10) ** -9
SNAP = mpf(10) ** -18


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the point: the limits of J and of its quotient; None where there is none."""

    limit: Real | None
    slope: Real | None
    trouble: str | None = None  # "undefined", "infinite", "oscillates" or "undecided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether there is a derivative: True, False, or None where numbers cannot tell."""

    differentiable: bool | None
    slope: Real | None
    left: Real | None
    right: Real | None
    reason: str | None = None  # "{J}" stands for the name of the output
    smooth: bool = False  # proved by the tree: no tie and no edge at the point


def judge(
    program: Program | Node,
    values: Mapping[str, Real],
    variable: str,
    value: Real,
    arithmetic: Exact,
) -> Verdict:
    """Return the verdict on J at the point, where J is `value`."""
    try:
        slope = slope_at(program, values, variable, arithmetic).slope
        slope = Fraction(0) if slope is None else slope
        return Verdict(True, slope, slope, slope, smooth=True)
    except (Kink, UndefinedError):
        pass
    left = _side(program, values, variable, value, arithmetic, -1)
    right = _side(program, values, variable, value, arithmetic, 1)
    return _compare(left, right, value, arithmetic)


def _side(
    program: Program | Node,
    values: Mapping[str, Real],
    variable: str,
    value: Real,
    arithmetic: Exact,
    side: int,
) -> Side:
    try:
        dual = slope_at(program, values, variable, arithmetic, side)
    except (Kink, UndefinedError):
        return _probe(program, values, variable, value, side)
    slope = Fraction(0) if dual.slope is None else dual.slope
    jumps = arithmetic.sign(dual.value - value) != 0
    return Side(dual.value, None if jumps else slope)


def _compare(left: Side, right: Side, value: Real, arithmetic: Exact) -> Verdict:
    def verdict(answer: bool | None, reason: str, slope: Real | None = None) -> Verdict:
        return Verdict(answer, slope, left.slope, right.slope, reason)

    def same(one: Real, other: Real) -> bool:
        return arithmetic.sign(one - other) == 0

    troubles = {left.trouble, right.trouble}
    if "undefined" in troubles:
        if left.trouble == right.trouble:
            return verdict(False, "{J} is defined at this point alone")
        side = "right" if left.trouble == "undefined" else "left"
        return verdict(False, f"{{J}} is defined only at and to the {side} of the point")
    if left.limit is not None and right.limit is not None:
        before, after = same(left.limit, value), same(right.limit, value)
        if not (before and after):
            limits = (_short(each, arithmetic) for each in (left.limit, right.limit, value))
            return verdict(False, _jump(*limits, before=before, after=after))
    if troubles == {"infinite"}:
        return verdict(False, "the tangent is vertical")
    for trouble, reason in (
        ("infinite", "the slope grows without bound on one side"),
        ("oscillates", "the difference quotient oscillates and has no limit"),
    ):
        if trouble in troubles:
            return verdict(False, reason)
    if left.slope is None or right.slope is None:
        return verdict(None, "the one-sided difference quotients do not tell")
    if same(left.slope, right.slope):
        return Verdict(True, left.slope, left.slope, right.slope)
    slopes = f"from {_short(left.slope, arithmetic)} to {_short(right.slope, arithmetic)}"
    return verdict(False, f"the slope jumps {slopes}")


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
    values: Mapping[str, Real],
    variable: str,
    value: Real,
    side: int,
) -> Side:
    """Return what J does on one side, from its values at twelve points ever nearer."""
    changes: list[tuple[mpf, mpf]] = []
    with exact(PROBE_DIGITS) as fine:
        at = values[variable]
        missing = 0
        for distance in NEAR:
            try:
                moved = evaluate(program, {**values, variable: at + side * distance}, fine)
            except (UndefinedError, RefusedError):
                missing += 1
                continue
            except Uncertain:
                return Side(None, None, "undecided")
            change = ball(moved - value)
            if abs(change.middle) <= change.radius * 10 and change.middle:
                return Side(None, None, "undecided")
            changes.append((mpf(distance.numerator) / distance.denominator, change.middle))
        if missing > len(NEAR) // 2:
            return Side(None, None, "undefined")
        if missing:
            return Side(None, None, "undecided")
        return _limits(changes, value, side)


def _limits(changes: list[tuple[mpf, mpf]], value: Real, side: int) -> Side:
    last = changes[-1][1]
    steady = all(abs(change - last) <= AGREE * abs(last) for _, change in changes[-4:])
    if last and steady:
        return Side(_snapped(ball(value).middle + last), None)
    quotients = [side * change / distance for distance, change in changes]
    slope = quotients[-1]
    spread = [abs(each - slope) for each in quotients[:-1]]
    scale = max(mpf(1), abs(slope))
    if max(spread[-4:]) <= AGREE * scale and max(spread[-4:]) <= max(spread[:4]) + SNAP:
        # A quotient that shrinks with h on the whole way is 0 in the limit, not 1e-26.
        dwindling = abs(slope) < mpf(10) ** -6 and max(map(abs, quotients[-3:])) < AGREE * max(
            [mpf(1), *map(abs, quotients[:3])]
        )
        return Side(value, Fraction(0) if dwindling else _snapped(slope))
    sizes = [abs(each) for each in quotients]
    if all(after < 0.7 * before for before, after in pairwise(sizes)):
        return Side(value, Fraction(0))
    if all(after > 1.5 * before for before, after in pairwise(sizes)):
        return Side(value, None, "infinite")
    signs = {mp.sign(after - before) for before, after in pairwise(quotients)}
    if signs >= {1, -1} and max(spread[-4:]) > mpf(1) / 100:
        return Side(value, None, "oscillates")
    return Side(None, None, "undecided")


def _snapped(value: mpf) -> Real:
    """Return the simple fraction that a limit is to 18 digits, else the limit as it was found."""
    near = Fraction(int(mp.nint(value * 10**24)), 10**24).limit_denominator(1000)
    if abs(value - mpf(near.numerator) / near.denominator) <= SNAP * max(mpf(1), abs(value)):
        return near
    found = Fraction(int(mp.nint(value * 10**20)), 10**20)
    return Ball(+value, SNAP * max(mpf(1), abs(value)), number(found))
