"""Exact arithmetic: Fractions for as long as mathematics is rational, then balls.

A ball is a midpoint with mpmath's digits and a radius that holds every error made so far. A sign
is read off a ball only where the whole ball has it; otherwise `Uncertain` is raised, and the
caller asks for more digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from mpmath import mp, mpc, mpf

from derivcli.calculus.arithmetic import (
    DIVISION,
    LARGEST_BITS,
    NOT_REAL,
    TooLarge,
    Uncertain,
    Undefined,
)
from derivcli.language.functions import Function, whole_root
from derivcli.language.tree import Binary, Call, Constant, Name, Node, Unary, number

# The tree of a number that is known by its digits alone: nothing can be proved about it.
UNKNOWN: Node = Name("unknown")

EXACT_BITS = 32_768  # a Fraction larger than this goes on as a ball


@dataclass(frozen=True, slots=True, eq=False)
class Ball:
    """A real number somewhere in [middle - radius, middle + radius]; `tree` says which one."""

    middle: mpf
    radius: mpf
    tree: Node

    def __add__(self, other: Real) -> Real:
        return _sum("+", self, other)

    def __radd__(self, other: Real) -> Real:
        return _sum("+", other, self)

    def __sub__(self, other: Real) -> Real:
        return _sum("-", self, other)

    def __rsub__(self, other: Real) -> Real:
        return _sum("-", other, self)

    def __mul__(self, other: Real) -> Real:
        return _product(self, other)

    def __rmul__(self, other: Real) -> Real:
        return _product(other, self)

    def __truediv__(self, other: Real) -> Ball:
        return _quotient(self, other)

    def __rtruediv__(self, other: Real) -> Ball:
        return _quotient(other, self)

    def __neg__(self) -> Ball:
        return Ball(-self.middle, self.radius, Unary("-", self.tree))


Real = Fraction | Ball


def _ulp(value: mpf) -> mpf:
    """Return a bound of the error of one mpmath operation with this result."""
    return abs(value) * mpf(2) ** (4 - mp.prec)


def ball(value: Real) -> Ball:
    """Return the value as a ball at the working precision."""
    if isinstance(value, Ball):
        return value
    middle = mpf(value.numerator) / value.denominator
    return Ball(middle, _ulp(middle), number(value))


def tree_of(value: Real) -> Node:
    """Return a constant tree that says which number this is."""
    return value.tree if isinstance(value, Ball) else number(value)


def _sum(operator: str, left: Real, right: Real) -> Real:
    a, b = ball(left), ball(right)
    if operator == "-" and a.middle == b.middle and _same(a.tree, b.tree):
        return Fraction(0)
    middle = a.middle + b.middle if operator == "+" else a.middle - b.middle
    return Ball(middle, a.radius + b.radius + _ulp(middle), Binary(operator, a.tree, b.tree))


def _same(one: Node, other: Node) -> bool:
    """Are these the same tree? One too deep to compare is not, as far as we know."""
    try:
        return one == other
    except RecursionError:
        return False


def _product(left: Real, right: Real) -> Real:
    if left == 0 or right == 0:  # only a Fraction equals 0
        return Fraction(0)
    a, b = ball(left), ball(right)
    middle = a.middle * b.middle
    spread = abs(a.middle) * b.radius + abs(b.middle) * a.radius + a.radius * b.radius
    return Ball(middle, spread + _ulp(middle), Binary("*", a.tree, b.tree))


def _quotient(left: Real, right: Real) -> Ball:
    a, b = ball(left), ball(right)
    if abs(b.middle) <= b.radius:
        raise Uncertain(b.tree)
    middle = a.middle / b.middle
    spread = (a.radius + abs(middle) * b.radius) / (abs(b.middle) - b.radius)
    return Ball(middle, spread + _ulp(middle), Binary("/", a.tree, b.tree))


def _image(function: Callable[..., mpf], arguments: tuple[Real, ...], tree: Node) -> Ball:
    """Return the ball of function(arguments): its radius is how far the arguments' radii move it.

    The radii are many orders of magnitude below any scale of the function, so that it is
    monotone across a ball; twice the movement of both ends is a bound with room to spare.
    """
    balls = [ball(argument) for argument in arguments]
    middles = [each.middle for each in balls]
    try:
        middle = function(*middles)
        spread = 2 * _ulp(middle)
        for index, each in enumerate(balls):
            for end in (each.middle - each.radius, each.middle + each.radius):
                moved = function(*middles[:index], end, *middles[index + 1 :])
                spread += 2 * abs(moved - middle)
    except (ValueError, ZeroDivisionError, mp.NoConvergence):
        raise Uncertain(tree) from None  # rounded onto a pole: more digits keep off it
    if isinstance(middle, mpc) or not mp.isfinite(spread):
        raise Uncertain(tree)  # an end of a ball has left the domain
    return Ball(middle, spread, tree)


class Exact:
    """Rational numbers for as long as possible, then balls of `digits` digits.

    `is_zero` decides whether a constant tree is exactly 0 (True, False, or None for "cannot
    tell"); it is asked only for balls that hold 0.
    """

    def __init__(self, digits: int, is_zero: Callable[[Node], bool | None] | None = None) -> None:
        self.digits = digits
        self.is_zero = is_zero

    def constant(self, value: Fraction) -> Real:
        return value

    def named(self, name: str) -> Real:
        middle = +mp.pi if name == "pi" else +mp.e
        return Ball(middle, _ulp(middle), Constant(name))

    def power(self, base: Real, exponent: Real) -> Real:
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            return self._whole_power(base, int(exponent))
        sign = self.sign(base)
        if sign <= 0 and isinstance(exponent, Ball):
            whole = Fraction(int(mp.nint(exponent.middle)))
            if self.sign(exponent - whole) == 0:  # sqrt(2)**2 is a whole number, too
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
        tree = Binary("**", tree_of(base), tree_of(exponent))
        return _image(_power, (base, exponent), tree)

    def _whole_power(self, base: Real, exponent: int) -> Real:
        if exponent == 0:
            return Fraction(1)
        if exponent < 0 and self.sign(base) == 0:
            raise Undefined(DIVISION)
        if isinstance(base, Fraction):
            bits = max(base.numerator.bit_length(), base.denominator.bit_length())
            if bits * abs(exponent) <= EXACT_BITS or abs(base) == 1 or base == 0:
                return base**exponent
        tree = Binary("**", tree_of(base), number(exponent))
        if isinstance(base, Fraction):
            # Known before it is computed, which may take long: 3**2**16000.
            logarithm = mp.log(mpf(abs(base.numerator)) / base.denominator, 2)
            size, doubt = exponent * logarithm, 2 * abs(exponent) * _ulp(max(abs(logarithm), 1))
            if size - doubt > LARGEST_BITS:
                raise TooLarge
            if size + doubt < -LARGEST_BITS:
                return _near_0(mpf(0), tree)
        return _image(lambda u: u**exponent, (base,), tree)

    def primitive(self, row: Function, arguments: tuple[Real, ...]) -> Real:
        if row.name == "floor":
            return self._floor(arguments[0])
        rational = [value for value in arguments if isinstance(value, Fraction)]
        if row.rational and len(rational) == len(arguments):
            value = row.rational(*rational)
            if value is not None:
                return value
        function = row.primitive
        if function is None:
            raise TypeError(f"{row.name} has no primitive")
        tree = Call(row.name, tuple(tree_of(value) for value in arguments))
        if row.name == "polygamma":  # its first argument is a whole number, not a real one
            order = arguments[0]
            return _image(lambda v: function(mp, order, v), arguments[1:], tree)
        return _image(lambda *values: function(mp, *values), arguments, tree)

    def _floor(self, value: Real) -> Fraction:
        if isinstance(value, Fraction):
            return Fraction(math.floor(value))
        nearest = Fraction(int(mp.nint(value.middle)))
        return nearest if self.sign(value - nearest) >= 0 else nearest - 1

    def sign(self, value: Real) -> int:
        if isinstance(value, Fraction):
            return (value > 0) - (value < 0)
        if abs(value.middle) > value.radius:
            return 1 if value.middle > 0 else -1
        if self.is_zero and self.is_zero(value.tree):
            return 0
        raise Uncertain(value.tree)

    def checked(self, value: Real) -> Real:
        if isinstance(value, Fraction):
            if value.numerator.bit_length() - value.denominator.bit_length() > LARGEST_BITS:
                raise TooLarge
            if max(value.numerator.bit_length(), value.denominator.bit_length()) > EXACT_BITS:
                return ball(value)
        elif value.middle and mp.mag(value.middle) > LARGEST_BITS:
            raise TooLarge
        elif value.middle and mp.mag(value.middle) < -LARGEST_BITS:
            return _near_0(value.radius, value.tree)
        return value


def _near_0(radius: mpf, tree: Node) -> Ball:
    """Return a ball around 0 for a number so small that only its size is kept."""
    return Ball(mpf(0), mpf(2) ** -LARGEST_BITS + radius, tree)


def _power(base: mpf, exponent: mpf) -> mpf:
    return mp.power(base, exponent)


def rational_root(value: Fraction, degree: int) -> Fraction | None:
    """Return the rational degree-th root of a value > 0, or None."""
    top, bottom = whole_root(value.numerator, degree), whole_root(value.denominator, degree)
    return None if top is None or bottom is None else Fraction(top, bottom)


@contextmanager
def exact(digits: int, is_zero: Callable[[Node], bool | None] | None = None) -> Iterator[Exact]:
    """Give an exact arithmetic; within the block, mpmath works with its digits."""
    with mp.workdps(digits):
        yield Exact(digits, is_zero)
