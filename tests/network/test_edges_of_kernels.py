"""Kernels at the ends of float64, on mixed arrays and with soft answers, beside mpmath."""

import numpy as np
import pytest
from mpmath import erfc, exp, log, mp, mpf, sqrt
from precise import PRECISE

from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.kernels import kernel
from derivcli.networks.loss_kernels import losses, output_slope

DIGITS = 700  # 1 - sigmoid(700) is 1e-304
SLOPES = {  # by hand: SLOPES[name](z) is PRECISE[name]'(z)
    "linear": lambda _: mpf(1),
    "sigmoid": lambda z: exp(-z) / (1 + exp(-z)) ** 2,
    "tanh": lambda z: mp.sech(z) ** 2,
    "relu": lambda z: mpf(z > 0),
    "leaky_relu": lambda z: mpf(1) if z > 0 else mpf(1) / 100,
    "elu": lambda z: mpf(1) if z > 0 else exp(z),
    "softplus": lambda z: 1 / (1 + exp(-z)),
    "silu": lambda z: (1 + exp(-z) + z * exp(-z)) / (1 + exp(-z)) ** 2,
    "gelu": lambda z: erfc(-z / sqrt(2)) / 2 + z * exp(-z * z / 2) / sqrt(2 * mp.pi),
    "hardtanh": lambda z: mpf(-1 < z <= 1),
    "mish": lambda z: mp.diff(PRECISE["mish"], z),
    "softsign": lambda z: 1 / (1 + abs(z)) ** 2,
}
NEAR = [1e-300, 1e-160, 1e-20, 1e-8, 1e-3, 0.01, 0.1, 0.5, 0.99, 1.01, 2.0, 3.4, 3.45, 3.5, 7.5]
POINTS = [side * z for z in (*NEAR, 30.0, 36.5, 37.5, 300.0, 700.0) for side in (1, -1)]

each_function = pytest.mark.parametrize("name", PRECISE)
each_activation = pytest.mark.parametrize("name", ACTIVATIONS)


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


def of_mpmath(functions, name, numbers):
    with mp.workdps(DIGITS):
        return [float(functions[name](mpf(z))) for z in numbers]


def value(name, Z):
    Z = np.asarray(Z, dtype=float)
    A, scratch = np.full_like(Z, np.nan), np.full_like(Z, np.nan)  # nothing of them is used
    kernel(name).value(Z, A, scratch)()
    return A


def times_slope(name, Z, D):
    Z = np.asarray(Z, dtype=float)
    D, scratch = np.array(D, dtype=float), np.full_like(Z, np.nan)
    kernel(name).times_slope(Z, value(name, Z), D, scratch)()
    return D


# Activations


@each_function
def test_values_have_their_digits_from_the_smallest_numbers_to_the_largest(name):
    wanted = of_mpmath(PRECISE, name, POINTS)
    assert value(name, POINTS) == pytest.approx(np.array(wanted), rel=1e-12, abs=1e-305)


@each_function
def test_slopes_have_their_digits_and_multiply_what_flows_back(name):
    wanted = of_mpmath(SLOPES, name, POINTS)
    for factor in (1.0, -3.0, 1e-3):
        found = times_slope(name, POINTS, [factor] * len(POINTS))
        assert found == pytest.approx(factor * np.array(wanted), rel=1e-12, abs=1e-305)


FLAT = {  # value and slope at -1e300, -0.0, 0.0 and 1e300, by hand
    "linear": ([-1e300, 0, 0, 1e300], [1, 1, 1, 1]),
    "sigmoid": ([0, 0.5, 0.5, 1], [0, 0.25, 0.25, 0]),
    "tanh": ([-1, 0, 0, 1], [0, 1, 1, 0]),
    "relu": ([0, 0, 0, 1e300], [0, 0, 0, 1]),
    "leaky_relu": ([-1e298, 0, 0, 1e300], [0.01, 0.01, 0.01, 1]),
    "elu": ([-1, 0, 0, 1e300], [0, 1, 1, 1]),
    "softplus": ([0, np.log(2), np.log(2), 1e300], [0, 0.5, 0.5, 1]),
    "silu": ([0, 0, 0, 1e300], [0, 0.5, 0.5, 1]),
    "gelu": ([0, 0, 0, 1e300], [0, 0.5, 0.5, 1]),
    "hardtanh": ([-1, 0, 0, 1], [0, 1, 1, 0]),
    "mish": ([0, 0, 0, 1e300], [0, 0.6, 0.6, 1]),
    "softsign": ([-1, 0, 0, 1], [0, 1, 1, 0]),
}


