"""Everyday functions far out and in many digits: answered in no time, every digit right.

The expected values are mpmath's, and theorems: asinh(sinh(x)) is x.
"""

import json

import pytest
from console import run
from mpmath import mp, mpf


def found(*arguments):
    result = run("diff", *arguments, "--format", "json")
    assert result.status == 0, result.stderr
    return json.loads(result.stdout, parse_float=lambda text: text)["points"][0]


@pytest.mark.parametrize("source, w, value, slope", [
    ("asinh(sinh(x))", "2", "2", "1"), ("acosh(cosh(x))", "2", "2", "1"),
    ("erf(x) + erfc(x)", "2", "1", "0"), ("tan(atan(x) + pi/4)", "3", "-2", "0.5"),
    ("log(cosh(x) + sinh(x))", "3", "3", "1"), ("exp(lambertw(x))*lambertw(x)", "3", "3", "1"),
])  # fmt: skip
def test_what_simplifies_to_a_number_is_proved_to_be_it(source, w, value, slope):
    point = found(source, "--at", w)
    assert (point["value_exact"], point["slopes"][0]["slope_exact"]) == (value, slope)


@pytest.mark.parametrize("source, w, value, slope", [
    ("lambertw(x)", "1e300", mp.lambertw, lambda x: mp.lambertw(x) / (x * (1 + mp.lambertw(x)))),
    ("lambertw(x*exp(x))", "2", lambda x: x, 1),
    ("log(sigmoid(x))", "-1e6", lambda x: x, 1),
    ("sigmoid(x)", "1e300", 1, None), ("silu(x)", "1e300", lambda x: x, 1),
    ("gelu(x)", "1e300", lambda x: x, 1), ("erfc(x)", "-1e300", 2, None),
    ("digamma(x)", "-1234.5", mp.digamma, lambda x: mp.polygamma(1, x)),
    ("polygamma(2, x)", "-7.3", lambda x: mp.polygamma(2, x), lambda x: mp.polygamma(3, x)),
    ("gamma(x)", "-170.5", mp.gamma, lambda x: mp.gamma(x) * mp.digamma(x)),
])  # fmt: skip
def test_far_out_every_digit_is_right(source, w, value, slope):
    point = found(source, "--at", w)
    with mp.workdps(40):
        x = mpf(w)
        for number, expected in ((point["value"], value), (point["slopes"][0]["slope"], slope)):
            if expected is not None:
                assert (
                    abs(
                        mpf(str(number)) / mp.re(expected(x) if callable(expected) else expected)
                        - 1
                    )
                    < mpf(10) ** -15
                )


@pytest.mark.parametrize("source, w", [
    ("gamma(x)", "-50000000.5"), ("erfc(x)", "1e300"), ("gelu(x)", "-1e300"),
])  # fmt: skip
def test_what_is_tiny_is_not_called_too_large(source, w):
    point = found(source, "--at", w)
    assert (point["value"], point["value_problem"]) == (None, "nearer to 0 than 1e-2000")


def test_a_closed_form_is_the_value():
    point = found("erfinv(x)", "--at", "1 - 1e-300")
    y, slope = mpf(str(point["value"])), mpf(str(point["slopes"][0]["slope"]))
    assert abs(mp.erfc(y) * mpf(10) ** 300 - 1) < 1e-12
    assert abs(slope / (mp.sqrt(mp.pi) / 2 * mp.exp(y**2)) - 1) < 1e-12
    assert point["slopes"][0].get("slope_exact") is None


@pytest.mark.parametrize("source, order, derivative", [
    ("sin(x)", 100_000, "sin(x)"), ("cos(x)", 99_999, "sin(x)"), ("exp(x)*cos(x)", 44, None),
    ("sin(2*x)", 24, "16777216*sin(2*x)"), ("exp(-x/2)", 25, "-exp(-x/2)/33554432"),
    ("x**7", 10**8, "0"), ("sin(x) + cos(x)", 1_001, "-sin(x) + cos(x)"),
])  # fmt: skip
def test_a_derivative_that_comes_again_is_found_at_once(source, order, derivative):
    result = run("diff", source, "--order", str(order), "--format", "json")
    (told,) = json.loads(result.stdout)["derivatives"]
    # (exp(x)*cos(x))'''' is -4*exp(x)*cos(x)
    assert told["derivative"] == (derivative or f"-{4**11}*exp(x)*cos(x)")


def test_tanh_has_second_derivatives_far_out():
    result = run("diff", "tanh(x*b)", "--order", "2", "--at", "x=100", "b=100")
    assert result.status == 0
