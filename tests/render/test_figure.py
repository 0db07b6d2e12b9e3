"""Charts and graphs as SVG, PNG and PDF: the same bytes every time, text that is text."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from derivcli.errors import RefusedError, UndefinedError
from derivcli.render import figure
from derivcli.render.look import DARK, LIGHT, Look
from derivcli.report.blocks import Chart, Curve, Diagram, Label, Text, Vertex

SPACE = "{http://www.w3.org/2000/svg}"

BROKEN = Chart("J = tan(w), $5_a", "w", "J", (
    Curve("J(w)", (((-3, 0), (-2, 2)), ((-1, -2), (1, 2)), ((2, -2), (3, 0)))),
    Curve("tangent", (((-1e20, -1e20), (1e20, 1e20)),)),
    Curve("the point", (((0, 0),),), "points"),
), (-3, 3, -2, 2), description="J breaks off twice.")  # fmt: skip
UNIT = Diagram(
    (Vertex("w", "w", "2", "∂J/∂w = 4", "parameter", "w", r"\frac{\partial J}{\partial w} = 4"),
     Vertex("J", "J = w**2", "4", "", "output", "J = w^{2}")),
    (("w", "J"),), {("w", "J"): "4"}, "A square.",
)  # fmt: skip
ERRORS = Chart("errors", "eps", "error", (Curve("forward", (((1e-8, 1e-8), (0.1, 0.1)),), "points"),), logarithmic=True)  # fmt: skip


def curves(svg):
    """The paths inside the axes that are drawn in a curve's colour."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return [
        path
        for path in root.iter(f"{SPACE}path")
        if "stroke: #0072b2" in path.get("style", "") and "clip-path" in path.attrib
    ]


def test_svg_has_a_path_for_each_stretch():
    assert len(curves(figure.render((BROKEN,), "svg"))) == 3


def test_svg_is_the_same_every_time_and_has_no_date():
    first = figure.render((Text("words"), BROKEN), "svg")
    assert first == figure.render((BROKEN,), "svg")
    assert b"<dc:date>" not in first


def written(*blocks, look=None):
    root = ET.fromstring(figure.render(blocks, "svg", look))  # noqa: S314 - our own
    return "".join(root.itertext())


def test_signs_of_formulas_are_drawn_in_words_and_obeyed_on_logarithmic_axes():
    words = Chart("from $5 to $6", "w_$1$", "J", (Curve("$x^2$", (((0, 0), (1, 1)),)),))
    for text in (words.title, words.x, words.curves[0].name):
        assert text in written(words)
    assert "$" not in written(ERRORS)
    assert "mathdefault" not in written(ERRORS)


def test_an_svg_is_read_out_as_one_picture():
    look = Look(title="<the> tangent & more")
    root = ET.fromstring(figure.render((BROKEN,), "svg", look))  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert [(each.tag, each.text) for each in root[:2]] == [
        (f"{SPACE}title", "<the> tangent & more"), (f"{SPACE}desc", "J breaks off twice."),
    ]  # fmt: skip
    assert len(root.findall(f"{SPACE}title")) == 1


def test_text_is_text_in_a_font_that_need_not_be_installed():
    svg = figure.render((BROKEN,), "svg").decode()
    root = ET.fromstring(svg)  # noqa: S314 - our own
    texts = ["".join(each.itertext()) for each in root.iter(f"{SPACE}text")]
    assert {"tangent", "the point", "w", "J(w)"} <= set(texts)
    assert 'xlink:href="#DejaVu' not in svg  # no letter is a path
    families = set(re.findall(r'font: [^;"]*|font-family: [^;"]*', svg))
    assert families
    assert all(
        each.endswith(", Verdana, Geneva, Arial, Helvetica, sans-serif") for each in families
    )


def test_png_is_as_large_as_asked_for_and_the_same_every_time():
    def size(content):
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        return tuple(int.from_bytes(content[at : at + 4], "big") for at in (16, 20))

    first = figure.render((BROKEN,), "png")
    assert first == figure.render((BROKEN,), "png")
    assert size(first) == (1600, 1100)
    assert size(figure.render((BROKEN,), "png", Look(size=(4, 3), dpi=50))) == (200, 150)
    assert size(figure.render((UNIT,), "png", Look(size=(4, 3), dpi=50))) == (200, 150)


def test_more_dots_than_can_be_drawn_are_refused():
    with pytest.raises(RefusedError, match="has more than"):
        figure.render((BROKEN,), "png", Look(size=(80, 80), dpi=2400))


