"""Powers, exponentials and logarithms of forms, taken apart as far as holds wherever defined.

log(u) is kept as log|u|, which is the same where it is defined, and may then be taken apart. An
even root of a factor whose sign is unknown is not taken apart: sqrt(u*v) is defined where both are
negative.
"""

from __future__ import annotations

from fractions import Fraction

from derivcli.index_notation.conditions import absolute, cells
from derivcli.index_notation.parts import (
    base,
    divided,
    is_one,
    monic,
    product,
    shared,
    sign,
    sign_of_factor,
)
from derivcli.index_notation.space import (
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
    whole,
)
from derivcli.index_notation.terms import (
    close,
    combined,
    constant,
    plus,
    renamed,
    single,
    times,
    value,
)
from derivcli.language.functions import FUNCTIONS

LARGEST_POWER = 8  # of a sum, that is multiplied out
LARGEST_EXPONENT = 10_000  # of a number
LARGEST_PRIME = 1_000  # beyond it a number under a root is not taken apart


def power(space: Space, form: Form, exponent: Rational) -> Form:
    """Return form**exponent. Raises Unproved where it is nowhere defined."""
    if exponent == 0:
        return constant(1)
    if exponent == 1:
        return form
    if exponent > 0 and exponent.denominator == 1:
        return _power(space, form, whole(exponent))
    return cells(space, form, lambda each: _power(space, each, whole(exponent)))


def _power(space: Space, form: Form, exponent: Rational) -> Form:
    if not form:
        if exponent < 0:
            raise Unproved
        return {}
    if exponent.denominator != 1:
        return _root(space, form, exponent)
    top, content, rest = monic(space, form)
    if 1 < exponent <= LARGEST_POWER and content and not is_one(rest):
        _whole_power(space, rest, int(exponent))
        return times(space, *[form] * int(exponent))
    outside = single_product(space, content, exponent)
    number = constant(_rational_power(top, int(exponent)))
    inside = _whole_power(space, rest, int(exponent))
    return times(space, number, outside, inside)


def single_product(space: Space, factors: tuple[Factor, ...], exponent: Rational) -> Form:
    """Return a product of factors to a power."""
    raised = [(atom, at, whole(each * exponent)) for atom, at, each in factors]
    return product(space, raised, constant(1))


def _whole_power(space: Space, rest: Form, exponent: int) -> Form:
    """Return a monic form without a common factor to a whole power."""
    if is_one(rest):
        return rest
    if 0 < exponent <= LARGEST_POWER:
        out = rest
        for _ in range(exponent - 1):
            out = times(space, out, rest)
        if exponent > 1:
            space.roots.setdefault(frozen(out), (rest, exponent))
        return out
    inner, times_over = space.roots.get(frozen(rest), (rest, 1))
    number, at = base(space, inner)
    if exponent > 0:
        # Multiplied out it would be too long: an atom whose powers are not taken together.
        return function(space, "**", [rest, constant(exponent)])
    return single(space, number, at, exponent * times_over)


def _root(space: Space, form: Form, exponent: Rational) -> Form:
    """Return a form to a power that is not whole, which needs it to be positive or 0."""
    even = exponent.denominator % 2 == 0
    if even and sign(space, form) == -POSITIVE:
        raise Unproved
    top, content, rest = monic(space, form)
    outside, inside = [], []
    lifted = constant(1)
    for factor in content:
        atom, at, own = factor
        nonnegative = sign_of_factor(space, (atom, at, 1)) > UNKNOWN
        if nonnegative or not even or own.denominator % 2 == 0:
            outside.append((atom, at, whole(own * exponent)))
        elif own.denominator == 1 and own % 2 == 0 and (own * exponent).denominator == 1:
            lifted = times(space, lifted, _absolute_power(space, factor, int(own * exponent)))
        else:
            inside.append(factor)
    under = product(space, inside, rest)
    number = roots_of_number(space, magnitude(top), exponent)
    if top < 0 and even:
        under = combined((-1, under))
    elif top < 0 and exponent.numerator % 2:  # a real root, of a sign
        number = combined((-1, number))
    return times(
        space,
        number,
        lifted,
        single_product(space, tuple(outside), 1),
        _under(space, under, exponent),
    )


def _absolute_power(space: Space, factor: Factor, exponent: int) -> Form:
    """Return |u|**exponent."""
    atom, at, _ = factor
    own = single(space, atom, at, exponent)
    if exponent % 2 == 0:
        return own
    rest = single(space, atom, at, exponent - 1) if exponent != 1 else constant(1)
    return times(space, rest, absolute(space, single(space, atom, at)))


def _under(space: Space, form: Form, exponent: Rational) -> Form:
    """Return what stays under a root."""
    if is_one(form):
        return form
    inner, times_over = space.roots.get(frozen(form), (form, 1))
    raised = whole(times_over * exponent)
    if times_over % 2 == 0 and exponent.denominator % 2 == 0:
        if raised.denominator != 1:
            number, at = base(space, form)
            return single(space, number, at, exponent)
        inner = absolute(space, inner) if raised % 2 else inner
        return power(space, inner, raised)
    number, at = base(space, inner)
    return single(space, number, at, raised)


def _rational_power(number: Rational, exponent: int) -> Rational:
    if magnitude(number) == 1:
        return number if exponent % 2 else 1
    if number.numerator.bit_length() * magnitude(exponent) > LARGEST_EXPONENT:
        raise Unproved
    return whole(Fraction(number) ** exponent)


