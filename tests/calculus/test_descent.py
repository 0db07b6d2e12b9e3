"""Gradient descent: paths worked out by hand, and every way in which one can end."""

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from derivcli.calculus.descent import values
from derivcli.calculus.descent.descend import descend
from derivcli.calculus.descent.trajectory import DescentRequest
from derivcli.calculus.ties import ties
from derivcli.errors import ExitStatus, RefusedError, UndefinedError, UsageError
from derivcli.language.parser import parse
from derivcli.language.text import text


def go(source, *, rate="0.1", iterations=20, arithmetic=None, wrt=None, seconds=10.0, **start):
    program = parse(source, set(start))
    moving = tuple(wrt or start)
    point = {name: parse(str(value)) for name, value in start.items()}
    return descend(
        DescentRequest(program, point, moving, parse(rate), iterations, arithmetic, 17, seconds)
    )


def column(path, name):
    return [step.at[name].number for step in path.steps]


def test_the_course_square_from_three_in_exact_numbers():
    """With rate 0.1 each step leaves 0.8 of w: 3, 2.4, 1.92, 1.536, ..."""
    path = go("w**2", w=3)
    expected = [Fraction(3) * Fraction(4, 5) ** k for k in range(21)]
    assert column(path, "w") == expected
    assert [step.value.number for step in path.steps] == [w * w for w in expected]
    assert [step.gradient["w"].number for step in path.steps] == [2 * w for w in expected]
    assert path.steps[0].step["w"].number == Fraction(-3, 5)
    assert path.steps[-1].step is None
    assert (path.outcome, path.ending, path.arithmetic) == ("stopped", "iterations", "exact")
    assert path.status == ExitStatus.ANSWERED


def test_the_course_neuron_in_two_variables():
    """(w x + b - y)^2/2 at w = 2, b = 8, x = -2, y = 2: dJ/dw = -4, dJ/db = 2; then a halves."""
    path = go("(w*x + b - y)**2/2", w=2, b=8, x=-2, y=2, wrt=("w", "b"), iterations=3)
    assert [each.number for each in path.steps[0].gradient.values()] == [-4, 2]
    assert column(path, "w") == [2, Fraction("2.4"), Fraction("2.6"), Fraction("2.7")]
    assert column(path, "b") == [8, Fraction("7.8"), Fraction("7.7"), Fraction("7.65")]
    assert [step.value.number for step in path.steps] == [
        2,
        Fraction(1, 2),
        Fraction(1, 8),
        Fraction(1, 32),
    ]
    assert {name: float(value) for name, value in path.data.items()} == {"x": -2, "y": 2}


def test_irrational_paths_are_right_to_the_last_digit():
    path = go("exp(w) - 2*w", w=0, iterations=30)
    assert path.arithmetic == "exact"
    with mp.workdps(60):
        w = mp.mpf(0)
        for step in path.steps:
            assert abs(mp.mpf(str(step.at["w"].number)) - w) <= mp.mpf(10) ** -24 * abs(w)
            w -= (mp.exp(w) - 2) / 10


def test_float64_is_that_of_a_plain_loop():
    path = go("w**2", w=3, iterations=500, rate="1e-3", arithmetic="float64")
    w = 3.0
    for step in path.steps:
        assert step.at["w"].number == w
        w -= 1e-3 * (2 * w)


def test_more_than_a_hundred_steps_are_float64_unless_told():
    assert go("w**2", w=3, rate="0.01", iterations=100).arithmetic == "exact"
    assert go("w**2", w=3, rate="0.01", iterations=101).arithmetic == "float64"
    assert go("w**2", w=3, rate="0.01", iterations=101, arithmetic="exact").arithmetic == "exact"


def test_where_exact_numbers_take_too_long_float64_goes_on():
    path = go("exp(sin(w))*cos(w**3)", w=1, iterations=100, seconds=1e-9)
    assert path.arithmetic == "float64"
    assert "too long" in path.note
    assert len(path.steps) > 1


