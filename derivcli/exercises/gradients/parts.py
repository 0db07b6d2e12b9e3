"""Edits by what the gradient is made of: slopes, factors and terms, and names of one shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from derivcli.exercises.gradients.answer_sites import (
    AnswerSite,
    Offer,
    bracketed,
    is_scale,
    written,
)
from derivcli.exercises.gradients.case import GradientCase
from derivcli.language.functions import FUNCTIONS
from derivcli.language.parser import parse
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Number,
    Unary,
    fold,
    joined,
    nodes,
    operands,
    rebuild,
    substitute,
)

ONE = Number(Fraction(1))
MOST_PARTS = 30
LONGEST_RUN = 3  # factors side by side that may be one slope: A1 * (1 - A1)


@dataclass(frozen=True, slots=True)
class SlopeOf:
    """The slope of a function that the program takes of something: tanh at Z1."""

    tree: Node
    function: str
    argument: Node

    @property
    def told(self) -> str:
        return f"the slope of {self.function} at {written(self.argument)}"


def slopes(case: GradientCase) -> list[SlopeOf]:
    """Return the slopes of all functions of one argument in the program."""
    found: dict[Node, SlopeOf] = {}
    for statement in case.program.statements:
        for node in nodes(statement.expression):
            if not isinstance(node, Call) or node.function not in FUNCTIONS:
                continue
            row = FUNCTIONS[node.function]
            if len(row.parameters) > 1:
                continue
            named = node == statement.expression and statement.typed
            value: Node = Name(statement.name) if named else node
            source = _text(row.short or row.partials[0])
            tree = substitute(source, {"u": node.arguments[0], "Y": value})
            tree = with_part(tree, node, value)  # 1 - tanh(Z)**2 is 1 - A**2
            found.setdefault(tree, SlopeOf(tree, node.function, node.arguments[0]))
    return list(found.values())


def with_part(tree: Node, old: Node, new: Node) -> Node:
    """Return a tree with another part wherever the old one stands."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        node = rebuild(node, parts)
        return new if node == old else node

    return fold(tree, visit)


@cache
def _text(source: str) -> Node:
    """Return a text of the table of functions, where it speaks of arrays."""
    return parse(source, arrays=("u", "Y")).output.expression


def parts(case: GradientCase) -> list[Node]:
    """Return what the gradient is made of, the larger parts first, numbers left out."""
    whole = case.expected
    found: dict[Node, None] = {}
    for node in nodes(whole):
        if node != whole and not isinstance(node, Number):
            found.setdefault(node)
    return list(found)[:MOST_PARTS]


def misplaced(site: AnswerSite) -> Iterator[Offer]:
    """A1*(1 - A1) -> 1 - A1**2; 1 - Z1**2 -> 1 - A1**2; A1 -> A1 > 0."""
    if not site.is_array or site.is_product_part:
        return
    for changed, run in _runs(site):
        for slope in slopes(site.case):
            yield (
                changed(slope.tree), "wrong slope",
                f"{written(run)} stands where {slope.told} is needed: {written(slope.tree)}",
            )  # fmt: skip


def _runs(site: AnswerSite) -> Iterator[tuple[Callable[[Node], Node], Node]]:
    """Yield what makes of something else a product without a run of its factors, and that run."""
    factors = operands("*", site.part)
    for length in range(1, LONGEST_RUN + 1):
        for start in range(len(factors) - length + 1):
            before, run = factors[:start], factors[start : start + length]
            behind = factors[start + length :]
            if site.whole and not before and not behind:
                continue

            def changed(
                other: Node, before: list[Node] = before, behind: list[Node] = behind
            ) -> Node:
                return joined("*", [*before, other, *behind])

            yield changed, joined("*", run)


def other_names(site: AnswerSite) -> Iterator[Offer]:
    """W1 -> W2, where both have one shape."""
    if not isinstance(site.part, Name):
        return
    case = site.case
    own = case.known.names.get(site.part.name, ())
    for name, shape in case.known.names.items():
        if name in (site.part.name, case.name) or not shape or shape != own:
            continue
        yield Name(name), "wrong name", f"{site.part.name} stands where {name} is needed"
    for name, shape in case.known.names.items():
        if shape and own and shape == own[::-1] and shape != own and name != case.name:
            yield Name(name), "wrong name", f"{site.part.name} stands where {name} is needed"


def too_much(site: AnswerSite) -> Iterator[Offer]:
    """U + v -> u; u * v -> u."""
    match site.part:
        case Binary(operator="+" | "-" | "*" | "/" as operator, left=left, right=right):
            kind = "term" if operator in "+-" else "factor"
            yield (
                left,
                f"{kind} too much",
                f"at {site.text}: leave out {operator} {bracketed(right)}",
            )
            if operator != "/":
                last = Unary("-", right) if operator == "-" else right
                yield last, f"{kind} too much", f"at {site.text}: leave out {written(left)}"
    if not site.is_product_part:
        for changed, run in _runs(site):
            rest = changed(ONE)
            yield rest, "factor too much", f"at {site.text}: leave out {written(run)}"


def missing_factors(site: AnswerSite) -> Iterator[Offer]:
    """W.T @ dZ -> W.T @ dZ * (1 - A**2): the slope, or another factor of the gradient."""
    if isinstance(site.part, Number):
        return
    for slope in slopes(site.case):
        changed = Binary("*", site.part, slope.tree)
        yield (
            changed,
            "slope missing",
            f"multiply {site.text} by {slope.told}, {written(slope.tree)}",
        )
    for part in parts(site.case):
        shown = written(part)
        for operator in "*/":
            changed = Binary(operator, site.part, part)
            word = "multiply" if operator == "*" else "divide"
            yield changed, "factor missing", f"{word} {site.text} by {shown}"
        for changed in (Binary("@", site.part, part), Binary("@", part, site.part)):
            yield changed, "factor missing", f"write {written(changed)}, not {site.text}"


def missing_terms(site: AnswerSite) -> Iterator[Offer]:
    """2*X.T @ r/m -> 2*X.T @ r/m + lam*w: a term of the gradient, or a part instead of another."""
    for part in parts(site.case):
        shown = written(part)
        for operator in "+-":
            changed = Binary(operator, site.part, part)
            yield changed, "term missing", f"at {site.text}: {operator} {shown} is missing"
        side = isinstance(site.parent, Comparison)  # any number above 0 would do in u > 0
        if not site.whole and not side and not is_scale(part, site.case):
            yield part, "wrong part", f"{site.text} stands where {shown} is needed"