@each_function
def test_at_0_and_at_the_ends_of_float64(name):
    ends = [-1e300, -0.0, 0.0, 1e300]
    values, slopes = FLAT[name]
    assert value(name, ends).tolist() == pytest.approx(values, rel=1e-15, abs=0)
    assert times_slope(name, ends, [1] * 4).tolist() == pytest.approx(slopes, rel=1e-15, abs=0)


@each_function
def test_an_entry_has_nothing_to_do_with_its_neighbours(name):
    Z = np.array([*POINTS, 0.0, -0.0]).reshape(3, 2, 7)
    D = np.linspace(-2, 3, Z.size).reshape(Z.shape)
    together = value(name, Z), times_slope(name, Z, D)
    for at in np.ndindex(Z.shape):
        alone = value(name, [Z[at]])[0], times_slope(name, [Z[at]], [D[at]])[0]
        assert alone == pytest.approx((together[0][at], together[1][at]), rel=1e-14, abs=0)


@each_activation
def test_finding_values_leaves_z_alone(name):
    Z = np.linspace(-9, 9, 12).reshape(3, 4)
    before = Z.copy()
    value(name, Z)
    assert np.array_equal(Z, before)


# Softmax

COLUMNS = np.array([[0.0, 700.0, 1e300, -5.0, 1.0], [1.0, 0.0, -1e300, -5.0, 2.0],
                    [3.0, -20.0, 9e299, -5.0, 1e-3]])  # fmt: skip


def softmax(column):
    """Return the softmax of one column, by mpmath."""
    powers = [exp(mpf(z) - mpf(max(column))) for z in column]
    return [power / sum(powers) for power in powers]


def test_softmax_is_that_of_each_column():
    found = value("softmax", COLUMNS)
    with mp.workdps(30):
        wanted = np.array([[float(a) for a in softmax(column)] for column in COLUMNS.T]).T
    assert found == pytest.approx(wanted, rel=1e-13, abs=1e-300)


def test_what_flows_back_through_softmax_is_its_jacobians_product():
    """By hand: da_i/dz_j is a_i (1 - a_i) where i = j, else -a_i a_j."""
    Z = np.array([[0.3, -2.0, 4.0], [1.1, 0.5, 4.0], [-0.7, 3.0, 1.0], [2.0, 0.0, -6.0]])
    D = np.array([[1.0, 2.0, -1.0], [-3.0, 0.25, 0.5], [0.5, 1.5, 7.0], [2.0, -1.0, 3.0]])
    found = times_slope("softmax", Z, D)
    for k in range(3):
        with mp.workdps(30):
            a = softmax(Z[:, k])
            wanted = [
                float(sum(mpf(D[i, k]) * a[i] * ((i == j) - a[j]) for i in range(4)))
                for j in range(4)
            ]
        assert found[:, k].tolist() == pytest.approx(wanted, rel=1e-13)


# Losses and the slopes of outputs

ANSWERS = [0.0, 1.0, 0.2, 0.75, -1.0, 2.0, 1.5, -0.25]  # the formulas hold for any number


def cross_entropy(a, y):
    return -(y * log(a) + (1 - y) * log(1 - a))


def squared(a, y):
    return (a - y) ** 2 / 2


def of_loss(activation, loss, Z, Y):
    """Return the losses of single entries, and their slopes by z."""
    Z, Y = (np.array([numbers], dtype=float) for numbers in (Z, Y))
    A = value(activation, Z)
    dZ, scratch = np.full_like(Z, np.nan), np.full_like(Z, np.nan)
    output_slope(activation, loss)(Z, A, Y, dZ, scratch)()
    return losses(activation, loss)(Z, A, Y).ravel().tolist(), dZ.ravel().tolist()


LOSSES = {  # logits from which a slope's and a loss's digits can be found
    "sigmoid": [0.0, 0.5, -3.0, 12.0, 33.0, -33.0, 300.0, -300.0],
    "tanh": [0.1, 0.55, 2.0, 1e-9],
    "linear": [0.5, 0.3, 1e-300, 1e-9, 0.75],
    "relu": [0.5, 0.3, 1e-9], "leaky_relu": [0.5, 0.9], "elu": [0.5, 1e-9],
    "softplus": [-0.43, -40.0, -3.0], "silu": [0.75, 0.1], "gelu": [0.7, 0.1],
    "hardtanh": [0.5, 0.9, 1e-9], "mish": [0.5, 0.1], "softsign": [0.5, 1e-9, 40.0],
}  # fmt: skip
PAIRS = [(name, loss) for name in LOSSES for loss in ("cross-entropy", "squared")]


