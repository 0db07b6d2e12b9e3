"""Numbers next to 0: shown with their digits, or with a bound, and as 0 only where they are 0.

The expected digits are mpmath's, in 1,000 to 3,000 digits.
"""

import json

import pytest
from console import run
from mpmath import mp, mpf

from derivcli.calculus.symbolic import is_zero
from derivcli.language.parser import parse
from derivcli.language.tree import inline


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


@pytest.mark.parametrize("source, w", [("log(sigmoid(x))", "1e4"), ("log(erf(x))", "100"), ("log(erf(x))", "70")])  # fmt: skip
def test_a_change_that_sympy_takes_for_0_is_not_shown_as_one(source, w):
    estimate = told(source, "--at", w, "--eps", "0.1")["estimates"][0]
    assert (estimate["estimate"], estimate["estimate_exact"]) == (None, None)


@pytest.mark.parametrize("source", [
    "log(tanh(3000)) - log(tanh(4000))", "log(tanh(100000.001)) - log(tanh(100000))",
    "log(erf(100)) - log(erf(101))", "abs(tanh(100000) - 1)", "log(sigmoid(10^8))",
])  # fmt: skip
def test_a_constant_that_is_not_0_is_not_proved_to_be(source):
    assert is_zero(inline(parse(source))) is not True


@pytest.mark.parametrize("source", [
    "2*erf(10^5) - erf(10^5) - erf(10^5)", "tanh(10^5)^2 - tanh(10^5)*tanh(10^5)", "sin(pi)",
    "sqrt(2)*sqrt(3) - sqrt(6)", "log(exp(2)) - 2",
])  # fmt: skip
def test_a_constant_that_is_0_is_proved_to_be(source):
    assert is_zero(inline(parse(source))) is True


def test_the_estimates_of_a_deep_graph_are_no_zeros():
    nodes = "; ".join(f"a{k + 1} = sin(a{k}) + a{k}" for k in range(5))
    result = run("graph", nodes, "--at", "a0=1", "--format", "json")
    found = {row["name"]: row["estimate"] for row in json.loads(result.stdout)["check"]}
    with mp.workdps(100):
        for nudged in range(5):
            a, eps = mpf(1), mpf("0.001")
            values = [a := a if k == 0 else mp.sin(a) + a for k in range(6)]
            b = values[nudged] + eps
            for _ in range(5 - nudged):
                b = mp.sin(b) + b
            expected = (b - values[5]) / eps
            assert abs(mpf(found[f"a{nudged}"]) / expected - 1) < mpf(10) ** -14
