"""Forward prop, left to right; backprop, right to left: the two sweeps over a graph.

Both walk the nodes in order, so a chain of any length works, and keep what they find in
dictionaries: the graph is never changed, and a second sweep gives the same as the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Arithmetic, Kink
from derivcli.calculus.derivatives import confirmed
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Ball, Exact
from derivcli.calculus.kinks import differentiability
from derivcli.calculus.quantity import FIRST_DIGITS, with_digits
from derivcli.calculus.slopes import slope_at
from derivcli.errors import UndefinedError
from derivcli.graphs.nodes import Edge, Graph, GraphNode
from derivcli.language.tree import Name, Node, names

Point = Callable[[Arithmetic], Mapping[str, Any]]
_count = count()
LARGEST_TREE = 80  # parts of what is known of a number; beyond, it is known by its digits alone


@dataclass(frozen=True, slots=True)
class Forward:
    """The value of every input and node; `undefined` is the node that has none, and why."""

    values: Mapping[str, Any]
    undefined: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A node without a derivative by an input at the point: its one-sided slopes.

    `used` is what backprop goes on with, by convention: the slope nearest to 0.
    """

    node: str
    input: str
    left: Any
    right: Any
    used: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Backward:
    """What flows back: the output's derivative by every node and parameter.

    `locals` and `contributions` hold, for each edge (node, input), the local derivative's value
    and its product with the node's gradient. None stands for a number that does not exist.
    `known_by` says of each local derivative where it is from: "formula", the formula that is
    shown; "sides", which agree where that does not tell; "convention" where there is none.
    """

    gradients: Mapping[str, Any]
    locals: Mapping[tuple[str, str], Any]
    contributions: Mapping[tuple[str, str], Any]
    known_by: Mapping[tuple[str, str], str]
    ties: tuple[Tie, ...]


def forward(graph: Graph, values: Mapping[str, Any], arithmetic: Arithmetic) -> Forward:
    """Return the value of every node, in any arithmetic, as far as there is one."""
    known = dict(values)
    for node in graph.nodes:
        try:
            known[node.name] = compute(node, known, arithmetic)
        except UndefinedError as error:
            return Forward(known, node.name, error.message)
    return Forward(known)


def forward_from(
    graph: Graph, values: Mapping[str, Any], moved: Mapping[str, Any], arithmetic: Arithmetic
) -> dict[str, Any]:
    """Return the values that change when `moved` take the place of the values of their names.

    Raises UndefinedError where a node has no value then.
    """
    changed = dict(moved)
    known = {**values, **moved}
    for node in graph.nodes:
        if node.name not in moved and any(name in changed for name in node.inputs):
            changed[node.name] = known[node.name] = compute(node, known, arithmetic)
    return changed


