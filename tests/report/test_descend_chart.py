"""The chart of a descent: every step on the curve or among the contours, the minimum in the frame."""

import pytest

from derivcli.calculus.descent.descend import descend
from derivcli.calculus.descent.trajectory import DescentRequest
from derivcli.language.parser import parse
from derivcli.render.axes import axes
from derivcli.report.blocks import Chart
from derivcli.report.descend_chart import chart
from derivcli.report.markup import plain


def go(source, start, rate="0.1", iterations=20, arithmetic=None):
    values = dict(each.split("=") for each in start.split())
    program = parse(source, set(values))
    point = {name: parse(value) for name, value in values.items()}
    return descend(
        DescentRequest(program, point, tuple(values), parse(rate), iterations, arithmetic)
    )


def of_role(drawn, role):
    return [curve for curve in drawn.curves if curve.role == role]


def test_one_variable_is_drawn_on_its_curve():
    drawn = chart(go("w**2", "w=3"))
    (curve,), (path,) = of_role(drawn, "curve"), of_role(drawn, "path")
    assert all(pytest.approx(w * w) == J for stretch in curve.stretches for w, J in stretch)
    assert path.style == "arrows"
    assert path.stretches[0][:2] == ((3.0, 9.0), (2.4, 5.76))


def test_a_long_path_is_drawn_with_few_points_and_no_arrow_that_is_no_step():
    drawn = chart(go("w**2", "w=3", "1e-4", 10_000))
    (path,) = of_role(drawn, "path")
    assert len(path.stretches[0]) <= 400
    assert path.style == "points"
    assert not [label for label in drawn.labels if label.role == "path"]


@pytest.mark.parametrize("source, start, rate, iterations, minimum", [
    ("w**2", "w=3", "0.1", 20, (0, 0)),
    ("w**2", "w=3", "0.1", 1, (0, 0)),  # the path stops far from it
    ("w**2", "w=3", "0.9", 6, (0, 0)),
    ("w**2", "w=3", "1.1", 6, (0, 0)),  # the path runs away from it
    ("(w - 1)**2 + 5", "w=3", "0.1", 4, (1, 5)),
    ("w**2 + 3*b**2", "w=3 b=1", "0.1", 3, (0, 0)),
    ("(w - 1)**2 + (b + 2)**2", "w=3 b=1", "0.1", 3, (1, -2)),
])  # fmt: skip
def test_the_minimum_is_within_the_frame(source, start, rate, iterations, minimum):
    drawn = chart(go(source, start, rate, iterations))
    (found,) = of_role(drawn, "minimum")
    ((dot,),) = found.stretches
    assert dot == pytest.approx(minimum, abs=1e-6)
    assert axes(drawn).holds(dot)
    for curve in of_role(drawn, "curve"):  # which leads there
        assert curve.stretches[0][0][0] < dot[0] < curve.stretches[-1][-1][0]


@pytest.mark.parametrize("source, start", [
    ("w**3", "w=1"), ("cos(w)", "w=0"), ("w**2 - b**2", "w=1 b=0"), ("-w**2", "w=1"), ("exp(-w)", "w=0"),
])  # fmt: skip
def test_what_is_no_minimum_is_not_called_one(source, start):
    assert not of_role(chart(go(source, start)), "minimum")


def test_steps_are_numbered_where_they_are_apart():
    drawn = chart(go("w**2", "w=3"))
    numbers = {label.parts[0]: label.at for label in drawn.labels if label.role == "path"}
    assert numbers["0"] == (3.0, 9.0)
    assert numbers["1"] == (2.4, 5.76)
    assert "20" in numbers
    assert "19" not in numbers  # a hundredth beside it


def test_two_variables_are_drawn_among_lines_on_which_j_is_what_they_say():
    drawn = chart(go("w**2 + b**2", "w=1 b=1"))
    assert (plain(drawn.x), plain(drawn.y), drawn.square) == ("w", "b", True)
    levels = [label for label in drawn.labels if label.role == "contour"]
    lines = of_role(drawn, "contour")
    assert len(lines) == len(levels) >= 5
    for label, curve in zip(levels, lines, strict=True):
        level = float(plain(label.parts[0]).removeprefix("J = "))
        assert label.at in {dot for stretch in curve.stretches for dot in stretch}
        for stretch in curve.stretches:
            assert all(w * w + b * b == pytest.approx(level, abs=2e-3) for w, b in stretch)
    (path,) = of_role(drawn, "path")
    assert path.stretches[0][:2] == ((1.0, 1.0), (0.8, 0.8))


def test_contours_leave_a_gap_where_j_is_undefined():
    drawn = chart(go("w**2*log(b) + b**2", "w=1 b=2", "0.05"))
    dots = [dot for curve in of_role(drawn, "contour") for each in curve.stretches for dot in each]
    assert dots
    assert all(b > 0 for _, b in dots)
    assert drawn.window[2] < 0


def test_three_variables_are_drawn_by_iteration():
    drawn = chart(go("w**2 + b**2 + v**2", "w=1 b=1 v=1"))
    assert isinstance(drawn, Chart)
    assert (drawn.x, plain(drawn.y)) == ("iteration", "J")
    assert "20 steps" in plain(drawn.description)


def test_the_description_names_where_the_path_begins_and_ends():
    told = plain(chart(go("w**2", "w=3")).description)
    assert "from w = 3 to w ≈ 0.03459 in 20 steps of rate 0.1 on J(w)" in told
    assert "J has a minimum near w = 0" in told
