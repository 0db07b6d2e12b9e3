"""Both sweeps of 300 drawn networks beside four other ways to the same gradient."""

from itertools import pairwise

import numpy as np
import pytest
from mpmath import exp, log, mp, mpf
from precise import PRECISE
from tiers import thinned

from derivcli.arrays.evaluation import evaluate
from derivcli.arrays.objects import PreciseEntries
from derivcli.calculus.arithmetic import precision
from derivcli.graphs.tape.programs import program_tape
from derivcli.language.limits import file_limits
from derivcli.language.parser import parse
from derivcli.networks import equations
from derivcli.networks.activations import LISTED
from derivcli.networks.backprop import Sweeps
from derivcli.networks.expansion import expand, operations
from derivcli.networks.layers import Architecture
from derivcli.networks.numbers import Network

TOLERANCE = 1e-10  # relative to the largest entry of an array
EACH = 10  # networks for each last activation and loss
NUDGED = 2  # parameters of a network whose slope is estimated
LARGEST_GRAPH = 600  # operations: examples beyond it are left out

HIDDEN = [name for name in LISTED if name != "softmax"]
COMBINATIONS = [
    *((name, "squared") for name in LISTED),
    *((name, "cross-entropy") for name in HIDDEN),
    ("softmax", "softmax-cross-entropy"),
    *(("linear", loss) for loss in ("cross-entropy-from-logits", "hinge", "huber", "log-cosh")),
]
# z with g(z) near 1/2: cross-entropy has a value where the outputs lie between 0 and 1.
HALF = {"sigmoid": 0.0, "tanh": 0.55, "softplus": -0.43, "silu": 0.75, "gelu": 0.7}

each_combination = pytest.mark.parametrize("last, loss", thinned(COMBINATIONS, 3))


def drawn(last, loss):
    return [network(last, loss, index) for index in range(EACH)]


def network(last, loss, index):
    draw = np.random.default_rng([COMBINATIONS.index((last, loss)), index])
    layers, m = 1 + index % 5, {0: 1, 9: 50}.get(index, int(draw.integers(1, 51)))
    sizes = (*draw.integers(1, 5, layers).tolist(), int(draw.integers(2, 5)))
    architecture = Architecture(sizes, (*draw.choice(HIDDEN, layers - 1).tolist(), last), loss)
    W = [draw.normal(size=(after, before)) for before, after in pairwise(sizes)]
    b = [draw.normal(size=(after, 1)) for after in sizes[1:]]
    Y = draw.normal(size=(sizes[-1], m))
    if loss == "cross-entropy":
        Y = np.where(draw.random(Y.shape) < 0.7, draw.integers(0, 2, Y.shape), draw.random(Y.shape))
        if last != "sigmoid":
            W[-1] *= 0.01
            b[-1] = HALF.get(last, 0.5) + b[-1] / 100
    if loss in ("cross-entropy-from-logits", "hinge"):
        Y = np.where(draw.random(Y.shape) < 0.5, 1.0, 0.0 if "cross" in loss else -1.0)
    if loss == "softmax-cross-entropy":
        Y = np.eye(sizes[-1])[:, draw.integers(0, sizes[-1], m)]
        if index % 2:
            Y = (Y + 0.25) / (Y + 0.25).sum(axis=0)
    return Network(architecture, draw.normal(size=(sizes[0], m)), Y, tuple(W), tuple(b))


def swept(net):
    """Return the cost, and the gradient by name: W1, b1, ..."""
    sweeps = Sweeps(net)
    with np.errstate(all="ignore"):
        sweeps.forward()
        cost = sweeps.cost()
        sweeps.backward()
    found = {}
    for number, layer in enumerate(sweeps.layers, 1):
        found[f"W{number}"], found[f"b{number}"] = layer.gradient[:, :-1], layer.gradient[:, -1:]
    return cost, found


def assert_near(found, reference):
    for name, array in found.items():
        wanted = np.asarray(reference[name], dtype=float)
        assert array.shape == wanted.shape, name
        assert np.abs(array - wanted).max() <= TOLERANCE * np.abs(wanted).max(), name


def parameters(net):
    names = [f"{kind}{number}" for kind in "Wb" for number in range(1, net.architecture.layers + 1)]
    return dict(zip(names, (*net.W, *net.b), strict=True))


