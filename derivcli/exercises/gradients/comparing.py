"""Answer beside gradient, entry by entry, at points: where they differ, and where nothing tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derivcli.arrays.entries import Array
from derivcli.arrays.lifted import Lifted
from derivcli.calculus.exact import Exact, Real, ball, differ, exact
from derivcli.calculus.sampling import DIGITS, FEWEST, is_known
from derivcli.exercises.gradients.case import GradientCase
from derivcli.exercises.gradients.samples import BEYOND, FAILURES, GradientSample, broadcast
from derivcli.language.tree import Node

Place = tuple[int, ...]  # an entry, counted from 0


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry of a sample that the answer has otherwise; without a value, None.

    `on_border` of J's pieces the slope is J's own, not that of the formula.
    """

    sample: GradientSample
    entry: Place
    given: Real | None
    expected: Real
    on_border: bool = False


@dataclass(slots=True)
class GradientComparison:
    """What points showed so far: `off` is the largest relative error that was accepted."""

    case: GradientCase
    agreeing: list[GradientSample] = field(default_factory=list)
    missing: list[GradientSample] = field(default_factory=list)
    different: Difference | None = None
    off: float = 0.0

    def compare(self, samples: Iterable[GradientSample]) -> bool:
        """Compare at points, up to the first difference; is there one?"""
        for sample in samples:
            if self.different is None:
                self._look(sample)
        return self.different is not None

    @property
    def is_enough(self) -> bool:
        """Do both agree at three points or more, and at half of all?"""
        return len(self.agreeing) >= max(FEWEST, len(self.missing))

    def _look(self, sample: GradientSample) -> None:
        with exact(DIGITS) as arithmetic:
            try:
                value = self.case.value(self.case.answer, sample.known, Lifted(arithmetic))
            except BEYOND:
                return  # too large to be computed with: this tells nothing
            except FAILURES:
                self.missing.append(sample)
                return
            pairs = list(entries(value, sample.expected))
            if not all(is_known(one) and is_known(other) for _, one, other in pairs):
                return
            self.different = self._first_difference(sample, pairs)
            if self.different is None:
                self.agreeing.append(sample)

    def _first_difference(
        self, sample: GradientSample, pairs: list[tuple[Place, Any, Any]]
    ) -> Difference | None:
        tolerance = self.case.question.tolerance
        size = max((abs(ball(other).middle) for _, _, other in pairs), default=0)
        for entry, one, other in pairs:
            if differ(one, other) and not self._is_near(one, other, size, tolerance):
                return Difference(sample, entry, one, other)
        return None

    def _is_near(self, one: Real, other: Real, size: Any, tolerance: Fraction | None) -> bool:
        if tolerance is None or not size:
            return False
        gap = abs(ball(one - other).middle) / size
        if gap > float(tolerance):
            return False
        self.off = max(self.off, float(gap))
        return True


def values(
    case: GradientCase, tree: Node, sample: GradientSample, arithmetic: Exact
) -> Array | None:
    """Return the values of a tree at a sample, None where it has none."""
    try:
        return case.value(tree, sample.known, Lifted(arithmetic))
    except FAILURES:
        return None


def entries(value: Array, expected: Array) -> Iterator[tuple[Place, Any, Any]]:
    """Yield each entry of the gradient, counted from 0, what is given there, and what is right."""
    whole = broadcast(value, expected.shape)
    for index, (one, other) in enumerate(
        zip(whole.reshape(-1).tolist(), expected.reshape(-1).tolist(), strict=True)
    ):
        yield place_of(index, expected.shape), one, other


def place_of(index: int, shape: tuple[int, ...]) -> Place:
    """Return the entry of an array that is the n-th row by row, both counted from 0."""
    return divmod(index, shape[1]) if len(shape) == 2 else (index,) * len(shape)


def agrees(case: GradientCase, tree: Node, sample: GradientSample) -> bool:
    """Is a tree of the gradient's shape the gradient at a point, as far as its digits tell?"""
    with exact(DIGITS) as arithmetic:
        value = values(case, tree, sample, arithmetic)
        if value is None:
            return False
        return not any(differ(one, other) for _, one, other in entries(value, sample.expected))
