"""Judging a student's equation: right ones in every spelling, and what is no verdict."""

import pytest
from judged import COURSE, CROSS, DEEP, LEAKY, OUT, RELU, RELUS, SIGMOID

from derivcli.errors import LanguageError, RefusedError, UndefinedError
from derivcli.networks.judging import case
from derivcli.networks.judging.judging import judge

RIGHT = [
    (COURSE, "dZ2 = A2 - Y"),
    (COURSE, "dZ2 = -(Y - A2)"),
    (COURSE, "dZ2 = np.subtract(A2, Y)"),
    (COURSE, "dZ^[2] = A^[2] - Y"),
    (COURSE, "dZ2 = dA2 * g2'(Z2)"),
    (COURSE, "dZ2 = dA2 * A2 * (1 - A2)"),
    (COURSE, "dZ2 = sigmoid(Z2) - Y"),
    (COURSE, "dZ2 = A2 * (1 - Y) - Y * (1 - A2)"),
    (COURSE, "dZ2 = A2 - Y + 1e20 - 1e20"),
    (COURSE, "dZ2 = (A2 - Y) * m / m"),
    (COURSE, "dz2 = a2 - y"),
    (COURSE, "dW2 = dZ2 @ A1.T / m"),
    (COURSE, "dW2 = 1/m * np.dot(dZ2, A1.T)"),
    (COURSE, "dW2 = (A1 @ dZ2.T).T / m"),
    (COURSE, "dW2 = np.dot(A1, dZ2.T).T * (1/m)"),
    (COURSE, "dW2 = dZ2.dot(A1.T)/m"),
    (COURSE, "dW^[2] = 1/m * dZ^[2] @ A^[1]^T"),
    (COURSE, "dW2 = dZ2/m @ A1.T"),
    (COURSE, "dW2 = dz2 @ a1.T"),
    (COURSE, "db2 = np.sum(dZ2, axis=1, keepdims=True)/m"),
    (COURSE, "db2 = 1/m * np.sum(dZ2, axis=1, keepdims=True)"),
    (COURSE, "db2 = np.mean(dZ2, axis=1, keepdims=True)"),
    (COURSE, "db2 = dZ2.mean(axis=1, keepdims=True)"),
    (COURSE, "db2 = np.sum(dZ2/m, 1, keepdims=True)"),
    (COURSE, "db1 = np.sum(dZ1, axis=-1, keepdims=True)/m"),
    (COURSE, "db1 = np.sum(dZ1.T, axis=-2, keepdims=True).T / m"),
    (COURSE, "db2 = dz2"),
    (COURSE, "dZ1 = W2.T @ dZ2 * g1'(Z1)"),
    (COURSE, "dZ1 = (dZ2.T @ W2).T * (1 - np.power(A1, 2))"),
    (COURSE, "dZ1 = W2.T @ dZ2 * (1 - tanh(Z1)**2)"),
    (COURSE, "dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.square(A1))"),
    (COURSE, "dZ1 = (1 - A1)*(1 + A1)*dA1"),
    (COURSE, "dZ1 = dA1 / cosh(Z1)**2"),
    (COURSE, "dZ1 = W2.T @ (A2 - Y) * tanh'(Z1)"),
    (COURSE, "dz1 = W2.T @ dz2 * (1 - a1**2)"),
    (COURSE, "dW1 = dZ1 @ X.T / m"),
    (COURSE, "dW1 = 1/m * np.dot(dZ1, X.T)"),
    (COURSE, "dW1 = (X @ dZ1.T).T / m"),
    (COURSE, "dW1 = dZ1 @ A0.T * (1/m)"),
    (COURSE, "dW1 = dz1 @ x.T"),
    (COURSE, "db1 = np.sum(dZ1, axis=1, keepdims=True)/m"),
    (COURSE, "db1 = mean(dZ1, axis=1, keepdims=True)"),
    (COURSE, "db1 = sum(W2.T @ dZ2 * (1-A1**2), axis=1, keepdims=True)/m"),
    (COURSE, "db1 = (np.sum(dZ1.T, axis=0, keepdims=True)).T / m"),
    (COURSE, "db1 = dz1"),
    (COURSE, "Z1 = W1 @ X + b1"),
    (COURSE, "Z2 = b2 + (A1.T @ W2.T).T"),
    (COURSE, "A1 = (exp(Z1) - exp(-Z1)) / (exp(Z1) + exp(-Z1))"),
    (COURSE, "A2 = 1 / (1 + exp(-Z2))"),
    (COURSE, "dA2 = -(Y/A2 - (1-Y)/(1-A2))"),
    (COURSE, "J = -np.mean(Y*np.log(A2) + (1-Y)*np.log(1-A2))"),
    (COURSE, "dW2 = np.outer(dz2, a1)"),
    (COURSE, "dZ1 = W2.T @ dZ2 * (np.ones_like(A1) - A1**2)"),
    (COURSE, "dZ2 = A2 - Y + np.zeros_like(Y)"),
    (RELU, "dZ1 = np.dot(W2.T, dZ2) * np.int64(A1 > 0)"),
    (RELU, "dZ1 = np.dot(W2.T, dZ2) * (A1 > 0).astype(float)"),
    (RELU, "dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0).astype(np.int32)"),
    (RELU, "dZ1 = np.dot(W2.T, dZ2) * np.where(Z1 > 0, 1, 0).astype(int)"),
    (RELU, "dZ1 = (W2.T @ dZ2) * (A1 > 0).float()"),
    (RELU, "A2 = softmax(Z2)"),
    (RELU, "a2 = torch.softmax(z2, dim=0)"),
    (RELU, "dZ2 = softmax(Z2) - Y"),
    (COURSE, "dA2 = (A2 - Y) / (A2 * (1 - A2))"),
    (COURSE, "dA1 = (dZ2.T @ W2).T"),
    (COURSE, "J = -1/m * np.sum(Y * np.log(A2) + (1-Y) * np.log(1-A2))"),
    (COURSE, "J = sum(softplus(Z2) - Y * Z2) / m"),
    (COURSE, "J = sum(sum(softplus(Z2) - Y * Z2, axis=1), axis=-1) / m"),
    (RELU, "dZ2 = A2 - Y"),
    (RELU, "dZ1 = W2.T @ dZ2 * (Z1 > 0)"),
    (RELU, "dZ1 = W2.T @ dZ2 * (A1 > 0)"),
    (RELU, "dZ1 = W2.T @ dZ2 * where(Z1 > 0, 1, 0)"),
    (RELU, "dZ1 = np.multiply(W2.T @ dZ2, heaviside(Z1))"),
    (RELU, "A2 = exp(Z2) / sum(exp(Z2), axis=0, keepdims=True)"),
    (RELU, "J = -sum(Y * log(A2)) / m"),
    (RELU, "J = -mean(sum(Y * log(A2), axis=0))"),
    (LEAKY, "dZ1 = W2.T @ dZ2 * where(Z1 > 0, 1, 0.01)"),
    (LEAKY, "dZ1 = dA1 * ((Z1 > 0) + (Z1 <= 0) / 100)"),
    (LEAKY, "dA2 = A2 - Y"),
    (LEAKY, "J = sum((A2 - Y)**2) / (2*m)"),
    (SIGMOID, "dZ2 = (A2 - Y) * A2 * (1 - A2)"),
    (SIGMOID, "dZ1 = W2.T @ dZ2 * sigmoid(Z1) * (1 - sigmoid(Z1))"),
    (CROSS, "dZ2 = (-Y/A2 + (1-Y)/(1-A2)) * (1 - A2**2)"),
    (CROSS, "dZ2 = (A2 - Y) / A2 * (1 + A2)"),
    (CROSS, "dZ1 = W2.T @ dZ2 * (1 - exp(-A1))"),
    (RELUS, "dZ2 = (A2 - Y) * (Z2 > 0)"),
    (RELUS, "dZ1 = W2.T @ dZ2 * (A1 > 0)"),
    (OUT, "dZ1 = dA1 * (Z1 > 0)"),
    (OUT, "dZ1 = (A1 - Y) / A1 / (1 - A1) * g1'(Z1)"),
    (DEEP, "dZ6 = W7.T @ dZ7 * (1 - A6**2)"),
    (DEEP, "dW12 = dZ12 @ A11.T / m"),
]  # fmt: skip
UNPROVED = (OUT, "dZ1 = dA1 * (Z1 > 0)")


