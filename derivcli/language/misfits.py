"""What is said of arrays that do not fit: both shapes, and the one change that mends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derivcli.errors import counted
from derivcli.language.broadcasting import Shape, Size, broadcast, product, shape_text
from derivcli.language.text import text
from derivcli.language.tree import Binary, Node, Reduction, Transpose, fold, rebuild

LONGEST = 72  # characters of what is written out


def misfit_of_product(node: Binary, left: Shape, right: Shape) -> tuple[str, str | None]:
    """Return why `left @ right` does not fit, and the product that does: transposed, or swapped."""
    message = (
        f"{shape_text(left)} @ {shape_text(right)} does not fit:"
        f" {_counted(left[-1], 'column', left)} and {_counted(right[0], 'row', right)}"
    )
    turned: list[Node] = [
        Binary("@", *factors)
        for factors, shapes in (
            ((Transpose(node.left), node.right), (left[::-1], right)),
            ((node.left, Transpose(node.right)), (left, right[::-1])),
        )
        if len(left) == len(right) == 2 and product(*shapes) is not None
    ]
    if not turned and product(right, left) is not None:
        turned = [Binary("@", node.right, node.left)]
    elif not turned and (1, 1) in (left, right):
        turned = [replace(node, operator="*")]
    return message, _written(turned)


def misfit_of_entries(node: Node, shapes: Sequence[Shape]) -> tuple[str, str | None]:
    """Return why arrays do not fit entry by entry, and what does, where one change mends it."""
    if isinstance(node, Binary):
        sign, hint = node.operator, _mended(node, shapes)
        return f"{f' {sign} '.join(map(shape_text, shapes))} does not fit entry by entry", hint
    arrays = dict.fromkeys(shape_text(shape) for shape in shapes if shape)
    return f"{' and '.join(arrays)} do not fit entry by entry", None


def shown(node: Node) -> str:
    """Return a part as a sentence names it."""
    written = text(node, arrays=True)
    return written if len(written) <= LONGEST else "this"


def _counted(size: Size, noun: str, shape: Shape) -> str:
    if len(shape) == 1:
        return f"{size} {'entry' if size == 1 else 'entries'}"
    return counted(size, noun) if isinstance(size, int) else f"{size} {noun}s"


def _mended(node: Binary, shapes: Sequence[Shape]) -> str | None:
    sides = ((node.left, shapes[0], shapes[1]), (node.right, shapes[1], shapes[0]))
    found: list[Node] = []
    if node.operator == "*" and product(shapes[0], shapes[1]) is not None:
        found.append(replace(node, operator="@"))
    for index, (part, shape, other) in enumerate(sides):
        for changed, into in _changes(part, shape, other):
            if broadcast(into, other) in (into, other):
                parts = (changed, node.right) if index == 0 else (node.left, changed)
                found.append(rebuild(node, parts))
    if not found and any(
        len(shape) == 1 and broadcast((shape[0], 1), other) is not None
        for _, shape, other in sides
    ):  # fmt: skip
        return "a sum or a mean along axis 1 stays a column with keepdims=True"
    return _written(found)


def _changes(part: Node, shape: Shape, other: Shape) -> Iterator[tuple[Node, Shape]]:
    """Yield a part with one change to it, and its shape then."""
    if len(shape) == len(other) == 2:
        yield Transpose(part), shape[::-1]
    elif (
        len(shape) == 1
        and isinstance(part, Reduction)
        and part.axis is not None
        and not part.keepdims
    ):
        down = part.axis in (0, -2)
        yield replace(part, keepdims=True), (1, shape[0]) if down else (shape[0], 1)


def _written(trees: Sequence[Node]) -> str | None:
    told = " or ".join(text(fold(tree, _turned_once), arrays=True) for tree in trees)
    return f"write {told}" if told and len(told) <= LONGEST else None


def _turned_once(node: Node, parts: tuple[Node, ...]) -> Node:
    """Return a node of these children; the transpose of a transpose is what was transposed."""
    if isinstance(node, Transpose) and isinstance(parts[0], Transpose):
        return parts[0].operand
    return rebuild(node, parts)
