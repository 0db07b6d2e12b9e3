"""Judging equations in pieces: thresholds and caps are wrong, however near or far they begin."""

import pytest
from judged import (
    COURSE,
    ELU,
    HINGES,
    HUBER,
    LEAKY,
    LINEAR,
    RELU_LAST,
    RELU_SIGMOID,
    SOFTMAX,
    WEIGHTED,
)
from tiers import thinned

from derivcli.errors import RefusedError
from derivcli.networks.judging.judging import judge
from derivcli.networks.layers import architecture

WRONG = [
    *((RELU_SIGMOID, f"dZ1 = W2.T @ dZ2 * (Z1 > {edge})") for edge in ("0.1", "0.05", "0.01", "0.001", "1e-9", "1e-40", "-0.01", "1000")),
    (RELU_SIGMOID, "A1 = np.minimum(np.maximum(0, Z1), 100)"),
    (RELU_SIGMOID, "A1 = np.minimum(np.maximum(0, Z1), 6)"),
    (RELU_SIGMOID, "A1 = where(Z1 > 0.001, Z1, 0)"),
    (RELU_SIGMOID, "A1 = np.maximum(0.0001*Z1, Z1)"),
    (RELU_SIGMOID, "A1 = g1(Z1 - 1e-9) + 1e-9 * (Z1 > 1e-9)"),
    (RELU_SIGMOID, "dZ1 = W2.T @ dZ2 * (Z1 > 0) * (Z1 < 1000)"),
    (COURSE, "dZ2 = where(abs(A2 - Y) < 0.0001, 0, A2 - Y)"),
    (COURSE, "dZ2 = where(abs(A2 - Y) < 0.01, 0, A2 - Y)"),
    (COURSE, "dZ2 = max(A2 - Y, -0.99)"),
    (COURSE, "dZ2 = where(Y > 0, A2 - Y, 5)"),
    (COURSE, "dZ2 = where(Y < 0.001, A2, A2 - Y)"),
    (COURSE, "dW2 = max(min(dZ2 @ A1.T / m, 5), -5)"),
    (COURSE, "db1 = min(sum(dZ1, axis=1, keepdims=True) / m, 50)"),
    (COURSE, "dZ1 = max(min(W2.T @ dZ2, 5), -5) * (1 - A1**2)"),
    (COURSE, "A1 = where(abs(Z1) < 0.001, Z1, tanh(Z1))"),
    (COURSE, "A2 = max(min(sigmoid(Z2), 0.9999), 0.0001)"),
    (COURSE, "Z2 = max(min(W2 @ A1 + b2, 500), -500)"),
    (COURSE, "dW2 = dZ2 @ A1.T / max(m, 2)"),
    (COURSE, "dW2 = dZ2 @ A1.T / min(m, 100)"),
    (COURSE, "db2 = where(m > 1000, 0, sum(dZ2, axis=1, keepdims=True) / m)"),
    (COURSE, "J = min(sum(-Y*log(A2) - (1-Y)*log(1-A2)) / m, 10)"),
    (LEAKY, "A1 = where(Z1 > 0.001, Z1, 0.01*Z1)"),
    (LEAKY, "dA2 = max(min(A2 - Y, 50), -50)"),
    (ELU, "A1 = where(Z1 > -0.01, Z1, exp(Z1) - 1)"),
    (COURSE, "dZ1 = W2.T @ dZ2 * (1 - A1**2) * (Z1 != 0)"),
    (COURSE, "A1 = tanh(Z1) + (Z1 == 0)"),
    (RELU_SIGMOID, "A1 = Z1*(Z1 > 0) + (Z1 == 0)"),
    *((RELU_SIGMOID, f"dZ1 = W2.T @ dZ2 * ((Z1 > 0) + 5*{point})") for point in (
        "(Z1 == 0)", "(Z1 >= 0)*(Z1 <= 0)", "(1 - sign(Z1)**2)", "((Z1 >= 0) - (Z1 > 0))", "0**abs(Z1)",
    )),
    (RELU_SIGMOID, "dZ1 = W2.T @ dZ2 * where(Z1 == 0, 7, A1/Z1)"),
    (COURSE, "dZ1 = W2.T @ dZ2 * (1 - A1**2) + 0**(Z1**2)"),
    (COURSE, "dW2 = dZ2 @ A1.T / (m + 0**(m - 1))"),
    (HUBER, "dA2 = where(abs(A2 - Y) <= 1, A2 - Y, sign(A2 - Y)) + 5*(abs(A2 - Y) == 1)"),
    (HINGES, "dA2 = 2*max(A2, 0) + 5*(A2 == 0)"),  # smooth, though its slope is written with a kink
    (architecture((2, 3, 1), ("tanh", "linear"), "where(Y == 1, 3, 1) * (A - Y)**2"), "dA2 = 2*(A2 - Y)"),
    (architecture((2, 3, 1), ("tanh", "linear"), "where(Y > 50, 3, 1) * (A - Y)**2"), "dW2 = 2*(A2 - Y) @ A1.T / m"),
    (architecture((2, 3, 1), ("tanh", "linear"), "A * sign(Y)"), "dA2 = (Y > 0)*1 - (Y <= 0) + 0*A2"),
    (WEIGHTED, "dZ2 = (abs(Y) + 1)*(A2 - Y) + 5*(Y == 0)"),
    (COURSE, "dW1 = dZ1 @ X.T / m * (norm(X) > 0.001)"),
    (COURSE, "dW1 = dZ1 @ X.T / m * where(max(X) == 2, 0, 1)"),
    (COURSE, "db1 = sum(dZ1, axis=1, keepdims=True)/m * (norm(W2) < 1e6)"),
    (COURSE, "db1 = sum(dZ1, axis=1, keepdims=True)/m * (sum(W2) < 1e6)"),
    (COURSE, "dZ1 = W2.T @ dZ2 * (1 - A1**2) * (norm(W2) < 1e6)"),
]  # fmt: skip

