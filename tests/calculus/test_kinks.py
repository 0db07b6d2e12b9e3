"""Verdicts, from calculus textbooks: is there a derivative, and which?"""

from fractions import Fraction

import pytest

from derivcli.calculus.results import Request
from derivcli.calculus.study import study_of
from derivcli.language.parser import parse


def slope_of(source, at="0", order=1):
    program = parse(source)
    request = Request(program, ({"w": parse(at)},), ("w",), (), order)
    return study_of(request).points[0].slopes[0]


DIFFERENTIABLE = [
    ("abs(w)*w", "0", "0"),
    ("abs(w)**3", "0", "0"),
    ("abs(w)**1.5", "0", "0"),
    ("cbrt(w)**4", "0", "0"),
    ("cbrt(w)**3", "0", "1"),
    ("abs(w) - abs(w)", "0", "0"),
    ("max(w, -w) - abs(w)", "0", "0"),
    ("max(w, w)", "0", "1"),
    ("max(w, w + abs(w)*w)", "0", "1"),
    ("elu(w)", "0", "1"),
    ("sinc(w)", "0", "0"),
    ("where(w**2 > 0, w, 0)", "0", "1"),
    ("where(w == 0, 0, w**2*sin(1/w))", "0", "0"),
    ("where(w == 0, 1, sin(w)/w)", "0", "0"),
    ("where(w == 0, 1, (exp(w) - 1)/w)", "0", "0.5"),
    ("piecewise(w**2, w <= 2, 4*w - 4)", "2", "4"),
    ("lambertw(w**2)", "0", "0"),
    ("sqrt(w**4)", "0", "0"),
    ("floor(w)", "0.5", "0"),
    ("floor(w)*sin(pi*w)**2", "2", "0"),
    ("abs(w - 1) + abs(w + 1)", "0", "0"),
    ("relu(w)**2", "0", "0"),
    ("w*heaviside(w)*w", "0", "0"),
    ("atan2(0, w)", "1", "0"),
    ("atan2(0, w)", "-1", "0"),
    ("atan2(w**2, -1)", "0", "0"),
    ("1e-10*cbrt(w**3)", "0", "1e-10"),
    ("where(w != 0, exp(-1/w**2), 0)", "0", "0"),
    ("sqrt(abs(w))**3", "0", "0"),
    ("where(w == 0, 0, w)", "0", "1"),
    ("where(w == 2, 4, w**2)", "2", "4"),
    ("piecewise(1, w == 1, 2, w == 2, w)", "1", "1"),
    ("1e14*sqrt(w**4) + w", "0", "1"),
    ("sqrt(w**4) + 1e-14*w", "0", "1e-14"),
    ("1e10*sqrt(w**4) + w/1e9", "0", "1e-9"),
    ("where(sin(w)**2 + cos(w)**2 == 1, w**2, w**3)", "2", "4"),
    ("abs(w**w)", "1", "1"),
]


@pytest.mark.parametrize("source, at, slope", DIFFERENTIABLE)
def test_there_is_a_derivative(source, at, slope):
    found = slope_of(source, at)
    assert found.differentiable is True
    assert found.slope.exact == slope


