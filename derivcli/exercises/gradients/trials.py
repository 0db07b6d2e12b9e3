"""Whether another formula is the gradient, or the answer: quickly in floats, then exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from derivcli.arrays.entries import Array, Float64Entries
from derivcli.arrays.evaluation import evaluate
from derivcli.errors import DerivError
from derivcli.exercises.gradients.case import GradientCase
from derivcli.exercises.gradients.comparing import agrees
from derivcli.exercises.gradients.samples import GradientSample
from derivcli.language.shapes import ShapeError
from derivcli.language.tree import Node, nodes

SCREENED = 2  # samples that are looked at in floats
NEAR = 1e-8  # relative to the largest entry
FLOATS = Float64Entries()


@dataclass
class Trials:
    """Tries formulas at samples of several sizes; `left` counts the nodes that are still tried."""

    case: GradientCase
    samples: Sequence[GradientSample]
    left: int = 120_000
    confirmed: int = 40
    confirm: Callable[[GradientCase, Node], bool] | None = None  # is a formula right everywhere?
    seen: set[Node] = field(default_factory=set)

    @cached_property
    def floats(self) -> list[tuple[Mapping[str, Array], Any]]:
        """Return all names' values in float64, and the gradient, at samples of unlike sizes."""
        found: list[tuple[Mapping[str, Array], Any]] = []
        seen: list[dict[str, int]] = []
        for sample in self.samples:
            if dict(sample.sizes) in seen and self.case.sizes:
                continue
            seen.append(dict(sample.sizes))
            known = {name: FLOATS.array(value) for name, value in sample.known.items()}
            found.append((known, FLOATS.array(sample.expected)))
        return found[:SCREENED]

    def is_gradient(self, tree: Node) -> bool:
        """Is a tree the gradient, with its shape, at all samples?"""
        self.left -= sum(1 for _ in nodes(tree))
        shape = self.case.shape_of(tree)
        if isinstance(shape, ShapeError) or not self.case.fits(shape):
            return False
        return self.is_it(tree)

    def is_it(self, tree: Node) -> bool:
        """Is a tree the gradient at all samples, whatever its shape, where it can be spread?"""
        if not self.floats or not all(self._seems(tree, *each) for each in self.floats):
            return False
        self.confirmed -= 1
        if not all(agrees(self.case, tree, sample) for sample in self.samples):
            return False
        return self.confirm is None or self.confirm(self.case, tree)

    def is_answer(self, tree: Node) -> bool:
        """Is a tree of the answer's shape the answer at all samples, as far as floats tell?"""
        if self.case.shape_of(tree) != self.case.answer_shape:
            return False
        for known, _ in self.floats:
            given, found = self._value(self.case.answer, known), self._value(tree, known)
            if given is None or found is None:
                return False
            near = NEAR * max(1e-9, float(abs(given).max()))
            if not float(abs(found - given).max()) <= near:  # neither is nan
                return False
        return bool(self.floats)

    def is_zero(self, tree: Node) -> bool:
        """Is a tree 0 at all samples, as far as floats tell, and not nearly 0 everywhere?"""
        for known, _ in self.floats:
            found = self._value(tree, known)
            if found is None or not float(abs(found).max()) <= NEAR:
                return False
        return bool(self.floats)

    def _seems(self, tree: Node, known: Mapping[str, Array], expected: Any) -> bool:
        found = self._value(tree, known)
        try:
            gap = None if found is None else abs(spread(found, expected.shape) - expected)
        except ValueError:
            return False
        if gap is None:
            return False
        return bool(gap.max() <= NEAR * max(1e-9, float(abs(expected).max())))

    def _value(self, tree: Node, known: Mapping[str, Array]) -> Any:
        try:
            return evaluate(tree, known, FLOATS)
        except (DerivError, LookupError, ValueError):
            return None


def spread(found: Any, shape: tuple[int, ...]) -> Any:
    """Return an array of floats as one of a shape. Raises ValueError where it does not fit."""
    if found.size == 1:
        found = found.reshape(())
    filled = FLOATS.filled(0, *(*shape, 1, 1)[:2]).reshape(shape)
    whole = filled + found
    if whole.shape != shape:
        raise ValueError
    return whole
