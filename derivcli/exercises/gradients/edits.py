"""THE table of edits: what to change at one place of a wrong answer, and the mistake's name.

An edit looks at one part of the student's own tree and offers what could stand there instead.
Whether that makes the answer right is tried, not argued.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.exercises.gradients.answer_sites import (
    AnswerSite,
    Offer,
    is_scale,
    multiplied,
    turned,
    written,
)
from derivcli.exercises.gradients.functions import (
    conditions,
    functions,
    inverses,
    numbers,
    powers,
)
from derivcli.exercises.gradients.parts import (
    misplaced,
    missing_factors,
    missing_terms,
    other_names,
    too_much,
)
from derivcli.exercises.gradients.totals import missing_sums, other_sums
from derivcli.language.tree import (
    Binary,
    Call,
    Name,
    Node,
    Number,
    Reduction,
    Transpose,
    Unary,
)

TWO = Number(Fraction(2))

Edit = Callable[[AnswerSite], Iterator[Offer]]  # a row: what it offers at a site


def _transpose(site: AnswerSite) -> Iterator[Offer]:
    """W @ dZ -> W.T @ dZ, and back."""
    if isinstance(site.part, Transpose):
        yield (
            site.part.operand, "transpose too much",
            f"{site.text} stands where {written(site.part.operand)} is needed",
        )  # fmt: skip
    elif not site.is_array or isinstance(site.parent, Transpose):
        return
    elif isinstance(site.part, Name | Call | Reduction):
        shown = written(turned(site.part))
        yield turned(site.part), "transpose missing", f"{site.text} stands where {shown} is needed"


def _transpose_whole(site: AnswerSite) -> Iterator[Offer]:
    """W @ (dZ - Y) -> W @ (dZ - Y).T."""
    if site.is_array and isinstance(site.part, Binary) and not isinstance(site.parent, Transpose):
        shown = written(turned(site.part))
        yield turned(site.part), "transpose missing", f"{site.text} stands where {shown} is needed"


def _order(site: AnswerSite) -> Iterator[Offer]:
    """A.T @ dZ -> dZ @ A.T, with the transposes that this needs."""
    match site.part:
        case Binary(operator="@", left=left, right=right):
            name = "factors in the wrong order"
            for one, other in _turns(right, left):
                changed = replace(site.part, left=one, right=other)
                yield changed, name, f"write {written(changed)}, not {site.text}"
            for one, other in _turns(left, right)[1:]:
                changed = replace(site.part, left=one, right=other)
                yield changed, "wrong transposes", f"write {written(changed)}, not {site.text}"


def _turns(one: Node, other: Node) -> list[tuple[Node, Node]]:
    """Return two factors as they are, both transposed, and one of them."""
    both = (turned(one), turned(other))
    return [(one, other), both, (both[0], other), (one, both[1])]


def _product(site: AnswerSite) -> Iterator[Offer]:
    """W.T * dZ -> W.T @ dZ, with the transposes that this needs; and back."""
    match site.part:
        case Binary(operator="*", left=left, right=right) if site.shape != ():
            if is_scale(left, site.case) or is_scale(right, site.case):
                return
            for one, other in (*_turns(left, right), *_turns(right, left)):
                changed = Binary("@", one, other)
                yield changed, "* instead of @", f"write {written(changed)}, not {site.text}"
        case Binary(operator="@", left=left, right=right):
            changed = Binary("*", left, right)
            yield changed, "@ instead of *", f"write {written(changed)}, not {site.text}"


def _brackets(site: AnswerSite) -> Iterator[Offer]:
    """(W.T @ dZ) @ s -> W.T @ (dZ * s): how products are put in brackets."""
    match site.part:
        case Binary(operator=outer, left=Binary(operator=inner, left=a, right=b), right=c):
            if {outer, inner} <= {"*", "@", "/"} and outer != inner:
                changed = Binary(inner, a, Binary(outer, b, c))
                yield changed, "brackets missing", f"write {written(changed)}"
    match site.part:
        case Binary(operator=outer, left=a, right=Binary(operator=inner, left=b, right=c)):
            if {outer, inner} <= {"*", "@", "/"} and outer != inner:
                changed = Binary(inner, Binary(outer, a, b), c)
                yield changed, "wrong brackets", f"write {written(changed)}"


def _scale(site: AnswerSite) -> Iterator[Offer]:
    """U -> u/m, 2*u, lam*u, of the whole or of a term."""
    if not site.is_term or isinstance(site.part, Number):
        return
    at = "" if site.whole else f": at {site.text}"
    for name in site.case.numbers:
        factor = Name(name)
        yield Binary("/", site.part, factor), f"1/{name} missing", f"divide by {name}{at}"
        yield multiplied(factor, site.part), f"factor {name} missing", f"multiply by {name}{at}"
    yield multiplied(TWO, site.part), "factor 2 missing", f"multiply by 2{at}"
    yield Binary("/", site.part, TWO), "factor 2 too much", f"divide by 2{at}"


def _less_scale(site: AnswerSite) -> Iterator[Offer]:
    """u/m -> u; 2*u -> u."""
    case = site.case
    match site.part:
        case Binary(operator="/", left=left, right=right) if is_scale(right, case):
            shown = written(right)
            yield left, f"1/{shown} too much", f"at {site.text}: leave out / {shown}"
            yield from _divided_apart(left, right)
        case Binary(operator="*", left=left, right=right):
            for factor, rest in ((left, right), (right, left)):
                if is_scale(factor, case):
                    name = f"factor {written(factor)} too much"
                    yield rest, name, f"at {site.text}: leave out {written(factor)}"
                    yield Binary("/", rest, factor), "* instead of /", (
                        f"at {site.text}: divide by {written(factor)}"
                    )  # fmt: skip


def _divided_apart(whole: Node, by: Node) -> Iterator[Offer]:
    """(u + v)/m -> u/m + v."""
    if isinstance(whole, Binary) and whole.operator in ("+", "-"):
        name = f"1/{written(by)} too much"
        one = replace(whole, left=Binary("/", whole.left, by))
        yield one, name, f"only {written(whole.left)} is divided by {written(by)}"
        other = replace(whole, right=Binary("/", whole.right, by))
        yield other, name, f"only {written(whole.right)} is divided by {written(by)}"


def _sign(site: AnswerSite) -> Iterator[Offer]:
    """Y - A -> A - Y; u + v -> u - v; u -> -u."""
    match site.part:
        case Binary(operator="-", left=left, right=right):
            swapped = replace(site.part, left=right, right=left)
            yield swapped, "wrong sign", f"write {written(swapped)}, not {site.text}"
            other = replace(site.part, operator="+")
            yield other, "wrong sign", f"write {written(other)}, not {site.text}"
        case Binary(operator="+"):
            other = replace(site.part, operator="-")
            yield other, "wrong sign", f"write {written(other)}, not {site.text}"
        case Unary(operator="-", operand=operand):
            yield operand, "wrong sign", f"there is a minus too much at {site.text}"
    if site.is_term or site.whole:
        yield Unary("-", site.part), "wrong sign", f"a minus is missing before {site.text}"


def _other_operator(site: AnswerSite) -> Iterator[Offer]:
    """U * v -> u + v; u * v -> u / v."""
    match site.part:
        case Binary(operator="+" | "-" | "*" | "/" as typed, left=left, right=right):
            for other in "+-*/":
                if other != typed:
                    changed = Binary(other, left, right)
                    name = f"{typed} instead of {other}"
                    yield changed, name, f"write {written(changed)}, not {site.text}"


# The more plausible first: those that leave the parts as they are, and those that put in others.
LIKELY: tuple[Edit, ...] = (
    other_sums, _transpose, _order, _transpose_whole, _product, _less_scale, _scale, _sign,
    _brackets, missing_sums,
)  # fmt: skip
OTHERS: tuple[Edit, ...] = (
    powers, other_names, conditions, numbers, functions, inverses, misplaced, _other_operator,
    too_much, missing_factors, missing_terms,
)  # fmt: skip
PIECES: tuple[Edit, ...] = (too_much, conditions)  # where it is right but for a piece
