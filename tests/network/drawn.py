"""Networks drawn for tests of the gradient check."""

from dataclasses import replace

import numpy as np

from derivcli.language.tree import number
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.backprop import Sweeps
from derivcli.networks.checking.check import gradient_check
from derivcli.networks.checking.perturbation import Nudges
from derivcli.networks.layers import architecture
from derivcli.networks.numbers import Network, network
from derivcli.networks.penalty import read_penalty
from derivcli.networks.results import NetworkSpec

UNITS = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu",
         "mish", "softsign")  # fmt: skip
SMOOTH = tuple(name for name in UNITS if not ACTIVATIONS[name].kinks)
OUTPUTS = (
    ("sigmoid", "cross-entropy"),
    ("softmax", "softmax-cross-entropy"),
    ("softmax", "squared"),
    *((name, "squared") for name in (*UNITS, "hardtanh")),
    *(("linear", loss) for loss in ("cross-entropy-from-logits", "hinge", "huber", "log-cosh")),
)
CASES = [(*output, layers) for output in OUTPUTS for layers in (1, 2, 3, 5)]


def make(sizes, activations=(), loss=None, examples=5, seed=1, init="random"):
    spec = NetworkSpec(architecture(sizes, activations, loss), examples, seed, init)
    return network(spec)


def penalised(own, source, **numbers):
    """Return an architecture, or a network with numbers, with a penalty: lambda=Fraction(1, 10)."""
    if isinstance(own, Network):
        return replace(own, architecture=penalised(own.architecture, source, **numbers))
    given = {name: number(value) for name, value in numbers.items()}
    return replace(own, penalty=read_penalty(source, own, given))


def drawn(last, loss, layers, seed=1, hidden=UNITS):
    draw = np.random.default_rng([seed, layers, len(last), len(loss)])
    sizes = draw.integers(2, 8, size=layers + 1).tolist()
    names = [*draw.choice(hidden, size=layers - 1).tolist(), last]
    return make(sizes, names, loss, examples=int(draw.integers(1, 51)), seed=seed)


def ready(net):
    sweeps = Sweeps(net)
    sweeps.forward()
    return sweeps, Nudges(net, sweeps)


def checked(net, eps=None, inject=None):
    return gradient_check(net, inject, eps, lambda _: None)


def named(found):
    return {f"d{each.name}": each for each in found.arrays}
