"""Proofs that an equation of a network is right: for all sizes, and for all numbers."""

from __future__ import annotations

from functools import lru_cache

from derivcli.index_notation.proof import proves_equal, proves_gradient
from derivcli.language.broadcasting import Shape
from derivcli.language.tree import (
    Activation,
    Assignment,
    Comparison,
    Name,
    Node,
    Program,
    fold,
    rebuild,
    substitute,
)
from derivcli.network import equations
from derivcli.network.judging.case import Case
from derivcli.network.judging.kinks import all_edges
from derivcli.network.judging.references import reference
from derivcli.network.layers import Architecture


def evidence(case: Case, tree: Node) -> tuple[str, int] | None:
    """Return how it is known that a right side is right, and on how many networks it was tried.

    "proved", or "sampled" alone; None where it is wrong.
    """
    if case.ordinarily(tree) and is_proved(case, tree):
        return "proved", 0
    count = case.agreeing(tree)
    return ("sampled", count) if count else None


def is_proved(case: Case, tree: Node) -> bool:
    """Is a right side proved equal to the right one, wherever both have a value?

    At a kink of the right one any convention will do: there the gradient itself is proved, as the
    derivative of J, of a right side whose pieces begin nowhere else.
    """
    network, single = case.architecture, case.single
    forward, backward = _definitions(network, single=single)
    shapes = _shapes(case)
    assumed = tuple(Comparison("==", *each) for each in equations.one_hot(network))
    right, given = (_in_functions(network, each) for each in (case.reference.expression, tree))
    both = Program((*forward.statements, *backward.statements))
    if proves_equal(given, right, shapes, definitions=both, assumptions=assumed):
        return True
    if case.name[0] != "d" or not {*all_edges(given)} <= {*all_edges(right)}:
        return False
    own = case.letter in ("dZ", "dA") and not single  # of each example's own loss
    return proves_gradient(
        forward, case.name.removeprefix("d"), given, shapes,
        definitions=backward, scale=Name("m") if own else None, assumptions=assumed,
    )  # fmt: skip


def _shapes(case: Case) -> dict[str, Shape]:
    """Return shapes that hold for any sizes, but for one output where one is meant."""
    network = case.architecture
    shapes = equations.symbolic_shapes(network, 1 if case.single else "m")
    if not case.one_output:
        return shapes
    last = f"n{network.layers}"
    return {
        name: tuple(1 if size == last else size for size in shape) for name, shape in shapes.items()
    }


@lru_cache(maxsize=64)
def _definitions(network: Architecture, *, single: bool) -> tuple[Program, Program]:
    """Return the right equations: up to J, and back from it."""
    last = network.layers
    forward = [f"{letter}{layer}" for layer in range(1, last + 1) for letter in "ZA"]
    backward = [
        f"d{letter}{layer}" for layer in range(last, 0, -1) for letter in ("A", "Z", "W", "b")
    ]

    def program(names: list[str]) -> Program:
        right = (reference(network, name, single=single) for name in names)
        return Program(
            tuple(Assignment(each.name, _in_functions(network, each.expression)) for each in right)
        )

    return program([*forward, "J"]), program(backward)


def _in_functions(network: Architecture, tree: Node) -> Node:
    """Return a tree with the functions of the layers for g1(Z1), g1'(Z1)."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if not isinstance(node, Activation):
            return rebuild(node, parts)
        name, (Z,) = network.activations[node.layer - 1], parts
        A = substitute(equations.activation_element(name, prime=False), {"Z1": Z})
        if not node.prime:
            return A
        return substitute(equations.activation_element(name, prime=True), {"Z1": Z, "A1": A})

    return fold(tree, visit)