@pytest.mark.parametrize("name, loss", PAIRS)
def test_losses_and_their_slopes_are_mpmaths(name, loss):
    points = [(z, y) for z in LOSSES[name] for y in ANSWERS]
    found, slopes = of_loss(name, loss, *zip(*points, strict=True))
    with mp.workdps(DIGITS):
        exact = [(PRECISE[name](mpf(z)), SLOPES[name](mpf(z)), mpf(y)) for z, y in points]
        if loss == "squared":
            wanted = [float(squared(a, y)) for a, _, y in exact]
            wanted_slopes = [float((a - y) * slope) for a, slope, y in exact]
        else:
            wanted = [float(cross_entropy(a, y)) for a, _, y in exact]
            wanted_slopes = [float((a - y) / (a * (1 - a)) * slope) for a, slope, y in exact]
    rounding = 1e-20 if loss == "squared" else 1e-300  # squared, that of an a near y
    assert found == pytest.approx(wanted, rel=1e-12, abs=rounding)
    assert slopes == pytest.approx(wanted_slopes, rel=1e-12, abs=1e-15)


SOFT = [(0.2, 0.3, 0.5), (0.0, 0.25, 0.75), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.5, 0.0)]
LOGITS = [(0.0, 0.0, 0.0), (3.0, 1.0, 1.0), (1.0, 3.0, 3.0), (40.0, 0.0, -2.0), (-700.0, 0.0, 1.0)]


def test_cross_entropy_of_a_softmax_with_answers_that_are_shares():
    """A share of 0 has no loss, however small the output; the slope is A - Y."""
    Z = np.array([z for z in LOGITS for _ in SOFT]).T
    Y = np.array([y for _ in LOGITS for y in SOFT]).T
    A, dZ, scratch = value("softmax", Z), np.full_like(Z, np.nan), np.full_like(Z, np.nan)
    found = losses("softmax", "softmax-cross-entropy")(Z, A, Y)
    output_slope("softmax", "softmax-cross-entropy")(Z, A, Y, dZ, scratch)()
    with mp.workdps(DIGITS):
        outputs = [softmax(column) for column in Z.T]
        wanted = [
            [float(-y * log(a)) if y else 0.0 for a, y in zip(column, answers, strict=True)]
            for column, answers in zip(outputs, Y.T, strict=True)
        ]
        slopes = [
            [float(a - mpf(y)) for a, y in zip(column, answers, strict=True)]
            for column, answers in zip(outputs, Y.T, strict=True)
        ]
    assert found == pytest.approx(np.array(wanted).T, rel=1e-12, abs=0)
    assert dZ == pytest.approx(np.array(slopes).T, rel=1e-12, abs=2e-16)


def test_an_answer_0_has_no_loss_where_the_output_is_beyond_all_numbers():
    """e**-2e308 is 0, and the logarithm of it not a float: by hand, no loss and no slope."""
    Z, Y = np.array([[1e308], [-1e308]]), np.array([[1.0], [0.0]])
    A, dZ = value("softmax", Z), np.full_like(Z, np.nan)
    output_slope("softmax", "softmax-cross-entropy")(Z, A, Y, dZ, np.full_like(Z, np.nan))()
    assert losses("softmax", "softmax-cross-entropy")(Z, A, Y).tolist() == [[0], [0]]
    assert dZ.tolist() == [[0], [0]]


def test_squared_loss_of_a_softmax():
    Z = np.array([[0.3, 2.0], [-1.0, 2.0], [0.9, -3.0]])
    Y = np.array([[0.0, 0.5], [1.0, 0.5], [0.0, 0.0]])
    A, dZ = value("softmax", Z), np.full_like(Z, np.nan)
    output_slope("softmax", "squared")(Z, A, Y, dZ, np.full_like(Z, np.nan))()
    with mp.workdps(30):
        for k in range(2):
            a = softmax(Z[:, k])
            d = [each - mpf(y) for each, y in zip(a, Y[:, k], strict=True)]
            wanted = [
                float(sum(d[i] * a[i] * ((i == j) - a[j]) for i in range(3))) for j in range(3)
            ]
            assert dZ[:, k].tolist() == pytest.approx(wanted, rel=1e-13)
            of_column = losses("softmax", "squared")(Z, A, Y)[:, k].tolist()
            assert of_column == pytest.approx([float(each**2 / 2) for each in d], rel=1e-13)


@pytest.mark.parametrize(
    "name, loss", [*PAIRS, ("softmax", "softmax-cross-entropy"), ("softmax", "squared")]
)
def test_losses_and_slopes_leave_what_they_are_given_alone(name, loss):
    Z = np.array([[0.5, 0.3], [0.7, 0.6]])
    Y = np.array([[0.0, 1.0], [1.0, 0.0]])
    A = value(name, Z)
    before = Z.copy(), A.copy(), Y.copy()
    losses(name, loss)(Z, A, Y)
    output_slope(name, loss)(Z, A, Y, np.empty_like(Z), np.empty_like(Z))()
    assert all(map(np.array_equal, (Z, A, Y), before))
