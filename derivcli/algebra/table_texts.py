"""The texts of the two tables as trees: slopes of functions, what operations are and their vjps."""

from __future__ import annotations

from functools import lru_cache

from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS
from derivcli.language.parser import parse
from derivcli.language.tree import Node


@lru_cache(maxsize=1_000)
def tree(text: str) -> Node:
    """Return a text of a table as a tree; its letters stand for arrays."""
    return parse(text, arrays=("u", "v", "Y", "G")).output.expression


def slopes(function: str) -> tuple[Node, ...]:
    """Return the derivative of a function by each argument, in u, v and the value Y."""
    if function == "**":
        return tree("v * u**(v - 1)"), tree("Y * log(u)")
    row = FUNCTIONS[function]
    short = (row.short,) if isinstance(row.short, str) else row.short
    return tuple(map(tree, short or row.partials))


def vjps(operation: str, *, of_all: bool = False) -> tuple[Node, ...]:
    """Return the gradient by each operand of an operation, in u, v, the value Y and G by it.

    It may be another one `of_all` entries of a matrix than along an axis.
    """
    row = OPERATIONS[operation]
    return tuple(map(tree, (of_all and row.vjps_of_all) or row.vjps))


def definition(operation: str) -> Node:
    """Return an operation in terms of others, of the operand u."""
    text = OPERATIONS[operation].definition
    if text is None:
        raise ValueError(f"{operation} has no definition")
    return tree(text)
