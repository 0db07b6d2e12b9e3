"""Points on both sides of all borders of pieces, and on these borders, along every entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from derivcli.arrays.crossings import ZeroAlong, crossings, needed
from derivcli.arrays.evaluation import trace
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.written_out import direction
from derivcli.calculus.exact import Exact, ball, exact
from derivcli.calculus.landmarks import GRID
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
NEARBY, SMALL = Fraction(1, 10), 1e-3  # relative: what is 0 is small beside what is nearby
FAR = 1e6  # from there on floats may say 0 of what is none

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
        zeros = self._certain(crossings(self.written.program, self.written.own, start), start)
        ordered = sorted(zeros, key=lambda zero: (zero.variable, zero.value))
        return any(
            one.variable == other.variable
            and one.tie != other.tie
            and abs(one.value - other.value) <= TOGETHER * abs(one.value)
            for one, other in pairwise(ordered)
        )

    def _certain(self, zeros: Sequence[ZeroAlong], start: At) -> Iterator[ZeroAlong]:
        """Yield zeros but those of floats alone: t*r - (t - 1)*r is none where t is 1e300.

        Of the zeros that the same expression has far out on one side, the first and the last tell.
        """
        far: dict[tuple[int, str, bool], list[ZeroAlong]] = {}
        for zero in zeros:
            if abs(zero.value) > FAR and zero.value in GRID:
                far.setdefault((zero.tie, zero.variable, zero.value > 0), []).append(zero)
            else:
                yield zero
        for found in far.values():
            found.sort(key=lambda zero: abs(zero.value))
            if self._is_zero(found[0], start) or self._is_zero(found[-1], start):
                yield from found

    def _is_zero(self, zero: ZeroAlong, start: At) -> bool:
        """Is it one in exact numbers, and so small beside what is nearby?"""
        at = Fraction(zero.value)
        tie = self.written.own[zero.tie]
        with exact(DIGITS) as arithmetic:
            points = ({**start, zero.variable: at * w} for w in (1 - NEARBY, 1, 1 + NEARBY))
            values = [_value(self.written.program, tie, each, arithmetic) for each in points]
            sizes = [abs(ball(each).middle) for each in values if each is not None]
        return len(sizes) < len(values) or bool(sizes[1] <= SMALL * max(sizes))

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

        Where other matrices alone are, as y in where(y == 0, x, x**2), J has its slope, and where a
        move of the variable stays on the border: where x is 0 in where(x*w > 0, w, 0).
        """
        variable, program = self.samples.case.variable, self.written.program
        changed = self.written.changed_by(variable)
        crossed = [tie for tie in self.written.own if not changed.isdisjoint(names(tie))]
        with exact(DIGITS) as arithmetic:
            signs = _signs(program, crossed, at, arithmetic)
            if None in signs:
                return True
            on = [tie for tie, sign in zip(crossed, signs, strict=True) if sign == 0]
            if not on:
                return False
            moves = zip(
                self.written.names_of(variable), direction(self.written.shapes[variable]).flat,
                strict=True,
            )  # fmt: skip
            there = {**at, **{name: at[name] + BESIDE * step for name, step in moves}}
            return {*_signs(program, on, there, arithmetic)} != {0}

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


def _value(program: Program, tie: Node, at: At, arithmetic: Exact) -> Any:
    try:
        whole = Program((*program.statements, Assignment("tie", tie)))
        return trace(needed(whole, 1), at, Lifted(arithmetic))["tie"].reshape(-1)[0]
    except FAILURES:
        return None


def _signs(program: Program, ties: Sequence[Node], at: At, arithmetic: Exact) -> list[int | None]:
    """Return the signs of expressions at a point; None where one is not known."""
    found: list[int | None] = []
    named = tuple(Assignment(f"tie {index}", tie) for index, tie in enumerate(ties))
    try:
        whole = Program((*program.statements, *named))
        known = trace(needed(whole, len(named)), at, Lifted(arithmetic))
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
