"""Answer x expression -> verdict: by exact samples, by proof, and with a word on the mistake."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.exact import Exact, Real, exact
from derivcli.calculus.landmarks import branches, piece
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Quantity
from derivcli.calculus.sampling import (
    DIGITS,
    ENOUGH,
    FINE_DIGITS,
    Contrast,
    Question,
    Sample,
    agree,
    contrast,
    differ,
    samples,
    value_at,
    values,
)
from derivcli.calculus.study import statements
from derivcli.errors import RefusedError, UndefinedError
from derivcli.exercises.exercise import Exercise
from derivcli.exercises.misconceptions import (
    mistaken,
    slope_of,
    with_one_sign_changed,
    without_one_term,
)
from derivcli.exercises.verdict import Counterexample, Verdict
from derivcli.language.latex import latex
from derivcli.language.text import text
from derivcli.language.tree import Name, Node, definitions, inline, names, number, substitute

FEWEST = 3  # samples that have to agree where there is no proof
COMPARED = 8  # samples at which an answer is compared with a mistake
ORDERS = 2  # how far beside the right order an answer is looked for
SIMPLEST_FACTOR = 100  # numerator and denominator of a factor worth naming

# At how many points is compared, and what is tried to prove it then.
TRIALS = ((COMPARED, symbolic.normal_forms_agree), (ENOUGH, symbolic.simplifies_to_equal))

TOO_FEW = "too few points were found where both have a value, and no proof"

Stage = Callable[[str], None]


def verdicts(exercise: Exercise, stage: Stage = lambda _: None) -> Iterator[Verdict]:
    """Yield the verdict; where samples say "correct", first as sampled, then as proved.

    Raises RefusedError where the derivative cannot be written down.
    """
    stage("differentiating")
    derivatives = Derivatives(exercise.program, exercise.limits)
    expected = derivatives.tree(exercise.variable, exercise.order)
    answer = substitute(inline(exercise.answer), definitions(exercise.program))
    question = _question(exercise, derivatives)
    gap = None
    for count, proves in TRIALS:
        stage("comparing")
        found = samples(question, (expected, answer), count)
        if count == ENOUGH:
            gap = symbolic.difference(expected, answer)
        result = contrast(question, answer, found, gap, finely=count == ENOUGH)
        verdict = _verdict(exercise, expected, answer, result)
        if result.different is not None or _drops_a_piece(question, result):
            yield _wrong(verdict, exercise, derivatives, question, answer, found, result)
            return
        enough = _covers(question, found, result)
        if enough:
            yield verdict
        stage("proving")
        if result.agreeing and proves(expected, answer):
            yield replace(verdict, evidence="proved")
            return
    if not enough:
        yield replace(verdict, verdict="undecided", evidence=None, note=TOO_FEW)


def _covers(question: Question, found: Sequence[Sample], result: Contrast) -> bool:
    """Do samples agree in every piece of J, and at half of all points or more?"""
    borders = branches(question.tree)
    kept = {piece(borders, sample.at) for sample in result.agreeing}
    everywhere = all(piece(borders, sample.at) in kept for sample in found)
    return everywhere and len(result.agreeing) >= max(FEWEST, len(found) / 2)


def _drops_a_piece(question: Question, result: Contrast) -> bool:
    """Has the answer no value at all in one of the pieces of J, or nowhere?"""
    if result.missing and not result.agreeing:
        return True
    borders = branches(question.tree)
    kept = {piece(borders, sample.at) for sample in result.agreeing}
    return any(piece(borders, sample.at) not in kept for sample in result.missing)


def _question(exercise: Exercise, derivatives: Derivatives) -> Question:
    """Return what is sampled: the slope of J, or of its derivative of one order less."""
    lower = exercise.order - 1
    tree = derivatives.tree(exercise.variable, lower) if lower else inline(exercise.program)
    return Question(tree, exercise.variables, exercise.variable)


def _verdict(exercise: Exercise, expected: Node, answer: Node, result: Contrast) -> Verdict:
    """Return the verdict "correct, as far as samples tell"."""
    note = None
    if result.missing:
        at = ", ".join(f"{name} = {text(number(w))}" for name, w in result.missing[0].at.items())
        note = f"compared where both have a value: the answer has none at {at}"
    return Verdict(
        text(exercise.program), exercise.program.output.name, exercise.variable,
        exercise.variables, statements(exercise.program), exercise.order,
        text(expected), latex(expected), text(answer), latex(answer),
        "correct", "sampled", len(result.agreeing), None, None, None, note,
    )  # fmt: skip


def _wrong(
    verdict: Verdict,
    exercise: Exercise,
    derivatives: Derivatives,
    question: Question,
    answer: Node,
    found: Sequence[Sample],
    result: Contrast,
) -> Verdict:
    """Return the verdict with a counterexample, and the mistake where it has a name."""
    first = result.different[0] if result.different else result.missing[0]
    named = None
    if result.different:
        points = (first, *(sample for sample in found if sample is not first))
        named = _diagnosis(exercise, derivatives, question, answer, points)
    return replace(
        verdict,
        verdict="wrong",
        samples=len(result.agreeing) + len(result.missing) + (result.different is not None),
        counterexample=_shown_first(question, answer, first, found),
        diagnosis=named and named[0],
        detail=named and named[1],
        note=None if result.different else _nowhere(result),
    )


def _nowhere(result: Contrast) -> str:
    where = "of this piece" if result.agreeing else "tried"
    return f"the answer has no value at any of the points {where}"


def _shown_first(
    question: Question, answer: Node, first: Sample, found: Sequence[Sample]
) -> Counterexample | None:
    """Return the first counterexample with numbers that can be shown: within float64."""
    for sample in (first, *found):
        try:
            shown = _counterexample(question, answer, sample)
        except RefusedError:
            continue
        if shown is not None:
            return shown
    return None


def _counterexample(question: Question, answer: Node, sample: Sample) -> Counterexample | None:
    """Return what answer and slope are at a point, or None where nothing tells them apart."""
    at = {name: Quantity(w) for name, w in sample.at.items()}

    def compute(arithmetic: Exact) -> Counterexample | None:
        def shown(number: Real) -> Quantity:
            return settle(number, 17, arithmetic, symbolic.exact_value)

        slope = question.slope(sample.at, arithmetic)
        if slope is None:
            return None
        try:
            value = value_at(answer, sample.at, arithmetic)
        except UndefinedError:
            return Counterexample(at, None, shown(slope), None)
        if value is None or not differ(value, slope):
            raise Uncertain(answer)  # more digits tell
        return Counterexample(at, shown(value), shown(slope), shown(value - slope))

    return with_digits(17, symbolic.is_zero, compute)


# Diagnosis

Named = tuple[str, str]


def _diagnosis(
    exercise: Exercise,
    derivatives: Derivatives,
    question: Question,
    answer: Node,
    found: Sequence[Sample],
) -> Named | None:
    """Return the name of the mistake and where it was made, or None where none fits."""
    given = values(answer, found)
    known = [index for index, value in enumerate(given) if value is not None]
    if len(known) < FEWEST:
        return None
    points = [found[index] for index in known]
    expected = derivatives.tree(exercise.variable, exercise.order)
    case = _Case(exercise, derivatives, question, expected, answer, points,
                 [given[index] for index in known])  # fmt: skip
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
    given: Sequence[Real | None]

    def is_answer(self, tree: Node) -> bool:
        """Does a formula agree with the answer at all points, also with many more digits?"""
        if not self._agrees(tree):
            return False
        first = self.points[0].at
        with exact(FINE_DIGITS) as arithmetic:
            try:
                one, other = (value_at(each, first, arithmetic) for each in (self.answer, tree))
            except UndefinedError:
                return False
            return one is None or other is None or not differ(one, other)

    def _agrees(self, tree: Node) -> bool:
        with exact(DIGITS) as arithmetic:
            for sample, value in zip(self.points, self.given, strict=True):
                try:
                    other = value_at(tree, sample.at, arithmetic)
                except UndefinedError:
                    return False
                if other is None or value is None or differ(value, other):
                    return False
        return True


def _other_order(case: _Case) -> Named | None:
    right = case.exercise.order
    for order in range(max(1, right - ORDERS), right + ORDERS + 1):
        if order != right and case.is_answer(_tree(case, order)):
            return "right for another order", f"this is the derivative of order {order}"
    return None


def _tree(case: _Case, order: int) -> Node:
    try:
        return case.derivatives.tree(case.exercise.variable, order)
    except RefusedError:
        return case.expected  # which is not the answer


def _other_variable(case: _Case) -> Named | None:
    name = "derivative in the wrong variable"
    for other in case.exercise.program.variables:
        if other == case.exercise.variable:
            continue
        if case.is_answer(case.derivatives.tree(other, case.exercise.order)):
            return name, f"this is the derivative by {other}"
    strangers = {*names(case.answer)} - {*case.exercise.program.variables}
    if len(strangers) == 1:
        stranger = strangers.pop()
        renamed = substitute(case.answer, {stranger: Name(case.exercise.variable)})
        same = contrast(case.question, renamed, case.points)
        if same.different is None and len(same.agreeing) >= FEWEST:
            return name, f"{stranger} stands where {case.exercise.variable} should"
    return None


def _integrated(case: _Case) -> Named | None:
    """Is the answer's derivative the expression itself?"""
    variable = case.exercise.variable
    if variable not in names(case.answer):
        return None
    slope = values(slope_of(case.answer, variable), case.points)
    if agree(slope, values(inline(case.exercise.program), case.points)):
        return "integrated instead of differentiated", "the derivative of the answer is J"
    return None


