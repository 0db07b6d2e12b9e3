"""Numbers as people read them: exact where that is short, else rounded and marked as rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from derivcli.calculus.results import LARGEST_EXACT, Quantity
from derivcli.defaults import DIGITS, EXACT_DIGITS
from derivcli.language.text import decimal, text
from derivcli.language.tree import decimal_places, number
from derivcli.report.blocks import Figure
from derivcli.report.markup import formula

FEW_DIGITS = 4  # of a rounded number in a sentence
SMALLEST_PLAIN, LARGEST_PLAIN = -6, 15  # decimal exponents written without an exponent
LONGEST_FORMULA = 24
FLOAT64_DIGITS = 17


def figure(quantity: Quantity | None, digits: int | None = None) -> Figure | str:
    """Return a quantity to `digits` significant digits (10 unless told), or exact where short.

    A number that floating-point arithmetic computed is shown as it is, unless digits are told.
    """
    if quantity is None:
        return ""
    if quantity.below is not None:
        return Figure(f"< {bound(quantity.below)}", full=full_digits(quantity))
    value, full = quantity.number, full_digits(quantity)
    if isinstance(value, float):
        if digits is None:
            return Figure(_shortest(value), full=full, number=value)
        value = Fraction(value)
    if isinstance(value, Fraction) and _is_short(value) and decimal_places(value) is not None:
        most = EXACT_DIGITS if digits is None else digits
        if significant_digits(value) <= most:
            return Figure(signed(value), full=full, number=value)
    return Figure(rounded(value, digits or DIGITS), rounded=True, full=full, number=value)


def shortened(shown: Figure, digits: int) -> Figure:
    """Return a number with `digits` significant digits, unless it is as short as it stands."""
    if shown.number is None:
        return shown
    value = Fraction(shown.number) if isinstance(shown.number, float) else shown.number
    fewer = rounded(value, digits)
    mark = 0 if shown.rounded else len("≈ ")
    if len(fewer) + mark >= len(shown.text):
        return shown
    return replace(shown, text=fewer, rounded=True)


def _is_short(value: Fraction) -> bool:
    """Can the digits be counted without writing thousands of them?"""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= LARGEST_EXACT


def full_digits(quantity: Quantity) -> str:
    """Return the nearest float64 in its shortest form, for machines; a bound where nothing tells.

    A number too near to 0 for float64 is written out all the same.
    """
    value = quantity.number
    if quantity.below is not None:
        return f"<{bound(quantity.below)}"
    if isinstance(value, Fraction) and value.denominator == 1 and abs(value) < 2**53:
        return str(value.numerator)
    nearest = float(quantity)
    if nearest or not value or isinstance(value, float):
        return repr(nearest or 0.0)  # there is no -0 in mathematics
    return rounded(value, FLOAT64_DIGITS)  # 0 would be another number


def bound(below: Decimal) -> str:
    """Return a power of ten: 1e-2000."""
    return f"1e{below.adjusted()}"


def _shortest(value: float) -> str:
    """Return a float's shortest digits, as the language writes them: 9 and 1e-9, not 1e-09."""
    mantissa, _, exponent = repr(value or 0.0).removesuffix(".0").partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def significant_digits(value: Fraction) -> int:
    """Return how many significant digits write a finite decimal exactly."""
    places = decimal_places(value) or 0
    return len(str(abs(value.numerator) * 10**places // value.denominator).rstrip("0"))


def signed(value: Fraction) -> str:
    """Return a finite decimal with its sign."""
    return f"-{decimal(-value)}" if value < 0 else decimal(value)


def rounded(value: Fraction | Decimal, digits: int) -> str:
    """Return a number rounded half-even to `digits` significant digits, zeros kept.

    >>> rounded(Fraction(1, 3), 4), rounded(Fraction(1, 3 * 10**9), 4)
    ('0.3333', '3.333e-10')
    """
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emax=10**9, Emin=-(10**9))
    if isinstance(value, Fraction):
        quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    else:
        quotient = context.plus(value)
    if not quotient:
        return "0"
    exponent = quotient.adjusted()
    if not SMALLEST_PLAIN <= exponent <= LARGEST_PLAIN:
        mantissa = _padded(context.scaleb(quotient, -exponent), digits)
        return f"{mantissa}e{exponent}"
    return _padded(quotient, digits)


def _padded(value: Decimal, digits: int) -> str:
    """Return a decimal positionally, with zeros up to `digits` significant ones."""
    places = max(0, digits - 1 - value.adjusted())
    return f"{value:.{places}f}"


def equals(quantity: Quantity, digits: int | None = None) -> str:
    """Return a number as the right side of an equation: "= 0.25", "= 1/3 ≈ 0.3333", "≈ 0.3333"."""
    written = _phrase(quantity, digits)
    return formula(written if written.startswith(("≈", "<")) else f"= {written}")


def ordinal(count: int) -> str:
    """Return which one of several it is, counted from 1."""
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    return words[count - 1] if count <= len(words) else f"{count}th"


def place(at: Mapping[str, Quantity], digits: int | None = None) -> str:
    """Return a point as words: "w1 = 2, w2 = 3"."""
    return ", ".join(f"{formula(name)} {equals(value, digits)}" for name, value in at.items())


def phrase(quantity: Quantity, digits: int | None = None) -> str:
    """Return a number for a sentence: its exact form, and its rounded one where that helps."""
    return formula(_phrase(quantity, digits))


def _phrase(quantity: Quantity, digits: int | None) -> str:
    """Return a number as text alone.

    >>> _phrase(Quantity(Fraction(1, 3)), None)
    '1/3 ≈ 0.3333333333'
    """
    shown = figure(quantity, digits)
    if isinstance(shown, str):
        return shown
    if not shown.rounded:
        return shown.text
    exact = quantity.formula
    if exact is None and isinstance(quantity.number, Fraction) and _is_short(quantity.number):
        exact = text(number(quantity.number))
    if exact is not None and len(exact) <= LONGEST_FORMULA:
        return f"{exact} ≈ {shown.text}"
    return f"≈ {shown.text}"


def number_text(quantity: Quantity, digits: int | None = None) -> str:
    """Return a number alone, whether it is rounded or not."""
    shown = figure(quantity, digits)
    return shown.text if isinstance(shown, Figure) else shown


def is_rounded(quantity: Quantity, digits: int | None = None) -> bool:
    """Does a number lose digits where it is shown?"""
    shown = figure(quantity, digits)
    return isinstance(shown, Figure) and shown.rounded


def short(quantity: Quantity) -> str:
    """Return a number for a sentence: four digits, "about" where they are not all of it."""
    shown = figure(quantity, FEW_DIGITS)
    if isinstance(shown, Figure):
        return f"{'about ' if shown.rounded else ''}{formula(shown.text)}"
    return shown


def where(point: Mapping[str, Quantity]) -> str:
    """Return a point for a sentence: "w = 3, b ≈ 0.1234"."""
    shown = ((name, figure(value, FEW_DIGITS)) for name, value in point.items())
    return ", ".join(
        formula(f"{name} {'≈' if each.rounded else '='} {each.text}")
        for name, each in shown
        if isinstance(each, Figure)
    )
