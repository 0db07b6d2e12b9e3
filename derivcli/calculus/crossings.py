"""What lies between a point and the end of a step: a kink, a jump, a pole, the end of the domain.

A difference quotient whose step crosses one says nothing of the slope at the point. The borders of
the formula's pieces are looked at along the way, nearest first; what is found there is told from
J and its slope on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import Kink, TooLarge, Uncertain, Undefined
from derivcli.calculus.evaluate import evaluate, formula
from derivcli.calculus.exact import Exact, Real, ball, exact
from derivcli.calculus.results import Crossing, Quantity
from derivcli.calculus.slopes import slope_at
from derivcli.calculus.ties import ties
from derivcli.errors import DerivError, UndefinedError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Binary, Call, Node, Number, Unary, nodes, substitute

DIGITS = 60
NARROW = Fraction(1, 10**30)  # of the distance: how near a border is found
BESIDE = Fraction(1, 10**20)  # of the distance: where both sides of it are looked at
BEND = Fraction(1, 10**8)  # of the distance: over which the slope is seen to change
SAME = mpf(10) ** -10  # relative: what differs by less is the same
PLACE_DIGITS = 20
GROWS, STEEPENS = mpf(1.5), mpf(1000)  # from BEND to BESIDE: J and its slope at a pole
STEEPER = 5  # likewise where J stays within bounds: that of |x|**0.9 at 0
LIKE = 100  # two distances are like each other up to this factor
MOST = 40  # borders

FAILURES = (DerivError, Kink, Undefined, Uncertain, TooLarge, ZeroDivisionError)

Values = Callable[[Exact], Mapping[str, Real]]


def borders(tree: Node) -> tuple[Node, ...]:
    """Return expressions one of which changes its sign, or jumps, where J leaves its formula."""
    found: dict[Node, None] = {}
    for border in _borders(tree):
        found.setdefault(border)
        for step in nodes(border):
            if _is_step(step):
                found.setdefault(step)
    return tuple(found)[:MOST]


def _borders(tree: Node) -> Iterator[Node]:
    yield from ties(tree)
    for node in nodes(tree):
        match node:
            case Binary(operator="/"):
                yield from _factors(node.right)
            case Binary(operator="**") if not _is_count(node.right):
                yield from _factors(node.left)
            case Call():
                row = FUNCTIONS[node.function]
                arguments = dict(zip(row.parameters, node.arguments, strict=True))
                for source in (*row.positive, *row.nonnegative, *row.nonzero):
                    yield from _factors(substitute(formula(source), arguments))
                if _is_step(node):
                    yield node


def _factors(node: Node) -> Iterator[Node]:
    """Yield what a product is made of: x**2 has the zeros of x, and changes no sign there."""
    match node:
        case Binary(operator="*"):
            yield from _factors(node.left)
            yield from _factors(node.right)
        case Binary(operator="**", right=Number()):
            yield from _factors(node.left)
        case Unary():
            yield from _factors(node.operand)
        case _:
            yield node


def _is_count(node: Node) -> bool:
    return isinstance(node, Number) and node.value.denominator == 1 and node.value >= 0


def _is_step(node: Node) -> bool:
    """Is it a function without slope, such as floor, so that it jumps where it changes?"""
    if not isinstance(node, Call) or FUNCTIONS[node.function].definition:
        return False
    return {"0"} == {*FUNCTIONS[node.function].partials}


@dataclass(frozen=True, slots=True)
class _Way:
    """One side of a point, in exact numbers."""

    tree: Node
    values: Mapping[str, Real]
    variable: str
    side: int
    arithmetic: Exact

    def at(self, distance: Fraction) -> dict[str, Real]:
        return {**self.values, self.variable: self.values[self.variable] + self.side * distance}

    def state(self, border: Node, distance: Fraction) -> object:
        """Return on which side of a border a place is; None where that cannot be told."""
        try:
            value = evaluate(border, self.at(distance), self.arithmetic)
            return value if _is_step(border) else self.arithmetic.sign(value)
        except FAILURES:
            return None

    def defined(self, distance: Fraction) -> bool:
        try:
            evaluate(self.tree, self.at(distance), self.arithmetic)
        except UndefinedError:
            return False
        except FAILURES:
            return True  # too large to be told, which is no border
        return True

    def first(self, border: Node, distances: Iterable[Fraction]) -> Iterator[Fraction]:
        """Yield the distances at which the state of a border changes, nearest first."""
        known = [(each, self.state(border, each)) for each in distances]
        known = [each for each in known if each[1] is not None]
        for (near, before), (far, after) in pairwise(known):
            if before != after and (before != 0 or _is_step(border)):
                yield self._found(self._keeps(border, before), near, far)

    def _keeps(self, border: Node, state: object) -> Callable[[Fraction], bool]:
        return lambda distance: self.state(border, distance) == state

    def end(self, distances: Iterable[Fraction]) -> Iterator[Fraction]:
        """Yield the distance at which J ceases to have a value."""
        known = [(each, self.defined(each)) for each in distances]
        for (near, before), (far, after) in pairwise(known):
            if before and not after:
                yield self._found(self.defined, near, far)
                return

    def _found(self, same: Callable[[Fraction], bool], near: Fraction, far: Fraction) -> Fraction:
        """Return where something changes, by bisection."""
        while far - near > NARROW * far:
            middle = (near + far) / 2
            near, far = (middle, far) if same(middle) else (near, middle)
        return far

    def what(self, distance: Fraction) -> str | None:
        """Return what J does at a distance; None where nothing."""
        here = self._dual(Fraction(0)) or self._dual(distance / 2)
        near, before = (self._dual(distance * (1 - step)) for step in (BESIDE, BEND))
        far, after = (self._dual(distance * (1 + step)) for step in (BESIDE, BEND))
        if here is None or near is None or before is None:
            return None
        if far is None or after is None:
            return None if self.defined(distance * (1 + BESIDE)) else "end"
        width = ball(distance).middle
        steep = max(abs(each[1]) for each in (here, near, far))
        if _grows(before, near) or _grows(after, far):
            return "pole"
        if _steepens(before, near, far, after):
            moved = max(abs(before[0] - near[0]), abs(after[0] - far[0]))
            gap = abs(near[0] - far[0])
            if moved / LIKE < gap < moved * LIKE:
                return "oscillation"  # it moves as far within BESIDE as within BEND: sin(1/x)
            if gap < moved and near[1] * far[1] > 0:
                return "vertical"
        if abs(near[0] - far[0]) > SAME * max(abs(near[0]), abs(far[0]), steep * width):
            return "jump"
        if abs(near[1] - far[1]) > SAME * steep:
            return "kink"
        bends = before[1] - near[1], far[1] - after[1]
        largest = max(map(abs, bends))
        jumps = abs(bends[0] - bends[1]) > largest / 1000
        return "bend" if jumps and largest > SAME / 100 * steep else None

    def _dual(self, distance: Fraction) -> tuple[mpf, mpf] | None:
        """Return J and its slope at a distance."""
        try:
            dual = slope_at(self.tree, self.at(distance), self.variable, self.arithmetic)
            return ball(dual.value).middle, ball(dual.slope or Fraction(0)).middle
        except FAILURES:
            return None

    def place(self, distance: Fraction, found: tuple[Node, ...]) -> Quantity:
        """Return where that is: the simple number at which a border is 0, else rounded."""
        there = ball(self.at(distance)[self.variable]).middle
        simple = Fraction(int(mp.nint(there * 10**40)), 10**40).limit_denominator(10**9)
        gap = self.at(distance)[self.variable] - simple
        at = {**self.values, self.variable: simple}
        if abs(ball(gap).middle) <= ball(BESIDE * distance).middle and any(
            self._is_zero(border, at) for border in found
        ):
            return Quantity(simple)
        return Quantity(Decimal(mp.nstr(there, PLACE_DIGITS)))

    def _is_zero(self, border: Node, at: Mapping[str, Real]) -> bool:
        """Is a border known to be at a place? That of a step is where its argument says."""
        try:
            return _is_step(border) or (
                self.arithmetic.sign(evaluate(border, at, self.arithmetic)) == 0
            )
        except FAILURES:
            return False


def _grows(there: tuple[mpf, mpf], nearer: tuple[mpf, mpf]) -> bool:
    """Do J and its slope grow without bound, as those of 1/x and log|x| do?"""
    return bool(
        abs(nearer[0]) > GROWS * abs(there[0]) and abs(nearer[1]) > STEEPENS * abs(there[1])
    )


def _steepens(
    before: tuple[mpf, mpf], near: tuple[mpf, mpf], far: tuple[mpf, mpf], after: tuple[mpf, mpf]
) -> bool:
    """Does the slope of J grow without bound, as that of cbrt(x) does?"""
    outer, inner = (max(abs(one[1]), abs(two[1])) for one, two in ((before, after), (near, far)))
    return bool(inner > STEEPER * outer)


def crossing(
    tree: Node, point: Values, variable: str, side: int, distances: Iterable[Fraction]
) -> Crossing | None:
    """Return what is first met on one side of a point; `distances`, ascending, are looked at."""
    found, steps = borders(tree), tuple(distances)
    if not found or not steps:
        return None
    with exact(DIGITS) as arithmetic:
        way = _Way(tree, point(arithmetic), variable, side, arithmetic)
        candidates = {distance for border in found for distance in way.first(border, steps)}
        candidates |= {*way.end(steps)}
        for distance in sorted(candidates):
            what = way.what(distance)
            if what is not None:
                return Crossing(what, way.place(distance, found), distance)
    return None
