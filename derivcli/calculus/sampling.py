"""Points of the real domain where an expression has a slope: where formulas are compared.

Two values are different only if exact arithmetic proves it, by fractions or by balls that do not
meet: there is no tolerance. Two formulas agree at a point if both are known there to many digits
and nothing tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Kink, TooLarge, Uncertain
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real, differ, exact
from derivcli.calculus.kinks import judge
from derivcli.calculus.landmarks import branches, critical, points_beside
from derivcli.calculus.slopes import slope_at
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.tree import Node

DIGITS = 60
FINE_DIGITS = 400  # a few points are looked at with these: 1e-300 is not 0
FINE_POINTS = 3
KNOWN_BITS = 83  # 25 digits: a value with a larger relative error tells nothing
FEWEST = 3  # points that have to agree where there is no proof
FEW, ENOUGH = 8, 20  # points
AROUND = Fraction(1, 10**9)
TRIES = 160
# Points that a person would try; none that many wrong formulas share, such as 0 or 1.
SIMPLE = tuple(Fraction(each) for each in ("2", "3", "0.5", "-2", "1.5", "5", "-0.5", "0.1"))
GOLDEN = Fraction(6180339887, 10**10)
SCALES = ((-2, 2), (0, 1), (1, 5), (-1, 0), (-6, -1), (5, 60), (-60, -5), (0, 1000), (-1000, 0))

# At how many points formulas are compared, and what is tried to prove them equal then.
TRIALS = ((FEW, symbolic.normal_forms_agree), (ENOUGH, symbolic.simplifies_to_equal))

Point = dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Sample:
    """A point, and the slope there."""

    at: Point
    slope: Real


@dataclass(frozen=True, slots=True)
class Question:
    """An expression of its free variables, and the variable of its slope."""

    tree: Node
    variables: tuple[str, ...]
    variable: str

    def slope(self, at: Point, arithmetic: Exact) -> Real | None:
        """Return the slope at a point by the chain rule, or None where there is none for sure.

        At a tie there is none, unless the sides tie all around: max(w, w) is smooth. On a border
        of pieces a formula need not hold, even where J has a slope.
        """
        try:
            slope = self._smooth(at, arithmetic)
            if slope is None and self._is_tied_around(at, arithmetic):
                verdict = judge(self.tree, lambda _: at, self.variable, None, arithmetic)
                slope = verdict.slope if verdict.differentiable else None
        except (UndefinedError, RefusedError, Kink, Uncertain, TooLarge):
            return None
        return slope

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


def samples(
    question: Question, others: Sequence[Node] = (), count: int = ENOUGH
) -> tuple[Sample, ...]:
    """Return points with a slope: `count` of every size, simple ones first, and more.

    More are on both sides of the borders of pieces, in J and in the `others`; from ENOUGH on, also
    beside whatever else may matter.
    """
    found: dict[tuple[Fraction, ...], Sample] = {}
    tried: set[tuple[Fraction, ...]] = set()
    with exact(DIGITS) as arithmetic:
        simple, beside, scattered = _candidates(question, others, thorough=count >= ENOUGH)
        for group, most in ((simple, count), (beside, None), (scattered, count)):
            for at in group:
                key = tuple(at.values())
                if most is not None and len(found) >= most:
                    break
                if key in tried:
                    continue
                tried.add(key)
                slope = question.slope(at, arithmetic)
                if slope is not None and is_known(slope):
                    found[key] = Sample(at, slope)
    return tuple(found.values())


def _candidates(
    question: Question, others: Sequence[Node], *, thorough: bool
) -> tuple[Iterable[Point], Iterable[Point], Iterable[Point]]:
    """Return simple points, points beside borders, and points of every size."""
    moving = question.variables
    simple = [
        {name: SIMPLE[(index + 3 * k) % len(SIMPLE)] for k, name in enumerate(moving)}
        for index in range(len(SIMPLE))
    ]
    look = critical if thorough else branches
    deciding = [each for tree in (question.tree, *others) for each in look(tree)]
    beside = [
        {**point, question.variable: w}
        for point in (simple[:1] if len(moving) == 1 else simple[:2])
        for w in points_beside(deciding, question.variable, point)
    ]
    scattered = (
        {name: _scattered(index, k) for k, name in enumerate(moving)} for index in range(TRIES)
    )
    return simple, beside, scattered


def _scattered(index: int, shift: int) -> Fraction:
    """Return a number with three decimals, every scale in turn."""
    low, high = SCALES[(index + 2 * shift) % len(SCALES)]
    share = (GOLDEN * (index + 1) + Fraction(shift, 7)) % 1
    return Fraction(round((low + (high - low) * share) * 1000), 1000)


def is_known(value: Real) -> bool:
    """Is the value known to many digits, or exactly?"""
    return isinstance(value, Fraction) or value.enclosure.rel_one_accuracy_bits() >= KNOWN_BITS


def value_at(tree: Node, at: Point, arithmetic: Exact) -> Real | None:
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
    question: Question,
    tree: Node,
    found: Sequence[Sample],
    gap: Node | None = None,
    *,
    finely: bool = True,
) -> Contrast:
    """Return how a formula compares to the slopes; it ends at the first difference.

    `gap` is the difference of both as a formula of its own, which tells of a difference too small
    for any digits. With `finely`, a few points are compared with many more digits.
    """
    agreeing: list[Sample] = []
    missing: list[Sample] = []
    with exact(DIGITS) as arithmetic:
        for sample in found:
            try:
                value = value_at(tree, sample.at, arithmetic)
            except UndefinedError:
                missing.append(sample)
                continue
            if value is None:
                continue
            if differ(value, sample.slope) or _is_gap(gap, sample, arithmetic):
                return Contrast(tuple(agreeing), tuple(missing), (sample, value))
            agreeing.append(sample)
    different = _finely(question, tree, agreeing[:FINE_POINTS]) if finely else None
    return Contrast(tuple(agreeing), tuple(missing), different)


def _is_gap(gap: Node | None, sample: Sample, arithmetic: Exact) -> bool:
    """Is the difference another number than 0 at a point, for sure?"""
    if gap is None:
        return False
    try:
        value: Real = evaluate(gap, sample.at, arithmetic)
    except (UndefinedError, RefusedError, Uncertain, TooLarge):
        return False
    return differ(value, Fraction(0))


def _finely(
    question: Question, tree: Node, agreeing: Sequence[Sample]
) -> tuple[Sample, Real] | None:
    """Return the first point where many more digits tell a difference."""
    with exact(FINE_DIGITS) as arithmetic:
        for sample in agreeing:
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
