"""On which side of each kink the entries of a program are: distances as statements of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from derivcli.arrays.kinks import apart
from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS
from derivcli.language.tree import (
    Assignment,
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Piecewise,
    Program,
    Reduction,
    Unary,
    fold,
    number,
)


@dataclass(frozen=True, slots=True)
class Switch:
    """A part of a statement with a kink: it is on another piece where a distance changes sign.

    `distance` is the name of a statement. Of a largest or a smallest entry it is 1, and -1 where
    that entry is another.
    """

    statement: str
    part: Node
    distance: str


def watched(program: Program, active: Collection[str]) -> tuple[Program, tuple[Switch, ...]]:
    """Return a program that tells the distances from the kinks, too, which `active` names move."""
    moving, statements = {*active}, list[Assignment]()
    switches: list[Switch] = []

    def visit(node: Node, parts: tuple[bool, ...]) -> bool:
        """Does a node move? What is seen on the way is noted."""
        if isinstance(node, Name):
            return node.name in moving
        moves = any(parts)
        for tree in _distances(node) if moves else ():
            name = f"kink {len(switches)}"  # no name that can be typed
            switches.append(Switch(statement.name, node, name))
            statements.append(Assignment(name, tree))
        return moves

    for statement in program.statements:
        if fold(statement.expression, visit):
            moving.add(statement.name)
        statements.append(statement)
    return Program(tuple(statements), program.source), tuple(switches)


def _distances(node: Node) -> Iterator[Node]:
    match node:
        case Call() if node.function in FUNCTIONS:
            yield from apart(node)
        case Comparison():
            yield Binary("-", node.left, node.right)
        case Reduction() if (fold_text := OPERATIONS[node.function].fold) is not None:
            if isinstance(formula(fold_text), Call):  # of two numbers, max and min choose one
                chosen = Comparison("==", node.operand, replace(node, keepdims=True))
                yield Piecewise((number(1),), (chosen,), Unary("-", number(1)))
