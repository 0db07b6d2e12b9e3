"""What a path without an end does, beside maps whose cycles are known: w becomes r*w*(1 - w)."""

from functools import cache
from itertools import pairwise

import pytest
from mpmath import mp
from tiers import thinned

from derivcli.calculus.descent.descend import descend
from derivcli.calculus.descent.trajectory import DescentRequest
from derivcli.language.parser import parse

LOGISTIC = "10*((1 - {r})*w**2/2 + {r}*w**3/3)"  # at the rate 1/10
RATIOS = [f"{2.4 + step / 50:.2f}" for step in range(80)]


def go(source, start, rate="0.1", iterations=20, arithmetic=None):
    values = dict(each.split("=") for each in start.split())
    program = parse(source, set(values))
    point = {name: parse(value) for name, value in values.items()}
    return descend(
        DescentRequest(program, point, tuple(values), parse(rate), iterations, arithmetic)
    )


@cache
def period(r, start="0.3"):
    """The period that r*w*(1 - w) comes to, by many iterations in floats; None for chaos."""
    r, w = float(r), float(start)
    for _ in range(200_000):
        w = r * w * (1 - w)
    first = w
    for steps in range(1, 500):
        w = r * w * (1 - w)
        if abs(w - first) < 1e-9:
            return steps
    return None


@pytest.mark.parametrize(
    "iterations, arithmetic",
    thinned(
        [(300, "float64"), (6, "exact"), (20, "exact"), (60, "float64"), (3_000, "float64")], 5
    ),
)
def test_the_period_of_the_logistic_map_is_found_and_none_is_invented(iterations, arithmetic):
    for r in RATIOS:
        path = go(LOGISTIC.format(r=r), "w=0.3", "0.1", iterations, arithmetic)
        true = period(r)
        assert path.outcome != "diverged"
        if path.outcome == "converged":
            assert true == 1, r
        found = path.pattern
        cycle = found is not None and found.motion == "cycle"
        if cycle:
            assert len(found.points) == true, (r, found)
        if iterations == 3_000 and true is not None:
            assert cycle == (1 < true <= 64), (r, true)


@pytest.mark.parametrize("r", ["3.1", "3.2", "3.3", "3.4"])
@pytest.mark.parametrize("iterations", [40, 400])
def test_two_points_are_those_of_the_closed_form(r, iterations):
    """They are (r + 1 +- sqrt((r - 3)(r + 1)))/(2 r)."""
    found = go(LOGISTIC.format(r=r), "w=0.3", iterations=iterations).pattern
    with mp.workdps(30):
        r = mp.mpf(r)
        root = mp.sqrt((r - 3) * (r + 1))
        expected = sorted([(r + 1 - root) / (2 * r), (r + 1 + root) / (2 * r)])
    assert found.motion == "cycle"
    for point, true in zip(
        sorted(float(each["w"]) for each in found.points), expected, strict=True
    ):
        assert abs(point - true) <= 2 * (found.off or 0) + 1e-12


def test_what_rounding_does_is_no_motion():
    path = go("exp(w) - w", "w=1", "0.2", 40, "float32")
    values = [float(step.value) for step in path.steps[-20:]]
    assert any(after > before for before, after in pairwise(values))  # by the last bit
    assert path.pattern.motion == "falling"
    path = go("sin(w)*cos(b)", "w=-1.13 b=0.0642", "1.96", 2000, "float32")
    assert path.pattern.motion != "cycle"  # w jumps to the next float and back


@pytest.mark.parametrize("arithmetic", ["exact", "float64", "float32"])
def test_a_cycle_that_comes_again_exactly_is_proved(arithmetic):
    found = go("w**2", "w=3", "1", 5, arithmetic).pattern
    assert (found.motion, found.off) == ("cycle", None)
    assert [each["w"].number for each in found.points] == [3, -3]
    assert (found.lowest.number, found.highest.number) == (9, 9)


def test_a_cycle_that_is_only_near_is_not_proved():
    found = go("cos(w)", "w=1", "2.5").pattern
    assert found.motion == "cycle"
    assert 0 < found.off < 1e-6


@pytest.mark.parametrize("source, start, rate, iterations, motion", [
    ("w**2", "w=3", "0.1", 2, "falling"),
    ("w**2", "w=3", "0.9999", 50, "overshooting"),  # nearly back and forth, and not at all
    ("w**2", "w=3", "1", 2, "cycle"),
    (LOGISTIC.format(r="3.37"), "w=3/10", "0.1", 20, "cycle"),  # nearer on either side in turn
    ("w**2", "w=3", "1.001", 2, "rising"),
    ("w**2 + 3*b**2", "w=1 b=1", "0.3334", 10, "rising"),  # b goes out as w comes in
    ("w**2 + 3*b**2", "w=1 b=1", "1/3", 10, "cycle"),
    ("cos(w)", "w=314/100", "2.5", 14, "rising"),  # on its way to a cycle, and not beyond every bound
    ("cos(w)", "w=1", "4", 20, "wandering"),
    ("w**4 - w**2", "w=1", "0.7", 20, "wandering"),
    ("sin(w)*cos(b)", "w=1 b=1", "4", 300, "wandering"),
    ("(w - 1)**2 + 10**6", "w=3", "0.9", 60, "overshooting"),  # J is rounded, and no news
    ("-w", "w=3", "0.1", 5, "falling"),
])  # fmt: skip
def test_each_motion_has_its_name(source, start, rate, iterations, motion):
    path = go(source, start, rate, iterations)
    assert (path.outcome, path.pattern.motion) == ("stopped", motion)


def test_there_is_no_pattern_where_the_path_has_an_end():
    assert go("w**2", "w=3", "0.1", 1000).pattern is None
    assert go("w**2", "w=3", "1.1").pattern is None
    assert go("log(w)", "w=1", "0.5").pattern is None
    assert go("|w|", "w=3", "0.5").pattern is None


@pytest.mark.parametrize("iterations", range(4, 60))
def test_a_bounded_path_does_not_diverge(iterations):
    """|cos| is 1 at the most, and the steps are at the most as long as the rate."""
    for rate in ("2.5", "5", "10"):
        assert go("cos(w)", "w=3", rate, iterations, "float64").outcome != "diverged"


def test_no_saddle_is_ahead_where_the_path_does_not_go():
    assert go("w**2*b", "w=1 b=1").critical is None  # it comes to b = 0.685, and not to 0
    assert go("cos(w)", "w=1", "3.2").critical is None  # back and forth, past a maximum
    assert go("cos(w/2)", "w=2.96", "0.241", 3).critical is None  # 8*pi is behind a minimum at 2*pi
    assert go("w*log(w)", "w=2.86", "0.217", 3).critical is None  # there is no J below 0
    assert go("exp(w*b) - w - b", "w=1.56 b=2.05", "0.0155", 10).critical is None


def test_the_curvature_beside_an_inflection_makes_no_minimum():
    path = go("w**3", "w=1", "0.3333333333333")  # to 1e-13, where J'' is above 0
    assert path.critical.kind == "saddle"
    assert go("w**4", "w=1", "0.2499999999999").critical.kind == "minimum"
