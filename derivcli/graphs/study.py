"""The graph run both ways and double-checked: the result of `graph`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from typing import Any

from derivcli.calculus import nowhere, symbolic
from derivcli.calculus.arithmetic import Arithmetic, Float64
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Constant, Quantity
from derivcli.calculus.study import Stage, eps_quantities, is_defined, quantity, statements
from derivcli.errors import DerivError, RefusedError
from derivcli.graphs.backprop import (
    Backward,
    Forward,
    ForwardSweeps,
    Tie,
    backward,
    forward,
    is_zero,
)
from derivcli.graphs.check import Nudge, chosen, nudged, order
from derivcli.graphs.collapse import collapsed
from derivcli.graphs.nodes import Graph, GraphNode, build
from derivcli.graphs.results import (
    Collapse,
    EdgeResult,
    Effect,
    GraphRequest,
    GraphResult,
    NodeCheck,
    NodeKink,
    NodeResult,
    StepCount,
    same,
)
from derivcli.graphs.statements import is_large
from derivcli.graphs.whole import Shown, Whole, as_a_whole
from derivcli.language.latex import latex
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Node, Program, nodes

FEW_NODES = 60  # of more no closed forms are looked for, and digits may take too long
SHORT_TREE = 20  # parts of what is known of a number; of more no closed form is looked for


def graph_result(request: GraphRequest, stage: Stage = lambda _: None) -> GraphResult:
    """Return the graph of a request, with values, gradients and checks at its point.

    Large graphs are run in float64. Raises RefusedError beyond the bounds.
    """
    if is_large(request.program) and request.point and not request.collapse:
        if request.arithmetic == "exact":
            raise RefusedError("the graph is too large for exact numbers",
                               hint="leave --arithmetic out, or say float64")  # fmt: skip
        from derivcli.graphs.at_scale import large_graph_result  # NumPy, where it is worth it

        return large_graph_result(request, stage)
    request = replace(request, arithmetic=request.arithmetic or "exact")
    stage("differentiating each node")
    nowhere.with_values(request.program)
    graph = build(request.program, request.wrt, request.detail, request.limits)
    collapse = None
    if request.collapse is not None:
        stage("collapsing the chain rule")
        collapse = collapsed(request.program, request.collapse, request.limits, request.assumed)
    stage("running the graph")
    if request.point is None:
        result = _result(request, graph, _Sweeps(Forward({}), None, _unshown), ())
        return replace(result, collapse=collapse)
    sizes = eps_quantities(request.eps, request.digits)
    at = {name: quantity(value, request.digits, "--at") for name, value in request.point.items()}
    try:
        result = _at_point(request, graph, sizes, collapse)
    except RefusedError as error:
        if request.arithmetic == "exact" and error.hint is None and len(graph.nodes) > FEW_NODES:
            hint = "so deep a graph may need --arithmetic float64"
            raise RefusedError(error.message, hint=hint) from None
        raise
    return replace(result, at=at)


@dataclass(frozen=True, slots=True)
class _Sweeps:
    """Both sweeps in one arithmetic; `shown` turns its numbers into quantities."""

    forward: Forward
    backward: Backward | None
    shown: Shown
    whole: tuple[Whole, ...] = ()

    @property
    def gradients(self) -> dict[str, tuple[Any, Quantity | None]]:
        """The gradients, as numbers and as results: of J as a whole where backprop tells none.

        What backprop came to by convention stands for itself, as in other systems.
        """
        if self.backward is None:
            return {}
        gradients = {name: (raw, self.shown(raw)) for name, raw in self.backward.gradients.items()}
        for slope, raw in self.whole:
            if not slope.by_convention:
                gradients[slope.name] = raw, slope.slope
        return gradients


def _unshown(_: Any) -> None:
    return None


def _at_point(
    request: GraphRequest, graph: Graph, sizes: tuple[Quantity, ...], collapse: Collapse | None
) -> GraphResult:
    point = request.point or {}

    def there(arithmetic: Arithmetic) -> Mapping[str, Any]:
        return constants(point, arithmetic)

    def run(arithmetic: Arithmetic, shown: Shown) -> _Sweeps:
        # What needs more digits says so before the next, longer sweep begins.
        swept = forward(graph, there(arithmetic), arithmetic)
        for value in swept.values.values():
            shown(value)
        if swept.undefined is not None:
            return _Sweeps(swept, None, shown)
        back = backward(graph, swept.values, there, arithmetic)
        for numbers in (back.gradients, back.locals, back.contributions):
            for value in numbers.values():
                shown(value)
        for tie in back.ties:
            _kink(tie, shown)
        return _Sweeps(swept, back, shown)

    if request.arithmetic == "exact":
        sweeps = with_digits(
            request.digits, is_zero, lambda exact: run(exact, _settled(request, exact))
        )
    else:
        sweeps = run(Float64(), _rounded)
        undefined = sweeps.forward.undefined is not None
        if undefined and is_defined(request.program, point, request.digits):
            told = f"{request.arithmetic} has lost it, exactly it has one: {sweeps.forward.problem}"
            sweeps = replace(sweeps, forward=replace(sweeps.forward, problem=told))
    if sweeps.backward is not None:
        sweeps = replace(
            sweeps, whole=tuple(_whole(request, graph, sweeps, ForwardSweeps(graph, there)))
        )
    checks: tuple[NodeCheck, ...] = ()
    if request.checked and sweeps.backward is not None:
        nudging = _Nudging(request, graph, ForwardSweeps(graph, there), sweeps)
        checks = tuple(
            nudging.check(name, *step)
            for name in chosen(graph, len(sizes))
            for step in zip(request.eps, sizes, strict=True)
        )
    if collapse is not None and collapse.name in sweeps.gradients:
        gradient = sweeps.gradients[collapse.name][1]
        holds = _holds(collapse.tree, gradient, ForwardSweeps(graph, there), request.digits)
        collapse = replace(collapse, holds=holds)
    return replace(_result(request, graph, sweeps, checks), collapse=collapse)


def _holds(formula: Node, gradient: Quantity | None, values: ForwardSweeps, digits: int) -> bool:
    """Is this gradient the value of a formula?"""

    def compute(arithmetic: Exact) -> Quantity:
        return settle(evaluate(formula, values(arithmetic), arithmetic), digits, arithmetic)

    try:
        return same(with_digits(digits, is_zero, compute), gradient)
    except DerivError:
        return False


def _whole(
    request: GraphRequest, graph: Graph, run: _Sweeps, values: ForwardSweeps
) -> Iterator[Whole]:
    """Yield the slopes of J as a whole by the names whose gradients backprop does not tell."""
    if run.backward is None:
        return

    def shown(arithmetic: Exact) -> Shown:
        return _settled(request, arithmetic) if request.arithmetic == "exact" else _rounded

    told = {name: run.shown(value) for name, value in run.backward.gradients.items()}
    yield from as_a_whole(graph, run.backward, values, told, request.digits, shown)


def _rounded(value: Any) -> Quantity | None:
    return None if value is None else Quantity(float(value))


def _settled(request: GraphRequest, arithmetic: Exact) -> Shown:
    """Return what makes results of numbers, of each but once."""
    known: dict[int, tuple[Any, Quantity]] = {}  # by identity: so the numbers are kept, too
    closed_form = _closed_form if len(request.program.statements) <= FEW_NODES else None

    def shown(value: Any) -> Quantity | None:
        if value is None:
            return None
        if id(value) not in known:
            known[id(value)] = value, settle(value, request.digits, arithmetic, closed_form)
        return known[id(value)][1]

    return shown


def _closed_form(tree: Node) -> Fraction | Node | None:
    """Return a constant exactly: only a short one, for SymPy's time grows with every nesting."""
    longer = next(islice(nodes(tree), SHORT_TREE, None), None)
    return None if longer else symbolic.exact_value(tree)


