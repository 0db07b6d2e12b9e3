"""Points of the real domain where an expression has a slope: where formulas are compared.

Two values are different only if exact arithmetic proves it, by fractions or by balls that do not
meet: there is no tolerance. Two formulas agree at a point if both are known there to many digits
and nothing tells them apart.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli.calculus.arithmetic import Kink, TooLarge, Uncertain
from derivcli.calculus.cells.linear import Draw
from derivcli.calculus.derivation.algebra import minus
from derivcli.calculus.evaluate import HOLDS, evaluate
from derivcli.calculus.exact import Exact, Real, differ, exact
from derivcli.calculus.kinks import Differentiability, Values, differentiability
from derivcli.calculus.landmarks import critical, points_beside
from derivcli.calculus.removable import decided
from derivcli.calculus.slopes import slope_at
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.text import text
from derivcli.language.tree import Comparison, Node, Number, Piecewise

DIGITS = 60
FINE_DIGITS = 400  # a few points are looked at with these: 1e-300 is not 0
FINEST_DIGITS = 5_000
FINE_POINTS = 3
KNOWN_BITS = 83  # 25 digits: a value with a larger relative error tells nothing
FEWEST = 3  # points that have to agree where there is no proof
ENOUGH = 9  # points drawn, one of each size, besides the simple ones
AROUND = Fraction(1, 10**9)
TRIES = 160
# Points that a person would try; none that many wrong formulas share, such as 0 or 1.
SIMPLE = tuple(Fraction(each) for each in ("2", "3", "0.5", "-2", "1.5", "5", "-0.5", "0.1"))
SCALES = ((-2, 2), (0, 1), (1, 5), (-1, 0), (-6, -1), (5, 60), (-60, -5), (0, 1000), (-1000, 0))

NO_SLOPE = Differentiability(False)
UNDECIDED = Differentiability(None)

Point = dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Sample:
    """A point by its variables, and the exact slope there."""

    at: Point
    slope: Real


@dataclass(frozen=True, slots=True)
class Question:
    """An expression of its free variables, the variable of its slope, and where it is looked at.

    Where the expression is itself a derivative, of `J`, its formula may have no value, or another,
    where that has one: `judged` gives the verdict on the slope at a point, from J on.
    """

    tree: Node
    variables: tuple[str, ...]
    variable: str
    assumed: tuple[Comparison, ...] = ()
    J: Node | None = None
    judged: Callable[[Values, Exact], Differentiability] | None = None

    def slope(self, at: Point, arithmetic: Exact) -> Real | None:
        """Return the slope at a point by the chain rule, or None where there is none for sure.

        At a tie there is none, unless the sides tie all around, as in max(w*w, w**2), or J is made
        by one formula on both sides. On a border of pieces a formula need not hold, even where J
        has a slope.
        """
        try:
            if not self._holds(at, arithmetic):
                return None
            if self.J is not None:
                slope_at(self.J, at, self.variable, arithmetic)  # raises Kink on a border of J
            slope = self._smooth(at, arithmetic)
            if slope is None and (
                self._is_tied_around(at, arithmetic) or self._is_one_formula(at, arithmetic)
            ):
                verdict = differentiability(
                    self.tree, lambda _: at, self.variable, None, arithmetic
                )
                # Difference quotients see no kink that is nearer than they go: they prove nothing.
                proved = verdict.differentiable and not verdict.probed
                slope = verdict.slope if proved else None
        except (UndefinedError, RefusedError, Kink, Uncertain, TooLarge):
            return None
        return slope

    def slope_on_border(self, at: Point, arithmetic: Exact) -> Real | None:
        """Return the slope at a point, also on a border of pieces; None where it is not proved."""
        verdict = self.verdict_on_border(lambda _: at, arithmetic)
        return None if verdict.probed else verdict.slope

    def verdict_on_border(self, point: Values, arithmetic: Exact) -> Differentiability:
        """Return the verdict on J at a point, also on a border of pieces.

        There is no slope where J has no value, or what is assumed does not hold.
        """
        try:
            at = point(arithmetic)
            if not self._holds(at, arithmetic):
                return NO_SLOPE
            if self.judged is not None:
                return self.judged(point, arithmetic)
            verdict = differentiability(self.tree, point, self.variable, None, arithmetic)
            if verdict.probed and verdict.slope is not None:
                there = evaluate(self.tree, at, arithmetic)
                return decided(verdict, self.tree, there, point, self.variable, 1, arithmetic)
            return verdict
        except UndefinedError:
            return NO_SLOPE
        except (RefusedError, Kink, Uncertain, TooLarge):
            return UNDECIDED

    def where_assumed(self, tree: Node) -> Node:
        """Return a tree that is 0 wherever something that is assumed does not hold."""
        for each in self.assumed:
            tree = Piecewise((tree,), (each,), Number(Fraction(0)))
        return tree

    def _holds(self, at: Mapping[str, Real], arithmetic: Exact) -> bool:
        """Does all hold that is assumed?"""
        return all(
            arithmetic.sign(evaluate(minus(each.left, each.right), at, arithmetic))
            in HOLDS[each.operator]
            for each in self.assumed
        )

    def draws(self) -> Draw:
        """Return what draws shares of 1: always the same for a question, others for another.

        No two have a denominator in common, so that nothing of some period hides between them.
        """
        source = random.Random(f"{text(self.tree)} by {self.variable}")  # noqa: S311

        def draw() -> Fraction:
            whole = source.randrange(2**31, 2**32) | 1
            return Fraction(source.randrange(1, whole), whole)

        return draw

    def _smooth(self, at: Point, arithmetic: Exact) -> Real | None:
        """Return the slope at a point, or None at a tie."""
        try:
            slope = slope_at(self.tree, at, self.variable, arithmetic).slope
        except Kink:
            return None
        return Fraction(0) if slope is None else slope

    def _is_tied_around(self, at: Point, arithmetic: Exact) -> bool:
        sides = (at[self.variable] + side * AROUND for side in (1, -1))
        return all(self._smooth({**at, self.variable: w}, arithmetic) is None for w in sides)

    def _is_one_formula(self, at: Point, arithmetic: Exact) -> bool:
        try:
            left, right = (
                slope_at(self.tree, at, self.variable, arithmetic, side) for side in (-1, 1)
            )
        except (Kink, UndefinedError):
            return False
        return left.is_always(right)


def samples(
    question: Question, others: Sequence[Node] = (), count: int = ENOUGH
) -> tuple[Sample, ...]:
    """Return points with a slope: `count` of every size, and more beside all that may matter.

    That is on both sides of the borders of pieces and domains, in J and in the `others`.
    """
    drawn = scattered(question, count)
    return (*drawn, *sampled(question, beside(question, others), drawn))


def scattered(question: Question, count: int = ENOUGH) -> tuple[Sample, ...]:
    """Return points with a slope, of every size: simple ones, as many drawn by the question."""
    moving = question.variables
    simple = [
        {name: SIMPLE[(index + 3 * k) % len(SIMPLE)] for k, name in enumerate(moving)}
        for index in range(len(SIMPLE))
    ]
    found = sampled(question, simple, (), count)
    draw = question.draws()
    drawn = (
        {name: _scattered(index + 2 * k, draw) for k, name in enumerate(moving)}
        for index in range(TRIES)
    )
    return (*found, *sampled(question, drawn, found, count))


def sampled(
    question: Question,
    points: Iterable[Point],
    before: Sequence[Sample] = (),
    most: int | None = None,
) -> tuple[Sample, ...]:
    """Return the samples at points where the slope is known, `most` at most, none of `before`."""
    tried = {tuple(sample.at.values()) for sample in before}
    found: list[Sample] = []
    with exact(DIGITS) as arithmetic:
        for at in points:
            if most is not None and len(found) >= most:
                break
            key = tuple(at.values())
            if key in tried:
                continue
            tried.add(key)
            slope = question.slope(at, arithmetic)
            if slope is not None and is_known(slope):
                found.append(Sample(at, slope))
    return tuple(found)


def beside(question: Question, others: Sequence[Node] = ()) -> Iterator[Point]:
    """Yield points on both sides of whatever may matter, in every variable."""
    deciding = [each for tree in (question.tree, *others) for each in critical(tree)]
    for index in range(min(2, len(question.variables))):
        start = {
            name: SIMPLE[(index + 3 * k) % len(SIMPLE)] for k, name in enumerate(question.variables)
        }
        for name in question.variables:
            for w in points_beside(deciding, name, start):
                yield {**start, name: w}


def _scattered(index: int, draw: Draw) -> Fraction:
    """Return a number that no period shares, every scale in turn."""
    low, high = SCALES[index % len(SCALES)]
    return low + (high - low) * draw()


def is_known(value: Real) -> bool:
    """Is the value known to many digits, or exactly?"""
    return isinstance(value, Fraction) or value.enclosure.rel_one_accuracy_bits() >= KNOWN_BITS


def value_at(tree: Node, at: Mapping[str, Real], arithmetic: Exact) -> Real | None:
    """Return the value at a point; None where it is unknown.

    Raises UndefinedError where there is none.
    """
    try:
        value: Real = evaluate(tree, at, arithmetic)
    except (RefusedError, Uncertain, TooLarge):
        return None
    return value if is_known(value) else None


@dataclass(frozen=True, slots=True)
class Contrast:
    """A formula beside the slopes of some samples.

    `agreeing` holds the points where nothing tells them apart, `missing` those where the formula
    has no value, `different` the first where it is another number, with that number.
    """

    agreeing: tuple[Sample, ...]
    missing: tuple[Sample, ...]
    different: tuple[Sample, Real] | None


def contrast(
    tree: Node,
    found: Sequence[Sample],
    gap: Node | None = None,
    is_near: Callable[[Sample, Real], bool] = lambda _sample, _value: False,
) -> Contrast:
    """Return how a formula compares to the slopes; it ends at the first difference.

    `gap` is the difference of both as a formula of its own, which tells of a difference too small
    for any digits. A value that `is_near` is taken for the slope.
    """
    agreeing: list[Sample] = []
    missing: list[Sample] = []
    with exact(DIGITS) as arithmetic:
        for sample in found:
            try:
                value = value_at(tree, sample.at, arithmetic)
                if value is None:  # as 1e60*sin(pi*w) is at a whole number
                    with exact(FINE_DIGITS) as finer:
                        value = value_at(tree, sample.at, finer)
            except UndefinedError:
                missing.append(sample)
                continue
            if value is None:
                continue
            differs = differ(value, sample.slope) or _is_gap(gap, sample, arithmetic)
            if differs and not is_near(sample, value):
                return Contrast(tuple(agreeing), tuple(missing), (sample, value))
            agreeing.append(sample)
    return Contrast(tuple(agreeing), tuple(missing), None)


def _is_gap(gap: Node | None, sample: Sample, arithmetic: Exact) -> bool:
    """Is the difference another number than 0 at a point, for sure?"""
    if gap is None:
        return False
    try:
        value: Real = evaluate(gap, sample.at, arithmetic)
    except (UndefinedError, RefusedError, Uncertain, TooLarge):
        return False
    return differ(value, Fraction(0))


def finely(
    question: Question, tree: Node, agreeing: Sequence[Sample]
) -> tuple[Sample, Real] | None:
    """Return the first point where many more digits tell a difference: most at the first one."""
    for index, sample in enumerate(agreeing):
        with exact(FINE_DIGITS if index else FINEST_DIGITS) as arithmetic:
            slope = question.slope(sample.at, arithmetic)
            value = value_at(tree, sample.at, arithmetic)
            if slope is not None and value is not None and differ(slope, value):
                return Sample(sample.at, slope), value
    return None


def agree(values: Sequence[Real | None], others: Sequence[Real | None]) -> bool:
    """Do two rows of values agree wherever both are known, at 3 points or more?"""
    both = [
        (one, other)
        for one, other in zip(values, others, strict=True)
        if one is not None and other is not None
    ]
    return len(both) >= FINE_POINTS and not any(differ(one, other) for one, other in both)


def values(tree: Node, found: Sequence[Sample]) -> tuple[Real | None, ...]:
    """Return the values of a formula at the samples; None where there is none."""
    row: list[Real | None] = []
    with exact(DIGITS) as arithmetic:
        for sample in found:
            try:
                row.append(value_at(tree, sample.at, arithmetic))
            except UndefinedError:
                row.append(None)
    return tuple(row)
