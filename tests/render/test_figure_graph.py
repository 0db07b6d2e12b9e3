"""A drawn graph: boxes as wide as their words, apart from one another; formulas that are set."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from console import run
from matplotlib.patches import FancyBboxPatch

from derivcli.language.functions import FUNCTIONS
from derivcli.language.latex import latex
from derivcli.language.parser import parse
from derivcli.language.tree import Call, Name
from derivcli.render import figure, figure_words
from derivcli.render.figure_graph import NONE, terms
from derivcli.render.layout import layout
from derivcli.render.look import LIGHT, Look
from derivcli.render.spread import spread
from derivcli.report.blocks import Diagram, Vertex

GRADIENT = r"\frac{\partial J}{\partial a_{1}} \approx -0.123456"


def vertex(name, label, tex="", kind="step"):
    return Vertex(name, label, "≈ -0.123456", "∂J/∂a1 ≈ -0.123456", kind, tex or label, GRADIENT)


def chain(count):
    steps = [vertex(f"a{i}", f"a{i} = a{i - 1}*w + {i}", f"a_{{{i}}} = a_{{{i - 1}}} w + {i}") for i in range(count)]  # fmt: skip
    arrows = [(f"a{i - 1}", f"a{i}") for i in range(1, count)]
    arrows += [("w", f"a{i}") for i in range(count)]
    return diagram([vertex("w", "w", "w", "parameter"), *steps], arrows)


def fan(count):
    parts = [vertex(f"s{i}", f"s{i} = w*{i}") for i in range(count)]
    last = vertex("J", "J = " + " + ".join(f"s{i}" for i in range(count)), kind="output")
    arrows = [
        pair for i in range(count) for pair in (("w", f"s{i}"), ("x", f"s{i}"), (f"s{i}", "J"))
    ]
    return diagram([vertex("w", "w", "w", "parameter"), vertex("x", "x", "x", "data"), *parts, last], arrows)  # fmt: skip


def diagram(vertices, arrows):
    flows = {arrow: "≈ -0.123456" for arrow in arrows if arrow[0] != "x"}
    return Diagram(tuple(vertices), tuple(arrows), flows)


LONG = " + ".join(f"w{i}*sin(w{i})" for i in range(30))
GRAPHS = {
    "three": diagram([vertex("w", "w", "w", "parameter"), vertex("a", "a = w**2", "a = w^{2}"), vertex("J", "J = 3*a", kind="output")],
                     [("w", "a"), ("a", "J")]),
    "ten": chain(9),
    "forty": chain(39),
    "fan-out": fan(15),
    "long": diagram([vertex("w", "w", "w", "parameter"), vertex("a", f"a = {LONG}", latex(parse(LONG).output.expression)),
                     vertex("J", "J = where(a > 0, a, -a)", latex(parse("where(a > 0, a, -a)").output.expression), kind="output")],
                    [("w", "a"), ("a", "J")]),
}  # fmt: skip


@pytest.fixture(scope="module", params=GRAPHS)
def drawn(request):
    shown = GRAPHS[request.param]
    found = figure._figure([shown], Look())
    found.draw_without_rendering()
    return shown, found


def test_no_two_boxes_overlap_and_none_leaves_the_paper(drawn):
    shown, found = drawn
    (plot,) = found.axes
    boxes = [each.get_window_extent() for each in plot.patches if isinstance(each, FancyBboxPatch)]
    assert len(boxes) == len(shown.vertices)
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    width, height = found.bbox.width, found.bbox.height
    assert all(box.x0 > 0 and box.y0 > 0 and box.x1 < width and box.y1 < height for box in boxes)


def test_words_stay_in_their_boxes_and_overlap_no_others(drawn):
    _, found = drawn
    (plot,) = found.axes
    boxes = [each.get_window_extent() for each in plot.patches if isinstance(each, FancyBboxPatch)]
    texts = [each.get_window_extent() for each in plot.texts]
    assert not [pair for pair in combinations(texts, 2) if pair[0].overlaps(pair[1])]
    for text in texts:
        for box in boxes:
            inside = box.x0 <= text.x0 and text.x1 <= box.x1 and box.y0 <= text.y0 and text.y1 <= box.y1  # fmt: skip
            assert inside or not box.overlaps(text)


def test_a_box_is_as_wide_as_its_words():
    found = figure._figure([GRAPHS["three"]], Look())
    (plot,) = found.axes
    boxes = [each.get_window_extent() for each in plot.patches if isinstance(each, FancyBboxPatch)]
    for box in boxes:
        inside = [text.get_window_extent() for text in plot.texts]
        widest = max(text.width for text in inside if box.overlaps(text))
        assert 0 < box.width - widest < 0.25 * found.dpi


@pytest.mark.parametrize("name", GRAPHS)
def test_no_line_goes_through_a_box(name):
    placed = layout(GRAPHS[name])
    sizes = {each.name: (1 + len(each.name) % 3, 0.5) for each in GRAPHS[name].vertices}
    found = spread(placed, sizes, {})
    boxes = {item: box for item, box in found.boxes.items() if not item.through}
    for (item, target), lead in found.leads.items():
        middle = (lead.bend[0] + lead.bend[1]) / 2
        along = [
            *((lead.start[0] + k / 20 * (lead.bend[0] - lead.start[0]), lead.start[1]) for k in range(21)),
            *((middle, lead.start[1] + k / 20 * (lead.end[1] - lead.start[1])) for k in range(21)),
            *((lead.bend[1] + k / 20 * (lead.end[0] - lead.bend[1]), lead.end[1]) for k in range(21)),
        ]  # fmt: skip
        for other, box in boxes.items():
            if other not in (item, target):
                assert not any(box.holds(x, y) for x, y in along)
        assert lead.bend[0] - lead.start[0] > 0.1  # room for the heads of both arrows
        assert lead.end[0] - lead.bend[1] > 0.1
    for item, box in found.boxes.items():
        assert not item.through or not any(box.overlaps(other) for other in boxes.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_formula_of_every_function_is_set(name):
    tex = latex(Call(name, tuple(map(Name, FUNCTIONS[name].parameters))))
    assert figure_words.formula(f"J = {tex}", NONE) == f"$J = {tex}$"


def test_what_is_no_formula_for_matplotlib_is_written_as_text():
    tex = latex(parse("where(w > 0, w, -w)").output.expression)
    assert r"\begin{cases}" in tex
    assert figure_words.formula(tex, "where(w > 0, $w)") == r"where(w > 0, \$w)"


def test_a_formula_is_broken_between_its_terms_alone():
    assert terms(r"J = - a + \left(b - c\right) d - \frac{e + f}{2}") == [
        "J = - a", r"+ \left(b - c\right) d", r"- \frac{e + f}{2}",
    ]  # fmt: skip


def test_gradients_flow_back_in_a_colour_of_their_own(tmp_path):
    run("graph", "--example", "linear unit", "--output", "graph.svg")
    root = ET.parse(tmp_path / "graph.svg").getroot()  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    colour = LIGHT.colour("gradient").lower()
    texts = [each for each in root.iter(f"{space}text") if colour in ET.tostring(each).decode()]
    numbers = ["".join(each.itertext()).strip() for each in texts]
    # Along each arrow flows what the course computes: 2, 2, 2, 2 and -4.
    assert sorted(each for each in numbers if re.fullmatch(r"−?\d", each)) == ["2"] * 4 + ["−4"]
    assert root.find(f"{space}desc").text == (
        "The computation graph of J in 4 steps: forward, J = 2; back, ∂J/∂w = -4, ∂J/∂b = 2."
    )
