"""A difference quotient on its way to its limit, as trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli.calculus.derivation.algebra import (
    ZERO,
    minus,
    negative,
    over,
    plus,
    power,
    times,
    value_of,
)
from derivcli.language.text import text
from derivcli.language.tree import Binary, Name, Node, Unary, fold, names, rebuild, substitute

PUT_IN = "put in"


class NotTaughtError(Exception):
    """First principles do not teach any more here; the message says why."""


@dataclass(frozen=True, slots=True)
class WorkingLine:
    """One form of the quotient, and why it equals the one before."""

    tree: Node
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """A part of the last line whose limit is known; `said` names a standard limit."""

    part: Node
    limit: Node
    said: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Which variable moves, by which step, which names are taken, and within how many layers."""

    variable: str
    step: str
    taken: frozenset[str]
    layers: int = 0

    def moved(self, tree: Node) -> Node:
        """Return the tree at variable + step."""
        return substitute(tree, {self.variable: Binary("+", Name(self.variable), Name(self.step))})

    def quotient(self, tree: Node) -> Node:
        """Return the difference quotient of a tree."""
        return Binary("/", Binary("-", self.moved(tree), tree), Name(self.step))

    def depends(self, tree: Node) -> bool:
        """Does a tree hold the variable?"""
        return self.variable in names(tree)

    def fresh(self, candidates: str) -> str:
        """Return the first of some names that is not taken."""
        free = (name for name in candidates.split() if name not in self.taken)
        try:
            return next(free)
        except StopIteration:
            raise NotTaughtError("all letters for a step are taken") from None


@dataclass(frozen=True, slots=True)
class Working:
    """The lines from a difference quotient to a form whose limit is seen."""

    setting: Setting
    start: Node
    lines: tuple[WorkingLine, ...]
    known: tuple[Known, ...] = ()
    parts: tuple[Working, ...] = ()
    remark: str = ""
    signs: tuple[tuple[Node, int], ...] = ()
    sides: tuple[Node, Node] | None = None

    @property
    def last(self) -> Node:
        """The form that is brought to its limit."""
        return self.lines[-1].tree if self.lines else self.start

    def limit(self) -> Node:
        """Return the last form with known limits put in, and 0 for the step."""
        limits = {known.part: known.limit for known in self.known}
        return substitute(put_in(self.last, limits), {self.setting.step: ZERO})


def put_in(tree: Node, values: Mapping[Node, Node]) -> Node:
    """Return a tree with some of its parts replaced."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        found = rebuild(node, parts)
        return values.get(found, found)

    return fold(tree, visit)


def tidied(tree: Node) -> Node:
    """Return a tree without 1*u and u + 0, numbers multiplied out."""
    combine = {"+": plus, "-": minus, "*": times, "/": over, "**": power}

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        match node:
            case Binary():
                return combine[node.operator](*parts)
            case Unary(operator="-"):
                return negative(parts[0])
            case _:
                return rebuild(node, parts)

    return fold(tree, visit)


def flat(tree: Node) -> Node:
    """Return a tree as a person writes it: a*(b/c) is a*b/c, and -(a/b) is -a/b."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if isinstance(node, Binary) and node.operator == "*":
            return _product(*parts)
        if isinstance(node, Unary) and node.operator == "-":
            return negative(parts[0])
        return rebuild(node, parts)

    return fold(tree, visit)


def _product(left: Node, right: Node) -> Node:
    quotients = [isinstance(each, Binary) and each.operator == "/" for each in (left, right)]
    if all(quotients) and value_of(left) is None:
        return Binary("*", left, right)  # one times another: each has a limit of its own
    if isinstance(right, Binary) and right.operator in ("*", "/"):
        return Binary(right.operator, _product(left, right.left), right.right)
    return Binary("*", left, right)


def same(one: Node, other: Node) -> bool:
    """Are two forms written alike?"""
    return text(flat(one)) == text(flat(other))
