"""Pictures: what mathematics says about poles, jumps, edges and slopes is what is drawn."""

import json
import math
from fractions import Fraction
from itertools import pairwise

import pytest
from console import run

from derivcli.calculus.plot import curve, frame, heights
from derivcli.calculus.plot.picture import PlotRequest
from derivcli.calculus.plot.plotting import picture
from derivcli.calculus.results import Request
from derivcli.errors import ExitStatus, UsageError
from derivcli.language.parser import parse


def drawn(expression, at, *, span=None, eps=()):
    program = parse(expression)
    name = (program.variables or ("w",))[0]
    study = Request(program, ({name: parse(at)},), (name,), tuple(map(parse, eps)))
    return picture(PlotRequest(study, span and tuple(map(parse, span))))


def ends(found):
    return [(stretch[0][0], stretch[-1][0]) for stretch in found.stretches]


def test_tangent_function_breaks_at_its_poles_and_nowhere_else():
    found = drawn("tan(w)", "0", span=("-10", "10"))
    poles = [math.pi / 2 + k * math.pi for k in range(-3, 3)]
    gaps = [(left[1], right[0]) for left, right in pairwise(ends(found))]
    assert len(gaps) == len(poles)
    for (left, right), pole in zip(gaps, poles, strict=True):
        assert left < pole < right


def test_each_stretch_of_a_pole_ends_at_the_border_of_the_window():
    found = drawn("1/w", "0", span=("-2", "2"))
    low, high = found.window
    (_, left), (right, _) = ends(found)
    assert left == pytest.approx(1 / low, rel=1e-9)
    assert right == pytest.approx(1 / high, rel=1e-9)


def test_a_pole_of_even_order_is_a_gap_too():
    found = drawn("1/(w - 1/3)^2", "1", span=("-1", "1"))
    (_, left), (right, _) = ends(found)
    assert left < 1 / 3 < right
    assert all(low <= y <= high for low, high in [found.window] for s in found.stretches for _, y in s)  # fmt: skip


def test_floor_jumps_at_the_whole_numbers():
    found = drawn("floor(w)", "1/2", span=("-1.5", "2.5"))
    steps = [right[0] for _, right in pairwise(ends(found))]
    assert steps == pytest.approx([-1, 0, 1, 2], abs=1e-9)
    assert [stretch[0][1] for stretch in found.stretches] == [-2, -1, 0, 1, 2]


@pytest.mark.parametrize("expression", ["cbrt(w)", "tanh(10^6*w)", "w", "|w|", "max(0, w)"])
def test_what_is_steep_or_bent_but_continuous_has_no_gap(expression):
    assert len(drawn(expression, "1/2", span=("-1", "1")).stretches) == 1


def test_a_steep_line_across_the_window_is_found():
    found = drawn("10^12*(w - 1/7)", "0", span=("-1", "1"))
    assert len(found.stretches) == 1
    sampled = curve.Sampled(lambda x: 1e12 * (x - 1 / 7), 2_000)
    (crossing,) = curve.stretches(sampled, curve.grid(-1, 1, 50), (-1, 1))
    assert crossing[0][0] < 1 / 7 < crossing[-1][0]
    assert crossing[0][1] == pytest.approx(-1, abs=1e-3)


def test_a_pole_between_two_points_in_the_window_is_a_gap():
    sampled = curve.Sampled(lambda x: 0.3 / (x - 1 / 7), 500)
    left, right = curve.stretches(sampled, [-0.3, 0.7], (-1, 1), smooth=False)
    assert left[-1] == pytest.approx((1 / 7 - 0.3, -1))
    assert right[0] == pytest.approx((1 / 7 + 0.3, 1))


@pytest.mark.parametrize("expression, at, span, start, end", [
    ("sqrt(w)", "1", ("-2", "2"), 0, 2),
    ("sqrt(1 - w^2)", "0", ("-2", "3"), -1, 1),
    ("asin(w - 1/7)", "0", ("-2", "2"), 1 / 7 - 1, 1 / 7 + 1),
])  # fmt: skip
def test_the_edge_of_the_domain_is_met_to_the_pixel(expression, at, span, start, end):
    assert ends(drawn(expression, at, span=span))[0] == pytest.approx((start, end), abs=1e-9)


