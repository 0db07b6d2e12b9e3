"""Pages: whole, escaped, of the same numbers as JSON, and without a request to anywhere."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from console import run

from derivcli.render import html, svg_chart, svg_graph
from derivcli.report.blocks import (
    Branch,
    Chain,
    Chart,
    Column,
    Curve,
    Diagram,
    Figure,
    Formula,
    Heading,
    Label,
    Link,
    Matrix,
    Table,
    Text,
    Tree,
    Vertex,
)
from derivcli.report.markup import code, formula, marked

EVIL = '<script>alert("&")</script>'
COMMANDS = [
    ("diff", "w**2", "--at", "3"), ("table", "--eps", "0.001", "0.002"), ("steps", "w*sin(w**2)"),
    ("steps", "sin(w)", "--definition"),
    ("check", "w**3", "3*w"), ("plot", "abs(w)", "--at", "0"), ("sweep", "exp(w)", "--at", "1"),
    ("descend", "w**2", "--from", "3", "--iterations", "5"), ("cost", "--nodes", "100", "--parameters", "200"),
    ("graph", "c = w*x; a = c + b; J = a**2", "--at", "w=2", "b=8", "x=-2", "--wrt", "w", "b"),
    ("network", "3-4-1", "--check"), ("diff", "x.T @ A @ x", "--shape", "x=nx1", "A=nxn", "--wrt", "x"),
    ("examples",),
]  # fmt: skip


def page(*arguments):
    result = run(*arguments, "--format", "html")
    assert result.status in (0, 1, 4), result.stderr
    return result.stdout


def body(text):
    """Return the answer in a page as XML: what opens is closed, what has to be is escaped."""
    return ET.fromstring(re.search(r"<main>\n(.*)</main>", text, re.DOTALL)[1])  # noqa: S314


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda each: each[0])
def test_a_page_is_whole_and_asks_for_nothing(arguments):
    text = page(*arguments)
    body(text)
    assert "<code>\\" not in text  # no formula was left as LaTeX
    addresses = set(re.findall(r"https?://[^\"]*", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
    assert not re.search(r"<(?:script|link|img|iframe)|\bsrc=|@import|url\(", text)


def test_numbers_are_those_of_json():
    told = json.loads(run("diff", "w**2", "--at", "3", "--format", "json").stdout)
    rows = [["".join(cell.itertext()) for cell in row] for row in body(page("diff", "w**2", "--at", "3")).iter("tr")]  # fmt: skip
    (slope,) = told["points"][0]["slopes"]
    keys = ("eps", "point", "value", "change", "estimate", "error")
    assert [[float(cell) for cell in row] for row in rows[1:]] == [
        [each[key] for key in keys] for each in slope["estimates"]
    ]


def test_every_text_is_escaped():
    table = Table((Column("a", EVIL, "words"),), ((EVIL,), (Figure(EVIL),)), EVIL)
    curve = Curve(EVIL, (((0.0, 0.0), (1.0, 1.0)),))
    blocks = [
        Heading(EVIL, 1), Text(EVIL), Text(code(EVIL) + marked("wrong", EVIL)), table,
        Chart(EVIL, EVIL, EVIL, (curve,), labels=(Label((EVIL,), (0.5, 0.5)),), description=EVIL),
        Diagram((Vertex("a", EVIL, EVIL, EVIL), Vertex("b", "b")), (("a", "b"),), {("a", "b"): EVIL}, EVIL),
        Formula(EVIL, rf"\text{{{EVIL}}}"), Matrix("A", "A", ((EVIL,),)),
        Chain(Formula(EVIL, "w"), (Link("=", Formula(EVIL, rf"\text{{{EVIL}}}"), EVIL),)),
        Tree((Branch(EVIL, Formula(EVIL, "w"), EVIL, (Branch("b", Formula("w", "w")),)),)),
    ]  # fmt: skip
    text = html.render(blocks, title=EVIL)
    assert "<script" not in text
    shown = "".join(body(text).itertext())
    assert shown.count('alert("&")') >= 14


def test_what_the_converter_cannot_read_stands_as_it_was_typed():
    assert html.words(formula("w < b", r"\begin{nosuch")) == "<code>w &lt; b</code>"


def test_no_line_begins_with_the_comma_behind_a_formula():
    assert re.fullmatch(r'At <span class="held"><math .*</math>,</span> and', html.words(f"At {formula('w = 3')}, and"))  # fmt: skip


def numbers(path):
    return [tuple(map(float, pair.split(","))) for pair in path.split()]


def test_a_curve_is_where_its_axes_say():
    """The ticks are read off as a reader does it, and with them the ends of the line."""
    line = Curve("J", (((0.0, -1.0), (4.0, 3.0)),))
    drawn = ET.fromstring(svg_chart.picture(Chart("", "w", "J", (line,), (0.0, 4.0, -1.0, 3.0))))  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    texts = [(each.text, float(each.get("x")), float(each.get("y")), each.get("text-anchor")) for each in drawn.iter(f"{space}text")]  # fmt: skip
    across = {float(text): x for text, x, _, anchor in texts if anchor == "middle" and re.fullmatch(r"-?[\d.]+", text)}  # fmt: skip
    up = {float(text): y for text, _, y, anchor in texts if anchor == "end"}
    curve = next(each for each in drawn.iter(f"{space}polyline") if "series" in each.get("stroke"))
    (left, bottom), (right, top) = numbers(curve.get("points"))
    assert (left, right) == pytest.approx((across[0], across[4]), abs=0.2)
    assert bottom - top == pytest.approx(up[-1] - up[3], abs=0.2)


def test_every_vertex_has_a_box_and_every_arrow_a_line():
    vertices = tuple(Vertex(name, name) for name in "abcd")
    arrows = (("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"))
    drawn = svg_graph.picture(Diagram(vertices, arrows, {("a", "b"): "2"}))
    assert drawn.count("<rect") == len(vertices)
    assert len(re.findall(r"<path d=\"M.*H", drawn)) >= len(arrows) + 1  # and one back


def test_a_stream_without_these_signs_gets_references():
    result = run("diff", "exp(w)", "--at", "1", "--format", "html", encoding="ascii")
    assert "&#8776;" in result.stdout or "&#x2248;" in result.stdout
    assert result.stdout.isascii()