RIGHT = [
    (RELU_LAST, "dA2 = max(-Y/A2 + (1-Y)/(1-A2), 0) + min(0, -Y/A2 + (1-Y)/(1-A2))"),
    *((RELU_SIGMOID, f"A1 = {relu}") for relu in (
        "np.maximum(0, Z1)", "np.maximum(Z1, 0)", "Z1 * (Z1 > 0)", "where(Z1 > 0, Z1, 0)", "where(Z1 < 0, 0, Z1)",
        "(Z1 + abs(Z1)) / 2", "abs(Z1) * (Z1 > 0)", "max(Z1, 0 * Z1)", "max(W1 @ X + b1, 0)", "-min(-Z1, 0)",
        "Z1 - min(Z1, 0)", "Z1 * (sign(Z1) + 1) / 2", "relu(Z1)", "Z1 * np.heaviside(Z1, 0.5)",
    )),
    (RELU_SIGMOID, "dZ1 = W2.T @ (A2 - Y) * (W1 @ X + b1 > 0)"),
    (RELU_SIGMOID, "dZ1 = W2.T @ dZ2 * sign(A1)"),
    (RELU_SIGMOID, "dZ1 = W2.T @ dZ2 * np.heaviside(Z1, 0)"),
    (RELU_SIGMOID, "dZ1 = dA1 * (max(0, Z1) > 0)"),
    (RELU_SIGMOID, "dZ1 = dA1 * g1'(W1 @ X + b1)"),
    (RELU_SIGMOID, "dW1 = (W2.T @ dZ2 * (Z1 > 0)) @ X.T / m"),
    (RELU_SIGMOID, "dW2 = dZ2 @ max(0, Z1).T / m"),
    (LEAKY, "A1 = max(Z1, 0.01*Z1)"),
    (LEAKY, "A1 = where(Z1 > 0, Z1, 0.01*Z1)"),
    (LEAKY, "A1 = max(0, Z1) + 0.01 * min(0, Z1)"),
    (LEAKY, "dZ1 = dA1 * max(0.01, Z1 > 0)"),
    (ELU, "A1 = where(Z1 > 0, Z1, exp(Z1) - 1)"),
    (ELU, "A1 = max(0, Z1) + min(0, exp(Z1) - 1)"),
    (ELU, "dZ1 = dA1 * min(1, A1 + 1)"),
    (COURSE, "A2 = where(Z2 >= 0, 1/(1+exp(-Z2)), exp(Z2)/(1+exp(Z2)))"),
    (COURSE, "A1 = sign(Z1) * (1 - exp(-2*abs(Z1))) / (1 + exp(-2*abs(Z1)))"),
    (COURSE, "dZ2 = where(A2 > Y, A2 - Y, -(Y - A2))"),
    (COURSE, "dZ2 = min(A2, 1) - Y"),
    (COURSE, "dW2 = dZ2 @ A1.T / max(m, 1)"),
    (COURSE, "J = sum(max(Z2, 0) - Z2*Y + log(1 + exp(-abs(Z2)))) / m"),
    (SOFTMAX, "A2 = exp(Z2 - 3) / sum(exp(Z2 - 3), axis=0, keepdims=True)"),
]  # fmt: skip

