"""Is a form 0? It is rewritten by the equations that its atoms satisfy, term by term.

u * u**-1 = 1 for an atom u that is a sum: its leading term times u**-1 is 1 minus the rest. The
same with an inverse, and with a condition: u * [u > 0] + u * [u < 0] = u. All of them hold wherever
a term has a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivcli.index_notation.canonical import collect, placed
from derivcli.index_notation.never_zero import almost_never_zero
from derivcli.index_notation.parts import leading, power_of_base
from derivcli.index_notation.space import (
    COLUMN,
    DELTA,
    NONNEGATIVE,
    POSITIVE,
    ROW,
    ZERO_OR_ONE,
    Atom,
    Factor,
    Form,
    Frozen,
    Rational,
    Space,
    Term,
    frozen,
    quotient,
)
from derivcli.index_notation.terms import place

MOST_DENOMINATORS = 8

Indices = dict[int, int]


def vanishes(space: Space, form: Form) -> bool:
    """Return whether the form is 0 wherever it has a value; False says nothing."""
    form = reduced(space, form)
    for _ in range(MOST_DENOMINATORS):
        if not form:
            return True
        denominator = _denominator(space, form)
        if denominator is None:
            return False
        form = reduced(space, _multiplied(space, form, denominator))
    return not form


def reduced(space: Space, form: Form) -> Form:
    """Return the form rewritten by what its atoms satisfy, as far as it goes."""
    waiting, out = dict(form), Form()
    while waiting:
        term, coefficient = waiting.popitem()
        rewritten = _step(space, term)
        if rewritten is None:
            _add(out, term, coefficient)
            continue
        space.spend(len(rewritten))
        for other, factor in rewritten.items():
            _add(waiting, other, coefficient * factor)
    return out


def _add(out: Form, term: Term, coefficient: Rational) -> None:
    found = out.get(term, 0) + coefficient
    if found:
        out[term] = found
    else:
        out.pop(term, None)


def _step(space: Space, term: Term) -> Form | None:
    """Return a term rewritten once, None where no equation applies."""
    for place_, (number, at, power) in enumerate(term[0]):
        if number not in space.reducible:
            continue
        atom = space.atoms[number]
        others = [*term[0][:place_], *term[0][place_ + 1 :]]
        found = None
        match atom.kind:
            case "base" if power >= 1:
                found = power_of_base(space, term, term[0][place_])
            case "base":
                found = _cancelled(space, term, others, (number, at, power))
            case "positive" | "negative" if not space.took_apart:
                found = _decided(space, term, others, (number, at, power))
            case "inverse":
                found = _contracted(space, term, others, (number, at, power))
            case "function" if power >= 2 and power.denominator == 1:  # the sine
                found = _pythagoras(space, term, others, (number, at, power))
        if found is not None:
            return found
    for lead, instead in space.rules:
        for others, slots, ranges in matches(space, lead, {}, term, term[0]):
            out: Form = {}
            place(space, out, 1, others, ranges, instead, slots)
            return out
    return None


def _inner(space: Space, factor: Factor) -> tuple[Form, Indices]:
    """Return an atom's inner form, and the indices that its slots stand for."""
    number, at, _ = factor
    return space.atoms[number].forms[0], {-1 - n: x for n, x in enumerate(at)}


def _cancelled(space: Space, term: Term, others: list[Factor], factor: Factor) -> Form | None:
    """Rewrite lead * u**-1 as 1 - rest * u**-1, where u = lead + rest."""
    form, slots = _inner(space, factor)
    number, at, power = factor
    if power > 0:
        return None
    parted = _parted(space, term, factor)
    if parted is not None:
        return parted
    lead = leading(form)
    top = form[lead]
    for rest, _, ranges in matches(space, lead, slots, term, others):
        out: Form = {}
        raised = [*rest, (number, at, power + 1)] if power != -1 else rest
        collect(space, out, quotient(1, top), raised, ranges)
        less = {each: quotient(-c, top) for each, c in form.items() if each != lead}
        place(space, out, 1, [*rest, factor], ranges, less, slots)
        return out
    return None


