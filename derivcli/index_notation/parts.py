"""A form as a number times factors times the rest, the rest as an atom, and the sign of it all."""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.index_notation.canonical import collect, placed, put
from derivcli.index_notation.space import (
    DELTA,
    NONNEGATIVE,
    ONE,
    POSITIVE,
    UNKNOWN,
    Atom,
    Factor,
    Form,
    Rational,
    Space,
    Term,
    Unproved,
    frozen,
    magnitude,
    quotient,
)
from derivcli.index_notation.terms import MOST_SLOTS, close, free, place


def degree(term: Term) -> Rational:
    """Return the sum of the sizes of a term's powers."""
    return sum((magnitude(power) for _, _, power in term[0]), 0)


def leading(form: Form) -> Term:
    """Return the greatest term of a form: of the highest degree, one without a delta if any."""
    return max(form, key=lambda term: (_without_delta(term), degree(term), term))


def _without_delta(term: Term) -> bool:
    return all(atom != DELTA for atom, _, _ in term[0])


def shared(space: Space, form: Form) -> tuple[Factor, ...]:
    """Return what every term of the form has as a factor, at free indices."""
    first, *others = (_powers(space, term) for term in form)
    common, keys = first, set(first)
    for powers in others:
        keys |= powers.keys()
        common = {key: min(common.get(key, 0), powers.get(key, 0)) for key in keys}
    return tuple(sorted((atom, at, power) for (atom, at), power in common.items() if power))


def _powers(space: Space, term: Term) -> dict[tuple[int, tuple[int, ...]], Rational]:
    return {
        (atom, at): power
        for atom, at, power in term[0]
        if all(x < 0 for x in at)
        and (atom not in space.special or space.atoms[atom].kind == "prime")
    }


def divided(space: Space, form: Form, factors: Sequence[Factor]) -> Form:
    """Return the form over a product of factors."""
    return product(space, [(atom, at, -power) for atom, at, power in factors], form)


def product(space: Space, factors: Sequence[Factor], form: Form) -> Form:
    """Return the product of factors times the form."""
    if not factors:
        return form
    out: Form = {}
    for (inner, ranges), coefficient in form.items():
        collect(space, out, coefficient, (*factors, *inner), ranges)
    return out


def monic(space: Space, form: Form) -> tuple[Rational, tuple[Factor, ...], Form]:
    """Return c, factors and rest: the form is c times the factors times the rest.

    The rest's greatest term has the coefficient 1; it is 1 where the form is one product. Raises
    Unproved where the form turns out to be 0.
    """
    content = shared(space, form)
    rest = multiplied_out(space, divided(space, form, content))
    if not rest:
        raise Unproved
    again = shared(space, rest)
    if again:
        content, rest = _joined(content, again), divided(space, rest, again)
    top = rest[leading(rest)]
    return top, content, {term: quotient(each, top) for term, each in rest.items()}


def _joined(content: tuple[Factor, ...], again: tuple[Factor, ...]) -> tuple[Factor, ...]:
    powers = {(atom, at): power for atom, at, power in content}
    for atom, at, power in again:
        powers[atom, at] = powers.get((atom, at), 0) + power
    return tuple((atom, at, power) for (atom, at), power in sorted(powers.items()) if power)


def multiplied_out(space: Space, form: Form) -> Form:
    """Return a form without whole powers of forms."""
    waiting, out = dict(form), Form()
    while waiting:
        term, coefficient = waiting.popitem()
        factor = next((each for each in term[0] if _is_power(space, each)), None)
        expanded = {term: 1} if factor is None else power_of_base(space, term, factor)
        for other, each in expanded.items():
            put(out if factor is None else waiting, other, coefficient * each)
    return out


def _is_power(space: Space, factor: Factor) -> bool:
    return factor[2] >= 1 and space.atoms[factor[0]].kind == "base"


