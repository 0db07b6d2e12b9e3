"""The gradient check of equations other than the right ones."""

import numpy as np
import pytest
from drawn import checked, make, named, penalised, ready

from derivcli.errors import UsageError
from derivcli.networks.checking import check, gradients
from derivcli.networks.equation_reader import parse
from derivcli.networks.equations import backward
from derivcli.networks.judging.mistakes import MISTAKES


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_planted_is_caught(name):
    caught = 0
    for hidden, last in (("tanh", "sigmoid"), ("relu", "softmax"), ("gelu", "linear")):
        for sizes in ([3, 4, 2], [3, 5, 4, 2], [4, 3]):
            net = make(sizes, [*[hidden] * (len(sizes) - 2), last], examples=7)
            if name == "missing-penalty":
                net = penalised(net, "2*sum(W1**2)")
            try:
                found = checked(net, inject=name)
            except UsageError as error:
                assert "has no place" in str(error)
                continue
            seen = {each.cause for each in found.arrays} - {None}
            assert found.injected == name
            assert not found.passed
            assert seen <= {"wrong gradient", "wrong shape"}
            caught += 1
    assert caught


def evaluated(net, lines):
    sweeps, _ = ready(net)
    right = {each.name: each for each in backward(net.architecture)}
    for line in lines:
        planted = parse(line, net.architecture.layers)
        right[planted.name] = planted
    return gradients.evaluated(net, sweeps, tuple(right.values()))


@pytest.mark.parametrize("hidden, last", [("tanh", "sigmoid"), ("gelu", "softmax")])
def test_equations_one_by_one_are_the_backward_sweep(hidden, last):
    net = make([3, 4, 2], [hidden, last])
    sweeps, _ = ready(net)
    right = gradients.swept(sweeps)
    found = evaluated(net, [])
    for name, array in right.items():
        np.testing.assert_allclose(found[name], array, rtol=1e-12, atol=1e-15)


def test_what_does_not_fit_is_told_and_what_needs_it_has_no_value(monkeypatch):
    net = make([3, 4, 2])
    lines = ["dW2 = A1.T @ dZ2 / m", "dZ1 = W2 @ dZ2 * (1 - A1**2)", "db2 = sum(dZ2, axis=1) / m"]
    monkeypatch.setattr(check, "planted", lambda net, _, __: evaluated(net, lines))
    found = named(checked(net, inject="some"))
    assert {each.cause for each in found.values()} == {"wrong shape"}
    assert all(each.worst_relative_error is None for each in found.values())
    assert found["dW2"].detail == "dW2: (5, 4) @ (2, 5) does not fit: 4 columns and 2 rows"
    assert found["db2"].detail == "db2 comes out of shape (2,), not (2, 1)"
    for name in ("dW1", "db1"):
        assert found[name].detail == (
            f"{name} is not computed, for want of dZ1: (2, 4) @ (2, 5) does not fit: 4 columns and 2 rows"
        )


def test_equations_in_g_are_computed():
    net = make([3, 4, 2])
    found = evaluated(net, ["dZ1 = W2.T @ dZ2 * g1'(Z1)", "dZ2 = g2(Z2) - Y"])
    sweeps, _ = ready(net)
    np.testing.assert_allclose(found["dW1"], gradients.swept(sweeps)["dW1"], rtol=1e-12)
