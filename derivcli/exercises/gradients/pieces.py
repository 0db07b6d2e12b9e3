"""Which parts of an answer have pieces, and which of them jump from one piece to the next."""

from __future__ import annotations

from functools import cache

from derivcli.arrays.kinks import distances
from derivcli.calculus.evaluate import formula
from derivcli.calculus.floats.closures import FAILURES, closure
from derivcli.calculus.landmarks import zeros_along
from derivcli.calculus.ties import ties
from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS
from derivcli.language.tree import Call, Comparison, Name, Node, Piecewise, Reduction, nodes

APART = 1e-7  # how far on both sides of a border a function is looked at
EXACTLY = ("==", "!=")


def in_pieces(tree: Node) -> bool:
    """Is something in a tree not smooth?"""
    return any(
        isinstance(node, Comparison | Piecewise)
        or (
            isinstance(node, Call)
            and node.function in FUNCTIONS
            and distances(FUNCTIONS[node.function])
        )
        or (isinstance(node, Reduction) and _is_chosen(node.function))
        for node in nodes(tree)
    )


def may_jump(tree: Node) -> bool:
    """May the value of a tree jump where it has one, as sign(u) does, and |u| does not?"""
    return any(
        isinstance(node, Comparison | Piecewise)
        or (isinstance(node, Call) and node.function in FUNCTIONS and jumps(node.function))
        for node in nodes(tree)
    )


def at_single_points(tree: Node) -> bool:
    """Does something in a tree hold on a border alone: u == v, or all but there?"""
    return any(isinstance(node, Comparison) and node.operator in EXACTLY for node in nodes(tree))


@cache
def _is_chosen(name: str) -> bool:
    """Is it the largest of its entries, or the like?"""
    fold = OPERATIONS[name].fold
    return fold is not None and any(True for _ in ties(formula(fold)))


@cache
def jumps(name: str) -> bool:
    """May a function jump where it is not smooth? Of two arguments only max and min do not."""
    row = FUNCTIONS[name]
    if len(row.parameters) > 1:
        return bool(distances(row)) and not row.variadic
    call = Call(name, (Name("u"),))
    function = closure(call, ("u",))
    for tie in distances(row):
        for zero in zeros_along(tie, "u", {}):
            gap = APART * max(1.0, abs(float(zero)))
            try:
                below, above = (function(float(zero) + side * gap) for side in (-1, 1))
            except FAILURES:
                continue  # the domain ends here
            if abs(above - below) > APART**0.25 * max(1.0, abs(below)):
                return True
    return False
