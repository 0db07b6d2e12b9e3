"""Charts in every format: inside their borders, readable without colour, empty or huge."""

import math
import re
from itertools import pairwise

import pytest

from derivcli.render import latex, markdown, plain, terminal
from derivcli.render.axes import Axes, axes, ticks
from derivcli.render.chart import draw
from derivcli.report.blocks import Chart, Curve, Label, Text

PARABOLA = Curve("J(w)", (tuple((x / 10, x * x / 100) for x in range(-20, 21)),))
WINDOW = (-2.0, 2.0, 0.0, 4.0)
CHART = Chart("a title", "w", "J", (
    PARABOLA,
    Curve("tangent", (((-1e9, -2e9), (1e9, 2e9)),)),
    Curve("height", (((0, 0), (1, 0), (1, 1)),), "thin"),
    Curve("the point", (((0, 0),),), "points"),
), WINDOW)  # fmt: skip
ERRORS = Chart("errors", "eps", "error", (
    Curve("forward", (tuple((10.0**-k, 10.0**-k) for k in range(1, 17)),), "points"),
    Curve("central", (tuple((10.0**-k, 10.0 ** (-2 * k)) for k in range(1, 9)),), "points"),
    Curve("zero", (((1e-3, 0.0), (1e-4, 1e-4), (0.0, 1.0)),)),
), logarithmic=True)  # fmt: skip


def lines(chart, width=80, *, unicode=True):
    return ["".join(text for text, _ in line) for line in draw(chart, width, unicode=unicode)]


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [20, 24, 40, 79, 80, 120, 300])
@pytest.mark.parametrize("chart", [CHART, ERRORS], ids=lambda chart: chart.title)
def test_no_line_is_wider_than_the_screen(chart, width, unicode):
    widest = max(map(len, lines(chart, width, unicode=unicode)))
    assert widest <= min(width, 120)
    assert widest > min(width, 120) - 10


def test_ascii_is_ascii_and_shows_every_curve():
    shown = lines(CHART, unicode=False)
    assert all(line.isascii() for line in shown)
    picture = "".join(line[5:] for line in shown[1:21])
    assert {"*", "+", ".", "@"} <= set(picture)


def test_curves_are_told_apart_in_the_legend_without_colour():
    legend = [line for line in lines(CHART) if line[8:] in {c.name for c in CHART.curves}]
    assert len(legend) == len({line[:6] for line in legend}) == len(CHART.curves)


def test_the_lowest_point_of_a_parabola_is_in_the_middle_of_the_lowest_row():
    shown = lines(Chart("", "w", "J", (PARABOLA,), WINDOW), unicode=False)
    rows = [line.split("|")[-1].split("+ ")[-1] for line in shown[1:21]]
    assert "*" in rows[-1][len(rows[0]) // 2 - 12 : len(rows[0]) // 2 + 12]
    top = shown[1]
    assert top.rstrip().endswith("*")
    assert top.count("*") <= 4


LABELLED = Chart("", "w", "J", (PARABOLA, Curve("", (((0.5, 0.25), (1.5, 0.25), (1.5, 2.25)),), "thin", "triangle")), WINDOW,
    labels=(Label(("width 1", "= eps"), (1, 0.25), "below", "triangle"), Label(("height 2",), (1.5, 1), "right", "triangle"),
            Label(("0",), (-2, 4), "free", "path"), Label(("far away",), (9, 9))))  # fmt: skip


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [24, 40, 80, 120])
def test_labels_stand_on_blank_characters_inside_the_axes(width, unicode):
    bare = Chart("", "w", "J", LABELLED.curves, WINDOW)
    with_labels, without = (lines(each, width, unicode=unicode) for each in (LABELLED, bare))
    assert len(with_labels) == len(without)
    for one, other in zip(with_labels, without, strict=True):
        assert len(one) == len(other)
        changed = [
            index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]
        ]
        assert all(other[index] == " " for index in changed)
    shown = "\n".join(with_labels)
    assert "far away" not in shown
    assert ("height 2" in shown) == (width >= 80)
    assert "= eps" not in shown  # the first part is all there is room for


def test_a_label_has_the_colour_of_what_it_names():
    coloured = terminal.render((LABELLED,), terminal.Screen(colour=True, width=80))
    row = next(line for line in coloured.splitlines() if "height 2" in line)
    assert re.search(r"(?<!\x1b\[36m)height 2", row)  # no curve's colour
    point = Chart(
        "", "w", "J", (PARABOLA,), WINDOW, labels=(Label(("slope 2",), (1, 1), "right", "tangent"),)
    )
    row = next(line for line in terminal.render((point,), terminal.Screen(colour=True, width=80)).splitlines() if "slope" in line)  # fmt: skip
    assert "\x1b[38;5;166mslope 2" in row  # orange, as the tangent


def test_curves_without_a_name_look_as_the_one_before_and_have_no_row():
    tangents = tuple(
        Curve(name, (((x, 0), (x, 4)),), role="tangent") for x, name in ((-1, "tangents"), (1, ""))
    )
    shown = lines(Chart("", "w", "J", (PARABOLA, *tangents), WINDOW), unicode=False)
    assert len(shown) == 20 + 3 + 2
    columns = [re.sub(r"^.*?[|+]", "", row).count("+") for row in shown[2:20]]
    assert max(columns) == 2
    assert columns.count(2) >= len(columns) - 2  # the parabola is over both where it crosses them


def test_a_line_that_leaves_the_window_is_cut_at_its_border():
    (cut,) = axes(CHART).curve(CHART.curves[1])
    assert cut[0] == pytest.approx((0, 0), abs=1e-6)
    assert cut[-1] == pytest.approx((2, 4), abs=1e-6)


