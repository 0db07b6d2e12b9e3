"""Conditions on forms as atoms that are 0 or 1, and what a form needs to have a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

from derivcli.index_notation.canonical import placed
from derivcli.index_notation.never_zero import almost_never_zero
from derivcli.index_notation.parts import base, is_one, monic, product, sign, sign_of_factor
from derivcli.index_notation.reducing import reduced
from derivcli.index_notation.space import (
    LISTED,
    NONNEGATIVE,
    POSITIVE,
    UNKNOWN,
    ZERO_OR_ONE,
    Atom,
    Factor,
    Form,
    Kind,
    Space,
    Unproved,
    frozen,
)
from derivcli.index_notation.terms import (
    constant,
    free,
    minus,
    plus,
    renamed,
    single,
    times,
)

MOST_CELLS = 4  # conditions in one form that are gone through
MOST_FACTORS = 3  # whose signs make that of a product

SIDES: tuple[Kind, ...] = ("positive", "negative")  # of the form in a condition

Need = tuple[int, int]  # an atom's number, and the sign that it must have


def cells(space: Space, form: Form, action: Callable[[Form], Form], depth: int = 0) -> Form:
    """Return action(form), one after the other for what conditions in the form may be: 0 or 1."""
    found = _condition(space, form)
    if found is None:
        return action(form)
    if depth == MOST_CELLS:
        raise Unproved
    number, at = found
    opposite = space.opposites.get(number)
    choices = [number] if opposite is None else [number, opposite]
    out: Form = {}
    rest = constant(1)
    for chosen in choices:
        inside = _case(space, form, choices, chosen, at, action, depth)
        holds = single(space, chosen, at)
        out = plus(out, times(space, holds, inside))
        rest = minus(rest, holds)
    outside = _case(space, form, choices, None, at, action, depth)
    return plus(out, times(space, rest, outside))


def _case(
    space: Space,
    form: Form,
    choices: list[int],
    chosen: int | None,
    at: tuple[int, ...],
    action: Callable[[Form], Form],
    depth: int,
) -> Form:
    """Go through one case: its condition gives signs while it lasts."""
    before = space.assumed
    space.assumed = {**before, **_facts(space, choices[0], chosen, at)}
    try:
        return cells(space, _assumed(form, choices, chosen, at), action, depth + 1)
    finally:
        space.assumed = before


def _facts(
    space: Space, condition: int, chosen: int | None, at: tuple[int, ...]
) -> dict[tuple[int, tuple[int, ...]], int]:
    """Return the signs that a condition's u has where it holds, or where none of a pair does."""
    kind = space.atoms[condition if chosen is None else chosen].kind
    if kind not in ("positive", "negative") or (chosen is None and condition in space.opposites):
        return {}
    sign = POSITIVE if kind == "positive" else -POSITIVE
    if chosen is None:
        sign = -NONNEGATIVE
    (inner,) = space.atoms[condition].forms
    found = {(space.numbers["base", "", (), frozen(inner)], at): sign}
    if len(inner) == 1:
        ((factors, ranges),) = inner
        if len(factors) == 1 and not ranges and factors[0][2] == 1:
            ((own, where, _),) = placed(factors, {-1 - n: x for n, x in enumerate(at)})
            found[own, where] = sign
    return found


def _condition(space: Space, form: Form) -> tuple[int, tuple[int, ...]] | None:
    """Return an atom that is 0 or 1, at free indices, that stands in the form."""
    for factors, _ in form:
        for number, at, _ in factors:
            kind = space.atoms[number].kind
            if kind in ZERO_OR_ONE and all(x < 0 for x in at):
                return number, at
    return None


def _assumed(form: Form, choices: list[int], chosen: int | None, at: tuple[int, ...]) -> Form:
    """Return the form where one of the conditions is 1, the others are 0."""
    out: Form = {}
    for (factors, ranges), coefficient in form.items():
        here = [number for number, where, _ in factors if number in choices and where == at]
        if all(number == chosen for number in here):
            rest = tuple(each for each in factors if each[0] not in here or each[1] != at)
            out = plus(out, {(rest, ranges): coefficient})
    return out


def conditions(space: Space, form: Form) -> tuple[Form, Form]:
    """Return [form > 0] and [form < 0]."""
    return (
        cells(space, form, lambda each: _holds(space, each)[0]),
        cells(space, form, lambda each: _holds(space, each)[1]),
    )


def _holds(space: Space, form: Form) -> tuple[Form, Form]:
    direction = 1
    if not reduced(space, form):
        return {}, {}
    for _ in range(2):  # as it stands, and rewritten
        decided = _decided(space, form)
        if decided is not None:
            return decided if direction > 0 else decided[::-1]
        form, turned = _stripped(space, form)
        form, direction = reduced(space, form), direction * turned
    decided = _decided(space, form) or _atoms(space, form)
    return decided if direction > 0 else decided[::-1]


def _decided(space: Space, form: Form) -> tuple[Form, Form] | None:
    """Return [form > 0] and [form < 0] where they are known."""
    if not form:
        return {}, {}
    known = sign(space, form)
    if abs(known) == POSITIVE:
        return (constant(1), {}) if known > 0 else ({}, constant(1))
    return reached(space, form)


def _atoms(space: Space, form: Form) -> tuple[Form, Form]:
    """Return [form > 0] and [form < 0] by those of its factors."""
    number, at, direction = signed_base(space, form)
    top, content, rest = monic(space, form)
    parts = [] if is_one(rest) else [rest]
    parts += [single(space, atom, where) for atom, where, _ in content]
    even = [False] * (len(parts) - len(content))
    even += [power.numerator % 2 == 0 for _, _, power in content]
    if space.sign(number) or not 1 < len(parts) <= MOST_FACTORS:
        found = _atoms_of_base(space, number, at)
        return found if direction > 0 else found[::-1]
    above, below = (constant(1), Form()) if top > 0 else (Form(), constant(1))
    for part, is_even in zip(parts, even, strict=True):
        more, less = _atoms_of_base(space, *base(space, part))
        more, less = (plus(more, less), Form()) if is_even else (more, less)
        above, below = (
            plus(times(space, above, more), times(space, below, less)),
            plus(times(space, above, less), times(space, below, more)),
        )
    return above, below


