"""The course's own spelling of logistic regression, and of a step of gradient descent."""

import pytest

from derivcli.errors import LanguageError
from derivcli.networks.judging.judging import judge
from derivcli.networks.layers import architecture

LOGISTIC = architecture((3, 1))
COURSE = architecture((3, 4, 1))

RIGHT = {
    LOGISTIC: [
        "z = w.T @ x + b", "z = w.T x + b", "z = wᵀx + b", "a = sigmoid(z)", "a = σ(z)",
        "dz = a - y", "dw = x*dz", "dw = x @ dz.T", "dw = x dz.T", "dw = x*(a - y)", "db = dz",
        "Z = w.T @ X + b", "dZ = A - Y", "dw = 1/m X dZ.T", "dw = X @ dZ.T / m",
        "dw = np.dot(X, (A - Y).T) / m", "db = np.sum(dZ, axis=1, keepdims=True) / m",
        "w = w - alpha*dw", "w := w - α dw", "w -= alpha*dw", "w -= 0.01 * dw", "b = b - alpha*db",
        "b -= lr * db", "w = w - learning_rate * dw", "W = W - alpha*dW", "W1 -= eta*dW1",
        "w = w - alpha * x * dz", "b := b - alpha dz", "w = -alpha*dw + w",
    ],
    COURSE: [
        "W2 = W2 - alpha*dW2", "W^[2] := W^[2] - α dW^[2]", "b1 = b1 - alpha*db1",
        "W1 -= alpha * dZ1 @ X.T / m", "dW2 = 1/m dZ2 A1.T", "dW^[2] = 1/m dZ^[2] A^[1]T",
        "dW^{[2]} = (1/m) dZ^{[2]} A^{[1]T}", "dZ1 = W2.T dZ2 * (1 - A1^2)",
        "W2 = W2 - 0.5*alpha*dW2 - 0.5*alpha*dW2",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "network, equation", [(network, each) for network, rows in RIGHT.items() for each in rows]
)
def test_it_is_read_and_right(network, equation):
    judged = judge(network, 5, equation)
    assert judged.verdict == "correct", judged


WRONG = [
    (LOGISTIC, "dw = x.T * dz", "instead of", "dw = x * dz1.T"),
    (LOGISTIC, "dw = X @ dZ.T", "the 1/m is missing", "dw = X @ dZ1.T / m"),
    (LOGISTIC, "dw = x*dz/m", "one example has no mean", "dw = x * dz1"),
    (LOGISTIC, "dz = y - a", "sign", "dz1 = a1 - y"),
    (LOGISTIC, "w = w + alpha*dw", "the sign is wrong", "w = w - alpha * dw"),
    (LOGISTIC, "w = w - dw", "the rate alpha is missing", "w = w - alpha * dw"),
    (LOGISTIC, "w = -alpha*dw", "W1 itself is missing", "w = w - alpha * dw"),
    (LOGISTIC, "w -= alpha*dw*(m < 1000)", "the two sides are different", "w = w - alpha * dw"),
    (LOGISTIC, "b = b - alpha*b", "b1 stands where db1 is needed", "b1 = b1 - alpha * db1"),
    (COURSE, "W2 = W2 - alpha*dW1", "does not fit", "W2 = W2 - alpha * dW2"),
    (COURSE, "W2 = W2 - alpha*W2", "W2 stands where dW2 is needed", "W2 = W2 - alpha * dW2"),
    (COURSE, "W2 = W2 - alpha/m*dW2", "the 1/m is there once", "W2 = W2 - alpha * dW2"),
    (COURSE, "W2 = W2 - alpha*dW2 + relu(W2 - 700)", "different", "W2 = W2 - alpha * dW2"),
]  # fmt: skip


@pytest.mark.parametrize("network, equation, words, repaired", WRONG)
def test_the_mistake_is_named(network, equation, words, repaired):
    judged = judge(network, 5, equation)
    assert judged.verdict == "wrong"
    assert words in judged.diagnosis
    assert judged.repaired == repaired


def test_no_piece_begins_at_a_rate():
    with pytest.raises(LanguageError, match="no piece begins at one"):
        judge(COURSE, 5, "W2 -= alpha*dW2 - relu(alpha - 300)")


def test_a_rate_stands_in_a_step_alone():
    with pytest.raises(LanguageError, match="unknown name 'alpha'"):
        judge(COURSE, 5, "dW2 = alpha * dZ2 @ A1.T")
