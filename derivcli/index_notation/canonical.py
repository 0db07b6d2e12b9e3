"""Terms in canonical form: no delta that can be used, bound indices numbered by what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor

from derivcli.index_notation.space import (
    DELTA,
    LARGEST_FORM,
    ORDER,
    Factor,
    Form,
    Frozen,
    Rational,
    Space,
    Term,
    Unproved,
    whole,
)

FACTORS_A_STEP = 8  # of a term, that are work for one step
MOST_NUMBERINGS = 200  # of bound indices that nothing tells apart

Place = tuple[int, tuple[int, ...]]  # an atom, and the indices that it is at
Merged = dict[Place, Rational]


def collect(
    space: Space,
    out: Form,
    coefficient: Rational,
    factors: Sequence[Factor],
    ranges: tuple[int, ...],
) -> None:
    """Add a coefficient times the product of factors, summed over the bound indices, to `out`."""
    space.spend(1 + len(factors) // FACTORS_A_STEP)
    if any(factor[0] <= ORDER for factor in factors):
        factors, ranges = _without_deltas(factors, ranges)
        turned = next((each for each in factors if _turned(each)), None)
        if turned is not None:
            _turn(space, out, coefficient, turned, factors, ranges)
            return
    merged: Merged = {}
    for atom, indices, power in factors:
        key = atom, tuple(sorted(indices)) if atom in space.symmetric else indices
        merged[key] = merged.get(key, 0) + power
    coefficient = _tidied(space, coefficient, merged)
    used = {x for (_, indices), power in merged.items() if power for x in indices if x >= 0}
    for bound, size in enumerate(ranges):
        if bound not in used:
            if size > 0:
                coefficient *= size
            else:
                key = space.size_atom(size), ()
                merged[key] = merged.get(key, 0) + 1
    if coefficient:
        plain = [
            (atom, indices, whole(power)) for (atom, indices), power in merged.items() if power
        ]
        put(out, _canonical(space, plain, sorted(used), ranges), coefficient)


def put(out: Form, term: Term, coefficient: Rational) -> None:
    """Add a multiple of a term to `out`. Raises Unproved where there are too many."""
    found = out.get(term, 0) + coefficient
    if found:
        out[term] = whole(found)
        if len(out) > LARGEST_FORM:
            raise Unproved
    else:
        out.pop(term, None)


def _without_deltas(
    factors: Sequence[Factor], ranges: tuple[int, ...]
) -> tuple[list[Factor], tuple[int, ...]]:
    """Return the factors with every delta used; an index that is done away with has the range 1.

    Of two free indices the delta stays, and the one of them stands for both elsewhere.
    """
    rest, kept, left = list(factors), list[Factor](), list(ranges)
    while True:
        place = next((n for n, each in enumerate(rest) if each[0] == DELTA), None)
        if place is None:
            return [*rest, *kept], tuple(left)
        _, (x, y), power = rest.pop(place)
        if power < 0:
            raise Unproved
        if x == y:
            continue
        if max(x, y) >= 0:
            old, new = max(x, y), min(x, y)
            left[old] = 1
        else:
            old, new = min(x, y), max(x, y)
        rest, kept = _renamed(rest, old, new), _renamed(kept, old, new)
        if old < 0:
            kept.append((DELTA, (new, old), 1))


def _renamed(factors: Sequence[Factor], old: int, new: int) -> list[Factor]:
    return [
        (atom, tuple(new if x == old else x for x in indices), power)
        for atom, indices, power in factors
    ]


def _turned(factor: Factor) -> bool:
    """Is this k <= l, in the order that is not the canonical one?"""
    atom, indices, _ = factor
    if atom != ORDER:
        return False
    one, other = indices
    return (one < 0 <= other) or (one < 0 and other < 0 and one < other) or one == other


def _turn(
    space: Space,
    out: Form,
    coefficient: Rational,
    turned: Factor,
    factors: Sequence[Factor],
    ranges: tuple[int, ...],
) -> None:
    """Collect a term by [k <= l] = 1 - [l <= k] + [k == l]."""
    _, (one, other), power = turned
    if power < 0:
        raise Unproved
    rest = [each for each in factors if each is not turned]
    collect(space, out, coefficient, rest, ranges)
    if one != other:
        collect(space, out, -coefficient, [*rest, (ORDER, (other, one), 1)], ranges)
        collect(space, out, coefficient, [*rest, (DELTA, (one, other), 1)], ranges)


def _tidied(space: Space, coefficient: Rational, merged: Merged) -> Rational:
    """Give what is 0 or 1 the power 1, and take whole powers of numbers into the coefficient."""
    for key in [key for key in merged if key[0] in space.special and merged[key]]:
        atom, power = space.atoms[key[0]], merged[key]
        if atom.kind == "prime":
            outer = floor(power)
            coefficient = coefficient * _power(int(atom.name, 16), outer)
            merged[key] = power - outer
            continue
        if power < 0:
            raise Unproved
        merged[key] = 1
    if any(number in space.thresholds for number, _ in merged):
        return coefficient if _between_thresholds(space, merged) else 0
    return coefficient


def _between_thresholds(space: Space, merged: Merged) -> bool:
    """Leave of conditions u > s and u < t on one u the strongest; return whether both can hold."""
    strongest: dict[tuple[Frozen, tuple[int, ...], bool], tuple[Rational, Place]] = {}
    for number, indices in [key for key in merged if key[0] in space.thresholds and merged[key]]:
        line, threshold = space.thresholds[number]
        above = space.atoms[number].kind == "positive"
        other = strongest.get((line, indices, above))
        weaker: Place | None = (number, indices)
        if other is None or (threshold > other[0]) == above:
            strongest[line, indices, above] = threshold, (number, indices)
            weaker = other[1] if other else None
        if weaker is not None:
            merged[weaker] = 0
    return all(
        lower < strongest[line, indices, False][0]
        for (line, indices, above), (lower, _) in strongest.items()
        if above and (line, indices, False) in strongest
    )


def _power(base: int, exponent: int) -> Rational:
    return Fraction(base) ** exponent if exponent < 0 else base**exponent


def _canonical(
    space: Space, factors: list[Factor], bound: list[int], ranges: tuple[int, ...]
) -> Term:
    """Return a term whose bound indices are numbered in an order that does not depend on names.

    What no bound index connects is numbered on its own, and then put in order.
    """
    if not bound:
        return tuple(sorted(factors)), ()
    parts = [_connected_canonical(space, part, own, ranges) for part, own in _parts(factors, bound)]
    out = [each for each in factors if all(x < 0 for x in each[1])]
    sizes: list[int] = []
    for part, own_sizes in sorted(parts):
        out += placed(part, {}, len(sizes))
        sizes += own_sizes
    return tuple(sorted(out)), tuple(sizes)


def _parts(factors: list[Factor], bound: list[int]) -> list[tuple[list[Factor], list[int]]]:
    """Return the factors in groups that share no bound index, each with its indices."""
    if len(bound) == 1:
        return [([each for each in factors if bound[0] in each[1]], bound)]
    groups: list[tuple[list[Factor], set[int]]] = []
    for factor in factors:
        own = {x for x in factor[1] if x >= 0}
        if own:
            near = [group for group in groups if group[1] & own]
            groups = [group for group in groups if not group[1] & own]
            together = [each for group in near for each in group[0]]
            groups.append(([*together, factor], own.union(*(group[1] for group in near))))
    return [(part, sorted(own)) for part, own in groups]


def _connected_canonical(
    space: Space, factors: list[Factor], bound: list[int], ranges: tuple[int, ...]
) -> Term:
    best: Term | None = None
    for numbering in _numberings(space, factors, bound, ranges):
        term = tuple(sorted(_numbered(space, each, numbering) for each in factors))
        order = sorted(bound, key=numbering.__getitem__)
        found = term, tuple(ranges[k] for k in order)
        best = found if best is None or found < best else best
    assert best is not None
    return best


def placed(
    factors: Sequence[Factor], indices: Mapping[int, int], offset: int = 0
) -> tuple[Factor, ...]:
    """Return factors at other indices: the free ones by name, the bound ones moved up."""
    return tuple(
        (atom, tuple(indices.get(x, x) if x < 0 else x + offset for x in at), power)
        for atom, at, power in factors
    )


def _numbered(space: Space, factor: Factor, numbering: Mapping[int, int]) -> Factor:
    atom, indices, power = factor
    renamed = tuple(numbering.get(x, x) for x in indices)
    return atom, tuple(sorted(renamed)) if atom in space.symmetric else renamed, power


def _numberings(
    space: Space, factors: list[Factor], bound: list[int], ranges: tuple[int, ...]
) -> Iterator[dict[int, int]]:
    """Yield numberings of bound indices, of which the least term is canonical."""
    if len(bound) == 1:
        yield {bound[0]: 0}
        return
    sizes = {size: n for n, size in enumerate(sorted({ranges[k] for k in bound}))}
    waiting = [{k: sizes[ranges[k]] for k in bound}]
    found = 0
    while waiting:
        colors = _refined(space, factors, waiting.pop())
        cells: dict[int, list[int]] = {}
        for k, color in colors.items():
            cells.setdefault(color, []).append(k)
        tied = min(
            ((len(cell), color) for color, cell in cells.items() if len(cell) > 1), default=None
        )
        if tied is None:
            yield colors
            found += 1
            space.spend()
            if found + len(waiting) > MOST_NUMBERINGS:
                raise Unproved
            continue
        doubled = {k: 2 * color + 1 for k, color in colors.items()}
        waiting += [{**doubled, k: doubled[k] - 1} for k in cells[tied[1]]]


def _refined(space: Space, factors: list[Factor], colors: dict[int, int]) -> dict[int, int]:
    """Return colours of the bound indices by what stands beside them, as fine as can be."""
    while True:
        signatures = {
            k: (color, _surroundings(space, factors, colors, k)) for k, color in colors.items()
        }
        order = {each: n for n, each in enumerate(sorted(set(signatures.values())))}
        finer = {k: order[signatures[k]] for k in colors}
        if len(order) == len(set(colors.values())):
            return finer
        colors = finer


def _surroundings(
    space: Space, factors: list[Factor], colors: Mapping[int, int], k: int
) -> tuple[object, ...]:
    found = []
    for atom, indices, power in factors:
        if k in indices:
            places = [0 if x == k else x if x < 0 else colors[x] + 1 for x in indices]
            found.append(
                (atom, power, tuple(sorted(places) if atom in space.symmetric else places))
            )
    return tuple(sorted(found))
