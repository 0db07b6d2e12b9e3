"""The chart of `plot`: triangles with their sizes, few rows in the legend, several points."""

import json

import pytest
from console import run

from derivcli.calculus.plot.picture import PlotRequest
from derivcli.calculus.plot.plotting import picture
from derivcli.calculus.results import Request
from derivcli.language.parser import parse
from derivcli.render.axes import axes
from derivcli.report.blocks import Table
from derivcli.report.markup import plain
from derivcli.report.plot import blocks
from derivcli.report.plot_chart import chart


def drawn(expression, *at, eps=(), span=None):
    program = parse(expression)
    name = (program.variables or ("w",))[0]
    points = tuple({name: parse(each)} for each in at)
    study = Request(program, points, (name,), tuple(map(parse, eps)))
    return picture(PlotRequest(study, span and tuple(map(parse, span))))


def told(shown):
    return {plain(" ".join(label.parts)): label for label in shown.labels}


def of_role(shown, role):
    return [curve for curve in shown.curves if curve.role == role]


def test_the_triangle_carries_its_width_and_its_height_on_it():
    """The height of the chord of w**2 from 3 to 4 is 16 - 9 = 7."""
    labels = told(chart(drawn("w**2", "3", eps=("1",))))
    assert list(labels) == ["width 1 = eps", "height 7 = J(w + eps) - J(w)"]
    width, height = labels.values()
    assert (width.at, width.side) == ((3.5, 9), "below")
    assert (height.at[0], height.side) == (4, "right")
    assert 9 < height.at[1] < 16


@pytest.mark.parametrize("expression, eps, sides", [
    ("w**2", "-1", ("above", "left")),  # down to the left
    ("1/w", "1", ("above", "right")),
    ("1/w", "-1", ("below", "left")),
])  # fmt: skip
def test_the_labels_are_outside_of_the_triangle(expression, eps, sides):
    labels = told(chart(drawn(expression, "3", eps=(eps,)))).values()
    assert tuple(label.side for label in labels) == sides


def test_a_rounded_size_is_marked():
    labels = told(chart(drawn("exp(w)", "0", eps=("1",))))
    assert "height ≈ 1.718 = J(w + eps) - J(w)" in labels  # e - 1


@pytest.mark.parametrize("expression, at", [
    ("w**2", "3"), ("w**2", "0"), ("1/w", "2"), ("exp(w)", "1"), ("sin(w)", "pi/4"), ("sin(w)", "0"),
    ("w**3", "2"), ("sigmoid(w)", "2"), ("log(w)", "1"), ("sqrt(w)", "1"), ("w**4 - 3*w**2 + w", "1"),
])  # fmt: skip
def test_by_default_chord_and_tangent_are_told_apart_from_the_curve(expression, at):
    """In the middle of the chord, or at its end: at least 2 % of the height, nine points of ten."""
    found = drawn(expression, at)
    low, high = found.window
    (start, end), (tangent,) = found.chords[0].ends, found.tangents
    inside = [(x, y) for each in found.stretches for x, y in each if start[0] <= x <= end[0]]
    chord = [
        start[1] + (x - start[0]) * (end[1] - start[1]) / (end[0] - start[0]) for x, _ in inside
    ]
    assert max(abs(y - on) for (_, y), on in zip(inside, chord, strict=True)) > 0.02 * (high - low)
    on_tangent = start[1] + (end[0] - start[0]) * float(tangent.slope)
    assert abs(end[1] - on_tangent) > 0.04 * (high - low)


def test_a_chord_too_short_to_be_seen_has_an_inset():
    shown = chart(drawn("w**2", "3", eps=("0.001",)))
    assert not shown.labels
    inset = shown.inset
    assert list(told(inset)) == ["width 0.001 = eps", "height 0.006001 = J(w + eps) - J(w)"]
    left, right, bottom, top = inset.window
    assert left < 3
    assert 3.001 < right < 3.01
    assert bottom < 9
    assert 9.006001 < top < 9.1
    (curve,) = of_role(inset, "curve")
    assert len(curve.stretches[0]) > 30
    assert all(w * w == pytest.approx(J, rel=1e-15) for w, J in curve.stretches[0])
    assert chart(drawn("w**2", "3", eps=("1",))).inset is None


