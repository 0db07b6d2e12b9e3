"""A differential gathered: dJ = sum(G * dX), and G is the gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from derivcli.algebra import table_texts
from derivcli.calculus.derivation.algebra import negative, over, times
from derivcli.errors import RefusedError
from derivcli.language.operations import OPERATIONS, Operation
from derivcli.language.shapes import Shape, Shapes, operation, takes_sizes
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
    children,
    fold,
    joined,
    names,
    rebuild,
    size_node,
    substitute,
)
from derivcli.matrices.differentials import along
from derivcli.matrices.shortest import shortest

ONE, ZERO = Number(Fraction(1)), Number(Fraction(0))
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Weighted:
    """The sum of `factor * change`, entry by entry; of one number, their product."""

    factor: Node
    change: Node


@dataclass(frozen=True, slots=True)
class GatheredLine:
    """dJ once more, by a rule."""

    rule: str
    tree: Node


class Gathering:
    """dJ as a sum of terms, from which rule after rule brings dX to stand alone."""

    def __init__(self, shapes: Shapes, changes: Mapping[str, Node], variable: str) -> None:
        """`changes` are the differentials of statements by the names of their differentials."""
        self.shapes, self.changes, self.variable = shapes, changes, variable
        self.terms: list[Weighted] = []
        self.moved = {variable, *changes}

    def lines(self, change: Node) -> Iterator[GatheredLine]:
        """Yield dJ from its differential to where dX, alone, is multiplied by the gradient.

        Raises RefusedError for what has no rule.
        """
        self.terms = [Weighted(ONE, change)]
        order = [*self.changes][::-1]
        for _ in range(MOST_LINES):
            rule = self._step(order)
            if rule is None:
                return
            if rule:
                yield GatheredLine(rule, self.tree)
        raise RefusedError(f"this takes more than {MOST_LINES} lines")

    @property
    def tree(self) -> Node:
        """The sum of the terms."""
        found: Node | None = None
        for term in self.terms:
            one = self._written(term)
            found = one if found is None else Binary("+", found, one)
        return found or ZERO

    @property
    def coefficient(self) -> Node:
        """What the differential of the variable is multiplied by."""
        return joined("+", (term.factor for term in self.terms))

    def _written(self, term: Weighted) -> Node:
        product = times(term.factor, term.change)
        return Reduction("sum", product) if self.shapes.of(product) else product

    def _step(self, order: list[str]) -> str | None:
        """Apply one rule; return its name, "" for one that is not worth a line, None at the end."""
        for index, term in enumerate(self.terms):
            if isinstance(term.change, Name):
                continue
            rule, made = self._moved(term)
            self.terms[index : index + 1] = [self._fitted(each) for each in made]
            return rule
        for name in order:
            own = [term for term in self.terms if term.change == Name(name)]
            if own:
                return self._put_in(name, own)
        if len(self.terms) > 1:
            whole = self.coefficient
            self.terms = [self._fitted(Weighted(whole, Name(self.variable)))]
            return "collect"
        return None

    def _put_in(self, name: str, own: list[Weighted]) -> str:
        """Put in what the differential of a statement is, its coefficient in its shortest form."""
        factor = joined("+", (each.factor for each in own))
        first = self.terms.index(own[0])
        self.terms = [term for term in self.terms if term not in own]
        self.terms.insert(first, self._fitted(Weighted(factor, self.changes[name])))
        return f"put in {name}"

    def _fitted(self, term: Weighted) -> Weighted:
        """Return a term whose factor has the shape of what changes: copies are added up."""
        wanted, found = self.shapes.of(term.change), self.shapes.of(term.factor)
        factor = term.factor if wanted == found or not found else summed(term.factor, found, wanted)
        return Weighted(shortest(factor, self.shapes.names), term.change)

    def _moved(self, term: Weighted) -> tuple[str, list[Weighted]]:
        """Return the terms that one rule makes of a term, and its name."""
        U, change = term.factor, term.change
        match change:
            case Unary():
                return "", [Weighted(negative(U) if change.operator == "-" else U, change.operand)]
            case Binary(operator="+"):
                return "split the sum", [
                    Weighted(U, change.left),
                    Weighted(U, change.right),
                ]
            case Binary(operator="-"):
                return "split the sum", [
                    Weighted(U, change.left),
                    Weighted(negative(U), change.right),
                ]
            case Binary(operator="/"):
                return "", [Weighted(over(U, change.right), change.left)]
            case Binary(operator="*"):
                inner, factor = self._parted(change)
                return "", [Weighted(times(U, factor), inner)]
            case Binary(operator="@"):
                return self._product(U, change)
            case Transpose():
                return "move a transpose", [
                    Weighted(_turned(self._full(U, change)), change.operand)
                ]
            case Reduction(function="sum"):
                return "", [Weighted(self._copied(U, change), change.operand)]
            case Piecewise():
                pieces = [*change.values, change.otherwise]
                return "split the sum", [
                    Weighted(self._chosen(U, change, index), piece)
                    for index, piece in enumerate(pieces) if self._moves(piece)
                ]  # fmt: skip
            case Call() | Reduction() if change.function in OPERATIONS:
                return self._handed(U, change)
        raise RefusedError(f"there is no rule for {text(change, arrays=True)}")

    def _parted(self, change: Binary) -> tuple[Node, Node]:
        """Return the factor that moves, and the other one."""
        if self._moves(change.left):
            return change.left, change.right
        return change.right, change.left

    def _moves(self, tree: Node) -> bool:
        return not self.moved.isdisjoint(names(tree))

    def _product(self, U: Node, change: Binary) -> tuple[str, list[Weighted]]:
        U = self._full(U, change)
        scaled = not self.shapes.of(U)  # of a product with one entry
        if self._moves(change.left):
            other = _turned(change.right)
            factor = times(U, other) if scaled else Binary("@", U, other)
            return "move a matrix", [Weighted(factor, change.left)]
        other = _turned(change.left)
        factor = times(U, other) if scaled else Binary("@", other, U)
        return "move a matrix", [Weighted(factor, change.right)]

    def _full(self, U: Node, change: Node) -> Node:
        """Return a factor that is a number as an array of the shape of what changes."""
        wanted = self.shapes.of(change)
        if self.shapes.of(U) or wanted in ((), (1, 1)):
            return U
        ones: Node = Call("ones", tuple(map(size_node, (1, *wanted)[-2:])))
        return times(U, ones if len(wanted) == 2 else Reduction("sum", ones, 0))

    def _copied(self, U: Node, change: Reduction) -> Node:
        """Return a factor beside what was added up: the same for each entry."""
        if change.axis in (None, 0, -2) or change.keepdims or not self.shapes.of(U):
            return U
        return _turned(fold(U, self._as_row))

    def _as_row(self, node: Node, parts: tuple[Node, ...]) -> Node:
        """Return a node whose value, if it has one axis, is a row, as it is broadcast."""
        found = rebuild(node, parts)
        flat = len(self.shapes.of(node)) == 1
        match found:
            case Reduction(axis=int(axis)):
                (operand,) = children(node)
                reduces = OPERATIONS[found.function].reduces
                if len(self.shapes.of(operand)) == 1 and reduces:
                    return replace(found, axis=None)
                if flat and reduces:
                    kept = replace(found, keepdims=True)
                    return kept if axis in (0, -2) else Transpose(kept)
            case Name() if flat:
                return Transpose(Call("diag", (Call("diag", (found,)),)))
        if flat and not isinstance(found, Binary | Unary | Call | Comparison | Piecewise):
            raise RefusedError(f"there is no rule for {text(node, arrays=True)}")
        return found

    def _chosen(self, U: Node, change: Piecewise, index: int) -> Node:
        count = len(change.values)
        values = tuple(U if each == index else ZERO for each in range(count))
        return Piecewise(values, change.conditions, U if index == count else ZERO)

    def _handed(self, U: Node, change: Call | Reduction) -> tuple[str, list[Weighted]]:
        """Return what the table of operations hands back: of a linear one it is a move."""
        operand = change.operand if isinstance(change, Reduction) else change.arguments[0]
        (vjp,) = table_texts.vjps(change.function)
        row = OPERATIONS[change.function]
        axis = change.axis if isinstance(change, Reduction) else None
        if isinstance(change, Reduction) and row.reduces:
            U = self._copied(U, change)

        def placed(node: Node) -> Node:
            if isinstance(node, Call) and node.arguments == (Name("u"),) and (
                (of := operation(node)) is not None and takes_sizes(of)
            ):  # fmt: skip
                return Call(node.function, (size_node(self.shapes.of(operand)[0]),))
            return along(node, axis) if isinstance(node, Reduction) else node

        known = {"u": self._full(ONE, operand), "G": self._full(U, change), "Y": change}
        handed = substitute(_each(vjp, placed), known)
        return moving(row), [Weighted(shortest(handed, self.shapes.names), operand)]


def _each(tree: Node, change: Callable[[Node], Node]) -> Node:
    return fold(tree, lambda node, parts: change(rebuild(node, parts)))


def moving(row: Operation) -> str:
    """Return the name of the rule that moves an operation to the other side of a product."""
    return f"move {'an' if row.rule[:1] in 'aeiou' else 'a'} {row.rule}"


def _turned(tree: Node) -> Node:
    return tree.operand if isinstance(tree, Transpose) else Transpose(tree)


def summed(tree: Node, found: Shape, wanted: Shape) -> Node:
    """Return an array with what was copied added up: to a column, to a row, or to a number."""
    if not wanted:
        return Reduction("sum", tree)
    if len(found) > len(wanted):  # an array of one axis is copied as a row
        wanted = (1, *wanted)
    for axis, (size, kept) in enumerate(zip(found, wanted, strict=False)):
        if kept == 1 and size != 1:
            tree = Reduction("sum", tree, axis, keepdims=True)
    return tree
