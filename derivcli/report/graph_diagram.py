"""The picture of `graph`: its vertices with their values, and what flows back along its arrows."""

from __future__ import annotations

from typing import Literal

from derivcli.calculus.results import Quantity
from derivcli.graphs.results import GraphResult
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import Diagram, Figure, Formula, Vertex
from derivcli.report.chain_rule import equation, gradients, number, sign
from derivcli.report.forward_prop import inputs
from derivcli.report.markup import plain
from derivcli.report.numbers import equals, figure

DRAWN_DIGITS = 6  # unless told, in a drawn graph
LONGEST_EXACT = 8  # characters of an exact value in a drawn graph

Kind = Literal["parameter", "data", "step", "output"]


def diagram(result: GraphResult, digits: int | None = None) -> Diagram:
    """Return the graph as vertices and arrows, numbers to few digits."""
    slopes, shown = gradients(result), digits or DRAWN_DIGITS

    def vertex(name: str, label: Formula, quantity: Quantity | None, kind: Kind) -> Vertex:
        slope = _slope(result, name, slopes.get(name), shown)
        return Vertex(
            name, label.text, _number(quantity, shown), slope.text, kind, label.latex, slope.latex
        )

    leaves = dict.fromkeys(
        name for node in result.nodes for name in inputs(node) if name in result.at
    )
    vertices = [
        vertex(
            name, Formula(name, latex_name(name)), result.at[name],
            "parameter" if name in result.wrt else "data",
        )
        for name in leaves
    ]  # fmt: skip
    for node in result.nodes:
        label = Formula(
            f"{node.name} = {node.expression}", f"{latex_name(node.name)} = {node.latex}"
        )
        last = node.name == result.output
        vertices.append(vertex(node.name, label, node.value, "output" if last else "step"))
    arrows = tuple((name, node.name) for node in result.nodes for name in inputs(node))
    flows = {
        (edge.name, node.name): _number(edge.contribution, shown)
        for node in result.nodes
        for edge in node.inputs
        if edge.contribution is not None
    }
    return Diagram(tuple(vertices), arrows, flows, plain(_description(result, shown)))


def _slope(result: GraphResult, name: str, slope: Quantity | None, digits: int) -> Formula:
    """Return a gradient as an equation, nothing where there is none; a convention is called so."""
    if slope is None or name == result.output:
        return Formula("", "")
    told = equation(sign(result.output, name), number(slope, digits))
    if name not in result.by_convention:
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


def _description(result: GraphResult, digits: int) -> str:
    """Return what the graph shows, in a sentence."""
    steps = len(result.nodes)
    told = f"The computation graph of {result.output} in {steps} step{'s' * (steps > 1)}"
    if result.value is not None:
        told += f": forward, {result.output} {equals(result.value, digits)}"
    known = gradients(result).items()
    slopes = [
        _slope(result, name, slope, digits).text for name, slope in known if name in result.wrt
    ]
    back = ", ".join(filter(None, slopes))
    return f"{told}; back, {back}." if back else f"{told}."
