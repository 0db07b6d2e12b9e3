"""The tree of an expression, kept as typed: frozen nodes, each with the span it was read from.

Nodes compare equal when they say the same, wherever they were typed. Walk them with `fold`,
which never recurses: a sum of ten thousand terms is a tree ten thousand levels deep.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial, reduce
from typing import Any, TypeVar

from derivcli.errors import Span

NOWHERE = Span(0, 0)
CONSTANTS = ("pi", "e")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal literal, exact: `0.001` is 1/1000. Never negative."""

    value: Fraction
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """`pi` or `e`, where nothing made that name a variable."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or a name assigned earlier in the program."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-operand` or `+operand`."""

    operator: str
    operand: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`, the operator one of `+ - * / ** @`; an implicit product is a `*`.

    `@` is the matrix product; of arrays every other operator works entry by entry.
    """

    operator: str
    left: Node
    right: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operation of the tables, by its canonical name, and its arguments."""

    function: str
    arguments: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`, the operator one of `< <= > >= == !=`; a condition of a piecewise.

    Where an array is wanted it is one: 1 where it holds, else 0.
    """

    operator: str
    left: Node
    right: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Piecewise:
    """The value of the first piece whose condition holds, else `otherwise`."""

    values: tuple[Node, ...]
    conditions: tuple[Comparison, ...]
    otherwise: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Transpose:
    """`operand.T`."""

    operand: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reduction:
    """An operation on the entries of an array: on all of them, or along an axis, as in NumPy.

    `function` is a row of the table of operations that has axes: sum, mean, max, softmax. Axis 0 is
    down the rows, 1 across the columns; -1 is the last axis, -2 the one before it.
    """

    function: str
    operand: Node
    axis: int | None = None
    keepdims: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Activation:
    """`g1(operand)`, or with `prime` `g1'(operand)`: a layer's activation, or its slope."""

    layer: int
    prime: bool
    operand: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Node = (
    Number
    | Constant
    | Name
    | Unary
    | Binary
    | Call
    | Comparison
    | Piecewise
    | Transpose
    | Reduction
    | Activation
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One statement: `name = expression`. The output's name is `J` where none was typed."""

    name: str
    expression: Node
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    typed: bool = True


@dataclass(frozen=True, slots=True)
class Program:
    """Statements in order; the last one is the output. `source` is the text as typed.

    `by` is the variable of a d/dx that was typed before it, `parameters` are those of f(x) = ...
    """

    statements: tuple[Assignment, ...]
    source: str = field(default="", compare=False, repr=False)
    by: str | None = field(default=None, compare=False)
    parameters: tuple[str, ...] = field(default=(), compare=False)

    @property
    def output(self) -> Assignment:
        """The last statement: what is differentiated."""
        return self.statements[-1]

    @property
    def variables(self) -> tuple[str, ...]:
        """The free names, in the order in which they first appear."""
        assigned: set[str] = set()
        free: dict[str, None] = {}
        for statement in self.statements:
            for name in names(statement.expression):
                if name not in assigned:
                    free.setdefault(name)
            assigned.add(statement.name)
        return tuple(free)

    def __reduce__(self) -> tuple[Callable[..., Program], tuple[object, ...]]:
        """Cross to another process as rows: pickle recurses, and a tree may be very deep."""
        from derivcli.language import rows

        return rows.program, (rows.of_program(self), self.source)


def _pieces(node: Piecewise) -> tuple[Node, ...]:
    pairs = zip(node.values, node.conditions, strict=True)
    return (*(part for pair in pairs for part in pair), node.otherwise)


# Every walk asks for the children of every node: a dictionary is twice as fast as a match.
CHILDREN: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    Number: lambda _: (),
    Constant: lambda _: (),
    Name: lambda _: (),
    Unary: lambda node: (node.operand,),
    Binary: lambda node: (node.left, node.right),
    Comparison: lambda node: (node.left, node.right),
    Call: lambda node: node.arguments,
    Piecewise: _pieces,
    Transpose: lambda node: (node.operand,),
    Reduction: lambda node: (node.operand,),
    Activation: lambda node: (node.operand,),
}


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct sub-trees of a node, in the order they are typed."""
    return CHILDREN[type(node)](node)


def fold(tree: Node, visit: Callable[[Node, tuple[T, ...]], T]) -> T:
    """Return `visit(node, results of its children)` at the root, computed bottom-up.

    >>> fold(Binary("+", Name("w"), Name("b")), lambda node, parts: 1 + sum(parts))
    3
    """
    results: list[T] = []
    stack: list[tuple[Node, int]] = [(tree, -1)]
    while stack:
        node, count = stack.pop()
        if count < 0:
            parts = CHILDREN[type(node)](node)
            if not parts:
                results.append(visit(node, ()))
                continue
            stack.append((node, len(parts)))
            stack.extend([(part, -1) for part in reversed(parts)])
        else:
            inner = tuple(results[-count:])
            del results[-count:]
            results.append(visit(node, inner))
    return results[0]


def nodes(tree: Node) -> Iterator[Node]:
    """Yield every node of the tree, parents before children, left to right."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def names(tree: Node) -> Iterator[str]:
    """Yield the name of every `Name` in the tree, left to right, repeats included."""
    return (node.name for node in nodes(tree) if isinstance(node, Name))


