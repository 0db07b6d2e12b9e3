"""Rows of the table of functions as trees: a slope in u and the value Y, whether it is straight."""

from __future__ import annotations

from functools import cache

from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.tree import Call, Name, Node, fold, nodes, rebuild


@cache
def is_straight(name: str) -> bool:
    """Is a row made of straight lines? Then no digits are lost far from 0."""
    definition = FUNCTIONS[name].definition
    return definition is not None and not any(
        isinstance(each, Call) for each in nodes(formula(definition))
    )


def derivative(source: str, row: Function) -> Node:
    """Return a text of a row's slope as a tree in u and Y, the value: 1 - Y**2 for tanh."""
    own = call_of(row)

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        found = rebuild(node, parts)
        return Name("Y") if found == own else found

    return fold(formula(source), visit)


def call_of(row: Function) -> Call:
    """Return a row of one number, called as it is in its texts."""
    if row.parameters != ("u",):
        raise ValueError(f"{row.name} is no function of one number")
    return Call(row.name, (Name("u"),))
