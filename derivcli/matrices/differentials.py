"""Differentials: what a small change dX of a matrix makes of an expression, rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from derivcli.algebra import table_texts
from derivcli.calculus.derivation.algebra import minus, negative, over, plus, power, times
from derivcli.errors import RefusedError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS, Operation
from derivcli.language.shapes import Shapes, operation
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
    fold,
    rebuild,
    size_node,
    substitute,
)
from derivcli.matrices.shortest import shortest

ZERO, ONE, TWO = (Number(Fraction(value)) for value in (0, 1, 2))


@dataclass(frozen=True, slots=True)
class Differential:
    """What a rule makes of an expression: `after` is the differential of `before`.

    `after` is None of what does not move. `rule` is "" where the differential has a name.
    """

    rule: str
    before: Node
    after: Node | None
    steps: tuple[Differential, ...] = ()
    letters: str = ""


def differential(tree: Node, moving: Mapping[str, str], shapes: Shapes) -> Differential:
    """Return the differential of a tree, where names move; `moving` has their differentials' names.

    `shapes` are those of all names, these included.

    Raises RefusedError for what has no rule.
    """
    return fold(tree, _Rules(moving, shapes).visit)


class _Rules:
    def __init__(self, moving: Mapping[str, str], shapes: Shapes) -> None:
        self.moving, self.shapes = moving, shapes

    def visit(self, node: Node, parts: tuple[Differential, ...]) -> Differential:
        before = rebuild(node, tuple(part.before for part in parts))
        if isinstance(node, Name) and node.name in self.moving:
            return Differential("", before, Name(self.moving[node.name]))
        if isinstance(node, Comparison) or all(part.after is None for part in parts):
            return Differential("", before, None)
        rule, after, letters = self._ruled(before, parts)
        steps = tuple(part for part in parts if part.rule)
        return Differential(rule, before, self._shaped(after, before), steps, letters)

    def _shaped(self, after: Node, before: Node) -> Node:
        """Return a differential that has the shape of what it belongs to, copies included."""
        wanted, found = self.shapes.of(before), self.shapes.of(after)
        if wanted == found or len(wanted) != 2:
            return after
        return Binary("*", after, Call("ones", tuple(map(size_node, wanted))))

    def _ruled(self, node: Node, parts: tuple[Differential, ...]) -> tuple[str, Node, str]:
        changes = [part.after for part in parts]
        match node, changes:
            case Unary(), [change]:
                return "constant multiple rule", _signed(node.operator, _some(change)), ""
            case Binary(operator="+" | "-"), [one, other]:
                return "sum rule", _sum(node.operator, one, other), ""
            case Binary(operator="@"), [one, other]:
                first = None if one is None else Binary("@", one, node.right)
                second = None if other is None else Binary("@", node.left, other)
                return "matrix product", _sum("+", first, second), ""
            case Binary(), _:
                return self._entrywise(node, changes)
            case Transpose(), [change]:
                return "transpose", Transpose(_some(change)), ""
            case Piecewise(), _:
                *values, rest = [each or ZERO for each in changes[::2]]
                return "where", Piecewise(tuple(values), node.conditions, rest), ""
            case Reduction(), [change]:
                return self._reduced(node, _some(change))
            case Call(), _ if (row := operation(node)) is not None:
                return self._operation(node, row, _some(changes[0]))
            case Call(), _ if node.function in FUNCTIONS:
                return self._function(node, changes)
        raise RefusedError(f"there is no rule for {text(node, arrays=True)}")

    def _entrywise(self, node: Binary, changes: list[Node | None]) -> tuple[str, Node, str]:
        (u, v), (du, dv) = (node.left, node.right), changes
        if node.operator == "*":
            first = None if du is None else _times(du, v) if dv is not None else _times(v, du)
            second = None if dv is None else _times(u, dv)
            return ("product rule" if first and second else "constant multiple rule",
                    _sum("+", first, second), "")  # fmt: skip
        if node.operator == "/":
            if dv is None:
                return "constant multiple rule", over(_some(du), v), ""
            top = _sum("-", None if du is None else _times(du, v), _times(u, dv))
            return "quotient rule", over(top, power(v, TWO)), ""
        if dv is None:
            lower = minus(v, ONE) if not isinstance(v, Number) else _number(v.value - 1)
            return "power rule", _times(times(v, power(u, lower)), _some(du)), ""
        slopes = [
            substitute(each, {"u": u, "v": v, "Y": node}) for each in table_texts.slopes("**")
        ]
        terms = [
            None if change is None else _times(slope, change)
            for slope, change in zip(slopes, changes, strict=True)
        ]
        return "power rule", _sum("+", *terms), ""

    def _function(self, node: Call, changes: list[Node | None]) -> tuple[str, Node, str]:
        row = FUNCTIONS[node.function]
        known = dict(zip(row.parameters, node.arguments, strict=True))
        terms = [
            _times(substitute(slope, {**known, "Y": node}), change)
            for slope, change in zip(table_texts.slopes(node.function), changes, strict=False)
            if change is not None
        ]
        after = terms[0]
        for term in terms[1:]:
            after = plus(after, term)
        return "chain rule", after, f"f = {row.written}"

    def _operation(self, node: Call, row: Operation, change: Node) -> tuple[str, Node, str]:
        (u,) = node.arguments
        if row.linear:
            return row.rule, Call(row.name, (change,)), ""
        (vjp,) = table_texts.vjps(row.name)
        known = {"u": u, "Y": node}
        if row.to_number:  # the sum of what is handed back to each entry, times its change
            return row.rule, Reduction("sum", _in_place(vjp, {**known, "G": change}, None)), ""
        turned = substitute(vjp, {**known, "G": Transpose(change)})
        return row.rule, shortest(Transpose(turned), self.shapes.names), ""

    def _reduced(self, node: Reduction, change: Node) -> tuple[str, Node, str]:
        row = OPERATIONS[node.function]
        if row.linear:
            rule = f"{row.rule} of entries" if row.reduces else row.rule
            return rule, Reduction(row.name, change, node.axis, node.keepdims), ""
        (vjp,) = table_texts.vjps(row.name)
        kept = node if not row.reduces or node.axis is None else (
            Reduction(row.name, node.operand, node.axis, keepdims=True)
        )  # fmt: skip
        known = {"u": node.operand, "Y": kept, "G": change}
        handed = _in_place(vjp, known, node.axis)
        if not row.reduces:  # of softmax the matrix of partial derivatives is symmetric
            return row.rule, handed, ""
        return row.rule, Reduction("sum", handed, node.axis, node.keepdims), ""


def along(text: Reduction, axis: int | None) -> Reduction:
    """Return a reduction in a text of the table along an axis, which it keeps."""
    return replace(text, axis=axis, keepdims=axis is not None and OPERATIONS[text.function].reduces)


def _in_place(vjp: Node, known: Mapping[str, Node], axis: int | None) -> Node:
    """Return a text of the table of operations with its letters replaced, along an axis."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        node = rebuild(node, parts)
        match node:
            case Name():
                return known.get(node.name, node)
            case Reduction():
                return along(node, axis)
        return node

    return fold(vjp, visit)


def _some(change: Node | None) -> Node:
    if change is None:
        raise ValueError("what does not move has no differential")
    return change


def _signed(operator: str, change: Node) -> Node:
    return negative(change) if operator == "-" else change


def _sum(operator: str, one: Node | None, other: Node | None) -> Node:
    if other is None:
        return _some(one)
    if one is None:
        return negative(other) if operator == "-" else other
    return Binary(operator, one, other)


def _times(one: Node, other: Node) -> Node:
    return times(one, other)


def _number(value: Fraction) -> Node:
    return Number(value) if value >= 0 else Unary("-", Number(-value))
