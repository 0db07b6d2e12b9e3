"""Mistakes that no single change of an equation mends, told by what stands in it."""

from __future__ import annotations

from fractions import Fraction

from derivcli.language.tree import Binary, Call, Name, Node, Number, children, nodes, rebuild
from derivcli.networks.judging.case import Case

ONE = Number(Fraction(1))
TINY = Fraction(1, 1000)  # a number that is added so that nothing is divided by 0


def foreign_slope(case: Case) -> str:
    """Say that A * (1 - A) is no slope of the last layer; "" where it does not stand there."""
    last = case.architecture.layers
    activation = case.architecture.activations[-1]
    A = Name(f"A{last}")
    rest = Binary("-", ONE, A)
    parts = list(nodes(case.equation.expression))
    factors = [
        each
        for part in parts
        if isinstance(part, Binary) and part.operator == "*"
        for each in (part.left, part.right)
    ]
    if case.name != f"dZ{last}" or A not in factors or rest not in factors:
        return ""
    written = case.text(Binary("*", A, rest))
    if activation == "softmax":
        return (
            f"{written} is the slope of one unit alone; the units of softmax depend on one another"
        )
    if activation == "linear":
        return f"{written} is sigmoid's slope, and layer {last} is linear"
    return ""


def nearly(case: Case) -> tuple[str, Node] | None:
    """Return the words for numbers such as 1e-15 that are added, and the tree without them."""
    found: list[Number] = []
    tree = _without(case.equation.expression, found)
    logs = any(isinstance(each, Call) and each.function.startswith("log") for each in nodes(tree))
    if not found or not (logs or len(found) > 1) or not case.everywhere(tree):
        return None
    shown = case.text(found[0])
    inside = "inside log " if logs else ""
    return f"{shown} added {inside}makes it another function: right only nearly", tree


def _without(tree: Node, found: list[Number]) -> Node:
    parts = children(tree)
    if parts:
        tree = rebuild(tree, tuple(_without(part, found) for part in parts))
    match tree:
        case Binary(operator="+" | "-", left=left, right=Number() as number) if (
            0 < number.value <= TINY
        ):
            found.append(number)
            return left
        case Binary(operator="+", left=Number() as number, right=right) if 0 < number.value <= TINY:
            found.append(number)
            return right
    return tree
