"""A tree of matrices in its shortest form, names left as they are."""

from __future__ import annotations

from collections.abc import Mapping

from derivcli.algebra.expressions import Algebra
from derivcli.algebra.facts import Facts
from derivcli.algebra.reading import TreeReader
from derivcli.algebra.writing import written_as
from derivcli.language.shapes import Shape, Shapes
from derivcli.language.tree import Node, names


def shortest(tree: Node, shapes: Mapping[str, Shape]) -> Node:
    """Return a tree that is equal wherever it has a value, as short as algebra makes it.

    Raises ShapeError where shapes do not fit.
    """
    sizes = frozenset(size for shape in shapes.values() for size in shape if isinstance(size, str))
    known = Shapes(shapes, tuple(sizes))
    shape = known.of(tree)
    if any(len(known.names.get(name, ())) == 1 for name in names(tree)):
        return tree  # the rules of algebra know rows, and no names of flat arrays
    home = Algebra({name: each for name, each in shapes.items() if name not in sizes})
    expression = TreeReader(home, sizes, {}, shapes=lambda: known).expression(tree)
    nothing = [("=", home.one)]  # no statement that has a name
    return written_as(Facts(nothing, {}).tidy(expression), shape)
