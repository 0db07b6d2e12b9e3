"""Points on both sides of all borders of pieces, and on these borders, along every entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from derivcli.arrays.crossings import ZeroAlong, crossings
from derivcli.arrays.evaluation import trace
from derivcli.arrays.lifted import Lifted
from derivcli.calculus.exact import Exact, exact
from derivcli.calculus.sampling import DIGITS
from derivcli.exercises.gradients.entries import WrittenCase
from derivcli.exercises.gradients.samples import FAILURES, GradientSample, Samples
from derivcli.language.tree import Assignment, Node, Program, names

BESIDE, CLOSE = Fraction(1, 1000), Fraction(1, 10**11)  # relative: how far beside a border
SIMPLE = 1_000  # the denominator of a number that is tried for a zero
STEP = Fraction(1, 10**9)  # relative: between two points of a secant
MOST_NEAR = 24  # borders along one entry, from 0 on
MOST_POINTS = 160
TOGETHER = 1e-12  # relative: zeros that are one

At = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class GradientBorders:
    """The borders of the pieces of J and of an answer, written out at small sizes."""

    written: WrittenCase
    samples: Samples

    def meet(self, start: At) -> bool:
        """Are two of the expressions that decide J's pieces 0 at the same points, all along?

        Then a slope may be right on both sides, as that of relu(x) - relu(-x), and not between.
        """
        zeros = crossings(self.written.program, self.written.own, start)
        ordered = sorted(zeros, key=lambda zero: (zero.variable, zero.value))
        return any(
            one.variable == other.variable
            and one.tie != other.tie
            and abs(one.value - other.value) <= TOGETHER * abs(one.value)
            for one, other in pairwise(ordered)
        )

    def found(self, start: At) -> Iterator[GradientSample]:
        """Yield samples where the gradient is known: not where the variable crosses a border."""
        ties = (*self.written.ties, *self.written.own)
        zeros = crossings(self.written.program, ties, start)
        tried: set[tuple[Fraction, ...]] = set()
        for at in (*self._on(zeros, ties, start), *_beside(zeros, start)):
            key = tuple(at.values())
            if key in tried:
                continue
            tried.add(key)
            if len(tried) > MOST_POINTS:
                return
            if self._on_own(at):
                continue
            sample = self.samples.sample(self.written.sizes, self.written.values(at))
            if sample is not None:
                yield sample

    def _on_own(self, at: At) -> bool:
        """Is a point on a border of J? Its gradient need not be the formula's there.

        Where other matrices alone are, as y in where(y == 0, x, x**2), J has its slope.
        """
        changed = self.written.changed_by(self.samples.case.variable)
        crossed = [tie for tie in self.written.own if not changed.isdisjoint(names(tie))]
        with exact(DIGITS) as arithmetic:
            signs = _signs(self.written.program, crossed, at, arithmetic)
            return None in signs or 0 in signs

    def _on(self, zeros: Sequence[ZeroAlong], ties: Sequence[Node], start: At) -> Iterator[At]:
        """Yield points that lie on a border, exactly."""
        with exact(DIGITS) as arithmetic:
            for zero in zeros[:MOST_POINTS]:
                tie = ties[zero.tie]
                for value in _exact_zeros(self.written.program, tie, zero, start, arithmetic):
                    at = {**start, zero.variable: value}
                    if _signs(self.written.program, [tie], at, arithmetic) == [0]:
                        yield at
                        break


def _exact_zeros(
    program: Program, tie: Node, zero: ZeroAlong, start: At, arithmetic: Exact
) -> Iterator[Fraction]:
    """Yield numbers that may be an exact zero: a simple one, and where a straight line has it."""
    near = Fraction(zero.value)
    yield near.limit_denominator(SIMPLE)
    yield near
    step = max(abs(near), Fraction(1)) * STEP
    low, high = near - step, near + step
    one, other = (
        _value(program, tie, {**start, zero.variable: w}, arithmetic) for w in (low, high)
    )
    if isinstance(one, Fraction) and isinstance(other, Fraction) and one != other:
        yield low - one * (high - low) / (other - one)


def _value(program: Program, tie: Node, at: At, arithmetic: Exact) -> object:
    try:
        whole = Program((*program.statements, Assignment("tie", tie)))
        return trace(whole, at, Lifted(arithmetic))["tie"].reshape(-1)[0]
    except FAILURES:
        return None


def _signs(program: Program, ties: Sequence[Node], at: At, arithmetic: Exact) -> list[int | None]:
    """Return the signs of expressions at a point; None where one is not known."""
    found: list[int | None] = []
    named = tuple(Assignment(f"tie {index}", tie) for index, tie in enumerate(ties))
    try:
        known = trace(Program((*program.statements, *named)), at, Lifted(arithmetic))
    except FAILURES:
        return [None] * len(ties)
    for each in named:
        try:
            found.append(arithmetic.sign(known[each.name].reshape(-1)[0]))
        except FAILURES:
            found.append(None)
    return found


def _beside(zeros: Sequence[ZeroAlong], start: At) -> Iterator[At]:
    """Yield points on both sides of every zero, between them, and beyond, from 0 on."""
    for name in start:
        values = sorted({zero.value for zero in zeros if zero.variable == name}, key=abs)
        ordered: list[Fraction] = sorted(Fraction(value) for value in values[:MOST_NEAR])
        if not ordered:
            continue
        one = Fraction(1)
        found = [ordered[0] - max(one, abs(ordered[0])), ordered[-1] + max(one, abs(ordered[-1]))]
        found += [(low + high) / 2 for low, high in pairwise(ordered)]
        for zero in ordered:
            for size in (max(abs(zero), Fraction(1)) * BESIDE, abs(zero) * CLOSE):
                found += [zero - size, zero + size]
        for w in found:
            yield {**start, name: Fraction(f"{float(w):.15g}")}
