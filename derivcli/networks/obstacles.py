"""What stands in the way of training: hidden units that are alike, relu units that are dead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from derivcli.errors import listed
from derivcli.networks.backprop import Sweeps
from derivcli.networks.numbers import Matrix, Network

ROUNDING = 1e-9  # what sums in another order may make of identical rows

Group = NDArray[np.intp]


def dead_units(sweeps: Sweeps) -> list[str]:
    """Return a sentence for each layer with relu units that are 0 for every example."""
    found = []
    for number, layer in enumerate(sweeps.layers, 1):
        if sweeps.architecture.activations[number - 1] == "relu":
            units, dead = layer.A.shape[0], int((~layer.A.any(axis=1)).sum())
            if dead:
                found.append(
                    f"{dead:,} of the {units:,} relu units of layer {number} {_is(dead)} 0 for"
                    " every example at the end: no gradient reaches their weights any more."
                )
    return found


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


class Twins:
    """Hidden units that begin with the same weights, in and out, and whether they stay alike.

    Such units get the same gradient in every iteration, by symmetry. `groups[l]` holds those of
    layer l, each group as indices from 0.
    """

    def __init__(self, network: Network) -> None:
        self.zeros = not any(W.any() for W in network.W)
        self.groups = {
            layer: found
            for layer in range(1, network.architecture.layers)
            if (found := _alike(network, layer))
        }

    def look(self, sweeps: Sweeps) -> None:
        """Forget the groups whose rows of W, b, dW or db differ by more than rounding."""
        for layer, groups in list(self.groups.items()):
            arrays = sweeps.layers[layer - 1]
            both = np.hstack([arrays.parameters, arrays.gradient])
            self.groups[layer] = [group for group in groups if _same(both[group])]
            if not self.groups[layer]:
                del self.groups[layer]

    def note(self, still: list[bool]) -> list[str]:
        """Return what to say of the groups that are left; `still` has the layers whose dW is 0."""
        zero = [f"dW{layer}" for layer, is_still in enumerate(still, 1) if is_still]
        rows = [f"of dW{layer}" for layer in self.groups]
        seen = [f"the rows {listed(rows)} stay identical"] if rows else []
        if zero:
            seen.append(f"{listed(zero)} {'stays' if len(zero) == 1 else 'stay'} 0")
        remedy = "draw the weights at random."
        if self.groups:
            began = self._beginning()
            return [f"{began}: {', '.join(seen)}, and the units stay alike; {remedy}"]
        if self.zeros and zero:
            return [f"Every weight began at 0, and {', '.join(seen)}; {remedy}"]
        return []

    def _beginning(self) -> str:
        """Return which units are alike, and why."""
        if self.zeros:
            layers = listed([f"layer {layer}" for layer in self.groups])
            return f"Every weight began at 0, so the units of {layers} are all alike"
        units = listed(
            [
                f"{listed([str(unit + 1) for unit in group])} of layer {layer}"
                for layer, groups in self.groups.items()
                for group in groups
            ]
        )
        return f"Units {units} began with the same weights, in and out"


def _alike(network: Network, layer: int) -> list[Group]:
    """Return the groups of units of a hidden layer with equal rows of W, b and columns of W after.

    That is what it takes: what goes in makes Z and A equal, what goes out dZ, so dW and db are too.
    """
    W, b, after = network.W[layer - 1], network.b[layer - 1], network.W[layer]
    groups: dict[bytes, list[int]] = {}
    for unit, row in enumerate(np.hstack([W, b, after.T]) + 0.0):  # -0.0 + 0.0 is 0.0
        groups.setdefault(row.tobytes(), []).append(unit)
    return [np.array(group) for group in groups.values() if len(group) > 1]


def _same(rows: Matrix) -> bool:
    """Return whether all rows are the first one, but for what sums in another order make of it."""
    return bool((np.abs(rows - rows[0]) <= ROUNDING * np.abs(rows).max()).all())
