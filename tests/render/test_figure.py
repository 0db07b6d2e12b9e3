"""Charts as SVG and PNG: the same bytes every time, a path for each stretch."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from derivcli.errors import UndefinedError
from derivcli.render import figure
from derivcli.report.blocks import Chart, Curve, Text

BROKEN = Chart("J = tan(w), $5_a", "w", "J", (
    Curve("J(w)", (((-3, 0), (-2, 2)), ((-1, -2), (1, 2)), ((2, -2), (3, 0)))),
    Curve("tangent", (((-1e20, -1e20), (1e20, 1e20)),)),
    Curve("the point", (((0, 0),),), "points"),
), (-3, 3, -2, 2))  # fmt: skip
ERRORS = Chart("errors", "eps", "error", (Curve("forward", (((1e-8, 1e-8), (0.1, 0.1)),), "points"),), logarithmic=True)  # fmt: skip


def curves(svg):
    """The paths inside the axes that are drawn in a curve's colour."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    return [
        path
        for path in root.iter(f"{space}path")
        if "stroke: #0072b2" in path.get("style", "") and "clip-path" in path.attrib
    ]


def test_svg_has_a_path_for_each_stretch():
    assert len(curves(figure.render((BROKEN,), "svg"))) == 3


def test_svg_is_the_same_every_time_and_has_no_date():
    first = figure.render((Text("words"), BROKEN), "svg")
    assert first == figure.render((BROKEN,), "svg")
    assert b"<dc:date>" not in first
    assert b"<text" not in first  # text is paths: no font is needed to see it


def test_signs_of_formulas_are_drawn_in_words_and_obeyed_on_logarithmic_axes(monkeypatch):
    monkeypatch.setitem(figure.SETTINGS, "svg.fonttype", "none")  # text that can be read back

    def written(chart):
        root = ET.fromstring(figure.render((chart,), "svg"))  # noqa: S314 - our own
        return "".join(root.itertext())

    words = Chart("from $5 to $6", "w_$1$", "J", (Curve("$x^2$", (((0, 0), (1, 1)),)),))
    for text in (words.title, words.x, words.curves[0].name):
        assert text in written(words)
    assert "$" not in written(ERRORS)
    assert "mathdefault" not in written(ERRORS)


def test_png_is_a_png_of_readable_size_and_the_same_every_time():
    first = figure.render((BROKEN,), "png")
    assert first == figure.render((BROKEN,), "png")
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(first[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1200, 825)


def test_several_charts_stand_under_one_another():
    one = figure.render((ERRORS,), "png")
    two = figure.render((ERRORS, BROKEN), "png")
    assert int.from_bytes(two[20:24], "big") == 2 * int.from_bytes(one[20:24], "big")


@pytest.mark.parametrize("chart", [
    ERRORS, Chart("", "x", "y", ()), Chart("", "x", "y", (Curve("flat", (((0, 5), (1, 5)),)),)),
    Chart("", "x", "y", (Curve("", (((3, 7),),), "thin"),)),
])  # fmt: skip
def test_every_chart_is_drawn(chart):
    assert figure.render((chart,), "svg").startswith(b"<?xml")


def test_without_a_chart_there_is_nothing_to_draw():
    with pytest.raises(UndefinedError):
        figure.render((Text("nothing"),), "svg")


def test_a_matplotlibrc_changes_nothing_and_a_locked_home_is_no_trouble(tmp_path):
    program = (
        "import sys\nfrom derivcli.cli.main import main\n"
        "sys.exit(main(['plot', 'w**2', '--at', '3', '--output', sys.argv[1]]))\n"
    )

    def drawn(name, **environment):
        done = subprocess.run(
            [sys.executable, "-c", program, name], capture_output=True, text=True, check=False,
            env={"PATH": "/usr/bin:/bin", **environment},
        )  # fmt: skip
        assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
        return (tmp_path / name).read_bytes()

    home = tmp_path / "home"
    home.mkdir()
    settings = home / "matplotlibrc"  # in the working folder both would read it
    settings.write_text("axes.facecolor: black\nnonsense: 1\n", "utf-8")
    styled = drawn("styled.svg", HOME=str(home), MATPLOTLIBRC=str(settings))
    locked = drawn("locked.svg", HOME="/proc/nowhere")
    assert styled == locked
