"""Proofs for all sizes: that expressions are equal, or that one is the gradient of a program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from derivcli.errors import LanguageError
from derivcli.index_notation.assumptions import assume
from derivcli.index_notation.conditions import Need, learn
from derivcli.index_notation.derivative import ENTRY_COLUMN, ENTRY_ROW, ByEntry
from derivcli.index_notation.reading import Indexed, IndexReader
from derivcli.index_notation.reducing import vanishes
from derivcli.index_notation.space import COLUMN, ROW, Form, Space, Unproved
from derivcli.index_notation.terms import minus, renamed, summed, times
from derivcli.language.shapes import Shape, Shapes, Size, infer
from derivcli.language.tree import Assignment, Name, Node, Program, computing, names

Statements = Sequence[Assignment]
Claim = Callable[[IndexReader], tuple[Form, frozenset[Need]]]  # what should be 0, and where


def proves_equal(
    left: Node,
    right: Node,
    shapes: Mapping[str, Shape],
    *,
    definitions: Program | None = None,
    assumptions: Sequence[Node] = (),
) -> bool:
    """Return whether two expressions are proved equal, entry by entry, for all sizes.

    Equal, that is, wherever both are defined: False means "not proved", never "different". Their
    shapes have to be the same; a number may be a matrix of one entry. A name that is not among the
    shapes is a number. Names of `definitions` are written out where that is
    what it takes. `assumptions` are comparisons that hold for all entries: `sum(Y, axis=0) == 1`,
    `A.T == A`, `eps > 0`.
    """
    statements = definitions.statements if definitions else ()

    def claim(reader: IndexReader) -> tuple[Form, frozenset[Need]]:
        one, other = reader.read(left), reader.read(right)
        if not one.has_shape(other.shape):
            raise Unproved
        return minus(one.form, other.form), one.needs | other.needs

    used = _used(statements, {*names(left), *names(right)})
    trees = (left, right, *assumptions)
    return _proved(claim, statements, trees, shapes, assumptions, [frozenset(), used])


def proves_gradient(
    program: Program,
    name: str,
    gradient: Node,
    shapes: Mapping[str, Shape],
    *,
    definitions: Program | None = None,
    scale: Node | None = None,
    assumptions: Sequence[Node] = (),
) -> bool:
    """Return whether an expression is proved the derivative of a program's output by a name.

    The name is a variable's, or a statement's, which is then varied on its own; the gradient has
    its shape, and may use the names of statements and those of `definitions`: earlier gradients.
    The output is a number; or times `scale`, an array of its shape or a number, the sum of its
    entries is meant. Of a column by a column the derivative is the Jacobian, a row for each entry
    of the output. It holds for all sizes and wherever there is a derivative: not at kinks.
    """
    own = {statement.name for statement in program.statements}
    more = [each for each in definitions.statements if each.name not in own] if definitions else []
    statements = _in_order(program.statements, more)

    def claim(reader: IndexReader) -> tuple[Form, frozenset[Need]]:
        output = _scaled(reader, program.output.name, scale)
        answer = reader.read(gradient)
        derivative = _derivative(reader, name, output, answer)
        return minus(derivative, answer.form), output.needs | answer.needs

    scaled = names(scale) if scale is not None else ()
    used = _used(statements, {program.output.name, *names(gradient), *scaled}) - {name}
    after = used & (_dependent(program.statements, name) | {each.name for each in more} - own)
    trees = (gradient, *assumptions, *([scale] if scale is not None else []))
    ways = [after, used]
    return _proved(claim, statements, trees, shapes, assumptions, ways, almost=True, varied=name)


def _proved(
    claim: Claim,
    statements: Statements,
    trees: Sequence[Node],
    shapes: Mapping[str, Shape],
    assumptions: Sequence[Node],
    ways: Sequence[frozenset[str]],
    *,
    almost: bool = False,
    varied: str = "",
) -> bool:
    """Try to prove a claim, with more and more names and functions written out."""
    unnamed = (Assignment(f"={n}", tree) for n, tree in enumerate(trees))
    try:
        given = infer(Program((*statements, *unnamed)), shapes)
    except LanguageError:
        return False
    for chosen in dict.fromkeys(ways):
        held = frozenset(each.name for each in statements) - chosen - {varied}
        for elementary in (False, True):
            space = Space(almost, elementary, varied=varied, computed=held)
            if _holds(claim, space, given, statements, chosen, assumptions):
                return True
            if not space.wrote_out:
                break
    return False


def _holds(
    claim: Claim,
    space: Space,
    given: Shapes,
    statements: Statements,
    chosen: Collection[str],
    assumptions: Sequence[Node],
) -> bool:
    try:
        assume(IndexReader(space, given, {}), assumptions)
        while True:
            difference, needs = claim(_reader(space, given, statements, chosen))
            new = learn(space, needs)
            if vanishes(space, difference):
                return True
            if not new:
                return False
    except (Unproved, LanguageError):
        return False


def _reader(
    space: Space, given: Shapes, statements: Statements, chosen: Collection[str]
) -> IndexReader:
    """Return a reader that writes the chosen names out."""
    values: dict[str, Indexed] = {}
    reader = IndexReader(space, given, values)
    for statement in statements:
        if statement.name in chosen:
            values[statement.name] = reader.read(statement.expression)
    return reader


def _in_order(statements: Statements, more: Statements) -> Statements:
    """Return statements with others, each of these as soon as all that it speaks of is known."""
    unknown = {each.name for each in (*statements, *more)}
    waiting = [(each, {*names(each.expression)}) for each in more]
    found: list[Assignment] = []
    for statement in (*statements, None):
        late = []
        for each, used in waiting:
            if used.isdisjoint(unknown):
                unknown.discard(each.name)
                found.append(each)
            else:
                late.append((each, used))
        waiting = late
        if statement is not None:
            unknown.discard(statement.name)
            found.append(statement)
    return [*found, *(each for each, _ in waiting)]


def _used(statements: Statements, wanted: set[str]) -> frozenset[str]:
    """Return the statements that the wanted names are computed by."""
    return frozenset(statement.name for statement in computing(statements, wanted))


def _dependent(statements: Statements, name: str) -> frozenset[str]:
    """Return the statements that a change of a name changes."""
    changed = {name}
    for statement in statements:
        if statement.name != name and not changed.isdisjoint(names(statement.expression)):
            changed.add(statement.name)
    return frozenset(changed - {name})


def _scaled(reader: IndexReader, output: str, scale: Node | None) -> Indexed:
    entry = reader.read(Name(output))
    if scale is None:
        return entry
    factor = reader.read(scale)
    if factor.shape and not factor.has_shape(entry.shape):
        raise Unproved
    form = times(reader.space, entry.form, factor.form)
    for index, size in zip((ROW, COLUMN), entry.padded, strict=True):
        if size != 1:
            form = summed(reader.space, form, index, reader.space.size(size))
    return Indexed(form, (), entry.needs | factor.needs)


def _derivative(reader: IndexReader, name: str, output: Indexed, answer: Indexed) -> Form:
    """Return the derivative of the output by an entry of a name, in the answer's indices."""
    shape = reader.shapes.names.get(name, ())
    indices = reader.indices(shape)
    by = Indexed({}, shape)
    space = reader.space
    entry = tuple(ENTRY_ROW if index == ROW else ENTRY_COLUMN for index in indices)
    if output.padded == (1, 1):
        if not answer.has_shape(shape):
            raise Unproved
        back = {ENTRY_ROW: ROW, ENTRY_COLUMN: COLUMN}
        form = output.form
    else:
        if (
            1 not in output.padded
            or 1 not in by.padded
            or answer.shape != (_long(output), _long(by))
        ):
            raise Unproved
        back = {ENTRY_ROW: COLUMN, ENTRY_COLUMN: COLUMN}
        form = renamed(space, output.form, {COLUMN: ROW})
    return renamed(space, ByEntry(space, reader.variable(name), entry).of(form), back)


def _long(vector: Indexed) -> Size:
    """Return the size of the axis that is not 1 long."""
    rows, columns = vector.padded
    return columns if rows == 1 else rows
