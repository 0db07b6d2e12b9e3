"""A penalty on parameters: what it adds to the cost, to the equations and to all that tests them."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from drawn import checked, make, named, penalised, ready

from derivcli.errors import DerivError, RefusedError, UndefinedError
from derivcli.language.parser import parse as parse_program
from derivcli.networks.equation import latex, written
from derivcli.networks.equations import backward, cost, general, single
from derivcli.networks.expansion import expand
from derivcli.networks.judging.judging import judge
from derivcli.networks.layers import architecture
from derivcli.networks.numbers import Network
from derivcli.networks.proof.proof import prove, prove_equations
from derivcli.networks.results import NetworkRequest, NetworkSpec, TrainingRequest
from derivcli.networks.study import study
from derivcli.networks.training import train

TENTH, THIRD = Fraction(1, 10), Fraction(1, 3)
RIDGE = "lambda/2*(sum(W1**2) + sum(W2**2))"
LASSO = "lambda/m*sum(abs(W1)) + mu*sum(b1**4)"
OTHERS = ("norm(W1) + sum(log(1 + b2**2))", "sqrt(sum(W1**2) + sum(W2**2))", "logsumexp(W2)")


def by_hand(net, penalty):
    """Return the cost of tanh layers and a sigmoid with cross-entropy, by plain NumPy."""

    def J(W, b):
        A = net.X
        for each, offset in zip(W[:-1], b[:-1], strict=True):
            A = np.tanh(each @ A + offset)
        A = 1 / (1 + np.exp(-(W[-1] @ A + b[-1])))
        losses = -(net.Y * np.log(A) + (1 - net.Y) * np.log(1 - A))
        return losses.sum() / net.examples + penalty(SimpleNamespace(W=W, b=b, m=net.examples))

    return J


def nudged(J, net):
    """Return the gradient by central differences, entry by entry."""
    found = {}
    for letter, arrays in (("W", net.W), ("b", net.b)):
        for layer, array in enumerate(arrays):
            slopes = np.empty_like(array)
            for at in np.ndindex(array.shape):
                sides = []
                for h in (1e-5, -1e-5):
                    moved = {"W": [*map(np.copy, net.W)], "b": [*map(np.copy, net.b)]}
                    moved[letter][layer][at] += h
                    sides.append(J(moved["W"], moved["b"]))
                slopes[at] = (sides[0] - sides[1]) / 2e-5
            found[f"d{letter}{layer + 1}"] = slopes
    return found


PENALTIES = {
    RIDGE: lambda on: 0.1 / 2 * sum((each**2).sum() for each in on.W),
    LASSO: lambda on: 0.1 / on.m * abs(on.W[0]).sum() + (on.b[0] ** 4).sum() / 3,
    "lambda/2/m*sum((W1 - 1)**2)": lambda on: 0.1 / 2 / on.m * ((on.W[0] - 1) ** 2).sum(),
    OTHERS[0]: lambda on: np.sqrt((on.W[0] ** 2).sum()) + np.log(1 + on.b[1] ** 2).sum(),
    OTHERS[1]: lambda on: np.sqrt((on.W[0] ** 2).sum() + (on.W[1] ** 2).sum()),
    OTHERS[2]: lambda on: np.log(np.exp(on.W[1]).sum()),
    "max(W1) + sum(max(b1, 0))": lambda on: on.W[0].max() + np.maximum(on.b[0], 0).sum(),
}


def with_numbers(own, source):
    return penalised(own, source, **{
        name: value for name, value in (("lambda", TENTH), ("mu", THIRD)) if name in source
    })  # fmt: skip


@pytest.mark.parametrize("source", PENALTIES)
def test_cost_and_gradient_are_those_of_numpy_by_hand(source):
    net = with_numbers(make([3, 4, 1], examples=6), source)
    J = by_hand(net, PENALTIES[source])
    sweeps, _ = ready(net)
    sweeps.backward()
    assert sweeps.cost() == pytest.approx(J(net.W, net.b), rel=1e-13)
    expected = nudged(J, net)
    for number, layer in enumerate(sweeps.layers, 1):
        assert layer.gradient[:, :-1] == pytest.approx(expected[f"dW{number}"], abs=1e-8)
        assert layer.gradient[:, -1:] == pytest.approx(expected[f"db{number}"], abs=1e-8)


@pytest.mark.parametrize("source", PENALTIES)
def test_the_check_agrees_and_sees_a_gradient_without_the_penalty(source):
    net = with_numbers(make([3, 4, 1], examples=6), source)
    assert checked(net).passed
    assert not checked(net, inject="missing-penalty").passed


def texts(equations):
    return {each.name: written(each.expression, single=each.single) for each in equations}


def test_the_equations_have_what_the_penalty_adds_and_dz_has_not():
    net = with_numbers(architecture((3, 4, 1)), RIDGE)
    found = texts(backward(net))
    assert found["dW2"] == "dZ2 @ A1.T / m + lambda * W2"
    assert found["dW1"] == "dZ1 @ X.T / m + lambda * W1"
    assert (found["dZ2"], found["db1"]) == ("A2 - Y", "sum(dZ1, axis=1, keepdims=True) / m")
    assert texts(general(net))["dW1"] == "dZ1 @ X.T / m + lambda * W1"
    assert texts(single(net))["dW1"] == "dz1 @ x.T + lambda * W1"
    assert written(cost(net)).endswith("/ m + lambda / 2 * (sum(W1**2) + sum(W2**2))")
    assert r"+ \lambda\, W^{[1]}" in latex(backward(net)[4]).replace(r"\cdot", r"\,")


def test_m_in_a_penalty_is_1_for_one_example():
    net = with_numbers(architecture((2, 1)), "lambda/2/m*sum(W1**2) - sum(b1**2)")
    assert texts(backward(net))["dW1"] == "dZ1 @ X.T / m + lambda * W1 / m"
    assert texts(backward(net))["db1"] == "sum(dZ1, axis=1, keepdims=True) / m - 2 * b1"
    assert texts(single(net)) == {
        "dZ1": "a1 - y", "dW1": "dz1 @ x.T + lambda * W1", "db1": "dz1 - 2 * b1",
    }  # fmt: skip


@pytest.mark.parametrize("examples", [1, 3])
@pytest.mark.parametrize("source", [RIDGE, LASSO, "(W1 - 1)**2"])
def test_the_equations_are_proved(source, examples):
    source = source if "sum" in source else f"lambda/2*sum({source})"
    net = with_numbers(architecture((2, 2, 1)), source)
    found, _ = prove(net, examples, lambda _: None)
    assert all(each.for_all_sizes and each.written_out for each in found)
    conditions = {each.equation.split(" ")[0]: each.condition for each in found}
    assert conditions["dW1"] == ("W1 != 0" if source == LASSO else "")
    assert conditions["db1"] == ""


def test_an_equation_without_the_penalty_is_not_proved():
    net = with_numbers(architecture((2, 1)), "lambda*sum(W1**2)")
    (found,) = prove_equations(net, 2, backward(replace(net, penalty=None))[1:2])
    assert not found.proved


@pytest.mark.parametrize(
    ("equation", "verdict", "words"),
    [
        ("dW2 = dZ2 @ A1.T / m + lambda*W2", "correct", None),
        ("dW2 = dZ2 @ A1.T / m + 0.1*W2", "correct", None),
        ("dW2 = dZ2 @ A1.T / m + 0.2*W2", "wrong", "the penalty counts twice"),
        ("dW2 = dZ2 @ A1.T / m", "wrong", "the penalty is missing: + lambda * W2"),
        ("dW2 = (dZ2 @ A1.T + lambda*W2)/m", "wrong", "the penalty is not divided by m"),
        ("dW2 = dZ2 @ A1.T + lambda*W2", "wrong", "the 1/m is missing, of all but the penalty"),
        ("dW2 = dZ2 @ A1.T / m - lambda*W2", "wrong", "the sign is wrong"),
        ("dW1 = dZ1 @ X.T / m + lambda*W2", "wrong", "does not fit"),
        ("dw1 = dz1 @ x.T + lambda*W1", "correct", None),
        ("dw1 = dz1 @ x.T", "wrong", "the penalty is missing"),
        ("db2 = sum(dZ2, axis=1, keepdims=True)/m", "correct", None),
        ("db2 = sum(dZ2, axis=1, keepdims=True)/m + lambda*b2", "wrong", "is too much"),
        ("W1 = W1 - alpha*dW1", "correct", None),
        ("W1 = (1 - alpha*lambda)*W1 - alpha*dZ1 @ X.T/m", "correct", None),
        ("W1 = (1 - alpha)*W1 - alpha*dZ1 @ X.T/m", "wrong", "different"),
        ("J = -sum(Y*log(A2) + (1 - Y)*log(1 - A2))/m", "wrong", "the penalty is missing"),
        (
            "J = -sum(Y*log(A2) + (1-Y)*log(1-A2))/m + lambda/2*(norm(W1)**2 + norm(W2)**2)",
            "correct", None,
        ),
        ("dZ2 = A2 - Y", "correct", None),
    ],
)  # fmt: skip
def test_an_equation_is_judged_with_the_penalty(equation, verdict, words):
    net = with_numbers(architecture((3, 4, 1)), RIDGE)
    found = judge(net, 5, equation)
    assert found.verdict == verdict
    assert (found.diagnosis is None) if words is None else (words in found.diagnosis)


def test_a_penalty_with_its_own_mean_lacks_it():
    net = with_numbers(architecture((3, 1)), "lambda/2/m*sum(W1**2)")
    found = judge(net, 5, "dW1 = dZ1 @ X.T / m + lambda*W1")
    assert found.diagnosis == "the penalty is lambda * W1 / m, with its 1/m"
    assert judge(net, 5, "dW1 = (dZ1 @ X.T + lambda*W1)/m").verdict == "correct"


def test_an_equation_of_a_deep_network_is_judged_with_all_layers_of_its_penalty():
    sizes = (2, 3, 2, 3, 2, 3, 2, 3, 1)
    net = penalised(architecture(sizes), "sqrt(sum(W1**2) + sum(W8**2))")
    right = "dZ1 @ X.T / m + W1/sqrt(sum(W1**2) + sum(W8**2))"
    assert judge(net, 4, f"dW1 = {right}").verdict == "correct"
    assert judge(net, 4, "dW1 = dZ1 @ X.T / m + W1/norm(W1)").verdict == "wrong"
    assert judge(net, 4, "dW4 = dZ4 @ A3.T / m").verdict == "correct"
    assert judge(net, 4, "dZ4 = W5.T @ dZ5 * (1 - A4**2)").verdict == "correct"


def test_a_weight_at_the_kink_is_told_as_one():
    net = with_numbers(make([3, 2, 1], init="zeros"), "lambda*sum(abs(W1)) + lambda*sum(W2**2)")
    found = named(checked(net))
    assert {name: each.cause for name, each in found.items() if each.cause} == {"dW1": "kink"}
    assert (
        "abs(W1) in row 1, column 1, a part of the penalty, is at its kink" in found["dW1"].detail
    )
    assert "-0.1 on the left and 0.1 on the right" in found["dW1"].detail
    assert "on their left" not in found["dW1"].detail


def test_training_goes_down_the_cost_with_its_penalty():
    net = with_numbers(make([2, 1], examples=4), "lambda*sum(W1**2)")
    found = train(net, TrainingRequest(3, 0.5, 1), lambda _: None)
    (W,), (b,) = net.W, net.b
    W, b = W.copy(), b.copy()
    X, Y = net.X[:, :3], net.Y[:, :3]
    costs, held = [], []

    def loss(X, Y):
        A = 1 / (1 + np.exp(-(W @ X + b)))
        return -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum() / X.shape[1]

    for _ in range(4):
        costs.append(loss(X, Y) + 0.1 * (W**2).sum())
        held.append(loss(net.X[:, 3:], net.Y[:, 3:]))  # without the penalty
        dZ = 1 / (1 + np.exp(-(W @ X + b))) - Y
        W, b = W - 0.5 * (dZ @ X.T / 3 + 0.2 * W), b - 0.5 * dZ.sum(axis=1, keepdims=True) / 3
    assert found.costs == pytest.approx(costs)
    assert found.held_out_costs == pytest.approx(held)


@pytest.mark.parametrize("m", [1, 2])
@pytest.mark.parametrize("source", [RIDGE, LASSO, "norm(W1)"])
def test_a_network_taken_apart_has_the_same_cost(source, m):
    net = with_numbers(make([2, 2, 1], examples=m), source)
    found = expand(net)
    program = parse_program(found.program, [*found.values])
    known = {name: float(Fraction(value)) for name, value in found.values.items()}
    functions = {"log": np.log, "tanh": np.tanh, "abs": abs, "sqrt": np.sqrt}
    functions["sigmoid"] = lambda z: 1 / (1 + np.exp(-z))
    for line in found.program.split("; "):
        name, _, right = line.partition(" = ")
        right = right.replace("lambda", "penalty_weight")
        known["penalty_weight"] = known.get("lambda", 0.0)
        known[name] = eval(right, functions, known)  # noqa: S307 - written by the code under test
    assert program.output.name == "J"
    sweeps, _ = ready(net)
    assert known["J"] == pytest.approx(sweeps.cost(), rel=1e-12)
    assert "lambda" not in found.wrt


def test_what_has_no_value_is_said_to_be_the_penalty():
    spec = NetworkSpec(penalised(architecture((2, 1)), "norm(W1)"), init="zeros")
    with pytest.raises(UndefinedError, match="the penalty has no derivative by W1"):
        study(NetworkRequest(spec), lambda _: None)
    spec = replace(spec, architecture=penalised(architecture((2, 1)), "sum(log(W1))"))
    with pytest.raises(UndefinedError, match="the penalty has no value"):
        study(NetworkRequest(spec), lambda _: None)


@pytest.mark.parametrize(
    ("source", "numbers", "message"),
    [
        ("lambda*sum(W1**2)", {}, "unknown name 'lambda'"),
        ("lamda*sum(W1**2)", {"lambda": 1}, "unknown name 'lamda'"),
        ("sum(X**2)", {}, "X is data"),
        ("sum(A1)", {}, "A1 is computed from the data"),
        ("W1**2", {}, "is of shape (n1, n0), and a cost is a number"),
        ("sum(W1 @ W1)", {}, "does not fit"),
        ("m + 1", {}, "a penalty has a parameter"),
        ("", {}, "the penalty is empty"),
        ("sum(g1(W1))", {}, "g1(W1) is an activation"),
        ("trace(W1)", {}, "trace cannot be used"),
        ("sum(W1**2)", {"k": 1}, "the penalty has no 'k'"),
        ("x*sum(W1**2)", {"x": 1}, "'x' has a meaning"),
        ("alpha*sum(W1**2)", {"alpha": 1}, "'alpha' has a meaning"),
    ],
)
def test_what_is_no_penalty_is_refused_in_a_line(source, numbers, message):
    with pytest.raises(DerivError) as caught:
        penalised(architecture((3, 4, 1)), source, **numbers)
    assert message in caught.value.message


def test_a_penalty_whose_gradient_needs_the_sizes_is_refused():
    with pytest.raises(RefusedError, match="not one that a network of layers can use"):
        penalised(architecture((3, 4, 1)), "mean(W1**2)")


def test_a_network_keeps_its_numbers_where_it_gets_a_penalty():
    net = make([3, 4, 1])
    assert isinstance(penalised(net, "sum(W1**2)"), Network)
    assert penalised(net, "sum(W1**2)").W is net.W
