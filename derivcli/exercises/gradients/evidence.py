"""How it is known that an answer is the gradient: proofs, points, and borders of pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from derivcli.arrays.kinks import one_sided
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.exact import ball, exact
from derivcli.calculus.hidden import hidden_in_entries
from derivcli.calculus.sampling import DIGITS, FINE_DIGITS, Question
from derivcli.errors import DerivError, RefusedError
from derivcli.exercises.comparing import AnswerComparison
from derivcli.exercises.gradients.borders import GradientBorders
from derivcli.exercises.gradients.case import GradientCase
from derivcli.exercises.gradients.comparing import (
    Difference,
    GradientComparison,
    place_of,
    values,
)
from derivcli.exercises.gradients.entries import WrittenCase, entries_of
from derivcli.exercises.gradients.pieces import at_single_points, in_pieces, may_jump
from derivcli.exercises.gradients.proving import proves_derivative, proves_same
from derivcli.exercises.gradients.samples import GradientSample, Samples, along
from derivcli.exercises.gradients.sides import takes_one_side
from derivcli.language.limits import COMMAND_LINE
from derivcli.language.tree import Assignment, Comparison, Node, Program, computing, inline, names

POINTS = 9
CHECKED = 2  # points at which the derived gradient itself is held against quotients
LARGEST = 260  # nodes of a formula in entries that is judged as one of numbers
MOST_ENTRIES = 8  # that are judged so, one by one
MOST_NAMES = 16


class DerivationError(RefusedError):
    """The derived gradient is not the slope of J: nothing is judged by it."""


@dataclass
class Evidence:
    """Looks at an answer of the gradient's shape: first at points, then `settle` for good."""

    case: GradientCase

    def __post_init__(self) -> None:
        self.samples = Samples(self.case)
        self.comparison = GradientComparison(self.case)
        self.proved = False
        self.settled = False

    @property
    def difference(self) -> Difference | None:
        return self.comparison.different

    def compare(self) -> None:
        """Compare at points of several sizes.

        Raises RefusedError where the gradient itself is not what quotients tell.
        """
        found = list(self.samples.found(POINTS)) if self.samples.is_small() else []
        for sample in found[:CHECKED]:
            if along(sample, self.case) is False:
                raise DerivationError(f"no gradient by {self.case.variable} is known for sure")
        self.comparison.compare(found)

    def settle(self) -> None:
        """Prove it, or else look on both sides of all borders for where it may differ."""
        if self.difference or self.comparison.off:
            return
        trees = list(self._trees())
        if self._is_derivative and (not any(map(may_jump, trees)) or self._holds_on_borders(trees)):
            self.proved = True
        elif not self.has_pieces:
            self.proved = proves_same(self.case, self.case.answer)
        else:
            self._look_at_borders()

    @property
    def is_open(self) -> bool:
        """Do borders remain on which the answer may differ?"""
        seen = self.proved or self.difference or self.comparison.off
        return self.has_pieces and not seen

    def settle_by_entries(self, most: int = MOST_NAMES) -> None:
        """Look at every entry at small sizes, of so many numbers. It may take long."""
        if self.is_open and self._by_entries(most) and self._is_derivative:
            self.proved = True

    @cached_property
    def _is_derivative(self) -> bool:
        return proves_derivative(self.case, self.case.answer)

    def _trees(self) -> Iterator[Node]:
        """Yield the answer, and what it is made of."""
        yield self.case.answer
        made = computing(self.case.definitions.statements, names(self.case.answer))
        yield from (statement.expression for statement in reversed(made))

    @cached_property
    def has_pieces(self) -> bool:
        """Is there a border anywhere, in the program or in the answer?"""
        return self._program_has_pieces() or any(map(in_pieces, self._trees()))

    def _program_has_pieces(self) -> bool:
        return any(in_pieces(each.expression) for each in self.case.program.statements)

    def _holds_on_borders(self, trees: Sequence[Node]) -> bool:
        """Is what is right off the borders right on them, where J's pieces meet one at a time?

        It is where it is what was derived, or that but for which side the borders belong to.
        """
        own = [each.expression for each in self.case.program.statements]
        if any(map(at_single_points, own)):
            return False
        if any(map(may_jump, own)) and self.unentered is not None:
            return False  # w**2 > 0 may be a border with one piece on both of its sides
        if not (proves_same(self.case, self.case.answer) or takes_one_side(self.case, trees)):
            return False
        look = self._borders
        return look is not None and not look.meet(self._start)

    @cached_property
    def written(self) -> WrittenCase | None:
        """The case in entries, None where that would be too large."""
        try:
            return entries_of(self.case, self.samples.numbers(0), self.samples.free)
        except DerivError:
            return None

    @cached_property
    def _borders(self) -> GradientBorders | None:
        return None if self.written is None else GradientBorders(self.written, self.samples)

    @cached_property
    def _start(self) -> Mapping[str, Fraction]:
        """A point, entry by entry, from which borders are looked for."""
        assert self.written is not None
        sizes = {**self.written.sizes}
        sample = next(each for each in self.comparison.agreeing if dict(each.sizes) == sizes)
        values: dict[str, Any] = {**sample.values}
        values[self.case.variable] = _rational(sample.known[self.case.variable].tolist())
        return self.written.start(values)

    def _look_at_borders(self) -> None:
        look = self._borders
        if look is not None and self.comparison.agreeing:
            self.comparison.compare(look.found(self._start))

    def _by_entries(self, most: int) -> bool:
        """Is each entry proved at small sizes, borders included, by the judge of numbers?

        A difference that it finds is taken over: on a border it knows the slope of J itself.
        """
        written = self.written
        if written is None or len(written.answer) > MOST_ENTRIES or self.case.question.assumed:
            return False
        for place, given in enumerate(written.answer):
            look = _judged(written, place, self.case.variable, given, most)
            if look is None:
                return False
            if look.differs:
                self._take_over(look, place)
                return False
            if not look.proves():
                return False
        return True

    def _take_over(self, look: AnswerComparison, place: int) -> None:
        assert self.written is not None
        first = look.result.different
        if first is None:
            return
        at = {**self._start, **first[0].at}
        sample = self.samples.sample(self.written.sizes, self.written.values(at))
        if sample is not None and not self.comparison.compare([sample]):
            entry = place_of(place, sample.expected.shape)
            found = Difference(sample, entry, first[1], first[0].slope, on_border=True)
            self.comparison.different = found

    @cached_property
    def hidden(self) -> Node | None:
        """A part of the formulas that makes no difference at any point, as far as digits tell."""
        written = self.written
        if written is None or not self.comparison.agreeing:
            return None
        trees = [_whole(written, each) for each in (*written.expected, *written.answer)]
        known = [each for each in trees if each is not None]
        if len(known) < len(trees):
            return None
        return hidden_in_entries(known, self._start, (DIGITS, FINE_DIGITS))

    @cached_property
    def unentered(self) -> str | None:
        """What holds at none of the points at which both agree, or at all of them."""

        def truth(condition: Comparison, sample: GradientSample) -> set[bool]:
            found = values(self.case, condition, sample, arithmetic)
            return set() if found is None else {each != 0 for each in found.flat}

        with exact(DIGITS) as arithmetic:
            looks = (partial(truth, sample=each) for each in self.comparison.agreeing)
            return one_sided([*self._trees(), self.case.expected], looks)


