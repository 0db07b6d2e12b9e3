"""Points at which gradients are compared: exact matrices of several sizes, none of them 1."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import UnknownError, trace
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.nudging import later
from derivcli.arrays.values import arrays
from derivcli.calculus.arithmetic import TooLarge, Uncertain
from derivcli.calculus.exact import Exact, Real, ball, exact
from derivcli.calculus.sampling import DIGITS
from derivcli.errors import RefusedError, UndefinedError
from derivcli.exercises.gradients.case import GradientCase
from derivcli.language.shapes import Shape
from derivcli.language.tree import (
    Assignment,
    Comparison,
    Name,
    Program,
    Reduction,
    Transpose,
    number,
)

# Each size has one of these numbers: the second set is for what the first takes for equal.
SIZES = ((2, 3, 4, 5, 6, 7, 8, 9), (3, 5, 2, 7, 4, 8, 6, 9), (4, 2, 5, 3, 7, 6, 9, 8))
# How names are drawn: any real numbers, shares of 1, above 0, small ones, large ones.
RANGES = {
    "real": (Fraction(-2), Fraction(2)),
    "share": (Fraction(1, 20), Fraction(19, 20)),
    "positive": (Fraction(1, 5), Fraction(3)),
    "small": (Fraction(-1, 1000), Fraction(1, 1000)),
    "large": (Fraction(-700), Fraction(900)),
}
UNITS = (997, 1_009, 10_007, 65_537)  # of what part of the range the numbers are multiples
TRIES = 24
LARGEST = 4_000  # entries of all variables together, which are computed with one by one
STEP = Fraction(1, 10**25)
CLOSE = Fraction(1, 10**18)  # relative: as near as a quotient is to the slope, with a wide margin
BEYOND = (RefusedError, Uncertain, TooLarge)
FAILURES = (UndefinedError, UnknownError, *BEYOND)

Rows = Fraction | tuple[tuple[Fraction, ...], ...]
Values = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class GradientSample:
    """A point: numbers for sizes, matrices by name, the values of all names there, the gradient."""

    sizes: Mapping[str, int]
    values: Values
    known: Mapping[str, Array]
    expected: Array


class Samples:
    """Where a gradient has a value, drawn as the case asks: always the same ones."""

    def __init__(self, case: GradientCase) -> None:
        self.case = case
        self.given = case.question.asked.given
        self.free = [
            name
            for name in case.program.variables
            if name not in case.sizes and name not in self.given.sizes
        ]
        found = map(_symmetric, case.question.assumed)
        self.symmetric = frozenset(name for name in found if name is not None)

    def numbers(self, index: int) -> dict[str, int]:
        """Return a number for each size, the ones that were given as they are."""
        known = dict(self.given.sizes)
        taken = {size for shape in self.case.known.names.values() for size in shape}
        left = (n for n in SIZES[index % len(SIZES)] if n not in taken and n not in known.values())
        names = [name for name in self.case.sizes if name not in known]
        return {**known, **dict(zip(names, left, strict=False))}

    def is_small(self) -> bool:
        """Can the entries be computed with one by one?"""
        sizes = self.numbers(0)
        shapes = self.case.known.names.values()
        return sum(prod(in_numbers(shape, sizes)) for shape in shapes) <= LARGEST

    def found(self, count: int) -> Iterator[GradientSample]:
        """Yield samples at points with a gradient, of every size and way of drawing in turn."""
        if self.given.values:
            yield from filter(None, [self.at_given()])
        found = 0
        for index in range(TRIES):
            if found == count:
                return
            sample = self.sample(self.numbers(index), self.drawn(index))
            if sample is not None:
                found += 1
                yield sample

    def at_given(self) -> GradientSample | None:
        """Return the sample at the values that were given."""
        with exact(DIGITS) as arithmetic:
            try:
                values = arrays(self.given, Lifted(arithmetic))
                return self._sample(self.given.sizes, {}, values, arithmetic)
            except FAILURES:
                return None

    def drawn(self, index: int) -> Values:
        """Return values for all names, drawn in one way, or each in its own."""
        source = random.Random(f"{index} {self.case.program.source}")  # noqa: S311
        sizes, unit = self.numbers(index), UNITS[index % len(UNITS)]
        uniform = [*RANGES][index : index + 1]
        found: dict[str, Rows] = {}
        for name in self.free:
            low, high = RANGES[uniform[0] if uniform else source.choice([*RANGES][:3])]

            def number(low: Fraction = low, high: Fraction = high) -> Fraction:
                return low + (high - low) * Fraction(source.randrange(1, unit), unit)

            found[name] = matrix(in_numbers(self.case.known.names.get(name, ()), sizes), number)
        return self.assumed(found)

    def assumed(self, values: Values) -> Values:
        """Return values that are as is assumed, where that can be made so: A.T = A, shares of 1."""
        found = dict(values)
        for name in self.symmetric & {*found}:
            rows: Any = found[name]
            found[name] = tuple(
                tuple(rows[max(i, j)][min(i, j)] for j in range(len(rows)))
                for i in range(len(rows))
            )
        for each in self.case.question.assumed:
            if (shared := _shares(each)) and shared[0] in found:
                found[shared[0]] = scaled(found[shared[0]], shared[1])
        return found

    def sample(self, sizes: Mapping[str, int], values: Values) -> GradientSample | None:
        """Return the sample at a point, None where J or its gradient has no value."""
        with exact(DIGITS) as arithmetic:
            entries = Lifted(arithmetic)
            given = {**sizes, **values}
            try:
                known = {name: entries.array(_listed(value)) for name, value in given.items()}
                return self._sample(sizes, values, known, arithmetic)
            except FAILURES:
                return None

    def again(self, sample: GradientSample, arithmetic: Exact) -> GradientSample:
        """Return the same point in another arithmetic. Raises what is in FAILURES."""
        entries = Lifted(arithmetic)
        if not sample.values:
            given = arrays(self.given, entries)
        else:
            both = {**sample.sizes, **sample.values}
            given = {name: entries.array(_listed(value)) for name, value in both.items()}
        found = self._sample(sample.sizes, sample.values, given, arithmetic)
        if found is None:
            raise RefusedError("what is assumed does not hold to all digits")
        return found

    def _sample(
        self,
        sizes: Mapping[str, int],
        values: Values,
        given: Mapping[str, Array],
        arithmetic: Exact,
    ) -> GradientSample | None:
        entries = Lifted(arithmetic)
        if not all(self._holds(each, given, arithmetic) for each in self.case.question.assumed):
            return None
        # A statement with a value of its own is varied on its own.
        whole = Program(
            tuple(each for each in self.case.whole.statements if each.name not in given)
        )
        known = trace(whole, given, entries)
        expected = known[self.case.name]
        shape = in_numbers(self.case.shape, sizes)
        return GradientSample(sizes, values, known, broadcast(expected, shape))

    def _holds(self, each: Comparison, given: Mapping[str, Array], arithmetic: Exact) -> bool:
        found = trace(Program((Assignment("=", each),)), given, Lifted(arithmetic))["="]
        return all(value == 1 for value in found.flat)


def in_numbers(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Return a shape with the numbers of its sizes."""
    return tuple(sizes[size] if isinstance(size, str) else size for size in shape)


