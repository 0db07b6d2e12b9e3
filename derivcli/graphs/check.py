"""The double-check: nudge a node by eps, run forward again from there, and see how far J goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derivcli.calculus.arithmetic import Arithmetic
from derivcli.errors import RefusedError, UndefinedError
from derivcli.graphs.backprop import forward_from
from derivcli.graphs.nodes import Graph

MOST_WORK = 10_000  # nodes looked at in all nudges together
MOST_EFFECTS = 3  # nodes that use the nudged one, and are told of


@dataclass(frozen=True, slots=True)
class Nudge:
    """What became of the output when a node went up by eps.

    `change` is how far the output went, `estimate` that over eps; `effects` is how far each node
    went that uses the nudged one. `problem` says why there is no output.
    """

    name: str
    eps: Any
    value: Any
    change: Any
    estimate: Any
    effects: Mapping[str, Any]
    problem: str | None = None


def nudged(
    graph: Graph, values: Mapping[str, Any], name: str, eps: Any, arithmetic: Arithmetic
) -> Nudge:
    """Return (J(name + eps) - J) / eps, the node moved by hand and the rest run forward."""
    try:
        moved = forward_from(graph, values, {name: values[name] + eps}, arithmetic)
    except (UndefinedError, RefusedError) as error:
        return Nudge(name, eps, None, None, None, {}, error.message)
    value = moved.get(graph.output, values[graph.output])
    change = value - values[graph.output]
    users = [node.name for node in graph.nodes if name in node.inputs]
    effects = {each: moved[each] - values[each] for each in users[:MOST_EFFECTS]}
    return Nudge(name, eps, value, change, change / eps, effects)


def order(graph: Graph) -> tuple[str, ...]:
    """Return parameters and nodes that depend on them, each parameter before its first use."""
    found: dict[str, None] = {}
    for node in graph.nodes:
        if node.edges:
            found.update(dict.fromkeys(edge.name for edge in node.edges))
            found[node.name] = None
    return tuple(found)


def chosen(graph: Graph, sizes: int) -> list[str]:
    """Return the parameters and nodes before the output that are nudged, from right to left.

    Every nudge runs the graph again, once for each of the `sizes`: of a large one parameters come
    first then, as many as there is time for.
    """
    names = [name for name in reversed(order(graph)) if name != graph.output]
    parameters = set(graph.parameters)
    most = MOST_WORK // max(1, len(graph.nodes) * sizes)
    if len(names) > most:
        names = sorted(names, key=lambda name: name not in parameters)[: max(1, most)]
    return names
