"""One part of a wrong answer, where an edit may be tried, and what an edit offers there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from derivcli.exercises.gradients.case import GradientCase
from derivcli.language.shapes import Shape, ShapeError
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Comparison,
    Name,
    Node,
    Reduction,
    Transpose,
    Unary,
    children,
    fold,
    rebuild,
)

Path = tuple[int, ...]
Offer = tuple[Node, str, str]  # what may stand there, the mistake's name, and where it was made


def written(tree: Node) -> str:
    """Return a tree as a student would type it."""
    return text(tree, arrays=True)


def bracketed(tree: Node) -> str:
    """Return a tree as it is typed behind an operator."""
    is_sum = isinstance(tree, Binary) and tree.operator in ("+", "-")
    return f"({written(tree)})" if is_sum or isinstance(tree, Comparison) else written(tree)


@dataclass(frozen=True)
class AnswerSite:
    """A part of an answer; `parent` is what it is a part of, None for the whole."""

    case: GradientCase
    part: Node
    parent: Node | None
    path: Path

    @property
    def whole(self) -> bool:
        return self.parent is None

    @cached_property
    def text(self) -> str:
        return written(self.part)

    @cached_property
    def shape(self) -> Shape | None:
        """The shape of the part, None where it has none."""
        found = self.case.shape_of(self.part)
        return None if isinstance(found, ShapeError) else found

    @cached_property
    def is_array(self) -> bool:
        return bool(self.shape)

    @property
    def is_term(self) -> bool:
        """Is it the whole, or a term of a sum?"""
        parent = self.parent
        return parent is None or (isinstance(parent, Binary) and parent.operator in ("+", "-"))

    @property
    def is_product_part(self) -> bool:
        """Is it a factor of a product entry by entry, which is looked at as a whole?"""
        return isinstance(self.parent, Binary) and self.parent.operator == "*"


def sites(case: GradientCase, tree: Node) -> Iterator[AnswerSite]:
    """Yield every part of a tree, parents before children, left to right."""
    stack: list[tuple[Node, Node | None, Path]] = [(tree, None, ())]
    while stack:
        part, parent, path = stack.pop()
        yield AnswerSite(case, part, parent, path)
        inner = list(enumerate(children(part)))
        stack.extend((child, part, (*path, index)) for index, child in reversed(inner))


def replaced(tree: Node, path: Sequence[int], by: Node) -> Node:
    """Return the tree with the part at a path replaced."""
    spine = [tree]
    for index in path:
        spine.append(children(spine[-1])[index])
    for node, index in zip(reversed(spine[:-1]), reversed(path), strict=True):
        parts = list(children(node))
        parts[index] = by
        by = rebuild(node, tuple(parts))
    return by


def turned(tree: Node) -> Node:
    """Return the transpose of a tree, without turning it twice."""
    if isinstance(tree, Transpose):
        return tree.operand
    if isinstance(tree, Unary):
        return Unary(tree.operator, turned(tree.operand))
    return Transpose(tree)


def turned_apart(tree: Node, case: GradientCase) -> Node:
    """Return the transpose of a tree with the transposes at its names, as far as that is short."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        match node:
            case Transpose():
                return node.operand
            case Binary(operator="@"):
                return Binary("@", parts[1], parts[0])
            case Binary(operator="+" | "-" | "*" | "/") | Unary():
                return rebuild(node, parts)
        shape = case.shape_of(node)
        return Transpose(node) if not isinstance(shape, ShapeError) and shape else node

    return fold(tree, visit)


def multiplied(factor: Node, tree: Node) -> Node:
    """Return a factor times a tree: before its first factor, where it is a product."""
    spine: list[Binary] = []
    while isinstance(tree, Binary) and tree.operator in ("*", "@", "/"):
        spine.append(tree)
        tree = tree.left
    tree = Binary("*", factor, tree)
    for each in reversed(spine):
        tree = replace(each, left=tree)
    return tree


def is_total(tree: Node | None) -> bool:
    """Is it a sum or a mean?"""
    return isinstance(tree, Reduction) and tree.function in ("sum", "mean")


def is_scale(tree: Node, case: GradientCase) -> bool:
    """Is it a number, such as 2, m or 1/m, that only scales?"""
    if isinstance(tree, Name):
        return not case.known.names.get(tree.name)
    return not children(tree) or (
        isinstance(tree, Binary | Unary) and all(is_scale(part, case) for part in children(tree))
    )