NOT = [
    ("abs(w)", "0", "-1", "1", "the slope jumps from -1 to 1"),
    ("abs(w)**1", "0", "-1", "1", "the slope jumps"),
    ("sqrt(w**2)", "0", "-1", "1", "the slope jumps"),
    ("max(w, 2*w)", "0", "1", "2", "the slope jumps"),
    ("min(w, 2*w)", "0", "2", "1", "the slope jumps"),
    ("leaky_relu(w)", "0", "0.01", "1", "the slope jumps"),
    ("exp(abs(w))", "0", "-1", "1", "the slope jumps"),
    ("abs(sin(w))", "pi", "-1", "1", "the slope jumps from -1 to 1"),
    ("abs(w**2 - 2)", "sqrt(2)", None, None, "the slope jumps from about -2.828427125"),
    ("sqrt(w)", "0", None, None, "J is defined only at and to the right"),
    ("w**1.5", "0", None, "0", "J is defined only at and to the right"),
    ("acos(w)", "1", None, None, "J is defined only at and to the left"),
    ("asin(1 + w**2)", "0", None, None, "J is defined at this point alone"),
    ("cbrt(w)", "0", None, None, "the tangent is vertical"),
    ("cbrt(w)**2", "0", None, None, "the tangent is vertical"),
    ("floor(w)", "3", None, "0", "J jumps from 2 to 3"),
    ("ceil(w)", "3", "0", None, "J jumps from 3 to 4"),
    ("sign(w)", "0", None, None, "J jumps from -1 over 0 to 1"),
    ("heaviside(w)", "0", None, None, "J jumps from 0 over 0.5 to 1"),
    ("where(w == 0, 5, w)", "0", None, None, "J jumps: it is 5 at the point, but tends to 0"),
    ("piecewise(w**2, w <= 2, 5*w - 7)", "2", "4", None, "J jumps from 4 to 3"),
    ("atan2(0*w + 0, w)", "0", None, None, "undefined"),
    ("atan2(w, -1)", "0", None, "-1", "J jumps from about -3.141592654 to"),
    ("where(w == 0, 0, w*sin(1/w))", "0", None, None, "oscillates"),
    ("where(w == 0, 0, w*sin(pi/w))", "0", None, None, "oscillates"),
    ("1e-10*sqrt(w**2)", "0", "-1e-10", "1e-10", "the slope jumps"),
    ("1e10*sqrt(w**4) + abs(w)/1e9", "0", "-1e-9", "1e-9", "the slope jumps"),
    ("sqrt(w**4) + 1e-20*abs(w)", "0", None, None, "the slope jumps"),
    ("1e-10*acosh(cosh(w))", "0", "-1e-10", "1e-10", "the slope jumps"),
    ("abs(log(w))", "1", "-1", "1", "the slope jumps"),
    ("abs(asin(w))", "0", "-1", "1", "the slope jumps"),
    ("abs(w**3 - 2)", "cbrt(2)", None, None, "the slope jumps from about -4.762203156"),
    ("leaky_relu(where(w > 1, w, 0))", "1", None, None, "J jumps from 0 to 1"),
]


@pytest.mark.parametrize("source, at, left, right, reason", NOT)
def test_there_is_none(source, at, left, right, reason):
    found = slope_of(source, at)
    assert found.differentiable is False
    assert found.slope is None
    if left is not None:
        assert found.left.exact == left
    if right is not None:
        assert found.right.exact == right
    assert reason in found.reason


@pytest.mark.parametrize("source, at, order", [
    ("where(w == 0, 0, w*log(abs(w)))", "0", 1),
    ("cbrt(floor(w)*w)", "1/3", 2), ("sqrt(relu(-w))", "1", 2),
])  # fmt: skip
def test_what_numbers_cannot_tell_is_said_to_be_undecided(source, at, order):
    found = slope_of(source, at, order)
    assert found.differentiable is None
    assert "not tell" in found.reason


@pytest.mark.parametrize("source, x, slope", [
    ("where(w*x == 0, w, w**2)", "0", 0), ("where(w*x == w, w**3, w**2)", "1", 12), ("where(w**x == 1, w**3, w**2)", "0", 12),
])  # fmt: skip
def test_a_piece_that_holds_for_another_variable_is_kept(source, x, slope):
    program = parse(source)
    request = Request(program, ({"w": parse("2"), "x": parse(x)},), ("w",), (), 2)
    found = study_of(request).points[0].slopes[0]
    assert found.slope is None or float(found.slope) == slope


def test_a_limit_is_no_simple_fraction_by_chance():
    found = slope_of("gamma(where(elu(w) != relu(w), w, w)**w)", "e")
    assert not isinstance(found.slope.number, Fraction)
    # 2*digamma(e**e)*gamma(e**e)*e**e, by mpmath
    assert float(found.slope) == pytest.approx(10725777784655.834, rel=1e-15)


HIGHER = [
    ("abs(w)**3", 2, "0"),
    ("abs(w)*w**2", 2, "0"),
    ("w*abs(w)*w", 2, "0"),
    ("sinc(w)", 2, "-1/3"),
    ("sinc(w)", 3, "0"),
    ("relu(w)**3", 2, "0"),
    ("sin(w)", 2, "0"),
    ("lambertw(w)", 2, "-2"),
    ("where(w > 0, 0, 0)", 2, "0"),
    ("where(w == 0, 1/2, (1 - cos(w))/w**2)", 2, "-1/12"),
]