def rebuild(node: Node, parts: tuple[Node, ...]) -> Node:
    """Return `node` with other children: the building block of substitution."""
    match node:
        case Unary():
            return Unary(node.operator, parts[0], node.span)
        case Binary():
            return Binary(node.operator, parts[0], parts[1], node.span)
        case Comparison():
            return Comparison(node.operator, parts[0], parts[1], node.span)
        case Call():
            return Call(node.function, parts, node.span)
        case Piecewise():
            conditions = tuple(map(as_condition, parts[1:-1:2]))
            return Piecewise(parts[:-1:2], conditions, parts[-1], node.span)
        case Transpose() | Reduction() | Activation():
            return replace(node, operand=parts[0])
        case _:
            return node


def as_condition(node: Node) -> Comparison:
    """Return a comparison, or the condition that holds where an array is not 0, as in NumPy."""
    if isinstance(node, Comparison):
        return node
    return Comparison("!=", node, Number(Fraction(0)), node.span)


def substitute(tree: Node, values: dict[str, Node]) -> Node:
    """Return the tree with each name in `values` replaced by its tree."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if isinstance(node, Name):
            return values.get(node.name, node)
        return rebuild(node, parts)

    return fold(tree, visit)


def without_constants(tree: Node, taken: Collection[str]) -> Node:
    """Return the tree with `e` and `pi` spelled as exp(1) and acos(-1) where the name is taken."""
    one = Number(Fraction(1))
    spelled = {"e": Call("exp", (one,)), "pi": Call("acos", (Unary("-", one),))}

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if isinstance(node, Constant) and node.name in taken:
            return spelled[node.name]
        return rebuild(node, parts)

    return fold(tree, visit) if {*taken} & spelled.keys() else tree


def definitions(program: Program) -> dict[str, Node]:
    """Return each assigned name as an expression of the free variables alone."""
    values: dict[str, Node] = {}
    for statement in program.statements:
        values[statement.name] = substitute(statement.expression, values)
    return values


def inline(program: Program) -> Node:
    """Return the output as one expression of the free variables alone."""
    return definitions(program)[program.output.name]


def computing(statements: Iterable[Assignment], wanted: Iterable[str]) -> list[Assignment]:
    """Return the statements that names are computed by, in order, their own among them."""
    needed, kept = {*wanted}, []
    for statement in reversed([*statements]):
        if statement.name in needed:
            needed.update(names(statement.expression))
            kept.append(statement)
    return kept[::-1]


def number(value: Fraction | int) -> Node:
    """Return the tree of a rational number: a literal where its decimal form ends, else p/q."""
    value = Fraction(value)
    size = abs(value)
    short = decimal_places(value) is not None
    top: Node = Number(size if short else Fraction(size.numerator))
    if value < 0:
        top = Unary("-", top)
    return top if short else Binary("/", top, Number(Fraction(size.denominator)))


def joined(operator: str, parts: Iterable[Node]) -> Node:
    """Return parts between which an operator stands, at least one, put together from the left."""
    return reduce(partial(Binary, operator), parts)


def operands(operator: str, tree: Node) -> list[Node]:
    """Return the parts that `joined` puts together to a tree."""
    found: list[Node] = []
    while isinstance(tree, Binary) and tree.operator == operator:
        found.append(tree.right)
        tree = tree.left
    return [tree, *reversed(found)]


def size_node(size: int | str) -> Node:
    """Return the tree of a size: a number, or its name."""
    return Name(size) if isinstance(size, str) else Number(Fraction(size))


def decimal_places(value: Fraction) -> int | None:
    """Return how many decimals write `value` exactly, or None where no finite number does.

    >>> decimal_places(Fraction(1, 8)), decimal_places(Fraction(1, 3))
    (3, None)
    """
    rest, fives = value.denominator, 0
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