@pytest.mark.parametrize("expression, at, low, high", [
    ("w**2", "3", -1, 7), ("tan(w)", "0", -3, 3), ("log(w)", "1", -0.3, 2.3),
    ("sin(w)", "pi", -1, 7), ("sin(w)", "3.14159", -1, 7), ("|w|", "0", -2, 2), ("7", "1", -1, 3),
])  # fmt: skip
def test_the_default_range_has_the_size_of_the_function(expression, at, low, high):
    found = drawn(expression, at)
    assert found.range == pytest.approx((low, high), abs=0.25)


def test_the_default_range_does_not_depend_on_where_zero_is():
    for expression in ("sin(w)", "cos(w)", "exp(w)", "w**3"):
        assert drawn(f"{expression} + 10^6", "1/2").range == drawn(expression, "1/2").range


@pytest.mark.parametrize("factor", [1e-9, 1e-3, 1e3, 1e9])
def test_the_default_range_grows_with_the_argument(factor):
    near = drawn("exp(w)", "1").range
    far = drawn(f"exp(w/{factor!r})", repr(factor)).range
    assert far == pytest.approx([end * factor for end in near])


@pytest.mark.parametrize("expression", ["w**2", "sin(w)", "1/w", "5", "3*w", "gamma(w)", "|w|"])
@pytest.mark.parametrize("at", ["1e-9", "1/3", "2", "1000"])
@pytest.mark.parametrize("eps", [(), ("-1/3", "7")])
def test_range_and_window_hold_the_point_and_the_ends_of_the_chords(expression, at, eps):
    if (expression, at) == ("gamma(w)", "1000"):
        return
    found = drawn(expression, at, eps=eps)
    low, high = found.range
    bottom, top = found.window
    dots = [dot for chord in found.chords for dot in chord.ends]
    assert len(dots) >= 2
    for x, y in dots:
        assert low < x < high
        assert bottom <= y <= top


def test_the_tangent_touches_and_the_chords_meet_the_curve():
    found = drawn("w**2", "3", eps=("1",))
    (tangent,) = found.tangents
    assert tangent.ends == ((-1.0, -15.0), (7.0, 33.0))
    assert found.chords[0].ends == ((3.0, 9.0), (4.0, 16.0))
    assert found.chords[0].slope.number == 7
    assert (3.0, 9.0) in found.stretches[0]
    assert (4.0, 16.0) in found.stretches[0]


def test_a_kink_has_a_tangent_on_either_side():
    found = drawn("|w|", "0")
    assert [(each.side, each.slope.number, each.ends) for each in found.tangents] == [
        ("left", -1, ((-2.0, 2.0), (0.0, 0.0))),
        ("right", 1, ((0.0, 0.0), (2.0, 2.0))),
    ]
    assert found.status == ExitStatus.UNDEFINED


@pytest.mark.parametrize("expression, at", [("cbrt(w)", "0"), ("sqrt(w)", "0"), ("floor(w)", "1")])
def test_without_a_slope_there_is_a_curve_and_status_4(expression, at):
    found = drawn(expression, at)
    assert found.stretches
    assert found.slope is None
    assert found.status == ExitStatus.UNDEFINED


def test_without_a_value_there_is_a_curve_and_no_tangent():
    found = drawn("log(w)", "0")
    assert found.stretches
    assert (found.value, found.tangents, found.chords) == (None, (), ())


def test_defined_nowhere_is_status_4_with_nothing_drawn():
    found = drawn("sqrt(w - 1)", "2", span=("-1", "0"))
    assert (found.stretches, found.window, found.status) == ((), None, ExitStatus.UNDEFINED)


def test_a_fast_oscillation_reaches_its_heights_and_is_no_slow_one():
    found = drawn("sin(1000*w)", "0", span=("-pi", "pi"))
    heights = [y for stretch in found.stretches for _, y in stretch]
    turns = sum((a < 0) != (b < 0) for a, b in pairwise(heights))
    assert turns > 1_000  # of 2,000; evenly spaced points could show none
    assert max(heights) > 0.999
    assert min(heights) < -0.999