def _result(
    request: GraphRequest, graph: Graph, run: _Sweeps, checks: tuple[NodeCheck, ...]
) -> GraphResult:
    gradients = {name: quantity for name, (_, quantity) in run.gradients.items()}
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
        tuple(_node(graph, node, run, gradients) for node in graph.nodes),
        {name: gradients.get(name) for name in graph.parameters},
        checks,
        StepCount(nodes, parameters, nodes + parameters, nodes * parameters),
        () if run.backward is None else tuple(_kink(tie, run.shown) for tie in run.backward.ties),
        run.forward.undefined,
        run.forward.problem,
        tuple(each.name for each, _ in run.whole if each.by_convention),
        tuple(each for each, _ in run.whole),
        request.unused,
        count - len(checks) if checks else 0,
        statements=statements(request.program),
    )


def _node(
    graph: Graph, node: GraphNode, run: _Sweeps, gradients: Mapping[str, Quantity | None]
) -> NodeResult:
    edges = {edge.name for edge in node.edges}
    return NodeResult(
        node.name,
        text(node.expression),
        run.shown(run.forward.values.get(node.name)),
        gradients.get(node.name) if node.edges or node.name == graph.output else None,
        tuple(_edges(node, run.backward, run.shown)),
        tuple(name for name in node.inputs if name not in edges),
        latex(node.expression),
        Program((Assignment(node.name, node.expression),)),
    )


