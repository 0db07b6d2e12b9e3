"""What is linear in a column, as the matrix that multiplies it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from derivcli.language.shapes import Shapes
from derivcli.language.tree import (
    Binary,
    Call,
    Name,
    Node,
    Number,
    Reduction,
    Transpose,
    Unary,
    fold,
    rebuild,
)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A matrix that multiplies the column: `tree`, or the diagonal with that column, or none.

    `turned` says that the product is transposed.
    """

    kind: Literal["matrix", "diagonal", "identity"]
    tree: Node
    turned: bool = False


class NotLinearError(Exception):
    """The column is not treated as a matrix would treat it, as far as is seen."""


def matrix_of(tree: Node, column: str, shapes: Shapes) -> Node | None:
    """Return the M of `M @ column` that a tree is, None where that is not seen.

    `A @ (d * G)` is `A * d.T`, `sum(d * G)` is `d.T`, and `d * G` alone is `diag(d)`. It is a
    proposal: what it is right for has to be proved.
    """
    reader = _ColumnReader(column, shapes)
    try:
        found = fold(tree, reader.visit)
    except NotLinearError:
        return None
    return reader.matrix(found) if isinstance(found, ColumnMap) and not found.turned else None


class _ColumnReader:
    def __init__(self, column: str, shapes: Shapes) -> None:
        self.column, self.shapes = column, shapes
        rows = (*shapes.names.get(column, ()), 1)[0]
        self.eye = Call("eye", (Name(rows) if isinstance(rows, str) else Number(Fraction(rows)),))

    def matrix(self, found: ColumnMap) -> Node:
        return Call("diag", (found.tree,)) if found.kind == "diagonal" else found.tree

    def visit(self, node: Node, parts: tuple[Node | ColumnMap, ...]) -> Node | ColumnMap:
        if node == Name(self.column):
            return ColumnMap("identity", self.eye)
        plain = tuple(part for part in parts if not isinstance(part, ColumnMap))
        if len(plain) == len(parts):
            return rebuild(node, plain)
        match node, parts:
            case Unary(), (ColumnMap() as one,):
                tree = Unary(node.operator, one.tree)
                if one.kind == "diagonal":
                    return ColumnMap("diagonal", tree, one.turned)
                return ColumnMap("matrix", tree, one.turned)
            case Binary(operator="+" | "-"), (ColumnMap() as one, ColumnMap() as other):
                if one.turned == other.turned:
                    both = (self.matrix(one), self.matrix(other))
                    return ColumnMap("matrix", rebuild(node, both), one.turned)
            case Binary(operator="*" | "/"), (ColumnMap() as one, other) if other in plain:
                return self._times(node.operator, one, self._node(other))
            case Binary(operator="*"), (other, ColumnMap() as one) if other in plain:
                return self._times("*", one, self._node(other))
            case Binary(operator="@"), _:
                return self._product(parts)
            case Transpose(), (ColumnMap() as one,):
                return ColumnMap(one.kind, one.tree, not one.turned)
            case Reduction(function="sum", axis=None | 0), (ColumnMap() as one,) if not one.turned:
                return self._sum(one)
        raise NotLinearError

    def _node(self, part: Node | ColumnMap) -> Node:
        if isinstance(part, ColumnMap):
            raise NotLinearError
        return part

    def _times(self, operator: str, one: ColumnMap, factor: Node) -> ColumnMap:
        shape = self.shapes.of(factor)
        if one.turned:
            factor, shape = Transpose(factor) if shape else factor, shape[::-1]
        if one.kind == "diagonal":
            return ColumnMap("diagonal", Binary(operator, one.tree, factor), one.turned)
        if one.kind == "identity" and shape:
            told = factor if operator == "*" else Binary("/", Number(Fraction(1)), factor)
            if shape[1:] != (1,):
                raise NotLinearError
            return ColumnMap("diagonal", told, one.turned)
        rows = self.shapes.of(one.tree)[0]
        if rows == 1 and shape and shape[0] != 1 and operator == "*":
            return ColumnMap("matrix", Binary("@", factor, one.tree), one.turned)
        return ColumnMap("matrix", Binary(operator, one.tree, factor), one.turned)

    def _product(self, parts: tuple[Node | ColumnMap, ...]) -> ColumnMap:
        left, right = parts
        if isinstance(left, ColumnMap):  # (M @ G).T @ B is (B.T @ M @ G).T
            if not left.turned or isinstance(right, ColumnMap):
                raise NotLinearError
            return ColumnMap("matrix", self._applied(Transpose(right), left), turned=True)
        if not isinstance(right, ColumnMap) or right.turned:
            raise NotLinearError
        return ColumnMap("matrix", self._applied(left, right))

    def _applied(self, left: Node, right: ColumnMap) -> Node:
        if right.kind == "identity":
            return left
        if right.kind == "diagonal":
            return Binary("*", left, Transpose(right.tree))
        return Binary("@", left, right.tree)

    def _sum(self, one: ColumnMap) -> ColumnMap:
        if one.kind == "diagonal":
            return ColumnMap("matrix", Transpose(one.tree))
        whole = self.matrix(one)
        return ColumnMap("matrix", Reduction("sum", whole, 0, keepdims=True))
