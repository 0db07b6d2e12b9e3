"""Answer x expression -> verdict: by exact samples, by proof, and with a word on the mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from derivcli.calculus import nowhere, symbolic
from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.exact import Exact, Real, differ
from derivcli.calculus.landmarks import branches, piece
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Quantity
from derivcli.calculus.sampling import (
    ENOUGH,
    FEWEST,
    TRIALS,
    Contrast,
    Question,
    Sample,
    contrast,
    samples,
    value_at,
)
from derivcli.calculus.study import statements
from derivcli.errors import RefusedError, UndefinedError
from derivcli.exercises.diagnosis import diagnosis
from derivcli.exercises.exercise import Exercise
from derivcli.exercises.verdict import Counterexample, Verdict
from derivcli.language.latex import latex
from derivcli.language.text import text
from derivcli.language.tree import Node, definitions, inline, number, substitute

TOO_FEW = "too few points were found where both have a value, and no proof"

Stage = Callable[[str], None]
Piece = tuple[int | None, ...]


def verdicts(exercise: Exercise, stage: Stage = lambda _: None) -> Iterator[Verdict]:
    """Yield the verdict; where samples say "correct", first as sampled, then as proved.

    Raises RefusedError where the derivative cannot be written down.
    """
    stage("differentiating")
    derivatives = Derivatives(exercise.program, exercise.limits)
    expected = derivatives.tree(exercise.variable, exercise.order)
    nowhere.with_values(exercise.answer, "the answer")
    answer = substitute(inline(exercise.answer), definitions(exercise.program))
    question = _question(exercise, derivatives)
    borders = branches(question.tree)
    gap = None
    for count, proves in TRIALS:
        stage("comparing")
        found = samples(question, (expected, answer), count)
        if count == ENOUGH:
            gap = symbolic.difference(expected, answer)
        result = contrast(question, answer, found, gap, finely=count == ENOUGH)
        verdict = _verdict(exercise, expected, answer, result)
        kept = {piece(borders, sample.at) for sample in result.agreeing}
        if result.different is not None or _drops_a_piece(kept, borders, result):
            yield _wrong(verdict, exercise, derivatives, question, answer, found, result)
            return
        enough = _covers(kept, borders, found, len(result.agreeing))
        if enough:
            yield verdict
        stage("proving")
        if result.agreeing and proves(expected, answer):
            yield replace(verdict, evidence="proved")
            return
    if not enough:
        yield replace(verdict, verdict="undecided", evidence=None, note=TOO_FEW)


def _covers(kept: set[Piece], borders: list[Node], found: Sequence[Sample], count: int) -> bool:
    """Do samples agree in every piece of J, `count` of them, at half of all points or more?"""
    everywhere = all(piece(borders, sample.at) in kept for sample in found)
    return everywhere and count >= max(FEWEST, len(found) / 2)


def _drops_a_piece(kept: set[Piece], borders: list[Node], result: Contrast) -> bool:
    """Has the answer no value at all in one of the pieces of J, or nowhere?"""
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
        named = diagnosis(exercise, derivatives, question, answer, points)
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