def compute(node: GraphNode, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
    """Return the value of a node from those of its inputs."""
    return _named(evaluate(node.expression, values, arithmetic), node.name)


def _named(value: Any, name: str) -> Any:
    """Return a number; one whose tree has grown large is known by a name of its own.

    The tree of a value holds those of its inputs, and a name used twice stands in it twice:
    over a deep graph it would grow without bound. The same node has another name where it has
    another value, as after a nudge.
    """
    if isinstance(value, Ball) and value.size > LARGEST_TREE:
        return Ball(value.enclosure, Name(f"{name} {next(_count)}"))
    return value


def is_zero(tree: Node) -> bool | None:
    """Return whether a constant tree is proved to be 0; None for a variable, and where unknown."""
    return None if any(True for _ in names(tree)) else symbolic.is_zero(tree)


def backward(
    graph: Graph, values: Mapping[str, Any], point: Point, arithmetic: Arithmetic
) -> Backward:
    """Return the gradient of the output by every node and parameter, from the values forward.

    `point` gives the inputs' values in any arithmetic: where a node may have a kink, it is
    judged from both sides, with more digits.
    """
    one, zero = arithmetic.constant(Fraction(1)), arithmetic.constant(Fraction(0))
    gradients: dict[str, Any] = {graph.output: one}
    slopes: dict[tuple[str, str], Any] = {}
    contributions: dict[tuple[str, str], Any] = {}
    known_by: dict[tuple[str, str], str] = {}
    ties: list[Tie] = []
    finer = ForwardSweeps(graph, point)
    for node in reversed(graph.nodes):
        gradient = gradients.setdefault(node.name, zero)
        for edge in node.edges:
            key = node.name, edge.name
            slope, known_by[key] = _slope(node, edge, values, arithmetic, finer)
            if isinstance(slope, Tie):
                flows = slope.used is None or gradient is None or arithmetic.sign(gradient) != 0
                ties += [slope] * flows
                slope = slope.used
            slopes[key] = slope
            part = None if slope is None or gradient is None else slope * gradient
            contributions[key] = part
            total = part
            if edge.name in gradients:
                before = gradients[edge.name]
                total = None if part is None or before is None else before + part
            gradients[edge.name] = _named(total, f"_d{graph.output}_d{edge.name}")
    gradients = {**dict.fromkeys(graph.parameters, zero), **gradients}
    return Backward(gradients, slopes, contributions, known_by, tuple(ties))


class ForwardSweeps:
    """The values of all nodes in any arithmetic, computed once for each number of digits."""

    def __init__(self, graph: Graph, point: Point) -> None:
        self.graph = graph
        self.point = point
        self.known: dict[int, Mapping[str, Any]] = {}

    def __call__(self, arithmetic: Arithmetic) -> Mapping[str, Any]:
        """Return the value of every name."""
        digits = arithmetic.digits if isinstance(arithmetic, Exact) else 0
        if digits not in self.known:
            self.known[digits] = forward(self.graph, self.point(arithmetic), arithmetic).values
        return self.known[digits]


def _slope(
    node: GraphNode,
    edge: Edge,
    values: Mapping[str, Any],
    arithmetic: Arithmetic,
    finer: ForwardSweeps,
) -> tuple[Any, str]:
    """Return the local derivative's value, or a Tie where there is none, and where it is from."""
    own = {name: values[name] for name in names(edge.part)}
    try:
        slope = slope_at(edge.part, own, edge.name, arithmetic).slope
    except (Kink, UndefinedError):
        if isinstance(arithmetic, Exact):
            slope = _judged(node, edge, arithmetic, finer)
        else:
            slope = _judged_float(node, edge, {name: values[name] for name in node.inputs})
        return slope, "convention" if isinstance(slope, Tie) else "sides"
    slope = arithmetic.constant(Fraction(0)) if slope is None else slope
    if not isinstance(arithmetic, Exact):
        return slope, "formula"
    # The formula that is shown has to agree with the chain rule on numbers.
    checked = confirmed(slope, edge.local, own, arithmetic)
    return checked, "sides" if checked is slope else "formula"


def _judged(node: GraphNode, edge: Edge, arithmetic: Exact, finer: ForwardSweeps) -> Any:
    def there(digits: Exact) -> Mapping[str, Any]:
        known = finer(digits)
        return {name: known[name] for name in node.inputs}

    verdict = differentiability(node.expression, there, edge.name, None, arithmetic)
    if verdict.slope is not None:
        return verdict.slope
    reason = (verdict.reason or "").replace("{J}", node.name)
    used = _nearest_to_0(verdict.left, verdict.right, arithmetic)
    return Tie(node.name, edge.name, verdict.left, verdict.right, used, reason)


def _judged_float(node: GraphNode, edge: Edge, values: Mapping[str, float]) -> Any:
    """Return the verdict at a point of floats: every float is a fraction."""
    exact = {name: Fraction(value) for name, value in values.items()}

    def compute_exactly(digits: Exact) -> Any:
        found = differentiability(node.expression, lambda _: exact, edge.name, None, digits)
        used = _nearest_to_0(found.left, found.right, digits)
        return found, used

    verdict, used = with_digits(FIRST_DIGITS, is_zero, compute_exactly)
    if verdict.slope is not None:
        return _float(verdict.slope)
    reason = (verdict.reason or "").replace("{J}", node.name)
    left, right = _float(verdict.left), _float(verdict.right)
    return Tie(node.name, edge.name, left, right, _float(used), reason)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _nearest_to_0(left: Any, right: Any, arithmetic: Exact) -> Any:
    """Return the convention at a kink: the number nearest to 0 between the one-sided slopes.

    For relu that is 0, and for leaky_relu its small slope: what the frameworks take.
    """
    if left is None or right is None:
        return None
    if arithmetic.sign(left) * arithmetic.sign(right) <= 0:
        return Fraction(0)
    smaller = arithmetic.sign(right - left) * arithmetic.sign(left) > 0
    return left if smaller else right
