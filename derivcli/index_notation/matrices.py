"""Inverses and determinants of square forms, their products taken apart."""

from __future__ import annotations

from derivcli.index_notation.parts import divided, leading, shared
from derivcli.index_notation.powers import general_power, power, single_product
from derivcli.index_notation.space import (
    COLUMN,
    DELTA,
    ROW,
    Atom,
    Factor,
    Form,
    Space,
    Unproved,
    frozen,
    quotient,
)
from derivcli.index_notation.terms import (
    constant,
    contracted,
    single,
    times,
    transposed,
)

UNIT: Form = {(((DELTA, (COLUMN, ROW), 1),), ()): 1}


def inverse(space: Space, form: Form, size: int) -> Form:
    """Return inv(form), of as many rows as columns. Raises Unproved where there is none."""
    scale, rest = _scaled(space, form)
    out = UNIT
    for part in _chain(space, rest, size):
        out = contracted(space, _inverse(space, part, size), out, ROW, size)
    return times(space, power(space, scale, -1), out)


def determinant(space: Space, form: Form, size: int) -> Form:
    """Return det(form)."""
    scale, rest = _scaled(space, form)
    raised = general_power(space, scale, size_form(space, size))
    for part in _chain(space, rest, size):
        raised = times(space, raised, _determinant(space, part, size))
    return raised


def size_form(space: Space, size: int) -> Form:
    """Return the range of an index as a number."""
    return constant(size) if size > 0 else single(space, space.size_atom(size), ())


def _scaled(space: Space, form: Form) -> tuple[Form, Form]:
    """Return a number and a matrix, whose product the form is."""
    if not form:
        raise Unproved
    content = tuple(factor for factor in shared(space, form) if not factor[1])
    rest = divided(space, form, content)
    top = rest[leading(rest)]
    scale = times(space, constant(top), single_product(space, content, 1))
    return scale, {term: quotient(each, top) for term, each in rest.items()}


def _chain(space: Space, form: Form, size: int) -> list[Form]:
    """Return the square matrices, all of one size, whose product the form is."""
    if len(form) != 1:
        return [form]
    ((factors, ranges),) = form
    left, at, found = list(factors), ROW, []
    while left and ranges and all(each == size for each in ranges):
        steps = [each for each in left if at in each[1]]
        if len(steps) != 1 or len(set(steps[0][1])) != 2 or steps[0][2] != 1:
            return [form]
        number, (row, column), _ = steps[0]
        forward = row == at
        found.append(single(space, number, (ROW, COLUMN) if forward else (COLUMN, ROW)))
        at = column if forward else row
        left.remove(steps[0])
    return found if at == COLUMN else [form]


def _inverse(space: Space, form: Form, size: int) -> Form:
    """Return the inverse of what is no product of square matrices."""
    if form == UNIT:
        return form
    known = _only(form)
    if known is not None and space.atoms[known[0]].kind == "inverse":
        inner = space.atoms[known[0]].forms[0]
        return inner if known[1] == (ROW, COLUMN) else transposed(space, inner)
    own, turned, symmetric = _orientation(space, form)
    _connected(own)
    atom = Atom("inverse", "", (own,), 2, symmetric, range=(size,), kinked=space.kinked([own]))
    return single(space, space.atom(atom), (COLUMN, ROW) if turned else (ROW, COLUMN))


def _determinant(space: Space, form: Form, size: int) -> Form:
    if form == UNIT:
        return constant(1)
    known = _only(form)
    if known is not None and space.atoms[known[0]].kind == "inverse":
        return power(space, determinant(space, space.atoms[known[0]].forms[0], size), -1)
    own, _, _ = _orientation(space, form)
    atom = Atom("determinant", "", (own,), range=(size,), kinked=space.kinked([own]))
    return single(space, space.atom(atom), ())


def _only(form: Form) -> Factor | None:
    """Return the factor that a form is."""
    if len(form) == 1:
        (((factors, ranges), coefficient),) = form.items()
        if coefficient == 1 and len(factors) == 1 and not ranges and factors[0][2] == 1:
            return factors[0]
    return None


def _orientation(space: Space, form: Form) -> tuple[Form, bool, bool]:
    """Return the form or its transpose, whether it is that one, and whether they are the same."""
    turned = transposed(space, form)
    one, other = frozen(form), frozen(turned)
    return (turned, True, False) if other < one else (form, False, one == other)


def _connected(form: Form) -> None:
    """Raise Unproved where rows and columns are those of a product of a column and a row."""
    if len(form) != 1:
        return
    ((factors, _),) = form
    reached, grown = {ROW}, True
    while grown:
        more = {x for _, at, _ in factors if reached & {*at} for x in at} - reached
        reached |= more
        grown = bool(more)
    if COLUMN not in reached:
        raise Unproved
