"""A program as rows of plain values: how it crosses to another process, however deep it is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derivcli.errors import Span
from derivcli.language.tree import (
    Activation,
    Assignment,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Program,
    Reduction,
    Transpose,
    Unary,
    children,
)

Row = tuple[int, Any, int, int, int]  # kind of node, what it says, children, its span's two ends
Statement = tuple[str, list[Row], int, int, bool]

# A kind of node, what it says besides its children, and how it is made of all that again.
KINDS: tuple[tuple[type, Callable[[Any], Any], Callable[[Any, list[Any], Span], Node]], ...] = (
    (Number, lambda it: it.value.as_integer_ratio(), lambda of, _, at: Number(Fraction(*of), at)),
    (Constant, lambda it: it.name, lambda name, _, at: Constant(name, at)),
    (Name, lambda it: it.name, lambda name, _, at: Name(name, at)),
    (Unary, lambda it: it.operator, lambda sign, below, at: Unary(sign, below[0], at)),
    (Binary, lambda it: it.operator, lambda sign, below, at: Binary(sign, below[0], below[1], at)),
    (
        Comparison,
        lambda it: it.operator,
        lambda sign, below, at: Comparison(sign, below[0], below[1], at),
    ),
    (Call, lambda it: it.function, lambda name, below, at: Call(name, tuple(below), at)),
    (
        Piecewise,
        lambda _: None,
        lambda _, below, at: Piecewise(tuple(below[:-1:2]), tuple(below[1::2]), below[-1], at),
    ),
    (Transpose, lambda _: None, lambda _, below, at: Transpose(below[0], at)),
    (
        Reduction,
        lambda it: (it.function, it.axis, it.keepdims),
        lambda of, below, at: Reduction(of[0], below[0], of[1], of[2], at),
    ),
    (
        Activation,
        lambda it: (it.layer, it.prime),
        lambda of, below, at: Activation(of[0], of[1], below[0], at),
    ),
)
INDEX = {kind: index for index, (kind, *_) in enumerate(KINDS)}


def of_program(program: Program) -> list[Statement]:
    """Return the rows of each statement."""
    return [
        (each.name, of_tree(each.expression), each.span.start, each.span.end, each.typed)
        for each in program.statements
    ]


def program(statements: list[Statement], source: str) -> Program:
    """Return the program that `of_program` took apart."""
    return Program(
        tuple(
            Assignment(name, tree(rows), Span(start, end), typed)
            for name, rows, start, end, typed in statements
        ),
        source,
    )


def of_tree(root: Node) -> list[Row]:
    """Return a row for each node, children before their parent, left to right."""
    rows: list[Row] = []
    stack = [root]
    while stack:
        node = stack.pop()
        below = children(node)
        index = INDEX[type(node)]
        said = KINDS[index][1](node)
        rows.append((index, said, len(below), node.span.start, node.span.end))
        stack.extend(below)
    rows.reverse()
    return rows


def tree(rows: list[Row]) -> Node:
    """Return the tree that `of_tree` took apart."""
    stack: list[Node] = []
    for index, said, count, start, end in rows:
        first = len(stack) - count
        node = KINDS[index][2](said, stack[first:], Span(start, end))
        del stack[first:]
        stack.append(node)
    return stack[0]
