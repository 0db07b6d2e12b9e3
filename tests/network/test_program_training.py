"""Gradient descent on a program: the costs are those of NumPy by hand, and what goes wrong is said."""

import numpy as np
import pytest

from derivcli.cli.array_programs import read
from derivcli.errors import UndefinedError
from derivcli.networks.programs.point import program_point
from derivcli.networks.programs.training import train_program
from derivcli.networks.results import TrainingRequest

RIDGE = "E = X @ w - y; J = sum(E**2)/(2*m) + sum(w**2)/20"
X, y, w = np.array([[1.0, 0], [1, 1], [1, 2]]), np.array([[2.0], [3], [5]]), np.array([[1.0], [-1]])
AT = [f"X={X.tolist()}", f"y={y.tolist()}", f"w={w.tolist()}"]


def trained(source, shape=(), at=(), wrt=(), **asked):
    point = program_point(read(source, shape, at, wrt, 300, drawn=True), 1)
    return train_program(point, TrainingRequest(**asked), lambda _: None)


def test_costs_are_those_of_gradient_descent_by_hand():
    found = trained(RIDGE, ["X=mxn", "w=nx1", "y=mx1"], AT, ["w"], iterations=50, rate=0.3)
    expected, here = [], w
    for _ in range(51):
        E = X @ here - y
        expected.append(np.sum(E**2) / 6 + np.sum(here**2) / 20)
        here = here - 0.3 * (X.T @ E / 3 + here / 10)
    assert found.at == tuple(range(51))
    assert found.costs == pytest.approx(expected, rel=1e-12)
    assert found.note is None


def test_all_parameters_move_at_once():
    found = trained("J = a*b", at=["a=1", "b=2"], wrt=["a", "b"], iterations=1, rate=0.25)
    assert found.costs == (2, (1 - 0.5) * (2 - 0.25))


def test_data_do_not_move():
    found = trained("J = a*b", at=["a=1", "b=2"], wrt=["a"], iterations=2, rate=1)
    assert found.costs == (2, -2, -6)


def test_a_rate_too_large_is_said():
    found = trained("J = sum(w**2)", at=["w=[1, 2]"], iterations=5, rate=1.5)
    assert "1.5 is too large" in found.note
    assert found.costs[-1] > found.costs[0]


def test_where_the_cost_is_no_number_any_more_the_training_stops():
    found = trained("J = sum(w**4)", at=["w=[10]"], iterations=200, rate=1)
    assert len(found.costs) < 10
    assert np.isfinite(found.costs).all()
    assert "stopped" in found.note


def test_without_a_first_cost_there_is_no_training():
    with pytest.raises(UndefinedError, match="log"):
        trained("J = sum(log(w))", at=["w=[-1]"])


def test_a_loss_below_zero_grows_all_the_same():
    found = trained("J = sum(w**2) - 100", at=["w=[1]"], iterations=3, rate=1.5)
    assert "grew" in found.note
