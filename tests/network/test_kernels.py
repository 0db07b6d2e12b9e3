"""Saturated and degenerate numbers, beside mpmath with as many digits as they take."""

import numpy as np
import pytest
from mpmath import erfc, exp, expm1, log, log1p, mp, mpf, sqrt, tanh

from derivcli.network import kernels
from derivcli.network.activations import ACTIVATIONS
from derivcli.network.backprop import Sweeps
from derivcli.network.kernels import KERNELS, losses
from derivcli.network.layers import architecture
from derivcli.network.numbers import Network

DIGITS = 800  # 1 - tanh(800) is 1e-694
RELATIVE = 1e-12
FAR = [5.0, 20.0, 40.0, 800.0]
POINTS = [*FAR, *(-z for z in FAR), 0.3, -0.3, 4.1, -4.2, 9.0, -9.0, 18.7, -18.7]

FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "tanh": tanh,
    "elu": lambda z: z if z > 0 else expm1(z),
    "softplus": lambda z: log1p(exp(z)),
    "silu": lambda z: z / (1 + exp(-z)),
    "gelu": lambda z: z * erfc(-z / sqrt(2)) / 2,
}

each_function = pytest.mark.parametrize("name", FUNCTIONS)


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


def value(name, numbers):
    Z = np.array([numbers], dtype=float)
    A, scratch = np.empty_like(Z), np.empty_like(Z)
    KERNELS[name].value(Z, A, scratch)
    return A.ravel().tolist()


def slope(name, numbers):
    Z = np.array([numbers], dtype=float)
    A, scratch, D = np.empty_like(Z), np.empty_like(Z), np.ones_like(Z)
    KERNELS[name].value(Z, A, scratch)
    scratch.fill(np.nan)  # nothing may be left over in it
    KERNELS[name].times_slope(Z, A, D, scratch)
    return D.ravel().tolist()


@each_function
def test_values_keep_their_digits_however_far_z_is(name):
    with mp.workdps(DIGITS):
        wanted = [float(FUNCTIONS[name](mpf(z))) for z in POINTS]
    assert value(name, POINTS) == pytest.approx(wanted, rel=RELATIVE, abs=0)


@each_function
def test_slopes_keep_their_digits_however_far_z_is(name):
    with mp.workdps(DIGITS):
        wanted = [float(mp.diff(FUNCTIONS[name], mpf(z))) for z in POINTS]
    assert slope(name, POINTS) == pytest.approx(wanted, rel=RELATIVE, abs=0)


def test_slopes_of_tanh_keep_their_digits_all_the_way():
    near = np.linspace(0, 20, 801).tolist()
    with mp.workdps(50):
        wanted = [float(mp.sech(mpf(z)) ** 2) for z in near]
    assert slope("tanh", near) == pytest.approx(wanted, rel=RELATIVE, abs=0)


def test_at_a_kink_the_slope_is_that_on_the_left():
    assert value("relu", [-1, 0, 1]) == [0, 0, 1]
    assert slope("relu", [-1, 0, -0.0, 1]) == [0, 0, 0, 1]
    assert value("leaky_relu", [-1, 0, 1]) == [-0.01, 0, 1]
    assert slope("leaky_relu", [-1, 0, -0.0, 1]) == [0.01, 0.01, 0.01, 1]
    assert slope("elu", [0, 1, 800]) == [1, 1, 1]