def test_pdf_is_the_same_every_time_and_has_no_date(monkeypatch):
    first = figure.render((BROKEN, ERRORS), "pdf")
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert first == figure.render((BROKEN, ERRORS), "pdf")
    assert first.startswith(b"%PDF")
    assert b"Date" not in first


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_text_in_a_pdf_can_be_searched(tmp_path):
    (tmp_path / "chart.pdf").write_bytes(figure.render((BROKEN,), "pdf"))
    found = subprocess.run(["pdftotext", tmp_path / "chart.pdf", "-"], capture_output=True, text=True, check=True)  # fmt: skip
    assert {"tangent", "the point"} <= set(found.stdout.splitlines())


@pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="rsvg-convert is not installed")
@pytest.mark.parametrize("name", ["chart", "graph"])
def test_another_program_draws_the_svg(name, tmp_path):
    (tmp_path / "a.svg").write_bytes(figure.render((BROKEN if name == "chart" else UNIT,), "svg"))
    done = subprocess.run(["rsvg-convert", tmp_path / "a.svg"], capture_output=True, check=True)
    assert done.stdout.startswith(b"\x89PNG")
    assert done.stderr == b""


def test_a_sign_that_the_font_lacks_is_refused_where_it_would_be_an_empty_box():
    look = Look(title="\N{CJK UNIFIED IDEOGRAPH-4F60}")
    for form in ("png", "pdf"):
        with pytest.raises(RefusedError, match=look.title):
            figure.render((BROKEN,), form, look)
    assert look.title in written(BROKEN, look=look)


def test_on_dark_paper_lines_and_words_are_light():
    def luminance(code):
        red, green, blue = (int(code[at : at + 2], 16) for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for paper, sign in ((LIGHT, 1), (DARK, -1)):
        inks = [paper.ink, paper.grey, *map(paper.colour, ("curve", "tangent", "chord", "point"))]
        for ink in inks:
            assert sign * (luminance(paper.paper) - luminance(ink)) > 80
    svg = figure.render((BROKEN,), "svg", Look(paper=DARK)).decode()
    assert DARK.paper.lower() in svg
    assert "#000000" not in svg


def test_one_thing_has_one_colour_in_charts_and_graphs():
    chart = figure.render((Chart("", "w", "J", (
        Curve("J(w)", (((0, 0), (1, 1)),), role="curve"),
        Curve("other", (((0, 1), (1, 1)),)),
        Curve("tangent", (((0, 0), (1, 0)),), role="tangent"),
    )),), "svg").decode()  # fmt: skip
    assert LIGHT.colour("tangent").lower() in chart
    assert LIGHT.colour("gradient") == LIGHT.colour("tangent") == LIGHT.colour("path")
    assert LIGHT.colour("gradient").lower() in figure.render((UNIT,), "svg").decode()


def test_labels_stand_on_no_curve_legend_or_other_label():
    curve = Curve("J(w)", (tuple((x / 10, x * x / 100) for x in range(-40, 41)),), role="curve")
    dots = ((3.0, 9.0), (2.0, 4.0), (-3.0, 9.0))
    labels = tuple(Label((f"slope {2 * x:g}",), (x, y)) for x, y in dots)
    chart = Chart(
        "", "w", "J", (curve, Curve("the points", (dots,), "points", "point")), labels=labels
    )
    drawn = figure._figure([chart], Look())
    (plot,) = drawn.axes
    texts = [each for each in plot.texts if each.get_text().startswith("slope")]
    assert len(texts) == 3
    boxes = [each.get_window_extent() for each in (*texts, plot.get_legend())]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    line = plot.transData.transform(curve.stretches[0])
    for box in boxes:
        assert not any(box.contains(x, y) for x, y in line)


def test_a_label_without_room_is_left_out():
    crowd = tuple(Label((str(number),), (0.5, 0.5), "on") for number in range(3))
    chart = Chart("", "x", "y", (Curve("", (((0, 0), (1, 1)),)),), labels=crowd)
    assert [each.get_text() for each in figure._figure([chart], Look()).axes[0].texts] == ["0"]


def test_an_inset_shows_its_window_and_leaves_the_curves_free():
    inset = Chart("near w = 3", "", "", (Curve("", (((3, 9), (3.1, 9.6)),)),), (3, 3.1, 9, 9.6),
                  labels=(Label(("width 0.1", "= eps"), (3.05, 9), "above"),))  # fmt: skip
    curve = Curve("J(w)", (tuple((x / 10, x * x / 100) for x in range(61)),), role="curve")
    drawn = figure._figure([Chart("", "w", "J", (curve,), inset=inset)], Look())
    (plot,) = drawn.axes
    (inner,) = plot.child_axes
    assert (inner.get_xlim(), inner.get_ylim()) == ((3, 3.1), (9, 9.6))
    assert [each.get_text() for each in inner.texts] == ["width 0.1 = eps"]
    box = inner.get_window_extent()
    assert not any(box.contains(x, y) for x, y in plot.transData.transform(curve.stretches[0]))


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
