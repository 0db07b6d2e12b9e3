"""What would lose its digits, said another way: log(sigmoid(u)) is -softplus(-u), by the table."""

from __future__ import annotations

from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Call, Node, children, fold, rebuild, substitute


def steady(tree: Node) -> Node:
    """Return the tree with every pair of the table that occurs in it by the text that keeps digits.

    >>> from derivcli.language.parser import parse
    >>> from derivcli.language.text import text
    >>> text(steady(parse("1 - sigmoid(2*w)").output.expression))
    'sigmoid(-(2*w))'
    """
    return fold(tree, lambda node, parts: _steady(rebuild(node, parts)))


def _steady(node: Node) -> Node:
    inside = [part for child in children(node) for part in (child, *children(child))]
    for call in inside:
        if not isinstance(call, Call):
            continue
        row = FUNCTIONS[call.function]
        arguments = dict(zip(row.parameters, call.arguments, strict=True))
        for pattern, text in row.pairs:
            if substitute(formula(pattern), {"Y": call}) == node:
                return substitute(formula(text), arguments)
    return node
