"""Judging a student's equation: the mistake in a wrong one is named, and mended where it can be."""

import re

import pytest
from judged import COURSE, DEEP, LEAKY, OUT, RELU, RELUS, SIGMOID

from derivcli.networks.judging.judging import judge
from derivcli.networks.layers import architecture

WRONG = [
    (COURSE, "dW2 = dZ2 @ A1.T", "5 times too large: the 1/m is missing"),
    (COURSE, "dW1 = dZ1 @ X.T", "5 times too large: the 1/m is missing"),
    (COURSE, "db1 = sum(dZ1, axis=1, keepdims=True)", "5 times too large: the 1/m is missing"),
    (COURSE, "J = sum(-Y*log(A2) - (1-Y)*log(1-A2))", "5 times too large: the 1/m is missing"),
    (COURSE, "dZ2 = (A2 - Y) / m", "5 times too small: the 1/m stands in dW and db, not in dZ2"),
    (COURSE, "dW2 = dZ2 @ A1.T / m / m", "5 times too small: the 1/m is there once too often"),
    (COURSE, "db2 = mean(dZ2, axis=1, keepdims=True) / m", "5 times too small: the 1/m is there once too often"),
    (COURSE, "dW2 = m * dZ2 @ A1.T", "it is multiplied by m where it is divided by m"),
    (COURSE, "dW2 = dz2 @ a1.T / m", "5 times too small: one example has no mean: leave out the 1/m"),
    (COURSE, "dW2 = 1/m * np.dot(dz2, a1.T)", "one example has no mean: leave out the 1/m"),
    (COURSE, "db1 = mean(dz1) * 3", "one number instead of (4, 1)"),
    (COURSE, "dW2 = dz2 @ a1.T * m**-1", "one example has no mean: leave out '* m**(-1)'"),
    (COURSE, "dW2 = m * dz2 @ a1.T", "one example has no mean: leave out 'm *'"),
    (COURSE, "dW2 = a1 @ dz2.T / m", "a transpose is missing: write (a1 @ dz2.T).T, and one example has no mean"),
    (COURSE, "J = (log(1-a2)*(y-1) - y*log(a2)) / m", "the sum over the units is missing: write sum(log(1 - a2) * (y - 1) - y * log(a2)), and one example has no mean"),
    (COURSE, "J = -1/(m*m)*sum(Y*log(A2) + (1-Y)*log(1-A2))", "5 times too small: the 1/m is there once too often"),
    (COURSE, "J = -sum(Y*log(A2) + (1-Y)*log(1-A2))/m/m", "5 times too small: the 1/m is there once too often"),
    (COURSE, "dW2 = 1/(m*m)*dZ2 @ A1.T", "5 times too small: the 1/m is there once too often"),
    (COURSE, "dW2 = 1/m**2 * dZ2 @ A1.T", "5 times too small: '** 2' is too much"),
    (COURSE, "dW2 = 1/sqrt(m) * dZ2 @ A1.T", "sqrt is too much: write m"),
    (COURSE, "J = -1/m*sum(Y*log(A2) + (1-Y)*log(A2))", "'1 -' is missing: write 1 - A2"),
    (COURSE, "J = -1/m*sum(A2*log(Y) + (1-A2)*log(1-Y))", "A2 and Y are exchanged"),
    (COURSE, "J = -1/m*sum(Y*log10(A2) + (1-Y)*log10(1-A2))", "2.303 times too small: log10 stands where log is needed"),
    (COURSE, "A2 = 1/(1 + exp(Z2))", "a minus is missing: write exp(-Z2)"),
    (COURSE, "dW2 = dZ2 @ A1.T / 5", "right only because m = 5: write m, not 5"),
    (COURSE, "dZ1 = W2 @ dZ2 * (1 - A1**2)", "(1, 4) @ (1, 5) does not fit: 4 columns and 1 row; W2 lacks its transpose: write W2.T"),
    (COURSE, "dW2 = dZ2 @ A1 / m", "A1 lacks its transpose: write A1.T"),
    (COURSE, "Z2 = W2.T @ A1 + b2", "W2.T is transposed once too often: write W2"),
    (COURSE, "dW2 = A1.T @ dZ2 / m", "the factors of @ stand in the wrong order: write dZ2 @ A1.T"),
    (COURSE, "dW1 = X @ dZ1.T / m", "(3, 4) instead of (4, 3): a transpose is missing"),
    (COURSE, "dZ1 = W2.T * dZ2 * (1 - A1**2)", "right only because layer 2 has 1 unit: * stands where @ is needed: write W2.T @ dZ2"),
    (RELU, "dZ1 = W2.T * dZ2 * (Z1 > 0)", "* stands where @ is needed: write W2.T @ dZ2"),
    (COURSE, "dZ1 = W2.T @ dZ2 @ (1 - A1**2)", "@ stands where * is needed"),
    (COURSE, "dZ1 = (1 - A1**2) * W2.T @ dZ2", "brackets are missing, for @, * and / are read from left to right"),
    (COURSE, "db2 = sum(dZ2, axis=1) / m", "(1,) instead of (1, 1): keepdims=True is missing"),
    (COURSE, "db1 = sum(dZ1, axis=1) / m", "(4,) instead of (4, 1): keepdims=True is missing"),
    (COURSE, "db1 = sum(dZ1, axis=0, keepdims=True) / m", "axis=0 adds up the rows, and the examples are columns: write axis=1"),
    (COURSE, "db1 = sum(dZ1, axis=-1) / m", "(4,) instead of (4, 1): keepdims=True is missing"),
    (COURSE, "db1 = sum(dZ1, axis=-2, keepdims=True) / m", "axis=-2 adds up the rows, and the examples are columns: write axis=1"),
    (COURSE, "db2 = sum(sum(dZ2, axis=1), axis=-1)", "one number instead of (1, 1)"),
    (COURSE, "db2 = sum(sum(dZ2, axis=1), axis=-2)", "sum(dZ2, axis=1) has no axis -2"),
    (COURSE, "db2 = sum(sum(dZ2, axis=1), axis=1)", "sum(dZ2, axis=1) has no axis 1"),
    (COURSE, "db1 = sum(dZ1) / m", "one number instead of (4, 1): sum(dZ1) adds up every entry, not those of a row"),
    (COURSE, "db1 = dZ1 / m", "the sum over the examples is missing: write sum(dZ1 / m, axis=1, keepdims=True)"),
    (COURSE, "db1 = dZ1", "(4, 5) instead of (4, 1): the mean over the examples is missing"),
    (architecture((3, 4, 2), ("tanh", "sigmoid")), "J = -mean(Y*log(A2) + (1-Y)*log(1-A2))", "mean divides by the number of all entries, not by m"),
    (COURSE, "dW2 = 1./m*np.dot(dZ2,A1.T)*2", "2 times too large: '* 2' is too much"),
    (COURSE, "db1 = 4./m*np.sum(dZ1,axis=1,keepdims=True)", "4 times too large: 4 stands where 1 is needed"),
    (COURSE, "dW2 = 2/m*np.dot(dZ2,A1.T)", "2 times too large: 2 stands where 1 is needed"),
    (COURSE, "dW2 = 1/(2*m)*np.dot(dZ2,A1.T)", "2 times too small: '2 *' is too much"),
    (COURSE, "dW2 = 0.5/m*np.dot(dZ2,A1.T)", "2 times too small: 0.5 stands where 1 is needed"),
    (COURSE, "dW2 = np.dot(dZ2, A1.T)/2/m", "2 times too small: '/ 2' is too much"),
    (COURSE, "dW2 = 1/3*dZ2@A1.T/m", "3 times too small: '1 / 3 *' is too much"),
    (COURSE, "db1 = np.sum(dZ1,axis=1,keepdims=True)/(3*m)", "3 times too small: '3 *' is too much"),
    (COURSE, "J = -1/2*np.mean(Y*log(A2)+(1-Y)*log(1-A2))", "2 times too small: '/ 2' is too much"),
    (COURSE, "J = np.mean(Y*log(A2)+(1-Y)*log(1-A2))", "a minus is missing"),
    (COURSE, "J = -np.mean(Y*log(A2)+(1-Y)*log(1-A2))*where(m>1000000,2,1)", "'* where(m > 1000000, 2, 1)' is too much"),
    (COURSE, "db1 = mean(dZ1, axis=1, keepdims=True) + relu(m-777)", "'+ relu(m - 777)' is too much"),
    (architecture((3, 4, 1), ("relu", "sigmoid")), "dZ1 = W2.T @ dZ2 * where(Z1 > 0, Z1, 0)", "where(Z1 > 0, Z1, 0) is the activation, and its slope is needed: write Z1 > 0"),
    (COURSE, "A1 = tanh(Z1) + leaky_relu(Z1 - 300) - 0.01*(Z1 - 300)", "right only for some numbers"),
    (COURSE, "A1 = tanh(Z1) + relu(Z1 - 3000000)", "'+ relu(Z1 - 3000000)' is too much"),
    (COURSE, "dW2 = -2/m*dZ2@A1.T", "2 times too large, and of the wrong sign: -2 stands where 1 is needed"),
    (COURSE, "dW1 = dZ1.T @ X/m", "(5, 4) @ (3, 5) does not fit: 4 columns and 3 rows; the wrong factor of @ is transposed: write dZ1 @ X.T, not dZ1.T @ X"),
    (architecture((3, 4, 1), ("relu", "sigmoid")), "dZ1 = W2.T @ dZ2 * (A1 >= 0)", "A1 >= 0 is 1 in every entry: write Z1 > 0"),
    (architecture((3, 4, 1), ("relu", "sigmoid")), "dZ1 = W2.T @ dZ2 * where(A1 < 0, 0, 1)", "where(A1 < 0, 0, 1) is 1 in every entry: write Z1 > 0"),
    (architecture((3, 4, 1), ("relu", "sigmoid")), "dZ1 = W2.T @ dZ2 * (Z1 != 0)", "Z1 != 0 is 1 in every entry: write Z1 > 0"),
    (COURSE, "J = -sum(Y*log(A2) + (1-Y)*log(1-A2), axis=1, keepdims=True)/m", "(1, 1) instead of one number: every entry is to be added up: leave out the axis"),
    (COURSE, "dZ1 = W2.T @ dZ2 * g1(Z1)", "the slope is needed, not the activation: write g1'(Z1)"),
    (COURSE, "A1 = g1'(Z1)", "the activation is needed, not its slope: write g1(Z1)"),
    (COURSE, "dZ1 = W2.T @ dZ2 * A1", "A1 is the activation, and its slope is needed: write 1 - A1**2"),
    (COURSE, "dZ1 = W2.T @ dZ2", "the slope g1'(Z1) is missing: multiply by 1 - A1**2"),
    (RELU, "dZ1 = W2.T @ dZ2", "the slope g1'(Z1) is missing: multiply by Z1 > 0"),
    (COURSE, "dZ1 = W2.T @ dZ2 * g2'(Z2)", "g2'(Z2) stands where g1'(Z1) is needed"),
    (COURSE, "dZ1 = W2.T @ dZ2 * g1'(A1)", "g1' is taken at the wrong place: write g1'(Z1)"),
    (COURSE, "dZ1 = W2.T @ dZ2 * A1 * (1 - A1)", "A1 * (1 - A1) is sigmoid's slope, and layer 1 is tanh: write 1 - A1**2"),
    (SIGMOID, "dZ1 = W2.T @ dZ2 * (1 - A1**2)", "1 - A1**2 is tanh's slope, and layer 1 is sigmoid: write A1 * (1 - A1)"),
    (COURSE, "dZ1 = W2.T @ dZ2 * (1 - Z1**2)", "the slope is written in A1, not in Z1: write 1 - A1**2"),
    (COURSE, "dZ1 = W1.T @ dZ2 * (1 - A1**2)", "W1 is of another layer: write W2"),
    (COURSE, "dW2 = dZ1 @ A1.T / m", "dZ1 is of another layer: write dZ2"),
    (COURSE, "dW2 = dZ2 @ A2.T / m", "layer 2 reads A1, not A2"),
    (COURSE, "dW2 = dZ2 @ X.T / m", "layer 2 reads A1, not X"),
    (COURSE, "dW1 = dZ1 @ A1.T / m", "(4, 4) instead of (4, 3): layer 1 reads X, not A1"),
    (COURSE, "dW2 = dZ2 @ Z1.T / m", "Z1 stands where A1 is needed"),
    (COURSE, "dZ1 = W2.T @ dA2 * (1 - A1**2)", "dA2 stands where dZ2 is needed"),
    (COURSE, "dZ2 = Y - A2", "the sign is wrong: write A2 - Y, not Y - A2"),
    (COURSE, "dZ2 = A2 + Y", "the sign is wrong: write A2 - Y, not A2 + Y"),
    (COURSE, "dZ1 = -W2.T @ dZ2 * (1 - A1**2)", "there is a minus too much"),
    (COURSE, "dZ2 = A2", "Y is missing: write A2 - Y"),
    (COURSE, "dZ2 = 2 * (A2 - Y)", "2 times too large: '2 *' is too much"),
    (LEAKY, "dZ2 = 2 * (A2 - Y)", "2 times too large: '2 *' is too much"),
    (COURSE, "dZ2 = A2 - Y + 1e-15", "'+ 1e-15' is too much"),
    (COURSE, "dZ2 = (A2 - Y) * 1.0000000001", "'* 1.0000000001' is too much"),
    (COURSE, "dZ2 = A2 - Y + 1e-200", "'+ 1e-200' is too much"),
    (COURSE, "dZ1 = W2.T @ dZ2 * (1 - A1)", "1 - A1 stands where 1 - A1**2 is needed"),
    (COURSE, "Z1 = W1 @ X", "b1 is missing: write W1 @ X + b1"),
    (COURSE, "A1 = sigmoid(Z1)", "this is sigmoid, and layer 1 is tanh"),
    (COURSE, "dA2 = A2 - Y", "this is dZ2, not dA2"),
    (COURSE, "dZ2 = (A2 - Y) * A2 * (1 - A2)", "this belongs to the loss squared, and the loss here is cross-entropy"),
    (SIGMOID, "dZ2 = A2 - Y", "this belongs to the loss cross-entropy, and the loss here is squared"),
    (COURSE, "J = sum((A2 - Y)**2) / (2*m)", "this belongs to the loss squared, and the loss here is cross-entropy"),
    (COURSE, "dZ2 = where(Y == 1, A2 - 1, A2)", "right only where Y holds nothing but 0 and 1"),
    (COURSE, "dW1 = dZ1 @ X", "X lacks its transpose: write X.T, and the 1/m is missing"),
    (COURSE, "dZ1 = W2 @ dZ2 * A1 * (1 - A1)", "W2 lacks its transpose: write W2.T, and A1 * (1 - A1) is sigmoid's slope"),
    (RELUS, "dZ2 = A2 - Y", "the slope g2'(Z2) is missing: multiply by Z2 > 0"),
    (OUT, "dZ1 = dA1", "right only for some numbers: the slope g1'(Z1) is missing"),
    (COURSE, "dW2 = dW2", "dW2 stands on both sides"),
    (COURSE, "dZ1 = where(Z1 > 30, 0, W2.T @ dZ2 * (1 - A1**2))", "right only for some numbers: where is too much: write W2.T @ dZ2 * (1 - A1**2)"),
    (COURSE, "dZ1 = W2.T @ dZ2 * where(Z1 > 30, 0, 1 - A1**2)", "where is too much: write 1 - A1**2"),
    (COURSE, "dZ2 = where(Z2 < 20, A2 - Y, 0)", "where is too much: write A2 - Y"),
    (COURSE, "dZ2 = A2 - Y + max(Z2 - 10, 0)", "'+ max(Z2 - 10, 0)' is too much"),
    (COURSE, "dZ2 = (Z2 < 50) * (A2 - Y)", "'(Z2 < 50) *' is too much"),
    (COURSE, "dZ2 = where(Z2 > 20, 0, Y - A2)", "where is too much: write Y - A2, and the sign is wrong"),
    (DEEP, "dZ6 = W6.T @ dZ7 * (1 - A6**2)", "W6 is of another layer: write W7"),
]  # fmt: skip


