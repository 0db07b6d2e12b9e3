"""The gradient of a program of matrices, each equation in the shortest form that is proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from derivcli.algebra.results import Gradient, Line
from derivcli.language.array_latex import PlainNotation, array_latex
from derivcli.language.shapes import Shapes, shape_text
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Binary, Node
from derivcli.matrices.proving import GradientProof
from derivcli.matrices.results import (
    ArrayStatement,
    DerivedGradient,
    GradientEquation,
)

Assumption = tuple[Node, Node]


def proved_form(gradient: Gradient, assumptions: Sequence[Assumption] = ()) -> Gradient:
    """Return a gradient whose lines stand as the rules made them, where no shorter is proved."""
    proof = GradientProof(gradient, assumptions)
    lines = tuple(replace(line, expression=proof.shortest(line)) for line in gradient.lines)
    return replace(gradient, lines=lines)


def equations(gradient: Gradient, assumptions: Sequence[Assumption] = ()) -> DerivedGradient:
    """Return a gradient as texts with their shapes and rules, its lines as they stand."""
    sizes = (each for shape in gradient.shapes.values() for each in shape)
    shapes = Shapes(
        gradient.shapes, tuple(dict.fromkeys(each for each in sizes if isinstance(each, str)))
    )
    proof = GradientProof(gradient, assumptions)
    notation = PlainNotation(gradient.shapes)
    return DerivedGradient(
        gradient.program.output.name,
        statements(gradient.program.statements, shapes, notation),
        statements((line.statement for line in gradient.helpers), shapes, notation),
        tuple(_equation(line, shapes, notation, proof) for line in gradient.lines),
        gradient.shapes,
        tuple(
            f"{text(left, arrays=True)} = {text(right, arrays=True)}" for left, right in assumptions
        ),
    )


def statements(
    steps: Iterable[Assignment], shapes: Shapes, notation: PlainNotation
) -> tuple[ArrayStatement, ...]:
    """Return steps as texts with their shapes."""
    return tuple(
        ArrayStatement(
            each.name,
            text(each.expression, arrays=True),
            shapes.of(each.expression),
            array_latex(each.expression, notation),
        )
        for each in steps
    )


def _equation(
    line: Line, shapes: Shapes, notation: PlainNotation, proof: GradientProof
) -> GradientEquation:
    expression = line.expression
    rules = tuple(dict.fromkeys(line.rules))
    return GradientEquation(
        line.name,
        line.of,
        text(expression, arrays=True),
        rules[-1] if rules else "",
        rules,
        line.shape,
        _dimensions(line, expression, shapes),
        proof.is_gradient(line),
        array_latex(expression, notation),
    )


def _dimensions(line: Line, expression: Node, shapes: Shapes) -> str | None:
    """Return the shapes of a matrix product: (1, n) = (1, m) @ (m, n); None where there is none."""
    factors = _factors(expression)
    if factors is None or len(line.shape) != 2:
        return None
    product = " @ ".join(shape_text(shapes.of(each)) for each in factors)
    return f"{shape_text(line.shape)} = {product}"


def _factors(tree: Node) -> list[Node] | None:
    """Return the factors of the first product of matrices that a product is made of."""
    while isinstance(tree, Binary) and tree.operator in ("*", "/"):
        tree = (
            tree.left if any(_is_product(each) for each in _left_spine(tree.left)) else tree.right
        )
    return list(_product(tree)) if _is_product(tree) else None


def _is_product(tree: Node) -> bool:
    return isinstance(tree, Binary) and tree.operator == "@"


def _left_spine(tree: Node) -> Iterator[Node]:
    yield tree
    while isinstance(tree, Binary) and tree.operator in ("*", "/"):
        tree = tree.left
        yield tree


def _product(tree: Node) -> Iterator[Node]:
    if isinstance(tree, Binary) and tree.operator == "@":
        yield from _product(tree.left)
        yield tree.right
    else:
        yield tree
