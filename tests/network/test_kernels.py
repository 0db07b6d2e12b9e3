"""Saturated and degenerate numbers, beside mpmath with as many digits as they take."""

import numpy as np
import pytest
from mpmath import erfc, exp, expm1, log, log1p, mp, mpf, sqrt, tanh

from derivcli.calculus.arithmetic import Multiprecision
from derivcli.calculus.evaluate import apply, evaluate, formula
from derivcli.calculus.pieces import pieces
from derivcli.language.functions import FUNCTIONS as FUNCTIONS_TABLE
from derivcli.language.functions import Function
from derivcli.networks.activations import ACTIVATIONS, ActivationRow
from derivcli.networks.backprop import Sweeps
from derivcli.networks.checking.check import gradient_check
from derivcli.networks.kernels import kernel
from derivcli.networks.layers import architecture
from derivcli.networks.loss_kernels import losses, output_slope
from derivcli.networks.losses import LOSSES
from derivcli.networks.numbers import Network, network
from derivcli.networks.proof.proof import prove
from derivcli.networks.results import NetworkSpec

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
    kernel(name).value(Z, A, scratch)()
    return A.ravel().tolist()


def slope(name, numbers):
    Z = np.array([numbers], dtype=float)
    A, scratch, D = np.empty_like(Z), np.empty_like(Z), np.ones_like(Z)
    kernel(name).value(Z, A, scratch)()
    scratch.fill(np.nan)  # nothing may be left over in it
    kernel(name).times_slope(Z, A, D, scratch)()
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
    kernel(name).value(Z, A, scratch)()
    before = Z.copy(), A.copy()
    kernel(name).times_slope(Z, A, D, scratch)()
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


def row(name, **columns):
    """Return a row that no table has: its value and its slope, and no kernel of its own."""
    return Function(name, name, **columns)


NEW = [
    row("steep", partials=("where(u > 0, 1.05, 1.75*exp(u))",), analytic=False,
        definition="where(u > 0, 1.05*u, 1.75*expm1(u))"),
    row("shifted", partials=("where(u > 2, 3, 0.5)",), analytic=False,
        definition="where(u > 2, 3*u - 5, u/2)"),
    row("hump", partials=("-2*u*exp(-u**2)",), elementary="exp(-u**2)",
        primitive=lambda m, u: m.exp(-u * u)),
]  # fmt: skip


@pytest.fixture(params=NEW, ids=lambda each: each.name)
def new(request, monkeypatch):
    """A row of the table that nobody has written a kernel, a kink or a proof for."""
    monkeypatch.setitem(FUNCTIONS_TABLE, request.param.name, request.param)
    own = ActivationRow(request.param.name, request.param)
    monkeypatch.setitem(ACTIVATIONS, request.param.name, own)
    return own


def test_a_new_row_has_its_kernel(new):
    """It used to fail, and before that to get the slope of another."""
    points = [-3.0, -0.3, 1e-9, 1.9, 2.1, 7.0]
    with mp.workdps(60):
        exact = [apply(new.row, (mpf(z),), Multiprecision()) for z in points]
        slopes = [evaluate(formula(new.row.partials[0]), {"u": mpf(z)}, Multiprecision())
                  for z in points]  # fmt: skip
    assert value(new.name, points) == pytest.approx([float(each) for each in exact], rel=1e-13)
    assert slope(new.name, points) == pytest.approx([float(each) for each in slopes], rel=1e-13)


def test_a_new_row_is_checked_and_proved(new):
    net = architecture((2, 3, 1), (new.name, "sigmoid"))
    proofs, _ = prove(net, 2, lambda _: None)
    assert all(each.for_all_sizes and each.written_out for each in proofs)
    assert gradient_check(network(NetworkSpec(net, 4, 3)), None, None, lambda _: None).passed


@pytest.mark.parametrize("name, kinks", [("steep", ["Z1 != 0"]), ("shifted", ["Z1 != 2"])])
def test_the_kinks_of_a_new_row_are_found(name, kinks, monkeypatch):
    (own,) = (each for each in NEW if each.name == name)
    monkeypatch.setitem(FUNCTIONS_TABLE, name, own)
    monkeypatch.setitem(ACTIVATIONS, name, ActivationRow(name, own))
    found, _ = prove(architecture((1, 1, 1), (name, "sigmoid")), 1, lambda _: None)
    assert [each.condition for each in found if each.equation.startswith("g1'")] == kinks