def matrix(shape: Sequence[int], number: Callable[[], Fraction]) -> Rows:
    """Return a number or a matrix whose entries are drawn one by one."""
    if not shape:
        return number()
    rows, columns = shape
    return tuple(tuple(number() for _ in range(columns)) for _ in range(rows))


def _listed(value: Rows | int) -> Any:
    return [list(row) for row in value] if isinstance(value, tuple) else value


def broadcast(array: Array, shape: Sequence[int]) -> Array:
    """Return an array as one of this shape; one that has but a number has it in every entry."""
    if array.shape == tuple(shape):
        return array
    whole = array.reshape(()) if array.size == 1 else array
    zeros: Array = Lifted(Exact(DIGITS)).filled(0, *((*shape, 1, 1)[:2]))
    return (zeros + whole).reshape(tuple(shape))


def _symmetric(each: Comparison) -> str | None:
    """Return the A of `A.T = A`."""
    for one, other in ((each.left, each.right), (each.right, each.left)):
        if isinstance(one, Transpose) and one.operand == other and isinstance(other, Name):
            return other.name if each.operator == "==" else None
    return None


def _shares(each: Comparison) -> tuple[str, int] | None:
    """Return the Y and the axis of `sum(Y, axis=0) = 1`."""
    left, right = each.left, each.right
    if not isinstance(left, Reduction) or left.function != "sum" or each.operator != "==":
        return None
    if not isinstance(left.operand, Name) or right != number(1) or left.axis is None:
        return None
    return left.operand.name, left.axis % 2


def scaled(value: Rows, axis: int) -> Rows:
    """Return a matrix whose entries add up to 1 along an axis."""
    if not isinstance(value, tuple):
        return value
    if axis == 1:
        return tuple(tuple(entry / (sum(row) or 1) for entry in row) for row in value)
    turned = scaled(tuple(zip(*value, strict=True)), 1)
    return tuple(zip(*turned, strict=True)) if isinstance(turned, tuple) else turned


def along(sample: GradientSample, case: GradientCase) -> bool | None:
    """Is the gradient the slope of J along a direction, by a quotient? None where none is known.

    What the rules of reverse mode made is not taken on trust.
    """
    source = random.Random(0)  # noqa: S311
    with exact(2 * DIGITS) as arithmetic:
        entries = Lifted(arithmetic)
        here = sample.known[case.variable]
        way = entries.array([_part(source) for _ in range(here.size)]).reshape(here.shape)
        after = later(case.program, case.variable)
        try:
            high, low = (
                trace(after, {**sample.known, case.variable: here + sign * STEP * way}, entries)
                for sign in (1, -1)
            )
            ends = [each[case.program.output.name].reshape(-1)[0] for each in (high, low)]
            pairs = zip(sample.expected.reshape(-1), way.reshape(-1), strict=True)
            slope: Real = sum((one * other for one, other in pairs), Fraction(0))
            gap = ball((ends[0] - ends[1]) / (2 * STEP) - slope)
        except FAILURES:
            return None
        return abs(float(gap)) <= CLOSE * max(1, abs(float(slope)))


def _part(source: random.Random) -> Fraction:
    return Fraction(source.randrange(1, 100), 37)
