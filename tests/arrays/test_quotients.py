"""Difference quotients by the entries of matrices, in every arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from derivcli.algebra.reverse import reverse
from derivcli.arrays.quotients import estimates
from derivcli.calculus.estimates import QUOTIENTS
from derivcli.errors import UndefinedError, UsageError
from derivcli.language.matrix_values import read_matrix
from derivcli.language.parser import parse
from derivcli.language.shapes import ShapeError
from derivcli.language.sizes import sized

EPS = (parse("0.001"),)
LOGISTIC = "Z = w.T @ X + b; A = sigmoid(Z); J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m"


def point(**values):
    typed = {
        name: read_matrix(each) if each.startswith("[") else parse(each)
        for name, each in values.items()
    }
    return sized({}, typed)


def quotients(source, given, wrt, methods=("forward",), **options):
    program = parse(source, arrays=[name for name, shape in given.shapes.items() if shape])
    gradient = options.pop("gradient", None)
    if gradient:
        options["gradient"] = reverse(program, wrt, given.shapes)
    return estimates(program, given, wrt, methods, EPS, **options)


QUADRATIC = point(x="[1, 2]", A="[[1, 2], [3, 4]]")


def test_a_forward_quotient_of_a_quadratic_form_is_off_by_eps_times_a_diagonal_entry():
    found = quotients("x.T @ A @ x", QUADRATIC, ("x",), gradient=True)
    assert [(each.variable, each.entry) for each in found] == [("x", (1, 1)), ("x", (2, 1))]
    assert [each.estimate.estimate.number for each in found] == [
        12 + Fraction(1, 1000), 21 + Fraction(4, 1000),
    ]  # fmt: skip
    assert [each.estimate.error.number for each in found] == [Fraction(1, 1000), Fraction(4, 1000)]
    first = found[0].estimate
    assert first.point.number == Fraction(1001, 1000)
    assert first.value.number == 27 + Fraction(12001, 10**6)
    assert first.change.number == Fraction(12001, 10**6)


def test_other_quotients_of_a_quadratic_form_are_its_gradient():
    for method in ("central", "richardson", "complex"):
        found = quotients("x.T @ A @ x", QUADRATIC, ("x",), (method,))
        assert [each.estimate.estimate.number for each in found] == [12, 21]
    found = quotients("x.T @ A @ x", QUADRATIC, ("A",), ("backward",), gradient=True)
    assert [each.entry for each in found] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert [each.estimate.estimate.number for each in found] == [1, 2, 2, 4]
    assert all(each.estimate.error.is_zero for each in found)


def logistic(w, b, X, Y):
    Z = [sum(w[i] * X[i][j] for i in range(2)) + b for j in range(3)]
    A = [1 / (1 + mp.exp(-z)) for z in Z]
    return -sum(y * mp.log(a) + (1 - y) * mp.log(1 - a) for y, a in zip(Y, A, strict=True)) / 3


@pytest.mark.parametrize("method", QUOTIENTS)
@pytest.mark.parametrize("arithmetic", ["exact", "float64", "float32"])
def test_quotients_of_logistic_regression(method, arithmetic):
    given = sized(
        {"X": (2, "m")},
        {
            "w": read_matrix("[0.5, -0.25]"),
            "b": parse("1/8"),
            "X": read_matrix("[[1, 2, -1], [0.5, -1, 3]]"),
            "Y": read_matrix("[[1, 0, 1]]"),
        },
    )
    found = quotients(LOGISTIC, given, ("w", "b"), (method,), arithmetic=arithmetic, gradient=True)
    assert [(each.variable, each.entry) for each in found] == [
        ("w", (1, 1)),
        ("w", (2, 1)),
        ("b", ()),
    ]
    X, Y = [[1, 2, -1], [mpf("0.5"), -1, 3]], [1, 0, 1]
    with mp.workdps(60):
        eps, w, b = mpf("0.001"), [mpf("0.5"), mpf("-0.25")], mpf("0.125")

        def along(index):
            def J(t):
                moved = [w[i] + (t if i == index else 0) for i in range(2)]
                return logistic(moved, b + (t if index == 2 else 0), X, Y)

            return J

        for index, each in enumerate(found):
            J = along(index)
            central = (J(eps) - J(-eps)) / (2 * eps)
            fine = (J(eps / 2) - J(-eps / 2)) / eps
            expected = {
                "forward": (J(eps) - J(0)) / eps, "backward": (J(0) - J(-eps)) / eps, "central": central,
                "richardson": (4 * fine - central) / 3, "complex": mp.im(J(1j * eps)) / eps,
            }[method]  # fmt: skip
            number = each.estimate.estimate.number
            found_here = mpf(float(number)) if isinstance(number, float) else mpf(str(number))
            near = {"exact": 1e-20, "float64": 1e-12, "float32": 2e-3}[arithmetic]
            assert abs(found_here - expected) <= near
            error = mpf(float(each.estimate.error))
            assert abs(error - (found_here - mp.diff(J, 0))) <= 1e-17


def test_an_exact_estimate_has_all_the_digits_asked_for():
    given = point(x="[1, 2]")
    (first, _) = quotients("sum(exp(x))", given, ("x",), digits=40)
    with mp.workdps(60):
        expected = (mp.exp(1 + mpf("0.001")) - mp.e) / mpf("0.001")
        assert abs(mpf(str(first.estimate.estimate.number)) - expected) < 1e-38


def test_only_what_a_variable_changes_is_computed_again():
    given = point(x="[1, 2]", y="[3, 4]")
    found = quotients("P = x*x; Q = y*y; J = sum(P) + sum(Q)", given, ("y",), ("central",))
    assert [each.estimate.estimate.number for each in found] == [6, 8]
    found = quotients("P = x*x; J = sum(P)", given, ("y",))
    assert [each.estimate.estimate.number for each in found] == [0, 0]


def test_a_step_out_of_the_domain_is_told_and_the_others_go_on():
    given = point(x="[1/2000, 2]")
    for arithmetic in ("exact", "float64"):
        found = quotients("sum(log(x))", given, ("x",), ("backward",), arithmetic=arithmetic)
        assert found[0].estimate.problem == "log(x) in row 1, column 1 is undefined: it needs x > 0"
        assert found[0].estimate.estimate is None
        assert found[1].estimate.problem is None


def test_where_the_program_has_no_value_there_are_no_quotients():
    for arithmetic in ("exact", "float64"):
        with pytest.raises(UndefinedError, match=r"^log\(x\) in row 2, column 1 is undefined"):
            quotients("sum(log(x))", point(x="[1, 0]"), ("x",), arithmetic=arithmetic)


def test_a_step_that_rounds_to_nothing_is_told():
    program = parse("sum(x)", arrays=("x",))
    (found,) = estimates(
        program, point(x="[1]"), ("x",), ("forward",), (parse("1e-300"),), arithmetic="float32"
    )
    assert found.estimate.problem == "eps rounds to 0 in float32"


def test_slopes_are_those_of_a_number():
    with pytest.raises(
        ShapeError, match=r"^J is of shape \(2, 1\), and its slopes are those of a number$"
    ):
        quotients("2*x", point(x="[1, 2]"), ("x",))


@pytest.mark.parametrize(
    "source", ["sum(abs(x))", "max(x)", "sum(x > 0)", "sum(where(x > 0, x, 0))"]
)
def test_the_complex_step_is_refused_where_it_would_be_wrong(source):
    with pytest.raises(UsageError, match=r"^the complex step is wrong for "):
        quotients(source, point(x="[1, 2]"), ("x",), ("complex",))


@pytest.mark.parametrize(
    "source",
    [
        "logdet(A @ A.T)",
        "norm(A)",
        "trace(inv(A))",
        "logsumexp(A)",
        "prod(A)",
        "det(A)**2",
        "det(A + k*eye(k))",
    ],
)
@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
def test_the_complex_step_goes_through_operations(source, arithmetic):
    given = point(A="[[2, 1], [1, 3]]", k="2")
    found = quotients(source, given, ("A",), ("complex", "richardson"), arithmetic=arithmetic)
    numbers = [float(each.estimate.estimate) for each in found]
    np.testing.assert_allclose(numbers[:4], numbers[4:], rtol=1e-5)


@given(st.lists(st.integers(-9, 9), min_size=6, max_size=6))
@settings(max_examples=25)
def test_a_forward_quotient_of_a_linear_form_is_its_matrix(entries):
    given = point(X=str([entries[:3], entries[3:]]), C="[[1, 2, 3], [4, 5, 6]]")
    found = quotients("sum(C*X)", given, ("X",))
    assert [each.estimate.estimate.number for each in found] == [1, 2, 3, 4, 5, 6]
