"""The derivative of a program of matrices by one name, as one expression in names of steps."""

from __future__ import annotations

from collections.abc import Iterable

from derivcli.algebra.reverse import reverse
from derivcli.errors import RefusedError
from derivcli.index_notation.proof import proves_equal, proves_gradient
from derivcli.language.array_latex import PlainNotation, array_latex
from derivcli.language.assumptions import equations, positive
from derivcli.language.text import text
from derivcli.language.tree import Name, Node, Program, fold, rebuild
from derivcli.matrices.graph_results import ArrayCollapse, ArrayGraphRequest

LONGEST = 200  # nodes of an expression that is still one


def collapsed(request: ArrayGraphRequest, name: str) -> ArrayCollapse:
    """Return the derivative of the output by a step or an input.

    Raises RefusedError where it is too long for one expression.
    """
    asked = request.asked
    gradient = reverse(
        asked.program, (name,), asked.given.shapes,
        assumptions=equations(request.assumed), positive=positive(request.assumed),
    )  # fmt: skip
    line = gradient.line(name)
    others = [each for each in gradient.lines if each is not line]
    short = _written_out(line.expression, ((each.name, each.expression) for each in others))
    long = _written_out(line.raw, ((each.name, each.raw) for each in others))
    notation = PlainNotation(gradient.shapes)
    helpers = Program(tuple(each.statement for each in gradient.helpers))
    whole = Program((*asked.program.statements, *helpers.statements))
    if not proves_equal(
        short, long, gradient.shapes, definitions=whole, assumptions=request.assumed
    ):
        short = long
    proved = proves_gradient(
        asked.program, name, short, gradient.shapes,
        definitions=helpers if helpers.statements else None, assumptions=request.assumed,
    )  # fmt: skip
    return ArrayCollapse(
        name,
        text(short, arrays=True),
        text(long, arrays=True),
        line.shape,
        proved,
        array_latex(short, notation),
        array_latex(long, notation),
    )


def _written_out(tree: Node, lines: Iterable[tuple[str, Node]]) -> Node:
    """Return a tree with the names of earlier lines written out."""
    known: dict[str, Node] = {}
    for name, expression in (*lines, ("", tree)):
        known[name] = _replaced(expression, known)
    return known[""]


def _replaced(tree: Node, known: dict[str, Node]) -> Node:
    size = 0

    def visit(node: Node, parts: tuple[tuple[Node, int], ...]) -> tuple[Node, int]:
        nonlocal size
        if isinstance(node, Name) and node.name in known:
            inner = known[node.name]
            return inner, sizes[node.name]
        return rebuild(node, tuple(part for part, _ in parts)), 1 + sum(count for _, count in parts)

    sizes = {name: _size(expression) for name, expression in known.items()}
    found, size = fold(tree, visit)
    if size > LONGEST:
        raise RefusedError(
            "as one expression it would be too long", hint="leave --collapse out: each step is told"
        )
    return found


def _size(tree: Node) -> int:
    return fold(tree, lambda _, parts: 1 + sum(parts))
