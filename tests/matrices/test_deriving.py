"""The gradient of a program of matrices as equations: short, with shapes, proved for all sizes."""

import pytest
from algebra.corpus.cookbook import COOKBOOK
from algebra.corpus.layers import LAYERS
from algebra.corpus.losses import LOSSES
from algebra.corpus.networks import NETWORKS

from derivcli.algebra.reverse import reverse
from derivcli.cli.array_programs import read
from derivcli.errors import DerivError
from derivcli.language.parser import parse
from derivcli.matrices.deriving import equations, proved_form

LOGISTIC = "Z = W @ X + b; A = sigmoid(Z); J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m"
LOGISTIC_SHAPES = "W=1xn b=1x1 X=nxm Y=1xm"


def found(source, shapes, wrt):
    asked = read(source, shapes.split(), [], wrt.split(), 300, drawn=True)
    return equations(proved_form(reverse(asked.program, asked.wrt, asked.given.shapes)))


def test_the_gradient_of_a_quadratic_form():
    (equation,) = found("x.T @ A @ x", "x=nx1 A=nxn", "x").equations
    assert (equation.name, equation.of, equation.equation) == ("dx", "x", "(A + A.T) @ x")
    assert equation.shape == ("n", 1)
    assert equation.dimensions == "(n, 1) = (n, n) @ (n, 1)"
    assert equation.proved


def test_logistic_regression_in_the_order_of_backprop():
    gradient = found(LOGISTIC, LOGISTIC_SHAPES, "W b")
    assert [f"{each.name} = {each.equation}" for each in gradient.equations] == [
        "dZ = (A - Y) / m", "dW = dZ @ X.T", "db = sum(dZ, axis=1, keepdims=True)",
    ]  # fmt: skip
    assert all(each.proved for each in gradient.equations)
    assert gradient.by("W").dimensions == "(1, n) = (1, m) @ (m, n)"
    assert gradient.by("b").dimensions is None
    assert [(each.name, each.shape) for each in gradient.statements] == [
        ("Z", (1, "m")), ("A", (1, "m")), ("J", ()),
    ]  # fmt: skip


def test_what_is_repeated_is_named_first():
    gradient = found("J = sum(tanh((Z - mean(Z, axis=1, keepdims=True))**2))", "Z=hxm", "Z")
    assert gradient.helpers
    assert gradient.by("Z").proved


@pytest.mark.parametrize("source, shapes, message", [
    ("W @ X", "W=4x3 X=4xm", "(4, 3) @ (4, m) does not fit: 3 columns and 4 rows"),
    ("sum(W * X)", "W=4x3 X=3x4", "(4, 3) * (3, 4) does not fit entry by entry"),
])  # fmt: skip
def test_shapes_that_do_not_fit_are_told(source, shapes, message):
    with pytest.raises(DerivError) as caught:
        found(source, shapes, "W")
    assert caught.value.message == message


def test_a_part_that_was_given_a_name_has_its_gradient_proved_too():
    source = "H = X + relu(V @ X); A = sigmoid(W @ H); J = sum((A - Y)**2)"
    gradient = found(source, "V=nxn X=nxm W=1xn Y=1xm", "V W")
    parts = {each.name for each in gradient.helpers}
    assert parts & {each.of for each in gradient.equations}
    assert all(each.proved for each in gradient.equations)


# The largest entries of columns, which are one each next to everywhere, and |det(X)|.
NOT_PROVED = {"max pooling": ["dA"], "cookbook 57": ["dX"]}


@pytest.mark.parametrize(
    "model", [*{**COOKBOOK, **LOSSES, **NETWORKS, **LAYERS}.values()], ids=lambda model: model.name
)
def test_every_line_is_proved_for_all_sizes(model):
    program = parse(model.source, arrays=tuple(model.shapes))
    gradient = equations(proved_form(reverse(program, model.wrt, model.shapes)))
    unproved = [each.name for each in gradient.equations if not each.proved]
    assert unproved == NOT_PROVED.get(model.name, [])


@pytest.mark.parametrize("source, gradient", [
    ("sum(max(q*x, (q - 1)*x))", "(q - 1) * (x <= 0) + q * (x > 0)"), ("sum(max(x + 1, x))", "ones(n, 1)"),
    ("sum(max(2*x, x - y))", "(x + y <= 0) + 2 * (x + y > 0)"), ("sum(max(x, 3*x))", "(x < 0) + 3 * (x >= 0)"),
    ("sum(max(x, y + 1))", "x > y + 1"), ("sum(where(x >= x, x**2, 0))", "2 * x"),
])  # fmt: skip
def test_what_both_sides_of_a_condition_have_is_taken_away(source, gradient):
    shapes = "x=nx1 y=nx1" if "y" in source else "x=nx1"
    assert found(source, shapes, "x").by("x").equation == gradient
