"""Sums and products of forms, at whatever indices, and forms in slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from derivcli.index_notation.canonical import collect, placed, put
from derivcli.index_notation.space import (
    COLUMN,
    ONE,
    ROW,
    Closing,
    Factor,
    Form,
    Frozen,
    Rational,
    Space,
    Unproved,
    frozen,
    whole,
)

MOST_SLOTS = 3


def constant(value: Rational) -> Form:
    """Return the form of a number."""
    return {ONE: whole(value)} if value else {}


def single(space: Space, number: int, at: tuple[int, ...], power: Rational = 1) -> Form:
    """Return the form of one atom, to a power."""
    indices = tuple(sorted(at)) if number in space.symmetric else at
    return {(((number, indices, whole(power)),), ()): 1}


def value(form: Form) -> Rational | None:
    """Return the number that a form is, None if it is none."""
    if not form:
        return 0
    return form[ONE] if len(form) == 1 and ONE in form else None


def combined(*parts: tuple[Rational, Form]) -> Form:
    """Return the sum of multiples of forms."""
    out: Form = {}
    for factor, form in parts:
        for term, coefficient in form.items():
            put(out, term, factor * coefficient)
    return out


def plus(left: Form, right: Form) -> Form:
    """Return left + right."""
    less, more = sorted((left, right), key=len)
    return _added(more, 1, less)


def minus(left: Form, right: Form) -> Form:
    """Return left - right."""
    return _added(left, -1, right)


def _added(form: Form, factor: Rational, other: Form) -> Form:
    out = dict(form)
    for term, coefficient in other.items():
        put(out, term, factor * coefficient)
    return out


def times(space: Space, *forms: Form) -> Form:
    """Return the product of forms, entry by entry."""
    first, *others = forms
    for other in others:
        out: Form = {}
        for (factors, ranges), coefficient in first.items():
            place(space, out, coefficient, factors, ranges, other, {})
        first = out
    return first


def place(
    space: Space,
    out: Form,
    coefficient: Rational,
    factors: Sequence[Factor],
    ranges: tuple[int, ...],
    form: Form,
    indices: Mapping[int, int],
) -> None:
    """Add to `out` a term times a form, whose free indices stand for indices of the term."""
    offset = len(ranges)
    for (inner, more), other in form.items():
        moved = placed(inner, indices, offset) if indices or (offset and more) else inner
        collect(space, out, coefficient * other, (*factors, *moved), ranges + more)


def renamed(space: Space, form: Form, indices: Mapping[int, int]) -> Form:
    """Return a form at other free indices."""
    out: Form = {}
    place(space, out, 1, (), (), form, indices)
    return out


def transposed(space: Space, form: Form) -> Form:
    """Return a form with its rows as columns."""
    return renamed(space, form, {ROW: COLUMN, COLUMN: ROW})


def summed(space: Space, form: Form, index: int, size: int) -> Form:
    """Return the sum over a free index."""
    out: Form = {}
    for (factors, ranges), coefficient in form.items():
        moved = placed(factors, {index: len(ranges)})
        collect(space, out, coefficient, moved, (*ranges, size))
    return out


def contracted(space: Space, left: Form, right: Form, at: int, size: int) -> Form:
    """Return the sum over k of left[..., k] times right, whose free index `at` is k."""
    out: Form = {}
    for (factors, ranges), coefficient in left.items():
        k = len(ranges)
        moved = placed(factors, {COLUMN: k})
        place(space, out, coefficient, moved, (*ranges, size), right, {at: k})
    return out


def free(forms: Iterable[Form]) -> list[int]:
    """Return the free indices of forms, ROW first."""
    found = {
        x for form in forms for factors, _ in form for _, at, _ in factors for x in at if x < 0
    }
    return sorted(found, reverse=True)


def close(space: Space, *forms: Form) -> Closing:
    """Return forms in slots: one closing for all that differ by the names of their indices."""
    key = tuple(map(frozen, forms))
    found = space.closed.get(key)
    if found is None:
        found = space.closed[key] = _closing(space, forms, free(forms))
    return found


def _closing(space: Space, forms: tuple[Form, ...], used: list[int]) -> Closing:
    if len(used) > MOST_SLOTS:
        raise Unproved
    best: tuple[tuple[Frozen, ...], Closing] | None = None
    symmetric = False
    for order in permutations(used):
        slots = {index: -1 - n for n, index in enumerate(order)}
        same = all(index == slot for index, slot in slots.items())
        moved = forms if same else tuple(renamed(space, form, slots) for form in forms)
        key = tuple(map(frozen, moved))
        if best is None or key < best[0]:
            best, symmetric = (key, Closing(moved, order, False)), False
        elif key == best[0]:
            symmetric = True
    assert best is not None
    closing = best[1]
    return Closing(closing.forms, closing.indices, symmetric and len(used) == 2)
