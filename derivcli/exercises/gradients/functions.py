"""Edits of powers, functions, conditions and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.exercises.gradients.answer_sites import AnswerSite, Offer, written
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Node,
    Number,
    Piecewise,
    Transpose,
    nodes,
)

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
SMALL = tuple(Number(Fraction(each)) for each in range(5))


def powers(site: AnswerSite) -> Iterator[Offer]:
    """1 - A -> 1 - A**2; w**2 -> w; u/norm(x)**2 -> u/norm(x)."""
    match site.part:
        case Binary(operator="**", left=left):
            yield left, "power too much", f"write {written(left)}, not {site.text}"
        case Number():
            return
        case _ if isinstance(site.parent, Binary) and site.parent.operator == "**":
            return
        case _:
            square = Binary("**", site.part, TWO)
            yield square, "square missing", f"write {written(square)}, not {site.text}"
    if not isinstance(site.part, Number):
        root = Call("sqrt", (site.part,))
        yield root, "root missing", f"write {written(root)}, not {site.text}"
        below = Binary("/", ONE, site.part)
        if isinstance(site.parent, Binary) and site.parent.operator == "*":
            yield below, "reciprocal missing", f"write 1/({site.text}), not {site.text}"


def numbers(site: AnswerSite) -> Iterator[Offer]:
    """3*w -> 2*w; 1 + A -> ..."""
    if isinstance(site.part, Number):
        for other in SMALL:
            if other != site.part:
                yield other, "wrong number", f"{site.text} stands where {written(other)} is needed"


def functions(site: AnswerSite) -> Iterator[Offer]:
    """log10(A) -> log(A); exp(z)*z -> exp(z); a function of the gradient, or none."""
    match site.part:
        case Call(function=own, arguments=(inner,)) if own in FUNCTIONS:
            for other in _of_one(site.case.expected):
                if other != own:
                    changed = Call(other, (inner,))
                    yield changed, "wrong function", f"write {written(changed)}, not {site.text}"
            yield inner, "function too much", f"write {written(inner)}, not {site.text}"
        case Call() | Number():
            return
        case _:
            for other in _of_one(site.case.expected):
                changed = Call(other, (site.part,))
                yield changed, "function missing", f"write {written(changed)}, not {site.text}"


def _of_one(tree: Node) -> list[str]:
    """Return the functions of one argument in a tree."""
    called = (
        node.function
        for node in nodes(tree)
        if isinstance(node, Call) and node.function in FUNCTIONS and len(node.arguments) == 1
    )
    return [*dict.fromkeys(called)]


def inverses(site: AnswerSite) -> Iterator[Offer]:
    """S @ X -> inv(S) @ X, and back."""
    match site.part:
        case Call(function="inv", arguments=(inner,)):
            yield inner, "inverse too much", f"write {written(inner)}, not {site.text}"
        case _ if site.shape and len(set(site.shape)) == 1 and site.shape != (1, 1):
            inverse = Call("inv", (site.part,))
            for changed in (inverse, Transpose(inverse)):
                yield changed, "inverse missing", f"write {written(changed)}, not {site.text}"


def conditions(site: AnswerSite) -> Iterator[Offer]:
    """U < 0 -> u > 0; where(c, u, v) -> where(c, v, u), or without the pieces."""
    match site.part:
        case Comparison(operator=typed) if typed in FLIPPED:
            other = replace(site.part, operator=FLIPPED[typed])
            yield other, "wrong condition", f"write {written(other)}, not {site.text}"
        case Piecewise(values=(first,), conditions=(condition,), otherwise=second):
            swapped = Piecewise((second,), (condition,), first)
            yield swapped, "pieces exchanged", f"write {written(swapped)}, not {site.text}"
            for branch in (first, second):
                yield branch, "pieces too much", f"write {written(branch)}, not {site.text}"
