"""The double-check of a gradient of matrices: entries nudged one by one, and all together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.arrays.entries import Entries
from derivcli.arrays.nudging import Nudger, place, spread
from derivcli.calculus.arithmetic import Arithmetic
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.results import Constant, Quantity
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.tree import Program
from derivcli.matrices.graph_results import Agreement, EntryNudge
from derivcli.matrices.settling import Shown

MOST_NUDGED = 1_000  # entries of one array
MOST_WORK = 100_000_000  # entries computed in all nudges together


@dataclass(frozen=True, slots=True)
class DoubleCheck:
    """A program at a point, with the gradients that backprop has found there."""

    program: Program
    known: Mapping[str, Any]
    entries: Entries
    arithmetic: Arithmetic
    shown: Shown

    def by(
        self, name: str, steps: Iterable[tuple[Constant, Quantity]], most: int
    ) -> Iterator[tuple[Agreement, tuple[EntryNudge, ...]]]:
        """Yield, for each step, how entries of a variable agree, and each of them.

        Of more than `most` entries some are nudged, the one with the largest gradient among them.
        """
        gradient = self.known[f"d{name}"]
        largest = max(range(gradient.size), key=lambda at: abs(float(gradient.flat[at])))
        chosen = sorted({*spread(gradient.shape, most, place(largest, gradient.shape))})
        nudger = Nudger.of(self.program, self.known, name, self.entries)
        for eps, size in steps:
            step = evaluate(eps, {}, self.arithmetic)
            found = [self._nudge(nudger, entry, step, size) for entry in chosen]
            nudges = tuple(nudge for nudge, _ in found)
            differences = [each for each in found if each[1] is not None]
            yield self._agreement(name, gradient.size, size, differences, nudges), nudges

    def _nudge(
        self, nudger: Nudger, entry: tuple[int, ...], step: Any, size: Quantity
    ) -> tuple[EntryNudge, float | None]:
        """Return one nudge, and the estimate from both sides."""
        name, told = nudger.variable, tuple(index + 1 for index in entry)
        raw = self.known[f"d{name}"][entry]
        value = self.known[name][entry]
        try:
            there, behind = (nudger.output_at(entry, value + each) for each in (step, -step))
            estimate = (there - nudger.here) / step
            both = self.shown((there - behind) / (2 * step))
            after, slope, error = map(self.shown, (there, estimate, _less(estimate, raw)))
        except (UndefinedError, RefusedError) as problem:
            lost = EntryNudge(name, told, size, None, None, self.shown(raw), None, problem.message)
            return lost, None
        return EntryNudge(name, told, size, after, slope, self.shown(raw), error), float(both)

    def _agreement(
        self,
        name: str,
        entries: int,
        size: Quantity,
        found: Sequence[tuple[EntryNudge, float | None]],
        nudges: Sequence[EntryNudge],
    ) -> Agreement:
        worst = max(
            (each for each in nudges if each.error is not None),
            key=lambda each: abs(float(each.error or 0)), default=None,
        )  # fmt: skip
        pairs = [(float(nudge.gradient or 0), float(both or 0)) for nudge, both in found]
        difference = _difference(pairs) if len(pairs) == len(nudges) else None
        place = None if worst is None else worst.entry
        return Agreement(name, entries, len(nudges), size, difference, place)


def _difference(pairs: Sequence[tuple[float, float]]) -> float:
    """Return ||grad - approx|| / (||grad|| + ||approx||), 0 where both are 0."""
    apart = math.hypot(*(one - other for one, other in pairs))
    size = math.hypot(*(one for one, _ in pairs)) + math.hypot(*(other for _, other in pairs))
    return apart / size if size else 0.0


def _less(estimate: Any, gradient: Any) -> Any:
    if isinstance(estimate, float):
        return Fraction(float(estimate)) - Fraction(float(gradient))
    return estimate - gradient
