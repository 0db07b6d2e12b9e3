"""Elementwise expressions as the text of NumPy: `max(u, 0)` is np.maximum(u, 0), from the table."""

from __future__ import annotations

from derivcli.errors import RefusedError
from derivcli.graph.tape.in_place import written_out
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.text import text
from derivcli.language.tree import Call, Constant, Name, Node, Piecewise, fold, rebuild

MODULE = "math"  # where a function of the C library is, of which NumPy has none


def numpy_text(tree: Node) -> str:
    """Return the text of a tree for `import math` and `import numpy as np`.

    A function that NumPy has not stands as the text that it is computed by, which neither overflows
    nor cancels. Raises RefusedError for one that Python has neither.

    >>> from derivcli.language.parser import parse
    >>> numpy_text(parse("relu(z) + asin(z/2)").output.expression)
    'np.maximum(z, 0) + np.arcsin(z / 2)'
    """
    return text(fold(written_out(tree, quick=False), _spelled), arrays=True)


def _spelled(node: Node, parts: tuple[Node, ...]) -> Node:
    node = rebuild(node, parts)
    match node:
        case Constant():
            return Name(f"np.{node.name}")
        case Call():
            return Call(_name(FUNCTIONS[node.function]), node.arguments)
        case Piecewise():
            found = node.otherwise
            pairs = zip(reversed(node.values), reversed(node.conditions), strict=True)
            for value, condition in pairs:
                found = Call("np.where", (condition, value, found))
            return found
    return node


def _name(row: Function) -> str:
    if row.numpy is not None:
        return f"np.{row.numpy}"
    if row.native is not None and row.native.__module__ == MODULE:
        return f"np.vectorize({MODULE}.{row.native.__name__})"
    raise RefusedError(f"neither NumPy nor Python's math has {row.name}")