@pytest.mark.parametrize(
    "network, equation, words", WRONG, ids=lambda each: getattr(each, "name", each)
)
def test_the_mistake_in_a_wrong_equation_is_named(network, equation, words):
    found = judge(network, 5, equation)
    assert found.verdict == "wrong"
    assert words in found.diagnosis
    assert 0 <= found.start < found.end <= len(equation)
    if found.repaired:
        assert judge(network, 5, found.repaired).verdict == "correct"


def test_the_characters_at_fault_are_those_of_the_source():
    source = "  dZ1 = W2 @ dZ2 * g1'(Z1)"
    found = judge(COURSE, 5, source)
    assert found.equation == source.strip()
    assert found.equation[found.start : found.end] == "W2"


def test_one_example_hides_a_missing_mean_and_sum():
    found = judge(COURSE, 1, "dW2 = dZ2 @ A1.T")
    assert found.diagnosis == "right only because m = 1: the 1/m is missing"
    assert judge(COURSE, 1, "db1 = dZ1").diagnosis.startswith("right only because m = 1: the mean")


def test_square_weights_do_not_hide_a_missing_transpose():
    square = architecture((3, 3, 3, 1))
    found = judge(square, 5, "dZ1 = W2 @ dZ2 * (1 - A1**2)")
    assert "W2 lacks its transpose" in found.diagnosis


def test_a_large_network_is_judged_without_its_numbers():
    found = judge(architecture((784, 300, 10)), 60_000, "dZ1 = W2 @ dZ2 * (1 - A1**2)")
    assert found.diagnosis.startswith(
        "(10, 300) @ (10, 60000) does not fit: 300 columns and 10 rows"
    )
    assert found.expected_shape == (300, 60_000)


def test_the_entry_that_differs_is_shown():
    found = judge(COURSE, 5, "dW2 = dZ2 @ A1.T")
    shown = re.fullmatch(
        r"with random numbers, dW2\[1, 1\] is (?:about )?(\S+), and should be (?:about )?(\S+)",
        found.detail,
    )
    assert float(shown[1]) == pytest.approx(5 * float(shown[2]), rel=1e-3)
