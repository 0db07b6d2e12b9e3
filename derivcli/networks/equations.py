"""The equations of a network, as trees of the matrix language: forward, and the six of backprop.

dZ is the derivative of each example's own loss, as in the course; the 1/m of the cost J stands in
dW and db.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from derivcli.algebra.reverse import reverse
from derivcli.language.broadcasting import Shape
from derivcli.language.tree import (
    Activation,
    Assignment,
    Call,
    Name,
    Node,
    Number,
    Program,
    Reduction,
    substitute,
)
from derivcli.networks.activations import ACTIVATIONS, SOFTMAX
from derivcli.networks.equation import Equation, parted, written
from derivcli.networks.equation_reader import parse, parse_right_side
from derivcli.networks.layers import Architecture
from derivcli.networks.losses import LOSSES
from derivcli.networks.penalty import with_penalty


def before(layer: int) -> str:
    """Return what a layer reads: the activations of the layer before, X for the first."""
    return f"A{layer - 1}" if layer > 1 else "X"


def slope(activation: str, layer: int) -> str | None:
    """Return g'(Z) of a layer as a text in its Z and A; None for softmax."""
    written = ACTIVATIONS[activation].slope
    return None if written is None else written.format(Z=f"Z{layer}", A=f"A{layer}")


def activation_element(activation: str, *, prime: bool) -> Node:
    """Return g(Z1), or g'(Z1) as an expression of Z1 and A1 = g(Z1)."""
    row = ACTIVATIONS[activation]
    if not prime:
        return _activated(activation, 1)
    if row.slope is None:
        raise ValueError(f"{activation} has no slope unit by unit")
    return parse_right_side(row.slope.format(Z="Z1", A="A1"), 1)


def _activated(activation: str, layer: int) -> Node:
    """Return g(Z) of a layer."""
    row = ACTIVATIONS[activation]
    if row.row is not None:
        return Call(row.row.name, (Name(f"Z{layer}"),))
    return parse_right_side(row.formula.format(Z=f"Z{layer}"), layer)


def loss_element(loss: str, layer: int) -> Node:
    """Return the loss, entry by entry, as an expression of the last A and Y."""
    return parse_right_side(LOSSES[loss].loss.format(A=f"A{layer}"), layer)


def loss_slope(loss: str, layer: int) -> Node:
    """Return dA of the last layer as an expression of A and Y."""
    return parse_right_side(LOSSES[loss].slope.format(A=f"A{layer}"), layer)


def forward(network: Architecture) -> tuple[Equation, ...]:
    """Return Z and A of each layer, in the order in which they are computed."""
    lines = []
    for layer, activation in enumerate(network.activations, 1):
        Z = f"Z{layer} = W{layer} @ {before(layer)} + b{layer}"
        lines += [
            parse(Z, network.layers), Equation(f"A{layer}", _activated(activation, layer))
        ]  # fmt: skip
    return tuple(lines)


def cost(network: Architecture) -> Equation:
    """Return J: the mean of the examples' losses, and the penalty."""
    last = network.layers
    found = parse(f"J = sum({LOSSES[network.loss].loss.format(A=f'A{last}')}) / m", last)
    return replace(found, expression=with_penalty(network, "J", found.expression))


@lru_cache(maxsize=64)
def backward(network: Architecture) -> tuple[Equation, ...]:
    """Return dZ, dW and db of each layer from the last to the first, specialised, over m examples.

    For two layers these are the six equations. They are derived: from the forward equations and
    the slope of the loss, by reverse mode.
    """
    slope = loss_slope(network.loss, network.layers)
    return _derived(network, forward(network), slope, "m")


@lru_cache(maxsize=64)
def single(network: Architecture) -> tuple[Equation, ...]:
    """Return the same equations for one example: its columns, no sum, no 1/m."""
    slope = loss_slope(network.loss, network.layers)
    found = _derived(network, forward(network), slope, 1)
    return tuple(replace(each, single=True) for each in found)


@lru_cache(maxsize=64)
def general(network: Architecture) -> tuple[Equation, ...]:
    """Return the equations in dA and g', whatever the activations and the loss are."""
    lines = tuple(
        each if each.name[0] == "Z" or activation == SOFTMAX.name else _as_g(each)
        for each, activation in zip(
            forward(network), (name for name in network.activations for _ in "ZA"), strict=True
        )
    )
    return _derived(network, lines, Name(f"dA{network.layers}"), "m")


def _as_g(activated: Equation) -> Equation:
    """Return A2 = g2(Z2)."""
    layer = parted(activated.name)[1] or 1
    return replace(activated, expression=Activation(layer, False, Name(f"Z{layer}")))


def _derived(
    network: Architecture, lines: tuple[Equation, ...], slope: Node, examples: int | str
) -> tuple[Equation, ...]:
    """Return the gradient by each layer's Z, W and b, for dA of the last layer as a seed."""
    program = Program(tuple(Assignment(each.name, each.expression) for each in lines))
    shapes = symbolic_shapes(network, examples)
    layers = range(1, network.layers + 1)
    found = reverse(
        program,
        [f"{letter}{layer}" for layer in layers for letter in "Wb"],
        shapes,
        seed=slope,
        divide=None if examples == 1 else str(examples),
        assumptions=one_hot(network),
    )
    wanted = {f"d{letter}{layer}" for layer in layers for letter in "ZWb"}
    known: dict[str, Node] = {}
    equations = {}
    for statement in found.statements:
        tree = substitute(statement.expression, known)
        if statement.name in wanted:
            right = with_penalty(network, statement.name, tree, single=examples == 1)
            equations[statement.name] = Equation(statement.name, right)
        else:
            known[statement.name] = tree  # named for brevity: written out again
    return tuple(equations[f"d{letter}{layer}"] for layer in reversed(layers) for letter in "ZWb")


def symbolic_shapes(network: Architecture, examples: int | str) -> dict[str, Shape]:
    """Return shapes that hold for any sizes: n0 features, n1, n2, ... units."""
    last = network.layers
    shapes: dict[str, Shape] = {"X": ("n0", examples), "Y": (f"n{last}", examples)}
    for layer in range(1, last + 1):
        shapes[f"W{layer}"] = (f"n{layer}", f"n{layer - 1}")
        shapes[f"b{layer}"] = (f"n{layer}", 1)
    return {**shapes, f"dA{last}": (f"n{last}", examples)}


def one_hot(network: Architecture) -> tuple[tuple[Node, Node], ...]:
    """Return that the columns of Y add up to 1, where the loss says so."""
    if LOSSES[network.loss].answers != "shares":
        return ()
    return ((Reduction("sum", Name("Y"), axis=0), Number(Fraction(1))),)


def output_slope(network: Architecture) -> str:
    """Return dZ of the last layer as text: A - Y where activation and loss fit each other."""
    return written(backward(network)[0].expression)
