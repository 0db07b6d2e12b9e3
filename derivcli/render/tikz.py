r"""A graph as a TikZ picture; it needs \usepackage{tikz} and \usetikzlibrary{arrows.meta}.

TeX makes each box as wide as its words; the columns are far enough apart for what they take at
most, by their characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from derivcli.render.layout import Item, layout
from derivcli.render.pgfplots import colour, words
from derivcli.render.placing import Box
from derivcli.render.spread import Lead, Spread, spread
from derivcli.report.blocks import Diagram, Vertex

LETTER = 0.2  # centimetres of a letter in math mode, at most
LINE, FRACTION = 0.45, 0.65  # centimetres of a line
PAD = 0.15
UNIT = 2.54  # centimetres: the spread is in inches
APART = 0.07  # centimetres that an arrow is above or below the middle of its line
PAGE, TALL = 11.5, 20.0  # centimetres: what is wider or higher is drawn smaller
WIDE = r"{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}"
HIGH = r"{!}{\ifdim\height>0.85\textheight0.85\textheight\else\height\fi}"
NUMBER = r"(-?[\d.]+)(?:e(-?\d+))?"


def picture(diagram: Diagram) -> str:
    """Return the graph in columns from left to right, gradients flowing back in their colour."""
    placed = layout(diagram)
    vertices = {vertex.name: vertex for vertex in diagram.vertices}
    sizes = {name: _size(vertex) for name, vertex in vertices.items()}
    labels: dict[str, float] = {}
    for (_, target), text in diagram.flows.items():
        width = LETTER * (len(text) + 1) / UNIT
        labels[target] = max(labels.get(target, 0.0), width)
    drawn = spread(placed, sizes, labels)
    names = {item: f"n{number}" for number, item in enumerate(drawn.boxes)}
    lines = [
        r"\begin{tikzpicture}[>=Stealth, every node/.style={align=center, font=\small}]",
        *(
            rf"\definecolor{{{name}}}{{HTML}}{{{code}}}"
            for name, code in map(colour, ("gradient", "curve", "triangle", "point"))
        ),
        *_nodes(drawn, names, vertices),
        *_arrows(drawn, names, diagram),
        r"\end{tikzpicture}",
    ]
    wide, high = drawn.width * UNIT / PAGE, drawn.height * UNIT / TALL
    if max(wide, high) > 1:
        fit = WIDE if wide >= high else HIGH
        lines = [rf"\noindent\resizebox{fit}{{%", *lines[:-1], f"{lines[-1]}}}"]
    return "\n".join(lines) + "\n"


def _size(vertex: Vertex) -> tuple[float, float]:
    """Return how wide and high a box is at most, in inches."""
    texts = _texts(vertex)
    width = LETTER * max(len(plain) for plain, _ in texts) + 2 * PAD
    height = sum(FRACTION if r"\frac" in typeset else LINE for _, typeset in texts) + 2 * PAD
    return width / UNIT, height / UNIT


def _texts(vertex: Vertex) -> list[tuple[str, str]]:
    """Return the lines in a box: each plain, to be measured, and for TeX."""
    name = f"${vertex.label_latex}$" if vertex.label_latex else words(vertex.label)
    value = vertex.equals
    typeset = f"${_number(value)}$"
    if vertex.kind in ("parameter", "data"):
        found = [(f"{vertex.label} {value}", f"{name} {typeset}" if vertex.value else name)]
    else:
        found = [(vertex.label, name), *([(value, typeset)] if vertex.value else ())]
    if vertex.gradient:
        latex = vertex.gradient_latex
        ink, _ = colour("gradient")
        shown = f"${latex}$" if latex else words(vertex.gradient)
        found.append((vertex.gradient[3:], rf"\textcolor{{{ink}}}{{{shown}}}"))
    return found


def _number(text: str) -> str:
    r"""Return a number after = or ≈ for math mode: \approx 1.5 \cdot 10^{-7}."""
    relation, _, value = text.rpartition(" ")
    found = re.fullmatch(NUMBER, value)
    if found is None:
        written = rf"\text{{{words(value)}}}"
    else:
        written = found[1] + (rf" \cdot 10^{{{found[2]}}}" if found[2] else "")
    return f"{relation.replace('≈', chr(92) + 'approx')} {written}".strip()


def _nodes(
    drawn: Spread, names: Mapping[Item, str], vertices: Mapping[str, Vertex]
) -> Iterator[str]:
    step, other = colour("curve")[0], colour("triangle")[0]
    styles = {
        "step": f"draw={step}", "output": f"draw={step}, very thick",
        "parameter": f"draw={other}, rounded corners",
        "data": f"draw={other}, dashed, rounded corners",
    }  # fmt: skip
    for item, box in drawn.boxes.items():
        if item.through:
            continue
        vertex = vertices[item.name]
        x, y = (box.left + box.right) / 2 * UNIT, (box.bottom + box.top) / 2 * UNIT
        height = (box.top - box.bottom) * UNIT
        style = f"{styles[vertex.kind]}, minimum height={height:.2f}cm"
        text = r" \\ ".join(typeset for _, typeset in _texts(vertex))
        yield rf"\node[{style}] ({names[item]}) at ({x:.2f},{y:.2f}) {{{text}}};"


def _arrows(drawn: Spread, names: Mapping[Item, str], diagram: Diagram) -> Iterator[str]:
    """Yield the arrows forward, and beside them those back with what flows along them."""

    def width(box: Box) -> float:
        return (box.right - box.left) * UNIT

    ink, gradient = colour("point")[0], colour("gradient")[0]
    sources = {name for name, _ in diagram.flows}
    for (item, target), lead in drawn.leads.items():
        apart = APART if item.name in sources else 0.0
        head = "" if target.through else "->, "
        yield _path(drawn, names, item, target, lead, apart, f"{head}{ink}")
        if item.name in sources:
            back = "" if item.through else "<-, "
            yield _path(drawn, names, item, target, lead, -apart, f"{back}{gradient}")
        text = diagram.flows.get((item.name, target.name))
        if text and not target.through:
            x, y = lead.end[0] * UNIT - 0.3, lead.end[1] * UNIT - 0.08
            style = rf"anchor=north east, inner sep=1pt, {gradient}, font=\scriptsize"
            yield rf"\node[{style}] at ({x:.2f},{y:.2f}) {{${_number(text)}$}};"
    for item, box in drawn.boxes.items():
        middle = (box.bottom + box.top) / 2 * UNIT
        lines = {ink: middle + APART, gradient: middle - APART}
        if item.name not in sources:
            lines = {ink: middle}
        for colours, y in lines.items() if item.through else ():
            yield rf"\draw[{colours}] ({box.left * UNIT:.2f},{y:.2f}) -- +({width(box):.2f},0);"


def _path(
    drawn: Spread, names: Mapping[Item, str], item: Item, target: Item, lead: Lead, up: float,
    style: str,
) -> str:  # fmt: skip
    """Return the line of a lead, moved up, from the border of a box to that of another."""
    (x, y), (start, stop), (end, level) = (
        tuple(length * UNIT for length in pair) for pair in (lead.start, lead.bend, lead.end)
    )
    y, level, middle = y + up, level + up, (start + stop) / 2

    def border(box: Item, side: str, height: float, across: float) -> str:
        if box.through:
            return f"({across:.2f},{height:.2f})"
        centre = (drawn.boxes[box].bottom + drawn.boxes[box].top) / 2 * UNIT
        return f"([yshift={height - centre:.2f}cm]{names[box]}.{side})"

    return (
        rf"\draw[{style}] {border(item, 'east', y, x)} -- ({start:.2f},{y:.2f})"
        rf" .. controls ({middle:.2f},{y:.2f}) and ({middle:.2f},{level:.2f}) .."
        rf" ({stop:.2f},{level:.2f}) -- {border(target, 'west', level, end)};"
    )
