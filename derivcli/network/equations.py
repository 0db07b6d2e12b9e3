"""The equations of a network, as trees of the matrix language: forward, and the six of backprop.

dZ is the derivative of each example's own loss, as in the course; the 1/m of the cost J stands in
dW and db.
"""

from __future__ import annotations

from dataclasses import replace

from derivcli.language.tree import Node
from derivcli.network.activations import ACTIVATIONS, LINEAR, SOFTMAX
from derivcli.network.equation import Equation, parse, parse_right_side
from derivcli.network.layers import Architecture
from derivcli.network.losses import LOSSES


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
    written = row.slope if prime else row.formula
    if written is None:
        raise ValueError(f"{activation} has no slope unit by unit")
    return parse_right_side(written.format(Z="Z1", A="A1"), 1)


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
        lines.append(f"Z{layer} = W{layer} @ {before(layer)} + b{layer}")
        formula = ACTIVATIONS[activation].formula.format(Z=f"Z{layer}")
        lines.append(f"A{layer} = {formula}")
    return _parsed(lines, network)


def cost(network: Architecture) -> Equation:
    """Return J: the mean of the examples' losses."""
    last = network.layers
    return parse(f"J = sum({LOSSES[network.loss].loss.format(A=f'A{last}')}) / m", last)


def backward(network: Architecture) -> tuple[Equation, ...]:
    """Return dZ, dW and db of each layer from the last to the first, specialised, over m examples.

    For two layers these are the six equations.
    """
    return _parsed(
        [
            line
            for layer in range(network.layers, 0, -1)
            for line in (
                f"dZ{layer} = {_slope_of_loss(network, layer)}",
                f"dW{layer} = dZ{layer} @ {before(layer)}.T / m",
                f"db{layer} = sum(dZ{layer}, axis=1, keepdims=True) / m",
            )
        ],
        network,
    )


def single(network: Architecture) -> tuple[Equation, ...]:
    """Return the same equations for one example: its columns, no sum, no 1/m."""
    lines = [
        line
        for layer in range(network.layers, 0, -1)
        for line in (
            f"dZ{layer} = {_slope_of_loss(network, layer)}",
            f"dW{layer} = dZ{layer} @ {before(layer)}.T",
            f"db{layer} = dZ{layer}",
        )
    ]
    return tuple(replace(each, single=True) for each in _parsed(lines, network))


def general(network: Architecture) -> tuple[Equation, ...]:
    """Return the equations in dA and g', whatever the activations and the loss are."""
    last = network.layers
    lines = []
    for layer in range(last, 0, -1):
        product = f"dA{last}" if layer == last else f"W{layer + 1}.T @ dZ{layer + 1}"
        if network.activations[layer - 1] == SOFTMAX.name:
            lines.append(f"dZ{layer} = {_through_softmax(f'A{layer}', f'dA{layer}')}")
        else:
            lines.append(f"dZ{layer} = {product} * g{layer}'(Z{layer})")
        lines += [
            f"dW{layer} = dZ{layer} @ {before(layer)}.T / m",
            f"db{layer} = sum(dZ{layer}, axis=1, keepdims=True) / m",
        ]
    return _parsed(lines, network)


def output_slope(network: Architecture) -> str:
    """Return dZ of the last layer: A - Y where activation and loss fit each other."""
    row, last = LOSSES[network.loss], network.layers
    A, activation = f"A{last}", network.activations[-1]
    if row.fits == activation and (row.fused or activation == SOFTMAX.name):
        return f"{A} - Y"
    by_output = row.slope.format(A=A)
    if activation == SOFTMAX.name:
        return _through_softmax(A, f"({by_output})")
    if activation == LINEAR.name:
        return by_output
    return _times(f"({by_output})", slope(activation, last))


def _through_softmax(A: str, dA: str) -> str:
    """Return dZ of a softmax: its Jacobian, diag(a) - a a.T for each example, times dA."""
    return f"{A} * ({dA} - sum({A} * {dA}, axis=0, keepdims=True))"


def _slope_of_loss(network: Architecture, layer: int) -> str:
    """Return dZ of a layer: by way of the layer after it, or, for the last one, of the loss."""
    if layer == network.layers:
        return output_slope(network)
    product = f"W{layer + 1}.T @ dZ{layer + 1}"
    return _times(product, slope(network.activations[layer - 1], layer))


def _times(product: str, factor: str | None) -> str:
    return product if factor in (None, "1") else f"{product} * {factor}"


def _parsed(lines: list[str], network: Architecture) -> tuple[Equation, ...]:
    return tuple(parse(line, network.layers) for line in lines)
