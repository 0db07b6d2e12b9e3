"""Arrays of any entries to what crosses to other processes: numbers with all their digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcli.calculus.exact import Exact
from derivcli.calculus.quantity import settle
from derivcli.calculus.results import Quantity
from derivcli.language.tree import Node, names, nodes
from derivcli.matrices.graph_results import ArrayValue

MOST_ENTRIES = 10_000  # of an array whose values are told, at least in JSON
LONGEST_PROVED = 80  # parts of a number that SymPy is asked about

Shown = Callable[[Any], Quantity]


def rounded(value: Any) -> Quantity:
    """Return a float64 as a number of a result."""
    return Quantity(float(value))


def settled(digits: int, arithmetic: Exact) -> Shown:
    """Return what makes numbers of a result of those of an exact arithmetic."""
    return lambda value: settle(value, digits, arithmetic)


def value_of(array: Any, shown: Shown) -> ArrayValue | None:
    """Return an array as a number, a flat tuple or rows; None where it is too large to be told."""
    if array.size > MOST_ENTRIES:
        return None
    if array.ndim == 0:
        return shown(array[()])
    if array.ndim == 1:
        return tuple(map(shown, array))
    return tuple(tuple(map(shown, row)) for row in array)


def is_zero(tree: Node) -> bool | None:
    """Return whether a number is proved to be 0; of one that is long, nobody is asked."""
    for count, _ in enumerate(nodes(tree)):
        if count > LONGEST_PROVED:
            return None
    if any(True for _ in names(tree)):
        return None
    from derivcli.calculus import symbolic  # SymPy, where nothing else tells

    return symbolic.is_zero(tree)
