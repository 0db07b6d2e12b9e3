"""Local derivatives: of one node by one of its inputs, in the shortest form found.

Most nodes of a large graph are alike. A derivative is found once for each form, with its inputs
renamed in order, and written with the names of every node that has this form.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.calculus.derivation.algebra import ONE, negative, over, plus
from derivcli.calculus.derivation.differentiate import derive
from derivcli.calculus.derivatives import Derivatives
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.limits import Limits
from derivcli.language.text import text
from derivcli.language.tree import (
    Assignment,
    Binary,
    Name,
    Node,
    Program,
    Unary,
    fold,
    rebuild,
    substitute,
    without_constants,
)

SHORTER = 0.75  # SymPy's form takes the place of the one that the rules leave, if so much shorter


class LocalDerivatives:
    """The derivatives of nodes, each form of node differentiated once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.found: dict[tuple[str, str], Node] = {}

    def tree(self, expression: Node, inputs: Sequence[str], name: str) -> Node:
        """Return the derivative of an expression of these inputs by one of them."""
        # Numbered alike, so that SymPy keeps the order in which they were typed.
        width = len(str(len(inputs)))
        numbered = {each: f"u{index:0{width}}" for index, each in enumerate(inputs)}
        form = substitute(expression, {each: Name(other) for each, other in numbered.items()})
        key = (text(form), numbered[name])
        if key not in self.found:
            self.found[key] = self._differentiated(form, numbered[name])
        back: dict[str, Node] = {other: Name(each) for each, other in numbered.items()}
        return substitute(without_constants(self.found[key], inputs), back)

    def _differentiated(self, form: Node, variable: str) -> Node:
        typed = _cleaned(derive(form, variable).after)
        program = Program((Assignment("J", form),))
        try:
            short = Derivatives(program, self.limits).tree(variable, 1)
        except (RefusedError, UndefinedError):
            return typed  # SymPy has no form of it that can be written, or nobody has
        return short if len(text(short)) < SHORTER * len(text(typed)) else typed


def _cleaned(tree: Node) -> Node:
    """Return a tree without what the rules leave behind: y*(1/a) is y/a, u - -v is u + v."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        match rebuild(node, parts):
            case Binary("*", left, Binary("/", top, below)) if top == ONE:
                return over(left, below)
            case Binary("*", left, Binary("/", Unary("-", top), below)) if top == ONE:
                return negative(over(left, below))
            case Binary("-", left, Unary("-", right)):
                return plus(left, right)
            case Binary("-", left, Binary("/" | "*" as operator, Unary("-", first), rest)):
                return plus(left, Binary(operator, first, rest))
            case other:
                return other

    return fold(tree, visit)
