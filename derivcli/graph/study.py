"""The graph run both ways and double-checked: the result of `graph`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivcli.calculus import nowhere, symbolic
from derivcli.calculus.arithmetic import Arithmetic, Float64
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Quantity
from derivcli.calculus.study import Stage, quantity, statements, steps
from derivcli.errors import RefusedError
from derivcli.graph.backprop import Backward, Forward, Tie, backward, forward
from derivcli.graph.check import Nudge, check, order
from derivcli.graph.collapse import collapsed
from derivcli.graph.nodes import Graph, GraphNode, build
from derivcli.graph.results import (
    Cost,
    EdgeResult,
    Effect,
    GraphRequest,
    GraphResult,
    NodeCheck,
    NodeKink,
    NodeResult,
)
from derivcli.graph.statements import is_large
from derivcli.language.latex import latex
from derivcli.language.text import text

FEW_NODES = 60  # of a larger graph irrational numbers are told by their digits alone

Shown = Callable[[Any], Quantity | None]


def study(request: GraphRequest, stage: Stage = lambda _: None) -> GraphResult:
    """Return the graph of a request, with values, gradients and checks at its point.

    Raises RefusedError beyond the bounds.
    """
    if is_large(request.program) and request.point and not request.collapse:
        if request.arithmetic == "exact":
            raise RefusedError("the graph is too large for exact numbers",
                               hint="leave --arithmetic out, or say float64")  # fmt: skip
        from derivcli.graph.at_scale import study_at_scale  # NumPy, where it is worth it

        return study_at_scale(request, stage)
    request = replace(request, arithmetic=request.arithmetic or "exact")
    stage("differentiating each node")
    nowhere.with_values(request.program)
    graph = build(request.program, request.wrt, request.detail, request.limits)
    collapse = None
    if request.collapse is not None:
        stage("collapsing the chain rule")
        collapse = collapsed(request.program, request.collapse, request.limits)
    stage("running the graph")
    if request.point is None:
        return replace(
            _result(request, graph, _Run(Forward({}), None, (), _unshown)), collapse=collapse
        )
    sizes = steps(request.eps, request.digits)
    at = {name: quantity(value, request.digits, "--at") for name, value in request.point.items()}
    try:
        found = _at_point(request, graph, sizes)
    except RefusedError as error:
        if request.arithmetic == "exact" and error.hint is None and len(graph.nodes) > FEW_NODES:
            hint = "so deep a graph may need --arithmetic float64"
            raise RefusedError(error.message, hint=hint) from None
        raise
    return replace(found, at=at, collapse=collapse)


@dataclass(frozen=True, slots=True)
class _Run:
    """What the sweeps found; `shown` makes results of their numbers."""

    forward: Forward
    backward: Backward | None
    nudges: tuple[tuple[Quantity, Nudge], ...]
    shown: Shown


def _unshown(_: Any) -> None:
    return None


def _at_point(request: GraphRequest, graph: Graph, sizes: tuple[Quantity, ...]) -> GraphResult:
    point = request.point or {}

    def there(arithmetic: Arithmetic) -> Mapping[str, Any]:
        return constants(point, arithmetic)

    def run(arithmetic: Arithmetic, shown: Shown) -> GraphResult:
        swept = forward(graph, there(arithmetic), arithmetic)
        if swept.undefined is not None:
            return _result(request, graph, _Run(swept, None, (), shown))
        back = backward(graph, swept.values, there, arithmetic)
        eps = [evaluate(each, {}, arithmetic) for each in request.eps] if request.checked else []
        tried = check(graph, swept.values, eps, arithmetic)
        nudges = tuple((sizes[index % len(sizes)], nudge) for index, nudge in enumerate(tried))
        return _result(request, graph, _Run(swept, back, nudges, shown))

    def exactly(arithmetic: Exact) -> GraphResult:
        closed_form = symbolic.exact_value if len(graph.nodes) <= FEW_NODES else None

        def shown(value: Any) -> Quantity | None:
            if value is None:
                return None
            return settle(value, request.digits, arithmetic, closed_form)

        return run(arithmetic, shown)

    if request.arithmetic == "exact":
        return with_digits(request.digits, symbolic.is_zero, exactly)
    return run(Float64(), lambda value: None if value is None else Quantity(float(value)))


def _result(request: GraphRequest, graph: Graph, run: _Run) -> GraphResult:
    gradients = {} if run.backward is None else run.backward.gradients
    checks = tuple(_check(size, nudge, gradients, run.shown) for size, nudge in run.nudges)
    count = sum(1 for name in order(graph) if name != graph.output) * len(request.eps)
    parameters, nodes = len(graph.parameters), len(graph.nodes)
    return GraphResult(
        text(request.program),
        graph.output,
        request.detail,
        request.arithmetic or "exact",
        {},
        graph.parameters,
        run.shown(run.forward.values.get(graph.output)),
        tuple(_node(graph, node, run) for node in graph.nodes),
        {name: run.shown(gradients.get(name)) for name in graph.parameters},
        checks,
        Cost(nodes, parameters, nodes + parameters, nodes * parameters),
        () if run.backward is None else tuple(_kink(tie, run.shown) for tie in run.backward.ties),
        run.forward.undefined,
        run.forward.problem,
        _by_convention(graph, run.backward),
        request.unused,
        count - len(checks) if checks else 0,
        statements=statements(request.program),
    )


def _by_convention(graph: Graph, back: Backward | None) -> tuple[str, ...]:
    """Return the names whose gradients hold what stands in for a slope at a kink."""
    kinks = set() if back is None else {(tie.node, tie.input) for tie in back.ties}
    found: dict[str, None] = {}
    for node in reversed(graph.nodes):
        for edge in node.edges:
            if node.name in found or (node.name, edge.name) in kinks:
                found[edge.name] = None
    known = {} if back is None else back.gradients
    return tuple(name for name in found if known.get(name) is not None)


def _node(graph: Graph, node: GraphNode, run: _Run) -> NodeResult:
    back = run.backward
    edges = {edge.name for edge in node.edges}
    gradient = None if back is None else back.gradients.get(node.name)
    return NodeResult(
        node.name,
        text(node.expression),
        run.shown(run.forward.values.get(node.name)),
        run.shown(gradient) if node.edges or node.name == graph.output else None,
        tuple(_edges(node, back, run.shown)),
        tuple(name for name in node.inputs if name not in edges),
        latex(node.expression),
    )


def _edges(node: GraphNode, back: Backward | None, shown: Shown) -> Iterator[EdgeResult]:
    for edge in node.edges:
        key = node.name, edge.name
        slope = None if back is None else shown(back.locals[key])
        part = None if back is None else shown(back.contributions[key])
        yield EdgeResult(edge.name, text(edge.local), slope, part, latex(edge.local))


def _kink(tie: Tie, shown: Shown) -> NodeKink:
    return NodeKink(
        tie.node, tie.input, shown(tie.left), shown(tie.right), shown(tie.used), tie.reason
    )


def _check(size: Quantity, nudge: Nudge, gradients: Mapping[str, Any], shown: Shown) -> NodeCheck:
    gradient = gradients.get(nudge.name)
    error = None
    if gradient is not None and nudge.estimate is not None:
        estimate, exact = nudge.estimate, gradient
        if isinstance(estimate, float):
            estimate, exact = Fraction(estimate), Fraction(exact)
        error = shown(estimate - exact)
    return NodeCheck(
        nudge.name, size, shown(nudge.value), shown(nudge.change), shown(nudge.estimate),
        shown(gradient), error, tuple(_effects(nudge, shown)), nudge.problem,
    )  # fmt: skip


def _effects(nudge: Nudge, shown: Shown) -> Iterator[Effect]:
    for name, change in nudge.effects.items():
        told = shown(change)
        if told is not None:
            yield Effect(name, told)
