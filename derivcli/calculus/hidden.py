"""Parts of formulas that no point shows: tanh(10**30), or exp(-10**5) beside 1.

Where a part is as good as constant, or too small beside the rest, that two formulas agree to many
digits says nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mpmath import mpf

from derivcli.calculus.evaluate import apply, formula, own_value, walk
from derivcli.calculus.exact import Ball, Exact, Real, ball, exact
from derivcli.errors import DerivError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    children,
    fold,
    names,
    nodes,
    rebuild,
    substitute,
)

STEP = Fraction(1, 10)
SHARE = 0.4  # of the digits: to so many what agrees is known at the least

Part = tuple[Node, int]  # a call, and -1; a sum, and which of its terms


def hidden(trees: Sequence[Node], looks: Iterable[tuple[int, Mapping[str, Real]]]) -> list[Node]:
    """Return the parts that change no value at any point looked at.

    `looks` are points, each with the number of digits to compute with there. Where a part of a
    function's definition is hidden, as exp in softplus, the whole call is returned.
    """
    whole: dict[Node, Node] = {}  # what stands for the parts of a function
    written = [_written(tree, whole) for tree in trees]
    left = dict.fromkeys(part for tree in written for node in nodes(tree) for part in _parts(node))
    for digits, at in looks:
        if not left:
            break
        with exact(digits) as arithmetic:
            for part in {each for tree in written for each in _seen(tree, at, arithmetic)}:
                left.pop(part, None)
    found = (whole.get(node, node if at < 0 else children(node)[at]) for node, at in left)
    return [*dict.fromkeys(found)]


def hidden_in_entries(
    trees: Iterable[Node], at: Mapping[str, Real], all_digits: Sequence[int]
) -> Node | None:
    """Return a part of the entries of an array that changes no value at a point.

    Entries that are the same formula of other entries are so many looks at one formula.
    """
    looks: dict[Node, list[list[str]]] = {}
    for tree in trees:
        used = [*dict.fromkeys(names(tree))]
        formula = substitute(tree, {name: _place(index) for index, name in enumerate(used)})
        looks.setdefault(formula, []).append(used)
    for formula, entries in looks.items():
        points = [{f"[{i}]": at[name] for i, name in enumerate(each)} for each in entries]
        for part in hidden([formula], ((n, each) for n in all_digits for each in points)):
            return substitute(part, {f"[{i}]": Name(name) for i, name in enumerate(entries[0])})
    return None


def _place(index: int) -> Name:
    return Name(f"[{index}]")  # no name that can be typed


def _written(tree: Node, whole: dict[Node, Node]) -> Node:
    """Return a tree with functions as what they are made of; which these are goes to `whole`."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        source = FUNCTIONS[node.function].elementary if isinstance(node, Call) else None
        if source is None:
            return rebuild(node, parts)
        made = formula(source)
        for each in nodes(made):
            whole.setdefault(substitute(each, {"u": parts[0]}), node)
        return substitute(made, {"u": parts[0]})

    return fold(tree, visit)


def _parts(node: Node) -> Iterator[Part]:
    """Yield what of a node has to be seen."""
    match node:
        case Call() if {*FUNCTIONS[node.function].partials} != {"0"}:
            yield node, -1
        case Binary(operator="+" | "-"):
            yield from ((node, 0), (node, 1))


def _seen(tree: Node, at: Mapping[str, Real], arithmetic: Exact) -> list[Part]:
    """Return the parts that make a difference at a point, in the digits of an arithmetic."""
    found: list[Part] = []
    cancelled: set[Node] = set()  # 0 to all digits, as the difference of what is seen itself
    tiny = mpf(10) ** -int(SHARE * arithmetic.digits)

    def visit(node: Node, values: tuple[Any, ...]) -> Any:
        value = own_value(node, values, at, arithmetic)
        match node:
            case Call():
                if _responds(node, values, value, arithmetic, tiny):
                    found.append((node, -1))
            case Binary(operator="+" | "-"):
                sizes = [abs(ball(each).middle) for each in values]
                for index, (term, each) in enumerate(zip(children(node), values, strict=True)):
                    if term in cancelled or each == 0 or sizes[index] > tiny * max(sizes):
                        found.append((node, index))
                cancelled.add(node)
        if isinstance(node, Comparison):
            return value
        if node in cancelled or not cancelled.isdisjoint(children(node)):
            (cancelled.add if _may_be_zero(value) else cancelled.discard)(node)
        return value

    walk(tree, visit)
    return found


def _responds(
    call: Call, arguments: tuple[Real, ...], value: Real, arithmetic: Exact, tiny: mpf
) -> bool:
    """Does a function change in its digits when an argument changes by a tenth of itself?"""
    constant = next(names(call), None) is None
    if constant and isinstance(value, Fraction):
        return True
    scale = mpf(1) if _may_be_zero(value) else abs(ball(value).middle)
    moved = [
        (*arguments[:index], other, *arguments[index + 1 :])
        for index, each in enumerate(arguments)
        for other in _beside(each, constant=constant)
    ]
    for others in moved:
        try:
            change = ball(apply(FUNCTIONS[call.function], others, arithmetic) - value)
        except (ArithmeticError, DerivError):  # the domain ends here: it is not constant
            return True
        if abs(change.middle) > tiny * scale:
            return True
    return False


def _beside(value: Real, *, constant: bool) -> Iterator[Real]:
    """Yield other arguments; of x at 0 none, as tanh(10**30*x) is 0 there like many others."""
    if _may_be_zero(value) and (constant or isinstance(value, Ball)):  # as sin(pi) is
        yield value + STEP
    else:
        yield value * (1 + STEP)
        yield value * (1 - STEP)


def _may_be_zero(value: Real) -> bool:
    return ball(value).enclosure.contains(0)
