import json
import math
from fractions import Fraction

import pytest
from console import run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mp
from tiers import thinned

from derivcli.calculus.estimates import FLOATS
from derivcli.calculus.quotient import QUOTIENTS
from derivcli.calculus.results import TOO_HIGH, Request
from derivcli.calculus.study import study_of
from derivcli.errors import ExitStatus, RefusedError, UndefinedError, UsageError
from derivcli.language.parser import parse


def ask(source, at="3", eps=("0.1", "0.001"), **more):
    program = parse(source)
    points = tuple({"w": parse(each)} for each in at.split())
    return study_of(Request(program, points, ("w",), tuple(map(parse, eps)), **more))


PARTS = st.recursive(
    st.sampled_from(["w", "w", "2", "0.5", "3"]),
    lambda part: st.one_of(
        st.builds("({} + {})".format, part, part),
        st.builds("({} - {})".format, part, part),
        st.builds("({})*({})".format, part, part),
        st.builds("({})/(2 + ({})**2)".format, part, part),
        st.builds("({})**3".format, part),
        st.builds("sin({})".format, part),
        st.builds("exp(-({})**2)".format, part),
        st.builds("tanh({})".format, part),
        st.builds("sigmoid({})".format, part),
        st.builds("gelu({})".format, part),
        st.builds("log(1 + ({})**2)".format, part),
        st.builds("sqrt(1 + ({})**2)".format, part),
        st.builds("atan({})".format, part),
    ),
    max_leaves=7,
)
FIXED = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@FIXED
@given(PARTS, st.sampled_from(["0", "1", "-2/3", "1.25", "pi/4"]))
def test_slope_is_what_mpmath_finds_numerically(source, at):
    found = ask(source, at, eps=("0.001",)).points[0].slopes[0].slope
    names = {
        "sin": mp.sin, "exp": mp.exp, "tanh": mp.tanh, "log": mp.log, "sqrt": mp.sqrt, "atan": mp.atan,
        "sigmoid": lambda u: 1 / (1 + mp.exp(-u)), "gelu": lambda u: u * mp.ncdf(u),
    }  # fmt: skip
    with mp.workdps(60):
        code = compile(source.replace("0.5", "mpf(1)/2"), "oracle", "eval")
        oracle = mp.diff(
            lambda w: eval(code, {"__builtins__": {}, "mpf": mp.mpf, **names}, {"w": w}),  # noqa: S307 - an oracle's own text
            {"-2/3": mp.mpf(-2) / 3, "pi/4": mp.pi / 4}.get(at) or mp.mpf(at),
        )
        number = found.number
        value = (
            mp.mpf(number.numerator) / number.denominator
            if isinstance(number, Fraction)
            else mp.mpf(str(number))
        )
        assert abs(value - oracle) <= mp.mpf(10) ** -15 * max(1, abs(oracle))


@pytest.mark.parametrize("method", [*QUOTIENTS, "complex"])
@pytest.mark.parametrize("arithmetic", ["exact", *FLOATS])
def test_every_method_in_every_arithmetic_estimates_the_slope(method, arithmetic):
    found = ask("w**3 - exp(w)", "2", ("0.01",), methods=(method,), arithmetic=arithmetic)
    estimate = found.points[0].slopes[0].estimates[0]
    expected = 12 - float(mp.exp(2))
    assert float(estimate.estimate) == pytest.approx(expected, abs=0.04)
    assert float(estimate.error) == pytest.approx(float(estimate.estimate) - expected, abs=1e-9)


def test_complex_step_has_every_digit_where_subtraction_has_none():
    found = ask("sin(w)", "1", ("1e-100",), methods=("complex",), arithmetic="float64")
    assert found.points[0].slopes[0].estimates[0].estimate.number == 0.5403023058681398


