"""What a step comes to on its way: places and kinds by hand."""

import math
from fractions import Fraction

import pytest

from derivcli.calculus.crossings import crossing
from derivcli.language.parser import parse
from derivcli.language.tree import inline

STEPS = [Fraction(1, 2**k) for k in range(24, -1, -1)]


def met(source, at, side=1, steps=STEPS):
    return crossing(inline(parse(source)), lambda _: {"x": Fraction(at)}, "x", side, steps)


@pytest.mark.parametrize("source, at, side, what, place", [
    ("abs(x)", "-0.001", 1, "kink", 0), ("abs(x)", "0.001", -1, "kink", 0),
    ("max(0, x)", "-0.000001", 1, "kink", 0), ("abs(x-1) + x^2", "1.001", -1, "kink", 1),
    ("floor(x)", "0.9", 1, "jump", 1), ("sign(x - 1/3)", "0.3", 1, "jump", Fraction(1, 3)),
    ("1/x", "0.001", -1, "pole", 0), ("log(abs(x))", "0.01", -1, "pole", 0),
    ("log(x)", "0.0001", -1, "end", 0), ("sqrt(x)", "0.5", -1, "end", 0),
    ("log(x - 0.0999)", "0.1", -1, "end", Fraction("0.0999")),
    ("x*abs(x)", "-0.5", 1, "bend", 0), ("sin(1/x)", "0.001", -1, "oscillation", 0),
    ("cbrt(x - 1)", "0.9", 1, "vertical", 1), ("x*abs(x)^(-0.1)", "-0.5", 1, "vertical", 0), ("atan(1/x)", "0.001", -1, "jump", 0), ("sqrt(abs(x))", "0.5", -1, "kink", 0),
    ("abs(x)^1.5", "-0.5", 1, "rough", 0), ("abs(x)^1.1", "0.5", -1, "rough", 0), ("x*cbrt(x)", "0.5", -1, "rough", 0),
    ("x*log(abs(x))", "0.001", -1, "rough", 0), ("x^2*log(abs(x))", "0.001", -1, "rough", 0), ("x^2*sin(1/x)", "-0.5", 1, "rough", 0),
    ("x*sin(1/x)", "-1", 1, "rough", 0),
    ("where(x < 0, 0, x^2)", "-0.5", 1, "bend", 0), ("elu(x)", "-0.5", 1, "bend", 0), ("x*atan(1/x)", "0.5", -1, "kink", 0),
    ("0.000001*abs(x) + x^2", "0.5", -1, "kink", 0), ("(x - sin(x))/abs(x)^3", "0.5", -1, "jump", 0), ("(x - sin(x))/x^5", "0.5", -1, "pole", 0),
    ("tan(x)", "1.5", 1, "pole", math.pi / 2), ("abs(x^2 - 2)", "1", 1, "kink", math.sqrt(2)),
])  # fmt: skip
def test_what_is_met_and_where(source, at, side, what, place):
    found = met(source, at, side)
    assert found is not None
    assert found.what == what
    assert float(found.at) == pytest.approx(float(place), abs=1e-18, rel=1e-15)
    assert float(found.distance) == pytest.approx(abs(float(place) - float(Fraction(at))))


@pytest.mark.parametrize("source, at, side", [
    ("x^2", "0.1", 1), ("exp(x)", "0", -1), ("abs(x)", "0.001", 1), ("log(x)", "0.001", 1),
    ("abs(x)", "-3", 1), ("abs(x)^3", "-0.5", 1), ("x/x", "1.5", -1), ("where(x < 0, 1, 1)", "-0.5", 1),
    ("sin(x)/x", "-0.5", 1), ("(1 - cos(x))/x^2", "-0.5", 1), ("(x - sin(x))/x^3", "0.5", -1), ("(tan(x) - x)/x^3", "-0.5", 1),
    ("(exp(x) - 1 - x - x^2/2)/x^3", "0.5", -1), ("exp(-1/x^2)", "-0.5", 1), ("(x + 1000000*x^3)*x/x", "-0.5", 1),
])  # fmt: skip
def test_nothing_is_met_where_nothing_is(source, at, side):
    assert met(source, at, side) is None


def test_the_nearest_comes_first():
    assert float(met("abs(x - 0.5) + abs(x - 0.25) + 1/(x - 0.75)", "0").at) == 0.25