def test_an_inset_so_small_that_floats_lose_it_is_left_out():
    assert chart(drawn("w**2", "3", eps=("1e-12",))).inset is None


@pytest.mark.parametrize("eps", [(), ("1",), ("1", "0.5"), ("1", "0.5", "-1"), tuple("123456789")])
@pytest.mark.parametrize("expression, at", [("w**2", ("3",)), ("|w|", ("0",)), ("w**2", ("3", "2", "-3", "1", "0"))])  # fmt: skip
def test_a_legend_has_five_rows_at_most(expression, at, eps):
    names = [
        plain(curve.name) for curve in chart(drawn(expression, *at, eps=eps)).curves if curve.name
    ]
    assert 3 <= len(names) <= 5
    assert len(names) == len(set(names))


def test_chords_without_a_row_of_their_own_tell_their_slopes_together():
    """(J(3 + eps) - J(3))/eps is 6 + eps."""
    names = [plain(each.name) for each in chart(drawn("w**2", "3", eps=tuple("12345"))).curves]
    assert "chords, slopes 7, 8, 9, ..., 11" in names


def test_several_points_have_the_slopes_of_the_course():
    found = drawn("w**2", "3", "2", "-3")
    shown = chart(found)
    assert {name: label.at for name, label in told(shown).items()} == {
        "slope 6": (3, 9), "slope 4": (2, 4), "slope -6": (-3, 9),
    }  # fmt: skip
    assert found.range == (-4, 4)
    assert not of_role(shown, "chord")
    assert "its tangents at w = 3, 2, -3 with slopes 6, 4, -6" in plain(shown.description)
    for tangent, (w, slope) in zip(
        of_role(shown, "tangent"), ((3, 6), (2, 4), (-3, -6)), strict=True
    ):
        for x, y in tangent.stretches[0]:
            assert y == pytest.approx(w * w + slope * (x - w))
    for label in shown.labels:
        assert axes(shown).holds(label.at)


def test_several_points_with_eps_have_chords_told_from_where():
    found = drawn("w**2", "3", "-3", eps=("1",))
    (table,) = (block for block in blocks(found) if isinstance(block, Table))
    assert [row[0].text for row in table.rows] == ["3", "-3"]
    assert [row[-1].text for row in table.rows] == ["7", "-5"]


def test_a_point_given_twice_has_its_own_scale():
    assert drawn("w**2", "3", "3").range == drawn("w**2", "3").range


def test_a_point_without_a_value_is_not_among_the_points_drawn():
    shown = chart(drawn("log(w)", "0", "1", "2"))
    (points,) = of_role(shown, "point")
    assert plain(points.name) == "the points w = 1, 2"
    assert [w for w, _ in points.stretches[0]] == [1, 2]


def test_json_keeps_its_keys_for_the_first_point_and_adds_the_others():
    result = run("plot", "w**2", "--at", "3", "2", "-3", "--format", "json")
    found = json.loads(result.stdout)
    assert (found["at"], found["value"], found["slope"]) == ({"w": 3}, 9, 6)
    assert [(each["at"], each["slope"], each["slope_exact"]) for each in found["others"]] == [
        ({"w": 2}, 4, "4"), ({"w": -3}, -6, "-6"),
    ]  # fmt: skip
    assert "near" not in found


def test_one_point_without_a_slope_is_enough_for_status_4():
    result = run("plot", "|w|", "--at", "1", "0", "--format", "plain")
    assert result.status == 4
    assert "The tangent at w = 1 goes up by 1 over a width of 1: slope 1." in result.stdout
    assert "dJ/dw does not exist at w = 0: the slope jumps from -1 to 1." in result.stdout


def test_points_of_two_curves_are_refused():
    result = run("plot", "w*b", "--at", "w=1", "b=1", "w=2", "b=2", "--wrt", "w")
    assert (result.stdout, result.status) == ("", 2)
    assert result.stderr == (
        "error: in --at: 'b' does not move, and has two values\n  b=2\n  ^^^\n"
        "hint: points of one picture are on one curve: run it once for each\n"
    )
    assert run("plot", "w*b", "--at", "w=1", "b=1", "w=2", "b=1", "--wrt", "w").status == 0
