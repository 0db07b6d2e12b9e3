"""The gradient of a program by reverse mode, as a program in its shortest form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from derivcli.algebra.expressions import Algebra, Expression, names
from derivcli.algebra.facts import Facts, Replacement
from derivcli.algebra.hoisting import Statement, hoisted
from derivcli.algebra.lines import Draft, Lines
from derivcli.algebra.reading import TreeReader, Value
from derivcli.algebra.results import Gradient, Shape
from derivcli.algebra.sweep import BackwardSweep
from derivcli.algebra.writing import shape_of
from derivcli.language.shapes import Shapes, infer
from derivcli.language.tree import Assignment, Binary, Name, Node, Program, Reduction, joined

Assumption = tuple[Node, Node]


def reverse(
    program: Program,
    wrt: Sequence[str],
    shapes: Mapping[str, Shape],
    *,
    seed: Node | None = None,
    divide: str | None = None,
    assumptions: Iterable[Assumption] = (),
    positive: Iterable[str] = (),
    prefix: str = "d",
) -> Gradient:
    """Return the gradient of the program's output by the names in `wrt`, a statement each.

    A gradient has the name of what it is by, behind `prefix`, and its shape. `shapes` are those of
    the variables: a size is a number or a name, which is a number > 0 in the program; what has no
    shape is a number. `seed` is the gradient by the output, else 1: a row of the Jacobian of an
    output that is a matrix is seeded by a matrix with one 1. With the seed m and `divide` m the
    gradients are as the course has them: dZ of each example's own loss, 1/m in dW and db.
    Of `assumptions` the left side is taken for the right one: sum(Y, axis=0) for 1.
    `positive` are names of numbers > 0.

    Raises ShapeError where shapes do not fit.
    """
    home = Algebra(shapes, positive)
    sizes = frozenset(
        size for shape in shapes.values() for size in shape if isinstance(size, str)
    ) - {*shapes}
    statements, reader = _read(program, home, sizes, wrt)
    active = _active(statements, wrt)
    given: Replacement = {}
    for left, right in assumptions:
        given[_upright(reader.expression(left))] = reader.expression(right)
    taken = {*home.shapes, *sizes, *program.variables}
    full, made = hoisted(statements, active, taken)
    active = _active(full, wrt)
    start = home.one if seed is None else reader.expression(seed)
    facts = Facts(full, given)
    sweep = BackwardSweep(facts, full, wrt, active, made, prefix)
    sweep.divide = None if divide is None else home.size(divide)
    drafts = sweep.run(full[-1][0], start)
    helpers = [Draft(name, "", part, part) for name, part in full if name in made]
    lines = Lines(facts, helpers, drafts, {prefix + name for name in wrt}, prefix)
    return lines.finished(program)


def hessian_vector(
    program: Program,
    wrt: Sequence[str],
    along: Mapping[str, str],
    shapes: Mapping[str, Shape],
) -> Gradient:
    """Return the second derivative times a direction: the gradient of the sum of dW * V.

    `along` is the name of the direction V for each name in `wrt`, of its shape. The lines are named
    d2W; its program is the one of the gradient, with the sum as its last statement.
    """
    first = reverse(program, wrt, shapes)
    taken = {*first.shapes, *shapes}
    parts: list[Node] = []
    for name in wrt:
        part: Node = Binary("*", Name(f"d{name}"), Name(along[name]))
        parts.append(Reduction("sum", part) if first.shapes[f"d{name}"] else part)
    output = "slope"
    while output in taken:
        output += "_"
    statements = (*first.whole.statements, Assignment(output, joined("+", parts)))
    directions = {along[name]: first.shapes[name] for name in wrt}
    return reverse(Program(statements), wrt, {**shapes, **directions}, prefix="d2")


def _read(
    program: Program, home: Algebra, sizes: frozenset[str], wrt: Collection[str]
) -> tuple[list[Statement], TreeReader]:
    """Return the statements as expressions; a flat array is written out where it is named."""
    known: dict[str, Value] = {}
    given = dict(home.shapes)

    @cache
    def inferred() -> Shapes:
        return infer(program, given)

    reader, strict = TreeReader(home, sizes, known), TreeReader(home, sizes, known, shapes=inferred)
    statements: list[Statement] = []
    for each in program.statements:
        value = strict.read(each.expression)
        expression = value.expression
        home.shapes[each.name] = expression.shape[1:] if value.axes == 1 else shape_of(expression)
        if value.axes == 1 and each.name not in wrt:
            known[each.name] = Value(expression, 1)
            continue
        zeros = expression.op == "zeros" and each.name not in wrt
        known[each.name] = Value(expression if zeros else home.sym(each.name), value.axes)
        statements.append((each.name, expression))
    return statements, reader


def _upright(node: Expression) -> Expression:
    """Return a flat sum as the sum that it is the transpose of."""
    return node.args[0] if node.op == "T" and node.args[0].op == "sum" else node


def _active(statements: Sequence[Statement], wrt: Collection[str]) -> set[str]:
    """Return the names that depend on those in `wrt`, and these."""
    active = set(wrt)
    for name, expression in statements:
        if not active.isdisjoint(names(expression)):
            active.add(name)
    return active
