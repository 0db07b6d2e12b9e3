"""Repairs that leave something out: a factor, a piece, the edge of a piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.language.functions import FUNCTIONS
from derivcli.language.matrices.tree import Apply, Element, Number, Operation, elements
from derivcli.network.judging.case import Case
from derivcli.network.judging.edges import LARGE
from derivcli.network.judging.kinks import in_pieces
from derivcli.network.judging.sites import M, Offer, Site

ZERO = Number(Fraction(0))


def piece_too_much(site: Site) -> Iterator[Offer]:
    """where(Z1 > 30, 0, dA1) -> dA1; A2 - Y + max(Z2 - 10, 0) -> A2 - Y.

    Looked for early: far from 0, where a piece begins, almost anything else could stand in it.
    """
    match site.element:
        case Apply(function="where", arguments=(_, value, otherwise)):
            for branch in (value, otherwise):
                yield branch, f"where is too much: write {site.case.text(branch)}"
        case Apply(function=name, arguments=both) if _chooses(name):
            for part in both:
                yield part, f"{name} is too much: write {site.case.text(part)}"
        case Operation(operator="+" | "-" | "*", left=left, right=right):
            if any(_thin(each) for part in (left, right) for each in elements(part)):
                yield from too_much(site)


def _thin(element: Element) -> bool:
    """May a part be seen far from 0 alone?"""
    far = isinstance(element, Number) and element.value > LARGE
    return far or in_pieces(element)


def edge(site: Site) -> Iterator[Offer]:
    """Z1 > 0.05 -> Z1 > 0: every activation has its kink at 0."""
    number, parent = site.element, site.parent
    if isinstance(number, Number) and number.value and parent and in_pieces(parent):
        yield ZERO, f"0 is needed, not {site.written}"
    match site.element:
        case Apply(function=name, arguments=(left, right)) if _chooses(name):
            for part, other in ((left, (ZERO, right)), (right, (left, ZERO))):
                words = f"0 is needed, not {site.case.text(part)}"
                yield replace(site.element, arguments=other), words


def _chooses(function: str) -> bool:
    """Is it one of its arguments: min, max?"""
    return function in FUNCTIONS and FUNCTIONS[function].variadic


def too_much(site: Site) -> Iterator[Offer]:
    """2 * (A2 - Y) -> A2 - Y; log(A2) -> A2: a part is left out."""
    match site.element:
        case Operation(operator=operator, left=left, right=right):
            yield left, _left_out(site, f"{operator} {bracketed(site.case, right)}", right)
            if operator not in ("/", "**"):
                yield right, _left_out(site, f"{bracketed(site.case, left)} {operator}", left)
        case Apply(arguments=(operand,)):
            yield operand, f"{site.element.function} is too much: write {site.case.text(operand)}"


def _left_out(site: Site, shown: str, part: Element) -> str:
    if site.case.single and M in elements(part):
        return f"one example has no mean: leave out '{shown}'"
    return f"'{shown}' is too much"


def bracketed(case: Case, element: Element) -> str:
    """Return a part of a sum or a product as it is written there."""
    shown = case.text(element)
    return f"({shown})" if isinstance(element, Operation) and element.operator != "**" else shown
