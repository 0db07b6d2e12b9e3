"""Complex arithmetic, for the complex step."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import mp, mpc, mpf

from derivcli.calculus.arithmetic import NOT_REAL, TooLarge, Undefined
from derivcli.calculus.evaluate import formula
from derivcli.calculus.exact import Ball
from derivcli.errors import UsageError
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.operations import OPERATIONS
from derivcli.language.tree import Call, Comparison, Node, Piecewise, Reduction, nodes


@dataclass(frozen=True, slots=True)
class Gaussian:
    """A complex number with rational parts, exact."""

    real: Fraction
    imaginary: Fraction

    def __add__(self, other: Gaussian | mpc) -> Any:
        if isinstance(other, Gaussian):
            return Gaussian(self.real + other.real, self.imaginary + other.imaginary)
        return wide(self) + other

    def __sub__(self, other: Gaussian | mpc) -> Any:
        return self + (-other)

    def __mul__(self, other: Gaussian | mpc) -> Any:
        if isinstance(other, Gaussian):
            return Gaussian(
                self.real * other.real - self.imaginary * other.imaginary,
                self.real * other.imaginary + self.imaginary * other.real,
            )
        return wide(self) * other

    def __truediv__(self, other: Gaussian | mpc) -> Any:
        if not isinstance(other, Gaussian):
            return wide(self) / other
        size = other.real**2 + other.imaginary**2
        product = self * Gaussian(other.real, -other.imaginary)
        return Gaussian(product.real / size, product.imaginary / size)

    def __neg__(self) -> Gaussian:
        return Gaussian(-self.real, -self.imaginary)

    def __radd__(self, other: mpc) -> Any:
        return other + wide(self)

    def __rsub__(self, other: mpc) -> Any:
        return other - wide(self)

    def __rmul__(self, other: mpc) -> Any:
        return other * wide(self)

    def __rtruediv__(self, other: mpc) -> Any:
        return other / wide(self)


def wide(value: Gaussian | mpc) -> mpc:
    """Return the value as an mpmath complex at the working precision."""
    if not isinstance(value, Gaussian):
        return value
    real, imaginary = value.real, value.imaginary
    return mpc(
        mpf(real.numerator) / real.denominator, mpf(imaginary.numerator) / imaginary.denominator
    )


class Complex:
    """Complex numbers: exact with rational parts for as long as possible, then mpmath's.

    With `rounded`, mpmath's from the start: complex float64 at 53 bits, float32 at 24.
    """

    def __init__(self, *, rounded: bool = False) -> None:
        self.rounded = rounded

    def constant(self, value: Fraction) -> Any:
        exact = Gaussian(value, Fraction(0))
        return wide(exact) if self.rounded else exact

    def real(self, value: Fraction | Ball | float) -> Any:
        """Return a real number of another arithmetic as a complex one."""
        if isinstance(value, Fraction):
            return self.constant(value)
        return mpc(value.middle if isinstance(value, Ball) else float(value))

    @property
    def unit(self) -> Any:
        """The imaginary unit i."""
        return mpc(0, 1) if self.rounded else Gaussian(Fraction(0), Fraction(1))

    def named(self, name: str) -> Any:
        return mpc(mp.pi if name == "pi" else mp.e)

    def power(self, base: Any, exponent: Any) -> Any:
        whole = _whole(exponent)
        if whole is not None and isinstance(base, Gaussian) and abs(whole) <= 64:
            return _gaussian_power(base, whole)
        if whole is not None:
            return wide(base) ** whole
        if wide(base).real < 0 and wide(base).imag == 0:
            raise Undefined(NOT_REAL)
        return mp.power(wide(base), wide(exponent))

    def primitive(self, row: Function, arguments: tuple[Any, ...]) -> Any:
        if row.primitive is None:
            raise TypeError(f"{row.name} has no primitive")
        numbers = [wide(value) for value in arguments]
        if row.name == "polygamma":
            numbers[0] = int(numbers[0].real)
        try:
            return row.primitive(mp, *numbers)
        except (ValueError, mp.NoConvergence) as error:
            raise Undefined(str(error)) from None

    def sign(self, value: Any) -> int:
        """Return the sign of a real value; off the real axis every domain goes on analytically."""
        there = wide(value)
        return int(mp.sign(there.real)) if there.imag == 0 else 1

    def checked(self, value: Any) -> Any:
        if not mp.isfinite(wide(value)):
            raise TooLarge
        return value


def refuse_not_analytic(tree: Node, source: str) -> None:
    """Raise UsageError where the complex step would give a wrong number in silence."""
    for node in nodes(tree):
        if (name := _not_analytic(node)) is not None:
            raise UsageError(
                f"the complex step is wrong for {name}, which is not analytic",
                source=source,
                span=node.span,
                hint="use --method central",
            )


def _not_analytic(node: Node) -> str | None:
    """Return what a node is that no complex number may go through."""
    match node:
        case Piecewise():
            return "piecewise"
        case Comparison():
            return "a comparison"
        case Call(function=name) if name in FUNCTIONS and not FUNCTIONS[name].analytic:
            return name
        case Reduction(function=name) if (fold := OPERATIONS[name].fold) is not None:
            combined = formula(fold)
            return name if any(_not_analytic(each) for each in nodes(combined)) else None
    return None


def _whole(value: Any) -> int | None:
    """Return a whole real exponent as an int, else None."""
    real, imaginary = (
        (value.real, value.imaginary) if isinstance(value, Gaussian) else (value.real, value.imag)
    )
    return int(real) if imaginary == 0 and real == int(real) and abs(real) < 10**6 else None


def _gaussian_power(base: Gaussian, exponent: int) -> Gaussian:
    result, factor = Gaussian(Fraction(1), Fraction(0)), base
    for bit in bin(abs(exponent))[:1:-1]:
        if bit == "1":
            result = result * factor
        factor = factor * factor
    return Gaussian(Fraction(1), Fraction(0)) / result if exponent < 0 else result