def roots_of_number(space: Space, number: Rational, exponent: Rational) -> Form:
    """Return a positive number to a power, as powers of its prime factors."""
    factors = [
        (
            space.atom(Atom("prime", format(prime, "x"), sign=POSITIVE)),
            (),
            whole(times_over * exponent),
        )
        for prime, times_over in primes(number).items()
    ]
    return product(space, factors, constant(1))


def primes(number: Rational) -> dict[int, int]:
    """Return the prime factors of a positive number; what is left of it counts as one.

    >>> primes(12)
    {2: 2, 3: 1}
    """
    found: dict[int, int] = {}
    for part, direction in ((number.numerator, 1), (number.denominator, -1)):
        rest, prime = part, 2
        while prime * prime <= rest and prime < LARGEST_PRIME:
            while rest % prime == 0:
                rest //= prime
                found[prime] = found.get(prime, 0) + direction
            prime += 1
        if rest > 1:
            found[rest] = found.get(rest, 0) + direction
    return found


def function(space: Space, name: str, arguments: list[Form]) -> Form:
    """Return a function of forms as an atom of its own."""
    closing = close(space, *arguments)
    slots = len(closing.indices)
    row = FUNCTIONS.get(name)  # of a layer's activation nothing is known
    smooth = name == "**" or (row is not None and row.analytic)
    kinked = not smooth or space.kinked(closing.forms)
    atom = Atom("function", name, closing.forms, slots, closing.symmetric, kinked=kinked)
    return single(space, space.atom(atom), closing.indices)


def exponential(space: Space, form: Form) -> Form:
    """Return exp(form): a product of powers of exp(t), a factor for each term t."""
    return cells(space, form, lambda each: _exponential(space, each))


def _exponential(space: Space, form: Form) -> Form:
    out = constant(1)
    for term, coefficient in form.items():
        out = times(space, out, _exponential_of_term(space, term, coefficient))
    return out


def _exponential_of_term(space: Space, term: Term, coefficient: Rational) -> Form:
    factors, ranges = term
    if len(factors) == 1 and not ranges and factors[0][2] == 1:
        number, at, _ = factors[0]
        atom = space.atoms[number]
        if atom.kind == "logarithm":
            inner = renamed(space, atom.forms[0], {-1 - n: x for n, x in enumerate(at)})
            known = sign(space, inner)
            if known > UNKNOWN or (coefficient.denominator == 1 and coefficient % 2 == 0):
                return power(space, inner, coefficient)
            if coefficient.denominator == 1:
                return power(space, absolute(space, inner), coefficient)
    closing = close(space, {term: 1})
    kinked = space.kinked(closing.forms)
    slots = len(closing.indices)
    atom = Atom("exponential", "", closing.forms, slots, closing.symmetric, POSITIVE, kinked=kinked)
    return single(space, space.atom(atom), closing.indices, coefficient)


def logarithm(space: Space, form: Form) -> Form:
    """Return log|form|, which is log(form) where that is defined."""
    return cells(space, form, lambda each: _logarithm(space, each))


def _logarithm(space: Space, form: Form) -> Form:
    if not form:
        raise Unproved
    top, content, rest = monic(space, form)
    out: Form = {}
    for prime, times_over in primes(magnitude(top)).items():
        out = plus(out, combined((times_over, _logarithm_of(space, constant(prime)))))
    for factor in content:
        out = plus(out, _logarithm_of_factor(space, factor))
    if is_one(rest):
        return out
    inner, times_over = space.roots.get(frozen(rest), (rest, 1))
    return plus(out, combined((times_over, _logarithm_of(space, inner))))


def _logarithm_of_factor(space: Space, factor: Factor) -> Form:
    number, at, exponent = factor
    atom = space.atoms[number]
    slots = {-1 - n: x for n, x in enumerate(at)}
    if atom.kind == "exponential":
        return combined((exponent, renamed(space, atom.forms[0], slots)))
    if atom.kind == "base":
        return combined((exponent, _logarithm_of(space, renamed(space, atom.forms[0], slots))))
    if atom.kind == "prime":
        return combined((exponent, _logarithm_of(space, constant(int(atom.name, 16)))))
    return combined((exponent, _logarithm_of(space, single(space, number, at))))


def _logarithm_of(space: Space, form: Form) -> Form:
    """Return the atom log|form|."""
    closing = close(space, form)
    kinked, slots = space.kinked(closing.forms), len(closing.indices)
    atom = Atom("logarithm", "", closing.forms, slots, closing.symmetric, kinked=kinked)
    return single(space, space.atom(atom), closing.indices)


def general_power(space: Space, form: Form, exponent: Form) -> Form:
    """Return form**exponent, where the exponent need not be a number."""
    known = value(exponent)
    if known is not None:
        return power(space, form, known)
    if not form:
        return {} if sign(space, exponent) == POSITIVE else function(space, "**", [form, exponent])
    if sign(space, form) == POSITIVE:
        return exponential(space, times(space, exponent, logarithm(space, form)))
    positive = tuple(
        each for each in shared(space, form) if sign_of_factor(space, each) == POSITIVE
    )
    if positive:
        outside = single_product(space, positive, 1)
        inside = general_power(space, divided(space, form, positive), exponent)
        return times(space, general_power(space, outside, exponent), inside)
    steps = exponent.get(ONE, 0)
    steps = steps if steps.denominator == 1 else 0
    rest = combined((1, exponent), (-steps, constant(1)))
    space.took_apart = space.took_apart or (steps > 0 and sign(space, rest) <= UNKNOWN)
    return times(space, function(space, "**", [form, rest]), power(space, form, steps))
