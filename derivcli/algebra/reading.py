"""A tree of the language as an expression: numbers, matrices and NumPy's flat arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from derivcli.algebra import elementwise, entrywise_functions, products
from derivcli.algebra.expressions import BOTH, Algebra, Expression, two_axes
from derivcli.algebra.table_texts import definition
from derivcli.language.broadcasting import Shape
from derivcli.language.operations import OPERATIONS
from derivcli.language.shapes import Shapes
from derivcli.language.tree import (
    Activation,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
    fold,
)


@dataclass(slots=True)
class Value:
    """What a part of a tree is; `axes` as NumPy counts them, a flat array being a row here.

    Sums and products wait for the whole of their parts: `waiting` are the terms, or the factors,
    by `operator`, so that ten thousand of them are one step. `shape` tells that of a matrix, for
    where it comes to 0 in every entry: a 0 has none.
    """

    done: Expression | None
    axes: int
    operator: str = ""
    waiting: list[Expression] | None = None
    shape: Callable[[], Shape] | None = None

    @property
    def expression(self) -> Expression:
        if self.done is None:
            parts = self.waiting or []
            join = elementwise.add if self.operator == "+" else elementwise.mul
            self.done = join(*parts)
        home = self.done.home
        if self.axes and self.shape is not None and self.done is home.zero:
            self.done = home.zeros(two_axes(self.shape()))
        return self.done


@dataclass(frozen=True, slots=True)
class TreeReader:
    """Reads trees: `names` are what names stand for, beside those whose shape is known.

    `sizes` are names of sizes. `own` are the axes of `sum(u)` in a text of the tables. Where the
    `shapes` of a program are told, a matrix that comes to 0 in every entry keeps its own; else it
    is the number 0.
    """

    home: Algebra
    sizes: frozenset[str] = frozenset()
    names: Mapping[str, Value] | None = None
    own: tuple[int, ...] | None = None
    shapes: Callable[[], Shapes] | None = None

    def read(self, tree: Node) -> Value:
        return fold(tree, self._visit if self.shapes is None else self._with_shape)

    def expression(self, tree: Node) -> Expression:
        return self.read(tree).expression

    def _with_shape(self, node: Node, parts: tuple[Value, ...]) -> Value:
        found = self._visit(node, parts)
        if found.axes and self.shapes is not None:
            shapes = self.shapes
            found.shape = lambda: shapes().of(node)
        return found

    def _visit(self, node: Node, parts: tuple[Value, ...]) -> Value:
        match node:
            case Number():
                return Value(self.home.num(node.value), 0)
            case Constant():
                return Value(self.home.const(node.name), 0)
            case Name():
                return self._name(node.name)
            case Binary(operator="@"):
                return self._product(*parts)
            case Binary():
                return self._binary(node.operator, *parts)
            case Transpose():
                if parts[0].axes < 2:
                    return parts[0]
                return Value(elementwise.transpose(parts[0].expression), 2)
            case Reduction():
                return self._reduction(node, parts[0])
            case Call():
                return self._call(node, parts)
            case Unary():
                if node.operator == "+":
                    return parts[0]
                return Value(elementwise.neg(parts[0].expression), parts[0].axes)
        whole = [part.expression for part in parts]
        axes = max(part.axes for part in parts)
        match node:
            case Comparison():
                return Value(entrywise_functions.cond(node.operator, *whole), axes)
            case Piecewise():
                for index in range(0, len(whole) - 1, 2):
                    whole[index], whole[index + 1] = whole[index + 1], whole[index]
                return Value(elementwise.where(*whole), axes)
            case Activation():
                found = self.home.make(
                    "activation", (whole[0],), (node.layer, node.prime), whole[0].shape
                )
                return Value(found, axes)
        raise TypeError(node)

    def _name(self, name: str) -> Value:
        if self.names is not None and (found := self.names.get(name)) is not None:
            return found
        if name in self.sizes:
            return Value(self.home.size(name), 0)
        return Value(self.home.sym(name), len(self.home.shapes.get(name, ())))

    def _binary(self, operator: str, left: Value, right: Value) -> Value:
        axes = max(left.axes, right.axes)
        if operator == "**":
            return Value(entrywise_functions.raised(left.expression, right.expression), axes)
        kind = "+" if operator in "+-" else "*"
        last = right.expression
        if operator == "-":
            last = elementwise.neg(last)
        elif operator == "/":
            last = elementwise.power(last, -1)
        # A waiting list belongs to the one node above it: it may grow in place.
        if left.operator == kind and left.done is None and left.waiting is not None:
            left.waiting.append(last)
            return Value(None, axes, kind, left.waiting)
        return Value(None, axes, kind, [left.expression, last])

    def _product(self, left: Value, right: Value) -> Value:
        u, v = left.expression, right.expression
        if right.axes == 1:
            v = elementwise.transpose(v)
        found = products.mat(u, v)
        if right.axes == 1 and left.axes == 2:
            found = elementwise.transpose(found)
        return Value(found, left.axes + right.axes - 2 if 1 in {left.axes, right.axes} else 2)

    def _reduction(self, node: Reduction, operand: Value) -> Value:
        row = OPERATIONS[node.function]
        axes = self.own or BOTH
        if self.own is None and node.axis is not None:
            # The one axis of a flat array is that of its entries.
            axes = (1,) if operand.axes < 2 else (node.axis % 2,)
        if row.derived:
            inner = TreeReader(self.home, self.sizes, {"u": operand}, axes)
            found = inner.expression(definition(row.name))
        elif row.name == "sum":
            found = products.total(operand.expression, axes)
        else:
            found = products.row(row.name, operand.expression, axes)
        if not row.reduces:
            return Value(found, operand.axes)
        if node.keepdims or self.own is not None:
            return Value(found, operand.axes)
        if operand.axes < 2 or axes == BOTH:
            return Value(found, 0)
        return Value(elementwise.transpose(found) if axes == (1,) else found, 1)

    def _call(self, node: Call, parts: tuple[Value, ...]) -> Value:
        whole = [part.expression for part in parts]
        if node.function not in OPERATIONS or len(parts) != len(
            OPERATIONS[node.function].parameters
        ):
            found = entrywise_functions.fn(node.function, *whole)
            return Value(found, max(part.axes for part in parts))
        row = OPERATIONS[node.function]
        if row.vjps:
            operand = whole[0] if parts[0].axes != 1 else elementwise.transpose(whole[0])
            if operand.shape == (1, 1) and not row.square:
                return Value(operand, 2)  # one entry is its own diagonal
            return Value(products.row(row.name, operand), 0 if row.to_number else 2)
        return self._made(row.name, whole)

    def _made(self, name: str, sizes: list[Expression]) -> Value:
        """Return a matrix that is made of its sizes."""
        known = [each.data if each.op in {"size", "num"} else each.shape[0] for each in sizes]
        if name == "eye":
            return Value(self.home.eye(known[0]), 2)
        ones = self.home.ones(two_axes(tuple(known)))
        return Value(self.home.zero if name == "zeros" else ones, 2)
