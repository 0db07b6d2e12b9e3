"""The search for what mends a wrong equation: one change of the student's own, or two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from derivcli.arrays.formulas import is_native
from derivcli.errors import Span
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import NOWHERE, Binary, Call, Node, children, nodes
from derivcli.networks.equation import places, replaced
from derivcli.networks.judging.case import Case
from derivcli.networks.judging.kinks import edges
from derivcli.networks.judging.omissions import ZERO
from derivcli.networks.judging.repair_sites import M, Site
from derivcli.networks.judging.repairs import ONE, PAIRED, REPAIRS, Repair
from derivcli.networks.judging.sums import mean_too_often

# What is tried, in nodes evaluated: counted, not timed, so that the answer never depends on
# the machine.
SINGLES = 40_000
PAIRS = 30_000
CONFIRMED = 25
PIECE = 12  # confirmations that an equation in pieces costs
BY_ENTRY = 250  # nodes' worth that a function costs which NumPy has not


@dataclass(frozen=True, slots=True)
class Mended:
    """An equation made right: the whole tree, the words for each change, the characters."""

    tree: Node
    words: tuple[str, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class _Change:
    tree: Node
    offered: str | Callable[[], str]
    span: Span

    @property
    def words(self) -> str:
        return self.offered if isinstance(self.offered, str) else self.offered()


class _Budget:
    """How much is still tried."""

    def __init__(self, nodes: int, confirmations: int) -> None:
        self.elements = nodes
        self.confirmations = confirmations


def mended(case: Case) -> Mended | None:
    """Return the most plausible single change that makes an equation right, else two, else None."""
    found = _mended(case, case.equation.expression)
    return found and replace(found, tree=_tidied(case, found.tree))


def _mended(case: Case, tree: Node) -> Mended | None:
    if found := _single(case, tree):
        return found
    if case.single and (found := _pair(case, tree, (mean_too_often,))):
        return found
    if found := _pair(case, tree):
        return found
    # Two mistakes, and the 1/m forgotten as well: that is common enough to be looked for.
    divided = Binary("/", tree, M)
    if case.single or case.letter not in ("dW", "db") or M in nodes(tree):
        return None
    found = _single(case, divided) or _pair(case, divided)
    return found and Mended(found.tree, (*found.words, "the 1/m is missing"), None)


def _single(case: Case, tree: Node) -> Mended | None:
    budget = _Budget(SINGLES, CONFIRMED)
    for change in changes(case, tree):
        if _mends(case, change.tree, budget):
            return Mended(change.tree, (change.words,), _told(change.span))
        if budget.elements < 0:
            return None
    return None


def _pair(case: Case, tree: Node, repairs: tuple[Repair, ...] = PAIRED) -> Mended | None:
    budget = _Budget(PAIRS, CONFIRMED)
    seen = {tree}
    for first in changes(case, tree, repairs):
        if first.tree in seen:
            continue
        seen.add(first.tree)
        for second in changes(case, first.tree, PAIRED):
            if second.tree in seen:
                continue
            seen.add(second.tree)
            if _mends(case, second.tree, budget):
                return _both(first, second)
            if budget.elements < 0:
                return None
    return None


def _both(first: _Change, second: _Change) -> Mended:
    """Name what makes the shapes fit before what makes the values right."""
    words = (first.words, second.words)
    if "1/m" in first.words:
        return Mended(second.tree, words[::-1], _told(second.span))
    return Mended(second.tree, words, _told(first.span))


def _mends(case: Case, tree: Node, budget: _Budget) -> bool:
    budget.elements -= sum(_cost(each) for each in nodes(tree))
    if _idle(tree) > _idle(case.equation.expression) or not case.seems(tree):
        return False
    # Where pieces begin is looked for with many networks.
    budget.confirmations -= PIECE if any(True for _ in edges(tree)) else 1
    return budget.confirmations >= 0 and case.everywhere(tree)


def _idle(tree: Node) -> int:
    """Count the parts that change nothing: no one would write them."""
    return sum(_without(each) is not None for each in nodes(tree))


def _without(element: Node) -> Node | None:
    """Return what is left of `x * 1`, of `x * y**0` and of `x * m / m`."""
    match element:
        case Binary(operator="*" | "/" | "**", left=left, right=right) if right == ONE:
            return left
        case Binary(operator="*", left=left, right=right) if left == ONE or _is_ones(left):
            return right
        case Binary(operator="*" | "/", left=left, right=right) if _is_ones(right):
            return left
        case Binary(operator="/", left=Binary(operator="*", left=left, right=right)) if (
            element.right == right == M
        ):
            return left
    return None


def _is_ones(element: Node) -> bool:
    return isinstance(element, Binary) and element.operator == "**" and element.right == ZERO


def _tidied(case: Case, tree: Node) -> Node:
    """Return a mended equation without the parts that change nothing."""
    for path, element in places(tree):
        rest = _without(element)
        if rest is not None:
            less = replaced(tree, path, rest)
            if case.everywhere(less):
                return _tidied(case, less)
    return tree


def _cost(element: Node) -> int:
    if isinstance(element, Call) and element.function in FUNCTIONS:
        return 1 if is_native(element.function) else BY_ENTRY
    return 1


def changes(case: Case, tree: Node, repairs: tuple[Repair, ...] = REPAIRS) -> Iterator[_Change]:
    """Yield every change that these repairs offer, the most plausible first."""
    sites = [(path, Site(case, element, _parent(tree, path))) for path, element in places(tree)]
    for offers in repairs:
        for path, site in sites:
            for element, words in offers(site):
                yield _Change(replaced(tree, path, element), words, site.element.span)


def _parent(tree: Node, path: tuple[int, ...]) -> Node | None:
    if not path:
        return None
    for index in path[:-1]:
        tree = children(tree)[index]
    return tree


def _told(span: Span) -> Span | None:
    return None if span == NOWHERE else span
