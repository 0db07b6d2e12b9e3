"""The picture of a program of matrices: each step with its shape, and the gradient by it."""

from __future__ import annotations

from typing import Literal

from derivcli.calculus.results import Quantity
from derivcli.matrices.graph_results import ArrayGraphResult
from derivcli.report.array_values import derived_latex, told
from derivcli.report.blocks import Diagram, Formula, Vertex
from derivcli.report.numbers import number_text

DRAWN_DIGITS = 6

Kind = Literal["parameter", "data", "step", "output"]


def diagram(found: ArrayGraphResult) -> Diagram:
    """Return the graph as it is drawn."""
    equations = {
        each.of: Formula(
            f"{each.name} = {each.equation}", f"{derived_latex(each.name)} = {each.latex}"
        )
        for each in found.equations
    }
    nothing = Formula("", "")

    def vertex(name: str, label: Formula, kind: Kind) -> Vertex:
        back = equations.get(name, nothing)
        value = found.value if name == found.output else None
        shape = found.shapes.get(name, ())
        shown = _number(value) if value is not None else told(shape) if shape else ""
        return Vertex(name, label.text, shown, back.text, kind, label.latex, back.latex)

    steps = {node.name for node in found.nodes}
    sizes = {*found.sizes, *(size for shape in found.shapes.values() for size in shape)}
    inputs = dict.fromkeys(
        each.name
        for node in found.nodes
        for each in node.inputs
        if each.name not in steps and each.name not in sizes
    )
    vertices = [
        vertex(
            name, Formula(name, derived_latex(name)), "parameter" if name in found.wrt else "data"
        )
        for name in inputs
    ]
    for node in found.nodes:
        name = derived_latex(node.name)
        label = Formula(f"{node.name} = {node.expression}", f"{name} = {node.latex}")
        vertices.append(vertex(node.name, label, "output" if node.name == found.output else "step"))
    arrows = tuple(
        (each.name, node.name)
        for node in found.nodes
        for each in node.inputs
        if each.name not in sizes
    )
    return Diagram(tuple(vertices), arrows, {}, _description(found))


def _number(quantity: Quantity) -> str:
    return number_text(quantity, DRAWN_DIGITS)


def _description(found: ArrayGraphResult) -> str:
    steps = len(found.nodes)
    back = "; ".join(f"{each.name} = {each.equation}" for each in found.equations)
    told = f"The computation graph of {found.output} in {steps} step{'s' * (steps > 1)}"
    return f"{told}; back, {back}." if back else f"{told}."
