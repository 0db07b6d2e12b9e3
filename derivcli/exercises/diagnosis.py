"""What went wrong in an answer: the name of the mistake, and where it was made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli.calculus.derivation.algebra import negative, plus, times
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.exact import Real, differ, exact
from derivcli.calculus.rounding import rounding, shown
from derivcli.calculus.sampling import (
    DIGITS,
    FEWEST,
    FINEST_DIGITS,
    Question,
    Sample,
    agree,
    contrast,
    is_known,
    value_at,
    values,
)
from derivcli.errors import RefusedError, UndefinedError
from derivcli.exercises.exercise import Exercise
from derivcli.exercises.misconceptions import slope_of
from derivcli.exercises.mistaken import mistaken, with_one_sign_changed, without_one_term
from derivcli.language.text import text
from derivcli.language.tree import Name, Node, inline, names, number, substitute

ORDERS = 2  # how far beside the right order an answer is looked for
SIMPLEST_FACTOR = 100  # numerator and denominator of a factor worth naming

Named = tuple[str, str]


def diagnosis(
    exercise: Exercise,
    derivatives: Derivatives,
    question: Question,
    answer: Node,
    found: Sequence[Sample],
) -> Named | None:
    """Return the name of the mistake and where it was made, or None where none fits."""
    known = [
        (sample, value)
        for sample, value in zip(found, values(answer, found), strict=True)
        if value is not None
    ]
    if len(known) < FEWEST:
        return None
    points, given = zip(*known, strict=True)
    expected = derivatives.tree(exercise.variable, exercise.order)
    case = _Case(exercise, derivatives, question, expected, answer, points, given)
    return next(filter(None, (look(case) for look in LOOKS)), None)


@dataclass(frozen=True, slots=True)
class _Case:
    """A wrong answer, its values at some points, and the right derivative."""

    exercise: Exercise
    derivatives: Derivatives
    question: Question
    expected: Node
    answer: Node
    points: Sequence[Sample]
    given: Sequence[Real]

    def is_answer(self, tree: Node) -> bool:
        """Does a formula agree with the answer at all points, also with many more digits?

        And is it told from what is right, at the same points? It explains nothing else.
        """
        if not (self._agrees(tree) and self.are_fine(tree, self.answer)):
            return False
        return self._is_told(tree) or not self.are_fine(tree, self.expected)

    def _is_told(self, tree: Node) -> bool:
        """Is a formula another number than the slope at some point?"""
        others = values(tree, self.points)
        pairs = zip(self.points, others, strict=True)
        with exact(DIGITS):
            return any(other is not None and differ(each.slope, other) for each, other in pairs)

    def are_fine(self, one: Node, other: Node) -> bool:
        """Do many more digits not tell two formulas apart, at one point?"""
        first = self.points[0].at
        with exact(FINEST_DIGITS) as arithmetic:
            try:
                left, right = (value_at(each, first, arithmetic) for each in (one, other))
            except UndefinedError:
                return False
            return left is None or right is None or not differ(left, right)

    def _agrees(self, tree: Node) -> bool:
        with exact(DIGITS) as arithmetic:
            for sample, value in zip(self.points, self.given, strict=True):
                try:
                    other = value_at(tree, sample.at, arithmetic)
                except UndefinedError:
                    return False
                if other is None or differ(value, other):
                    return False
        return True


def _rounded(case: _Case) -> Named | None:
    off = rounding(case.answer, case.expected, case.points, case.given)
    if not off:
        return None
    return "rounded", f"its decimals are rounded: the relative error is up to {shown(off)}"


def _constant_added(case: _Case) -> Named | None:
    for stranger in {*names(case.answer)} - {*case.exercise.program.variables}:
        if case.is_answer(plus(case.expected, Name(stranger))):
            return "constant of integration", f"a derivative has no + {stranger}"
    return None


def _other_order(case: _Case) -> Named | None:
    right = case.exercise.order
    for order in range(max(1, right - ORDERS), right + ORDERS + 1):
        if order != right and case.is_answer(_tree(case, case.exercise.variable, order)):
            return "right for another order", f"this is the derivative of order {order}"
    return None


def _tree(case: _Case, variable: str, order: int) -> Node:
    try:
        return case.derivatives.tree(variable, order)
    except RefusedError:
        return case.expected  # which is not the answer


def _other_variable(case: _Case) -> Named | None:
    name = "derivative in the wrong variable"
    for other in case.exercise.program.variables:
        if other == case.exercise.variable:
            continue
        if case.is_answer(_tree(case, other, case.exercise.order)):
            return name, f"this is the derivative by {other}"
    strangers = {*names(case.answer)} - {*case.exercise.program.variables}
    if len(strangers) == 1:
        stranger = strangers.pop()
        renamed = substitute(case.answer, {stranger: Name(case.exercise.variable)})
        same = contrast(renamed, case.points)
        if same.different is None and len(same.agreeing) >= FEWEST:
            return name, f"{stranger} stands where {case.exercise.variable} should"
    return None


def _integrated(case: _Case) -> Named | None:
    """Is the answer's derivative the expression itself?"""
    variable = case.exercise.variable
    if variable not in names(case.answer):
        return None
    slope, whole = slope_of(case.answer, variable), inline(case.exercise.program)
    if agree(values(slope, case.points), values(whole, case.points)) and case.are_fine(
        slope, whole
    ):
        return "integrated instead of differentiated", "the derivative of the answer is J"
    return None