def _atoms_of_base(space: Space, number: int, at: tuple[int, ...]) -> tuple[Form, Form]:
    """Return [u > 0] and [u < 0], of the form u that a base stands for."""
    (inner,) = space.atoms[number].forms
    symmetric = number in space.symmetric
    known = space.sign(number)
    once = known == UNKNOWN and space.almost and almost_never_zero(space, inner)
    above, below = (
        space.atom(Atom(kind, "", (inner,), len(at), symmetric, NONNEGATIVE, kinked=True))
        for kind in SIDES
    )
    positive, negative = single(space, above, at), single(space, below, at)
    if once:
        negative = minus(constant(1), positive)
    else:
        space.opposites.update({above: below, below: above})
    if known:
        strict, none = abs(known) == POSITIVE, Form()
        positive = none if known < 0 else constant(1) if strict else positive
        negative = none if known > 0 else constant(1) if strict else negative
    return positive, negative


def reached(space: Space, form: Form) -> tuple[Form, Form] | None:
    """Return [form > 0] and [form < 0] where the form is an entry minus the largest of its like.

    The same of the smallest. Whether it is the largest is an atom of its own.
    """
    for (factors, ranges), coefficient in form.items():
        if len(factors) != 1 or ranges or abs(coefficient) != 1:
            continue
        number, at, power = factors[0]
        atom = space.atoms[number]
        if atom.kind != "reduction" or atom.name == "prod" or power != 1:
            continue
        entry = {term: -coefficient * each for term, each in form.items() if term[0] != factors}
        slots = {-1 - n: x for n, x in enumerate(at)}
        for listed in permutations(free([entry]), len(atom.range)):
            inside = dict(zip(LISTED, listed, strict=False))
            if renamed(space, atom.forms[0], {**slots, **inside}) == entry:
                equal = single(space, extreme_atom(space, number), (*at, *listed))
                apart, none = minus(constant(1), equal), constant(0)
                below = (coefficient < 0) == (atom.name == "max")
                return (none, apart) if below else (apart, none)
    return None


def extreme_atom(space: Space, reduction: int) -> int:
    """Return the atom that is 1 where an entry is the largest, or the smallest, else 0."""
    atom = space.atoms[reduction]
    slots = atom.slots + len(atom.range)
    return space.atom(replace(atom, kind="reached", slots=slots, sign=NONNEGATIVE, kinked=True))


def signed_base(space: Space, form: Form) -> tuple[int, tuple[int, ...], int]:
    """Return a base that has the sign of the form, or with -1 the opposite one, and its indices."""
    inner, direction = _stripped(space, form)
    number, at = base(space, inner)
    return number, at, direction


def _stripped(space: Space, form: Form) -> tuple[Form, int]:
    """Return a form without factors whose sign is known, and 1, or -1 for the opposite sign."""
    coefficient, content, rest = monic(space, form)
    odd: list[Factor] = []
    for factor in content:
        known = sign_of_factor(space, factor)
        if abs(known) == POSITIVE:
            coefficient *= 1 if known > 0 else -1
        elif factor[2].denominator % 2 and factor[2].numerator % 2:
            odd.append((factor[0], factor[1], 1))
        else:
            odd.append(factor)
    return product(space, odd, rest), 1 if coefficient > 0 else -1


def compared(space: Space, operator: str, difference: Form) -> Form:
    """Return 1 where `difference operator 0` holds, else 0."""
    above, below = conditions(space, difference)
    one = constant(1)
    match operator:
        case ">":
            return above
        case "<":
            return below
        case ">=":
            return minus(one, below)
        case "<=":
            return minus(one, above)
        case "!=":
            return plus(above, below)
    return minus(minus(one, above), below)


def absolute(space: Space, form: Form) -> Form:
    """Return |form|."""
    above, below = conditions(space, form)
    return times(space, form, minus(above, below))


def needed(space: Space, form: Form, strict: bool) -> frozenset[Need]:
    """Return what it takes for a form to be positive, or if not `strict` not negative.

    Raises Unproved where it never is.
    """
    known = sign(space, form)
    if (known == POSITIVE) or (known == NONNEGATIVE and not strict):
        return frozenset()
    if not form or known == -POSITIVE or (known == -NONNEGATIVE and strict):
        raise Unproved
    if _condition(space, form) is not None:
        return frozenset()
    number, _, direction = signed_base(space, form)
    return frozenset({(number, direction * (POSITIVE if strict else NONNEGATIVE))})


def learn(space: Space, needs: frozenset[Need]) -> bool:
    """Take signs as known; return whether one of them is new. Raises Unproved where two clash."""
    new = False
    for number, needed_sign in sorted(needs):
        old = space.sign(number)
        if old * needed_sign < 0:
            raise Unproved
        if abs(needed_sign) > abs(old):
            new = True
            for each in (number, _entry(space, number)):
                if each is not None:
                    space.known[each] = needed_sign
    return new


def _entry(space: Space, number: int) -> int | None:
    """Return the atom that a base is but another name for."""
    (inner,) = space.atoms[number].forms
    if len(inner) == 1:
        ((factors, ranges),) = inner
        if not ranges and len(factors) == 1:
            own, at, power = factors[0]
            if power == 1 and len(set(at)) == len(at):
                return own
    return None
