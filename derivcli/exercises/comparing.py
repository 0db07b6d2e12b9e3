"""Answer beside derivative, at points and cell by cell: where they differ, and what was not seen.

Nothing here depends on the clock: a comparison is made whole or not at all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from itertools import chain, product
from typing import Any

from derivcli.calculus import symbolic
from derivcli.calculus.cells.cells import Cell, Needed, Signs, cells, has_steps, is_split, resolved
from derivcli.calculus.cells.conditions import Condition, sign_at
from derivcli.calculus.cells.linear import TooMany
from derivcli.calculus.exact import Real, differ, exact
from derivcli.calculus.hidden import hidden
from derivcli.calculus.landmarks import domain, points_around
from derivcli.calculus.rounding import is_within, magnitude, off_by
from derivcli.calculus.sampling import (
    DIGITS,
    FEWEST,
    FINE_DIGITS,
    FINEST_DIGITS,
    Contrast,
    Point,
    Question,
    Sample,
    beside,
    contrast,
    finely,
    sampled,
    scattered,
    value_at,
)
from derivcli.errors import UndefinedError
from derivcli.exercises.borders import Border, Borders
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Call, Node, names, nodes, number

ZERO, ONE = number(0), number(1)
DRAWS = 6  # points of a cell that are tried
MOST_DIGITS = 20_000  # of a difference that is one number
SMALL = 80  # nodes: the normal form of so many takes milliseconds


class AnswerComparison:
    """How an answer compares to the slope, made whole when it is made."""

    def __init__(
        self, question: Question, expected: Node, answer: Node, tolerance: Fraction | None = None
    ) -> None:
        self.question = question
        self.expected = question.where_assumed(expected)
        self.answer = question.where_assumed(answer)
        self.tolerance = tolerance
        self.scale = magnitude(expected)
        self.off: Any = 0  # the largest relative error that was accepted
        self.found: tuple[Sample, ...] = ()
        self.result = Contrast((), (), None)
        self.unseen: list[Cell] = []  # where nothing tells whether they are the same
        self.border: Cell | None = None  # where they differ, though at no rational point
        self.too_many = False  # cells to be gone through
        self.is_formal = False  # is it proved already that they are one formula?
        self.at_points_only = False  # was some border compared nowhere else?
        self.signs: dict[tuple[Hashable, int], int | None] = {}
        self.draw = question.draws()
        self._compare(scattered(question))
        if not self.differs:
            self._look_everywhere()

    @property
    def differs(self) -> bool:
        """Is the answer another number somewhere?"""
        return self.result.different is not None or self.border is not None

    @property
    def is_wrong(self) -> bool:
        """Does the answer differ, or has it nowhere a value where it should have one?"""
        return self.differs or self.dropped is not None

    @property
    def is_identical(self) -> bool:
        """Does the difference vanish as soon as it is written down?"""
        return self.difference == ZERO

    @cached_property
    def difference(self) -> Node | None:
        """Derivative - answer, with what cancels cancelled."""
        return symbolic.difference(self.expected, self.answer)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of derivative and answer, in the domain of J and in that of the answer."""
        trees = (self.expected, self.answer)
        by = self.question.variable
        with suppress(TooMany):
            J = self.question.J or self.question.tree
            return cells(trees, [domain(J, by), domain(self.answer, by)])
        self.too_many = any(map(is_split, trees))
        return ()

    @property
    def covers(self) -> bool:
        """Do both agree in every cell, at enough points, and with all that they are made of?"""
        gone_through = not (self.unseen or self.too_many or self.steps)
        return self.is_enough and gone_through and (self.is_formal or self.hidden is None)

    @property
    def is_enough(self) -> bool:
        """Do both agree at three points or more, and at half of all?"""
        return len(self.result.agreeing) >= max(FEWEST, len(self.found) / 2)

    @cached_property
    def hidden(self) -> Node | None:
        """A part of the formulas, or of those in a cell, that makes no difference at any point."""
        agreeing = self.result.agreeing
        for part in hidden((self.expected, self.answer), _looks(agreeing, FINEST_DIGITS)):
            return part
        for cell in self.cells if len(self.cells) > 1 else ():
            inside = [sample for sample in agreeing if self._is_in(sample, cell)]
            if inside and not self._is_same(cell):
                for part in hidden(cell.formulas[:2], _looks(inside, FINE_DIGITS)):
                    return part
        return None

    @property
    def steps(self) -> bool:
        """Do formulas jump at all whole values of something? Points do not tell of all then."""
        return any(map(has_steps, (self.expected, self.answer)))

    @cached_property
    def _pieces(self) -> list[tuple[Hashable, Cell]]:
        """The cells with an inside, each with the formula of the slope there."""
        return [(symbolic.to_sympy(cell.formulas[0]), cell) for cell in self.cells if not cell.thin]

    @property
    def dropped(self) -> Sample | None:
        """A point where the slope has a formula that the answer has no value for anywhere."""
        if not self.result.missing:
            return None
        agreeing = {self._piece(sample) for sample in self.result.agreeing}
        missing = [(self._piece(sample), sample) for sample in self.result.missing]
        placed = [each for each in missing if each[0] is not None or not agreeing]
        return next((sample for piece, sample in placed if piece not in agreeing), None)

    def proves(self) -> bool:
        """Is it proved that both are the same? It may take long."""
        doubts = self.off or self.unseen or self.too_many or self.at_points_only
        if doubts or not self.result.agreeing:
            return False
        return (
            self.is_formal
            or all(
                cell.thin or self._is_outside(cell) or self._is_same(cell) for cell in self.cells
            )
            # What no digit shows is 0 to SymPy: log(tanh(10**5)).
            or (self.hidden is None and symbolic.proves_equal(self.expected, self.answer))
        )

    def _piece(self, sample: Sample) -> Hashable:
        """Return the formula of the slope at a point."""
        return next((form for form, cell in self._pieces if self._is_in(sample, cell)), None)

    def _cell(self, sample: Sample) -> Hashable:
        return next((k for k, cell in enumerate(self.cells) if self._is_in(sample, cell)), None)

    def _is_in(self, sample: Sample, cell: Cell) -> bool:
        return all(self._sign(sample, each) == sign for each, sign in cell.signs)

    def _sign(self, sample: Sample, each: Condition) -> int | None:
        name = (each.key, id(sample))
        if name not in self.signs:
            self.signs[name] = sign_at(each, sample.at)
        return self.signs[name]

    def _compare(self, found: Sequence[Sample], gap: Node | None = None) -> None:
        """Compare at more points, as long as no difference is known."""
        if self.result.different is not None:
            return
        self.found += tuple(found)
        more = contrast(self.answer, found, gap, self._is_near)
        self.result = Contrast(
            self.result.agreeing + more.agreeing,
            self.result.missing + more.missing,
            more.different,
        )

    def points(self) -> Iterator[Sample]:
        """Yield points in every cell, where the answer differs first."""
        first = () if self.result.different is None else (self.result.different[0],)
        yield from first
        yield from (sample for sample in self.found if sample not in first)
        inside = (
            at
            for cell in self.cells
            if not cell.thin
            for at in cell.points(self.question.variables, [self.draw] * 2)
        )
        more = chain(beside(self.question, (self.expected, self.answer)), inside)
        yield from sampled(self.question, more, self.found)

    def _is_near(self, sample: Sample, value: Real) -> bool:
        """Is a value the slope within the tolerance?"""
        if self.tolerance is None:
            return False
        off = off_by(value, sample.slope, self.scale, sample)
        if off is None or not is_within(off, self.tolerance):
            return False
        self.off = max(self.off, off)
        return True

    def _try(self, points: Iterable[Point]) -> bool:
        """Compare at points that have not been tried; was there one that tells anything?"""
        more = sampled(self.question, points, self.found)
        self._compare(more)
        return bool(more)

    def _look_everywhere(self) -> None:
        """Compare beside whatever may matter, in every cell, and with more digits."""
        self._look_finely(self.result.agreeing[-1:])  # a drawn one, which no formula suits
        if self.result.agreeing and not any(map(is_split, (self.expected, self.answer))):
            small = sum(1 for _ in (*nodes(self.expected), *nodes(self.answer))) <= SMALL
            self.is_formal = self.is_identical or (
                small and symbolic.normal_forms_agree(self.expected, self.answer)
            )
        if self.differs or self.is_formal:
            return
        self._try(beside(self.question, (self.expected, self.answer)))
        for cell in sorted(self.cells, key=lambda cell: cell.thin):
            if not self.differs:
                look = self._look_at_border if cell.thin else self._look_inside
                if not look(cell):
                    self.unseen.append(cell)
        one_a_cell = {self._cell(each): each for each in reversed(self.result.agreeing)}
        self._look_finely(list(one_a_cell.values()))

    def _look_finely(self, some: Sequence[Sample]) -> None:
        """Compare with more digits at some points, and the difference with 0."""
        if self.differs or self.is_identical or self.off:
            return
        different = finely(self.question, self.answer, some)
        if different is None and self.difference is not None and some:
            known = [each for each in some if self._is_slope(each)]
            different = contrast(self.answer, known, self.difference).different
            if different is None and self._is_other_constant(self.difference):
                different = some[0], some[0].slope
        self.result = Contrast(self.result.agreeing, self.result.missing, different)

    def _is_slope(self, sample: Sample) -> bool:
        """Is the derivative the slope at a point? At 0 that of where(w**2 > 0, w, 0) is not."""
        with exact(DIGITS) as arithmetic, suppress(UndefinedError):
            value = value_at(self.expected, sample.at, arithmetic)
            return value is None or not differ(value, sample.slope)
        return False

    def _is_other_constant(self, difference: Node) -> bool:
        """Is the difference a constant that is not 0, as far as very many digits tell?"""
        slow = (
            isinstance(node, Call) and FUNCTIONS[node.function].slow for node in nodes(difference)
        )
        if any(slow) or next(names(difference), None) is not None:
            return False
        with exact(MOST_DIGITS) as arithmetic:
            value = value_at(difference, {}, arithmetic)
            return value is not None and differ(value, Fraction(0))

    def _look_inside(self, cell: Cell) -> bool:
        """Compare inside a cell: is anything known of it?"""
        if any(self._is_in(sample, cell) for sample in self.found):
            return True
        variables = self.question.variables
        if self._try(cell.points(variables, [self.draw] * DRAWS)):
            return True
        if self._try(at for at in self._around if cell.holds(at)):
            return True
        return self._is_outside(cell) or self._is_same(cell)

    @cached_property
    def _around(self) -> list[Point]:
        """Points around the borders of all cells, alone and in pairs."""
        conditions = {each.key: each.node for cell in self.cells for each, _ in cell.signs}
        starts = [sample.at for sample in self.found[:2]]
        return points_around(list(conditions.values()), self.question.variables, starts)

    def _is_outside(self, cell: Cell) -> bool:
        """Has J no value in a cell, or the answer none?"""
        return any(ONE in nodes(place) for place in cell.formulas[2:])

    def _is_same(self, cell: Cell) -> bool:
        one, other, *_ = cell.formulas
        # The normal form holds off the zeros of all conditions: not in a thin cell.
        known = () if cell.thin else cell.known
        return one == other or symbolic.normal_forms_agree(one, other, known)

    def _look_at_border(self, cell: Cell) -> bool:
        """Compare where a condition is 0: is the answer right there, or has J no slope there?"""
        try:
            looks = [*self._borders.looks(cell, continues=self._continues(cell))]
        except TooMany:
            self.too_many = True
            return True
        for look in looks:
            if look.sample is not None:
                self._compare([look.sample])
        border = looks[-1].border
        if border is Border.WRONG and self.result.different is None:
            self.border = cell
        self.at_points_only |= border is Border.RIGHT_AT_POINTS
        if border is not Border.UNKNOWN or self._is_outside(cell) or self._is_same(cell):
            return True
        return symbolic.are_contradictory(cell.known)

    @cached_property
    def _borders(self) -> Borders:
        starts = [sample.at for sample in self.found]
        return Borders(self.question, self.expected, self.answer, starts, self.draw)

    def _continues(self, cell: Cell) -> bool:
        """Is the answer there what it is on one side, where it was compared?"""
        zeros = [each for each, sign in cell.signs if sign == 0]
        rest: Signs = tuple((each, sign) for each, sign in cell.signs if sign)
        for sides in product((1, -1), repeat=len(zeros)):
            signs = (*rest, *zip(zeros, sides, strict=True))
            side = Cell(signs, ())
            try:
                beside_it = resolved((self.answer,), signs)
            except Needed:
                continue
            if beside_it[0] == cell.formulas[1] and any(
                self._is_in(sample, side) for sample in self.result.agreeing
            ):
                return True
        return False


def _looks(agreeing: Sequence[Sample], finest: int) -> list[tuple[int, Point]]:
    """Return with how many digits points are looked at: the last one with most."""
    return [
        *((DIGITS, each.at) for each in agreeing),
        *((finest, each.at) for each in agreeing[-1:]),
    ]
