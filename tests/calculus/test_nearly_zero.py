"""Numbers next to 0: shown with their digits, or with a bound, and as 0 only where they are 0.

The expected digits are mpmath's, in 1,000 to 3,000 digits.
"""

import json

import pytest
from console import run
from mpmath import mp, mpf


def told(*arguments):
    result = run("diff", *arguments, "--format", "json")
    assert result.status == 0
    return json.loads(result.stdout, parse_float=lambda text: text)["points"][0]["slopes"][0]


@pytest.mark.parametrize("source, w, slope", [
    ("tanh(x)", "1000", lambda x: 1 / mp.cosh(x) ** 2),
    ("erf(x)", "50", lambda x: 2 * mp.exp(-(x**2)) / mp.sqrt(mp.pi)),
    ("x - sqrt(x**2 - 1)", "1e200", lambda x: 1 - x / mp.sqrt(x**2 - 1)),
    ("atan(x)", "1e200", lambda x: 1 / (1 + x**2)), ("exp(-x)", "2000", lambda x: -mp.exp(-x)),
    ("log(sigmoid(x))", "4000", lambda x: 1 / (1 + mp.exp(x))),
    ("log(cosh(x)) - x", "1500", lambda x: mp.tanh(x) - 1),
    ("1/x**9", "1e100", lambda x: -9 / x**10),
])  # fmt: skip
def test_a_slope_next_to_0_keeps_its_digits(source, w, slope):
    with mp.workdps(3_000):
        found = mpf(str(told(source, "--at", w)["slope"]))
        assert abs(found / slope(mpf(w)) - 1) < mpf(10) ** -15


@pytest.mark.parametrize("source, w", [("tanh(x)", "10000"), ("erfc(x) + 1", "1e150")])
def test_what_thousands_of_digits_do_not_tell_from_0_gets_a_bound(source, w):
    slope = told(source, "--at", w)
    assert (slope["slope"], slope["slope_problem"]) == (None, "nearer to 0 than 1e-2000")
    shown = run("diff", source, "--at", w, "--eps", "0.001", "--explain")
    assert shown.status == 0
    assert "dJ/dx < 1e-2000" in shown.stdout
    assert "is 0" not in shown.stdout
    assert "If x" not in shown.stdout


@pytest.mark.parametrize("source, w", [
    ("softplus(x)", "1000"), ("log(1 + exp(x))", "700"), ("log(sigmoid(x))", "-350"),
    ("log(cosh(x))", "500"), ("lambertw(x)", "1e300"), ("lambertw(x*exp(x))", "2"),
])  # fmt: skip
def test_everyday_functions_far_out_are_answered(source, w):
    # SymPy takes seconds to tell that it cannot prove W(x*exp(x)) = x; how many, is its affair.
    assert told(source, "--at", w, "--eps", "0.001", "--timeout", "300")["slope"] is not None


def test_what_is_0_is_0():
    assert told("sin(x)**2 + cos(x)**2", "--at", "2")["slope"] == 0
    assert told("cos(x)", "--at", "pi")["slope"] == 0


def test_a_graph_leaves_the_name_of_what_is_not_told_from_0():
    """exp(-exp(30)) is 10**(-4.6e12)."""
    shown = run("graph", "a = exp(-exp(x)); J = 2*a + a^2", "--at", "x=30")
    assert shown.status == 0
    assert "a = exp(-exp(x)) = exp(-exp(30)) < 1e-2000" in shown.stdout
    assert "J = 2*a + a**2 < 1e-2000" in shown.stdout
    assert "J changes by < 1e-2000" in shown.stdout
    for wrong in ("= <", "≈ <", "up by <", "down by <"):
        assert wrong not in shown.stdout


def test_a_tangent_that_is_not_told_from_level_neither_rises_nor_falls():
    shown = run("plot", "tanh(x)", "--at", "10000")
    assert "The tangent stays level over a width of 5: slope < 1e-2000." in shown.stdout
