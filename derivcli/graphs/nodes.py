"""Program -> Graph: nodes in the order in which they are computed, edges with local derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivcli.graphs.local_derivatives import LocalDerivatives
from derivcli.graphs.statements import operations
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.tree import Binary, Node, Program, Unary, names

LONG_SUM = 20  # terms: one by one they are differentiated faster than together


@dataclass(frozen=True, slots=True)
class Edge:
    """An input of a node that depends on a parameter; `local` is the node's derivative by it.

    `part` is what of the node's expression holds the input: of a long sum, its terms.
    """

    name: str
    local: Node
    part: Node


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One computation: `name = expression`, an expression of the `inputs` alone.

    `edges` are the inputs that depend on a parameter, in the order in which they are named.
    """

    name: str
    expression: Node
    inputs: tuple[str, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in topological order, each behind its inputs; sweeps never change it.

    `inputs` are the free variables: those of `parameters`, by which the output is
    differentiated, and data.
    """

    nodes: tuple[GraphNode, ...]
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    output: str


def behind(graph: Graph, name: str) -> Graph:
    """Return the graph of the nodes that depend on a name, which becomes its parameter."""
    active, kept = {name}, []
    for node in graph.nodes:
        if node.name != name and active & {*node.inputs}:
            active.add(node.name)
            edges = tuple(edge for edge in node.edges if edge.name in active)
            kept.append(GraphNode(node.name, node.expression, node.inputs, edges))
    return Graph(tuple(kept), graph.inputs, (name,), graph.output)


def build(
    program: Program,
    parameters: Sequence[str],
    detail: str = "statements",
    limits: Limits = COMMAND_LINE,
) -> Graph:
    """Return the graph of a program: its statements, or its single operations, are the nodes.

    Raises RefusedError where a local derivative is beyond what can be written.
    """
    steps = operations(program) if detail == "operations" else program
    active = set(parameters)
    local = LocalDerivatives(limits)
    found = []
    for statement in steps.statements:
        inputs = tuple(dict.fromkeys(names(statement.expression)))
        parts = _parts(statement.expression, inputs)
        edges = tuple(
            Edge(name, local.tree(part, tuple(dict.fromkeys(names(part))), name), part)
            for name, part in parts.items()
            if name in active
        )
        if edges:
            active.add(statement.name)
        found.append(GraphNode(statement.name, statement.expression, inputs, edges))
    return Graph(tuple(found), steps.variables, tuple(parameters), program.output.name)


def _parts(expression: Node, inputs: Sequence[str]) -> dict[str, Node]:
    """Return what of an expression holds each input: the whole, or of a long sum the terms."""
    terms: list[Node] = []
    rest = expression
    while isinstance(rest, Binary) and rest.operator in ("+", "-"):
        terms.append(rest.right if rest.operator == "+" else Unary("-", rest.right))
        rest = rest.left
    if len(terms) < LONG_SUM:
        return dict.fromkeys(inputs, expression)
    parts: dict[str, Node] = {}
    for term in (rest, *reversed(terms)):
        for name in dict.fromkeys(names(term)):
            parts[name] = Binary("+", parts[name], term) if name in parts else term
    return {name: parts[name] for name in inputs}