REPAIRED = [
    ("dZ1 = W2.T @ dZ2 * (Z1 > 0.05)", "0 is needed, not 0.05", "dZ1 = W2.T @ dZ2 * (Z1 > 0)"),
    ("dZ1 = W2.T @ dZ2 * (Z1 > 0.1)", "0 is needed, not 0.1", "dZ1 = W2.T @ dZ2 * (Z1 > 0)"),
    ("dZ1 = W2.T @ dZ2 * (Z1 > 0) * (Z1 < 1000)", "'* (Z1 < 1000)' is too much", "dZ1 = W2.T @ dZ2 * (Z1 > 0)"),
    ("dZ1 = W2.T @ dZ2 * sign(Z1)", "sign(Z1) stands where Z1 > 0 is needed", "dZ1 = W2.T @ dZ2 * (Z1 > 0)"),
    ("A1 = where(Z1 > 0, Z1, 1e-12)", "0 is needed, not 1e-12", "A1 = where(Z1 > 0, Z1, 0)"),
    ("A1 = np.minimum(np.maximum(0, Z1), 6)", "min is too much: write max(0, Z1)", "A1 = max(0, Z1)"),
    ("A1 = np.maximum(0.0001*Z1, Z1)", "0 is needed, not 0.0001 * Z1", "A1 = max(0, Z1)"),
    ("dZ2 = where(abs(A2 - Y) < 0.01, 0, A2 - Y)", "where is too much: write A2 - Y", "dZ2 = A2 - Y"),
]  # fmt: skip


@pytest.mark.parametrize(
    "network, equation", thinned(WRONG, 3), ids=lambda each: getattr(each, "name", each)
)
def test_a_threshold_or_a_cap_is_wrong_and_an_entry_shows_it(network, equation):
    found = judge(network, 5, equation)
    assert found.verdict == "wrong"
    assert found.detail
    assert judge(network, 5, found.repaired).verdict == "correct"


@pytest.mark.parametrize(
    "network, equation", thinned(RIGHT, 3), ids=lambda each: getattr(each, "name", each)
)
def test_pieces_that_fit_together_are_right(network, equation):
    assert judge(network, 5, equation).diagnosis is None


@pytest.mark.parametrize("slope, evidence", [
    ("(Z1 >= 0)", "proved"), ("heaviside(Z1)", "proved"), ("(1 + sign(Z1))/2", "proved"),
    ("g1'(Z1)", "proved"), ("where(Z1 <= 0, 0, 1)", "proved"),
    ("((Z1 > 0) + (Z1 >= 0))/2", "sampled"), ("heaviside(Z1)**2", "sampled"),
])  # fmt: skip
def test_at_a_kink_a_value_between_both_slopes_is_proved_and_no_other(slope, evidence):
    found = judge(RELU_SIGMOID, 5, f"dZ1 = W2.T @ dZ2 * {slope}")
    assert (found.verdict, found.evidence) == ("correct", evidence)


@pytest.mark.parametrize("equation, words, repaired", REPAIRED)
def test_a_piece_that_begins_elsewhere_is_named(equation, words, repaired):
    found = judge(RELU_SIGMOID, 5, equation)
    assert words in found.diagnosis
    assert "Y holds" not in found.diagnosis
    assert found.repaired == repaired


@pytest.mark.parametrize(
    "equation",
    [
        "dZ2 = maximum(A2 - Y, A2 - Y) * (Z2 > 0)",
        "dZ2 = where(A2 > Y, A2 - Y, A2 - Y) * (Z2 > 0)",
        "dZ2 = where(A2 > 0, A2 - Y, 0)",
    ],
)
def test_the_answers_count_where_the_last_relu_has_a_squared_loss(equation):
    relu = architecture((2, 3, 2), ("tanh", "relu"), "squared")
    assert judge(relu, 5, equation).verdict == "correct"


