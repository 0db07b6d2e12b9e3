"""Answer x program of matrices -> verdict: by points, by proof, and with a word on the mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from derivcli.calculus.results import Quantity
from derivcli.exercises.gradients.answer_sites import written
from derivcli.exercises.gradients.case import GradientCase, case_of
from derivcli.exercises.gradients.counterexamples import counterexample
from derivcli.exercises.gradients.evidence import Evidence
from derivcli.exercises.gradients.looks import named
from derivcli.exercises.gradients.question import GradientQuestion
from derivcli.exercises.gradients.samples import Samples
from derivcli.exercises.gradients.trials import Trials
from derivcli.exercises.gradients.verdict import GradientVerdict, Repair
from derivcli.language.array_latex import PlainNotation, array_latex
from derivcli.language.shapes import ShapeError, shape_text
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Node, computing, names
from derivcli.matrices.results import ArrayStatement

TRIED = 5  # points at which what mends an answer is tried
FEW_NAMES = 8  # entries of all matrices: with more of them each trial would take seconds

Stage = Callable[[str], None]


def gradient_verdicts(
    question: GradientQuestion, stage: Stage = lambda _: None
) -> Iterator[GradientVerdict]:
    """Yield the verdict: "correct" first as sampled, then as proved, "wrong" before its reason.

    Raises ShapeError where the program's shapes do not fit.
    """
    stage("differentiating")
    case = case_of(question)
    base = _verdict(case)
    shape = case.answer_shape
    if isinstance(shape, ShapeError) or not case.fits(shape):
        yield from _misfit(case, base, stage)
        return
    stage("comparing")
    evidence = Evidence(case)
    evidence.compare()
    if evidence.difference is None:
        if evidence.comparison.is_enough and not evidence.has_pieces:
            yield _sampled(base, evidence)
        stage("proving")
        evidence.settle()
        if evidence.is_open:
            yield _unsettled(base, evidence)
            evidence.settle_by_entries()
    if evidence.difference is not None:
        yield from _wrong(case, base, evidence, stage)
    elif evidence.proved:
        yield replace(_sampled(base, evidence), evidence="proved")
    else:
        yield _as_seen(base, evidence)


def _unsettled(base: GradientVerdict, evidence: Evidence) -> GradientVerdict:
    """Return what is said where the clock ends the look at every entry."""
    seen = _as_seen(base, evidence)
    if seen.verdict != "correct":
        return seen
    count = len(evidence.comparison.agreeing)
    note = f"equal at {count} points; there was no time to look at each entry where pieces meet"
    return replace(base, samples=count, note=note)


def _as_seen(base: GradientVerdict, evidence: Evidence) -> GradientVerdict:
    """Return the verdict where nothing is proved."""
    return _undecided(base, evidence) or _sampled(base, evidence)


def _sampled(base: GradientVerdict, evidence: Evidence) -> GradientVerdict:
    """Return the verdict "correct, as far as points tell"."""
    compared = evidence.comparison
    note = None
    if compared.missing:
        count = len(compared.missing)
        note = f"compared where both have a value: at {count} points the answer has none"
    if compared.off:
        off = f"accepted as rounded: the relative error is up to {compared.off:.2g}"
        note = off if note is None else f"{off}; {note}"
    return replace(
        base, verdict="correct", evidence="sampled", samples=len(compared.agreeing), note=note,
        rounded=bool(compared.off),
    )  # fmt: skip


def _undecided(base: GradientVerdict, evidence: Evidence) -> GradientVerdict | None:
    """Return why nothing can be said, None where points are enough."""
    compared = evidence.comparison
    if compared.missing and not compared.agreeing:
        note = "the answer has no value at any of the points tried"
        return replace(base, verdict="wrong", samples=len(compared.missing), note=note)
    if not evidence.samples.is_small():
        note = "the matrices are too large to be compared number by number: give sizes names"
    elif not compared.is_enough and base.assumed:
        note = "no points were found where all that is assumed holds and J has a gradient"
    elif not compared.is_enough:
        note = "too few points were found where both have a value, and no proof"
    elif evidence.hidden is not None:
        note = f"at no point tried does {written(evidence.hidden)} make a difference to the digits"
    elif evidence.unentered is not None:
        note = f"at the points where they agree {evidence.unentered}"
    else:
        return None
    return replace(base, samples=len(compared.agreeing), note=note)


def _misfit(case: GradientCase, base: GradientVerdict, stage: Stage) -> Iterator[GradientVerdict]:
    """Yield the verdict on an answer whose shape alone is wrong."""
    shape = case.answer_shape
    if isinstance(shape, ShapeError):
        note = f"the shapes do not fit: {shape.message}"
    else:
        what = f"of shape {shape_text(shape)}" if shape else "a number"
        own = f"of shape {shape_text(case.shape)}" if case.shape else "a number"
        note = f"the answer is {what}, and the gradient by {case.variable} is {own}"
    wrong = replace(base, verdict="wrong", note=note)
    yield wrong
    stage("looking for the mistake")
    samples = Samples(case)
    found = list(samples.found(TRIED)) if samples.is_small() else []
    yield _diagnosed(wrong, Trials(case, found))


def _wrong(
    case: GradientCase, base: GradientVerdict, evidence: Evidence, stage: Stage
) -> Iterator[GradientVerdict]:
    compared = evidence.comparison
    wrong = replace(
        base, verdict="wrong", samples=len(compared.agreeing) + len(compared.missing) + 1
    )
    if compared.different is not None:
        found = counterexample(case, evidence.samples, compared.different)
        wrong = replace(wrong, counterexample=found)
    if compared.different is not None and compared.different.on_border:
        yield replace(wrong, note="there J has a slope, and the answer has another number")
        return
    yield wrong
    stage("looking for the mistake")
    points = list(evidence.samples.found(TRIED))
    if compared.different is not None:
        points.append(compared.different.sample)
    yield _diagnosed(wrong, Trials(case, points, confirm=_is_right))


def _is_right(case: GradientCase, tree: Node) -> bool:
    """Is another answer right, on both sides of all borders?"""
    evidence = Evidence(replace(case, answer=tree))
    evidence.compare()
    evidence.settle()
    evidence.settle_by_entries(FEW_NAMES)
    return evidence.difference is None and (evidence.proved or evidence.comparison.is_enough)


def _diagnosed(wrong: GradientVerdict, trials: Trials) -> GradientVerdict:
    """Return a verdict with the mistake's name, where one fits."""
    found = named(trials)
    if found is None:
        return wrong
    repair = None
    if found.mended is not None:
        span = found.span
        start, end = (None, None) if span is None else (span.start, span.end)
        latex = array_latex(found.mended, PlainNotation(trials.case.gradient.shapes))
        repair = Repair(written(found.mended), start, end, latex)
    if repair and wrong.answer_shape is not None and "of shape" in (found.detail or ""):
        wrong = replace(wrong, note=None)  # it is said already
    return replace(wrong, diagnosis=found.name, detail=found.detail, repair=repair)


