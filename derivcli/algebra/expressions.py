"""Expressions of matrices: made once each, so that equal ones are one object, with their shapes.

A number is an expression of shape (1, 1) here, and a flat array of NumPy is a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from derivcli.language.tree import Node

Size = int | str
Shape = tuple[Size, Size]
Rational = int | Fraction

SCALAR: Shape = (1, 1)
BOTH = (0, 1)
COMMUTATIVE = frozenset({"add", "mul"})


class SizeMismatchError(ValueError):
    """Shapes that do not fit: whoever reads a user's program has looked before."""


class Expression:
    """One node, whose meaning is `op` and `data`.

    Kinds: num (its value), const (pi, e), sym (its name), size (its name), ones, zeros, eye; add;
    mul (its coefficient); pow (its exponent); fn (a row of the table of functions, or `**`), cond
    (the operator of a comparison), where (pairs of condition and value, and what else); mat (a
    chain of matrix products), T, sum (its axes), activation (layer, prime), row (a row of the table
    of operations, and its axes).

    `asked` is how a sum was written first: two nodes that differ in it are one.
    """

    __slots__ = ("args", "asked", "data", "home", "op", "serial", "shape", "tree", "weight")

    op: str
    args: tuple[Expression, ...]
    data: Any
    shape: Shape
    home: Algebra
    serial: int
    asked: tuple[int, ...] | None
    tree: Node | None
    weight: tuple[float, int] | None

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.args))
        said = "" if self.data is None else f"{self.data!r}"
        return f"{self.op}({'; '.join(part for part in (said, inner) if part)})"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        raise TypeError("an expression does not leave its computation")


class Algebra:
    """One computation's expressions; `positive` are the names that are known to be > 0.

    `totals` holds what sums are known to be: (expression, axes) to its value. `special` are the
    names of which something is known, `symmetric` those of symmetric matrices, `textbook` are sums
    that the tables write: they stay as they are.
    """

    def __init__(
        self, shapes: Mapping[str, tuple[Size, ...]], positive: Iterable[str] = ()
    ) -> None:
        self.table: dict[Any, Expression] = {}
        self.nodes: list[Expression] = []  # by serial number
        self.shapes = dict(shapes)
        self.positive = frozenset(positive)
        self.special: set[str] = set(positive)
        self.totals: dict[tuple[Expression, tuple[int, ...]], Expression] = {}
        self.textbook: set[Expression] = set()
        self.symmetric: set[Expression] = set()
        self.zero = self.num(0)
        self.one = self.num(1)

    def make(
        self,
        op: str,
        args: tuple[Expression, ...] = (),
        data: Any = None,
        shape: Shape = SCALAR,
        asked: tuple[int, ...] | None = None,
    ) -> Expression:
        """Return the one node that says this; sums and products are one in any order."""
        inner: Any = tuple([arg.serial for arg in args])
        if op in COMMUTATIVE:
            inner = frozenset(inner)
        key = (op, inner, data, shape)
        node = self.table.get(key)
        if node is None:
            node = Expression()
            node.op, node.args, node.data, node.shape = op, args, data, shape
            node.home, node.serial, node.asked = self, len(self.nodes), asked
            node.tree = node.weight = None
            self.table[key] = node
            self.nodes.append(node)
        return node

    def num(self, value: Rational) -> Expression:
        return self.make("num", data=exact(value))

    def const(self, name: str) -> Expression:
        return self.make("const", data=name)

    def sym(self, name: str) -> Expression:
        """Return a name, with the shape that is known of it; without one it is a number."""
        return self.make("sym", data=name, shape=two_axes(self.shapes.get(name, ())))

    def size(self, size: Size) -> Expression:
        return self.num(size) if isinstance(size, int) else self.make("size", data=size)

    def ones(self, shape: Shape) -> Expression:
        return self.one if shape == SCALAR else self.make("ones", shape=shape)

    def zeros(self, shape: Shape) -> Expression:
        """Return a matrix of zeros where its shape matters; else it is the number 0."""
        return self.zero if shape == SCALAR else self.make("zeros", shape=shape)

    def eye(self, size: Size) -> Expression:
        return self.one if size == 1 else self.make("eye", shape=(size, size))


def exact(value: Rational) -> Rational:
    """Return a rational number as an int where it is one."""
    return value.numerator if value.denominator == 1 else value


def two_axes(shape: tuple[Size, ...]) -> Shape:
    """Return the shape with two axes: a number is 1 x 1, a flat array a row."""
    match shape:
        case ():
            return SCALAR
        case (columns,):
            return (1, columns)
        case (rows, columns):
            return (rows, columns)
    raise SizeMismatchError(f"{len(shape)} axes are too many")


def broadcast(*shapes: Shape) -> Shape:
    """Return the shape that shapes have together: a size goes with itself and with a declared 1."""
    rows, columns = SCALAR
    for row, column in shapes:
        if row != rows:
            if rows == 1:
                rows = row
            elif row != 1:
                raise SizeMismatchError(f"{rows} rows against {row}")
        if column != columns:
            if columns == 1:
                columns = column
            elif column != 1:
                raise SizeMismatchError(f"{columns} columns against {column}")
    return rows, columns


def postorder(*roots: Expression, last_term_first: bool = False) -> Iterator[Expression]:
    """Yield every node once, parts before what they are parts of."""
    seen: set[Expression] = set()
    stack: list[tuple[Expression, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            if node.args:
                stack.append((node, True))
                forward = last_term_first and node.op == "add"
                args = node.args if forward else reversed(node.args)
                stack.extend([(arg, False) for arg in args if arg not in seen])
            else:
                yield node


def names(*roots: Expression) -> set[str]:
    """Return the names in expressions."""
    return {node.data for node in postorder(*roots) if node.op == "sym"}
