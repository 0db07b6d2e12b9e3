"""Judging a student's equation: right ones in every spelling, wrong ones by name, mutants."""

import random
import re
from fractions import Fraction

import numpy as np
import pytest

from derivcli.errors import DerivError, LanguageError, RefusedError, UndefinedError
from derivcli.language.matrices.parser import parse
from derivcli.language.matrices.text import text
from derivcli.language.matrices.tree import (
    Array,
    Equation,
    Negative,
    Number,
    Operation,
    Total,
    Transpose,
    places,
    replaced,
)
from derivcli.network.judging.case import Case
from derivcli.network.judging.judging import judge
from derivcli.network.layers import architecture

COURSE = architecture((3, 4, 1))
RELU = architecture((3, 4, 2), ("relu", "softmax"))
LEAKY = architecture((2, 3, 2), ("leaky_relu", "linear"))
SIGMOID = architecture((3, 2, 2), ("sigmoid", "sigmoid"), "squared")
CROSS = architecture((2, 3, 1), ("softplus", "tanh"), "cross-entropy")
RELUS = architecture((3, 4, 2), ("relu", "relu"), "squared")
OUT = architecture((3, 2), ("relu",), "cross-entropy")
DEEP = architecture((2, *[3] * 11, 1))

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
    (COURSE, "dA2 = (A2 - Y) / (A2 * (1 - A2))"),
    (COURSE, "dA1 = (dZ2.T @ W2).T"),
    (COURSE, "J = -1/m * np.sum(Y * np.log(A2) + (1-Y) * np.log(1-A2))"),
    (COURSE, "J = sum(softplus(Z2) - Y * Z2) / m"),
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


@pytest.mark.parametrize("network, equation", RIGHT, ids=lambda each: getattr(each, "name", each))
def test_a_right_equation_is_correct_however_it_is_spelled(network, equation):
    found = judge(network, 5, equation)
    assert (found.verdict, found.diagnosis) == ("correct", None)
    assert found.shape == (found.expected_shape or ())


