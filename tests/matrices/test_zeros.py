"""What is 0 in every entry keeps its shape: by hand, and by the numbers of NumPy."""

import json

import numpy as np
import pytest
from console import run

SHAPES = ("--shape", "A=nxn", "X=mxn", "x=nx1", "y=nx1")


def shapes_of(source, *more):
    """Return the shapes of those names that a program has."""
    words = set("".join(c if c.isalnum() else " " for c in " ".join((source, *more))).split())
    return ("--shape", *(each for each in SHAPES[1:] if each.split("=")[0] in words))


@pytest.mark.parametrize("source, variable, gradient", [
    ("sum(softmax(x))", "x", "zeros(n, 1)"), ("trace(A - A)", "A", "zeros(n, n)"),
    ("sum(x - x)", "x", "zeros(n, 1)"), ("sum((x - x)*y)", "y", "zeros(n, 1)"),
    ("sum(A @ (x - x) + 2*x)", "A", "zeros(n, n)"), ("sum((x - x).T @ A)", "A", "zeros(n, n)"),
    ("sum(y) + 0*sum(x)", "x", "zeros(n, 1)"), ("sum(softmax(X, axis=1))", "X", "zeros(m, n)"),
    ("u = x - x; v = 3*u; J = norm(v + y)**2", "x", "zeros(n, 1)"),
    ("sum(diag(A - A)) + sum(A - A.T + A.T)", "A", "ones(n, n)"),
])  # fmt: skip
def test_a_gradient_of_zeros_has_the_shape_of_its_variable(source, variable, gradient):
    found = run("diff", source, *shapes_of(source), "--wrt", variable, "--format", "json")
    (derivative,) = json.loads(found.stdout)["derivatives"]
    assert (derivative["derivative"], derivative["evidence"]) == (gradient, "proved")
    program = f"J = {source}" if ";" not in source else source
    graph = run("graph", program, *shapes_of(source), "--wrt", variable, "--format", "json")
    assert json.loads(graph.stdout)["equations"][-1]["equation"] == gradient


@pytest.mark.parametrize("source, variable, answer", [
    # exp(0) is 1 in each of the entries: a 0 without a shape would count one of them.
    ("sum(exp(x - x)*y)", "y", "ones(n, 1)"), ("sum(cos(x - x))*sum(y)", "y", "n*ones(n, 1)"),
    ("sum(exp(sum(X - mean(X, axis=0), axis=0)))*sum(X)", "X", "n*ones(m, n)"),
    ("sum(exp(A @ (x - x)) * y)", "y", "ones(n, 1)"),
    ("sum(exp(x*zeros(n, 1)) * y)", "y", "ones(n, 1)"),
])  # fmt: skip
def test_what_is_made_of_zeros_has_their_shape(source, variable, answer):
    right = run("check", source, answer, *shapes_of(source), "--wrt", variable)
    assert right.status == 0, right.stdout
    assert run("check", source, f"2*{answer}", *shapes_of(source), "--wrt", variable).status == 1


@pytest.mark.parametrize("answer, status", [
    ("0", 0), ("zeros(n, n)", 0), ("A - A", 0), ("zeros(n, 1)", 1), ("1", 1), ("A", 1),
    ("eye(n)", 1),
])  # fmt: skip
def test_zero_is_right_and_nothing_else(answer, status):
    assert run("check", "trace(A - A)", answer, *shapes_of("A")).status == status


def test_zero_is_wrong_elsewhere():
    assert run("check", "trace(A)", "0", *shapes_of("A")).status == 1


@pytest.mark.parametrize("source", ["sum(x - x)", "sum(softmax(x))", "sum(x)", "x.T @ y"])
def test_a_hessian_of_zeros(source):
    found = run("diff", source, *shapes_of(source), "--wrt", "x", "--order", "2",
                "--format", "json")  # fmt: skip
    (derivative,) = json.loads(found.stdout)["derivatives"]
    assert (derivative["derivative"], derivative["evidence"]) == ("zeros(n, n)", "proved")


def test_steps_come_to_zeros_each_line_proved():
    found = run("steps", "trace(A - A)", *shapes_of("A"), "--format", "json")
    told = json.loads(found.stdout)
    assert told["derivative"] == "zeros(n, n)"
    assert told["verified"]


def test_the_code_gives_zeros():
    source = run("diff", "sum(softmax(x) + y - y)", *shapes_of("x y"), "--format", "python").stdout
    space = {}
    exec(compile(source, "code", "exec"), space)  # noqa: S102 - our own
    x = np.array([[1.0], [2.0], [-3.0]])
    J, dx, dy = space["forward_backward"](x, x + 1)
    assert np.isclose(J, 1)
    assert dx.shape == dy.shape == (3, 1)
    assert not dx.any()
    assert not dy.any()


def test_at_a_point():
    found = run("diff", "sum(softmax(x)) + sum(y - y)", "--at", "x=[1, 2]", "y=[3, 4]",
                "--format", "json")  # fmt: skip
    slopes = json.loads(found.stdout)["points"][0]["slopes"]
    assert [each["slope"] for each in slopes] == [[[0], [0]], [[0], [0]]]
