"""What `graph` says of a program of matrices: steps with their shapes, backprop, double-check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivcli.calculus.results import Quantity
from derivcli.graphs.results import MOST_TOLD, ends
from derivcli.language.shapes import Shape
from derivcli.matrices.graph_results import (
    Agreement,
    ArrayCollapse,
    ArrayGraphResult,
    ArrayNode,
    ArrayValue,
    EntryNudge,
)
from derivcli.matrices.results import GradientEquation
from derivcli.report.array_diagram import diagram
from derivcli.report.array_rules import LEGEND, words
from derivcli.report.array_values import NO_FORMULA, derived_latex, place, shown, told
from derivcli.report.blocks import Block, Cell, Column, Figure, Formula, Heading, Table, Text
from derivcli.report.chain_rule import sign
from derivcli.report.markup import code, formula, marked, mixed
from derivcli.report.numbers import figure, full_digits

CHECKED_DIGITS, ERROR_DIGITS = 7, 2  # of the double-check, unless told
NORMS = "||grad - approx|| / (||grad|| + ||approx||)"


def blocks(
    found: ArrayGraphResult, digits: int | None = None, only: str | None = None, *,
    alone: bool = False,
) -> Iterator[Block]:  # fmt: skip
    """Yield what a person reads: `only` "forward", "backward" or "check", or the graph `alone`."""
    if alone:
        yield diagram(found)
        return
    yield from _program(found, whole=only in (None, "forward") and found.collapse is None)
    if found.collapse is not None:
        yield from _collapsed(found, found.collapse)
        return
    if only is None and len(found.nodes) <= MOST_TOLD:
        yield diagram(found)
    yield from _sweeps(found, digits, only)
    if only in (None, "check"):
        yield from _double_check(found, digits)


def whole(found: ArrayGraphResult, digits: int | None = None) -> Iterator[Block]:
    """Yield a program forward and backward, without its diagram and its double-check.

    All arrays that have values are shown, however large they are.
    """
    yield from _program(found, whole=True)
    yield from _sweeps(found, digits, every=True)


def _sweeps(
    found: ArrayGraphResult, digits: int | None, only: str | None = None, *, every: bool = False
) -> Iterator[Block]:
    missing = found.undefined is not None
    forward_failed = missing and found.undefined in {node.name for node in found.nodes}
    if found.runs and (only in (None, "forward") or forward_failed):
        yield from _forward(found, digits, every=every)
    if missing:
        yield Text(f"{_name(found.undefined or '')} has no value here: {_problem(found)}.")
    yield from (Text(_kink(found, index)) for index in range(len(found.kinks)))
    if only in (None, "backward"):
        yield from _backward(found, digits, every=every)


def _problem(found: ArrayGraphResult) -> str:
    return mixed(found.problem or "")


def _program(found: ArrayGraphResult, *, whole: bool) -> Iterator[Block]:
    """Yield the steps, with their shapes where the `whole` answer follows."""
    if whole:
        yield _steps(found)
    for node in ends(() if whole else found.nodes):
        if isinstance(node, int):
            yield Text(f"... {node:,} more steps.")
            continue
        yield Formula(
            f"{node.name} = {node.expression}", f"{derived_latex(node.name)} = {node.latex}"
        )
    if found.unused:
        verb = "do not lead" if len(found.unused) > 1 else "does not lead"
        names = ", ".join(map(formula, found.unused))
        yield Text(f"{names} {verb} to {formula(found.output)}: left out.")
    yield from parameters(found)


def parameters(found: ArrayGraphResult) -> Iterator[Block]:
    """Yield which names are parameters and data, what is assumed, and which numbers were drawn."""
    yield Text(_names(found))
    if found.assumed:
        yield Text(f"Assumed: {', '.join(map(formula, found.assumed))}.")
    yield from map(Text, _numbers(found))


def _names(found: ArrayGraphResult) -> str:
    """Say which names are parameters and which are data, with their shapes."""
    data = [name for name in _variables(found) if name not in found.wrt]
    by = _listed(found, found.wrt)
    if not by:
        return f"{formula(found.output)} has no parameters."
    with_data = f", with the data {_listed(found, data)}" if data else ""
    return f"By {by}{with_data}."


def _listed(found: ArrayGraphResult, names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(
        f"{formula(name)} {_shape(shape)}" if (shape := found.shapes.get(name)) else formula(name)
        for name in names
    )


def _variables(found: ArrayGraphResult) -> list[str]:
    assigned = {node.name for node in found.nodes}
    sizes = {*found.sizes, *(size for shape in found.shapes.values() for size in shape)}
    used = dict.fromkeys(each.name for node in found.nodes for each in node.inputs)
    return [name for name in used if name not in assigned and name not in sizes]


def _numbers(found: ArrayGraphResult) -> Iterator[str]:
    sizes = ", ".join(formula(f"{name} = {size:,}") for name, size in found.sizes.items())
    if found.seed is not None and found.drawn:
        names = ", ".join(formula(name) for name in found.drawn)
        yield f"Drawn by {code(f'--seed {found.seed}')}: {names}."
    if sizes and found.runs:
        yield f"The sizes are {sizes}."
    if found.note is not None:
        yield found.note


def _forward(found: ArrayGraphResult, digits: int | None, *, every: bool) -> Iterator[Block]:
    yield Heading("Forward prop, left to right", 1)
    large = []
    for name, value in found.at.items():
        if (block := shown(name, value, digits, given=True, every=every)) is not None:
            yield block
        else:
            large.append(name)
    for node in ends(found.nodes):
        if isinstance(node, int) or (node.value is None and node.name == found.undefined):
            continue
        if (block := shown(node.name, node.value, digits, every=every)) is not None:
            yield block
        else:
            large.append(node.name)
    if large and found.undefined is None:
        more = f"; {code('--values')} shows them all" if every else ""
        yield Text(f"Too large to be shown: {_listed(found, large)}{more}.")


def _steps(found: ArrayGraphResult) -> Table:
    columns = (Column("step", "step", "words"), Column("shape", "shape", "words"))
    rows: list[tuple[Cell, ...]] = [
        ("...", "...") if isinstance(node, int) else (_equation(node), _shape(node.shape))
        for node in ends(found.nodes)
    ]
    return Table(columns, tuple(rows))


def _equation(node: ArrayNode) -> str:
    latex = f"{derived_latex(node.name)} = {node.latex}"
    return formula(f"{node.name} = {node.expression}", latex)


def _shape(shape: Shape) -> str:
    return formula(told(shape)) if shape else told(shape)


def _backward(found: ArrayGraphResult, digits: int | None, *, every: bool) -> Iterator[Block]:
    yield Heading("Backprop, right to left", 1)
    for helper in found.helpers:
        yield Formula(
            f"with {helper.name} = {helper.expression}",
            rf"\text{{with }} {derived_latex(helper.name)} = {helper.latex}",
        )
    values = {node.name: node.gradient for node in found.nodes} | dict(found.gradients)
    for each in ends(tuple(enumerate(found.equations, 1))):
        if isinstance(each, int):
            yield Text(f"... {each:,} more steps: --format csv or json has them all.")
            continue
        yield from _step(found, *each, values, digits, every=every)
    if (told := _proved(found)) is not None:
        yield Text(told)
    yield from _rules(found)


def _sizes_latex(check: str) -> str:
    """Return shapes for math mode: the product of matrices has no sign there."""
    return check.replace(" @ ", r"\,").replace(", ", r",\,")


def _proved(found: ArrayGraphResult) -> str | None:
    """Say which lines are proved to be the derivative, whatever made them."""
    proved = [_name(each.name) for each in found.equations if each.proved]
    rest = [_name(each.name) for each in found.equations if not each.proved]
    if not proved:
        return _sampled(rest) if rest else None
    sizes = " for all sizes" if any(isinstance(size, str) for shape in found.shapes.values()
                                    for size in shape) else ""  # fmt: skip
    opening = f"{marked('right', 'Proved')}{sizes}"
    if not rest:
        return f"{opening}: each line is the derivative that it says, wherever there is one."
    return f"{opening}: {', '.join(proved)}. {_sampled(rest)}"


def _name(name: str) -> str:
    return formula(name, derived_latex(name))


def _sampled(names: list[str]) -> str:
    return f"Not proved, but compared with nudges at random points: {', '.join(names)}."


def _step(
    found: ArrayGraphResult,
    index: int,
    each: GradientEquation,
    values: Mapping[str, ArrayValue | None],
    digits: int | None,
    *,
    every: bool,
) -> Iterator[Block]:
    by, latex = each.of or each.name, derived_latex(each.name)
    whole = sign(found.output, by)
    title = formula(f"{each.name} = {whole.text}", f"{latex} = {whole.latex}")
    yield Heading(f"Step {index}: {title}", 2)
    if each.rules:
        yield Text(f"Rules: {', '.join(each.rules)}.")
    yield Formula(f"{each.name} = {each.equation}", f"{latex} = {each.latex}")
    if each.shape:
        check, words = each.dimensions or told(each.shape), "has the shape of"
        typeset = rf"{latex} \text{{ {words} }} {derived_latex(by)}: {_sizes_latex(check)}"
        yield Formula(f"{each.name} {words} {by}: {check}", typeset)
    if each.name in found.otherwise:
        yield Text(NO_FORMULA.format(mixed(found.otherwise[each.name])))
    if (block := shown(each.name, values.get(by), digits, every=every)) is not None:
        yield block


def _rules(found: ArrayGraphResult) -> Iterator[Block]:
    """Yield the words of each rule that made a line."""
    rules = dict.fromkeys(rule for each in found.equations for rule in each.rules)
    rows = tuple((rule, told) for rule in rules if (told := words(rule)))
    if rows and len(found.equations) <= MOST_TOLD:
        columns = (Column("rule", "rule", "words"), Column("words", "what it does", "words"))
        yield Table(columns, rows, LEGEND)


def _double_check(found: ArrayGraphResult, digits: int | None) -> Iterator[Block]:
    if not found.runs:
        yield Text(f"For numbers, give values by {code('--at')}, or {code('--seed 1')} draws them.")
    if not found.agreement:
        return
    J = formula(found.output)
    yield Heading("Double-check", 1)
    columns = [
        Column("entry", "entry", "formula"),
        Column("eps", formula("eps")),
        Column("value", f"{J} then", spare=2),
        Column("estimate", "estimate"),
        Column("gradient", "backprop"),
        Column("error", "error", spare=1),
    ]
    nudges = {(each.name, each.entry, each.eps): each for each in found.check}
    worst = [
        nudges[each.name, each.worst, each.eps]
        for each in found.agreement
        if each.worst is not None
    ]
    failed = [each for each in found.check if each.problem]
    title = (
        f"The entries farthest off, nudged by {formula('eps')}: estimate = ({J} then - {J}) /"
        f" {formula('eps')}"
    )
    if worst:
        yield Table(tuple(columns), tuple(_nudge(found, each, digits) for each in worst), title)
    if failed:
        entry = formula(place(failed[0].name, failed[0].entry, found.shapes[failed[0].name]))
        yield Text(f"With {entry} nudged there is no value: {mixed(failed[0].problem or '')}.")
    yield _agreement(found)


def _nudge(found: ArrayGraphResult, each: EntryNudge, digits: int | None) -> tuple[Cell, ...]:
    numbers = (each.value, each.estimate, each.gradient)
    name = place(each.name, each.entry, found.shapes.get(each.name, ()))
    shown = (figure(value, digits or CHECKED_DIGITS) for value in numbers)
    return (name, figure(each.eps), *shown, figure(each.error, digits or ERROR_DIGITS))


def _agreement(found: ArrayGraphResult) -> Table:
    columns = (
        Column("name", "by", "formula"),
        Column("eps", formula("eps")),
        Column("entries", "entries nudged", "words"),
        Column("difference", NORMS),
    )
    rows = tuple(
        (each.name, figure(each.eps), _entries(each), _difference(each.difference))
        for each in found.agreement
    )
    return Table(columns, rows, "All entries together, each nudged to both sides")


def _entries(each: Agreement) -> str:
    return f"all {each.entries:,}" if each.nudged == each.entries else (
        f"{each.nudged:,} of {each.entries:,}"
    )  # fmt: skip


def _difference(number: float | None) -> Cell:
    if number is None:
        return ""
    if not number:
        return Figure("0")
    return Figure(f"{number:.2g}".replace("e-0", "e-"), rounded=True, full=repr(number))


def _kink(found: ArrayGraphResult, index: int) -> str:
    kink = found.kinks[index]
    axes = ("row", "column") if len(kink.entry) == 2 else ("entry",)
    at = ", ".join(f"{axis} {n}" for axis, n in zip(axes, kink.entry, strict=False))
    where = f" in {at}" if kink.entry else ""
    more = f", and in {kink.entries - 1:,} more" if kink.entries > 1 else ""
    return (
        f"{formula(kink.part)}, a part of {formula(kink.node)}, has no derivative here: {kink.what}"
        f"{where}{more}. Backprop goes on by convention with what the equations give there; what"
        " follows from it is no derivative."
    )


def _collapsed(found: ArrayGraphResult, collapse: ArrayCollapse) -> Iterator[Block]:
    whole = sign(found.output, collapse.name)
    yield Heading(
        f"From {formula(found.output)} back to {formula(collapse.name)}, in one expression", 1
    )
    if collapse.raw != collapse.derivative:
        yield Text("What the rules make of it, step by step:")
        yield Formula(f"{whole.text} = {collapse.raw}", f"{whole.latex} = {collapse.raw_latex}")
        yield Text("In short:")
    yield Formula(f"{whole.text} = {collapse.derivative}", f"{whole.latex} = {collapse.latex}")
    if collapse.shape:
        yield Text(f"It has the shape of {formula(collapse.name)}: {_shape(collapse.shape)}.")
    if collapse.proved:
        yield Text(
            f"{marked('right', 'Proved')} for all sizes: this is the derivative of"
            f" {formula(found.output)} by {formula(collapse.name)}."
        )


def records(found: ArrayGraphResult) -> Table:
    """Return the program for machines: a row for each name, with the equation of its gradient."""
    keys = ("name", "expression", "shape", "gradient", "rule", "value", "worst_error")
    equations = {each.of: each for each in found.equations}
    values = {**found.at, **{node.name: node.value for node in found.nodes}}
    expressions = {node.name: node.expression for node in found.nodes}
    errors: dict[str, float] = {}
    for nudge in found.check:
        if nudge.error is not None:
            errors[nudge.name] = max(errors.get(nudge.name, 0.0), abs(float(nudge.error)))
    rows: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys((*_variables(found), *expressions)):
        line, value = equations.get(name), values.get(name)
        rows.append((
            name, expressions.get(name, ""), told(found.shapes.get(name, ())),
            line.equation if line else "", line.rule if line else "",
            full_digits(value) if isinstance(value, Quantity) else "",
            repr(errors[name]) if name in errors else "",
        ))  # fmt: skip
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))
