"""What lies between a point and the end of a step: a kink, a jump, a pole, the end of the domain.

A difference quotient whose step crosses one says nothing of the slope at the point. The borders of
the formula's pieces are looked at along the way, nearest first; what is found there is told from
J and its slope on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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

DIGITS = 400  # (x - sin(x))/x**3 loses three times as many beside 0 as BESIDE has
NARROW = Fraction(1, 10**30)  # of the distance: how near a border is found
BESIDE = Fraction(1, 10**20)  # of the distance: where both sides of it are looked at
MIDWAY = Fraction(1, 10**14)  # of the distance: where it is seen how a difference shrinks
BEND = Fraction(1, 10**8)  # of the distance: over which the slope is seen to change
SAME = mpf(10) ** -10  # relative: what differs by less is the same
KNOWN = mpf(10) ** -25  # relative: numbers are known so well, or not at all
NOTHING = mpf(10) ** -100  # absolute: likewise of what is nearly 0
PROPORTION = mpf(10) ** -6  # of MIDWAY to BEND
PLACE_DIGITS = 20
GROWS, STEEPENS = mpf(1.5), mpf(1000)  # from BEND to BESIDE: J and its slope at a pole
STEEPER = 5  # likewise where J stays within bounds: that of |x|**0.9 at 0
LIKE = 100  # two distances are like each other up to this factor
MOST = 40  # borders

FAILURES = (DerivError, Kink, Undefined, Uncertain, TooLarge, ZeroDivisionError)

Values = Callable[[Exact], Mapping[str, Real]]
Place = tuple[mpf, mpf]  # J and its slope there
Side = Sequence[Place]


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
        left, right = self._side(distance, -1), self._side(distance, 1)
        if here is None or left is None:
            return None
        if right is None:
            return None if self.defined(distance * (1 + BESIDE)) else "end"
        return _between(here[1], left, right, ball(distance).middle)

    def _side(self, distance: Fraction, side: int) -> Side | None:
        """Return J and its slope before a distance or behind it, nearest first."""
        found = [self._dual(distance * (1 + side * step)) for step in (BESIDE, MIDWAY, BEND)]
        known = [each for each in found if each is not None]
        return known if len(known) == len(found) else None

    def _dual(self, distance: Fraction) -> Place | None:
        """Return J and its slope at a distance, None where they are not known."""
        try:
            dual = slope_at(self.tree, self.at(distance), self.variable, self.arithmetic)
        except FAILURES:
            return None
        both = ball(dual.value), ball(dual.slope or Fraction(0))
        if any(each.radius > max(KNOWN * abs(each.middle), NOTHING) for each in both):
            return None
        return both[0].middle, both[1].middle

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


def _between(slope: mpf, left: Side, right: Side, width: mpf) -> str | None:
    """Return what is between two sides, each with J and its slope at three places, nearest first.

    `slope` is that at the point, which is `width` away.
    """
    near, _, before = left
    far, _, after = right
    steep = max(abs(slope), *(abs(each) for _, each in (*left, *right)))
    if any(_grows(nearer, there) for nearer, _, there in (left, right)):
        return "pole"
    gap = abs(near[0] - far[0])
    if _steepens(left, right):
        moved = max(abs(before[0] - near[0]), abs(after[0] - far[0]))
        if moved / LIKE < gap < moved * LIKE:
            return "oscillation"  # it moves as far within BESIDE as within BEND: sin(1/x)
        if gap < moved and near[1] * far[1] > 0:
            return "vertical"
    if gap > SAME * max(abs(near[0]), abs(far[0]), steep * width):
        return "jump"
    gap = abs(near[1] - far[1])
    if gap > SAME * steep:
        settled = all(abs(side[0][1] - side[1][1]) < gap / 1000 for side in (left, right))
        ways = [{mp.sign(slope) for _, slope in side} for side in (left, right)]
        is_cusp = _steepens(left, right) and near[1] * far[1] < 0 and all(len(w) == 1 for w in ways)
        return "kink" if settled or is_cusp else "rough"
    bends = before[1] - near[1], far[1] - after[1]
    largest = max(map(abs, bends))
    if largest <= SAME / 100 * steep:
        return None
    shares = [
        _share(side) for side in (left, right) if abs(side[2][1] - side[0][1]) > SAME * largest
    ]
    if max(shares) > PROPORTION * mpf(1.01):
        return "rough"
    jumps = abs(bends[0] - bends[1]) > largest / 1000
    return "bend" if jumps and max(shares) > PROPORTION * mpf(0.99) else None


def _grows(nearer: Place, there: Place) -> bool:
    """Do J and its slope grow without bound, as those of 1/x and log|x| do?"""
    return bool(
        abs(nearer[0]) > GROWS * abs(there[0]) and abs(nearer[1]) > STEEPENS * abs(there[1])
    )


def _steepens(left: Side, right: Side) -> bool:
    """Does the slope of J grow without bound, as that of cbrt(x) does?"""
    inner, _, outer = (max(abs(one[1]), abs(two[1])) for one, two in zip(left, right, strict=True))
    return bool(inner > STEEPER * outer)


def _share(side: Side) -> mpf:
    """Return which part of its change within BEND the slope makes within MIDWAY.

    That is in proportion where there is a second derivative, and less where that is 0.
    """
    near, middle, outer = (slope for _, slope in side)
    return abs(middle - near) / abs(outer - near)


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
