"""The verdict on an equation that a student wrote: its shape, its value, and what went wrong."""

from __future__ import annotations

from dataclasses import replace

from derivcli.calculus.arithmetic import TooLarge, precision
from derivcli.errors import LanguageError, RefusedError, Span, UndefinedError
from derivcli.language.shapes import ShapeError
from derivcli.language.tree import Activation, Name, nodes
from derivcli.networks import equations
from derivcli.networks.equation import latex, written
from derivcli.networks.equation_reader import parse
from derivcli.networks.judging.case import Case
from derivcli.networks.judging.hints import foreign_slope, nearly
from derivcli.networks.judging.proving import evidence
from derivcli.networks.judging.right_elsewhere import belonging, stranger
from derivcli.networks.judging.search import Mended, mended
from derivcli.networks.judging.symptoms import LABELS, first_difference, problem_text, seen
from derivcli.networks.judging.trials import FAILURES, value
from derivcli.networks.judging.updates import judge_update
from derivcli.networks.layers import Architecture, Shape
from derivcli.networks.penalty import constants
from derivcli.networks.results import Judgement


def judge(architecture: Architecture, examples: int, source: str) -> Judgement:
    """Return the verdict on an equation such as `dZ1 = W2.T @ dZ2 * g1'(Z1)`.

    It is right if both sides are equal, in shape and in every entry, whatever the numbers and the
    sizes of the layers are.

    Raises LanguageError where it is no equation, UndefinedError where it has no value, RefusedError
    where that is too large.
    """
    equation = parse(source, architecture.layers, constants(architecture))
    if equation.update:
        return judge_update(architecture, examples, equation)
    # What J is called with one output, its mean, is not what it is with more; w is a column where
    # there is one.
    one = (equation.name == "J" or equation.column) and architecture.sizes[-1] == 1
    case = Case(architecture, examples, equation, one_output=one)
    _slopes_have_meaning(case)
    judged = Judgement(
        source.strip(),
        "correct",
        None,
        latex=latex(equation),
        reference=written(case.reference),
        shape=case.shape(case.equation.expression),
        expected_shape=_expected_shape(case),
    )
    if itself := _itself(case):
        words = f"{case.text(itself)} stands on both sides: write what it is computed from"
        return _placed(replace(judged, verdict="wrong", diagnosis=words), itself.span, source)
    tree = case.equation.expression
    if known := evidence(case, tree):
        judged = replace(judged, evidence=known[0], samples=known[1])
        general = replace(case, one_output=False)
        right = not one or equation.column or evidence(general, tree)
        return judged if right else replace(judged, detail=_with_more(general))
    _has_some_value(case)
    return _wrong(case, judged, source)


def _with_more(case: Case) -> str:
    """Say what would be right for any number of outputs of an equation that is right for one."""
    found = mended(case)
    words = f": {', and '.join(found.words)}" if found else ""
    return f"with more outputs than one it would be wrong{words}"


def _slopes_have_meaning(case: Case) -> None:
    for each in nodes(case.equation.expression):
        if not isinstance(each, Activation) or not each.prime:
            continue
        if case.architecture.activations[each.layer - 1] == "softmax":
            raise LanguageError(
                f"g{each.layer}' has no meaning entry by entry: softmax mixes the units of a layer",
                source=case.equation.source,
                span=each.span,
                hint=f"write {written(equations.backward(case.architecture)[0])}",
            )


def _itself(case: Case) -> Name | None:
    for each in nodes(case.equation.expression):
        if isinstance(each, Name) and each.name == case.name:
            return each
    return None


def _expected_shape(case: Case) -> Shape | None:
    """Return the shape of the left side; None for J, which is a number."""
    if case.name == "J":
        return None
    rows, columns = case.architecture.shapes(case.examples)[case.name.lstrip("d")]
    return (rows, 1) if case.single and case.letter.lstrip("d") in ("Z", "A") else (rows, columns)


def _has_some_value(case: Case) -> None:
    """Raise UndefinedError if the right side has no value on any trial."""
    problem: Exception | None = None
    with precision(case.plan.digits):
        for on in (*case.general, case.own):
            try:
                value(case.equation.expression, on, precise=True)
            except ShapeError:
                return
            except FAILURES as error:
                problem = problem or error
            else:
                return
    refused = isinstance(problem, RefusedError | TooLarge)
    raise (RefusedError if refused else UndefinedError)(
        f"the right side has no value: {problem_text(problem)}",
        source=case.equation.source,
        span=case.equation.expression.span,
    )


def _wrong(case: Case, judged: Judgement, source: str) -> Judgement:
    """Return the judgement of an equation that is wrong, with the mistake named."""
    observed, joint = seen(case, judged)
    named = belonging(case) or ("" if observed != LABELS else observed)
    named = named or foreign_slope(case)
    found = None if named else _mended(case)
    repaired = case.reference
    if found:
        named = ", and ".join(found.words)
        repaired = replace(case.equation, expression=found.tree)
    named = named or stranger(case)
    if observed and named and observed != named:
        named = f"{observed}{joint}{named}"
    judged = replace(
        judged,
        verdict="wrong",
        diagnosis=named or observed or "the two sides are different",
        repaired=written(repaired),
        repaired_latex=latex(repaired),
        detail=first_difference(case),
    )
    return _placed(judged, _span(case, found), source)


def _mended(case: Case) -> Mended | None:
    if near := nearly(case):
        return Mended(near[1], (near[0],), None)
    return mended(case)


def _span(case: Case, found: Mended | None) -> Span:
    tree = case.equation.expression
    if found and found.span:
        return found.span
    wrong = (each for each in nodes(tree) if case.misfit and each is case.misfit.node)
    return next(wrong, tree).span


def _placed(judged: Judgement, span: Span, source: str) -> Judgement:
    lead = len(source) - len(source.lstrip())
    return replace(judged, start=span.start - lead, end=span.end - lead)
