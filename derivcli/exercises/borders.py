"""An answer where a condition is 0: on the borders of cells, where formulas change.

A formula need not hold on its border, so the slope there is J's own: judged from both sides, at
points that are found exactly, such as sqrt(2) or pi/2, or not there because both sides differ.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product

from derivcli.calculus import symbolic
from derivcli.calculus.cells.cells import Cell, Needed, Signs, cells, resolved
from derivcli.calculus.cells.conditions import Condition, is_finite, sign_at
from derivcli.calculus.cells.linear import Draw
from derivcli.calculus.cells.solve import solutions
from derivcli.calculus.derivation.algebra import minus
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real, between, differ, exact
from derivcli.calculus.landmarks import zeros_along
from derivcli.calculus.sampling import DIGITS, Point, Question, Sample, value_at
from derivcli.errors import DerivError, UndefinedError
from derivcli.language.tree import Node, names, number, substitute

SIMPLE = 1_000  # the denominator of a number that is tried for a zero
NEAR = Fraction(1, 10**12)  # relative: how far beside a zero its sign is looked at

Place = Mapping[str, Node]  # a point, by constants
Formulas = tuple[Node, ...]  # J and its slope, where some conditions have their signs


class Border(Enum):
    """How an answer compares to the slope of J on a border between cells."""

    RIGHT = "right"  # or J has no slope there
    RIGHT_AT_POINTS = "right at points"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BorderLook:
    """One verdict on a border; `sample` is the point of it, where one is known exactly."""

    border: Border
    sample: Sample | None = None


class Borders:
    """The borders of the cells of an answer; points on them are searched from `starts`."""

    def __init__(
        self, question: Question, expected: Node, answer: Node, starts: Sequence[Point], draw: Draw
    ) -> None:
        self.question = question
        self.expected = expected
        self.answer = answer
        self.starts = starts
        self.draw = draw

    def looks(self, cell: Cell, *, continues: bool) -> Iterator[BorderLook]:
        """Yield what points of a border show, and last what holds on all of it, as far as is seen.

        `continues` says that the answer is what it is on one side. Raises TooMany.
        """
        slope, value, *_ = cell.formulas
        same = continues or symbolic.to_sympy(slope) == symbolic.to_sympy(value)
        same = same or cell.makes_equal()
        sides = self._own_sides(cell)
        if same if sides is None else _is_kink(sides):
            yield BorderLook(Border.RIGHT)
            return
        places, complete = self._places(cell)
        with exact(DIGITS, symbolic.is_zero) as arithmetic:
            found = [self._at(place, arithmetic) for place in places]
            yield from found
            kinds = {look.border for look in found}
            if not complete and not same:
                kinds |= {*self._around(cell, sides, arithmetic)}
        if Border.WRONG in kinds:
            yield BorderLook(Border.WRONG)
        elif not same and (Border.UNKNOWN in kinds or not (complete or kinds)):
            yield BorderLook(Border.UNKNOWN)
        elif Border.RIGHT_AT_POINTS in kinds or not (complete or same):
            yield BorderLook(Border.RIGHT_AT_POINTS)
        else:
            yield BorderLook(Border.RIGHT)

    def _own_sides(self, cell: Cell) -> list[Formulas] | None:
        """Return J and its slope on each side; None where J keeps its formula."""
        by = self.question.variable
        if not any(each.key in self._own and by in names(each.node) for each in _zeros(cell)):
            return None
        sides = self._sides(cell)
        try:
            here = resolved((self.question.tree,), cell.signs)
        except Needed:
            return sides
        formulas = {symbolic.to_sympy(each) for each, *_ in (here, *sides)}
        return sides if len(formulas) > 1 else None

    @cached_property
    def _own(self) -> set[Hashable]:
        found = cells((self.question.tree, self.expected))
        return {each.key for cell in found for each, _ in cell.signs}

    def _at(self, place: Place, arithmetic: Exact) -> BorderLook:
        """Compare at a point; where numbers name it, that is left to whoever gets the sample."""

        def point(fine: Exact) -> dict[str, Real]:
            return {name: evaluate(tree, {}, fine) for name, tree in place.items()}

        verdict = self.question.verdict_on_border(point, arithmetic)
        if verdict.differentiable is None:
            return BorderLook(Border.UNKNOWN)
        if verdict.slope is None:
            return BorderLook(Border.RIGHT_AT_POINTS if verdict.probed else Border.RIGHT)
        at = point(arithmetic)
        try:
            value = value_at(self.answer, at, arithmetic)
        except UndefinedError:
            return BorderLook(Border.RIGHT)  # it says nothing there
        except ArithmeticError:
            value = None
        if value is None:
            return BorderLook(Border.UNKNOWN)
        differs = differ(value, verdict.slope)
        if differs and verdict.probed:
            return BorderLook(Border.UNKNOWN)
        rational = {name: w for name, w in at.items() if isinstance(w, Fraction)}
        if len(rational) == len(at) and not verdict.probed:
            single = len(at) == 1 and isinstance(verdict.slope, Fraction)
            kind = Border.RIGHT if single else Border.RIGHT_AT_POINTS
            return BorderLook(kind, Sample(rational, verdict.slope))
        return BorderLook(Border.WRONG if differs else Border.RIGHT_AT_POINTS)

    def _places(self, cell: Cell) -> tuple[list[Place], bool]:
        """Return points of a border, and whether these are all of it."""
        zero = _zeros(cell)[0]
        if len(self.question.variables) == 1:
            found, complete = solutions(zero.node, self.question.variables[0])
            places: list[Place] = [{self.question.variables[0]: each} for each in found]
        else:
            places, complete = [*self._along(zero)], False
        held = [(place, _holds(cell, place)) for place in places]
        if complete:
            return [place for place, holds in held if holds], all(h is not None for _, h in held)
        points = (*cell.points(self.question.variables, [self.draw] * 2), *self._on(cell))
        named: list[Place] = [{name: number(w) for name, w in at.items()} for at in points]
        return [*named, *(place for place, holds in held if holds)], False

    def _along(self, zero: Condition) -> Iterator[Place]:
        """Yield where a condition is 0 along each variable, from some points."""
        for start in self.starts[:2]:
            for name in self.question.variables:
                others = {each: number(w) for each, w in start.items() if each != name}
                for root in solutions(substitute(zero.node, others), name)[0]:
                    yield {**others, name: root}

    def _zeros_along(self, cell: Cell) -> Iterator[tuple[Condition, str, Fraction]]:
        """Yield the condition that is 0, and where it is so along a variable, to float64."""
        zero = _zeros(cell)[0]
        for name in self.question.variables:
            for start in self.starts[:1]:
                for w in zeros_along(zero.node, name, start):
                    yield zero, name, w

    def _on(self, cell: Cell) -> Iterator[Point]:
        """Yield points of a border that numbers lead to, and are simple."""
        for _, name, w in self._zeros_along(cell):
            at = {**self.starts[0], name: w.limit_denominator(SIMPLE)}
            if cell.holds(at):
                yield at

    def _around(
        self, cell: Cell, sides: Sequence[Formulas] | None, arithmetic: Exact
    ) -> Iterator[Border]:
        """Yield what balls around points of a border show; `sides` are given where it is J's."""
        for ball in (*cell.balls(self.question.variables, self.draw), *self._over(cell)):
            with suppress(DerivError, ArithmeticError):  # no value there, or none is known
                if sides is not None:
                    if _parts(sides, ball, arithmetic):
                        yield Border.RIGHT_AT_POINTS
                else:
                    one, other = (evaluate(each, ball, arithmetic) for each in cell.formulas[:2])
                    if differ(one, other):
                        yield Border.WRONG

    def _over(self, cell: Cell) -> Iterator[dict[str, Real]]:
        """Yield balls with a point of a border: a condition changes its sign there."""
        for zero, name, w in self._zeros_along(cell):
            sides = [w - abs(w) * NEAR, w + abs(w) * NEAR]
            signs = [sign_at(zero, {**self.starts[0], name: side}) for side in sides]
            ball = {**self.starts[0], name: between(*sides)}
            rest = (each for each in cell.signs if each[0] is not zero)
            crosses = {*signs} == {1, -1} and is_finite(zero, ball)
            if crosses and all(sign_at(each, ball) == sign for each, sign in rest):
                yield ball

    def _sides(self, cell: Cell) -> list[Formulas]:
        """Return J and its slope on each side of a border, crossed along the variable."""
        by = self.question.variable
        crossed = [each for each in _zeros(cell) if by in names(each.node)]
        rest: Signs = tuple(each for each in cell.signs if each[0] not in crossed)
        found = []
        for sides in product((1, -1), repeat=len(crossed)):
            with suppress(Needed):
                signs = (*rest, *zip(crossed, sides, strict=True))
                found.append(resolved((self.question.tree, self.expected), signs))
        return found


