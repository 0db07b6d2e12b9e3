"""The Jacobian of an output that is a column: a row for each of its entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli.algebra.results import Gradient, Line
from derivcli.algebra.reverse import reverse
from derivcli.errors import LanguageError
from derivcli.index_notation.proof import proves_gradient
from derivcli.language.shapes import Shape, infer
from derivcli.language.tree import (
    Assignment,
    Call,
    Name,
    Node,
    Program,
    Transpose,
    names,
    size_node,
    substitute,
)
from derivcli.matrices.columns import matrix_of
from derivcli.matrices.evidence import samples
from derivcli.matrices.shortest import shortest

PREFIX = "="  # of names that no program has


@dataclass(frozen=True, slots=True)
class Jacobian:
    """The derivative of a column by a column, in the names of the program and of the helpers."""

    tree: Node
    shape: Shape
    helpers: tuple[Line, ...]
    samples: int  # 0 where it is proved


def is_column(shape: Shape) -> bool:
    """Is it a number, or a matrix of one column?"""
    return not shape or (len(shape) == 2 and shape[1] == 1)


def jacobian(program: Program, name: str, shapes: Mapping[str, Shape]) -> Jacobian | None:
    """Return the Jacobian of a program's output, a column, by a column; None without a short form.

    The way back from a seed G is the transpose of the Jacobian times G.
    """
    output, by = infer(program, shapes).of(Name(program.output.name)), shapes.get(name, ())
    seed = _fresh("G", {*shapes, *(each.name for each in program.statements)})
    back = reverse(program, (name,), {**shapes, seed: output}, seed=Name(seed), prefix=PREFIX)
    rows, columns = (shape[0] if shape else 1 for shape in (output, by))
    known = infer(Program(_statements(back)), {**shapes, seed: output})
    line = _written_out(back, f"{PREFIX}{name}")
    if seed in names(line):
        turned = matrix_of(line, seed, known)
        if turned is None:
            return None
    else:  # it is linear in the seed, and so 0
        turned = Call("zeros", tuple(map(size_node, (columns, rows))))
    try:
        found = shortest(Transpose(turned), known.names)
        program_after = Program((*_statements(back), Assignment(f"{PREFIX}{name}", found)))
        shape = infer(program_after, shapes).of(found)
    except LanguageError:
        return None
    if shape != (rows, columns):
        return None
    helpers = Program(tuple(each.statement for each in back.helpers)) if back.helpers else None
    if proves_gradient(program, name, found, shapes, definitions=helpers):
        return Jacobian(found, shape, back.helpers, 0)
    count = samples(program, name, program_after, shapes)
    return Jacobian(found, shape, back.helpers, count) if count else None


def _statements(back: Gradient) -> tuple[Assignment, ...]:
    return (*back.program.statements, *(each.statement for each in back.helpers))


def _written_out(back: Gradient, name: str) -> Node:
    """Return a line with the lines that it names written out."""
    known: dict[str, Node] = {}
    for line in back.lines:
        known[line.name] = substitute(line.expression, known)
    return known[name]


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name
