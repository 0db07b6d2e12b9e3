"""What mistakes make of a derivative: a slip of the table, a sign changed, a term missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcli.calculus.derivation.algebra import negative, plus, times
from derivcli.calculus.derivation.differentiate import step
from derivcli.calculus.derivation.rules import Context, Derived
from derivcli.exercises.misconceptions import SLIPS, Slip
from derivcli.language.text import text
from derivcli.language.tree import Binary, Call, Node, Unary, fold, names, substitute

MOST_PLACES = 40  # of one slip that are looked at


@dataclass(frozen=True, slots=True)
class Mistaken:
    """What a slip makes of the derivative, and what to say where an answer is just that."""

    name: str
    detail: str
    derivative: Node


def mistaken(tree: Node, variable: str) -> Iterator[Mistaken]:
    """Yield what each slip makes of the derivative, at each place and at all places at once."""
    context = Context(variable, {}, frozenset(names(tree)))
    for slip in SLIPS:
        places = _places(tree, slip, context)
        chosen: list[int | None] = [*places[:MOST_PLACES], *([None] if len(places) > 1 else [])]
        for place in chosen:
            found: list[Derived] = []
            wrong = _slipped(tree, slip, context, place, found)
            if found:
                yield Mistaken(slip.name, _detail(slip, found[-1]), wrong)


def _places(tree: Node, slip: Slip, context: Context) -> list[int]:
    """Return the numbers of the nodes at which a slip can be made."""
    places: list[int] = []
    count = 0

    def visit(node: Node, parts: tuple[Derived, ...]) -> Derived:
        nonlocal count
        count += 1
        made = step(node, parts, context)
        if not made.constant and applied(slip, made) is not None:
            places.append(count)
        return made

    fold(tree, visit)
    return places


def _slipped(
    tree: Node, slip: Slip, context: Context, place: int | None, found: list[Derived]
) -> Node:
    """Return the derivative with a slip at one place, or at all; the steps go to `found`."""
    count = 0

    def visit(node: Node, parts: tuple[Derived, ...]) -> Derived:
        nonlocal count
        count += 1
        made = step(node, parts, context)
        wrong = applied(slip, made) if place in (None, count) and not made.constant else None
        if wrong is None:
            return made
        found.append(made)
        return Derived(made.rule, made.variable, made.before, wrong, made.steps)

    return fold(tree, visit).after


def applied(slip: Slip, made: Derived) -> Node | None:
    """Return what a slip makes of a step: in a chain, of its outer function."""
    if made.rule == "chain rule" and slip.outer:
        outside, inside = made.steps
        wrong = slip.wrong(outside)
        if wrong is None:
            return None
        return times(substitute(wrong, {outside.variable: inside.before}), inside.after)
    return slip.wrong(made)


def _detail(slip: Slip, made: Derived) -> str:
    inner = made.steps[-1].after if made.rule == "chain rule" else made.after
    function = made.before.function if isinstance(made.before, Call) else ""
    return slip.detail.format(before=text(made.before), inner=text(inner), function=function)


def with_one_sign_changed(tree: Node) -> Iterator[tuple[Node, Node]]:
    """Yield a sum with the sign of one term changed, and that term."""
    terms = list(_terms(tree))
    if len(terms) < 2:
        return
    for index, term in enumerate(terms):
        total = None
        for place, each in enumerate(terms):
            signed = negative(each) if place == index else each
            total = signed if total is None else plus(total, signed)
        if total is not None:
            yield total, term


def without_one_term(tree: Node) -> Iterator[tuple[Node, Node]]:
    """Yield a sum without one of its terms, and that term."""
    terms = list(_terms(tree))
    if len(terms) < 2:
        return
    for index, term in enumerate(terms):
        total: Node | None = None
        for place, each in enumerate(terms):
            if place != index:
                total = each if total is None else plus(total, each)
        if total is not None:
            yield total, term


def _terms(tree: Node) -> Iterator[Node]:
    """Yield the terms of a sum, with their signs."""
    stack: list[tuple[Node, bool]] = [(tree, False)]
    while stack:
        node, minus_sign = stack.pop()
        match node:
            case Binary(operator="+" | "-"):
                right = minus_sign != (node.operator == "-")
                stack += [(node.right, right), (node.left, minus_sign)]
            case Unary(operator="-"):
                stack.append((node.operand, not minus_sign))
            case _:
                yield negative(node) if minus_sign else node