@pytest.mark.parametrize("source, order, slope", HIGHER)
def test_there_is_a_higher_derivative(source, order, slope):
    assert slope_of(source, "0", order).slope.exact == slope


@pytest.mark.parametrize("source, order", [
    ("abs(w)**3", 3), ("abs(w)*w", 2), ("relu(w)**2", 2), ("sign(w)", 2), ("abs(w)", 2),
    ("where(w < 0, 0, 1)", 2), ("elu(w)", 2), ("cbrt(w)**4", 2),
])  # fmt: skip
def test_there_is_no_higher_derivative(source, order):
    found = slope_of(source, "0", order)
    assert found.slope is None
    assert found.differentiable is False


@pytest.mark.parametrize("source, at", [
    ("pi*cbrt(w**3)", "0"), ("max(pi*sin(w), pi*sin(w))", "0"), ("min(pi*w, pi*w)", "e"),
    ("leaky_relu(min(pi*w, pi*w))", "pi"), ("w*floor(w) - w*floor(w) + pi*w", "2"),
])  # fmt: skip
def test_an_irrational_slope_found_by_probing_is_rounded_not_exact(source, at):
    found = slope_of(source, at)
    assert found.differentiable is True
    assert found.slope.exact in (None, "pi")
    assert float(found.slope) == 3.141592653589793


def test_what_numbers_tell_is_marked_as_such():
    for source in ("where(w == 0, 0, w**2*sin(1/w))", "where(w == 0, 0, w*sin(1/w))"):
        assert "as far as one-sided difference quotients tell" in slope_of(source).reason
    for source in ("abs(w)**3", "cbrt(w)**4"):
        assert slope_of(source).reason is None


@pytest.mark.parametrize("source, at, slope", [
    ("1e20*abs(w)**1.5 + w", "0", 1), ("abs(w)**1.2 + w/1e14", "0", 1e-14),
    ("where(w == 0, 0, w**2*tanh(1e60*w)/w)", "0", 0), ("sqrt(w**2)**2", "0", 0),
    ("where(w == 0, 1, sin(w)/w)", "0", 0), ("acosh(1 + w**4)", "0", 0), ("atan(w)*abs(w)", "0", 0),
    ("where(w == 0, 1/2, (1 - cos(w))/w**2)", "0", 0), ("cbrt(tan(w)**3)", "0", 1),
    ("where(w == 0, 1, log(1 + w)/w)", "0", -0.5), ("sqrt(w**4 + w**6)", "0", 0),
    ("where(w == 0, 1, w/(exp(w) - 1))", "0", -0.5), ("exp(-sqrt(w**2)**2)", "0", 0),
])  # fmt: skip
def test_an_expansion_decides_the_slope(source, at, slope):
    found = slope_of(source, at)
    assert (found.differentiable, float(found.slope), found.reason) == (True, slope, None)


@pytest.mark.parametrize("source, reason", [
    ("floor(1e60*w)*1e-60", "J jumps from -1e-60 to 0"),
    ("floor(1e60*w)*1e-60 + sqrt(w**2)**2", "J jumps from -1e-60 to 0"),
    ("1e-200*floor(w) + sqrt(w**2)**2 + w", "J jumps from -1e-200 to 0"), ("asin(1 - w**2)", "the slope jumps"),
    ("sqrt(1 - cos(w))", "the slope jumps"), ("sqrt(abs(w))", "the tangent is vertical"),
    ("ceil(w)*w + ceil(w)", "J jumps from 0 to 1"), ("acos(1 - abs(w))", "the tangent is vertical"),
])  # fmt: skip
def test_an_expansion_decides_that_there_is_no_slope(source, reason):
    found = slope_of(source)
    assert found.differentiable is False
    assert reason in found.reason
    assert "as far as" not in found.reason


def test_slopes_of_another_order_are_not_shown_as_left_and_right():
    found = slope_of("abs(w)", "0", 2)
    assert (found.left, found.right, found.differentiable) == (None, None, False)
    assert "the derivative of order 1 does not exist: the slope jumps" in found.reason


def test_what_is_undecided_is_not_said_to_be_missing():
    found = slope_of("sinc(w)", "0", 12)
    assert found.differentiable is None
    assert found.reason.startswith("the derivative of order 9 is undecided: ")
