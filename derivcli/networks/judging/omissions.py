"""Repairs that leave something out: a factor, a piece, the edge of a piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Binary, Call, Comparison, Node, Number, Piecewise, nodes
from derivcli.networks.judging.case import Case
from derivcli.networks.judging.edges import LARGE
from derivcli.networks.judging.kinks import in_pieces
from derivcli.networks.judging.repair_sites import M, Offer, Site

ZERO = Number(Fraction(0))
MOST_TERMS = 6  # of a sum, of which some are left out together


def piece_too_much(site: Site) -> Iterator[Offer]:
    """where(Z1 > 30, 0, dA1) -> dA1; A2 - Y + max(Z2 - 10, 0) -> A2 - Y.

    Looked for early: far from 0, where a piece begins, almost anything else could stand in it.
    """
    match site.element:
        case Piecewise(values=values, otherwise=otherwise):
            for branch in (*values, otherwise):
                yield branch, f"where is too much: write {site.case.text(branch)}"
        case Call(function=name, arguments=both) if _chooses(name):
            for part in both:
                yield part, f"{name} is too much: write {site.case.text(part)}"
        case Binary(operator="+" | "-" | "*", left=left, right=right):
            if any(_thin(each) for part in (left, right) for each in nodes(part)):
                yield from too_much(site)


def terms_too_much(site: Site) -> Iterator[Offer]:
    """A1 + relu(Z1 - 300) - (Z1 - 300) -> A1: terms that cancel each other nearly everywhere."""
    if not site.whole:
        return
    terms = _terms(site.element)
    for count in range(2, min(len(terms), MOST_TERMS)):
        for left_out in combinations(terms[1:], count):
            if not any(_thin(each) for _, term in left_out for each in nodes(term)):
                continue
            rest = terms[0][1]
            for sign, term in terms[1:]:
                if (sign, term) not in left_out:
                    rest = Binary(sign, rest, term)
            shown = " ".join(f"{sign} {bracketed(site.case, term)}" for sign, term in left_out)
            yield rest, f"'{shown}' is too much"


def _terms(element: Node) -> list[tuple[str, Node]]:
    """Return the terms of a sum with their signs, from left to right."""
    if isinstance(element, Binary) and element.operator in ("+", "-"):
        return [*_terms(element.left), (element.operator, element.right)]
    return [("+", element)]


def _thin(element: Node) -> bool:
    """May a part be seen far from 0 alone?"""
    far = isinstance(element, Number) and element.value > LARGE
    return far or in_pieces(element)


def edge(site: Site) -> Iterator[Offer]:
    """Z1 > 0.05 -> Z1 > 0: every activation has its kink at 0."""
    number, parent = site.element, site.parent
    if isinstance(number, Number) and number.value and parent and in_pieces(parent):
        yield ZERO, f"0 is needed, not {site.written}"
    match site.element:
        case Call(function=name, arguments=(left, right)) if _chooses(name):
            for part, other in ((left, (ZERO, right)), (right, (left, ZERO))):
                words = f"0 is needed, not {site.case.text(part)}"
                yield replace(site.element, arguments=other), words


def _chooses(function: str) -> bool:
    """Is it one of its arguments: min, max?"""
    return function in FUNCTIONS and FUNCTIONS[function].variadic


def too_much(site: Site) -> Iterator[Offer]:
    """2 * (A2 - Y) -> A2 - Y; log(A2) -> A2: a part is left out."""
    match site.element:
        case (
            Binary(operator=operator, left=left, right=right)
            | Comparison(operator=operator, left=left, right=right)
        ):
            yield left, _left_out(site, f"{operator} {bracketed(site.case, right)}", right)
            if operator not in ("/", "**"):
                yield right, _left_out(site, f"{bracketed(site.case, left)} {operator}", left)
        case Call(arguments=(operand,)):
            yield operand, f"{site.element.function} is too much: write {site.case.text(operand)}"


def _left_out(site: Site, shown: str, part: Node) -> str:
    if site.case.single and M in nodes(part):
        return f"one example has no mean: leave out '{shown}'"
    return f"'{shown}' is too much"


def bracketed(case: Case, element: Node) -> str:
    """Return a part of a sum or a product as it is written there."""
    shown = case.text(element)
    is_open = isinstance(element, Binary) and element.operator != "**"
    return f"({shown})" if isinstance(element, Comparison) or is_open else shown