def test_the_networks_are_three_hundred_of_one_to_five_layers_and_one_to_fifty_examples():
    nets = [net for combination in COMBINATIONS for net in drawn(*combination)]
    assert len(nets) == 300
    assert {net.architecture.layers for net in nets} == {1, 2, 3, 4, 5}
    assert min(net.examples for net in nets) == 1
    assert max(net.examples for net in nets) == 50
    assert {name for net in nets for name in net.architecture.activations[:-1]} == set(HIDDEN)


@each_combination
def test_sweeps_are_the_matrix_equations_in_thirty_digits(last, loss):
    for net in drawn(last, loss):
        with precision(30):
            values = {"X": precise(net.X), "Y": precise(net.Y), "m": np.asarray(mpf(net.examples))}
            values |= {name: precise(array) for name, array in parameters(net).items()}
            for each in (
                *equations.forward(net.architecture),
                *equations.backward(net.architecture),
            ):
                values[each.name] = evaluate(each.expression, values, PreciseEntries())
            reference = {name: values[f"d{name}"] for name in parameters(net)}
            assert_near(swept(net)[1], reference)


@each_combination
def test_sweeps_are_those_of_the_scalar_graph(last, loss):
    for whole in drawn(last, loss):
        net, m = whole, whole.examples
        while operations(net.architecture, m) > LARGEST_GRAPH:
            m -= 1
        net = Network(net.architecture, net.X[:, :m], net.Y[:, :m], net.W, net.b)
        expanded = expand(net)
        values = {name: float(text) for name, text in expanded.values.items()}
        sweep = program_tape(
            parse(expanded.program, limits=file_limits(4 * LARGEST_GRAPH)), expanded.wrt
        ).sweep(values)
        cost, found = swept(net)
        assert sweep.value == pytest.approx(cost, rel=1e-12)
        reference = {name: np.empty_like(array) for name, array in found.items()}
        for name in expanded.wrt:
            array, row, *column = name.split("_")
            reference[array][int(row) - 1, int(column[0]) - 1 if column else 0] = sweep.gradient[
                name
            ]
        assert_near(found, reference)


@each_combination
def test_sweeps_are_central_differences_in_fifty_digits(last, loss):
    draw = np.random.default_rng(7)
    for net in drawn(last, loss):
        cost, found = swept(net)
        with precision(50):
            eps = mpf(10) ** -12
            exact = precise_cost(net, {})
            assert abs(cost - exact) <= TOLERANCE * abs(exact)
            for _ in range(NUDGED):
                name = str(draw.choice(list(found)))
                at = tuple(int(draw.integers(0, size)) for size in found[name].shape)
                rise = precise_cost(net, {name: (at, eps)}) - precise_cost(net, {name: (at, -eps)})
                apart = abs(found[name][at] - rise / (2 * eps))
                assert apart <= TOLERANCE * np.abs(found[name]).max(), (net.architecture, name, at)


precise = np.frompyfunc(mpf, 1, 1)


def precise_cost(net, nudge):
    """Return J in many digits, written here anew; `nudge` maps an array to (entry, change)."""
    arrays = {name: precise(array) for name, array in parameters(net).items()}
    for name, (at, change) in nudge.items():
        arrays[name][at] += change
    A = precise(net.X)
    for number, activation in enumerate(net.architecture.activations, 1):
        Z = arrays[f"W{number}"] @ A + arrays[f"b{number}"]
        if activation == "softmax":
            powers = np.frompyfunc(exp, 1, 1)(Z)
            A = powers / powers.sum(axis=0)
        else:
            A = np.frompyfunc(PRECISE[activation], 1, 1)(Z)
    return np.frompyfunc(LOSS[net.architecture.loss], 2, 1)(A, net.Y).sum() / net.examples


LOSS = {
    "squared": lambda a, y: (a - y) ** 2 / 2,
    "cross-entropy": lambda a, y: -((y and y * log(a)) + ((1 - y) and (1 - y) * log(1 - a))),
    "softmax-cross-entropy": lambda a, y: -(y and y * log(a)),
    "cross-entropy-from-logits": lambda a, y: log(1 + exp(a)) - y * a,
    "hinge": lambda a, y: max(1 - y * a, mpf(0)),
    "huber": lambda a, y: (a - y) ** 2 / 2 if abs(a - y) <= 1 else abs(a - y) - mpf(1) / 2,
    "log-cosh": lambda a, y: log(mp.cosh(a - y)),
}