def power_of_base(space: Space, term: Term, factor: Factor) -> Form:
    """Return a term with one power of a base multiplied out."""
    number, at, power = factor
    others = [each for each in term[0] if each is not factor]
    rest = [*others, (number, at, power - 1)] if power != 1 else others
    out: Form = {}
    slots = {-1 - n: x for n, x in enumerate(at)}
    place(space, out, 1, rest, term[1], space.atoms[number].forms[0], slots)
    return out


def is_one(form: Form) -> bool:
    """Is the form the number 1?"""
    return len(form) == 1 and form.get(ONE) == 1


def base(space: Space, form: Form) -> tuple[int, tuple[int, ...]]:
    """Return the atom that stands for a whole form, and its indices."""
    closing = close(space, form)
    kinked = space.kinked(closing.forms)
    assumed, space.assumed = space.assumed, {}  # an atom's own sign is that of every case
    slots, known = len(closing.indices), sign(space, form)
    space.assumed = assumed
    atom = Atom("base", "", closing.forms, slots, closing.symmetric, known, kinked=kinked)
    return space.atom(atom), closing.indices


def sign(space: Space, form: Form, *, inner: bool = False) -> int:
    """Return POSITIVE, NONNEGATIVE, UNKNOWN, or minus one of them: what is known of all values."""
    signs = [
        (1 if coefficient > 0 else -1) * _sign_of_term(space, term, inner=inner)
        for term, coefficient in form.items()
    ]
    found = NONNEGATIVE if not signs else _common(signs)
    return _sign_of_whole(space, form) if found == UNKNOWN and space.assumed else found


def _common(signs: Sequence[int]) -> int:
    """Return the sign of a sum of parts of these signs."""
    if min(signs) > 0:
        return max(signs)
    return min(signs) if max(signs) < 0 else UNKNOWN


def _sign_of_whole(space: Space, form: Form) -> int:
    """Return the sign of a number plus a form that stands in a condition."""
    rest = {term: coefficient for term, coefficient in form.items() if term != ONE}
    if not rest or len(free([rest])) > MOST_SLOTS:
        return UNKNOWN
    top = rest[leading(rest)]
    closing = close(space, {term: quotient(each, top) for term, each in rest.items()})
    number = space.numbers.get(("base", "", (), frozen(closing.forms[0])))
    if number is None:
        return UNKNOWN
    known = space.assumed.get((number, closing.indices)) or space.sign(number)
    signs = [known if top > 0 else -known]
    if ONE in form:
        signs.append(POSITIVE if form[ONE] > 0 else -POSITIVE)
    return _common(signs)


def _sign_of_term(space: Space, term: Term, *, inner: bool = False) -> int:
    found = POSITIVE
    for factor in term[0]:
        own = sign_of_factor(space, factor, inner=inner)
        if own == UNKNOWN:
            return UNKNOWN
        strict = abs(own) == abs(found) == POSITIVE
        found = (1 if (own > 0) == (found > 0) else -1) * (POSITIVE if strict else NONNEGATIVE)
    return found


def sign_of_factor(space: Space, factor: Factor, *, inner: bool = False) -> int:
    """Return what is known of the sign of an atom's power; an `inner` one is not looked into."""
    number, at, power = factor
    own = space.sign(number)
    if own == UNKNOWN and space.assumed:
        own = space.assumed.get((number, at), UNKNOWN)
        free_base = space.atoms[number].kind == "base" and all(x < 0 for x in at)
        if own == UNKNOWN and free_base and not inner:
            own = _sign_inside(space, number, at)
    strict = POSITIVE if abs(own) == POSITIVE or power < 0 else NONNEGATIVE
    if power.denominator % 2 == 0 or power.numerator % 2 == 0:
        return strict
    return UNKNOWN if own == UNKNOWN else strict if own > 0 else -strict


def _sign_inside(space: Space, number: int, at: tuple[int, ...]) -> int:
    """Return the sign of the form that a base stands for, at its indices."""
    slots = {-1 - n: x for n, x in enumerate(at)}
    moved = {
        (placed(factors, slots), ranges): coefficient
        for (factors, ranges), coefficient in space.atoms[number].forms[0].items()
    }
    return sign(space, moved, inner=True)