def _parted(space: Space, term: Term, factor: Factor) -> Form | None:
    """Rewrite 1/(v*w), where w - v is a number d, as (1/v - 1/w)/d."""
    number, at, power = factor
    line, threshold = space.lines[number]
    for other in term[0]:
        same, where, raised = other
        if same == number or raised >= 0 or raised.denominator != 1 or power.denominator != 1:
            continue
        if same in space.lines and where == at and space.lines[same][0] == line:
            apart = threshold - space.lines[same][1]
        elif _is_atom(line, at, (same, where, 1)):
            apart = threshold
        else:
            continue
        if not apart:
            continue
        rest = [each for each in term[0] if each not in (factor, other)]
        out: Form = {}
        one, two = (
            [*rest, factor, (same, where, raised + 1)],
            [*rest, other, (number, at, power + 1)],
        )
        collect(space, out, quotient(1, apart), one, term[1])
        collect(space, out, quotient(-1, apart), two, term[1])
        return out
    return None


def _is_atom(line: Frozen, at: tuple[int, ...], factor: Factor) -> bool:
    """Is the line, its slots at these indices, one factor?"""
    if len(line) != 1:
        return False
    (((factors, ranges), coefficient),) = line
    slots = {-1 - n: x for n, x in enumerate(at)}
    return coefficient == 1 and not ranges and placed(factors, slots) == (factor,)


def _decided(space: Space, term: Term, others: list[Factor], factor: Factor) -> Form | None:
    """Rewrite lead * [u < 0] by u = u*[u > 0] + u*[u < 0].

    Where u >= 0, lead * [u > 0] likewise.
    """
    form, slots = _inner(space, factor)
    number, at, _ = factor
    atom = space.atoms[number]
    opposite = space.opposites[number]
    base = space.numbers["base", "", (), frozen(form)]
    known = space.sign(base) * (1 if atom.kind == "positive" else -1)
    if known < NONNEGATIVE and (known or atom.kind == "positive"):
        return None
    lead = leading(form)
    top = form[lead]
    for rest, _, ranges in matches(space, lead, slots, term, others):
        out: Form = {}
        place(space, out, quotient(1, top), rest, ranges, form, slots)
        if not known:
            other = [*rest, (opposite, at, 1)]
            place(space, out, quotient(-1, top), other, ranges, form, slots)
        less = {each: quotient(-c, top) for each, c in form.items() if each != lead}
        place(space, out, 1, [*rest, factor], ranges, less, slots)
        return out
    return None


def _contracted(space: Space, term: Term, others: list[Factor], factor: Factor) -> Form | None:
    """Rewrite lead @ inv(u) and inv(u) @ lead, where u = lead + rest: 1 minus inv(u) @ rest."""
    form, _ = _inner(space, factor)
    _, (row, column), power = factor
    lead = leading(form)
    top = form[lead]
    for own, inside, slot in ((column, ROW, COLUMN), (row, COLUMN, ROW)):
        if own < 0 or power != 1 or row == column:
            continue
        far = row if own == column else column
        for rest, slots, ranges in matches(space, lead, {inside: own}, term, others):
            if slot not in slots or any(own in at for _, at, _ in rest) or slots[slot] == own:
                continue
            out: Form = {}
            delta = (DELTA, (far, slots[slot]), 1)
            without = tuple(1 if k == own else size for k, size in enumerate(ranges))
            collect(space, out, quotient(1, top), [*rest, delta], without)
            less = {each: quotient(-c, top) for each, c in form.items() if each != lead}
            indices = {inside: own, slot: slots[slot]}
            place(space, out, 1, [*rest, factor], ranges, less, indices)
            return out
    return None