def _is_kink(sides: Sequence[Formulas]) -> bool:
    """Have two sides different slopes all along a border, as |x| has?"""
    slopes = [slope for _, slope in sides]
    return any(symbolic.is_never_zero(minus(slopes[0], other)) for other in slopes[1:])


def _parts(sides: Sequence[Formulas], ball: Mapping[str, Real], arithmetic: Exact) -> bool:
    """Are J, or its slopes, surely different on both sides of a border?"""
    found = [[evaluate(each, ball, arithmetic) for each in formulas] for formulas in sides]
    return any(
        differ(one, other)
        for first, second in combinations(found, 2)
        for one, other in zip(first, second, strict=True)
    )


def _zeros(cell: Cell) -> list[Condition]:
    return [each for each, sign in cell.signs if sign == 0]


def _holds(cell: Cell, place: Place) -> bool | None:
    """Is a point in a cell? None where that is not known."""
    with exact(DIGITS, symbolic.is_zero) as arithmetic:
        try:
            at = {name: evaluate(tree, {}, arithmetic) for name, tree in place.items()}
            signs = [
                each.turn * arithmetic.sign(evaluate(each.node, at, arithmetic)) == sign
                for each, sign in cell.signs
            ]
        except UndefinedError:
            return False
        except (ArithmeticError, DerivError):
            return None
    return all(signs)
