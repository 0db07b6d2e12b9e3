"""The shape of every name of a program, and of every part of it: inferred, or told why not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from derivcli.errors import LanguageError
from derivcli.language.broadcasting import (
    Shape,
    Size,
    broadcast,
    matched,
    product,
    reduced,
    shape_text,
    signature,
)
from derivcli.language.misfits import misfit_of_entries, misfit_of_product, shown
from derivcli.language.operations import OPERATIONS, Operation
from derivcli.language.tree import (
    Assignment,
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Number,
    Program,
    Reduction,
    Transpose,
    fold,
    nodes,
)

__all__ = [
    "Shape",
    "ShapeError",
    "Shapes",
    "Size",
    "broadcast",
    "infer",
    "product",
    "reduced",
    "shape_text",
]


class ShapeError(LanguageError):
    """Arrays do not fit; `node` is the part at fault, in the process where it was found."""

    node: Node | Assignment | None = None


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shape of every name: of variables, of sizes, and of what is assigned, in order.

    A name that is not among them is a number. `source` is where the spans of errors point.
    """

    names: Mapping[str, Shape]
    sizes: Collection[str] = ()
    source: str = ""

    def of(self, tree: Node) -> Shape:
        """Return the shape of a tree of these names.

        Raises ShapeError at the part that does not fit.
        """
        return fold(tree, self.own)

    def own(self, node: Node, parts: tuple[Shape, ...]) -> Shape:
        """Return the shape of a node from those of its children: what `fold` asks for."""
        match node:
            case Number() | Constant():
                return ()
            case Name():
                return self.names.get(node.name, ())
            case Binary(operator="@"):
                return self._product(node, *parts)
            case Transpose():
                return self._transposed(node, *parts)
            case Reduction():
                return self._reduced(node, *parts)
            case Call() if (row := operation(node)) is not None:
                return self._operation(node, row, parts)
        shape = broadcast(*parts)
        if shape is None:
            raise _error(node, self.source, *misfit_of_entries(node, parts))
        return shape

    def _product(self, node: Binary, left: Shape, right: Shape) -> Shape:
        shape = product(left, right)
        if shape is not None:
            return shape
        numbers = [part for part, of in ((node.left, left), (node.right, right)) if not of]
        if numbers:
            message = f"{shown(numbers[0])} is a number, and @ multiplies matrices"
            raise _error(node, self.source, message, self._lacking(numbers) or "a number takes *")
        raise _error(node, self.source, *misfit_of_product(node, left, right))

    def _transposed(self, node: Transpose, shape: Shape) -> Shape:
        if shape:
            return shape[::-1]
        message = f"{shown(node.operand)} is a number, and .T transposes a matrix"
        raise _error(node, self.source, message, self._lacking([node.operand]) or "leave out .T")

    def _reduced(self, node: Reduction, shape: Shape) -> Shape:
        row, axis = OPERATIONS[node.function], node.axis
        if axis is not None and not -len(shape) <= axis < len(shape):
            number = "is a number and " if not shape else ""
            hint = self._lacking([node.operand]) if number else _axes(shape)
            message = f"{shown(node.operand)} {number}has no axis {axis}"
            raise _error(node, self.source, message, hint)
        return reduced(shape, axis, keepdims=node.keepdims) if row.reduces else shape

    def _operation(self, node: Call, row: Operation, parts: tuple[Shape, ...]) -> Shape:
        patterns = [signature(each) for each in row.signatures]
        if takes_sizes(row):
            sizes = [self._size(node, part) for part in node.arguments]
            named: dict[Size, Size] = dict(zip(row.parameters, sizes, strict=True))
            return tuple(named[each] for each in patterns[0][1])
        for taken, given in patterns:
            if (bound := matched(taken, *parts)) is not None:
                return tuple(bound.get(each, each) for each in given)
        (operand,), (shape,) = node.arguments, parts
        what = f"of shape {shape_text(shape)}" if shape else "a number"
        wanted = "a square matrix" if row.square else "a square matrix or a column"
        message = f"{shown(operand)} is {what}, and {row.name} takes {wanted}"
        raise _error(node, self.source, message, None if shape else self._lacking([operand]))

    def _size(self, node: Call, part: Node) -> Size:
        size = as_size(part)
        if isinstance(size, int) or (size is not None and size in self.sizes):
            return size
        hint = "a size is a whole number from 1 on, or a name for one"
        message = f"{shown(part)} is no size for {node.function}"
        raise _error(part, self.source, message, hint)

    def _lacking(self, parts: Sequence[Node]) -> str | None:
        """Return how variables among the parts are given the shapes that they lack."""
        lacking = [
            part.name for part in parts if isinstance(part, Name) and part.name not in self.names
        ]
        options = " ".join(f"{name}=..." for name in dict.fromkeys(lacking))
        return f"a name without a shape is a number: add --shape {options}" if options else None