THIN = [  # right everywhere but far from 0, or at one number
    "A1 = tanh(Z1) + abs(Z1 + 5000) - (Z1 + 5000)", "A1 = tanh(Z1) + floor(Z1/1e7 + 1/2)",
    "A1 = tanh(Z1) + 1 - sign(1e6 - Z1)", "A1 = tanh(Z1) * heaviside(1e4 - Z1)", "A1 = tanh(Z1) + softplus(Z1 - 1000)",
    "A1 = min(tanh(Z1), 1 - 1e-12)", "A1 = tanh(Z1) + where(Z1 == -300, 1, 0)", "A1 = tanh(Z1) + where(Z1 == 1e8, 1, 0)",
    "A1 = tanh(Z1) + sign(Z1 - 7)**2 - 1", "dZ1 = W2.T @ dZ2 * (1 - A1**2) + relu(Z1 - 500)", "dZ2 = A2 - Y + relu(Z2 - 3e6)",
    "dW2 = dZ2 @ A1.T/m + relu(sum(Z2) - 1e5)", "dW1 = dZ1 @ X.T/m + relu(W1 - 1e5)", "dW1 = dZ1 @ X.T/m + where(W1 == 1e5, 1, 0)",
    "db1 = sum(dZ1, axis=1, keepdims=True)/m + relu(b1 - 333)", "dA1 = W2.T @ dZ2 + where(Z1 == 1e5, 1, 0)",
    "J = -sum(Y*log(A2) + (1-Y)*log(1-A2))/m + sum(relu(Z1 - 1e5))", "J = -sum(Y*log(A2) + (1-Y)*log(1-A2))/m + sum(relu(W2 - 1e5))",
    "J = -sum(Y*log(A2) + (1-Y)*log(1-A2))/m + where(sum(W1) > 12345, 1, 0)", "Z2 = W2 @ A1 + b2 + relu(W2 - 1e5) @ A1",
]  # fmt: skip


@pytest.mark.parametrize("equation", THIN)
def test_what_is_wrong_on_a_thin_set_alone_is_wrong(equation):
    judged = judge(COURSE, 5, equation)
    assert judged.verdict == "wrong"
    assert judged.diagnosis.startswith("right only for some numbers: ")


UNSEEN = [  # equal wherever it was looked, with a piece or a part that was not seen there
    ("J = -sum(Y*log(A2) + (1-Y)*log(1-A2))/m + sum(relu(Z2 - 1e5))", "Z2 - 100000 > 0 nowhere holds"),
    ("dA2 = -(Y/A2 - (1-Y)/(1-A2)) + relu(Z2 - 1000)", "Z2 - 1000 > 0 nowhere holds"),
    ("A1 = tanh(Z1) + 5*(norm(Z1) == 0)", "norm(Z1) == 0 nowhere holds"),
    ("dZ1 = W2.T @ dZ2 * (1 - A1**2) * (norm(Y) != 7.5)", "norm(Y) != 7.5 always holds"),
    ("dW1 = dZ1 @ X.T / m * (norm(Z1) < 1e7)", "norm(Z1) < 10000000 always holds"),
    ("A1 = tanh(Z1) + exp(-10**6*(Z1 - 0.3)**2)", "exp(-10**6 * (Z1[1,1] - 0.3)**2) makes no difference"),
    ("A1 = tanh(Z1) + 0**norm(Z1)", "norm(Z1) == 0 nowhere holds"),
]  # fmt: skip


@pytest.mark.parametrize("equation, unseen", UNSEEN)
def test_what_was_nowhere_seen_is_undecided(equation, unseen):
    with pytest.raises(RefusedError, match="undecided: ") as refused:
        judge(COURSE, 5, equation)
    assert f"undecided: {unseen}" in str(refused.value)


@pytest.mark.parametrize("equation", [
    "dZ1 = W2.T @ dZ2 * where(Z1 > 500, 1 - A1**2, 1 - tanh(Z1)**2)", "J = sum(max(Z2, 0) - Z2*Y + log(1 + exp(-abs(Z2))))/m",
    "A1 = where(Z1 > 20, tanh(Z1), (exp(2*Z1) - 1)/(exp(2*Z1) + 1))", "dW1 = dZ1 @ X.T/m + 0*relu(W1 - 1e4)",
    "A1 = tanh(Z1) + sqrt((Z1 - 3000)**2) - abs(Z1 - 3000)", "db1 = sum(dZ1 * (W1 @ X + b1 == Z1), axis=1, keepdims=True)/m",
])  # fmt: skip
def test_pieces_far_away_that_fit_together_are_right(equation):
    assert judge(COURSE, 5, equation).verdict == "correct"


@pytest.mark.parametrize("network", [LINEAR, HUBER], ids=lambda each: each.loss)
def test_what_is_right_but_for_one_point_is_not_said_to_be_the_same_array(network):
    # Z is A in a linear layer, and dZ is dA: to say so helps nobody.
    found = judge(network, 5, "dA2 = dZ2 + 5*(A2 == Y)")
    assert found.verdict == "wrong"
    assert "this is" not in found.diagnosis


def test_a_loss_whose_slope_is_infinite_is_not_taken_for_what_it_is_compared_with():
    network = architecture((3, 4, 1), ("tanh", "relu"), "max(A, 0)**2 + 0*Y")
    found = judge(network, 5, "dA2 = 2*max(A2, 0)*(A2 > 0) + 5*(A2 == 0)")
    assert found.verdict == "wrong"
    assert "cross-entropy" not in found.diagnosis