def test_tiny_steps_are_exact_in_exact_arithmetic():
    rows = ask("sin(w)", "1", ("1e-40", "1e-200")).points[0].slopes[0].estimates
    with mp.workdps(60):
        for row in rows:
            error = mp.mpf(str(row.error.number))
            half = -mp.sin(1) / 2 * mp.mpf(str(row.eps.exact))
            assert abs(error / half - 1) < 1e-15


def test_an_estimate_off_the_domain_says_so_and_the_others_stand():
    rows = (
        ask("log(w)", "0.01", ("0.1", "0.001"), methods=("backward",)).points[0].slopes[0].estimates
    )
    assert rows[0].estimate is None
    assert "it needs" in rows[0].problem
    assert rows[1].estimate is not None


def test_status_is_the_worst_of_all_points():
    assert ask("abs(w)", "3").status is ExitStatus.ANSWERED
    assert ask("abs(w)", "3 0").status is ExitStatus.UNDEFINED
    assert ask("log(w)", "3 -1").status is ExitStatus.UNDEFINED


def test_a_step_that_is_zero_in_disguise_is_refused():
    with pytest.raises(UsageError, match="eps is 0"):
        ask("w", "1", ("sin(pi)",))


def test_a_value_that_does_not_exist_is_a_usage_error():
    with pytest.raises(UsageError, match="division by 0") as error:
        ask("w", "1/0")
    assert error.value.where == "in --at"


def test_the_complex_step_refuses_what_is_not_analytic():
    for source in ("abs(w)", "relu(w)", "max(w, 1)", "where(w > 0, w, 0)", "floor(w)", "sign(w)"):
        with pytest.raises(UsageError, match="not analytic"):
            ask(source, methods=("complex",))


def test_answers_beyond_float64_are_refused():
    with pytest.raises(RefusedError, match=r"beyond 1\.8e308"):
        ask("exp(w)", "1000")


@pytest.mark.parametrize("source, at", [
    ("2*w", "pi"), ("w**2", "pi"), ("w", "sqrt(2)"), ("erfinv(w)", "0.5"), ("log2(w*w)", "0.1"), ("1/w", "e"),
])  # fmt: skip
def test_the_complex_step_works_at_irrational_points_and_off_the_real_axis(source, at):
    row = ask(source, at, ("0.001",), methods=("complex",)).points[0].slopes[0]
    assert float(row.estimates[0].estimate) == pytest.approx(float(row.slope), rel=1e-3)


@pytest.mark.parametrize("source", thinned([
    "cbrt(w)**3", "erf(w) + erfc(w)", "asin(w/9) + acos(w/9)", "tan(w)*cot(w)", "softplus(w) - log(1 + exp(w))",
    "sigmoid(w) + sigmoid(-w)", "gamma(w + 1)/gamma(w)", "sinh(w) + cosh(w) - exp(w)",
], 3))  # fmt: skip
def test_an_identity_that_nobody_proves_is_answered_all_the_same(source):
    row = ask(source, "pi/4", ("0.001",)).points[0].slopes[0]
    assert row.slope is not None
    assert row.estimates[0].error is not None


@pytest.mark.parametrize(
    "source, at",
    thinned([("erf(w)", "100"), ("gelu(w)", "100"), ("tanh(w)", "3000"), ("erfc(w)", "1e150")], 2),
)
def test_saturated_functions_are_answered(source, at):
    assert ask(source, at).points[0].slopes[0].slope is not None


def test_a_condition_on_what_has_no_value_leaves_none():
    for source in (
        "where(sqrt(-1) > 0, w, 2)",
        "where(1/0 > 0, w, 2)",
        "relu(max(w, heaviside(acos(3))))",
    ):
        with pytest.raises(UndefinedError):
            ask(source, "1")


def test_constants_are_spelled_out_where_their_name_is_taken():
    program = parse("exp(1)*e", variables={"e"})
    found = study_of(Request(program, (), ("e",), ()))
    assert found.derivatives[0].derivative == "exp(1)"
    program = parse("acos(-1)*pi*w", variables={"pi"})
    assert study_of(Request(program, (), ("w",), ())).derivatives[0].derivative == "acos(-1)*pi"


