"""Answer x expression -> verdict: by exact samples, by proof, and with a word on the mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from derivcli.calculus import nowhere, symbolic
from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.exact import Exact, Real, differ
from derivcli.calculus.existence import differentiability_at
from derivcli.calculus.kinks import Differentiability, Values
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Quantity
from derivcli.calculus.rounding import shown
from derivcli.calculus.sampling import Point, Question, value_at
from derivcli.calculus.study import statements
from derivcli.errors import RefusedError, UndefinedError
from derivcli.exercises.comparing import AnswerComparison
from derivcli.exercises.diagnosis import diagnosis
from derivcli.exercises.exercise import Exercise
from derivcli.exercises.verdict import Counterexample, Verdict
from derivcli.language.latex import latex
from derivcli.language.text import text
from derivcli.language.tree import Node, definitions, inline, number, substitute

TOO_FEW = "too few points were found where both have a value, and no proof"

SHORT = (1, 2, 3, 5, 8)  # digits of a counterexample that are tried

Stage = Callable[[str], None]


def verdicts(exercise: Exercise, stage: Stage = lambda _: None) -> Iterator[Verdict]:
    """Yield the verdict: "correct" first as sampled, then as proved, "wrong" before its reason.

    Raises RefusedError where the derivative cannot be written down.
    """
    stage("differentiating")
    derivatives = Derivatives(exercise.program, exercise.limits)
    expected = derivatives.tree(exercise.variable, exercise.order)
    nowhere.with_values(exercise.answer, "the answer")
    answer = substitute(inline(exercise.answer), definitions(exercise.program))
    stage("comparing")
    look = AnswerComparison(_question(exercise, derivatives), expected, answer, exercise.tolerance)
    verdict = _verdict(exercise, expected, answer, look)
    if look.is_wrong:
        wrong = _wrong(verdict, look)
        yield wrong
        stage("looking for the mistake")
        if look.result.different:
            named = diagnosis(exercise, derivatives, look.question, answer, tuple(look.points()))
            if named:
                yield replace(wrong, diagnosis=named[0], detail=named[1])
        return
    if look.covers:
        yield verdict
    stage("proving")
    if look.proves():
        yield replace(verdict, evidence="proved")
    elif not look.covers:
        yield replace(verdict, verdict="undecided", evidence=None, note=_doubt(exercise, look))


def _doubt(exercise: Exercise, look: AnswerComparison) -> str:
    if exercise.assumed and not look.found:
        return "no point was found where all that is assumed holds and J has a slope"
    if look.steps:
        return "the formulas jump at infinitely many points, and nothing tells of all of them"
    if look.too_many:
        return "there are too many cases to go through all of them"
    if look.unseen:
        return f"nothing tells whether they are the same where {look.unseen[0].words()}"
    if look.is_enough and look.hidden is not None:
        return f"at no point tried does {text(look.hidden)} make a difference to the digits"
    return TOO_FEW


def _question(exercise: Exercise, derivatives: Derivatives) -> Question:
    """Return what is sampled: the slope of J, or of its derivative of one order less."""
    lower, J = exercise.order - 1, inline(exercise.program)
    if not lower:
        return Question(J, exercise.variables, exercise.variable, exercise.assumed)

    def judged(point: Values, arithmetic: Exact) -> Differentiability:
        return differentiability_at(
            derivatives, point, exercise.variable, exercise.order, arithmetic
        )

    tree = derivatives.tree(exercise.variable, lower)
    return Question(tree, exercise.variables, exercise.variable, exercise.assumed, J, judged)


def _verdict(exercise: Exercise, expected: Node, answer: Node, look: AnswerComparison) -> Verdict:
    """Return the verdict "correct, as far as samples tell"."""
    note, result = None, look.result
    if result.missing:
        at = ", ".join(f"{name} = {text(number(w))}" for name, w in result.missing[0].at.items())
        note = f"compared where both have a value: the answer has none at {at}"
    if look.off:
        off = f"accepted as rounded: the relative error is up to {shown(look.off)}"
        note = off if note is None else f"{off}; {note}"
    return Verdict(
        text(exercise.program), exercise.program.output.name, exercise.variable,
        exercise.variables, statements(exercise.program), exercise.order,
        text(expected), latex(expected), text(answer), latex(answer),
        "correct", "sampled", len(result.agreeing), None, None, None, note,
        tuple(text(each) for each in exercise.assumed),
        None if exercise.tolerance is None else Quantity(exercise.tolerance),
        bool(look.off),
    )  # fmt: skip


def _wrong(verdict: Verdict, look: AnswerComparison) -> Verdict:
    """Return the verdict with a counterexample."""
    result = look.result
    return replace(
        verdict,
        verdict="wrong",
        samples=len(result.agreeing) + len(result.missing) + (result.different is not None),
        counterexample=_shown_first(look),
        note=_nowhere(look),
    )


def _nowhere(look: AnswerComparison) -> str | None:
    if look.result.different is not None:
        return None
    if look.border is not None:
        return f"where {look.border.words()}, the answer is another number"
    where = "of this piece" if look.result.agreeing else "tried"
    return f"the answer has no value at any of the points {where}"


def _shown_first(look: AnswerComparison) -> Counterexample | None:
    """Return the first counterexample with numbers that can be shown: within float64."""
    result = look.result
    first = result.different[0] if result.different else look.dropped
    if first is None:
        return None
    for at in chain(_simpler(first.at), (sample.at for sample in look.points())):
        try:
            shown = _counterexample(look, at)
        except RefusedError:
            continue
        if shown is not None and (shown.difference is None or shown.difference.number):
            return shown
    return None


def _simpler(at: Point) -> Iterator[Point]:
    """Yield a point as people would write it, with ever more digits, and then as it is."""
    for digits in SHORT:
        yield {name: Fraction(f"{float(w):.{digits}g}") for name, w in at.items()}
    yield at


def _counterexample(look: AnswerComparison, at: Point) -> Counterexample | None:
    """Return what answer and slope are at a point, or None where nothing tells them apart."""
    point = {name: Quantity(w) for name, w in at.items()}

    def compute(arithmetic: Exact) -> Counterexample | None:
        def shown(number: Real) -> Quantity:
            return settle(number, 17, arithmetic, symbolic.exact_value)

        slope = look.question.slope(at, arithmetic)
        if slope is None:
            slope = look.question.slope_on_border(at, arithmetic)
        if slope is None:
            return None
        try:
            value = value_at(look.answer, at, arithmetic)
        except UndefinedError:
            return Counterexample(point, None, shown(slope), None)
        if value is None:
            return None
        if differ(value, slope):
            return Counterexample(point, shown(value), shown(slope), shown(value - slope))
        gap = None if look.difference is None else value_at(look.difference, at, arithmetic)
        if gap is None or not differ(gap, Fraction(0)):
            raise Uncertain(look.answer)  # more digits tell
        return Counterexample(point, shown(value), shown(slope), shown(-gap))

    return with_digits(17, symbolic.is_zero, compute)