# How it ends


def test_convergence_is_relative_to_the_largest_gradient():
    """0.8**93 is the first power below 1e-9."""
    path = go("w**2", w=3, iterations=1000)
    assert (path.outcome, path.ending) == ("converged", "gradient")
    assert len(path.steps) - 1 == math.ceil(math.log(1e-9) / math.log(0.8)) == 93
    assert path.critical.kind == "minimum"
    assert float(path.critical.at["w"]) == 0
    small = go("w**2/10**12", w="3e-6", rate="10**11", iterations=1000)
    assert len(small.steps) == len(path.steps) or small.outcome == "converged"


@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
def test_rate_one_jumps_between_three_and_minus_three(arithmetic):
    path = go("w**2", w=3, rate="1", iterations=6, arithmetic=arithmetic)
    assert column(path, "w") == [3, -3, 3, -3, 3, -3, 3]
    assert path.outcome == "stopped"
    assert path.curvature.constant
    assert path.curvature.highest.number == 2


@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
def test_a_rate_above_two_over_the_second_derivative_diverges(arithmetic):
    """1 - 1.1*2 = -1.2: each step makes w 1.2 times as large, on the other side."""
    path = go("w**2", w=3, rate="1.1", iterations=5, arithmetic=arithmetic)
    assert [float(w) for w in column(path, "w")] == pytest.approx(
        [3 * (-1.2) ** k for k in range(6)]
    )
    assert path.outcome == "diverged"
    assert path.status == ExitStatus.ANSWERED


@given(st.integers(1, 40), st.integers(2, 390))
@settings(max_examples=60)
def test_a_parabola_converges_below_its_bound_and_not_above(a, hundredths):
    """J = a w**2 has J'' = 2a: |1 - rate*2a| < 1 exactly for rates below 2/J'' = 1/a."""
    factor = Fraction(hundredths, 200)  # of 1/a: 0.01 to 1.95
    path = go(f"{a}*w**2", w=1, rate=f"{hundredths}/{200 * a}", iterations=60)
    last = abs(path.steps[-1].at["w"].number)
    if factor < 1:
        assert last < 1
        assert path.outcome != "diverged"
    else:
        assert path.outcome == ("stopped" if factor == 1 else "diverged")


def test_runaway_is_stopped_long_before_the_last_iteration():
    path = go("w**2", w=3, rate="1.1", iterations=100_000, arithmetic="float64")
    assert (path.outcome, path.ending) == ("diverged", "growth")
    assert len(path.steps) < 200


def test_a_function_without_minimum_runs_away_downhill():
    path = go("w**3", w=-1, iterations=1000)
    assert path.outcome == "diverged"
    assert float(path.steps[-1].value) < -1e10
    assert go("-w**2", w=1).outcome == "diverged"


def test_leaving_the_domain_ends_the_path():
    """log from 1 with rate 0.5: 1, 0.5, then 0.5 - 0.5*2 = -0.5. Its derivative 1/w lives there."""
    for arithmetic in ("exact", "float64"):
        path = go("log(w)", w=1, rate="0.5", arithmetic=arithmetic)
        assert column(path, "w") == [1, Fraction(1, 2)]
        assert path.ending == "undefined"
        assert float(path.problem_at["w"]) == -0.5
        assert path.steps[-1].step["w"].number == -1
        assert "it needs w > 0" in path.reason
        assert path.status == ExitStatus.UNDEFINED


@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
def test_a_kink_that_is_hit_ends_the_path(arithmetic):
    """|w| from 3 with rate 0.5 steps on 0 exactly; SymPy's sign(0) = 0 would call it a minimum."""
    path = go("|w|", w=3, rate="0.5", arithmetic=arithmetic)
    assert column(path, "w")[-1] == Fraction(1, 2)
    assert path.ending == "kink"
    assert path.reason == "the slope jumps from -1 to 1"
    assert path.status == ExitStatus.UNDEFINED