def test_orders_too_high_to_estimate_still_have_their_slope():
    slope = ask("w**30", "1", order=25).points[0].slopes[0]
    assert slope.slope.number == math.perm(30, 25)
    assert {each.estimate for each in slope.estimates} == {None}
    assert {each.problem for each in slope.estimates} == {TOO_HIGH}


def hessian(source, at, wrt=()):
    command = ["diff", source, "--at", *at, "--order", "2", "--format", "json"]
    return json.loads(run(*command, *(["--wrt", *wrt] if wrt else [])).stdout)


def test_the_hessian_of_two_variables_is_their_second_partials():
    found = hessian("w**2*b + 3*b**2", ["w=1", "b=2"])
    assert found["hessian"]["variables"] == ["w", "b"]
    assert found["hessian"]["derivatives"] == [["2*b", "2*w"], ["2*w", "6"]]
    assert found["points"][0]["hessian"] == [[4, 2], [2, 6]]
    assert found["points"][0]["hessian_exact"] == [["4", "2"], ["2", "6"]]


@pytest.mark.parametrize(
    "source, told",
    [
        ("w**2 + b**2", "positive definite"),
        ("-w**2 - 3*b**2 + w*b", "negative definite"),
        ("w**2 - b**2", "indefinite"),
        ("w*b", "indefinite"),  # nothing on the diagonal
        ("w**2 + 3*w*b + b**2", "indefinite"),  # a positive diagonal does not make it so
        ("(w + b)**2", None),  # flat in one direction
        ("w + b", None),
    ],
)
def test_the_signs_of_the_hessian_tell_which_way_J_curves(source, told):
    assert hessian(source, ["w=1/3", "b=2"])["points"][0]["curvature"] == told


def test_the_hessian_of_the_rosenbrock_function_at_its_minimum():
    found = hessian("(1 - x)**2 + 100*(y - x**2)**2", ["x=1", "y=1"])
    assert found["points"][0]["hessian"] == [[802, -400], [-400, 200]]
    assert found["points"][0]["curvature"] == "positive definite"


def test_at_a_kink_there_is_no_hessian():
    point = hessian("abs(w)*b", ["w=0", "b=1"])["points"][0]
    assert point["hessian"] == [[None, None], [None, 0]]  # along b, J is a line
    assert "∂²J/∂w∂b does not exist" in point["problem"]
    assert point["curvature"] is None


@pytest.mark.parametrize("source", ["relu(w*b)", "abs(w*b)", "abs(w)*abs(b)", "floor(w*b)", "relu(w)*b", "w*abs(b)", "max(w*b, 0)"])  # fmt: skip
def test_where_two_kinks_cross_there_is_no_mixed_derivative(source):
    """Beside (0, 0) the first derivative by w, or by b, does not exist."""
    point = hessian(source, ["w=0", "b=0"])["points"][0]
    assert point["hessian"] == [[0, None], [None, 0]]
    assert "∂²J/∂w∂b does not exist" in point["problem"]
    assert point["curvature"] is None


def test_a_mixed_derivative_that_depends_on_the_order_is_no_symmetric_matrix():
    """Peano's function: by w and then by b it is -1, by b and then by w 1."""
    source = "where(w==0, 0, w*b*(w^2-b^2)/(w^2+b^2))"
    point = hessian(source, ["w=0", "b=0"])["points"][0]
    (_, one), (other, _) = point["hessian"]
    assert one in (1, None)
    assert other in (-1, None)
    assert point["curvature"] is None


def test_no_hessian_is_asked_for_with_one_variable_or_another_order():
    assert hessian("w**2*b", ["w=1", "b=2"], ["w"])["hessian"] is None
    third = json.loads(run("diff", "w**2*b", "--order", "3", "--format", "json").stdout)
    assert third["hessian"] is None
