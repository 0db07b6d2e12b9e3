"""The equations of backpropagation on float64 arrays, for m examples in columns.

W and b of a layer stand side by side in one array, and A has a row of ones below it: so
Z = [W b] @ [A; 1] and [dW db] = dZ @ [A; 1].T are one matrix product each. Every array is made
once and filled again by each sweep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derivcli.networks.kernels import kernel
from derivcli.networks.loss_kernels import losses, output_slope
from derivcli.networks.numbers import Matrix, Network
from derivcli.networks.penalty_arrays import PenaltyArrays


@dataclass(frozen=True, slots=True)
class LayerArrays:
    """The arrays of one layer; `inputs` is the layer before's `outputs`, ones included.

    `A` is a view of `outputs`; `W` of `parameters`, `dW` of `gradient`.
    """

    parameters: Matrix  # [W b]
    gradient: Matrix  # [dW db]
    W: Matrix
    inputs: Matrix  # [A; 1] of the layer before
    outputs: Matrix  # [A; 1]
    Z: Matrix
    A: Matrix
    dZ: Matrix  # noqa: N815 - as it is written in the equations
    scratch: Matrix


class Sweeps:
    """Forward and backward sweeps of a network over its examples, again and again.

    `parameters` and `gradient` are vectors: of each layer in turn, [W b] row by row. Write to
    `parameters` in place to move the network.
    """

    def __init__(self, network: Network) -> None:
        architecture = network.architecture
        self.architecture = architecture
        self.examples = network.examples
        self.Y = network.Y
        self.parameters = np.empty(architecture.parameters)
        self.gradient = np.empty(architecture.parameters)
        self.layers = self._arrays(network)
        kernels = [kernel(name) for name in architecture.activations]
        pairs = list(zip(self.layers, kernels, strict=True))
        self._forward = [(each, own.value(each.Z, each.A, each.scratch)) for each, own in pairs]
        times = [own.times_slope(each.Z, each.A, each.dZ, each.scratch) for each, own in pairs[:-1]]
        self._backward = list(zip(self.layers[:-1], times, self.layers[1:], strict=True))
        ends, last = (architecture.activations[-1], architecture.loss), self.layers[-1]
        self._losses = losses(*ends)
        self._output_slope = output_slope(*ends)(last.Z, last.A, self.Y, last.dZ, last.scratch)
        self.penalty = None
        if architecture.penalty is not None:
            self.penalty = PenaltyArrays(architecture, self._named(), self.examples)

    def _named(self) -> dict[str, Matrix]:
        """Return W and b of each layer, as views of the parameters."""
        found = {}
        for number, layer in enumerate(self.layers, 1):
            found[f"W{number}"], found[f"b{number}"] = layer.W, layer.parameters[:, -1:]
        return found

    def _arrays(self, network: Network) -> list[LayerArrays]:
        found: list[LayerArrays] = []
        m = self.examples
        inputs = np.vstack([network.X, np.ones((1, m))])
        start = 0
        for W, b in zip(network.W, network.b, strict=True):
            units, before = W.shape
            stop = start + units * (before + 1)
            parameters = self.parameters[start:stop].reshape(units, before + 1)
            parameters[:, :-1], parameters[:, -1:] = W, b
            outputs = np.ones((units + 1, m))
            found.append(
                LayerArrays(
                    parameters,
                    self.gradient[start:stop].reshape(units, before + 1),
                    parameters[:, :-1],
                    inputs,
                    outputs,
                    np.empty((units, m)),
                    outputs[:-1],
                    np.empty((units, m)),
                    np.empty((units, m)),
                )
            )
            inputs, start = outputs, stop
        return found

    def forward(self) -> None:
        """Compute Z and A of every layer."""
        for layer, activate in self._forward:
            np.matmul(layer.parameters, layer.inputs, out=layer.Z)
            activate()

    def cost(self) -> float:
        """Return J of the last forward sweep: the mean of the examples' losses, and the penalty."""
        last = self.layers[-1]
        total = float(self._losses(last.Z, last.A, self.Y).sum())
        added = 0.0 if self.penalty is None else self.penalty.value()
        return total / self.examples + added + 0.0  # never -0

    def backward(self) -> Matrix:
        """Return the gradient of J, all dW and db in one vector, from the last forward sweep."""
        self._output_slope()
        for layer, times_slope, after in reversed(self._backward):
            np.matmul(after.dZ, after.inputs.T, out=after.gradient)
            np.matmul(after.W.T, after.dZ, out=layer.dZ)
            times_slope()
        first = self.layers[0]
        np.matmul(first.dZ, first.inputs.T, out=first.gradient)
        self.gradient *= 1.0 / self.examples
        if self.penalty is not None:
            self._penalised(self.penalty)
        return self.gradient

    def _penalised(self, penalty: PenaltyArrays) -> None:
        for name, added in penalty.gradient().items():
            gradient = self.layers[int(name[2:]) - 1].gradient
            gradient[:, slice(-1) if name[1] == "W" else slice(-1, None)] += added
