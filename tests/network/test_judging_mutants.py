"""Judging equations changed at random; the oracle is NumPy on networks written out by hand."""

import random
from fractions import Fraction

import numpy as np
import pytest
from judged import COURSE, LEAKY, RELU
from tiers import thinned

from derivcli.errors import DerivError
from derivcli.language.tree import Binary, Name, Number, Reduction, Transpose, Unary
from derivcli.networks.equation import Equation, places, replaced, written
from derivcli.networks.equation_reader import parse
from derivcli.networks.judging.case import Case
from derivcli.networks.judging.judging import judge
from derivcli.networks.judging.proving import is_proved


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def network_values(kind, sizes, m, seed):
    draw = np.random.default_rng(seed)
    n0, n1, n2 = sizes
    v = {"X": draw.normal(size=(n0, m)), "m": m}
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
    source = written(equation.expression)
    for seed, (sizes, m) in enumerate(ORACLE_SIZES):
        values = network_values(kind, sizes, m, seed)
        expected = values[equation.name]
        with np.errstate(all="ignore"):
            try:
                found = np.asarray(eval(source, {**WORDS, **values}))  # noqa: S307 - written() wrote it
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
        choices = [Transpose(each), Unary("-", each), Binary("/", each, Name("m")),
                   Binary(draw.choice("+-*/@"), each, Name(draw.choice(NAMES)))]  # fmt: skip
        match each:
            case Binary():
                choices += [
                    Binary(draw.choice(("+", "-", "*", "/", "@")), each.left, each.right),
                    Binary(each.operator, each.right, each.left),
                    each.left,
                    each.right,
                    Transpose(Binary(each.operator, Transpose(each.right), Transpose(each.left))),
                    Unary("-", Binary(each.operator, Unary("-", each.left), each.right)),
                ]  # fmt: skip
            case Name():
                choices += [Name(draw.choice(NAMES)) for _ in range(4)]
            case Number():
                choices += [Number(Fraction(draw.choice((0, 1, 2, 3)))), Name("m")]
            case Reduction("sum"):
                choices += [
                    Reduction("sum", each.operand, draw.choice((None, 0, 1, -1, -2)), draw.random() < 0.5, draw.random() < 0.5),
                    each.operand,
                ]  # fmt: skip
            case Transpose() | Unary("-"):
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
    for _ in range(200):
        seed = parse(draw.choice(own + SHARED), 2)
        equation = mutant(draw, seed)
        truth = oracle(kind, equation)
        if truth is None:
            continue
        case = Case(network, 5, equation)
        assert case.everywhere(equation.expression) == truth, written(equation)
        assert is_proved(case, equation.expression) == truth, written(equation)
        right, wrong = right + truth, wrong + (not truth)
    assert wrong > 130
    assert right > 6


@pytest.mark.parametrize("kind", thinned(SEEDS, 3))
def test_every_mutant_is_judged_without_a_bug_and_repaired_only_rightly(kind):
    network, own = SEEDS[kind]
    draw = random.Random(7)
    for _ in range(25):
        source = written(mutant(draw, parse(draw.choice(own + SHARED), 2)))
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
        if judged == 40:
            break
        judged += 1
        try:
            judge(COURSE, 5, source)
        except DerivError as error:
            assert error.message
    assert judged == 40
