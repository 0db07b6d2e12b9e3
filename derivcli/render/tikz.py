r"""A graph as a TikZ picture; it needs \usepackage{tikz} and \usetikzlibrary{arrows.meta}."""

from __future__ import annotations

from derivcli.render.layout import Item, layout
from derivcli.report.blocks import Diagram

WIDTH, HEIGHT = 3.0, 1.4  # of a column and a row, in centimetres


def picture(diagram: Diagram) -> str:
    """Return the graph in columns from left to right, what is in a vertex in math mode."""
    from derivcli.render.latex import escape

    placed = layout(diagram)
    places = {
        item: (WIDTH * column, -HEIGHT * row)
        for column, items in enumerate(placed.columns)
        for row, item in enumerate(items)
    }
    vertices = {vertex.name: vertex for vertex in diagram.vertices}
    lines = [r"\begin{tikzpicture}[>=Stealth, every node/.style={align=center, font=\small}]"]
    names = {}
    for number, (item, (x, y)) in enumerate(places.items()):
        names[item] = f"n{number}"
        if item.through:
            lines.append(rf"\coordinate ({names[item]}) at ({x:.1f},{y:.1f});")
            continue
        vertex = vertices[item.name]
        style = "[draw]" if vertex.kind in ("step", "output") else ""
        label = r" \\ ".join(escape(each) for each in (vertex.label, vertex.value) if each)
        lines.append(rf"\node{style} ({names[item]}) at ({x:.1f},{y:.1f}) {{{label}}};")
    for item, targets in placed.leads.items():
        lines += [_line(item, target, names) for target in targets]
    return "\n".join([*lines, r"\end{tikzpicture}"]) + "\n"


def _line(start: Item, end: Item, names: dict[Item, str]) -> str:
    arrow = "" if end.through else "[->]"
    return rf"\draw{arrow} ({names[start]}) -- ({names[end]});"
