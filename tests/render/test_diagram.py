"""Graphs in characters, and as source: every line leads where it should, and nothing is cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcli.render import dot, mermaid, tikz
from derivcli.render.diagram import DOWN, LEFT, LINES, RIGHT, UP, draw
from derivcli.render.layout import layout
from derivcli.render.look import DARK, Look
from derivcli.report.blocks import Diagram, Text, Vertex

SIDES = {sign: sides for sides, sign in LINES.items() if sides not in (LEFT, RIGHT)}
MOVES = {UP: (-1, 0), DOWN: (1, 0), LEFT: (0, -1), RIGHT: (0, 1)}
OPPOSITE = {UP: DOWN, DOWN: UP, LEFT: RIGHT, RIGHT: LEFT}


@st.composite
def diagrams(draw_, most=7):
    leaves = [f"x{index}" for index in range(draw_(st.integers(1, 3)))]
    vertices = [Vertex(name, name, "2", kind="parameter") for name in leaves]
    names, arrows = list(leaves), []
    for index in range(draw_(st.integers(1, most))):
        sources = draw_(st.lists(st.sampled_from(names[-5:]), min_size=1, max_size=3, unique=True))
        name = f"s{index}"
        arrows += [(source, name) for source in sources]
        vertices.append(Vertex(name, f"{name} = f", "4"))
        names.append(name)
    used = {start for start, _ in arrows}
    kept = [each for each in vertices if each.kind == "step" or each.name in used]
    return Diagram(tuple(kept), tuple(arrows))


def traced(lines, diagram):
    """Return the arrows found by following the drawn lines from each vertex."""
    grid = {(row, x): sign for row, line in enumerate(lines) for x, sign in enumerate(line)}
    found = set()
    for vertex in diagram.vertices:
        row, x = next(
            (row, line.index(mark)) for row, line in enumerate(lines)
            for mark in (f"│ {vertex.name} = f", f"{vertex.name} = 2") if mark in line
        )  # fmt: skip
        boxed = grid[row, x] == "│"
        start = (
            row,
            lines[row].index("│", x + 1) + 1 if boxed else x + len(f"{vertex.name} = 2") + 1,
        )
        waiting, seen = [(start, RIGHT)], set()
        while waiting:
            (row, x), heading = waiting.pop()
            sign = grid.get((row, x), " ")
            if ((row, x), heading) in seen or sign == " ":
                continue
            seen.add(((row, x), heading))
            if sign == "→":
                top = next(r for r in range(row, -1, -1) if grid[r, x + 1] == "┌")
                found.add((vertex.name, lines[top + 1][x + 3 :].split()[0]))
                continue
            sides = SIDES[sign]
            crossing = not sides & OPPOSITE[heading]  # the other line goes over this one
            for side in (
                [heading]
                if crossing
                else [s for s in MOVES if sides & s and s != OPPOSITE[heading]]
            ):
                down, right = MOVES[side]
                waiting.append(((row + down, x + right), side))
    return found


@settings(max_examples=300, deadline=None)
@given(diagrams())
def test_every_drawn_line_leads_from_a_vertex_to_those_that_use_it(diagram):
    lines = draw(diagram, 200)
    if "┌" in "".join(lines):
        assert traced(lines, diagram) == set(diagram.arrows)


@settings(max_examples=100, deadline=None)
@given(diagrams(12), st.integers(20, 130))
def test_no_line_is_wider_than_its_place_and_no_step_is_missing(diagram, width):
    lines = draw(diagram, width)
    boxes = "┌" in "".join(lines)
    assert not boxes or max(map(len, lines)) <= width
    for vertex in diagram.vertices:
        assert any(vertex.name in line for line in lines)


@settings(max_examples=100, deadline=None)
@given(diagrams(12))
def test_arrows_lead_one_column_to_the_right(diagram):
    placed = layout(diagram)
    for column, items in enumerate(placed.columns):
        for item in items:
            assert item.column == column
            assert all(target.column == column + 1 for target in placed.leads[item])


UNIT = Diagram(
    (Vertex("w", "w", "2", kind="parameter"), Vertex("x", "x", "-2", kind="data"),
     Vertex("b", "b", "≈ 0.333333", kind="parameter"), Vertex("c", "c = w*x", "-4", "∂J/∂c = 1"),
     Vertex("J", 'J = "c"\\b', "3", kind="output")),
    (("w", "c"), ("x", "c"), ("c", "J"), ("b", "J")),
)  # fmt: skip


def test_a_drawing_to_the_letter():
    assert draw(UNIT, 80) == [
        "            ┌─────────┐      ┌───────────┐",
        ' w = 2 ────→│ c = w*x │─────→│ J = "c"\\b │',
        "x = -2 ────→│ -4      │  ╭──→│ 3         │",
        "            └─────────┘  │   └───────────┘",
        "           b ≈ 0.333333 ─╯",
    ]


def test_a_graph_without_room_is_listed():
    assert draw(UNIT, 12) == ["w, x → c = -4", "c, b → J = 3"]


def test_source_quotes_what_would_be_read_as_its_own():
    source = dot.render([Text(""), UNIT])
    assert r'"J" [label="J = \"c\"\\b\n3", shape=box, penwidth=2];' in source
    assert '"b" [label="b ≈ 0.333333", shape=ellipse];' in source
    drawn = mermaid.render([UNIT])
    assert 'n4[["J = #34;c#34;#92;b<br/>3"]]' in drawn
    assert 'n3["c = w#42;x<br/>-4<br/>#8706;J/#8706;c = 1"]' in drawn
    assert r'{J = "c"\textbackslash{}b \\ $= 3$};' in tikz.picture(UNIT)


def test_graphviz_source_has_an_arrow_back_for_what_flows_there():
    flows = Diagram(UNIT.vertices, UNIT.arrows, {("c", "J"): '1 "'})
    source = dot.render([flows], Look(title="a <b>"))
    assert (
        '"J" -> "c" [label="1 \\"", color="#D55E00", fontcolor="#D55E00", constraint=false];'
        in source
    )
    assert '"c" [label=<c = w*x<BR/>-4<BR/><FONT COLOR="#D55E00">∂J/∂c = 1</FONT>>, shape=box];' in source  # fmt: skip
    assert 'labelloc=t; label="a <b>";' in source
    assert "bgcolor" not in source
    assert f'bgcolor="{DARK.paper}"' in dot.render([UNIT], Look(paper=DARK))


@pytest.mark.skipif(not dot.is_installed(), reason="Graphviz is not installed")
def test_graphviz_draws_the_same_bytes_with_a_title_and_no_date(monkeypatch):
    told = Diagram(UNIT.vertices, UNIT.arrows, {("c", "J"): "1"}, "What it <shows>.")
    for form in ("svg", "png", "pdf"):
        assert dot.picture([told], form) == dot.picture([told], form)
    svg = dot.picture([told], "svg", Look(title="A title")).decode()
    assert '<svg role="img"' in svg
    assert "<title>A title</title>" in svg
    assert "<desc>What it &lt;shows&gt;.</desc>" in svg
    assert b"Date" not in dot.picture([told], "pdf")


def test_graphviz_draws_pictures_where_it_is_installed(tmp_path, monkeypatch):
    fake = tmp_path / "dot"
    fake.write_text('#!/bin/sh\necho "$1"; cat\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert dot.picture([UNIT], "pdf").decode() == "-Tpdf\n" + dot.render([UNIT])
