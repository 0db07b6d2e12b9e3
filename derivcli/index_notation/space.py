"""The atoms that terms are made of, what is known of their signs, and the work of a proof.

A term is a product of factors, summed over its bound indices 0, 1, ...; each has a range. A factor
is an atom at some indices, to a power. Negative indices are free: ROW and COLUMN of an array, or
the slots of an atom that holds a form of its own. A form is a sum of terms, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Rational = int | Fraction
Factor = tuple[int, tuple[int, ...], Rational]
Term = tuple[tuple[Factor, ...], tuple[int, ...]]
Form = dict[Term, Rational]
Frozen = tuple[tuple[Term, Rational], ...]
Kind = Literal[
    "delta", "order", "entry", "size", "constant", "prime", "base", "positive", "negative",
    "logarithm", "exponential", "function", "inverse", "determinant", "reduction",
    "reached",
]  # fmt: skip

ONE: Term = ((), ())
ZERO_OR_ONE = ("delta", "order", "positive", "negative", "reached")
ROW, COLUMN = -1, -2
LISTED = (-21, -22)  # free indices inside a reduction: those that it goes over
DELTA, ORDER = 0, 1  # the atoms that every space begins with

POSITIVE, NONNEGATIVE, UNKNOWN = 2, 1, 0  # signs; of what is negative or not positive, minus them

WORK = 60_000  # terms brought to canonical form in one proof
LARGEST_FORM = 1_500  # terms of one form


class Unproved(Exception):
    """The proof goes no further: too much work, or a form that has no value anywhere."""


@dataclass(frozen=True, slots=True)
class Atom:
    """What a factor is a power of, at as many indices as it has slots.

    `forms` are its inner forms, in the slots as free indices. A `symmetric` atom has one value for
    both orders of its two indices. `range` is that of the indices which it sums over or lists.
    `kinked` says that its value may stay 0 on a whole region without being 0 everywhere.
    """

    kind: Kind
    name: str = ""
    forms: tuple[Form, ...] = ()
    slots: int = 0
    symmetric: bool = False
    sign: int = UNKNOWN
    range: tuple[int, ...] = ()
    kinked: bool = False


@dataclass(slots=True)
class Space:
    """The atoms of one proof by number, so that equal ones are one.

    `almost` leaves out points that are but the border of a condition. `elementary` writes functions
    out by others where the table says how. `thresholds` holds, for the condition u > t or u < t,
    the u and the t, `lines` for the base u - t. `assumed` holds signs of atoms at indices while
    one case is gone through.
    """

    almost: bool = False
    elementary: bool = False
    work: int = WORK
    atoms: list[Atom] = field(default_factory=list)
    numbers: dict[object, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    known: dict[int, int] = field(default_factory=dict)  # signs, by atom
    symmetric: set[int] = field(default_factory=set)
    special: set[int] = field(default_factory=set)  # their powers are not like those of a number
    reducible: set[int] = field(default_factory=set)
    opposites: dict[int, int] = field(default_factory=dict)  # of u > 0, u < 0
    thresholds: dict[int, tuple[Frozen, Rational]] = field(default_factory=dict)
    lines: dict[int, tuple[Frozen, Rational]] = field(default_factory=dict)
    assumed: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)
    roots: dict[Frozen, tuple[Form, int]] = field(default_factory=dict)
    closed: dict[tuple[Frozen, ...], Closing] = field(default_factory=dict)
    rules: list[tuple[Term, Form]] = field(default_factory=list)
    wrote_out: bool = False  # a function was met that `elementary` writes out
    took_apart: bool = False  # u**(v + 1) as u**v * u, which has no value for u = 0, v = -1
    varied: str = ""  # the name by which is differentiated
    computed: frozenset[str] = frozenset()  # names that may stay 0: relu(X) does

    def __post_init__(self) -> None:
        for kind in ("delta", "order"):
            symmetric = kind == "delta"
            self.atom(Atom(kind, slots=2, symmetric=symmetric, sign=NONNEGATIVE, kinked=True))

    def atom(self, atom: Atom) -> int:
        """Return the number of an atom, new or known."""
        key = (atom.kind, atom.name, atom.range, *map(frozen, atom.forms))
        number = self.numbers.setdefault(key, len(self.atoms))
        if number == len(self.atoms):
            self.atoms.append(atom)
            if atom.symmetric:
                self.symmetric.add(number)
            if atom.kind in ("positive", "negative", "base"):
                line = {term: each for term, each in atom.forms[0].items() if term != ONE}
                at = self.lines if atom.kind == "base" else self.thresholds
                at[number] = frozen(line), -atom.forms[0].get(ONE, 0)
            if atom.kind in ZERO_OR_ONE or atom.kind == "prime":
                self.special.add(number)
            reduced = atom.kind in ("base", "inverse") or atom.name == "sin"
            if reduced or (atom.kind in ("positive", "negative") and not self.almost):
                self.reducible.add(number)
        return number

    def sign(self, number: int) -> int:
        """Return what is known of an atom's sign."""
        return self.known.get(number) or self.atoms[number].sign

    def size(self, size: int | str) -> int:
        """Return the range of an index: the size, or a negative number for its name."""
        if isinstance(size, int):
            return size
        return self.sizes.setdefault(size, -1 - len(self.sizes))

    def size_atom(self, code: int) -> int:
        """Return the atom of a size that has a name."""
        return self.atom(Atom("size", str(code), sign=POSITIVE))

    def spend(self, work: int = 1) -> None:
        """Count work. Raises Unproved where there has been too much of it."""
        self.work -= work
        if self.work < 0:
            raise Unproved

    def kinked(self, forms: Iterable[Form]) -> bool:
        """May one of the forms be 0 on a whole region, without being 0?"""
        return any(
            self.atoms[atom].kinked
            for form in forms
            for factors, _ in form
            for atom, _, _ in factors
        )


@dataclass(frozen=True, slots=True)
class Closing:
    """Forms in slots, the indices that the slots stand for, and whether their order matters."""

    forms: tuple[Form, ...]
    indices: tuple[int, ...]
    symmetric: bool


def frozen(form: Mapping[Term, Rational]) -> Frozen:
    """Return a form as a key: its terms in order."""
    return tuple(sorted(form.items()))


def whole(value: Rational) -> Rational:
    """Return a rational number as an int where it is one."""
    return value.numerator if value.denominator == 1 else value


def magnitude(value: Rational) -> Rational:
    """Return |value|."""
    return value if value >= 0 else -value


def quotient(left: Rational, right: Rational) -> Rational:
    """Return left / right, exactly."""
    return whole(Fraction(left) / right)
