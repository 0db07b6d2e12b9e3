"""Arrays of a network as people read them: entries with as many places as the largest can bear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor, log10

from derivcli.defaults import ENTRY_DIGITS
from derivcli.language.tree import Name
from derivcli.networks.equation import latex
from derivcli.report.blocks import Figure, Matrix
from derivcli.report.markup import formula

NO_VALUE = "-"  # of an entry beyond float64
SHORT = 6  # significant digits with which a number is still shown as it is
MOST_PLACES, LEAST_PLACES = 8, -6


def matrix(
    name: str,
    rows: Sequence[Sequence[float | None]],
    digits: int | None = None,
    *,
    rounded: bool = False,
) -> Matrix:
    """Return an array with all entries exact, where they are short, or all to the same place.

    Of an array that comes from `rounded` numbers the short ones are marked, too: tanh(50) is not 1.
    """
    entries = [entry for row in rows for entry in row if entry is not None]
    short = all(is_short(entry) for entry in entries)
    write = _plain if short else _writer(max(map(abs, entries)), digits or ENTRY_DIGITS)
    written = tuple(
        tuple(NO_VALUE if entry is None else write(entry) for entry in row) for row in rows
    )
    return Matrix(name, latex_name(name), written, rounded=rounded or not short)


def is_short(number: float) -> bool:
    """Is the number written exactly with a few digits? 0.25 is, 1/3 is not."""
    return number == 0 or float(f"{number:.{SHORT - 1}e}") == number


def _plain(number: float) -> str:
    """Return a short number, never as -0."""
    written = f"{number + 0.0:.{SHORT}g}"
    mantissa, _, exponent = written.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _writer(largest: float, digits: int) -> Callable[[float], str]:
    """Return what writes a number to the place at which `largest` has so many digits."""
    places = digits - 1 - floor(log10(largest))
    if places - digits + 1 >= LEAST_PLACES and places <= digits + MOST_PLACES - ENTRY_DIGITS:
        return lambda number: _unsigned_zero(f"{number:.{max(places, 0)}f}")
    return lambda number: rounded(number, digits)


def _unsigned_zero(written: str) -> str:
    return written.removeprefix("-") if not written.strip("-0.") else written


def rounded(number: float, digits: int = ENTRY_DIGITS) -> str:
    """Return a number to so many significant digits: 0.69315, 1.2346e-7."""
    if number == 0:
        return "0"
    written = f"{number:#.{digits}g}"
    mantissa, _, exponent = written.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa.removesuffix(".")


def figure(number: float, digits: int = ENTRY_DIGITS) -> Figure:
    """Return a number, exact where that is short."""
    if is_short(number):
        return Figure(_plain(number), full=repr(number))
    return Figure(rounded(number, digits), rounded=True, full=repr(number))


def equals(number: float, digits: int = ENTRY_DIGITS, *, rounded: bool = False) -> str:
    """Return a number as the right side of an equation: "= 2", "≈ 0.69315"."""
    shown = figure(number, digits)
    return f"{'≈' if rounded or shown.rounded else '='} {shown.text}"


def array(name: str) -> str:
    """Return a variable for a sentence or a cell."""
    return formula(name, latex_name(name))


def latex_name(name: str) -> str:
    """Return a variable in the course's notation: dW^{[2]}."""
    return latex(Name(name))