def _whole_sign(case: _Case) -> Named | None:
    if case.is_answer(negative(case.expected)):
        return "sign slip", "the whole answer has the other sign"
    return None


def _slip(case: _Case) -> Named | None:
    if case.exercise.order > 1:
        return None
    for each in mistaken(case.question.tree, case.exercise.variable):
        if case.is_answer(each.derivative):
            return each.name, each.detail
    return None


def _minus_forgotten(case: _Case) -> Named | None:
    """A minus is forgotten more often than one is added: cos' taken for sin is not an integral."""
    forgotten = text(case.expected).startswith("-") and case.is_answer(negative(case.expected))
    return _slip(case) if forgotten else None


def _not_differentiated(case: _Case) -> Named | None:
    if case.is_answer(inline(case.exercise.program)):
        return "not differentiated", "this is the expression itself"
    return None


def _one_sign(case: _Case) -> Named | None:
    for form in _forms(case):
        for wrong, term in with_one_sign_changed(form):
            if case.is_answer(wrong):
                return "sign slip", f"the term {text(term)} has the other sign"
    return None


def _one_term(case: _Case) -> Named | None:
    for form in _forms(case):
        for wrong, term in without_one_term(form):
            if case.is_answer(wrong):
                return "term missing", f"the term {text(term)} is missing"
    return None


def _forms(case: _Case) -> Iterator[Node]:
    """Yield the derivative as printed, and as the rules leave it."""
    yield case.expected
    yield slope_of(case.question.tree, case.exercise.variable)


def _off_by_constant(case: _Case) -> Named | None:
    rest = _constant(case, lambda given, slope: given - slope)
    if rest is None or not case.is_answer(plus(case.expected, number(rest))):
        return None
    return "off by a constant", f"the answer is {text(number(rest))} too large" if rest > 0 else (
        f"the answer is {text(number(-rest))} too small"
    )


def _off_by_factor(case: _Case) -> Named | None:
    ratio = _constant(case, lambda given, slope: slope / given)
    if ratio in (None, 1) or not case.is_answer(times(number(1 / ratio), case.expected)):
        return None
    name = "constant factor lost" if ratio.denominator == 1 else "wrong constant factor"
    return name, f"the derivative is {text(number(ratio))} times the answer"


def _constant(case: _Case, combine: Callable[[Real, Real], Real]) -> Fraction | None:
    """Return the simple number that answer and slope combine to at every point, if there is one."""
    found: Fraction | None = None
    with exact(DIGITS):
        for sample, given in zip(case.points, case.given, strict=True):
            try:
                value = combine(given, sample.slope)
            except ArithmeticError:
                return None
            if not is_known(value):
                continue  # both are too large to tell
            near = _near(value)
            if near in (None, 0) or found not in (None, near):
                return None
            found = near
    return found


def _near(value: Real) -> Fraction | None:
    """Return the simple fraction that a value cannot be told from."""
    if isinstance(value, Fraction):
        near = value
    else:
        middle = float(value)
        if not math.isfinite(middle):
            return None
        near = Fraction(middle).limit_denominator(SIMPLEST_FACTOR)
    simple = max(abs(near.numerator), near.denominator) <= SIMPLEST_FACTOR
    return near if simple and not differ(value, near) else None


# Whole-answer comparisons and slips, the more likely first.
LOOKS: tuple[Callable[[_Case], Named | None], ...] = (
    _rounded,
    _constant_added,
    _other_variable,
    _minus_forgotten,
    _integrated,
    _slip,
    _whole_sign,
    _not_differentiated,
    _other_order,
    _one_sign,
    _one_term,
    _off_by_constant,
    _off_by_factor,
)
