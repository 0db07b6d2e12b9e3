"""Zeros of an expression of one variable in closed form, its operations undone one by one."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.calculus import symbolic
from derivcli.calculus.cells.conditions import linear_form, unknowns
from derivcli.calculus.derivation.algebra import ONE, ZERO, minus, negative, over, times
from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Binary, Call, Name, Node, Number, names, number, substitute


def solutions(tree: Node, variable: str) -> tuple[list[Node], bool]:
    """Return numbers among which zeros of an expression are, and whether all are among them."""
    roots = symbolic.roots(tree, variable)
    if roots is not None:
        return list(roots), True
    return list(_undone(tree, variable, ZERO)), False


def _undone(tree: Node, variable: str, target: Node) -> Iterator[Node]:
    """Yield what the variable may be where a tree is a constant."""
    linear = linear_form(tree)
    parts = unknowns(linear)
    moving = [each for each in parts if variable in names(each[0])]
    if len(moving) != 1:
        return
    unknown, share = moving[0]
    target = minus(target, number(linear.constant))
    for part, factor in parts:
        if part is not unknown:
            target = minus(target, times(number(factor), part))
    target = over(target, number(share))
    match unknown:
        case Name():
            yield target
        case Call(function=name, arguments=(inner,)) if inverse := FUNCTIONS[name].inverse:
            yield from _undone(inner, variable, substitute(formula(f"{inverse}(u)"), {"u": target}))
        case Binary(operator="**", left=base, right=Number(value)) if value:
            for size in (target, negative(target)):
                root = Binary("**", size, over(ONE, number(value)))
                yield from _undone(base, variable, root)
                yield from _undone(base, variable, negative(root))
        case Binary(operator="*", left=left, right=right):
            for each in (left, right):
                if target == ZERO and variable in names(each):
                    yield from _undone(each, variable, ZERO)
