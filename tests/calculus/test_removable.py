"""Derivatives at edges and holes that reasoning decides: values by hand, from Taylor's series."""

import json
from fractions import Fraction

import pytest
from console import run

HEDGE = "as far as one-sided difference quotients tell"


def slopes(*arguments):
    result = run("diff", *arguments, "--format", "json")
    assert result.status == 0
    return json.loads(result.stdout)["points"][0]


DECIDED = [
    ("sqrt(x^2)^2", ["0"], 1, ["0"]),  # x^2
    ("sqrt(x^4)", ["0"], 1, ["0"]),
    ("sqrt(x^2+y^2)^2", ["x=0", "y=0"], 1, ["0", "0"]),
    ("sqrt(x^2+y^2)^2", ["x=0", "y=0"], 2, ["2", "2"]),
    ("exp(-sqrt(x^2+y^2)^2)", ["x=0", "y=0"], 1, ["0", "0"]),
    ("cos(sqrt(x^2))", ["0"], 1, ["0"]),
    ("sqrt(x^2)^3", ["0"], 2, ["0"]),
    ("sqrt((x-1)^2)^2*sin(x)", ["1"], 1, ["0"]),
    ("cbrt(x)^3", ["0"], 1, ["1"]),
    ("cbrt(x)^4", ["0"], 1, ["0"]),
    ("where(x == 0, 1, sin(x)/x)", ["0"], 1, ["0"]),
    ("where(x == 0, 1, sin(x)/x)", ["0"], 2, ["-1/3"]),
    ("sinc(x)", ["0"], 2, ["-1/3"]),  # 1 - x^2/6 + x^4/120 - x^6/5040
    ("sinc(x)", ["0"], 3, ["0"]),
    ("sinc(x)", ["0"], 4, ["0.2"]),
    ("sinc(2x)", ["0"], 2, ["-4/3"]),
    ("sinc(x-pi)", ["pi"], 2, ["-1/3"]),
    ("lambertw(x)", ["0"], 2, ["-2"]),  # x - x^2 + 3/2 x^3
    ("lambertw(x)", ["0"], 3, ["9"]),
]


@pytest.mark.parametrize("source, at, order, expected", DECIDED)
def test_what_the_formula_tends_to_is_the_derivative_without_a_hedge(source, at, order, expected):
    found = slopes(source, "--at", *at, "--order", str(order))
    assert [each["slope_exact"] for each in found["slopes"]] == expected
    assert {each["reason"] for each in found["slopes"]} == {None}
    assert HEDGE not in (found["problem"] or "")


def test_along_its_cut_atan2_is_constant_and_across_it_jumps():
    found = run("diff", "atan2(y, x)", "--at", "x=-1", "y=0", "--format", "json")
    across, along = json.loads(found.stdout)["points"][0]["slopes"]
    assert (across["variable"], across["differentiable"]) == ("y", False)
    assert (along["slope"], along["differentiable"], along["reason"]) == (0, True, None)


@pytest.mark.parametrize("source, at, hessian", [
    ("sinc(w*b)", ["w=0", "b=0"], [[0, 0], [0, 0]]),  # 1 - w^2 b^2/6
    ("sinc(w*b)", ["w=0", "b=1"], [["-1/3", 0], [0, 0]]),
    ("lambertw(b - w)", ["w=2", "b=2"], [[-2, 2], [2, -2]]),
])  # fmt: skip
def test_a_hessian_at_a_hole(source, at, hessian):
    found = slopes(source, "--at", *at, "--order", "2")
    expected = [[pytest.approx(float(Fraction(each))) for each in row] for row in hessian]
    assert found["hessian"] == expected
    assert found["problem"] is None


def test_what_is_not_decided_keeps_its_hedge():
    """The derivative has no limit."""
    found = slopes("where(x == 0, 0, x^2*sin(1/x))", "--at", "0")
    assert found["slopes"][0]["reason"] == HEDGE


@pytest.mark.parametrize("source, at, value", [
    ("asin(sin(x))", "pi/2", "pi/2"), ("acos(cos(x)*2/2)", "pi", "pi"), ("acosh(cosh(x))", "0", "0"),
    ("x*asin(sin(pi/2))", "2", "pi"), ("atan(x)*acos(-sin(pi/2))", "0", "0"),
])  # fmt: skip
def test_a_value_on_the_edge_of_a_domain_is_known_where_that_is_proved(source, at, value):
    result = run("diff", source, "--at", at, "--eps", "0.5", "--format", "json")
    assert json.loads(result.stdout)["points"][0]["value_exact"] == value


def test_asin_of_sin_is_a_triangle_wave():
    found = run("diff", "asin(sin(x))", "--at", "pi/2", "--eps", "0.5")
    assert "dJ/dx does not exist: the slope jumps from 1 to -1" in found.stdout
    assert found.status == 4
