"""Numbers drawn for the names that were given none: short ones, at which a program has a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from derivcli.arrays.entries import Array, Entries, Float64Entries
from derivcli.arrays.evaluation import trace
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.values import arrays
from derivcli.errors import RefusedError, UndefinedError, UsageError
from derivcli.language.broadcasting import Shape, Size
from derivcli.language.sizes import Sized
from derivcli.language.tree import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALL_SIZES = range(2, 10_000)
TRIES = 80
SHORT, FINE = 100, 1_000_000  # of what part of 1 the numbers are multiples
LARGEST_CONDITION = 1e12  # of a matrix whose inverse has digits enough
FEW = 100  # entries, which short numbers tell apart
WIDEST = 2.0
# How a name is drawn: any real numbers, shares of 1, or numbers above 0.
WAYS: Mapping[str, Callable[[float], tuple[float, float]]] = {
    "real": lambda scale: (-WIDEST * scale, WIDEST * scale),
    "share": lambda _: (0.05, 0.95),
    "positive": lambda scale: (0.2 * scale, WIDEST * scale),
}


@dataclass(frozen=True, slots=True)
class Draw:
    """Numbers for names: `parts` are whole numbers of hundredths, or of finer `units`."""

    parts: Mapping[str, NDArray[np.int64]]
    units: Mapping[str, int]

    def arrays(self, entries: Entries) -> dict[str, Array]:
        """Return the numbers as arrays of these entries."""
        if isinstance(entries, Lifted):
            return {name: self._exact(name, entries) for name in self.parts}
        return {name: entries.array(parts / self.units[name]) for name, parts in self.parts.items()}

    def _exact(self, name: str, entries: Lifted) -> Array:
        unit = self.units[name]
        exact = np.frompyfunc(lambda part: Fraction(int(part), unit), 1, 1)
        return entries.array(np.asarray(exact(self.parts[name]), dtype=object))


NOTHING = Draw({}, {})


class _Invertible(Float64Entries):
    """float64, where a matrix that is singular but for rounding has no inverse."""

    def inverse(self, u: Array) -> Array:
        return super().inverse(_invertible(u))

    def log_determinant(self, u: Array) -> Array:
        return super().log_determinant(_invertible(u))


def _invertible(u: Array) -> Array:
    if np.linalg.cond(u) > LARGEST_CONDITION:
        raise UndefinedError("the matrix is singular")
    return u


def small_sizes(names: Iterable[str], given: Sized) -> dict[str, int]:
    """Return a number for each size that has none: small ones, no two the same."""
    taken = {size for shape in given.shapes.values() for size in shape if isinstance(size, int)}
    taken |= {*given.sizes.values()}
    free = (size for size in SMALL_SIZES if size not in taken)
    return {name: next(free) for name in names if name not in given.sizes}


def drawn(program: Program, given: Sized, names: Sequence[str], seed: int) -> Draw:
    """Return numbers for `names` at which every statement of a program has a value.

    `given` holds the numbers of all sizes, and the values of all other names. The same seed draws
    the same numbers.

    Raises UsageError where none are found.
    """
    if not names:
        return NOTHING
    entries = _Invertible(strict=True)
    known = arrays(given, entries)
    for ways, draw in _draws(names, given, seed):
        try:
            trace(program, {**known, **draw.arrays(entries)}, entries)
        except (UndefinedError, RefusedError) as error:
            if isinstance(error, RefusedError) and ways == 0:
                raise
            continue
        return draw
    raise UsageError(
        "no numbers were found at which the program and its gradient have a value",
        where="in --seed", hint="try another seed, or give some values by --at",
    )  # fmt: skip


def drawn_with_sizes(
    program: Program, given: Sized, sizes: Sequence[str], variables: Sequence[str], seed: int
) -> tuple[Sized, Draw, tuple[str, ...]]:
    """Return what is given with a number for each size, numbers for the variables, and who drew.

    The first size is the smallest, or where no numbers are found the last: X.T @ X has an inverse
    where X has more rows than columns.

    Raises UsageError where none are found.
    """
    wanted = [each for each in variables if each not in {*given.values, *given.sizes, *sizes}]
    more = [each for each in sizes if each not in given.sizes]

    def found(order: Sequence[str]) -> tuple[Sized, Draw, tuple[str, ...]]:
        numbers = {**given.sizes, **small_sizes(order, given)}
        known = replace(given, sizes=numbers)
        return known, drawn(program, known, wanted, seed), (*more, *wanted)

    try:
        return found(sizes)
    except UsageError:
        if len(more) < 2:
            raise
        return found(sizes[::-1])


def _draws(names: Sequence[str], given: Sized, seed: int) -> Iterator[tuple[int, Draw]]:
    random = np.random.default_rng(seed)
    for attempt in range(TRIES):
        uniform = [*WAYS][attempt : attempt + 1]
        parts, units = {}, {}
        for name in names:
            way = uniform[0] if uniform else random.choice([*WAYS])
            shape = _numbers(given.shapes.get(name, ()), given.sizes)
            parts[name], units[name] = _draw(random, shape, str(way))
        yield attempt, Draw(parts, units)


def _numbers(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    def number(size: Size) -> int:
        return size if isinstance(size, int) else sizes[size]

    return tuple(map(number, shape))


def _draw(random: Any, shape: tuple[int, ...], way: str) -> tuple[NDArray[np.int64], int]:
    """Return whole numbers, no two the same where there are few, and their unit."""
    count = prod(shape)
    unit = SHORT if count <= FEW else FINE
    scale = min(1.0, 2 / sqrt(max(shape, default=1)))  # products of large arrays stay small
    low, high = (round(unit * end) for end in WAYS[way](scale))
    if count <= FEW <= high - low:
        choices = np.setdiff1d(np.arange(low, high + 1), [0])
        found = random.choice(choices, size=count, replace=False)
    else:
        found = random.integers(low, high + 1, size=count)
    return np.asarray(found, dtype=np.int64).reshape(shape), unit
