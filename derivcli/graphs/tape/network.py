"""A layered network of any size as a tape: units of tanh over weighted sums, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np

from derivcli.graphs.tape.arrays import Array, Index
from derivcli.graphs.tape.builder import Builder
from derivcli.graphs.tape.tape import Tape

MOST_LAYERS = 100
GAIN = 1.2  # weights of this over the root of the fan-in: signals neither die nor run away


@dataclass(frozen=True, slots=True)
class WeightedNetwork:
    """A network ready to be swept at one point; its output J adds the units of the last layer."""

    tape: Tape
    output: int
    weights: Array
    data: Array
    layers: int


def width(nodes: int) -> int:
    """Return how many units a layer has: as many as there are layers, and at most 100 layers.

    >>> width(10_000), width(100_000)
    (100, 1000)
    """
    return max(isqrt(nodes - 1) + 1, -(-nodes // MOST_LAYERS))


def network(nodes: int, parameters: int, seed: int) -> WeightedNetwork:
    """Return a network of exactly `nodes` units that share out exactly `parameters` weights.

    Each unit reads units of the layer before, drawn at random; the first layer reads data. Where
    the weights cannot be shared out evenly, the first units have one more.
    """
    draw = np.random.default_rng(seed)
    fan_in, more = divmod(parameters, nodes)
    across = width(nodes)
    builder = Builder()
    weights, before = builder.parameters(parameters), builder.data(max(across, fan_in + 1))
    first = before
    used = 0
    for start in range(0, nodes, across):
        stop = min(nodes, start + across)
        wide = min(max(more - start, 0), stop - start)
        layer: list[Index] = []
        for count, fan in ((wide, fan_in + 1), (stop - start - wide, fan_in)):
            if count:
                own = weights[used : used + count * fan].reshape(count, fan)
                inputs = before[draw.integers(0, len(before), size=(count, fan))]
                layer.append(builder.operations("tanh", builder.weighted_sums(own, inputs)))
                used += count * fan
        before = np.concatenate(layer)
    output = builder.sum(before.tolist())
    scale = GAIN / np.sqrt(parameters / nodes)
    return WeightedNetwork(
        Tape.of(builder.wiring()),
        output,
        draw.normal(0.0, scale, parameters),
        draw.normal(0.0, 1.0, len(first)),
        -(-nodes // across),
    )
