"""What has no value anywhere is told so in every command, with the part at fault."""

import json

import pytest
from console import run

CONSTANTS = [
    ("w + 1/0", "1/0"), ("w^2 + log(0)", "log(0)"), ("w + 0/0", "0/0"), ("x/0", "x/0"),
    ("w + tan(pi/2)", "tan(pi/2)"), ("w + sqrt(-1)", "sqrt(-1)"), ("w + asin(2)", "asin(2)"),
    ("x*asin(5)", "asin(5)"), ("cosh(x + log(asin(5)))", "asin(5)"), ("w*0*log(0)", "log(0)"),
    ("w + 1/(1 - 1)", "1/(1 - 1)"), ("w + log(sin(pi))", "log(sin(pi))"), ("1/(1/0)", "(1/0)"),
    ("w + 1/(sqrt(2)^2 - 2)", "1/(sqrt(2)^2 - 2)"), ("(-8)^(1/3)*w", "(-8)^(1/3)"),
    ("w + log(w, 1)", "log(w, 1)"), ("log(0*w)", "log(0*w)"), ("1/(w - w)", "1/(w - w)"),
    ("a = 2; b = a - 2; J = w/b", "w/b"), ("a = w; J = w + 1/(w - a)", "1/(w - a)"),
    ("where(w > 0, 1/0, log(0))", "1/0"), ("where(1 < 2, sqrt(-2), w)", "sqrt(-2)"),
    ("where(1/0 > 0, w, 2)", "1/0"), ("w + gamma(-3)", "gamma(-3)"), ("w*0^(-1)", "0^(-1)"),
    ("w*erfinv(2)", "erfinv(2)"),
]  # fmt: skip


@pytest.mark.parametrize("source, part", CONSTANTS)
def test_what_has_no_value_anywhere_has_no_derivative(source, part):
    result = run("diff", source)
    assert (result.status, result.stdout) == (4, "")
    first, line, carets, *_ = result.stderr.splitlines()
    assert first.startswith("error: J has no value anywhere: ")
    assert line[carets.index("^") : len(carets)] == part


@pytest.mark.parametrize("command", [
    ("diff", "w + 1/0", "--at", "1"), ("table", "w + 1/0", "--at", "1"), ("steps", "w + 1/0"),
    ("check", "w + 1/0", "1"), ("check", "w", "1 + 1/0"), ("sweep", "w + 1/0", "--at", "1"),
    ("plot", "w + 1/0", "--at", "1"), ("descend", "w + 1/0", "--from", "1"),
    ("graph", "w + 1/0", "--at", "1"), ("graph", "w + 1/0", "--at", "1", "--arithmetic", "float64"),
])  # fmt: skip
def test_every_command_says_so(command):
    result = run(*command)
    assert result.status == 4
    said = result.stderr if command[0] != "table" else result.stdout
    assert "has no value anywhere: 1/0 is undefined: division by 0" in said


@pytest.mark.parametrize("source, derivative", [
    ("where(x > 0, 1/x, 1/0)", "piecewise(-1/x**2, x > 0, 1/0)"),
    ("where(x > 0, x, asin(5)*x)", "piecewise(1, x > 0, 1/0)"),
    ("where(x > 0, x, where(x < -1, x^2, 1/(x - x)))", "piecewise(1, x > 0, 2*x, x < -1, 1/0)"),
    ("piecewise(x, x > 0, 2, 1/0 > 0, 3)", "piecewise(1, x > 0, 1/0)"),
    ("0^b", "piecewise(0, b > 0, 1/0)"),
    ("where(1 > 0, x, 1/0)", "1"), ("x/(tanh(1e6) + 1)", "1/(1 + tanh(1000000))"),
    ("x/(1e-40)", "1e40"),
])  # fmt: skip
def test_what_has_a_value_somewhere_has_its_derivative_there(source, derivative):
    result = run("diff", source, "--format", "json")
    assert result.status == 0
    assert json.loads(result.stdout)["derivatives"][0]["derivative"] == derivative


@pytest.mark.parametrize("arguments, status", [
    (("0^b", "--at", "2"), 0), (("0^b", "--at", "0"), 4), (("0^b", "--at", "-1"), 4),
    (("x^b", "--at", "x=0", "b=2"), 0), (("0^b", "--at", "2", "--order", "3"), 0),
])  # fmt: skip
def test_a_power_of_0_is_0_for_positive_exponents(arguments, status):
    result = run("diff", *arguments, "--format", "json")
    assert result.status == status
    if status == 0:
        slopes = json.loads(result.stdout)["points"][0]["slopes"]
        assert [slope["slope"] for slope in slopes] == [0] * len(slopes)


@pytest.mark.parametrize("answer, status", [("0", 0), ("1", 1), ("x - x", 0)])
def test_a_name_that_j_does_not_have_has_the_derivative_0(answer, status):
    assert run("check", "y", answer, "--wrt", "x").status == status
