"""Backprop as the course tells it: one step a node, its nudge, and the chain rule in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from derivcli.calculus.results import Quantity
from derivcli.graphs.results import Collapse, EdgeResult, GraphResult, NodeCheck
from derivcli.language.latex import bracketed, number_latex
from derivcli.report.blocks import Block, Figure, Formula, Heading, Text
from derivcli.report.comparison import compared
from derivcli.report.markup import formula, marked, mixed
from derivcli.report.notation import derivative_latex, derivative_sign
from derivcli.report.numbers import figure

MOST_TERMS = 8  # of a sum of contributions
APPROX = r"\approx"


@dataclass(frozen=True, slots=True)
class Written:
    """A part of an equation, as text and as LaTeX; `exact` unless a number in it is rounded."""

    text: str
    latex: str
    exact: bool = True


def sign(of: str, by: str) -> Written:
    """Return the partial derivative of one name by another, unevaluated: ∂J/∂a."""
    return Written(
        derivative_sign(of, by, 1, several=True), derivative_latex(of, by, 1, several=True)
    )


def number(quantity: Quantity | None, digits: int | None) -> Written:
    """Return a number as a side of an equation, to `digits` digits; None is undefined."""
    if quantity is None:
        return Written("undefined", r"\text{undefined}")
    shown = figure(quantity, digits)
    if not isinstance(shown, Figure):
        return Written(shown, shown)
    return Written(shown.text, number_latex(shown.text), not shown.rounded)


def product(*factors: Written) -> Written:
    """Return factors multiplied; a sum, or a sign that is not in front, stands in brackets."""
    texts = [_bracketed(each.text, first=index == 0) for index, each in enumerate(factors)]
    tex = [
        bracketed(each.latex) if text != each.text else each.latex
        for text, each in zip(texts, factors, strict=True)
    ]
    return Written(" * ".join(texts), r" \cdot ".join(tex), all(each.exact for each in factors))


def _bracketed(text: str, *, first: bool) -> str:
    return f"({text})" if " " in text or (text.startswith("-") and not first) else text


def total(terms: list[Written]) -> Written:
    """Return terms added up."""
    if len(terms) == 1:
        return terms[0]
    texts = [f"({t.text})" if i and t.text.startswith("-") else t.text for i, t in enumerate(terms)]
    tex = [
        bracketed(t.latex) if text != t.text else t.latex
        for text, t in zip(texts, terms, strict=True)
    ]
    return Written(" + ".join(texts), " + ".join(tex), all(term.exact for term in terms))


def equation(*sides: Written) -> Formula:
    """Return sides joined by =, or by ≈ before one that is rounded; repetitions are left out."""
    text, tex, before = sides[0].text, sides[0].latex, sides[0]
    for side in sides[1:]:
        if side.text == before.text:
            continue
        bound = side.text.startswith("<")
        text += f" {side.text}" if bound else f" {'=' if side.exact else '≈'} {side.text}"
        tex += f" {side.latex}" if bound else f" {'=' if side.exact else APPROX} {side.latex}"
        before = side
    return Formula(text, tex)


def order(result: GraphResult) -> tuple[str, ...]:
    """Return what is computed from left to right: each parameter before the step that uses it."""
    names: dict[str, None] = {}
    parameters = set(result.wrt)
    for node in result.nodes:
        if node.inputs:
            used = (edge.name for edge in node.inputs)
            names.update(dict.fromkeys(name for name in used if name in parameters))
        names[node.name] = None
    return tuple(names)


def gradients(result: GraphResult) -> dict[str, Quantity | None]:
    """Return the gradient of every parameter, and of every node that depends on one."""
    nodes = {node.name: node.gradient for node in result.nodes if node.inputs}
    return {**result.gradients, **nodes}


def backward_order(result: GraphResult) -> tuple[str, ...]:
    """Return what backprop comes to, from right to left."""
    steps = gradients(result)
    reached = order(result)[::-1]
    return tuple(name for name in reached if name in steps and name != result.output)


def step(
    result: GraphResult,
    number_of: int,
    name: str,
    uses: Mapping[str, list[tuple[str, EdgeResult]]],
    check: NodeCheck | None,
    digits: int | None,
) -> Iterator[Block]:
    """Yield one step of backprop: the nudge, the local derivatives, and the chain rule."""
    J, known = result.output, gradients(result)
    yield Heading(f"Step {number_of}: {formula(sign(J, name).text)}", 2)
    if check is not None:
        yield Text(nudge(J, check, digits, derivative=name not in result.by_convention))
    symbols, values = [], []
    whole = name in {each.name for each in result.as_a_whole if each.differentiable}
    if len(uses.get(name, ())) > MOST_TERMS:
        yield Text(
            f"{len(uses[name]):,} nodes use {formula(name)}: what comes back from them adds up."
        )
        yield equation(sign(J, name), number(known[name], digits))
        return
    for node, edge in uses.get(name, ()):
        at_point = number(edge.local_value, digits)
        local = Written(edge.local, edge.local_latex)
        if node == J and whole:
            continue  # what J does with its other inputs held would have the same sign
        if edge.known_by == "convention":
            yield _by_convention(sign(node, name), edge.local_value, at_point)
            if node == J and len(uses[name]) == 1:
                return
            local = at_point
        elif edge.known_by == "sides":
            yield _remarked(equation(sign(node, name), at_point), "from both sides")
            if node == J and len(uses[name]) == 1:
                return
            local = at_point
        elif node != J:
            yield equation(sign(node, name), local, at_point)
        if node == J:
            symbols.append(local)
            values.append(at_point)
        else:
            symbols.append(product(sign(node, name), sign(J, node)))
            values.append(product(at_point, number(known[node], digits)))
    if whole:
        told = equation(sign(J, name), number(known[name], digits))
        yield _remarked(told, "the derivative of the whole")
    elif symbols and known[name] is None:
        yield missing(result, name)
    elif symbols:
        sides = (total(symbols), total(values), number(known[name], digits))
        yield equation(sign(J, name), *sides)


def missing(result: GraphResult, name: str) -> Formula:
    """Say that there is no derivative of the output by a name, or that nobody knows."""
    open_question = {each.name for each in result.as_a_whole if each.differentiable is None}
    words = "is not decided" if name in open_question else "does not exist"
    return _told(sign(result.output, name), words)


def _told(left: Written, words: str) -> Formula:
    return Formula(f"{left.text} {words}", rf"{left.latex} \text{{ {words}}}")


def _remarked(formula: Formula, words: str) -> Formula:
    return Formula(f"{formula.text}, {words}", rf"{formula.latex}, \text{{ {words}}}")


def _by_convention(left: Written, used: Quantity | None, value: Written) -> Formula:
    """Return a local derivative that does not exist, and what is taken in its place."""
    if used is None:
        return _told(left, "does not exist")
    return Formula(
        f"{left.text} := {value.text} by convention",
        rf"{left.latex} := {value.latex} \text{{ by convention}}",
    )


def nudge(J: str, check: NodeCheck, digits: int | None, *, derivative: bool = True) -> str:
    """Return what became of a nudge: "If a goes up by 0.001, d goes up by 0.001 and J ..."."""
    moves = f"If {formula(check.name)} {_went(check.eps, digits)}"
    if check.change is None:
        return f"{moves}, {formula(J)} has no value: {mixed(check.problem or '')}."
    others = [each for each in check.effects if each.name != J]
    told = "".join(f"{formula(each.name)} {_went(each.change, digits)}, " for each in others)
    told = f"{told.removesuffix(', ')} and {formula(J)}" if told else formula(J)
    ratio = _ratio(check, digits) if derivative else ""
    return f"{moves}, {told} {_went(check.change, digits)}{ratio}."


def _went(change: Quantity, digits: int | None) -> str:
    shown = number(change, digits)
    if change.is_zero:
        return "does not change"
    if change.below is not None:
        return f"changes by {formula(shown.text)}"
    way = "down" if shown.text.startswith("-") else "up"
    return f"goes {way} by {'' if shown.exact else 'about '}{formula(shown.text.removeprefix('-'))}"


def _ratio(check: NodeCheck, digits: int | None) -> str:
    """Return how far that is in nudges; course: roughly 2 x 0.001."""
    gradient, change, error = check.gradient, check.change, check.error
    if gradient is None or change is None or error is None:
        return ""
    if gradient.below is not None or change.below is not None:
        return ""
    if gradient.is_zero and change.is_zero:
        return ": the derivative is 0"
    rate = number(gradient, digits).text.removeprefix("-")
    product = f"{rate} x {number(check.eps, digits).text.removeprefix('-')}"
    by_slope = compared(change, gradient, check.eps)
    if by_slope.is_near:
        exactly = error.is_zero and number(gradient, digits).exact
        fell = change.number < 0 < check.eps.number
        same = f"; or, the same, up by {formula(f'-{product}')}" if fell else ""
        return f", {'which is' if exactly else 'roughly'} {formula(product)}{same}"
    if by_slope.is_flat:
        return ": hardly at all, as the derivative is 0"
    why = "the step is too large, or comes to a kink"
    if gradient.is_zero:
        return f", though the derivative is 0: {why}"
    way = "up" if by_slope.would_rise else "down"
    return f"; by the derivative, it would go {way} by {formula(product)}: {why}"


def collapsed(result: GraphResult, collapse: Collapse, digits: int | None) -> Iterator[Block]:
    """Yield the factors of the chain rule back to a node, and what they come to."""
    J, name = result.output, collapse.name
    whole = sign(J, name)
    yield Heading(f"From {formula(J)} back to {formula(name)}, in one expression", 1)
    if collapse.assumed:
        yield Text(f"Assumed: {', '.join(map(formula, collapse.assumed))}.")
    for factor in collapse.factors:
        yield equation(sign(factor.of, factor.by), Written(factor.derivative, factor.latex))
    sides = [whole]
    if collapse.paths == 1 and len(collapse.factors) > 1:
        sides.append(product(*(sign(each.of, each.by) for each in collapse.factors)))
    sides.append(Written(collapse.derivative, collapse.latex))
    value = None if name in result.by_convention else gradients(result).get(name)
    if value is not None and collapse.holds:
        sides.append(number(value, digits))
    if len(collapse.factors) != 1 or value is not None:
        yield equation(*sides)
    if value is not None and not collapse.holds:
        at_point = equation(whole, number(value, digits))
        yield _remarked(at_point, "where the expression does not tell")
    if collapse.paths > 1:
        ways = f"{collapse.paths} ways lead from {formula(name)} to {formula(J)}"
        yield Text(f"{ways}: their products add up.")
    yield Text(
        f"{marked('right', 'Proved')}: this is the derivative of {formula(J)} with every step after"
        f" {formula(name)} written out."
        if collapse.proved
        else "Not proved: these are the products of the local derivatives, as they stand."
    )