def test_gelu_near_0_has_the_slope_a_half():
    assert slope("gelu", [0.0, -0.0, 5e-324, -1e-301, 1e-299]) == pytest.approx(
        [0.5] * 5, rel=1e-15
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_backward_sweep_leaves_z_and_a_alone(name):
    Z = np.random.default_rng(1).normal(0, 5, (3, 7))
    A, D, scratch = np.empty_like(Z), np.ones_like(Z), np.empty_like(Z)
    KERNELS[name].value(Z, A, scratch)
    before = Z.copy(), A.copy()
    KERNELS[name].times_slope(Z, A, D, scratch)
    assert np.array_equal(Z, before[0])
    assert np.array_equal(A, before[1])


def only_layer(activation, loss, outputs, answers):
    """Return cost and dZ of a layer without weights to speak of: Z is `outputs`, a column."""
    Z, Y = (np.array([column], dtype=float).T for column in (outputs, answers))
    units = len(outputs)
    net = architecture((1, units), (activation,), loss)
    sweeps = Sweeps(Network(net, np.ones((1, 1)), Y, (np.zeros((units, 1)),), (Z,)))
    sweeps.forward()
    cost = sweeps.cost()
    sweeps.backward()
    return cost, sweeps.layers[-1].dZ.ravel().tolist()


@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
@pytest.mark.parametrize("z", [0.5, -3.0, 20.0, -20.0, 40.0, -40.0, 1000.0, -1000.0])
def test_cross_entropy_of_a_saturated_sigmoid(z, y):
    cost, slopes = only_layer("sigmoid", "cross-entropy", [z], [y])
    with mp.workdps(DIGITS):
        a = 1 / (1 + exp(-mpf(z)))
        wanted = float(-(y * log(a) + (1 - y) * log(1 - a)))
        wanted_slope = float(a - y)
    assert cost == pytest.approx(wanted, rel=RELATIVE, abs=0)
    assert slopes == pytest.approx([wanted_slope], rel=RELATIVE, abs=0)


@pytest.mark.parametrize("answer", range(3))
@pytest.mark.parametrize(
    "z", [(1e4, 0.0, -1e4), (1e4, 1e4, 0.0), (20.0, 0.0, -20.0), (-1e4, -1e4 - 40, -1e4 - 2)]
)
def test_cross_entropy_of_a_saturated_softmax(z, answer):
    answers = [float(index == answer) for index in range(3)]
    cost, slopes = only_layer("softmax", "softmax-cross-entropy", list(z), answers)
    with mp.workdps(10_000):
        powers = [exp(mpf(each)) for each in z]
        A = [power / sum(powers) for power in powers]
        wanted = float(-log(A[answer]))
        wanted_slopes = [float(a - y) for a, y in zip(A, answers, strict=True)]
    assert cost == pytest.approx(wanted, rel=RELATIVE, abs=0)
    assert slopes == pytest.approx(wanted_slopes, rel=RELATIVE, abs=0)


@pytest.mark.parametrize("answer, loss", [(0, np.log1p(np.exp(-40.0))), (1, 40.0)])
def test_losses_of_a_softmax_keep_their_digits_whatever_axes_follow(answer, loss):
    Z = np.array([40.0, 0.0])
    Y = np.eye(2)[answer]
    for axes in (1, 2):
        shape = (2, *[1] * axes)
        found = losses("softmax", "softmax-cross-entropy")(Z.reshape(shape), Z, Y.reshape(shape))
        assert found.shape == shape
        assert found.sum() == pytest.approx(loss, rel=1e-15)


@pytest.mark.parametrize(
    "last, loss",
    [("sigmoid", "cross-entropy"), ("tanh", "cross-entropy"), ("silu", "squared"),
     ("softmax", "softmax-cross-entropy"), ("softmax", "squared")],
)  # fmt: skip
def test_losses_of_copies_side_by_side_are_those_of_each(last, loss):
    draw = np.random.default_rng(1)
    Z, A = draw.normal(size=(3, 4, 5)), draw.uniform(0.1, 0.9, (3, 4, 5))
    Y = np.eye(3)[:, [0, 2, 1, 1, 0]]
    own = losses(last, loss)
    together = own(Z, A, Y[:, None])
    for copy in range(4):
        assert (together[:, copy] == own(Z[:, copy], A[:, copy], Y)).all()


def test_softmax_of_equal_logits_and_of_a_single_one():
    cost, slopes = only_layer("softmax", "softmax-cross-entropy", [1e4, 1e4], [1, 0])
    assert (cost, slopes) == (pytest.approx(np.log(2)), [-0.5, 0.5])
    assert only_layer("softmax", "softmax-cross-entropy", [7], [1]) == (0, [0])


@pytest.mark.parametrize(
    "a, y, cost, slopes",
    [(0, 0, 0, 1), (1, 1, 0, -1), (0, 1, np.inf, -np.inf), (1, 0, np.inf, np.inf)],
)
def test_cross_entropy_of_outputs_at_the_edge(a, y, cost, slopes):
    assert only_layer("linear", "cross-entropy", [a], [y]) == (cost, [slopes])


def test_cross_entropy_beyond_the_edge_is_no_number():
    assert np.isnan(only_layer("linear", "cross-entropy", [1.5], [0])[0])
    assert np.isnan(only_layer("linear", "cross-entropy", [-0.5], [1])[0])


def test_softmax_with_the_squared_loss_has_the_slope_of_its_own_cost():
    z, y = (0.3, -1.2, 0.9), (0.0, 1.0, 0.0)
    _, slopes = only_layer("softmax", "squared", list(z), list(y))

    def cost(*logits):
        powers = [exp(each) for each in logits]
        return sum((p / sum(powers) - each) ** 2 / 2 for p, each in zip(powers, y, strict=True))

    with mp.workdps(40):
        orders = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
        wanted = [float(mp.diff(cost, tuple(map(mpf, z)), order)) for order in orders]
    assert slopes == pytest.approx(wanted, rel=RELATIVE, abs=0)


def test_one_feature_one_unit_one_example():
    net = architecture((1, 1), ("sigmoid",), "cross-entropy")
    one = Network(
        net, np.array([[2.0]]), np.array([[1.0]]), (np.array([[0.5]]),), (np.ones((1, 1)),)
    )
    sweeps = Sweeps(one)
    sweeps.forward()
    a = 1 / (1 + np.exp(-2.0))
    assert sweeps.cost() == pytest.approx(-np.log(a), rel=1e-15)
    assert sweeps.backward().tolist() == pytest.approx([(a - 1) * 2, a - 1], rel=1e-15)
    assert sweeps.layers[0].Z.shape == sweeps.layers[0].dZ.shape == (1, 1)


@pytest.mark.parametrize("table, row", [
    ("ACTIVATIONS", "mish"), ("LOSSES", "hinge"),
])  # fmt: skip
def test_a_row_without_a_kernel_fails_before_anything_is_computed(table, row, monkeypatch):
    """It used to get the slope of the squared error."""
    kernels.check_rows()
    monkeypatch.setattr(kernels, table, {**getattr(kernels, table), row: None})
    with pytest.raises(LookupError, match=row):
        kernels.check_rows()


def test_a_loss_without_a_slope_by_its_outputs_fails(monkeypatch):
    monkeypatch.delitem(kernels.OUTPUT_SLOPES, "cross-entropy")
    with pytest.raises(LookupError, match="dZ of tanh and cross-entropy"):
        kernels.check_rows()
