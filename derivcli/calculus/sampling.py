"""Points of the real domain where an expression has a slope: where formulas are compared.

Two values are different only if exact arithmetic proves it, by fractions or by balls that do not
meet: there is no tolerance. Two formulas agree at a point if both are known there to many digits
and nothing tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mpmath import mpf

from derivcli.calculus.arithmetic import Float64, Kink, TooLarge, Uncertain
from derivcli.calculus.evaluate import evaluate, formula
from derivcli.calculus.exact import Exact, Real, ball, exact
from derivcli.calculus.slopes import slope_at
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Call, Node, names, nodes, substitute

DIGITS = 50
FINE_DIGITS = 400  # a few points are looked at with these: 1e-300 is not 0
FINE_POINTS = 3
KNOWN = mpf(10) ** -25  # a value with a larger relative error tells nothing
ENOUGH = 20  # points
TRIES = 160
# Points that a person would try; none that many wrong formulas share, such as 0 or 1.
SIMPLE = tuple(Fraction(each) for each in ("2", "3", "0.5", "-2", "1.5", "5", "-0.5", "0.1"))
GOLDEN = Fraction(6180339887, 10**10)
SCALES = ((-2, 2), (0, 1), (1, 5), (-1, 0), (-6, -1), (5, 60), (-60, -5), (0, 1000), (-1000, 0))
SOLVE_STARTS = (0.37, -1.3, 4.2, 60.0)
SOLVE_STEPS = 60
BESIDE = tuple(Fraction(each) for each in ("0.3", "-0.3", "0.7", "-0.7", "0.1", "-0.1", "3", "-3"))

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
        """Return the slope at a point by the chain rule, or None where there is none for sure."""
        try:
            slope = slope_at(self.tree, at, self.variable, arithmetic).slope
        except (UndefinedError, RefusedError, Kink, Uncertain, TooLarge):
            return None
        return Fraction(0) if slope is None else slope


def samples(question: Question, count: int = ENOUGH) -> tuple[Sample, ...]:
    """Return up to `count` points with a slope: simple ones first, then some of every size."""
    found: list[Sample] = []
    tried: set[tuple[Fraction, ...]] = set()
    with exact(DIGITS) as arithmetic:
        for at in _candidates(question):
            if tuple(at.values()) in tried:
                continue
            tried.add(tuple(at.values()))
            slope = question.slope(at, arithmetic)
            if slope is not None and is_known(slope):
                found.append(Sample(at, slope))
                if len(found) == count:
                    break
    return tuple(found)


def _candidates(question: Question) -> Iterator[Point]:
    moving = question.variables
    for index in range(len(SIMPLE)):
        yield {name: SIMPLE[(index + 3 * k) % len(SIMPLE)] for k, name in enumerate(moving)}
    for index in range(TRIES):
        yield {name: _scattered(index, k) for k, name in enumerate(moving)}
    for index, root in enumerate(_roots(question)):
        others = {name: _scattered(index, k) for k, name in enumerate(moving)}
        yield from ({**others, question.variable: near} for near in root)


def _scattered(index: int, shift: int) -> Fraction:
    """Return a number with three decimals, every scale in turn."""
    low, high = SCALES[(index + 2 * shift) % len(SCALES)]
    share = (GOLDEN * (index + 1) + Fraction(shift, 7)) % 1
    return Fraction(round((low + (high - low) * share) * 1000), 1000)


def _roots(question: Question) -> Iterator[list[Fraction]]:
    """Yield numbers beside the zeros of what functions are applied to: edges of narrow domains."""
    for node in nodes(question.tree):
        if not isinstance(node, Call):
            continue
        row = FUNCTIONS[node.function]
        if not (row.positive or row.nonnegative):
            continue
        values = dict(zip(row.parameters, node.arguments, strict=True))
        edges = [
            substitute(formula(source), values) for source in (*row.positive, *row.nonnegative)
        ]
        for edge in (*node.arguments, *edges):
            if question.variable in names(edge):
                yield from _solutions(edge, question)


def _solutions(tree: Node, question: Question) -> Iterator[list[Fraction]]:
    """Yield points around zeros of a tree found by Newton's method, other variables at 1/2."""
    arithmetic = Float64()
    for start in SOLVE_STARTS:
        w = start
        for _ in range(SOLVE_STEPS):
            at = dict.fromkeys(question.variables, 0.5) | {question.variable: w}
            try:
                dual = slope_at(tree, at, question.variable, arithmetic)
                if dual.slope is None or not dual.slope:
                    break
                moved = w - dual.value / dual.slope
            except (ArithmeticError, UndefinedError, RefusedError):
                break
            if abs(moved - w) <= 1e-12 * abs(w):
                unit = Fraction(1 / dual.slope)
                yield [_short(Fraction(moved) + unit * each, unit) for each in BESIDE]
                break
            w = moved


def _short(value: Fraction, unit: Fraction) -> Fraction:
    """Return a number near the value with few digits, as measured in the unit."""
    scale = Fraction(10) ** max(0, 3 - _magnitude(abs(unit)))
    return Fraction(round(value * scale)) / scale


def _magnitude(value: Fraction) -> int:
    return len(str(value.numerator)) - len(str(value.denominator))


def is_known(value: Real) -> bool:
    """Is the value known to many digits, or exactly?"""
    return isinstance(value, Fraction) or value.radius <= KNOWN * max(abs(value.middle), KNOWN)


def differ(one: Real, other: Real) -> bool:
    """Are these two different numbers, for sure?"""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one != other
    first, second = ball(one), ball(other)
    return bool(abs(first.middle - second.middle) > first.radius + second.radius)


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

    `agreeing` counts the points where nothing tells them apart, `missing` holds those where the
    formula has no value, `different` the first where it is another number, with that number.
    """

    agreeing: int
    missing: tuple[Sample, ...]
    different: tuple[Sample, Real] | None


def contrast(
    question: Question, tree: Node, found: Sequence[Sample], *, finely: bool = True
) -> Contrast:
    """Return how a formula compares to the slopes; it ends at the first difference.

    With `finely`, a few points are compared with many more digits.
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
            if differ(value, sample.slope):
                return Contrast(len(agreeing), tuple(missing), (sample, value))
            agreeing.append(sample)
    different = _finely(question, tree, agreeing[:FINE_POINTS]) if finely else None
    return Contrast(len(agreeing), tuple(missing), different)


def _finely(
    question: Question, tree: Node, agreeing: Sequence[Sample]
) -> tuple[Sample, Real] | None:
    """Return the first point where many more digits tell a difference."""
    with exact(FINE_DIGITS) as arithmetic:
        for sample in agreeing:
            if isinstance(sample.slope, Fraction):
                continue
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
