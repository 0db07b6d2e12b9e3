"""Judging: mistakes that are told by what stands in an equation, and what is right instead."""

import pytest
from judged import COURSE, LINEAR, RELU_SIGMOID, SOFTMAX, SOFTMAX_SQUARED

from derivcli.errors import LanguageError
from derivcli.networks.judging.judging import judge
from derivcli.networks.layers import architecture

ALONE = "A2 * (1 - A2) is the slope of one unit alone; the units of softmax depend on one another"
NEARLY = "makes it another function: right only nearly"
TOLD = [
    (SOFTMAX, "dZ2 = dA2 * A2 * (1 - A2)", ALONE),
    (SOFTMAX, "dZ2 = A2 * (1 - A2) * dA2", ALONE),
    (SOFTMAX_SQUARED, "dZ2 = (A2 - Y) * A2 * (1 - A2)", ALONE),
    (LINEAR, "dZ2 = (A2 - Y) * A2 * (1 - A2)", "A2 * (1 - A2) is sigmoid's slope, and layer 2 is linear"),
    (SOFTMAX, "A2 = exp(Z2) / sum(exp(Z2), axis=1)", "write sum(exp(Z2), axis=0, keepdims=True)"),
    (COURSE, "J = -np.sum(Y*np.log(A2 + 1e-15) + (1-Y)*np.log(1-A2 + 1e-15))/m", f"1e-15 added inside log {NEARLY}"),
    (COURSE, "dA2 = -Y/(A2 + 1e-8) + (1-Y)/(1 - A2 + 1e-8)", f"1e-8 added {NEARLY}"),
    (COURSE, "J = -(np.dot(Y, np.log(A2).T) + np.dot(1-Y, np.log(1-A2).T))/m", "(1, 1) instead of one number: right but for its shape, with one unit: sum(...) makes it a number"),
    (COURSE, "dW1 = (dZ1 @ X.T).T / m", "(dZ1 @ X.T).T is transposed once too often: write dZ1 @ X.T"),
    (COURSE, "dZ1 = W2.T @ dZ2 * dA1", "dA1 stands where 1 - A1**2 is needed"),
]  # fmt: skip


@pytest.mark.parametrize(
    "network, equation, words", TOLD, ids=lambda each: getattr(each, "name", each)
)
def test_a_mistake_is_told_and_what_is_right_is_shown(network, equation, words):
    found = judge(network, 5, equation)
    assert found.verdict == "wrong"
    assert words in found.diagnosis
    assert judge(network, 5, found.repaired).verdict == "correct"


def test_sizes_and_examples_of_1_hide_the_order_of_factors():
    found = judge(architecture((1, 1, 1)), 1, "dW1 = dZ1 * X")
    assert found.diagnosis.startswith("right only because every size and m are 1")


@pytest.mark.parametrize(
    "equation",
    ["J = -np.sum(Y*np.log(A2 + 1e-15) + (1-Y)*np.log(1-A2))/m", "A1 = min(max(0, Z1), 6)", "dA2 = dA2 + 0"],
)  # fmt: skip
def test_nothing_is_said_to_be_other_than_itself(equation):
    name = equation.split()[0]
    assert f"this is {name}, not {name}" not in judge(RELU_SIGMOID, 5, equation).diagnosis


@pytest.mark.parametrize("equation", ["dZ2 = A2 * 3 - Y * 5", "dZ2 = (A2 - Y)**3", "dW2 = dz2 + a1", "dz2 = a2 * y * 7"])  # fmt: skip
def test_what_is_right_is_always_shown_and_changes_nothing_idly(equation):
    found = judge(COURSE, 5, equation)
    assert judge(COURSE, 5, found.repaired).verdict == "correct"
    assert "* 1" not in found.repaired
    assert "** 1" not in found.repaired
    assert ("z" in found.repaired) == ("z" in equation)


@pytest.mark.parametrize(
    "network, equation, repaired",
    [
        (RELU_SIGMOID, "dZ1 = W2.T @ dZ2 * np.ones_like(A1)", "dZ1 = W2.T @ dZ2 * (Z1 > 0)"),
        (COURSE, "dW2 = np.dot(dZ2, A1.T) * m / m", "dW2 = dZ2 @ A1.T / m"),
        (COURSE, "db1 = 3 / m * sum(dZ1, axis=1, keepdims=True) * 1",
         "db1 = 1 / m * sum(dZ1, axis=1, keepdims=True)"),
        (COURSE, "A1 = tanh(Z1 * 1) + 1", "A1 = tanh(Z1)"),
    ],
)  # fmt: skip
def test_what_is_right_is_shown_without_what_changes_nothing(network, equation, repaired):
    assert judge(network, 5, equation).repaired == repaired


@pytest.mark.parametrize("name", ["max", "min"])
def test_numpys_max_is_not_entry_by_entry(name):
    with pytest.raises(LanguageError) as caught:
        judge(RELU_SIGMOID, 5, f"A1 = np.{name}(0, Z1)")
    assert caught.value.hint == f"write np.{name}imum(0, Z1), entry by entry"
    assert judge(RELU_SIGMOID, 5, "A1 = max(0, Z1)").verdict == "correct"


def test_heaviside_takes_its_value_at_0_and_no_more():
    with pytest.raises(LanguageError, match="takes 1 or 2 arguments, not 3"):
        judge(RELU_SIGMOID, 5, "A1 = np.heaviside(Z1, 0, 1)")