@pytest.mark.parametrize("network, equation", RIGHT, ids=lambda each: getattr(each, "name", each))
def test_a_right_equation_is_correct_however_it_is_spelled(network, equation):
    found = judge(network, 5, equation)
    assert (found.verdict, found.diagnosis) == ("correct", None)
    assert found.shape == (found.expected_shape or ())
    # The slope of cross-entropy has no value where relu is 0.
    assert found.evidence == ("sampled" if (network, equation) == UNPROVED else "proved")


def test_without_a_proof_it_is_said_on_how_many_networks_both_sides_are_equal():
    found = judge(COURSE, 5, "dW2 = dZ2 @ A1.T / max(m, 1)")
    assert (found.verdict, found.evidence) == ("correct", "sampled")
    assert found.samples > 20


@pytest.mark.parametrize(
    "equation",
    ["dZ2 = where(Z2 > 20, 0, A2 - Y)", "dZ2 = A2 - Y + max(Z2 - 10, 0)", "dZ2 = A2 - Y - (Z2 < -15)", "dZ2 = where(Z2 > 100, 0, A2 - Y)"],
)  # fmt: skip
def test_what_is_wrong_only_far_from_0_is_wrong(equation):
    assert judge(COURSE, 5, equation).verdict == "wrong"


@pytest.mark.parametrize(
    "equation, error",
    [
        ("dZ2 = dA2 * g2'(Z2)", LanguageError),
        ("dZ2 = log(-1) * A2", UndefinedError),
        ("dZ2 = A2 / 0", UndefinedError),
        ("dZ2 = 9**9**9**9 * A2", RefusedError),
        ("dZ2 = exp(exp(exp(exp(100 * Z2**2))))", RefusedError),
    ],
)
def test_what_has_no_value_is_no_verdict(equation, error):
    with pytest.raises(error) as caught:
        judge(RELU, 5, equation)
    assert caught.value.span is not None


def test_a_bug_is_no_verdict(monkeypatch):
    def broken(*_arguments, **_options):
        raise TypeError("a bug")

    monkeypatch.setattr(case, "value", broken)
    with pytest.raises(TypeError, match="a bug"):
        judge(COURSE, 5, "dZ2 = A2 - Y")