def _edges(node: GraphNode, back: Backward | None, shown: Shown) -> Iterator[EdgeResult]:
    for edge in node.edges:
        key = node.name, edge.name
        slope = None if back is None else shown(back.locals[key])
        part = None if back is None else shown(back.contributions[key])
        by = None if back is None else back.known_by[key]
        yield EdgeResult(edge.name, text(edge.local), slope, part, latex(edge.local), by)


def _kink(tie: Tie, shown: Shown) -> NodeKink:
    return NodeKink(
        tie.node, tie.input, shown(tie.left), shown(tie.right), shown(tie.used), tie.reason
    )


@dataclass(frozen=True, slots=True)
class _Nudging:
    """How nudges are made: each with as many digits as it needs, seldom as many as the sweeps."""

    request: GraphRequest
    graph: Graph
    values: ForwardSweeps
    run: _Sweeps
    finer: dict[int, Mapping[str, Any]] = field(default_factory=dict)  # gradients, by digits

    def check(self, name: str, eps: Constant, size: Quantity) -> NodeCheck:
        """Return what became of the output when a node went up by eps."""

        def tried(arithmetic: Arithmetic, shown: Shown, *, finely: bool = False) -> NodeCheck:
            step = evaluate(eps, {}, arithmetic)
            nudge = nudged(self.graph, self.values(arithmetic), name, step, arithmetic)
            raw = self._finer(name, arithmetic) if finely else None
            return self.result(size, nudge, shown, raw)

        if self.request.arithmetic != "exact":
            return tried(Float64(), self.run.shown)

        def exactly(*, finely: bool) -> NodeCheck:
            return with_digits(
                self.request.digits,
                is_zero,
                lambda exact: tried(exact, _settled(self.request, exact), finely=finely),
            )

        with suppress(RefusedError):  # the gradient may be known with too few digits beside it
            return exactly(finely=False)
        try:
            return exactly(finely=True)
        except RefusedError as error:
            lost = Nudge(name, None, None, None, None, {}, error.message)
            return self.result(size, lost, self.run.shown)

    def _finer(self, name: str, arithmetic: Arithmetic) -> Any:
        """Return a gradient with the digits of an arithmetic."""
        digits = arithmetic.digits if isinstance(arithmetic, Exact) else 0
        if digits not in self.finer:
            values = self.values(arithmetic)
            back = backward(self.graph, values, self.values.point, arithmetic)
            self.finer[digits] = back.gradients
        return self.finer[digits].get(name)

    def result(self, size: Quantity, nudge: Nudge, shown: Shown, finer: Any = None) -> NodeCheck:
        """Return a nudge beside the gradient, known with more digits as `finer`."""
        (raw, gradient), error = self.run.gradients[nudge.name], None
        raw = raw if finer is None else finer
        if raw is not None and nudge.estimate is not None:
            estimate, exact = nudge.estimate, raw
            if isinstance(estimate, float):
                estimate, exact = Fraction(estimate), Fraction(float(exact))
            error = shown(estimate - exact)
        return NodeCheck(
            nudge.name, size, shown(nudge.value), shown(nudge.change), shown(nudge.estimate),
            gradient, error, tuple(_effects(nudge, shown)), nudge.problem,
        )  # fmt: skip


def _effects(nudge: Nudge, shown: Shown) -> Iterator[Effect]:
    for name, change in nudge.effects.items():
        told = shown(change)
        if told is not None:
            yield Effect(name, told)
