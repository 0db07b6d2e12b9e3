"""The right equation of everything that an equation of a network can give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from derivcli.networks import equations
from derivcli.networks.equation import Equation
from derivcli.networks.equation_reader import parse
from derivcli.networks.layers import Architecture
from derivcli.networks.losses import LOSSES
from derivcli.networks.penalty import with_penalty


@lru_cache(maxsize=64)
def references(network: Architecture) -> Mapping[str, Equation]:
    """Return the right equation of everything that an equation can give, over m examples."""
    last = network.layers
    found = {each.name: each for each in equations.forward(network) + equations.backward(network)}
    for layer in range(1, last):
        found[f"dA{layer}"] = parse(f"dA{layer} = W{layer + 1}.T @ dZ{layer + 1}", last)
    slope = equations.loss_slope(network.loss, last)
    found[f"dA{last}"] = Equation(f"dA{last}", slope)
    found["J"] = equations.cost(network)
    return found


@lru_cache(maxsize=64)
def _single_references(network: Architecture) -> Mapping[str, Equation]:
    """Return the right equations for one example: no sum over examples, no 1/m."""
    last = network.layers
    found = dict(references(network))
    found.update((each.name, each) for each in equations.single(network))
    loss = LOSSES[network.loss].loss.format(A=f"A{last}")
    right = parse(f"J = sum({loss})", last)
    added = with_penalty(network, "J", right.expression, single=True)
    found["J"] = replace(right, expression=added)
    return found


def reference(network: Architecture, name: str, *, single: bool) -> Equation:
    """Return the right equation for a left side."""
    return (_single_references if single else references)(network)[name]
