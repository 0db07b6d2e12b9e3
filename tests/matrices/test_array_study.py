"""`diff` of programs of matrices beside autograd, NumPy's closed forms, and what kinks are."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from models import MODELS
from numeric import gradients
from tiers import thinned

from derivcli.algebra.reverse import reverse
from derivcli.cli.array_programs import read
from derivcli.errors import ExitStatus, UsageError
from derivcli.language.parser import parse
from derivcli.language.tree import Binary, Program
from derivcli.matrices.evidence import gradient_evidence, samples
from derivcli.matrices.jacobian import jacobian
from derivcli.matrices.study import array_study
from derivcli.matrices.study_results import ArrayRequest

SAID = [model for model in MODELS if "Zt" not in model.shapes and "bet=" not in model.shapes]


def asked(source, shapes="", wrt="", at=(), **told):
    return read(source, shapes.split(), at, wrt.split(), 10_000, **told)


def study(source, wrt="", at=(), shapes="", eps="0.001", **told):
    program = asked(source, shapes, wrt, at, besides=tuple(filter(None, [told.get("along")])))
    return array_study(ArrayRequest(program, (parse(eps),), **told))


def numbers(rows):
    return np.array([[float(each) for each in row] for row in rows])


@pytest.mark.parametrize("model", thinned(SAID, 2), ids=lambda model: model.name)
def test_the_slopes_at_a_drawn_point_are_what_autograd_finds(model):
    program = asked(model.source, model.shapes, model.wrt, drawn=True)
    request = ArrayRequest(program, (parse("0.001"),), seed=1, methods=("central",))
    found = array_study(request)
    (point,) = found.points
    names = {
        name: numbers(value) if isinstance(value, tuple) else float(value)
        for name, value in point.at.items()
    }
    truth = gradients(program.program, names, program.wrt)
    for slope, expected in zip(point.slopes, truth, strict=True):
        own = numbers(slope.slope) if isinstance(slope.slope, tuple) else float(slope.slope)
        assert np.allclose(own, expected, rtol=1e-9, atol=1e-9), slope.variable
    assert {each.evidence for each in found.derivatives} == {"proved"}


def test_numbers_are_exact_where_they_are_rational():
    (point,) = study("x.T @ x", at=["x=[1/3, 1]"]).points
    assert point.value.number == Fraction(10, 9)
    assert [row[0].number for row in point.slopes[0].slope] == [Fraction(2, 3), 2]
    first = point.slopes[0].estimates[0]
    assert (first.entry, first.error.number) == ((1, 1), Fraction(1, 1000))


def test_an_entry_at_a_kink_has_no_derivative_and_the_others_have():
    found = study("sum(abs(x))", at=["x=[1, 0, -2]"])
    (slope,) = found.points[0].slopes
    assert [row[0] and row[0].number for row in slope.slope] == [1, None, -1]
    (kink,) = slope.kinks
    assert (kink.entry, kink.left.number, kink.right.number) == ((2, 1), -1, 1)
    assert found.status == ExitStatus.UNDEFINED


@pytest.mark.parametrize(
    ("source", "value"), [("norm(x)", "[0, 0]"), ("max(x)", "[2, 2]"), ("sum(relu(x))", "[0, 0]")]
)
def test_at_norms_of_0_ties_and_bends_no_entry_has_a_derivative(source, value):
    (slope,) = study(source, at=[f"x={value}"]).points[0].slopes
    assert slope.differentiable is False
    assert {kink.entry for kink in slope.kinks} == {(1, 1), (2, 1)}


def test_a_kink_of_what_does_not_move_is_none():
    (slope,) = study("sum(abs(y)*x)", "x", ["x=[1, 2]", "y=[0, 0]"]).points[0].slopes
    assert slope.differentiable is True


def test_where_the_output_has_no_value_it_says_so():
    found = study("log(sum(x))", at=["x=[0, 0]"])
    assert found.points[0].problem == "log(sum(x)) is undefined: it needs sum(x) > 0"
    assert found.status == ExitStatus.UNDEFINED


def test_a_jacobian_has_a_row_for_each_entry_of_the_output():
    found = study("tanh(A @ x)", "x", ["A=[[1, 2], [3, 4], [5, 6]]", "x=[0.1, -0.2]"])
    A, x = np.array([[1, 2], [3, 4], [5, 6]]), np.array([[0.1], [-0.2]])
    (slope,) = found.points[0].slopes
    assert slope.jacobian
    assert np.allclose(numbers(slope.slope), (1 - np.tanh(A @ x) ** 2) * A)
    (derivative,) = found.derivatives
    assert (derivative.shape, derivative.evidence) == ((3, 2), "proved")


def test_an_output_of_several_columns_has_a_gradient_for_each_entry():
    found = study("A @ X", "X", ["A=[[1, 2], [3, 4]]", "X=[[5, 6], [7, 8]]"])
    slopes = {slope.of: numbers(slope.slope) for slope in found.points[0].slopes}
    assert np.array_equal(slopes[2, 1], [[3, 0], [4, 0]])
    assert found.derivatives[0].derivative is None


@pytest.mark.parametrize(
    ("source", "shapes", "hessian"),
    [
        ("x.T @ A @ x", "x=nx1 A=nxn", "A + A.T"),
        ("norm(A @ x - b)**2", "x=nx1 A=mxn b=mx1", "2 * A.T @ A"),
        ("sum(x)**2", "x=nx1", "2 * ones(n, n)"),
    ],
)
def test_hessians_are_those_of_the_textbook(source, shapes, hessian):
    (found,) = study(source, "x", shapes=shapes, order=2).derivatives
    assert (found.derivative, found.shape, found.evidence) == (hessian, ("n", "n"), "proved")


def test_a_hessian_times_a_direction():
    program = asked("sum(X**3)", "X=2x2 V=2x2", "X", ["X=[[1, 2], [3, 4]]", "V=[[1, 0], [0, 1]]"],
                    besides=("V",))  # fmt: skip
    found = array_study(ArrayRequest(program, (parse("0.1"),), order=2, along="V"))
    (slope,) = found.points[0].slopes
    assert np.array_equal(numbers(slope.slope), [[6, 0], [0, 24]])
    assert found.derivatives[0].evidence == "proved"


def test_the_hessian_at_a_point_is_that_of_numpy():
    found = study("logsumexp(x)", "x", ["x=[0.1, 0.7, -0.4]"], order=2)
    p = np.exp([0.1, 0.7, -0.4])
    p /= p.sum()
    assert np.allclose(numbers(found.points[0].slopes[0].slope), np.diag(p) - np.outer(p, p))


def test_a_wrong_gradient_is_neither_proved_nor_sampled():
    program = asked("sum((X @ w - y)**2)", "X=mxn w=nx1 y=mx1", "w")
    shapes = program.given.shapes
    gradient = reverse(program.program, ("w",), shapes)
    (line,) = gradient.lines
    wrong = replace(line, expression=Binary("*", parse("1/2").output.expression, line.expression))
    planted = replace(gradient, lines=(wrong,))
    assert gradient_evidence(gradient, ("w",), shapes)["w"] == ("proved", 0)
    assert gradient_evidence(planted, ("w",), shapes)["w"] == ("none", 0)
    whole = Program((*program.program.statements, line.statement))
    assert samples(program.program, "w", whole, shapes) == 3


def test_a_jacobian_that_mixes_columns_has_no_short_form_that_is_wrong():
    program = asked("cumsum(x)", "x=nx1", "x")
    found = jacobian(program.program, "x", program.given.shapes)
    assert found is None or found.samples == 0


@pytest.mark.parametrize(
    ("source", "shapes", "told"),
    [
        ("A @ x", "A=mxn x=nx1", {"order": 2}),
        ("sum(X**2)", "X=mxn", {"order": 2}),
        ("sum(x**2)", "x=nx1", {"order": 3}),
        ("sum(x**2)", "x=nx1", {"along": "v"}),
    ],
)
def test_what_has_no_such_derivative_is_refused(source, shapes, told):
    with pytest.raises(UsageError):
        study(source, shapes.split("=")[0] if "X" in shapes else "x", shapes=shapes, **told)


def test_names_that_the_machinery_uses_are_free_for_programs():
    found = study("sum(E*x) + sum(G*x)", "x E G", ["x=[1]", "E=[2]", "G=[3]"])
    assert [slope.slope[0][0].number for slope in found.points[0].slopes] == [5, 1, 1]
