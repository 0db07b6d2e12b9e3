"""The picture of `graph`: its vertices with their values, and what flows back along its arrows."""

from __future__ import annotations

from typing import Literal

from derivcli.calculus.results import Quantity
from derivcli.graph.results import GraphResult
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import Diagram, Figure, Formula, Vertex
from derivcli.report.chain_rule import equation, gradients, number, sign
from derivcli.report.forward_prop import inputs
from derivcli.report.markup import plain
from derivcli.report.numbers import equals, figure

DRAWN_DIGITS = 6  # unless told, in a drawn graph
LONGEST_EXACT = 8  # characters of an exact value in a drawn graph

Kind = Literal["parameter", "data", "step", "output"]


def diagram(found: GraphResult, digits: int | None = None) -> Diagram:
    """Return the graph as vertices and arrows, numbers to few digits."""
    slopes, shown = gradients(found), digits or DRAWN_DIGITS

    def vertex(name: str, label: Formula, quantity: Quantity | None, kind: Kind) -> Vertex:
        slope = _slope(found, name, slopes.get(name), shown)
        return Vertex(
            name, label.text, _number(quantity, shown), slope.text, kind, label.latex, slope.latex
        )

    leaves = dict.fromkeys(
        name for node in found.nodes for name in inputs(node) if name in found.at
    )
    vertices = [
        vertex(
            name, Formula(name, latex_name(name)), found.at[name],
            "parameter" if name in found.wrt else "data",
        )
        for name in leaves
    ]  # fmt: skip
    for node in found.nodes:
        label = Formula(
            f"{node.name} = {node.expression}", f"{latex_name(node.name)} = {node.latex}"
        )
        last = node.name == found.output
        vertices.append(vertex(node.name, label, node.value, "output" if last else "step"))
    arrows = tuple((name, node.name) for node in found.nodes for name in inputs(node))
    flows = {
        (edge.name, node.name): _number(edge.contribution, shown)
        for node in found.nodes
        for edge in node.inputs
        if edge.contribution is not None
    }
    return Diagram(tuple(vertices), arrows, flows, plain(_description(found, shown)))


def _slope(found: GraphResult, name: str, slope: Quantity | None, digits: int) -> Formula:
    """Return a gradient as an equation, nothing where there is none; a convention is called so."""
    if slope is None or name == found.output:
        return Formula("", "")
    told = equation(sign(found.output, name), number(slope, digits))
    if name not in found.by_convention:
        return told
    return Formula(f"{told.text} (convention)", rf"{told.latex} \; \text{{(convention)}}")


def _number(quantity: Quantity | None, digits: int) -> str:
    """Return a number in a drawn graph: exact where that is short, "" where there is none."""
    if quantity is None:
        return ""
    if quantity.exact is not None and len(quantity.exact) <= LONGEST_EXACT:
        return quantity.exact
    shown = figure(quantity, digits)
    if not isinstance(shown, Figure):
        return shown
    return f"≈ {shown.text}" if shown.rounded else shown.text


def _description(found: GraphResult, digits: int) -> str:
    """Return what the graph shows, in a sentence."""
    steps = len(found.nodes)
    told = f"The computation graph of {found.output} in {steps} step{'s' * (steps > 1)}"
    if found.value is not None:
        told += f": forward, {found.output} {equals(found.value, digits)}"
    known = gradients(found).items()
    slopes = [_slope(found, name, slope, digits).text for name, slope in known if name in found.wrt]
    back = ", ".join(filter(None, slopes))
    return f"{told}; back, {back}." if back else f"{told}."
