"""What SymPy knows of a network by its slope alone: activations, and losses that are not plain.

That these are their slopes is proved apart, in `lemmas`: what is left is a polynomial in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.calculus.symbolic import entries as symbolic
from derivcli.networks import equations
from derivcli.networks.activations import LINEAR, SOFTMAX
from derivcli.networks.layers import Architecture
from derivcli.networks.losses import LOSSES
from derivcli.networks.programs.symbolic import symbolic_value
from derivcli.networks.proof.written_out import Formulas

LOSS = "L"  # the name of the losses, entry by entry


def opaque(network: Architecture) -> Mapping[str, Callable[[Formulas], Array]]:
    """Return the steps of a network that are known by their slopes, as formulas of other steps."""
    found: dict[str, Callable[[Formulas], Array]] = {
        f"A{layer}": partial(_activated, activation, f"Z{layer}")
        for layer, activation in enumerate(network.activations, 1)
        if activation != LINEAR.name
    }
    if not LOSSES[network.loss].plain:
        found[LOSS] = partial(_losses, network.loss, f"A{network.layers}")
    return found


def _activated(activation: str, name: str, formulas: Formulas) -> Array:
    Z = formulas(name)
    if activation != SOFTMAX.name:
        return np.asarray(np.frompyfunc(_unit(activation), 1, 1)(Z))
    columns = [[symbolic.Softmax(row, *z) for row in range(1, len(z) + 1)] for z in Z.T]
    return np.array(columns, dtype=object).T


def _losses(loss: str, name: str, formulas: Formulas) -> Array:
    return np.asarray(np.frompyfunc(_loss(loss), 2, 1)(formulas(name), formulas("Y")))


@cache
def _unit(activation: str) -> Any:
    """Return g, of whose slope SymPy knows what the table of activations states."""
    slope = equations.activation_element(activation, prime=True)
    return symbolic.by_slope(activation, lambda z, a: symbolic_value(slope, {"Z1": z, "A1": a}))


@cache
def _loss(loss: str) -> Any:
    """Return a loss of A and Y, of which SymPy knows the derivative by A."""
    slope = equations.loss_slope(loss, 1)
    return symbolic.by_slope(loss, lambda a, y, _: symbolic_value(slope, {"A1": a, "Y": y}), 2)