def test_an_oscillation_in_step_with_even_points_is_seen():
    # Zero at each of 160 even points in the range, and 0.47 of the way to the next.
    found = drawn("sin(8000*pi*w)", "1/7", span=("0", "2"))
    assert max(y for stretch in found.stretches for _, y in stretch) > 0.9


def test_work_is_bounded_by_the_size_of_the_expression(monkeypatch):
    calls = 0
    evaluate = heights.evaluate

    def counted(*arguments):
        nonlocal calls
        calls += 1
        return evaluate(*arguments)

    monkeypatch.setattr(heights, "evaluate", counted)
    drawn("+".join(f"tan({k}*w)" for k in range(1, 75)), "1", span=("-3", "3"))
    assert calls < 1_000


def test_a_constant_has_a_window_around_it():
    assert drawn("5", "1").window == (4.5, 5.5)
    assert drawn("0*w", "1").window == (-1, 1)
    low, high = drawn("sin(w)^2 + cos(w)^2", "1").window
    assert high - low > 0.1  # not the rounding in the last digit


@pytest.mark.parametrize("span", [("1", "1"), ("2", "1"), ("1", "1 + 10^-30"), ("1/0", "2")])
def test_a_range_that_is_none_is_refused(span):
    with pytest.raises(UsageError):
        drawn("w**2", "1", span=span)


@pytest.mark.parametrize("size, expected", [
    (0.65, Fraction(1, 2)), (1, 1), (1.9, 2), (3, 2), (3.3, 5), (7.2, 10), (99, 100), (2e-9, Fraction(2, 10**9)),
])  # fmt: skip
def test_nice_numbers(size, expected):
    assert frame.nice(size) == expected


def test_scale_of_powers_and_exponentials():
    def scale(source, at):
        return frame.scale(parse(source), {"w": parse(at)}, "w")

    assert scale("exp(w/10)", "3") == pytest.approx(10)
    assert scale("w^2", "3") == pytest.approx(3)
    assert scale("3*w", "1") == math.inf
    assert scale("w^2", "0") == 0
    assert scale("|w|", "0") is None
    assert scale("log(w)", "-1") is None


@pytest.mark.parametrize("source, at, value", [
    ("exp(x)/(1 + exp(x))", "720", 1.0), ("sqrt(x^2 + 1)", "1e200", 1e200),
    ("x - sqrt(x^2 - 1)", "1e200", 5e-201), ("x^3/x^2", "1e150", 1e150), ("log(cosh(x))", "-900", 900 - math.log(2)),
])  # fmt: skip
def test_where_float64_has_lost_j_exact_numbers_draw_it(source, at, value):
    dots = [dot for stretch in drawn(source, at).stretches for dot in stretch]
    nearest = min(dots, key=lambda dot: abs(dot[0] - float(at)))
    assert nearest == pytest.approx((float(at), value), rel=0.02)


def test_a_curve_that_breaks_off_says_why():
    whole = drawn("log(1+exp(x))", "0", span=("-1000", "1000"))
    assert ends(whole) == [(-1000, 1000)]
    assert (
        "beyond" not in run("plot", "log(1+exp(x))", "--at", "0", "--range", "-1000", "1000").stdout
    )
    cut = run("plot", "exp(x)", "--at", "0", "--range", "-1000", "1000").stdout
    assert "Where J is beyond float64 (1.8e308), the curve breaks off." in cut


@pytest.mark.parametrize("source, at, height", [
    ("sqrt(x+1)-sqrt(x)", "1e100", 5e-51), ("(1-cos(x))/x^2", "1e-9", 0.5), ("sqrt(x^2+1)-x", "1e9", 5e-10),
])  # fmt: skip
def test_what_float64_loses_is_drawn_from_exact_numbers(source, at, height):
    """The heights are 1/(2*sqrt(x)), 1/2 and 1/(2*x), by expansion."""
    result = run("plot", source, "--at", at, "--format", "json")
    (stretch,) = json.loads(result.stdout)["stretches"]
    w = float(at)
    middle = min(stretch, key=lambda dot: abs(dot[0] - w))
    assert middle[1] == pytest.approx(height, rel=0.1)
