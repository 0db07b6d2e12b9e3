"""A program of matrices as it is typed: shapes, values, and what is missing is told."""

import pytest

from derivcli.cli.array_programs import is_asked, read
from derivcli.errors import DerivError


@pytest.mark.parametrize("shape, at, answer", [
    (["W=4x3"], [], True),
    ([], ["W=[[1, 2]]"], True),
    ([], ["X=@x.csv"], True),
    ([], ["w=2", "3"], False),
    (None, None, False),
])  # fmt: skip
def test_matrices_are_asked_for_by_a_shape_or_by_a_value(shape, at, answer):
    assert is_asked(shape, at) is answer


def test_values_bring_their_shapes():
    asked = read("x.T @ A @ x", (), ["A=[[1, 2], [3, 4]]", "x=[1, 2]"], None, 300)
    assert asked.given.shapes == {"A": (2, 2), "x": (2, 1)}
    assert asked.wrt == ("x", "A")
    assert asked.has_values


def test_a_size_is_known_from_a_value():
    asked = read("sum(X)/m", ["X=3xm"], ["X=[[1, 2], [3, 4], [5, 6]]"], None, 300)
    assert asked.given.sizes == {"m": 2}


@pytest.mark.parametrize("shape, at, wrt, message", [
    (["x=n", "y=3"], [], [], "'y' is not a variable of the program"),
    (["x=n"], [], ["n"], "n is a size, and sizes do not move"),
    (["x=n"], [], ["v"], "'v' is not a variable of the program"),
    (["x=n"], ["n=3"], [], "'x' has no value"),
    (["x=n"], ["x=[1, 2]", "x=[3, 4]"], [], "x is given a value twice"),
    (["x=n"], ["3"], [], "whose value is this?"),
    (["x=3"], ["x=[1, 2]"], [], "x is of shape (3, 1), and its value of shape (2, 1)"),
])  # fmt: skip
def test_what_does_not_go_together_is_told(shape, at, wrt, message):
    with pytest.raises(DerivError) as caught:
        read("sum(x)/n", shape, at, wrt, 300)
    assert caught.value.message == message