def _pythagoras(space: Space, term: Term, others: list[Factor], factor: Factor) -> Form:
    """Rewrite sin(u)**2 as 1 - cos(u)**2."""
    number, at, power = factor
    atom = space.atoms[number]
    cosine = space.atom(
        Atom("function", "cos", atom.forms, atom.slots, atom.symmetric, kinked=atom.kinked)
    )
    rest = [*others, (number, at, power - 2)] if power != 2 else others
    out: Form = {}
    collect(space, out, 1, rest, term[1])
    collect(space, out, -1, [*rest, (cosine, at, 2)], term[1])
    return out


def matches(
    space: Space, pattern: Term, fixed: Mapping[int, int], term: Term, factors: Sequence[Factor]
) -> Iterator[tuple[list[Factor], Indices, tuple[int, ...]]]:
    """Yield ways to find a pattern among the factors of a term: what is left, indices, ranges.

    The pattern's bound indices must be bound in the term, and occur nowhere else in it: what is
    left is no longer summed over them, so that their ranges are 1.
    """
    wanted, ranges = pattern
    mine = [factor for factor in term[0] if factor not in factors]  # the one that is rewritten by
    waiting: list[tuple[int, Indices, list[Factor]]] = [(0, dict(fixed), list(factors))]
    while waiting:
        space.spend()
        count, found, rest = waiting.pop()
        if count == len(wanted):
            own = {found[k] for k in range(len(ranges))}
            if not any(x in own for _, at, _ in (*rest, *mine) for x in at):
                yield rest, found, tuple(1 if k in own else n for k, n in enumerate(term[1]))
            continue
        atom, at, power = wanted[count]
        for n, (other, where, present) in enumerate(rest):
            left = present - power
            if other != atom or left * power < 0:
                continue
            orders = (where, where[::-1]) if atom in space.symmetric else (where,)
            for order in orders:
                bound = _bound(found, at, order, ranges, term[1])
                if bound is not None:
                    kept = [(other, where, left)] if left else []
                    waiting.append((count + 1, bound, [*rest[:n], *kept, *rest[n + 1 :]]))


def _bound(
    found: Indices,
    wanted: tuple[int, ...],
    at: tuple[int, ...],
    ranges: tuple[int, ...],
    actual: tuple[int, ...],
) -> Indices | None:
    """Return what the pattern's indices stand for when it is laid on indices of the term."""
    bound = dict(found)
    for x, y in zip(wanted, at, strict=True):
        if x in bound:
            if bound[x] != y:
                return None
            continue
        if x >= 0 and (y < 0 or actual[y] != ranges[x] or y in bound.values()):
            return None
        if any(other == y and k >= 0 for k, other in bound.items()):
            return None
        bound[x] = y
    return bound


def _denominator(space: Space, form: Form) -> Factor | None:
    """Return the lowest power at free indices by which all terms may be multiplied.

    A condition, or a delta, may leave out the points where the denominator is 0: it then has to
    stay.
    """
    lowest: dict[tuple[int, tuple[int, ...]], Rational] = {}
    guarded = False
    for factors, _ in form:
        for number, at, power in factors:
            kind = space.atoms[number].kind
            guarded = guarded or kind in ZERO_OR_ONE
            if kind == "base" and power < 0 and all(x < 0 for x in at):
                lowest[number, at] = min(lowest.get((number, at), 0), power)
    for (number, at), power in sorted(lowest.items()):
        if not guarded or _is_no_zero(space, number):
            return number, at, power
    return None


def _is_no_zero(space: Space, number: int) -> bool:
    """Is what a base stands for known not to be 0, or almost nowhere?"""
    almost = space.almost and almost_never_zero(space, space.atoms[number].forms[0])
    return almost or abs(space.sign(number)) == POSITIVE


def _multiplied(space: Space, form: Form, denominator: Factor) -> Form:
    number, at, power = denominator
    out: Form = {}
    for (factors, ranges), coefficient in form.items():
        collect(space, out, coefficient, (*factors, (number, at, -power)), ranges)
    return out