def infer(program: Program, given: Mapping[str, Shape]) -> Shapes:
    """Return the shapes of all names of a program; a variable that is not `given` is a number.

    Raises ShapeError at the part that does not fit, for a size that is used as something else,
    and for a statement whose shape is given and is another.
    """
    names = dict(given)
    sizes = [size for shape in given.values() for size in shape if isinstance(size, str)]
    assigned = {statement.name for statement in program.statements}
    for statement in program.statements:
        arguments = _argument_sizes(statement.expression)
        sizes += [size for size in arguments if not names.get(size) and size not in assigned]
    shapes = Shapes(names, tuple(dict.fromkeys(sizes)), program.source)
    for size in shapes.sizes:
        if names.setdefault(size, ()):
            raise ShapeError(
                f"{size} is a size, and so a number, and of shape {shape_text(names[size])}",
                hint="give one of them another name",
            )
    for statement in program.statements:
        names[statement.name] = _assigned(statement, shapes)
    return shapes


def _assigned(statement: Assignment, shapes: Shapes) -> Shape:
    if statement.name in shapes.sizes:
        message = f"{statement.name} is a size, whose value comes with an array"
        hint = "give one of them another name"
        raise _error(statement, shapes.source, message, hint)
    shape = shapes.of(statement.expression)
    given = shapes.names.get(statement.name, shape)
    if given != shape:
        message = f"{statement.name} is {_described(shape)}, and is said to be {_described(given)}"
        raise _error(statement.expression, shapes.source, message, None)
    return shape


def _argument_sizes(tree: Node) -> list[str]:
    """Return the names that say how large an array is: the n of eye(n)."""
    return [
        size
        for node in nodes(tree)
        if isinstance(node, Call) and (row := operation(node)) and takes_sizes(row)
        for size in map(as_size, node.arguments)
        if isinstance(size, str)
    ]


def operation(node: Call) -> Operation | None:
    """Return the row of an operation that is called; None for a function, entry by entry."""
    row = OPERATIONS.get(node.function)
    return row if row is not None and row.signatures else None


def takes_sizes(row: Operation) -> bool:
    """Are the arguments sizes, as those of `eye(n)`?"""
    return not signature(row.signatures[0])[0]


def as_size(part: Node) -> Size | None:
    """Return the size that an argument is: a whole number from 1 on, or a name."""
    match part:
        case Name():
            return part.name
        case Number(value=value) if value.denominator == 1 and value >= 1:
            return int(value)
    return None


def _axes(shape: Shape) -> str:
    if len(shape) == 1:
        return f"a flat array {shape_text(shape)} has axis 0 alone"
    return "axis 0 is down the rows, 1 across the columns"


def _described(shape: Shape) -> str:
    return f"of shape {shape_text(shape)}" if shape else "a number"


def _error(
    part: Node | Assignment, source: str, message: str, hint: str | None = None
) -> ShapeError:
    typed = bool(source and part.span.end)
    place = (source, part.span) if typed else (None, None)
    error = ShapeError(message, source=place[0], span=place[1], hint=hint)
    error.node = part
    return error
