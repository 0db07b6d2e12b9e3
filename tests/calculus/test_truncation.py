"""Why an estimate is off: each claim beside the estimate itself, as mpmath computes it."""

from fractions import Fraction
from math import factorial

import pytest
from console import run
from mpmath import mp

from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.quotient import share
from derivcli.calculus.truncation import truncations
from derivcli.language.parser import parse

METHODS = ("forward", "backward", "central", "complex", "richardson")
POLYNOMIALS = [
    "w**2",
    "-w**2 + 3*w",
    "w**3",
    "w**2/3",
    "2*w**3/3 + w/8",
    "5*w - 2",
    "7",
    "(w - 1)**2",
    "w**4/8",
]
OTHERS = ["exp(w)", "1/w", "sin(w)", "log(w)", "sqrt(w)", "exp(w)*w**2", "w**12", "1/(1 + exp(-w))", "tan(w)"]  # fmt: skip


def found(source, method, at="0.7", eps="0.001"):
    asked = Derivatives(parse(source))
    return next(truncations(asked, {"w": parse(at)}, "w", (method,), parse(eps), 17), None)


def quotient(source, method, at, eps):
    names = {name: getattr(mp, name) for name in ("exp", "sin", "log", "sqrt", "tan")}

    def J(w):
        return mp.mpmathify(eval(source, {"__builtins__": {}}, {**names, "w": w}))  # noqa: S307

    def central(step):
        return (J(at + step) - J(at - step)) / (2 * step)

    match method:
        case "forward":
            return (J(at + eps) - J(at)) / eps
        case "backward":
            return (J(at) - J(at - eps)) / eps
        case "central":
            return central(eps)
        case "complex":
            return J(mp.mpc(at, eps)).imag / eps
        case _:
            return (4 * central(eps / 2) - central(eps)) / 3


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("source", POLYNOMIALS)
def test_the_polynomial_is_the_estimate_and_its_powers_add_up_to_it(source, method):
    with mp.workdps(40):
        truncation = found(source, method)
        w, eps = mp.mpf("0.7"), mp.mpf("0.001")
        estimate = quotient(source, method, w, eps)
        names = {"w": w, "eps": eps}
        assert mp.almosteq(eval(truncation.estimate, {}, names), estimate, 1e-30)  # noqa: S307
        total = sum(mp.mpf(str(float(each))) for each in truncation.numbers)
        assert mp.almosteq(total, estimate, 1e-14)
        slope = mp.diff(lambda w: eval(source, {}, {"w": w}), w)  # noqa: S307
        excess = 0 if truncation.excess is None else eval(truncation.excess, {}, names)  # noqa: S307
        sign = -1 if truncation.is_below else 1
        assert abs(estimate - slope - sign * excess) < mp.mpf(10) ** -20
        assert excess >= 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("source", OTHERS)
def test_the_first_term_is_nearly_the_error_where_the_step_is_small(source, method):
    with mp.workdps(60):
        w, eps = mp.mpf("0.7"), mp.mpf("0.00001")
        error = quotient(source, method, w, eps) - mp.diff(
            lambda w: quotient(source, "central", w, mp.mpf(10) ** -25), w, 0
        )
        truncation = found(source, method, eps="0.00001")
        assert truncation.leading is not None
        assert abs(float(truncation.numbers[0]) / float(error) - 1) < 1e-3


@pytest.mark.parametrize(
    "source", ["abs(w)", "w*abs(w)", "relu(w)**2", "sqrt(w)", "where(w > 0, w**2, 0)"]
)
def test_where_j_is_not_smooth_taylor_tells_nothing(source):
    assert found(source, "forward", at="0") is None


def test_a_derivative_that_is_zero_at_the_point_is_passed_over():
    term = found("sin(w)", "forward", at="0").leading
    assert (term.order, term.part, term.rate.number) == (3, Fraction(1, 6), Fraction(-1, 6))


def test_the_letter_of_the_step_is_none_of_the_function():
    assert found("w**2", "forward").estimate == "2*w + eps"
    asked = Derivatives(parse("eps**2"))
    (truncation,) = truncations(asked, {"eps": parse("3")}, "eps", ("forward",), parse("0.1"), 17)
    assert truncation.estimate == "2*eps + h"


def test_each_method_keeps_the_slope_and_cancels_what_it_says():
    for method in METHODS:
        assert share(method, 1) == 1
    assert [share("central", order) for order in (2, 3, 4, 5)] == [0, 1, 0, 1]
    assert [share("complex", order) for order in (2, 3, 4, 5)] == [0, -1, 0, 1]
    assert [share("richardson", order) for order in (2, 3, 4, 5)] == [0, 0, 0, Fraction(-1, 4)]
    assert share("richardson", 5) / factorial(5) == Fraction(-1, 480)


def test_an_extrapolation_that_is_off_is_not_called_the_slope_itself():
    said = run(
        "diff", "exp(w)", "--at", "1", "--eps", "0.001", "--method", "richardson", "--explain"
    ).stdout
    assert "itself" not in said
    assert "The smaller eps, the nearer the estimates come to dJ/dw" in said


@pytest.mark.parametrize("words, sentence", [
    (["w**2", "--at", "3", "--eps", "0.001"], "The estimate is 2*w + eps = 6 + 0.001: too large by eps itself."),
    (["w**2", "--at", "3", "--eps", "0.001", "--method", "central"], "The estimate is 2*w: no eps is left in it."),
    (["w**2", "--at", "3", "--eps", "1e-9", "--arithmetic", "float64"],
     "Without rounding the estimate would be 2*w + eps = 6 + 1e-9: too large by eps itself."),
    (["1/w", "--at", "2", "--eps", "0.001"],
     "The error is J''(w)/2 * eps + ... = 0.125 * eps + ...: the first term is 0.000125 at eps = 0.001."),
    (["1/w", "--at", "1", "--eps", "5"],
     "the first term is 5 at eps = 5, where the others are no smaller."),
    (["x*w**2", "--at", "w=3", "x=2", "--eps", "0.001", "--wrt", "w"],
     "The estimate is 2*w*x + x*eps = 12 + 0.002: too large by x*eps."),
    (["exp(x*w)", "--at", "w=0", "x=1", "--eps", "0.001", "--wrt", "w"],
     "The error is ∂²J/∂w²/2 * eps + ... = 0.5 * eps + ...: the first term is 0.0005 at eps = 0.001."),
])  # fmt: skip
def test_explain_says_why(words, sentence):
    said = run("diff", *words, "--explain").stdout
    assert sentence in said.replace("\n", " ")
