"""What `graph` says: the program, the graph, forward prop, backprop, double-check and cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivcli.calculus.results import Quantity
from derivcli.graphs.results import (
    MOST_TOLD,
    EdgeResult,
    GraphResult,
    NodeKink,
    WholeSlope,
    ends,
)
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import (
    Block,
    Cell,
    Column,
    Formula,
    Heading,
    Table,
    Text,
)
from derivcli.report.chain_rule import (
    Written,
    backward_order,
    collapsed,
    equation,
    gradients,
    missing,
    number,
    order,
    sign,
    step,
)
from derivcli.report.forward_prop import forward, undefined
from derivcli.report.graph_diagram import diagram
from derivcli.report.markup import formula, mixed
from derivcli.report.numbers import equals, figure, full_digits, phrase, place


def blocks(
    result: GraphResult, digits: int | None = None, only: str | None = None, *, alone: bool = False
) -> Iterator[Block]:
    """Yield what a person reads: `only` "forward", "backward" or "check", or the graph `alone`."""
    if alone:
        yield diagram(result, digits)
        return
    yield from _program(result, digits)
    if result.note is not None:
        yield Text(result.note)
    if result.collapse is not None:
        yield from collapsed(result, result.collapse, digits)
    elif only is None and len(result.nodes) <= MOST_TOLD:
        yield diagram(result, digits)
    if result.collapse is None and (only in (None, "forward") or result.undefined is not None):
        yield from forward(result, digits)
    if result.undefined is not None:
        yield Heading(undefined(result, digits))
        return
    yield from (Text(_kink(result, kink, digits)) for kink in result.kinks)
    yield from (Text(told) for each in result.as_a_whole if (told := _whole(result, each, digits)))
    if result.collapse is not None:
        return
    if not result.wrt:
        yield Text(
            f"{formula(result.output)} has no parameters: there is nothing to differentiate by."
        )
        return
    if only in (None, "backward"):
        yield from _backward(result, digits)
        yield _wrap_up(result, digits)
    if only in (None, "check"):
        yield from _double_check(result, digits)
    if only in (None, "backward"):
        yield from (Text(sentence) for sentence in _cost(result))


def _program(result: GraphResult, digits: int | None) -> Iterator[Block]:
    for each in ends(result.statements):
        if isinstance(each, int):
            yield Text(f"... {each:,} more steps.")
            continue
        yield Formula(f"{each.name} = {each.expression}", f"{latex_name(each.name)} = {each.latex}")
    if result.unused:
        verb = "do not lead" if len(result.unused) > 1 else "does not lead"
        yield Text(f"{_list(result.unused)} {verb} to {formula(result.output)}: left out.")
    if not result.at:
        return
    parameters = {name: result.at[name] for name in result.wrt if name in result.at}
    data = {name: value for name, value in result.at.items() if name not in parameters}
    told = f"At {place(parameters, digits)}" if parameters else "At this point"
    yield Text(f"{told}, with the data {place(data, digits)}." if data else f"{told}.")


def _list(names: Sequence[str]) -> str:
    *others, last = map(formula, names)
    return f"{', '.join(others)} and {last}" if others else last


def _kink(result: GraphResult, kink: NodeKink, digits: int | None) -> str:
    node = next(each for each in result.nodes if each.name == kink.node)
    known = {**result.at, **{each.name: each.value for each in result.nodes}}
    at = known[kink.input]
    where = "here" if at is None else f"at {place({kink.input: at}, digits)}"
    latex = f"{latex_name(node.name)} = {node.latex}"
    written = formula(f"{node.name} = {node.expression}", latex)
    told = f"{written} has no derivative by {formula(kink.input)} {where}"
    sides = (
        f"left slope {phrase(kink.left, digits)}, right slope {phrase(kink.right, digits)}"
        if (kink.left is not None and kink.right is not None)
        else mixed(kink.reason)
    )
    if kink.used is None:
        return f"{told}: {sides}. No derivative goes back through it."
    goes_on = (
        f"{told}: {sides}. By convention backprop goes on with {phrase(kink.used, digits)},"
        " the slope nearest to 0, as most frameworks do"
    )
    if kink.input not in result.by_convention:
        return f"{goes_on}."
    return f"{goes_on}; what follows from it is no derivative."


def _whole(result: GraphResult, each: WholeSlope, digits: int | None) -> str:
    """Say what J as a whole tells of a name, where the kinks do not say it."""
    by = formula(sign(result.output, each.name).text)
    if each.slope is not None:
        hedge = f", {mixed(each.reason)}" if each.reason else ""
        return (
            f"{by} {equals(each.slope, digits)} all the same{hedge}: that is the derivative of"
            f" {formula(result.output)} as a whole. Backprop, node by node, cannot tell."
        )
    if each.differentiable is None:
        return (
            f"{by} is not decided: {mixed(each.reason or '')}. Backprop, node by node, cannot tell."
        )
    if each.rests_on_kink or each.backprop is None:
        return ""
    return (
        f"{by} does not exist: {mixed(each.reason or '')}. Backprop, node by node, comes to"
        f" {phrase(each.backprop, digits)}: it looks along one input of a node at a time."
    )


def _backward(result: GraphResult, digits: int | None) -> Iterator[Block]:
    yield Heading("Backprop, right to left", 1)
    uses: dict[str, list[tuple[str, EdgeResult]]] = {}
    for node in reversed(result.nodes):
        for edge in node.inputs:
            uses.setdefault(edge.name, []).append((node.name, edge))
    checks = {each.name: each for each in reversed(result.check)}
    numbered = list(enumerate(backward_order(result), 1))
    for each in ends(numbered):
        if isinstance(each, int):
            yield Text(f"... {each:,} more steps: --format csv or json has them all.")
        else:
            yield from step(result, *each, uses, checks.get(each[1]), digits)
    for name in result.wrt:
        if name not in uses and name != result.output:
            zero = formula(f"{sign(result.output, name).text} = 0")
            yield Text(f"{formula(result.output)} does not depend on {formula(name)}: {zero}.")


def _wrap_up(result: GraphResult, digits: int | None) -> Table:
    """Return the two columns of the course: what is computed forward, and what backward."""
    columns = (
        Column("number", "#"),
        Column("forward", "Forward Prop", "formula"),
        Column("backward", "Backward Prop", "formula"),
    )
    values = {**result.at, **{node.name: node.value for node in result.nodes}}
    slopes = gradients(result)
    forward = [
        equation(Written(name, name), number(values[name], digits)).text for name in order(result)
    ]
    backward = [
        missing(result, name).text
        if slopes[name] is None
        else formula(equation(sign(result.output, name), number(slopes[name], digits)).text)
        + " (convention)" * (name in result.by_convention)
        for name in backward_order(result)
    ]
    backward += [""] * (len(forward) - len(backward))
    rows = [
        (str(index), *pair) for index, pair in enumerate(zip(forward, backward, strict=True), 1)
    ]
    shown = [("...", "...", "...") if isinstance(row, int) else row for row in ends(rows)]
    return Table(columns, tuple(shown), "wrap-up")


def _double_check(result: GraphResult, digits: int | None) -> Iterator[Block]:
    J = result.output
    source = "slope" if result.as_a_whole and not result.by_convention else "backprop"
    columns = [
        Column("name", "node", "formula"),
        Column("eps", formula("eps")),
        Column("value", f"{formula(J)} then", spare=2),
        Column("estimate", "estimate"),
        Column("gradient", source),
        Column("error", "error", spare=1),
    ]
    failed = any(each.problem for each in result.check)
    if failed:
        columns.append(Column("problem", "problem", "words"))
    rows: list[tuple[Cell, ...]] = []
    for each in ends(result.check):
        if isinstance(each, int):
            rows.append(("...",) * len(columns))
            continue
        numbers = (each.eps, each.value, each.estimate, each.gradient, each.error)
        cells = (each.name, *(figure(value, digits) for value in numbers))
        rows.append((*cells, mixed(each.problem or "")) if failed else cells)
    title = (
        f"Double-check: nudge a node by {formula('eps')} and run forward again;"
        f" estimate = ({formula(J)} then - {formula(J)}) / {formula('eps')}"
    )
    if rows:
        yield Table(tuple(columns), tuple(rows), title)
    if result.checks_left:
        done = len(result.check)
        yield Text(f"{done:,} of {done + result.checks_left:,} nudges: more would take too long.")


def _cost(result: GraphResult) -> Iterator[str]:
    """Yield what makes backprop cheap: each gradient is found once, and used by all before it."""
    shared = _shared(result)
    if shared is not None:
        name, parameters = shared
        signs = [f"∂{result.output}/∂{each}" for each in parameters]
        for_all = f"for both {_list(signs)}" if len(signs) == 2 else f"for {_list(signs)}"
        if len(signs) > 4:
            for_all = f"for all {len(signs)} parameters behind it"
        gradient = formula(sign(result.output, name).text)
        yield f"{gradient} was computed just once, and used {for_all}."
    cost = result.cost
    if not cost.parameters:
        return
    N, P = cost.nodes, cost.parameters
    counted = (
        f"{formula(f'N = {N:,}')} node{'s' * (N > 1)} and {formula(f'P = {P:,}')}"
        f" parameter{'s' * (P > 1)}"
    )
    yield (
        f"{counted}: backprop takes about"
        f" {formula(f'N + P = {cost.backprop_steps:,}')} steps for all derivatives."
    )
    yield (
        "One parameter at a time, all nodes forward for each, takes"
        f" {formula(f'N x P = {cost.one_at_a_time_steps:,}')}."
    )


def _shared(result: GraphResult) -> tuple[str, list[str]] | None:
    """Return the first node on whose gradient those of several parameters rest."""
    if len(result.wrt) < 2 or len(result.nodes) > MOST_TOLD:
        return None
    rests: dict[str, dict[str, None]] = {name: {name: None} for name in result.wrt}
    for node in result.nodes:
        rests[node.name] = {name: None for edge in node.inputs for name in rests.get(edge.name, ())}
        if len(rests[node.name]) > 1 and node.name != result.output:
            return node.name, list(rests[node.name])
    return None


def records(result: GraphResult) -> Table:
    """Return the graph for machines: a row for each parameter, and for each input of a node."""
    keys = ("name", "expression", "value", "gradient", "input", "local", "local_value",
            "contribution")  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (name, "", _full(result.at.get(name)), _full(gradient), "", "", "", "")
        for name, gradient in result.gradients.items()
    ]
    for node in result.nodes:
        head = (node.name, node.expression, _full(node.value), _full(node.gradient))
        tails = [
            (edge.name, edge.local, _full(edge.local_value), _full(edge.contribution))
            for edge in node.inputs
        ]
        rows.extend((*head, *tail) for tail in tails or [("", "", "", "")])
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))


def _full(quantity: Quantity | None) -> str:
    return "" if quantity is None else full_digits(quantity)