def test_a_line_that_leaves_and_returns_is_two_pieces():
    area = Axes(0, 10, -1, 1)
    wave = Curve("", (((0, 0), (2, 2), (4, 0), (6, -2), (8, 0), (9, 0)),))
    assert area.curve(wave) == (
        ((0, 0), (1, 1)), ((3, 1), (4, 0), (5, -1)), ((7, -1), (8, 0), (9, 0)),
    )  # fmt: skip
    assert area.curve(Curve("", (((0, 5), (10, 5)),))) == ()
    assert area.curve(Curve("", (((3, 0.5),),))) == (((3, 0.5),),)


def test_points_outside_are_left_out_and_not_joined():
    area = Axes(0, 1, 0, 1)
    assert area.curve(Curve("", (((0.5, 0.5), (2, 2), (1, 1)),), "points")) == (
        ((0.5, 0.5), (1, 1)),
    )


def test_logarithmic_axes_skip_what_has_no_logarithm():
    shown = lines(ERRORS)
    assert any("1e-16" in line for line in shown)
    area = axes(ERRORS)
    assert area.curve(ERRORS.curves[2]) == (((-4, -4),),)
    (dots,) = area.curve(ERRORS.curves[0])
    assert [round(x) for x, _ in dots] == [-k for k in range(1, 17)]


@pytest.mark.parametrize("curves", [
    (), (Curve("none", ()),), (Curve("one", (((3.0, 7.0),),)),), (Curve("flat", (((0, 5), (1, 5)),)),),
    (Curve("wide", (((-1e308, -1e308), (1e308, 1e308)),)),), (Curve("tiny", (((0, 0), (1e-300, 1e-300)),)),),
    (Curve("offset", (((1e9, 1e9), (1e9 + 1, 1e9 + 1)),)),),
], ids=lambda curves: curves[0].name if curves else "empty")  # fmt: skip
@pytest.mark.parametrize("logarithmic", [False, True])
def test_every_chart_is_drawn(curves, logarithmic):
    chart = Chart("", "x", "y", curves, logarithmic=logarithmic)
    assert max(map(len, lines(chart))) <= 80
    assert max(map(len, lines(chart, unicode=False))) <= 80
    latex.render((chart,))
    markdown.render((chart,))


def test_a_stretch_is_not_joined_to_the_next():
    broken = Curve("", (((0, 0), (4, 0)), ((6, 0), (10, 0))))
    rows = lines(Chart("", "w", "J", (broken,), (0, 10, -1, 1)), unicode=False)
    row = next(line for line in rows if "*" in line)
    assert re.fullmatch(r".*\*{20,} {8,}\*{20,}", row.rstrip())


@pytest.mark.parametrize("low, high", [(0, 1), (-1, 7), (0.072, 0.128), (1e9, 1e9 + 1), (-3e-7, 2e-6), (-1e300, 1e300)])  # fmt: skip
def test_ticks_are_round_evenly_spaced_and_short(low, high):
    found = ticks(low, high, 6, logarithmic=False)
    assert 2 <= len(found) <= 7
    assert [float(text) for _, text in found] == [place for place, _ in found]
    assert all(len(text) <= 12 for _, text in found)
    distances = [after - before for (before, _), (after, _) in pairwise(found)]
    assert max(distances) == pytest.approx(min(distances))


def test_logarithmic_ticks_are_powers_of_ten():
    found = ticks(-16.5, 0.5, 6, logarithmic=True)
    assert [text for _, text in found] == ["1e-15", "1e-10", "1e-5", "1"]


def test_the_terminal_colours_curves_only_where_it_may():
    assert "\x1b[" not in terminal.render((CHART,), terminal.Screen())
    coloured = terminal.render((CHART,), terminal.Screen(colour=True, width=80))
    plain_text = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert plain_text == terminal.render((CHART,), terminal.Screen(width=80))
    legend = [line for line in coloured.splitlines() if "tangent" in line or "J(w)" in line]
    assert len({re.search(r"\x1b\[[0-9;]*m", line)[0] for line in legend}) == 2


def test_lines_have_no_trailing_spaces():
    for line in terminal.render((CHART,), terminal.Screen()).splitlines():
        assert line == line.rstrip()


def test_plain_leaves_the_chart_out_and_markdown_fences_it():
    assert plain.render((Text("before"), CHART, Text("after"))) == "before\nafter\n"
    written = markdown.render((CHART,))
    assert written.startswith("*a title*\n\n```text\n")
    assert written.endswith("\n```\n")
    assert max(map(len, written.splitlines())) <= 80
    assert written.isascii()


def test_latex_draws_each_stretch_and_names_each_curve_once():
    broken = Chart("50%", "w_1", "J", (Curve("J(w_1)", (((0, 0), (1, 1)), ((2, 2), (3, 3)))),))
    written = latex.render((broken,))
    assert written.count(r"\addplot[") == 2
    assert written.count("forget plot") == 1
    assert written.count(r"\addlegendentry{J(w\_1)}") == 1
    assert r"title={50\%}" in written
    assert r"\begin{axis}" in written
    assert written.count("{") - written.count(r"\{") == written.count("}") - written.count(r"\}")
    assert r"\begin{loglogaxis}" in latex.render((ERRORS,))


def test_latex_coordinates_stay_inside_the_window():
    curves = (line for line in latex.render((CHART,)).splitlines() if "coordinates" in line)
    written = "\n".join(curves)
    dots = [tuple(map(float, pair.split(","))) for pair in re.findall(r"\(([-\d.e]+,[-\d.e]+)\)", written)]  # fmt: skip
    assert len(dots) > 40
    for x, y in dots:
        assert -2 <= x <= 2
        assert 0 <= y <= 4
        assert math.isfinite(x)
