"""The penalty of a network on arrays: its value, and what it adds to the gradient."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from derivcli.arrays.entries import Array, Entries, Float64Entries
from derivcli.arrays.evaluation import evaluate
from derivcli.networks.layers import Architecture
from derivcli.networks.numbers import Matrix
from derivcli.networks.penalty import penalty_gradient, penalty_tree

FLOATS = Float64Entries()


def constant_values(network: Architecture, entries: Entries) -> dict[str, Array]:
    """Return the numbers that the names in a penalty stand for."""
    given = () if network.penalty is None else network.penalty.constants
    return {name: np.asarray(evaluate(tree, {}, entries)) for name, tree in given}


class PenaltyArrays:
    """A penalty whose parameters are these arrays of float64, read anew each time."""

    def __init__(
        self, network: Architecture, parameters: Mapping[str, Matrix], examples: int
    ) -> None:
        self.tree, self.slopes = penalty_tree(network), penalty_gradient(network)
        m = np.asarray(float(examples))
        self.values = {**parameters, **constant_values(network, FLOATS), "m": m}

    def value(self) -> float:
        """Return the penalty; 0 where there is none."""
        return 0.0 if self.tree is None else float(evaluate(self.tree, self.values, FLOATS))

    def gradient(self) -> dict[str, Matrix]:
        """Return what it adds to dW1, db1, ..., by their names."""
        found = {}
        for name, slope in self.slopes.items():
            shape = self.values[name[1:]].shape
            found[name] = np.broadcast_to(evaluate(slope, self.values, FLOATS), shape)
        return found
