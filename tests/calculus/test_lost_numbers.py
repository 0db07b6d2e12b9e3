"""Numbers that are missing: floats that have lost them, digits that do not tell, orders too high.

Each is missed alone, with its reason. Rounded numbers are NumPy's and mpmath's.
"""

import json

import numpy as np
import pytest
from console import run
from mpmath import mp, mpf

from derivcli.calculus.arithmetic import Float32, Float64, nearest
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import exact
from derivcli.language.parser import parse


def point(*arguments, status=0):
    result = run("diff", *arguments, "--format", "json")
    assert result.status == status
    return json.loads(result.stdout)["points"][0]


@pytest.mark.parametrize("text, single", [
    # 1 + 2**-24 lies in the middle of two singles: a little above goes up, a little below down
    ("1.0000000596046447753906251", 1 + 2.0**-23), ("1.00000005960464477539062499", 1.0),
    ("1.000000059604644775390625", 1.0), ("-1.0000000596046447753906251", -1 - 2.0**-23),
    ("1.0000001788139343261718749", 1 + 2.0**-23), ("1e-46", 0.0), ("1e-45", 2.0**-149),
    ("2.1019476964872256063e-45", 2.0**-149), ("2.1019476964872256064e-45", 2.0**-148),
])  # fmt: skip
def test_a_constant_is_rounded_once_to_float32(text, single):
    assert evaluate(parse(text), {}, Float32()) == single


@pytest.mark.parametrize("w", ["-708.75", "-708.5", "-710", "-720", "-740", "-745", "-708.123"])
def test_a_subnormal_value_is_rounded_once(w):
    with mp.workdps(60):
        value = mp.exp(mpf(float(w)))
        count = int(mp.nint(value * mpf(2) ** 1074))  # by hand: in units of the last place
    assert evaluate(parse(f"exp({w})"), {}, Float64()) == count * 5e-324
    with exact(60):
        assert nearest(value) == count * 5e-324


@pytest.mark.parametrize("name", ["pi", "e"])
def test_named_constants_are_singles(name):
    assert evaluate(parse(name), {}, Float32()) == float(np.float32(getattr(np, name)))


@pytest.mark.parametrize("source, at, slope, value", [
    ("log(1-sigmoid(z))", "40", -1.0, -40.0), ("log(sigmoid(z))", "-800", 1.0, -800.0),
    ("log(1-tanh(z))", "30", -2.0, -59.306852819440055), ("1/(1 - cos(z))", "1e-9", -4e27, 2e18),
])  # fmt: skip
def test_float64_that_has_lost_a_value_says_so_beside_the_exact_one(source, at, slope, value):
    found = point(source, "--at", at, "--arithmetic", "float64", "--eps", "1e-12")
    assert "float64 has lost this value" in found["problem"]
    assert found["value"] == pytest.approx(value, rel=1e-15)
    assert found["slopes"][0]["slope"] == pytest.approx(slope, rel=1e-15)


def test_a_value_that_floats_round_to_0_is_not_passed_off_as_0():
    found = point("x^4", "--at", "1e-120", "--arithmetic", "float64", "--eps", "0.1")
    assert found["value"] == 0
    assert found["problem"] == "float64 has lost this value: exactly, it is not 0"
    assert point("x^4", "--at", "0", "--arithmetic", "float64", "--eps", "0.1")["problem"] is None


def test_one_estimate_that_cannot_be_told_leaves_the_others():
    found = point("acos(erf(w))", "--at", "-1.74", "--eps", "0.1", "1e5")["slopes"][0]
    near, far = found["estimates"]
    with mp.workdps(30):
        there = mp.acos(mp.erf(mpf("-1.64"))) - mp.acos(mp.erf(mpf("-1.74")))
        slope = mp.diff(lambda w: mp.acos(mp.erf(w)), mpf("-1.74"))
    assert near["estimate"] == pytest.approx(float(there / mpf("0.1")), rel=1e-14)
    assert found["slope"] == pytest.approx(float(slope), rel=1e-14)
    assert (far["estimate"], "cannot tell" in far["problem"]) == (None, True)


@pytest.mark.parametrize("order", [21, 50])
def test_no_eps_is_dropped_without_a_word(order):
    arguments = ("log(1+x)", "--at", "1", "--order", str(order), "--eps", "0.1", "0.2")
    estimates = point(*arguments)["slopes"][0]["estimates"]
    assert [each["eps"] for each in estimates] == [0.1, 0.2]
    assert {each["problem"] for each in estimates} == {
        "there are no difference quotients above order 20"
    }
    assert (
        "No estimates: there are no difference quotients above order 20."
        in run("diff", *arguments).stdout
    )


def test_json_says_of_every_number_why_it_is_null():
    found = json.loads(
        run("graph", "a = tanh(x); J = a^2", "--at", "x=10000", "--format", "json").stdout
    )
    assert found["gradients"] == {"x": None}
    assert found["gradients_problem"] == {"x": "nearer to 0 than 1e-1999"}


def test_a_saturated_network_marks_what_is_rounded(tmp_path):
    data = tmp_path / "far.csv"
    data.write_text("x1,y\n50,1\n")
    curved = run("network", "1-1-1", "--data", str(data), "--activation", "tanh", "sigmoid").stdout
    assert "A1 ≈ [1]" in curved or "A1 ≈ [-1]" in curved
    lines = run("network", "1-1-1", "--data", str(data), "--activation", "linear", "sigmoid").stdout
    assert "A1 = [" in lines