@each_combination
def test_sweeps_are_those_of_autograd(last, loss):
    anp = pytest.importorskip("autograd.numpy")
    from autograd import grad

    functions = {
        "linear": lambda Z: Z,
        "sigmoid": lambda Z: (anp.tanh(Z / 2) + 1) / 2,
        "tanh": anp.tanh,
        "relu": lambda Z: anp.where(Z > 0, Z, 0.0),
        "leaky_relu": lambda Z: anp.where(Z > 0, Z, 0.01 * Z),
        "elu": lambda Z: anp.where(Z > 0, Z, anp.exp(anp.minimum(Z, 0.0)) - 1),
        "softplus": lambda Z: anp.logaddexp(0.0, Z),
        "hardtanh": lambda Z: anp.minimum(anp.maximum(Z, -1.0), 1.0),
        "mish": lambda Z: Z * anp.tanh(anp.logaddexp(0.0, Z)),
        "softsign": lambda Z: Z / (1.0 + anp.abs(Z)),
        "silu": lambda Z: Z * (anp.tanh(Z / 2) + 1) / 2,
        "softmax": lambda Z: anp.exp(Z) / anp.sum(anp.exp(Z), axis=0),
    }
    losses = {
        "squared": lambda A, Y: (A - Y) ** 2 / 2,
        "cross-entropy": lambda A, Y: -(Y * anp.log(A) + (1 - Y) * anp.log(1 - A)),
        "softmax-cross-entropy": lambda A, Y: -Y * anp.log(A),
        "cross-entropy-from-logits": lambda A, Y: anp.logaddexp(0.0, A) - Y * A,
        "hinge": lambda A, Y: anp.maximum(1 - Y * A, 0.0),
        "huber": lambda A, Y: anp.where(
            anp.abs(A - Y) <= 1, (A - Y) ** 2 / 2, anp.abs(A - Y) - 0.5
        ),
        "log-cosh": lambda A, Y: anp.log(anp.cosh(A - Y)),
    }

    def cost(arrays, net):
        A = net.X
        for number, activation in enumerate(net.architecture.activations, 1):
            A = functions[activation](anp.dot(arrays[f"W{number}"], A) + arrays[f"b{number}"])
        return anp.sum(losses[loss](A, net.Y)) / net.examples

    for net in drawn(last, loss):
        if "gelu" not in net.architecture.activations:  # autograd has no erfc without SciPy
            assert_near(swept(net)[1], grad(cost)(parameters(net), net))


@each_combination
def test_sweeps_are_those_of_torch(last, loss):
    torch = pytest.importorskip("torch")
    from torch.nn import functional

    functions = {
        "linear": lambda Z: Z,
        "softplus": lambda Z: torch.logaddexp(torch.zeros_like(Z), Z),
        "softmax": lambda Z: torch.softmax(Z, dim=0),
        **{name: getattr(functional, name) for name in ("sigmoid", "tanh", "relu")},
        **{name: getattr(functional, name) for name in ("leaky_relu", "elu", "silu", "gelu")},
        **{name: getattr(functional, name) for name in ("hardtanh", "mish", "softsign")},
    }
    for net in drawn(last, loss):
        arrays = {
            name: torch.tensor(array, requires_grad=True) for name, array in parameters(net).items()
        }
        A, Y = torch.tensor(net.X), torch.tensor(net.Y)
        for number, activation in enumerate(net.architecture.activations, 1):
            A = functions[activation](arrays[f"W{number}"] @ A + arrays[f"b{number}"])
        losses = {
            "squared": (A - Y) ** 2 / 2,
            "cross-entropy": -(torch.xlogy(Y, A) + torch.xlogy(1 - Y, 1 - A)),
            "softmax-cross-entropy": -torch.xlogy(Y, A),
            "cross-entropy-from-logits": functional.softplus(A) - Y * A,
            "hinge": torch.relu(1 - Y * A),
            "huber": functional.huber_loss(A, Y, reduction="none"),
            "log-cosh": torch.log(torch.cosh(A - Y)),
        }
        (losses[loss].sum() / net.examples).backward()
        assert_near(swept(net)[1], {name: array.grad.numpy() for name, array in arrays.items()})


def test_sweeping_twice_gives_the_same_and_moving_the_parameters_moves_the_cost():
    net = network("sigmoid", "cross-entropy", 3)
    sweeps = Sweeps(net)
    sweeps.forward()
    first, cost = sweeps.backward().copy(), sweeps.cost()
    sweeps.forward()
    assert (sweeps.backward() == first).all()
    sweeps.parameters -= 1e-3 * first
    sweeps.forward()
    assert sweeps.cost() < cost
    assert mp.dps == 15  # the tests above leave mpmath's precision alone
