"""Exact arithmetic: Fractions for as long as mathematics is rational, then balls.

A ball is Arb's: a midpoint and a radius that is proved to hold the number. A sign is read off a
ball only where the whole ball has it; otherwise `Uncertain` is raised, and the caller asks for
more digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from operator import add, mul, sub, truediv
from typing import TYPE_CHECKING, Any

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import DIVISION, NOT_REAL, TooLarge, Uncertain, Undefined
from derivcli.language.functions import Function
from derivcli.language.primitives import whole_root
from derivcli.language.tree import Binary, Call, Constant, Name, Node, Unary, number

if TYPE_CHECKING:
    from flint import arb

# The tree of a number that is known by its digits alone: nothing can be proved about it.
UNKNOWN: Node = Name("unknown")

EXACT_BITS = 32_768  # a Fraction larger than this goes on as a ball
MOST_NODES = 2_000  # of the tree of a ball: nobody proves anything about a larger one


class _Enclosures:
    """Arb, loaded when the first number is irrational, at the working precision."""

    digits = mp.dps
    loaded: Any = None

    def __getattr__(self, name: str) -> Any:
        if self.loaded is None:
            from derivcli.calculus import enclosures

            self.loaded = enclosures
            self.use(self.digits)
        value = getattr(self.loaded, name)
        setattr(self, name, value)
        return value

    def use(self, digits: int) -> None:
        self.digits = digits
        if self.loaded is not None:
            self.loaded.set_digits(digits)


_arb = _Enclosures()


@dataclass(frozen=True, slots=True, eq=False)
class Ball:
    """A real number somewhere in an enclosure; `tree`, of `size` nodes, says which one."""

    enclosure: arb
    tree: Node
    size: int = 1

    @classmethod
    def of(cls, enclosure: arb, make: Callable[..., Node], *parts: Real) -> Ball:
        """Return the ball of a number that is made of others; its tree is made of theirs.

        Raises Uncertain where the enclosure is not finite.
        """
        size = 1 + sum(part.size if isinstance(part, Ball) else 1 for part in parts)
        tree = UNKNOWN if size > MOST_NODES else make(*map(tree_of, parts))
        if not enclosure.is_finite():
            raise Uncertain(tree)
        return cls(enclosure, tree, size)

    @property
    def middle(self) -> mpf:
        """The midpoint, exactly."""
        middle: mpf = _arb.midpoint(self.enclosure)
        return middle

    @property
    def radius(self) -> mpf:
        """How far the number may be from the midpoint."""
        radius: mpf = _arb.radius(self.enclosure)
        return radius

    def __float__(self) -> float:
        """Return the float64 nearest to the midpoint."""
        return float(self.enclosure)

    def __add__(self, other: Real) -> Ball:
        return _combined("+", self, other)

    def __radd__(self, other: Real) -> Ball:
        return _combined("+", other, self)

    def __sub__(self, other: Real) -> Real:
        return _difference(self, other)

    def __rsub__(self, other: Real) -> Real:
        return _difference(other, self)

    def __mul__(self, other: Real) -> Real:
        return _product(self, other)

    def __rmul__(self, other: Real) -> Real:
        return _product(other, self)

    def __truediv__(self, other: Real) -> Ball:
        return _quotient(self, other)

    def __rtruediv__(self, other: Real) -> Ball:
        return _quotient(other, self)

    def __neg__(self) -> Ball:
        return Ball.of(-self.enclosure, lambda tree: Unary("-", tree), self)


Real = Fraction | Ball

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": truediv}


def enclosed(value: Real) -> arb:
    """Return the enclosure of a number at the working precision."""
    return value.enclosure if isinstance(value, Ball) else _arb.enclosure(value)


def ball(value: Real) -> Ball:
    """Return the value as a ball at the working precision."""
    return value if isinstance(value, Ball) else Ball(enclosed(value), number(value))


def differ(one: Real, other: Real) -> bool:
    """Are these two different numbers, for sure?"""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one != other
    return not enclosed(one).overlaps(enclosed(other))


def ends(value: Ball) -> tuple[arb, arb]:
    """Return the two ends that the number lies between."""
    return value.enclosure.lower(), value.enclosure.upper()


def decimal_ends(value: Ball, digits: int) -> tuple[Decimal, Decimal]:
    """Return two decimals that the number lies between, to `digits` digits or more."""
    found: tuple[Decimal, Decimal] = _arb.decimal_ends(value.enclosure, digits)
    return found


def is_minute(value: Ball) -> bool:
    """Is it so near to 0, or 0, that its exponent is not worth writing?"""
    return bool(value.enclosure.abs_upper() < _arb.SMALLEST)


def around(middle: mpf, radius: mpf, tree: Node = UNKNOWN) -> Ball:
    """Return the ball of a number that is known by its digits."""
    return Ball(_arb.interval(middle, radius), tree)


def between(low: Fraction, high: Fraction) -> Real:
    """Return the ball of a number that lies between two, or both ends where they are one."""
    return low if low == high else Ball(_arb.enclosure(low).union(_arb.enclosure(high)), UNKNOWN)


@cache
def span(row: Function) -> Ball | None:
    """Return a ball that holds all values of a function, or None where none is known."""
    if row.primitive is None:
        return None
    everything = [_arb.EVERYTHING] * len(row.parameters)
    try:
        value = row.primitive(_arb.FUNCTIONS, *everything)
    except (ValueError, ArithmeticError):
        return None
    return Ball(value, UNKNOWN) if value.is_finite() else None


def tree_of(value: Real) -> Node:
    """Return a constant tree that says which number this is."""
    return value.tree if isinstance(value, Ball) else number(value)


def _combined(operator: str, left: Real, right: Real) -> Ball:
    return Ball.of(
        OPERATIONS[operator](enclosed(left), enclosed(right)),
        lambda one, other: Binary(operator, one, other),
        left,
        right,
    )


def _difference(left: Real, right: Real) -> Real:
    if isinstance(left, Ball) and isinstance(right, Ball) and _same(left, right):
        return Fraction(0)
    return _combined("-", left, right)


def _same(one: Ball, other: Ball) -> bool:
    """Are these the same number by their trees? Where these are too deep, not as far as we know."""
    if one.tree is UNKNOWN or one.size != other.size:
        return False
    if one.enclosure.mid() != other.enclosure.mid():
        return False
    try:
        return one.tree == other.tree
    except RecursionError:
        return False


def _product(left: Real, right: Real) -> Real:
    if left == 0 or right == 0:  # only a Fraction equals 0
        return Fraction(0)
    return _combined("*", left, right)


def _quotient(left: Real, right: Real) -> Ball:
    if enclosed(right).contains(0):
        raise Uncertain(tree_of(right))
    return _combined("/", left, right)


class Exact:
    """Rational numbers for as long as possible, then balls of `digits` digits.

    `is_zero` decides whether a constant tree is exactly 0 (True, False, or None for "cannot
    tell"); it is asked only for balls that hold 0. With `last`, there will be no more digits: a
    number that still is not told from 0 is shown as smaller than some bound.
    """

    def __init__(
        self,
        digits: int,
        is_zero: Callable[[Node], bool | None] | None = None,
        *,
        last: bool = False,
    ) -> None:
        self.digits = digits
        self.is_zero = is_zero
        self.last = last

    def constant(self, value: Fraction) -> Real:
        return value

    def named(self, name: str) -> Real:
        return Ball(getattr(_arb.FUNCTIONS, name), Constant(name))

    def power(self, base: Real, exponent: Real) -> Real:
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            return self._whole_power(base, int(exponent))
        sign = self.sign(base)
        if sign <= 0 and isinstance(exponent, Ball):
            whole = exponent.enclosure.unique_fmpz()
            # sqrt(2)**2 is a whole number, too
            if whole is not None and self.sign(exponent - Fraction(int(whole))) == 0:
                return self._whole_power(base, int(whole))
        if sign < 0:
            raise Undefined(NOT_REAL)
        if sign == 0:
            if self.sign(exponent) > 0:
                return Fraction(0)
            raise Undefined(DIVISION)
        if (
            isinstance(base, Fraction)
            and isinstance(exponent, Fraction)
            and exponent.denominator < 100
        ):
            root = rational_root(base, exponent.denominator)
            if root is not None:
                return self._whole_power(root, exponent.numerator)
        value = enclosed(base) ** enclosed(exponent)
        if value.contains(0):  # as wide as that only far out
            _size_of_power(enclosed(base), enclosed(exponent))
        return Ball.of(value, _power, base, exponent)

    def _whole_power(self, base: Real, exponent: int) -> Real:
        if exponent == 0:
            return Fraction(1)
        if exponent < 0 and self.sign(base) == 0:
            raise Undefined(DIVISION)
        if isinstance(base, Fraction):
            bits = max(base.numerator.bit_length(), base.denominator.bit_length())
            if bits * abs(exponent) <= EXACT_BITS or abs(base) == 1 or base == 0:
                return base**exponent
            # By the logarithm: in thousands of squarings each digit would be lost.
            size = _size_of_power(enclosed(abs(base)), exponent).exp()
            value = -size if base < 0 and exponent % 2 else size
        else:
            value = _arb.whole_power(base.enclosure, exponent)
        return Ball.of(value, _power, base, Fraction(exponent))

    def primitive(self, row: Function, arguments: tuple[Real, ...]) -> Real:
        if row.name == "floor":
            return self._floor(arguments[0])
        rational = [value for value in arguments if isinstance(value, Fraction)]
        if row.rational and len(rational) == len(arguments):
            value = row.rational(*rational)
            if value is not None:
                return value
        if row.primitive is None:
            raise TypeError(f"{row.name} has no primitive")
        enclosure = row.primitive(_arb.FUNCTIONS, *map(enclosed, arguments))
        if not enclosure.is_finite():
            known = tuple(map(self._whole, arguments))
            if known != arguments:  # on the edge of the domain: asin(sin(pi/2))
                return self.primitive(row, known)
        return Ball.of(
            enclosure,
            lambda *trees: Call(row.name, trees),
            *arguments,
        )

    def _whole(self, value: Real) -> Real:
        """Return the whole number that a ball is proved to be, else the ball."""
        if isinstance(value, Fraction) or self.is_zero is None:
            return value
        whole = value.enclosure.unique_fmpz()
        if whole is None:
            return value
        rest = value - Fraction(int(whole))
        return Fraction(int(whole)) if self.is_zero(tree_of(rest)) else value

    def _floor(self, value: Real) -> Fraction:
        if isinstance(value, Fraction):
            return Fraction(math.floor(value))
        if value.enclosure.abs_lower() > 2**EXACT_BITS:
            raise TooLarge
        whole = value.enclosure.floor().unique_fmpz()
        if whole is not None:
            return Fraction(int(whole))
        border = value.enclosure.unique_fmpz()
        if border is None:
            raise Uncertain(value.tree)
        nearest = Fraction(int(border))
        return nearest if self.sign(value - nearest) >= 0 else nearest - 1

    def sign(self, value: Real) -> int:
        if isinstance(value, Fraction):
            return (value > 0) - (value < 0)
        if value.enclosure > 0:
            return 1
        if value.enclosure < 0:
            return -1
        if value.enclosure.is_zero() or (self.is_zero and self.is_zero(value.tree)):
            return 0
        raise Uncertain(value.tree)

    def checked(self, value: Real) -> Real:
        if isinstance(value, Fraction):
            if max(value.numerator.bit_length(), value.denominator.bit_length()) > EXACT_BITS:
                return ball(value)
        elif value.enclosure.abs_lower() > _arb.LARGEST:
            raise TooLarge
        return value


def _size_of_power(base: arb, exponent: Any) -> Any:
    """Return the logarithm of a power, or raise TooLarge."""
    size = base.log() * exponent
    if size > _arb.LONGEST:
        raise TooLarge
    return size


def _power(base: Node, exponent: Node) -> Node:
    return Binary("**", base, exponent)


def rational_root(value: Fraction, degree: int) -> Fraction | None:
    """Return the rational degree-th root of a value > 0, or None."""
    top, bottom = whole_root(value.numerator, degree), whole_root(value.denominator, degree)
    return None if top is None or bottom is None else Fraction(top, bottom)


@contextmanager
def exact(
    digits: int, is_zero: Callable[[Node], bool | None] | None = None, *, last: bool = False
) -> Iterator[Exact]:
    """Give an exact arithmetic; within the block, Arb and mpmath work with its digits."""
    outside = _arb.digits
    _arb.use(digits)
    try:
        with mp.workdps(digits):
            yield Exact(digits, is_zero, last=last)
    finally:
        _arb.use(outside)
