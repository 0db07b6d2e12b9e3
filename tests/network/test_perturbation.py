from dataclasses import replace

import numpy as np
import pytest
from drawn import CASES, drawn, make, ready

from derivcli.networks.backprop import Sweeps
from derivcli.networks.checking.perturbation import NudgedWeights


def entries(net, layer):
    units, before = net.W[layer].shape
    return NudgedWeights(layer, *np.divmod(np.arange(units * (before + 1)), before + 1))


def weights(net, layer):
    return np.hstack([net.W[layer], net.b[layer]]).ravel()


def one_at_a_time(net, layer, step):
    """Nudge the weights of a layer one after the other, the whole network anew for each."""
    found = []
    for index in range(weights(net, layer).size):
        row, column = divmod(index, net.W[layer].shape[1] + 1)
        costs = []
        for side in (1.0, -1.0):
            both = np.hstack([net.W[layer], net.b[layer]])
            both[row, column] += side * step
            W = tuple(both[:, :-1] if each == layer else old for each, old in enumerate(net.W))
            b = tuple(both[:, -1:] if each == layer else old for each, old in enumerate(net.b))
            sweeps = Sweeps(replace(net, W=W, b=b))
            sweeps.forward()
            costs.append(sweeps.cost())
        found.append((costs[0] - costs[1]) / (2.0 * step))
    return np.array(found)


@pytest.mark.parametrize("last, loss, layers", CASES)
def test_nudges_in_batches_are_nudges_one_at_a_time(last, loss, layers):
    net, step = drawn(last, loss, layers), 1e-3
    with np.errstate(all="ignore"):
        sweeps, nudges = ready(net)
        for layer in range(layers):
            own = entries(net, layer)
            fast = nudges.quotients(own, np.full(len(own), step))
            slow = one_at_a_time(net, layer, step)
            # Costs are rounded at 2**-53, and divided by the step.
            size = max(1.0, sweeps.cost(), float(np.abs(slow).max()))
            np.testing.assert_allclose(fast, slow, rtol=0, atol=1e-10 * size)


@pytest.mark.parametrize("entries_of_a_batch", [1, 7, 40, 1000])
def test_batches_of_any_size_give_the_same(entries_of_a_batch, monkeypatch):
    net = make([3, 4, 5, 2], ["relu", "tanh", "softmax"], examples=7)
    _, nudges = ready(net)
    own = entries(net, 0)
    steps = np.full(len(own), 0.5)
    whole = nudges.nudged(own, steps)
    monkeypatch.setattr(
        "derivcli.networks.checking.perturbation.COLUMN_ENTRIES", entries_of_a_batch
    )
    parts = nudges.nudged(own, steps)
    np.testing.assert_allclose(parts.changes, whole.changes, rtol=0, atol=1e-14)
    assert parts.crossed.tolist() == whole.crossed.tolist()
    assert any(whole.crossed)
