"""Forms that are 0 at next to no point: their values change with a variable."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derivcli.index_notation.canonical import collect
from derivcli.index_notation.parts import sign
from derivcli.index_notation.space import POSITIVE, Factor, Form, Space, Term
from derivcli.index_notation.terms import free, renamed, value
from derivcli.language.functions import FUNCTIONS

FREED = -40  # the first of the free indices that stand for those of a sum
DEEPEST = 6
NUMBERS = ("size", "constant", "prime")


def almost_never_zero(space: Space, form: Form) -> bool:
    """Return whether a form is known to be 0 on a set of measure 0, whatever the indices and sizes.

    The variable of a derivative alone moves it there: what else there is is held, and may be where
    the form is 0. Two free indices may be the same: the form on the diagonal must not be 0 either.
    """
    diagonals = [renamed(space, form, {two: one}) for one, two in combinations(free([form]), 2)]
    return all(_is_not_zero(space, each, 0, by=space.varied) for each in (form, *diagonals))


def _is_not_zero(space: Space, form: Form, depth: int, by: str = "") -> bool:
    """Is a form next to never 0, as the entries of a name change, or those of any?"""
    if form and abs(sign(space, form)) == POSITIVE:
        return True
    if value(form) is not None:
        return bool(form)
    if depth > DEEPEST:
        return False
    if len(form) == 1 and not next(iter(form))[1]:
        ((factors, _),) = form
        return all(_factor_is_not_zero(space, each, depth + 1, by) for each in factors)
    return _varies(space, form, depth + 1, by)


def _factor_is_not_zero(space: Space, factor: Factor, depth: int, by: str) -> bool:
    return abs(space.sign(factor[0])) == POSITIVE or _atom_varies(space, factor[0], depth, by)


def _atom_varies(space: Space, number: int, depth: int, by: str) -> bool:
    """Is the atom analytic and not constant?"""
    atom = space.atoms[number]
    if atom.kind == "entry":
        return not atom.kinked and by in ("", atom.name)
    row = FUNCTIONS.get(atom.name)
    analytic = atom.kind != "function" or (row is not None and row.analytic)
    smooth = atom.kind in ("base", "exponential", "logarithm", "function") and not atom.kinked
    inner = len(atom.forms) == 1 and depth <= DEEPEST
    return analytic and smooth and inner and _varies(space, atom.forms[0], depth + 1, by)


def _varies(space: Space, form: Form, depth: int, by: str) -> bool:
    """Does the form change with one of its atoms, by a coefficient that is not 0?"""
    inside = _inside(space, form)
    numbers = {number for factors, _ in form for number, _, _ in factors}
    alone = {number for number in numbers if space.atoms[number].kind not in NUMBERS}
    for number in sorted(numbers):
        changes = _atom_varies(space, number, depth, by)
        entry = changes and space.atoms[number].kind == "entry" and number not in inside
        # Of a function of a variable a polynomial is taken, with numbers as coefficients.
        single = changes and alone == {number}
        if entry or single:
            for coefficient in _coefficients(space, form, number):
                return depth <= DEEPEST and _is_not_zero(space, coefficient, depth + 1)
    return False


def _inside(space: Space, form: Form) -> set[int]:
    """Return the atoms that stand in the forms of others."""
    waiting = [number for factors, _ in form for number, _, _ in factors]
    found: set[int] = set()
    while waiting:
        for inner in space.atoms[waiting.pop()].forms:
            for factors, _ in inner:
                more = {number for number, _, _ in factors} - found
                found |= more
                waiting += more
    return found


def _coefficients(space: Space, form: Form, number: int) -> Iterator[Form]:
    """Yield the coefficient of an atom's highest power, where it is at the same indices throughout.

    An atom under a sum that occurs once is taken at one index of the sum.
    """
    terms = [term for term in form if any(factor[0] == number for factor in term[0])]
    factors = [factor for term in terms for factor in term[0] if factor[0] == number]
    (_, at, _), *others = factors
    if any(x >= 0 for x in at):
        if not others:
            yield _freed(space, form, terms[0], factors[0])
    elif all(factor[1] == at for factor in others):
        highest = max(factor[2] for factor in factors)
        taken = (number, at, highest)
        yield {
            (tuple(each for each in term[0] if each != taken), term[1]): form[term]
            for term in terms
            if taken in term[0]
        }


def _freed(space: Space, form: Form, term: Term, factor: Factor) -> Form:
    """Return a term without a factor, at whose bound indices it is looked at."""
    rest = [each for each in term[0] if each != factor]
    at = {x: FREED - x for x in factor[1] if x >= 0}
    moved = [(number, tuple(at.get(x, x) for x in where), power) for number, where, power in rest]
    ranges = tuple(1 if bound in at else size for bound, size in enumerate(term[1]))
    out: Form = {}
    collect(space, out, form[term], moved, ranges)
    return out