WRONG = [
    (COURSE, "dW2 = dZ2 @ A1.T", "5 times too large: the 1/m is missing"),
    (COURSE, "dW1 = dZ1 @ X.T", "5 times too large: the 1/m is missing"),
    (COURSE, "db1 = sum(dZ1, axis=1, keepdims=True)", "5 times too large: the 1/m is missing"),
    (COURSE, "J = sum(-Y*log(A2) - (1-Y)*log(1-A2))", "5 times too large: the 1/m is missing"),
    (COURSE, "dZ2 = (A2 - Y) / m", "5 times too small: the 1/m stands in dW and db, not in dZ2"),
    (COURSE, "dW2 = dZ2 @ A1.T / m / m", "5 times too small: the 1/m is there once too often"),
    (COURSE, "db2 = mean(dZ2, axis=1, keepdims=True) / m", "5 times too small: the 1/m is there once too often"),
    (COURSE, "dW2 = m * dZ2 @ A1.T", "it is multiplied by m where it is divided by m"),
    (COURSE, "dW2 = dz2 @ a1.T / m", "one example has no mean: leave out the 1/m"),
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
    (COURSE, "db1 = sum(dZ1) / m", "one number instead of (4, 1): sum(dZ1) adds up every entry, not those of a row"),
    (COURSE, "db1 = dZ1 / m", "the sum over the examples is missing: write sum(dZ1 / m, axis=1, keepdims=True)"),
    (COURSE, "db1 = dZ1", "(4, 5) instead of (4, 1): the mean over the examples is missing"),
    (COURSE, "J = -mean(Y*log(A2) + (1-Y)*log(1-A2))", "right only because layer 2 has 1 unit: mean divides by the number of all entries, not by m"),
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


@pytest.mark.parametrize(
    "equation",
    ["dZ2 = where(Z2 > 20, 0, A2 - Y)", "dZ2 = A2 - Y + max(Z2 - 10, 0)", "dZ2 = A2 - Y - (Z2 < -15)", "dZ2 = where(Z2 > 100, 0, A2 - Y)"],
)  # fmt: skip
def test_what_is_wrong_only_far_from_0_is_wrong(equation):
    assert judge(COURSE, 5, equation).verdict == "wrong"


def test_the_entry_that_differs_is_shown():
    found = judge(COURSE, 5, "dW2 = dZ2 @ A1.T")
    shown = re.fullmatch(
        r"with random numbers, dW2\[1, 1\] is (\S+), and should be (\S+)", found.detail
    )
    assert float(shown[1]) == pytest.approx(5 * float(shown[2]), rel=1e-3)


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


# Mutants. The oracle is NumPy on networks written out by hand.


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def network_values(kind, sizes, m, seed):
    draw = np.random.default_rng(seed)
    n0, n1, n2 = sizes
    v = {"X": draw.normal(size=(n0, m)), "m": np.asarray(float(m))}
    v["W1"], v["b1"] = draw.normal(size=(n1, n0)), draw.normal(size=(n1, 1))
    v["W2"], v["b2"] = draw.normal(size=(n2, n1)), draw.normal(size=(n2, 1))
    v["Z1"] = v["W1"] @ v["X"] + v["b1"]
    if kind == "course":
        v["A1"], slope = np.tanh(v["Z1"]), 1 / np.cosh(v["Z1"]) ** 2
    elif kind == "relu":
        v["A1"], slope = np.maximum(v["Z1"], 0), 1.0 * (v["Z1"] > 0)
    else:
        v["A1"], slope = (
            np.where(v["Z1"] > 0, v["Z1"], v["Z1"] / 100),
            np.where(v["Z1"] > 0, 1, 0.01),
        )
    v["Z2"] = v["W2"] @ v["A1"] + v["b2"]
    v["Y"] = draw.uniform(0.1, 0.9, size=(n2, m))
    if kind == "course":
        v["A2"] = sigmoid(v["Z2"])
        v["dA2"] = (v["A2"] - v["Y"]) / (v["A2"] * (1 - v["A2"]))
    elif kind == "relu":
        v["Y"] /= v["Y"].sum(axis=0)
        v["A2"] = np.exp(v["Z2"]) / np.exp(v["Z2"]).sum(axis=0)
        v["dA2"] = -v["Y"] / v["A2"]
    else:
        v["A2"] = v["Z2"]
        v["dA2"] = v["A2"] - v["Y"]
    v["dZ2"] = v["A2"] - v["Y"]
    v["dA1"] = np.einsum("ji,jk->ik", v["W2"], v["dZ2"])
    v["dZ1"] = v["dA1"] * slope
    for layer, below in (("1", "X"), ("2", "A1")):
        v[f"dW{layer}"] = np.einsum("ik,jk->ij", v[f"dZ{layer}"], v[below]) / m
        v[f"db{layer}"] = v[f"dZ{layer}"].mean(axis=1).reshape(-1, 1)
    return v


WORDS = {"sum": np.sum, "mean": np.mean, "tanh": np.tanh, "where": np.where, "exp": np.exp, "log": np.log}  # fmt: skip
ORACLE_SIZES = (((3, 4, 2), 5), ((4, 2, 3), 6), ((2, 5, 4), 3))


def oracle(kind, equation):
    """Return whether NumPy finds an equation right on three networks; None where it cannot tell."""
    source = text(equation.expression)
    for seed, (sizes, m) in enumerate(ORACLE_SIZES):
        values = network_values(kind, sizes, m, seed)
        expected = values[equation.name]
        with np.errstate(all="ignore"):
            try:
                found = np.asarray(eval(source, {**WORDS, **values}))  # noqa: S307
            except (TypeError, ZeroDivisionError, AttributeError):
                return None  # -True, True - True, 1 / 0, (2).T: NumPy's own
            except ValueError:
                return False
        if found.shape != expected.shape:
            return False
        if not np.all(np.isfinite(found)):
            return None
        distance = np.max(np.abs(found - expected)) / np.max(np.abs(expected))
        if 1e-11 < distance < 1e-7:
            return None
        if distance > 1e-9:
            return False
    return True


NAMES = ("X", "Y", "W1", "b1", "Z1", "A1", "W2", "b2", "Z2", "A2", "dZ2", "dA2", "dZ1", "dA1", "m")


def mutant(draw, equation):
    tree = equation.expression
    for _ in range(draw.choice((1, 1, 2, 3))):
        path, each = draw.choice(list(places(tree)))
        choices = [Transpose(each), Negative(each), Operation("/", each, Array("m")),
                   Operation(draw.choice("+-*/@"), each, Array(draw.choice(NAMES)))]  # fmt: skip
        match each:
            case Operation():
                choices += [
                    Operation(draw.choice(("+", "-", "*", "/", "@")), each.left, each.right),
                    Operation(each.operator, each.right, each.left),
                    each.left,
                    each.right,
                    Transpose(Operation(each.operator, Transpose(each.right), Transpose(each.left))),
                    Negative(Operation(each.operator, Negative(each.left), each.right)),
                ]  # fmt: skip
            case Array():
                choices += [Array(draw.choice(NAMES)) for _ in range(4)]
            case Number():
                choices += [Number(Fraction(draw.choice((0, 1, 2, 3)))), Array("m")]
            case Total():
                choices += [
                    Total(each.operand, draw.choice((None, 0, 1)), draw.random() < 0.5, draw.random() < 0.5),
                    each.operand,
                ]  # fmt: skip
            case Transpose() | Negative():
                choices += [each.operand]
        tree = replaced(tree, path, draw.choice(choices))
    return Equation(equation.name, tree)


SEEDS = {
    "course": (COURSE, ["dZ2 = A2 - Y", "dZ1 = W2.T @ dZ2 * (1 - A1**2)"]),
    "relu": (RELU, ["dZ2 = A2 - Y", "dZ1 = W2.T @ dZ2 * (Z1 > 0)"]),
    "leaky": (LEAKY, ["dZ2 = A2 - Y", "dZ1 = W2.T @ dZ2 * where(Z1 > 0, 1, 0.01)"]),
}
SHARED = [
    "dW2 = dZ2 @ A1.T / m",
    "db2 = sum(dZ2, axis=1, keepdims=True) / m",
    "dW1 = dZ1 @ X.T / m",
    "db1 = sum(dZ1, axis=1, keepdims=True) / m",
]


@pytest.mark.parametrize("kind", SEEDS)
def test_mutants_are_judged_as_numpy_judges_them(kind):
    network, own = SEEDS[kind]
    draw = random.Random(20)
    right = wrong = 0
    for _ in range(300):
        seed = parse(draw.choice(own + SHARED), 2)
        equation = mutant(draw, seed)
        truth = oracle(kind, equation)
        if truth is None:
            continue
        case = Case(network, 5, equation)
        assert case.everywhere(equation.expression) == truth, text(equation)
        right, wrong = right + truth, wrong + (not truth)
    assert wrong > 200
    assert right > 10


@pytest.mark.parametrize("kind", SEEDS)
def test_every_mutant_is_judged_without_a_bug_and_repaired_only_rightly(kind):
    network, own = SEEDS[kind]
    draw = random.Random(7)
    for _ in range(25):
        source = text(mutant(draw, parse(draw.choice(own + SHARED), 2)))
        try:
            found = judge(network, 5, source)
        except DerivError:
            continue
        assert (found.verdict == "wrong") == (found.diagnosis is not None)
        if found.repaired:
            assert oracle(kind, parse(found.repaired, 2)) is not False, (source, found)


PIECES = (
    "W1", "W2.T", "dZ2", "dA1", "X.T", "Y", "A1", "A2", "m", "b1", "0", "1", "2", "1e-300", "7",
    "(", ")", "@", "*", "/", "+", "-", "**", ">", "g1(Z1)", "g1'(Z1)", "sum(dZ2, axis=1)",
    "log(A2)", "log(", "exp(", "sqrt(", "mean(", ".T", "gamma(A1)", "where(Y > 1, Z2, A2)",
)  # fmt: skip


def test_any_text_that_parses_is_judged():
    draw, judged = random.Random(5), 0
    for _ in range(4_000):
        left = draw.choice(("dZ1", "dW2", "db1", "J", "A2", "Z1", "dA2"))
        source = f"{left} = {' '.join(draw.choices(PIECES, k=draw.randint(1, 7)))}"
        try:
            parse(source, 2)
        except DerivError:
            continue
        if judged == 60:
            break
        judged += 1
        try:
            judge(COURSE, 5, source)
        except DerivError as error:
            assert error.message
    assert judged == 60
