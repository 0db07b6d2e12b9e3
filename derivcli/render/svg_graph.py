"""A graph as SVG for a page: values flow forward along its arrows, gradients back."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from derivcli.render.layout import Item, layout
from derivcli.render.placing import Box
from derivcli.render.spread import Lead, Spread, spread
from derivcli.render.svg import accessible
from derivcli.render.web_style import INKS
from derivcli.report.blocks import Diagram, Vertex

UNIT = 96.0  # pixels: the spread is in inches
LETTER, LINE, PAD, BORDER = 7.9, 18.0, 9.0, 14.0  # pixels, of letters that are equally wide
APART = 4.0  # pixels that an arrow is above or below the middle of its line
STYLES = {
    "step": (INKS.colour("curve"), ""),
    "output": (INKS.colour("curve"), ' stroke-width="3"'),
    "parameter": (INKS.grey, ' rx="8"'),
    "data": (INKS.grey, ' rx="8" stroke-dasharray="5 3"'),
}
GRADIENT = INKS.colour("gradient")


def picture(diagram: Diagram) -> str:
    """Return the graph in columns from left to right, as an <svg> element that is described."""
    vertices = {vertex.name: vertex for vertex in diagram.vertices}
    sizes = {name: _size(vertex) for name, vertex in vertices.items()}
    labels: dict[str, float] = {}
    for (_, target), text in diagram.flows.items():
        labels[target] = max(labels.get(target, 0.0), LETTER * (len(text) + 1) / UNIT)
    drawn = spread(layout(diagram), sizes, labels)
    width, height = drawn.width * UNIT + 2 * BORDER, drawn.height * UNIT + 2 * BORDER
    body = [*_arrows(drawn, diagram, height), *_boxes(drawn, vertices, height)]
    svg = (
        '<svg class="graph" xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
        ' fill="none" stroke-width="1.5">\n' + "\n".join(body) + "\n</svg>\n"
    )
    return accessible(svg, "The graph", diagram.description or "The graph")


def _lines(vertex: Vertex) -> list[tuple[str, str]]:
    """Return the lines in a box, each with its colour."""
    value = vertex.equals if vertex.value else ""
    if vertex.kind in ("parameter", "data"):
        found = [(f"{vertex.label} {value}".strip(), INKS.ink)]
    else:
        found = [(vertex.label, INKS.ink), *([(value, INKS.ink)] if value else ())]
    return [*found, *([(vertex.gradient, GRADIENT)] if vertex.gradient else ())]


def _size(vertex: Vertex) -> tuple[float, float]:
    """Return how wide and high a box is, in inches."""
    lines = _lines(vertex)
    width = LETTER * max(len(text) for text, _ in lines) + 2 * PAD
    return width / UNIT, (LINE * len(lines) + PAD) / UNIT


def _boxes(drawn: Spread, vertices: dict[str, Vertex], height: float) -> Iterator[str]:
    for item, box in drawn.boxes.items():
        if item.through:
            continue
        vertex = vertices[item.name]
        colour, style = STYLES[vertex.kind]
        left, top = _place(box.left, box.top, height)
        wide, high = (box.right - box.left) * UNIT, (box.top - box.bottom) * UNIT
        yield (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}"'
            f' fill="{INKS.paper}" stroke="{colour}"{style}/>'
        )
        lines = _lines(vertex)
        first = top + (high - LINE * len(lines)) / 2 + 0.72 * LINE
        for number, (text, ink) in enumerate(lines):
            yield _text(text, left + wide / 2, first + LINE * number, ink, "middle")


def _arrows(drawn: Spread, diagram: Diagram, height: float) -> Iterator[str]:
    """Yield the arrows forward, and beside them those back with what flows along them."""
    sources = {name for name, _ in diagram.flows}
    for (item, target), lead in drawn.leads.items():
        both = item.name in sources
        yield from _arrow(lead, item, target, height, -APART if both else 0.0, INKS.grey, 1)
        if both:
            yield from _arrow(lead, item, target, height, APART, GRADIENT, -1)
        text = diagram.flows.get((item.name, target.name))
        if text and not target.through:
            x, y = _place(*lead.end, height)
            yield _text(text, x - 12, y + APART + 13, GRADIENT, "end")
    for item, box in drawn.boxes.items():
        if item.through:
            yield from _passing(box, height, back=item.name in sources)


def _arrow(
    lead: Lead, item: Item, target: Item, height: float, down: float, ink: str, way: int
) -> Iterator[str]:
    """Yield a line, moved down, and its head: at its end, or back at its start."""
    (x, y), (end, level) = _place(*lead.start, height), _place(*lead.end, height)
    start, stop = (_place(each, 0, height)[0] for each in lead.bend)
    y, level, middle = y + down, level + down, (start + stop) / 2
    yield (
        f'<path d="M{x:.1f},{y:.1f} H{start:.1f} C{middle:.1f},{y:.1f} {middle:.1f},{level:.1f}'
        f' {stop:.1f},{level:.1f} H{end:.1f}" stroke="{ink}"/>'
    )
    tip, at, through = (end, level, target.through) if way > 0 else (x, y, item.through)
    if not through:
        back = tip - 8 * way
        corners = f"{tip:.1f},{at:.1f} {back:.1f},{at - 3.5:.1f} {back:.1f},{at + 3.5:.1f}"
        yield f'<polygon points="{corners}" fill="{ink}"/>'


def _passing(box: Box, height: float, *, back: bool) -> Iterator[str]:
    """Yield the lines across a column that an arrow only passes."""
    left, middle = _place(box.left, (box.bottom + box.top) / 2, height)
    wide = (box.right - box.left) * UNIT
    lines = {INKS.grey: -APART, GRADIENT: APART} if back else {INKS.grey: 0.0}
    for ink, down in lines.items():
        yield f'<path d="M{left:.1f},{middle + down:.1f} h{wide:.1f}" stroke="{ink}"/>'


def _place(x: float, y: float, height: float) -> tuple[float, float]:
    return BORDER + x * UNIT, height - BORDER - y * UNIT


def _text(text: str, x: float, y: float, ink: str, anchor: str) -> str:
    shown = escape(text, quote=False)
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}" text-anchor="{anchor}">{shown}</text>'
