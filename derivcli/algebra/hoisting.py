"""Parts of a program that its way back would repeat get names of their own first: T1, T2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivcli.algebra.elementwise import power
from derivcli.algebra.expressions import Expression, postorder
from derivcli.algebra.measures import operations
from derivcli.algebra.rebuilding import rebuilt
from derivcli.algebra.writing import shape_of

Statement = tuple[str, Expression]
LONG_ARGUMENT = 12.0  # operations
NEVER = frozenset({"sym", "num", "const", "size", "ones", "zeros", "eye", "T"})


def hoisted(
    statements: Sequence[Statement], active: set[str], taken: Iterable[str]
) -> tuple[list[Statement], set[str]]:
    """Return the statements with such parts named before them, and the new names.

    A part is named that stands in several places, is the argument of a function and has several
    active names or is long, or is a sum below a root.
    """
    found = _Hoisting(statements, active, set(taken))
    found.run(statements)
    return found.statements, found.made


class _Hoisting:
    def __init__(self, statements: Sequence[Statement], active: set[str], taken: set[str]) -> None:
        self.taken, self.number = taken, 0
        self.statements: list[Statement] = []
        self.made: set[str] = set()
        self.named: dict[Expression, Expression] = {}
        self.done: dict[Expression, Expression] = {}
        self.uses: dict[Expression, int] = {}
        self.leaves: dict[Expression, int] = {}  # active names as written, repeats included
        self.arguments: set[Expression] = set()
        for node in postorder(*(expression for _, expression in statements)):
            own = node.op == "sym" and node.data in active
            self.leaves[node] = int(own) + sum(self.leaves[part] for part in node.args)
            function = node.op in {"fn", "row"}
            for part in node.args:
                self.uses[part] = self.uses.get(part, 0) + 1
                if function:
                    self.arguments.add(part)

    def run(self, statements: Sequence[Statement]) -> None:
        for name, expression in statements:
            for node in postorder(expression):
                if node not in self.done:
                    self.done[node] = self._part(node, top=node is expression)
            self.statements.append((name, self.done[expression]))

    def _part(self, node: Expression, *, top: bool) -> Expression:
        parts = tuple([self.done[part] for part in node.args])
        fresh = rebuilt(node, parts)
        if node.op in NEVER or not self.leaves[node]:
            return fresh
        root = node.op == "pow" and not isinstance(node.data, int) and node.args[0].op == "add"
        if root and node.data < 0:
            return power(self._named(power(parts[0], -node.data)), -1)
        if top:
            return fresh
        repeated = self.uses[node] > 1 and node.op != "pow" and operations(node) >= 1
        argument = node in self.arguments
        several = argument and (self.leaves[node] > 1 or operations(fresh) >= LONG_ARGUMENT)
        return self._named(fresh) if repeated or several or root else fresh

    def _named(self, expression: Expression) -> Expression:
        if expression in self.named:
            return self.named[expression]
        self.number += 1
        while f"T{self.number}" in self.taken or f"dT{self.number}" in self.taken:
            self.number += 1
        name, home = f"T{self.number}", expression.home
        home.shapes[name] = shape_of(expression)
        self.statements.append((name, expression))
        self.made.add(name)
        self.named[expression] = home.sym(name)
        return self.named[expression]