def test_a_kink_that_is_jumped_across_is_found():
    path = go("|w - 1|", w=3, rate="0.3")
    assert path.ending == "iterations"
    assert float(path.kink) == pytest.approx(1)
    assert go("w**2", w=3, rate="0.9").kink is None
    assert go("|w|**3", w=1, rate="0.5").kink is None  # a tie, and a derivative all the same


@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
def test_a_tie_with_a_derivative_is_no_kink(arithmetic):
    """relu(w)**2 has the slope 0 at 0, from both sides."""
    path = go("relu(w)**2", w=1, rate="0.5", arithmetic=arithmetic)
    assert path.ending == "gradient"
    assert float(path.steps[-1].at["w"]) == 0


@pytest.mark.parametrize(
    "source, start, kind",
    [
        ("cos(w)", {"w": 0}, "maximum"),
        ("sin(w)", {"w": "pi/2"}, "maximum"),
        ("w**3", {"w": 0}, "saddle"),
        ("w**4", {"w": 0}, "minimum"),
        ("-w**4", {"w": 0}, "maximum"),
        ("w**2 - b**2", {"w": 0, "b": 0}, "saddle"),
        ("w**2 + b**2", {"w": 0, "b": 0}, "minimum"),
        ("-w**2 - b**2", {"w": 0, "b": 0}, "maximum"),
        ("(w - b)**2", {"w": 1, "b": 1}, "valley"),
        ("relu(w)", {"w": -3}, "flat"),
        ("5 + 0*w", {"w": 3}, "flat"),
    ],
)
def test_a_start_without_slope_is_told_for_what_it_is(source, start, kind):
    path = go(source, **start)
    assert len(path.steps) == 1
    assert path.critical.kind == kind
    assert path.outcome == ("stopped" if kind == "flat" else "converged")


@pytest.mark.parametrize("iterations", [20, 1000])
def test_a_saddle_ahead_is_noticed(iterations):
    inflection = go("w**3", w=1, iterations=iterations)
    assert (inflection.critical.kind, inflection.critical.ahead) == ("saddle", True)
    assert float(inflection.critical.at["w"]) == 0
    saddle = go("w**2 - b**2", w=1, b=0, iterations=iterations)
    assert saddle.critical.kind == "saddle"
    assert [float(each) for each in saddle.critical.at.values()] == [0, 0]


def test_a_minimum_ahead_is_no_news():
    assert go("w**2", w=3).critical is None
    assert go("(w - b)**2 + w**2", w=3, b=1).critical is None


def test_the_curvature_of_several_variables_is_that_of_the_hessian():
    """The Hessian of the neuron is [[x*x, x], [x, 1]]: eigenvalues 0 and 1 + x**2."""
    path = go("(w*x + b - y)**2/2", w=2, b=8, x=-2, y=2, wrt=("w", "b"))
    assert float(path.curvature.lowest) == 0
    assert path.curvature.highest.number == 5
    assert path.curvature.constant


def test_many_variables_are_not_judged_by_their_hessian():
    names = [f"v{index}" for index in range(9)]
    path = go(" + ".join(f"{name}**2" for name in names), iterations=200, **dict.fromkeys(names, 1))
    assert path.outcome == "converged"
    assert path.critical.kind == "unknown"
    assert path.curvature is None


def test_steps_below_the_last_digit_end_the_path():
    path = go("w", w="1e20", arithmetic="float64")
    assert path.ending == "stalled"
    assert len(path.steps) == 1


# What is refused


@pytest.mark.parametrize("source, start", [("|w|", 0), ("log(w)", -1), ("sqrt(w)", 0), ("1/w", 0)])
@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
def test_a_start_without_slope_or_value_is_an_error(source, start, arithmetic):
    with pytest.raises(UndefinedError):
        go(source, w=start, arithmetic=arithmetic)


