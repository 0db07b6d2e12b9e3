"""Equations of a network proved for all sizes: as sums of products of entries, by their indices."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from derivcli.index_notation.proof import proves_equal, proves_gradient
from derivcli.language.broadcasting import Shape
from derivcli.language.tree import (
    Activation,
    Assignment,
    Binary,
    Comparison,
    Name,
    Node,
    Program,
    Reduction,
    fold,
    rebuild,
    substitute,
)
from derivcli.networks import equations
from derivcli.networks.activations import SOFTMAX
from derivcli.networks.equation import Equation, parted
from derivcli.networks.layers import Architecture
from derivcli.networks.penalty import with_penalty
from derivcli.networks.references import reference


def is_derivative(network: Architecture, equation: Equation, *, one_output: bool = False) -> bool:
    """Is an equation of backprop proved the derivative, wherever there is one, from J alone?

    dZ and dA are of each example's own loss; gradients on a right side stand for the right ones.
    """
    forward, backward = programs(network, single=equation.single)
    own = equation.name[1] in "ZA" and not equation.single
    return _proves(
        network, equation, forward, backward, Name("m") if own else None, one_output=one_output
    )


def follows(network: Architecture, equation: Equation) -> bool:
    """Is an equation of backprop proved by the chain rule, from dZ of the layer after it?

    That dZ is held, and what it moves is differentiated: sum(dZ2 * (W2 @ A1 + b2)). In the last
    layer it is the loss.
    """
    letter, layer = parted(equation.name.removeprefix("d"))
    assert layer is not None
    output: Node
    if letter in "Wb":
        output = _moved(network, f"Z{layer}", equation)
        if not equation.single:
            output = Binary("/", output, Name("m"))
        output = with_penalty(network, "J", output, single=equation.single)
    elif layer < network.layers:
        output = _moved(network, f"Z{layer + 1}", equation)
    else:
        output = Reduction("sum", equations.loss_element(network.loss, layer))
    dA = _right(network, [f"dA{layer}"], single=equation.single)
    program = Program((*_activated(network, equation), Assignment("=", output)))
    return _proves(network, equation, program, Program(dA), None) or (
        letter == "Z" and layer == network.layers and _by_loss(network, equation)
    )


def has_slope(network: Architecture, layer: int) -> bool:
    """Is the slope of a layer's activation proved: of sum(R * g(Z)), by Z, whatever R is?"""
    Z, R = Name(f"Z{layer}"), Name("R")
    A = _in_functions(network, Activation(layer, False, Z))
    if network.activations[layer - 1] == SOFTMAX.name:
        mixed = Reduction("sum", Binary("*", A, R), axis=0, keepdims=True)
        gradient: Node = Binary("*", A, Binary("-", R, mixed))
    else:
        gradient = Binary("*", R, _in_functions(network, Activation(layer, True, Z)))
    program = Program((Assignment("=", Reduction("sum", Binary("*", R, A))),))
    shape: Shape = (f"n{layer}", "m")
    return proves_gradient(program, Z.name, gradient, {Z.name: shape, R.name: shape})


def is_slope(function: str) -> bool:
    """Is the slope of a function of one argument proved, as equations have it?"""
    return has_slope(Architecture((1, 1), (function,), "squared"), 1)


def _by_loss(network: Architecture, equation: Equation) -> bool:
    """Is dZ of the last layer proved in two steps: dA, the slope of the loss, times g'(Z)?"""
    last = network.layers
    slope = reference(network, f"dA{last}", single=equation.single)
    (product,) = (each for each in equations.general(network) if each.name == equation.name)
    product = replace(product, single=equation.single)
    activated = _activated(network, equation)
    program = Program((*activated, Assignment("=", _moved(network, f"A{last}", equation))))
    written = Assignment(slope.name, slope.expression)
    return (
        follows(network, replace(slope, single=equation.single))
        and _proves(network, product, program, Program(()), None)
        and any(
            _proves_same(network, equation, product, Program((*known, written)))
            for known in ((), activated)
        )
    )


def _activated(network: Architecture, equation: Equation) -> tuple[Assignment, ...]:
    """Return A = g(Z), where Z is what an equation is the gradient by."""
    letter, layer = parted(equation.name.removeprefix("d"))
    return _right(network, [f"A{layer}"], single=equation.single) if letter == "Z" else ()


def _moved(network: Architecture, name: str, equation: Equation) -> Node:
    """Return the sum of the entries of Z or A, each times its gradient, which is held."""
    value: Node = Name(name)
    if name[0] == "Z":
        (statement,) = _right(network, [name], single=equation.single)
        value = statement.expression
    return Reduction("sum", Binary("*", Name(f"d{name}"), value))


def _proves(
    network: Architecture,
    equation: Equation,
    program: Program,
    definitions: Program,
    scale: Node | None,
    *,
    one_output: bool = False,
) -> bool:
    return proves_gradient(
        program,
        equation.name.removeprefix("d"),
        _in_functions(network, equation.expression),
        _shapes(network, equation, one_output=one_output),
        definitions=definitions,
        scale=scale,
        assumptions=_assumed(network),
    )


def is_equal(network: Architecture, equation: Equation, *, one_output: bool = False) -> bool:
    """Is an equation proved equal to the right one, wherever both right sides have a value?"""
    forward, backward = programs(network, single=equation.single)
    right = reference(network, equation.name, single=equation.single)
    definitions = Program((*forward.statements, *backward.statements))
    return _proves_same(network, equation, right, definitions, one_output=one_output)


def _proves_same(
    network: Architecture,
    equation: Equation,
    other: Equation,
    definitions: Program,
    *,
    one_output: bool = False,
) -> bool:
    return proves_equal(
        _in_functions(network, equation.expression),
        _in_functions(network, other.expression),
        _shapes(network, equation, one_output=one_output),
        definitions=definitions,
        assumptions=_assumed(network),
    )


def _assumed(network: Architecture) -> tuple[Node, ...]:
    return tuple(Comparison("==", *each) for each in equations.one_hot(network))


def _shapes(network: Architecture, equation: Equation, *, one_output: bool) -> dict[str, Shape]:
    """Return shapes that hold for any sizes, but for one output where one is meant."""
    m: int | str = 1 if equation.single else "m"
    last = network.layers
    shapes: dict[str, Shape] = {
        **equations.symbolic_shapes(network, m),
        **{
            f"{letter}{layer}": (f"n{layer}", m)
            for layer in range(1, last + 1)
            for letter in ("Z", "A", "dZ", "dA")
        },
    }
    if not one_output:
        return shapes
    outputs = f"n{last}"
    return {
        name: tuple(1 if size == outputs else size for size in shape)
        for name, shape in shapes.items()
    }


@lru_cache(maxsize=64)
def programs(network: Architecture, *, single: bool) -> tuple[Program, Program]:
    """Return the right equations: up to J, and back from it."""
    layers = range(1, network.layers + 1)
    forward = [f"{letter}{layer}" for layer in layers for letter in "ZA"]
    backward = [f"d{letter}{layer}" for layer in reversed(layers) for letter in "AZWb"]

    return (
        Program(_right(network, [*forward, "J"], single=single)),
        Program(_right(network, backward, single=single)),
    )


def _right(network: Architecture, names: list[str], *, single: bool) -> tuple[Assignment, ...]:
    """Return the right equations of these names, as statements."""
    right = (reference(network, name, single=single) for name in names)
    return tuple(Assignment(each.name, _in_functions(network, each.expression)) for each in right)


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
