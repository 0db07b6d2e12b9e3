"""The slope of J as one formula, for names whose gradient backprop cannot tell at a kink.

cbrt has no slope at 0, but J = u**3 of u = cbrt(x) has one; and both slopes of cbrt(x*y) are 0
there, though with x = y = w the tangent is vertical.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from derivcli.calculus.exact import Exact
from derivcli.calculus.hessian import PROBED
from derivcli.calculus.kinks import differentiability
from derivcli.calculus.quantity import with_digits
from derivcli.calculus.results import Quantity
from derivcli.errors import DerivError, RefusedError
from derivcli.graphs.backprop import Backward, ForwardSweeps, is_zero
from derivcli.graphs.check import MOST_WORK, order
from derivcli.graphs.nodes import Graph, behind
from derivcli.graphs.results import WholeSlope
from derivcli.language.tree import Assignment, Program

Shown = Callable[[Any], Quantity | None]
Whole = tuple[WholeSlope, Any]  # a slope as it is told, and the number
TOO_MANY = "so many steps are not looked at as a whole"


def as_a_whole(
    graph: Graph,
    back: Backward,
    values: ForwardSweeps,
    told: Mapping[str, Quantity | None],
    digits: int,
    shown: Callable[[Exact], Shown],
) -> Iterator[Whole]:
    """Yield the slope of J by every name whose gradient backprop does not tell, or tells wrong.

    `told` are the gradients that backprop came to.
    """
    doubtful = _leading_to(graph, {edge for edge, by in back.known_by.items() if by != "formula"})
    untold = _leading_to(graph, {(tie.node, tie.input) for tie in back.ties})
    names = sorted(
        (name for name in reversed(order(graph)) if name in doubtful),
        key=lambda name: name not in graph.parameters,
    )
    most = max(1, MOST_WORK // len(graph.nodes))
    for count, name in enumerate(names):
        blank = WholeSlope(name, None, None, told[name], TOO_MANY, rests_on_kink=name in untold)
        found = blank, None
        if count < most:
            found = _slope(graph, blank, values, digits, shown)
        if name in untold or not found[0].agrees:
            yield found


def _slope(
    graph: Graph,
    blank: WholeSlope,
    values: ForwardSweeps,
    digits: int,
    shown: Callable[[Exact], Shown],
) -> Whole:
    steps = behind(graph, blank.name).nodes
    program = Program(tuple(Assignment(each.name, each.expression) for each in steps))

    def compute(arithmetic: Exact) -> Whole:
        if graph.output not in values(arithmetic):
            raise RefusedError("in exact numbers there is no value")
        verdict = differentiability(program, values, blank.name, None, arithmetic)
        reason = (verdict.reason or "").replace("{J}", graph.output) or None
        if verdict.differentiable:
            reason = PROBED if verdict.probed else None
        slope = shown(arithmetic)(verdict.slope)
        told = replace(blank, differentiable=verdict.differentiable, slope=slope, reason=reason)
        return told, verdict.slope

    try:
        return with_digits(digits, is_zero, compute)
    except DerivError as error:
        return replace(blank, reason=error.message), None


def _leading_to(graph: Graph, edges: set[tuple[str, str]]) -> set[str]:
    """Return the names from which a way leads through one of these edges."""
    found: set[str] = set()
    for node in reversed(graph.nodes):
        for edge in node.edges:
            if node.name in found or (node.name, edge.name) in edges:
                found.add(edge.name)
    return found
