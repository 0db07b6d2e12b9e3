"""The form of an expression with its names erased: equal layers are simplified once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derivcli.algebra.expressions import Expression, Size, postorder
from derivcli.algebra.rebuilding import rebuilt


@dataclass(frozen=True, slots=True)
class Pattern:
    """An expression's nodes, parts first: names, and sizes, by the order they appear in.

    `key` is the same for expressions that differ in names and sizes only.
    """

    key: tuple[Any, ...]
    names: tuple[Expression, ...]
    sizes: tuple[str, ...]
    whole: Expression

    def filled(self, other: Pattern) -> Expression:
        """Return the expression with the names and sizes of another pattern."""
        return _filled(self, other)


def pattern(whole: Expression, known: Pattern | None = None) -> Pattern:
    """Return the form of an expression; with the names of `known` first, which it came from."""
    names: dict[Expression, int] = {}
    sizes: dict[str, int] = {}
    if known is not None:
        names = {name: index for index, name in enumerate(known.names)}
        sizes = {size: index for index, size in enumerate(known.sizes)}

    def size(each: Size) -> object:
        # A size that is a number may stand in the expression as a number, too.
        return each if isinstance(each, int) else (sizes.setdefault(each, len(sizes)),)

    places: dict[Expression, int] = {}
    rows: list[Any] = []
    for node in postorder(whole):
        data = node.data
        if node.op == "sym":
            number = names.setdefault(node, len(names))
            special = data if data in node.home.special else ""
            data = (number, special, len(node.home.shapes.get(data, ())))
        elif node.op == "size":
            data = size(data)
        rows.append(
            (
                node.op,
                data,
                size(node.shape[0]),
                size(node.shape[1]),
                node.asked,
                *[places[part] for part in node.args],
            )
        )
        places[node] = len(places)
    return Pattern(tuple(rows), tuple(names), tuple(sizes), whole)


def _filled(form: Pattern, other: Pattern) -> Expression:
    table = dict(zip(form.names, other.names, strict=False))
    sizes: dict[Size, Size] = dict(zip(form.sizes, other.sizes, strict=False))
    done: dict[Expression, Expression] = {}
    for node in postorder(form.whole):
        home = node.home
        shape = tuple([sizes.get(size, size) for size in node.shape])
        if node.op == "sym":
            done[node] = table.get(node, node)
        elif node.op == "size":
            done[node] = home.size(sizes.get(node.data, node.data))
        elif node.op in {"ones", "eye"}:
            done[node] = home.make(node.op, shape=(shape[0], shape[1]))
        elif node.args:
            parts = tuple([done[part] for part in node.args])
            moved = home.make(node.op, parts, node.data, (shape[0], shape[1]), node.asked)
            done[node] = rebuilt(moved, parts)
        else:
            done[node] = node
    return done[form.whole]