def test_a_unit_of_a_new_row_at_its_kink_is_named(monkeypatch):
    own = NEW[1]
    monkeypatch.setitem(FUNCTIONS_TABLE, own.name, own)
    monkeypatch.setitem(ACTIVATIONS, own.name, ActivationRow(own.name, own))
    net = architecture((1, 1, 1), (own.name, "linear"))
    ones = np.ones((1, 1))
    found = gradient_check(
        Network(net, ones, ones, (ones, ones), (ones, ones)), None, None, lambda _: None
    )
    (detail, _) = (each.detail for each in found.arrays if each.cause == "kink")
    assert "unit 1 of layer 1, shifted, in example 1 is at its kink, z = 2" in detail
    assert "no step mends it" in detail


@pytest.mark.parametrize("name", [each for each, own in ACTIVATIONS.items() if own.row])
def test_every_row_keeps_its_digits_as_far_as_float64_reaches(name):
    """Also those that help does not list; by mpmath, from the row's primitive or definition."""
    own, near = ACTIVATIONS[name].row, (1e-300, 1e-20, 1e-8, 0.01, 0.49, 0.51, 0.99, 1.01, 3.45)
    points = [side * z for z in (*near, 30.0, 36.5, 300.0, 700.0) for side in (1, -1)]
    with mp.workdps(DIGITS):
        numbers = [mpf(z) for z in points]
        exact = [float(apply(own, (z,), Multiprecision())) for z in numbers]
        slopes = [float(evaluate(formula(own.partials[0]), {"u": z}, Multiprecision()))
                  for z in numbers]  # fmt: skip
    assert value(name, points) == pytest.approx(exact, rel=RELATIVE, abs=1e-305)
    assert slope(name, points) == pytest.approx(slopes, rel=RELATIVE, abs=1e-305)


def test_the_kinks_of_the_table_are_those_of_its_graphs():
    """By hand: elu and softsign have one slope on either side of where their pieces begin."""
    kinks = {name: own.kinks for name, own in ACTIVATIONS.items() if own.kinks}
    assert kinks == {"relu": (0,), "leaky_relu": (0,), "abs": (0,), "hardtanh": (-1, 1)}


def test_pieces_begin_where_there_is_a_kink_so_that_units_can_be_held_on_them():
    for name, own in ACTIVATIONS.items():
        assert own.kinks in ((), pieces(name) if own.row else ())


LOSS_POINTS = [(a, y) for a in (-800.0, -40.0, -1.0, -1e-9, 0.0, 0.3, 1.0, 2.5, 40.0, 800.0)
               for y in (0.0, 1.0, -1.0, 0.25)]  # fmt: skip
LOSSES_BY_HAND = {  # the loss, and its slope by a
    "cross-entropy-from-logits": (
        lambda a, y: log1p(exp(a)) - y * a, lambda a, y: 1 / (1 + exp(-a)) - y,
    ),
    "hinge": (lambda a, y: max(1 - y * a, mpf(0)), lambda a, y: -y if y * a < 1 else mpf(0)),
    "huber": (
        lambda a, y: (a - y) ** 2 / 2 if abs(a - y) <= 1 else abs(a - y) - mpf(1) / 2,
        lambda a, y: max(-1, min(1, a - y)),
    ),
    "log-cosh": (lambda a, y: log(mp.cosh(a - y)), lambda a, y: tanh(a - y)),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES_BY_HAND)
def test_new_losses_keep_their_digits_far_out_and_near_0(name):
    A, Y = np.array(LOSS_POINTS).T.reshape(2, 1, -1)
    if LOSSES[name].labelled:
        A, Y = A[Y >= 0][None], Y[Y >= 0][None]
    dZ, scratch = np.full_like(A, np.nan), np.full_like(A, np.nan)
    output_slope("linear", name)(A, A, Y, dZ, scratch)()
    by_hand, slope_by_hand = LOSSES_BY_HAND[name]
    with mp.workdps(DIGITS):
        pairs = [(mpf(a), mpf(y)) for a, y in zip(A.flat, Y.flat, strict=True)]
        wanted = [float(by_hand(*each)) for each in pairs]
        slopes = [float(slope_by_hand(*each)) for each in pairs]
    assert losses("linear", name)(A, A, Y).ravel() == pytest.approx(wanted, rel=1e-13, abs=0)
    assert dZ.ravel() == pytest.approx(slopes, rel=1e-13, abs=0)