@pytest.mark.parametrize("rate, what", [("0", "is 0"), ("-0.1", "below 0"), ("sin(0)", "is 0")])
def test_a_rate_has_to_be_above_zero(rate, what):
    with pytest.raises(UsageError, match=what) as caught:
        go("w**2", w=3, rate=rate)
    assert "0.1" in caught.value.hint


@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
def test_a_steep_start_is_no_runaway(arithmetic):
    path = go("10**15*(w - 1)**2", w=3, rate="10**-16", iterations=3, arithmetic=arithmetic)
    assert [float(w) for w in column(path, "w")] == pytest.approx([3, 2.6, 2.28, 2.024])
    assert path.outcome == "stopped"
    space = go(
        "10**15*(w**2 + b**2)", w=3, b=1, rate="10**-16", iterations=3, arithmetic=arithmetic
    )
    assert len(space.steps) == 4


def test_a_start_beyond_float64_is_refused():
    with pytest.raises(RefusedError):
        go("exp(w)", w=1000)


# The parts


def test_steps_survive_the_pipe():
    for path in (go("w**2", w=3), go("w**2 + b**2", w=1, b=2, iterations=500)):
        assert pickle.loads(pickle.dumps(path)) == path  # noqa: S301 - our own


def test_ties_are_all_that_can_make_a_kink():
    def found(source):
        return {text(tie) for tie in ties(parse(source).output.expression)}

    assert found("w**2 + exp(w)") == set()
    assert found("max(w, b)") == {"w - b"}
    assert found("where(w < 2, w, 1)") == {"w - 2"}
    assert "w - 1" in found("|w - 1|") or "w - 1 - 0" in found("|w - 1|")
    assert found("sqrt(w)") == {"w"}


def test_a_kink_between_two_steps_is_found_to_the_last_bit():
    root = go("|w**2 - 2|", w="1", rate="0.3", iterations=1).kink
    assert float(root) == math.sqrt(2)
    # 0.1 is no float64, and the kink is at 0.1 all the same.
    assert go("|w - 0.1|", w="1", rate="0.7", iterations=5).kink.number == Fraction(1, 10)
    assert go("w**2", w="1", rate="0.9", iterations=5).kink is None


def test_long_fractions_go_on_as_balls():
    short = Fraction(1, 3)
    assert values._shortened(short) == short
    assert not isinstance(values._shortened(Fraction(1, 3**5000)), Fraction)
    path = go("w**4", w="0.3", rate="0.01", iterations=60)
    with mp.workdps(60):
        w = mp.mpf("0.3")
        for _ in range(60):
            w -= 4 * w**3 / 100
        assert abs(mp.mpf(str(path.steps[-1].at["w"].number)) - w) <= mp.mpf(10) ** -24


def test_a_slope_below_float64_is_not_0():
    path = go("exp(-w)", w=800)
    assert (path.outcome, path.ending) == ("stopped", "iterations")
    assert not path.steps[0].gradient["w"].is_zero


def test_where_floats_have_lost_the_gradient_no_minimum_is_named():
    """By mpmath: -exp(-800) is -3.667874584...e-348."""
    path = go("exp(-w)", w=800, arithmetic="float64")
    assert (path.outcome, path.critical) == ("stopped", None)
    assert "dJ/dw is about -3.668e-348" in path.note
    assert "rounds the start w to 0" in go("w**4", w="1e-120", arithmetic="float32").note


def test_float32_rounds_each_step_once():
    path = go("w**2", w=3, arithmetic="float32", iterations=1)
    single = np.float32(3) - np.float32(0.1) * (np.float32(2) * np.float32(3))
    assert path.steps[1].at["w"].number == float(single)


def test_a_path_that_ends_exactly_says_where():
    path = go("(w - 1/3)**2", w=0, rate="0.5")
    assert path.critical.at["w"].exact == "1/3"