def _whole_sign(case: _Case) -> Named | None:
    with exact(DIGITS):
        turned = agree(case.given, [-sample.slope for sample in case.points])
    if turned:
        return "sign slip", "the whole answer has the other sign"
    return None


def _slip(case: _Case) -> Named | None:
    if case.exercise.order > 1:
        return None
    for each in mistaken(case.question.tree, case.exercise.variable):
        if case.is_answer(each.derivative):
            return each.name, each.detail
    return None


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
    if case.exercise.order == 1:
        yield slope_of(case.question.tree, case.exercise.variable)


def _off_by_constant(case: _Case) -> Named | None:
    rest = _constant(case, lambda given, slope: given - slope)
    if rest is None:
        return None
    return "off by a constant", f"the answer is {text(number(rest))} too large" if rest > 0 else (
        f"the answer is {text(number(-rest))} too small"
    )


def _off_by_factor(case: _Case) -> Named | None:
    ratio = _constant(case, lambda given, slope: slope / given)
    if ratio in (None, 1):  # 1 as far as these digits tell
        return None
    name = "constant factor lost" if ratio.denominator == 1 else "wrong constant factor"
    return name, f"the derivative is {text(number(ratio))} times the answer"


def _constant(case: _Case, combine: Callable[[Real, Real], Real]) -> Fraction | None:
    """Return the simple number that answer and slope combine to at every point, if there is one."""
    found: Fraction | None = None
    with exact(DIGITS):
        for sample, given in zip(case.points, case.given, strict=True):
            if given is None:
                return None
            try:
                value = combine(given, sample.slope)
            except ArithmeticError:
                return None
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
        middle = float(value.middle)
        if not math.isfinite(middle):
            return None
        near = Fraction(middle).limit_denominator(SIMPLEST_FACTOR)
    simple = max(abs(near.numerator), near.denominator) <= SIMPLEST_FACTOR
    return near if simple and not differ(value, near) else None


# Whole-answer comparisons and slips, the most telling first.
LOOKS: tuple[Callable[[_Case], Named | None], ...] = (
    _other_order,
    _other_variable,
    _integrated,
    _slip,
    _whole_sign,
    _not_differentiated,
    _one_sign,
    _one_term,
    _off_by_constant,
    _off_by_factor,
)
