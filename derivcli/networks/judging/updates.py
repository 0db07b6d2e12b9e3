"""The verdict on a step of gradient descent that a student wrote: W2 = W2 - alpha * dW2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivcli.errors import LanguageError
from derivcli.language.tree import Binary, Name, Node, Number, Unary, fold, nodes, rebuild
from derivcli.networks.equation import RATE, Equation, latex, written
from derivcli.networks.judging.case import Case
from derivcli.networks.judging.kinks import edges
from derivcli.networks.judging.proving import evidence
from derivcli.networks.judging.repair_sites import M
from derivcli.networks.judging.symptoms import first_difference
from derivcli.networks.layers import Architecture, shape_text
from derivcli.networks.results import Judgement

ALPHA = Name(RATE)


def judge_update(architecture: Architecture, examples: int, equation: Equation) -> Judgement:
    """Return the verdict: right if the step, divided by -alpha, is the gradient, whatever alpha is.

    So all that is tried on an equation of a gradient is tried on it.
    """
    own, gradient = Name(equation.name), f"d{equation.name}"
    equation = _of_any_rate(equation)
    if any(ALPHA in nodes(edge) for edge in edges(equation.expression)):
        raise LanguageError(
            f"{RATE} may be any number: no piece begins at one", source=equation.source,
            span=equation.expression.span, hint=f"write {equation.name} - {RATE} * {gradient}",
        )  # fmt: skip
    step = Binary("/", Binary("-", own, equation.expression), ALPHA, equation.expression.span)
    one = equation.column and architecture.sizes[-1] == 1
    case = Case(architecture, examples, Equation(gradient, step, equation.single), one)
    right = replace(equation, expression=Binary("-", own, Binary("*", ALPHA, Name(gradient))))
    judged = Judgement(
        equation.source.strip(), "correct", None, latex=latex(equation), reference=written(right),
        shape=case.shape(equation.expression),
        expected_shape=architecture.shapes(examples)[equation.name],
    )  # fmt: skip
    if known := evidence(case, step):
        return replace(judged, evidence=known[0], samples=known[1])
    lead = len(equation.source) - len(equation.source.lstrip())
    span = equation.expression.span
    return replace(
        judged, verdict="wrong", diagnosis=_mistake(case, equation), repaired=written(right),
        repaired_latex=latex(right), detail=first_difference(case),
        start=span.start - lead, end=span.end - lead,
    )  # fmt: skip


def _of_any_rate(equation: Equation) -> Equation:
    """Return an update with alpha for the one number that may be the rate: W1 - 0.01 * dW1."""
    typed = equation.expression
    numbers = {each for each in nodes(typed) if isinstance(each, Number)}
    if ALPHA in nodes(typed) or len(numbers) != 1:
        return equation

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        return ALPHA if node in numbers else rebuild(node, parts)

    return replace(equation, expression=fold(typed, visit))


def _mistake(case: Case, equation: Equation) -> str:
    if case.misfit:
        return str(case.misfit)
    shape = case.shape(equation.expression)
    expected = case.architecture.shapes(case.examples)[equation.name]
    if shape is not None and shape != expected:
        shown = shape_text(shape) if shape else "one number"
        return f"{shown} instead of {shape_text(expected)}"
    for step, words in _mistaken(case, equation):
        if case.seems(step) and case.everywhere(step):
            return words
    return "the two sides are different"


def _mistaken(case: Case, equation: Equation) -> Iterator[tuple[Node, str]]:
    """Yield what the gradient would be if a mistake were none, and the words for the mistake."""
    own, typed = Name(equation.name), equation.expression
    gradient = case.text(Name(case.name))
    moved = Binary("-", own, typed)
    yield (
        Unary("-", Binary("/", moved, ALPHA)),
        f"the sign is wrong: descent goes against the gradient, by - {RATE} * {gradient}",
    )
    if ALPHA not in nodes(typed):
        yield moved, f"the rate {RATE} is missing"
        yield Unary("-", moved), f"the sign is wrong, and the rate {RATE} is missing"
    step = Binary("/", moved, ALPHA)
    yield Binary("*", step, M), f"the 1/m is there once too often: {gradient} has it"
    for sign, words in ((Unary("-", typed), ""), (typed, ", and the sign is wrong")):
        missing = f"{equation.name} itself is missing: a step starts from it"
        yield Binary("/", sign, ALPHA), missing + words
    for name in case.own.values:
        if name not in (RATE, case.name):
            shown = case.text(Name(name))
            wanted = Binary(
                "+", Binary("-", Binary("/", moved, ALPHA), Name(name)), Name(case.name)
            )
            yield wanted, f"{shown} stands where {gradient} is needed"