def _verdict(case: GradientCase) -> GradientVerdict:
    """Return what there is to say before anything is judged."""
    question, shapes = case.question, case.gradient.shapes
    notation = PlainNotation(shapes)
    shape = case.answer_shape
    variables = tuple(name for name in case.program.variables if name not in case.sizes)

    def told(each: Assignment) -> ArrayStatement:
        return ArrayStatement(
            each.name, written(each.expression), shapes.get(each.name, ()),
            array_latex(each.expression, notation),
        )  # fmt: skip

    tolerance = question.tolerance
    return GradientVerdict(
        text(case.program, arrays=True), case.program.output.name, case.variable, variables,
        {name: shapes[name] for name in variables if shapes.get(name)},
        tuple(map(told, case.program.statements)), 1, tuple(map(told, _needed(case))),
        written(case.expected), array_latex(case.expected, notation), case.shape,
        written(case.answer), array_latex(case.answer, notation),
        None if isinstance(shape, ShapeError) else shape,
        "undecided", None, 0,
        assumed=tuple(written(each).replace(" == ", " = ") for each in question.assumed),
        tolerance=None if tolerance is None else Quantity(tolerance),
        source=question.answer.source,
    )  # fmt: skip


def _needed(case: GradientCase) -> list[Assignment]:
    """Return the gradients by other names that the derivative and the answer speak of."""
    return computing(case.others, (*names(case.expected), *names(case.answer)))