def _judged(
    written: WrittenCase, place: int, variable: str, given: Node, most: int
) -> AnswerComparison | None:
    """Return an entry of the answer beside the slope of J by that entry; None where too large."""
    J, answer = _whole(written, written.J), _whole(written, given)
    if J is None or answer is None:
        return None
    moved = written.names_of(variable)[place]
    try:
        expected = Derivatives(Program((Assignment("J", J),)), COMMAND_LINE).tree(moved, 1)
    except DerivError:
        return None
    used = {moved, *(name for tree in (J, expected, answer) for name in names(tree))}
    if len(used) > most:
        return None
    entries = tuple(name for name in written.names if name in used)
    return AnswerComparison(Question(J, entries, moved), expected, answer)


def _whole(written: WrittenCase, tree: Node) -> Node | None:
    """Return a tree in the names of entries alone, None where it is too large."""
    size = written.size(tree)
    if size > LARGEST:
        return None
    return inline(Program((*written.program.statements, Assignment("J", tree))))


def _rational(value: Any) -> Any:
    """Return numbers as they are, or near them: a statement's may be irrational."""
    if isinstance(value, list):
        return tuple(map(_rational, value))
    if isinstance(value, Fraction):
        return value
    return Fraction(float(ball(value).middle)).limit_denominator(10**6)
