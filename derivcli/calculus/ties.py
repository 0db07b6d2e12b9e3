"""Where an expression may have no derivative: the sub-expressions that are 0 there."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.calculus.derivation.algebra import minus
from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Call, Comparison, Node, nodes, substitute


def ties(tree: Node) -> Iterator[Node]:
    """Yield expressions one of which is 0 wherever the tree is not smooth.

    Those of a comparison, left - right, and the kinks in the rows of the table.

    >>> from derivcli.language.parser import parse
    >>> from derivcli.language.text import text
    >>> [text(tie) for tie in ties(parse("max(w, 1) + sqrt(w)").output.expression)]
    ['w - 1', 'w']
    """
    stack = [tree]
    while stack:
        for node in nodes(stack.pop()):
            if isinstance(node, Comparison):
                yield minus(node.left, node.right)
            if isinstance(node, Call):
                row = FUNCTIONS[node.function]
                arguments = dict(zip(row.parameters, node.arguments, strict=True))
                yield from (substitute(formula(kink), arguments) for kink in row.kinks)
                if row.definition:
                    # Only what the definition adds: its arguments are walked anyway.
                    yield from (substitute(tie, arguments) for tie in ties(formula(row.definition)))
