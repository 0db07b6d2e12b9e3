"""Which steps a graph has: those that lead to the output, as named or one for each operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivcli.language.functions import is_function
from derivcli.language.text import text
from derivcli.language.tree import (
    CONSTANTS,
    Assignment,
    Name,
    Node,
    Piecewise,
    Program,
    Unary,
    children,
    computing,
    names,
    rebuild,
)

LARGE = 20_000  # inputs of all nodes together


def is_large(program: Program) -> bool:
    """Has the graph so many edges that nobody would read them one by one?"""
    count = 0
    for statement in program.statements:
        count += sum(1 for _ in names(statement.expression))
        if count > LARGE:
            return True
    return False


def leading_to(program: Program, output: str) -> Program:
    """Return the statements that the output is computed from, in order; the output is the last.

    >>> from derivcli.language.parser import parse
    >>> text(leading_to(parse("a = 2w; b = 3w; J = a^2"), "J"))
    'a = 2*w; J = a**2'
    """
    return Program(tuple(computing(program.statements, [output])), program.source)


def natural_detail(program: Program) -> str:
    """Return "operations" for a lone expression of several operations, else "statements"."""
    if len(program.statements) > 1:
        return "statements"
    return "operations" if len(operations(program).statements) > 1 else "statements"


def operations(program: Program) -> Program:
    """Return the program with every operation as a statement of its own: v1, v2, ...

    The same operation on the same operands is done once. A constant, such as sqrt(2), stays
    inside the operation that uses it, and a piecewise is one operation: of its pieces only one
    need have a value.

    >>> from derivcli.language.parser import parse
    >>> text(operations(parse("d = a*b + 1; J = d^2 + a*b")))
    'v1 = a*b; d = v1 + 1; v2 = d**2; J = v2 + v1'
    """
    split = _Split(program)
    for statement in program.statements:
        split.add(statement)
    return Program(tuple(split.statements), program.source)


class _Split:
    """Statements of one operation each, and which operation has which name already."""

    def __init__(self, program: Program) -> None:
        self.statements: list[Assignment] = []
        self.known: dict[str, str] = {}  # an operation as text -> its name
        taken = {statement.name for statement in program.statements} | {*program.variables}
        self.names = _free_names(taken)

    def add(self, statement: Assignment) -> None:
        """Add the operations of a statement; the last one has the statement's name."""
        last = _core(statement.expression)

        def visit(node: Node, parts: tuple[Node, ...]) -> Node:
            made = node if isinstance(node, Piecewise) else rebuild(node, parts)
            return self._own(statement, made) if node is last else self._operand(made)

        _fold_operations(last, visit)

    def _own(self, statement: Assignment, operation: Node) -> Node:
        key = text(operation)
        if key in self.known and _is_operation(operation):
            operation = Name(self.known[key], operation.span)
        elif _is_operation(operation):
            self.known[key] = statement.name
        self.statements.append(
            Assignment(statement.name, operation, statement.span, statement.typed)
        )
        return operation

    def _operand(self, operation: Node) -> Node:
        if not _is_operation(operation):
            return operation
        if isinstance(operation, Unary) and operation.operator == "+":
            return operation.operand
        key = text(operation)
        if key not in self.known:
            self.known[key] = next(self.names)
            self.statements.append(Assignment(self.known[key], operation, operation.span))
        return Name(self.known[key], operation.span)


def _fold_operations(tree: Node, visit: Callable[[Node, tuple[Node, ...]], Node]) -> None:
    """Call `visit(node, what it returned for the children)` bottom-up, a piecewise as a whole."""
    made: list[Node] = []
    stack: list[tuple[Node, bool]] = [(tree, False)]
    while stack:
        node, ready = stack.pop()
        parts = () if isinstance(node, Piecewise) else children(node)
        if parts and not ready:
            stack.append((node, True))
            stack.extend((part, False) for part in reversed(parts))
            continue
        rest = len(made) - len(parts)
        made[rest:] = [visit(node, tuple(made[rest:]))]


def _core(tree: Node) -> Node:
    """Return a tree without the plus signs before it."""
    while isinstance(tree, Unary) and tree.operator == "+":
        tree = tree.operand
    return tree


def _is_operation(node: Node) -> bool:
    """Is this neither a name nor a constant, however that is spelled?"""
    return not isinstance(node, Name) and next(names(node), None) is not None


def _free_names(taken: set[str]) -> Iterator[str]:
    count = 0
    while True:
        count += 1
        name = f"v{count}"
        if name not in taken and name not in CONSTANTS and not is_function(name):
            yield name
