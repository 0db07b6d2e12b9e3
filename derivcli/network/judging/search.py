"""The search for what mends a wrong equation: one change of the student's own, or two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from derivcli.errors import Span
from derivcli.graph.tape.formulas import is_native
from derivcli.language.functions import FUNCTIONS
from derivcli.language.matrices.tree import (
    NOWHERE,
    Apply,
    Element,
    Operation,
    children,
    elements,
    places,
    replaced,
)
from derivcli.network.judging.case import Case
from derivcli.network.judging.kinks import edges
from derivcli.network.judging.leftovers import ZERO
from derivcli.network.judging.repairs import ONE, PAIRED, REPAIRS, Repair
from derivcli.network.judging.sites import M, Site
from derivcli.network.judging.sums import mean_too_often

# What is tried, in elements evaluated: counted, not timed, so that the answer never depends on
# the machine.
SINGLES = 40_000
PAIRS = 30_000
CONFIRMED = 25
PIECE = 12  # confirmations that an equation in pieces costs
BY_ENTRY = 250  # elements' worth that a function costs which NumPy has not


@dataclass(frozen=True, slots=True)
class Mended:
    """An equation made right: the whole tree, the words for each change, the characters."""

    tree: Element
    words: tuple[str, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class _Change:
    tree: Element
    offered: str | Callable[[], str]
    span: Span

    @property
    def words(self) -> str:
        return self.offered if isinstance(self.offered, str) else self.offered()


class _Budget:
    """How much is still tried."""

    def __init__(self, elements: int, confirmations: int) -> None:
        self.elements = elements
        self.confirmations = confirmations


def mended(case: Case) -> Mended | None:
    """Return the most plausible single change that makes an equation right, else two, else None."""
    found = _mended(case, case.equation.expression)
    return found and replace(found, tree=_tidied(case, found.tree))


def _mended(case: Case, tree: Element) -> Mended | None:
    if found := _single(case, tree):
        return found
    if case.single and (found := _pair(case, tree, (mean_too_often,))):
        return found
    if found := _pair(case, tree):
        return found
    # Two mistakes, and the 1/m forgotten as well: that is common enough to be looked for.
    divided = Operation("/", tree, M)
    if case.single or case.letter not in ("dW", "db") or M in elements(tree):
        return None
    found = _single(case, divided) or _pair(case, divided)
    return found and Mended(found.tree, (*found.words, "the 1/m is missing"), None)


def _single(case: Case, tree: Element) -> Mended | None:
    budget = _Budget(SINGLES, CONFIRMED)
    for change in changes(case, tree):
        if _mends(case, change.tree, budget):
            return Mended(change.tree, (change.words,), _told(change.span))
        if budget.elements < 0:
            return None
    return None


def _pair(case: Case, tree: Element, repairs: tuple[Repair, ...] = PAIRED) -> Mended | None:
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


def _mends(case: Case, tree: Element, budget: _Budget) -> bool:
    budget.elements -= sum(_cost(each) for each in elements(tree))
    if _idle(tree) > _idle(case.equation.expression) or not case.seems(tree):
        return False
    # Where pieces begin is looked for with many networks.
    budget.confirmations -= PIECE if any(True for _ in edges(tree)) else 1
    return budget.confirmations >= 0 and case.everywhere(tree)


def _idle(tree: Element) -> int:
    """Count the parts that change nothing: no one would write them."""
    return sum(_without(each) is not None for each in elements(tree))


def _without(element: Element) -> Element | None:
    """Return what is left of `x * 1`, of `x * y**0` and of `x * m / m`."""
    match element:
        case Operation(operator="*" | "/" | "**", left=left, right=right) if right == ONE:
            return left
        case Operation(operator="*", left=left, right=right) if left == ONE or _is_ones(left):
            return right
        case Operation(operator="*" | "/", left=left, right=right) if _is_ones(right):
            return left
        case Operation(operator="/", left=Operation(operator="*", left=left, right=right)) if (
            element.right == right == M
        ):
            return left
    return None


def _is_ones(element: Element) -> bool:
    return isinstance(element, Operation) and element.operator == "**" and element.right == ZERO


def _tidied(case: Case, tree: Element) -> Element:
    """Return a mended equation without the parts that change nothing."""
    for path, element in places(tree):
        rest = _without(element)
        if rest is not None:
            less = replaced(tree, path, rest)
            if case.everywhere(less):
                return _tidied(case, less)
    return tree


def _cost(element: Element) -> int:
    if isinstance(element, Apply) and element.function in FUNCTIONS:
        return 1 if is_native(element.function) else BY_ENTRY
    return 1


def changes(case: Case, tree: Element, repairs: tuple[Repair, ...] = REPAIRS) -> Iterator[_Change]:
    """Yield every change that these repairs offer, the most plausible first."""
    sites = [(path, Site(case, element, _parent(tree, path))) for path, element in places(tree)]
    for offers in repairs:
        for path, site in sites:
            for element, words in offers(site):
                yield _Change(replaced(tree, path, element), words, site.element.span)


def _parent(tree: Element, path: tuple[int, ...]) -> Element | None:
    if not path:
        return None
    for index in path[:-1]:
        tree = children(tree)[index]
    return tree


def _told(span: Span) -> Span | None:
    return None if span == NOWHERE else span
