"""Values of matrices as people read them: small ones entry by entry, large ones by their shape."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derivcli.calculus.results import Quantity
from derivcli.language.latex import variable as latex_name
from derivcli.language.shapes import Shape, shape_text
from derivcli.matrices.graph_results import ArrayValue
from derivcli.report.blocks import Block
from derivcli.report.chain_rule import Written, equation, number
from derivcli.report.network_numbers import matrix

NO_FORMULA = "The formula has no value here: {}. The derivative has, and is found entry by entry."
MOST_ROWS, MOST_COLUMNS = 12, 12  # of a matrix that people read entry by entry


def shown(
    name: str,
    value: ArrayValue | None,
    digits: int | None,
    *,
    given: bool = False,
    every: bool = False,
) -> Block | None:
    """Return `name = value`; what was `given` is exact.

    None where there is no value, or too many entries, unless `every` one is to be shown.
    """
    latex = derived_latex(name)
    if isinstance(value, Quantity):
        return equation(Written(name, latex), number(value, digits))
    if value is None:
        return None
    entries = rows(value)
    if not every and (len(entries) > MOST_ROWS or len(entries[0]) > MOST_COLUMNS):
        return None
    floats = tuple(tuple(None if each is None else float(each) for each in row) for row in entries)
    rounded = not given and any(_is_rounded(each) for row in entries for each in row)
    return replace(matrix(name, floats, digits, rounded=rounded), latex=latex)


def rows(value: ArrayValue | None) -> tuple[tuple[Quantity | None, ...], ...]:
    """Return the rows of a value: a number and a vector have one entry in each, None has no row."""
    if value is None:
        return ()
    if not isinstance(value, tuple):
        return ((value,),)
    return tuple(row if isinstance(row, tuple) else (row,) for row in value)


def _is_rounded(entry: Quantity | None) -> bool:
    return entry is not None and not isinstance(entry.number, Fraction)


def told(shape: Shape) -> str:
    """Return a shape for a cell."""
    return shape_text(shape) if shape else "a number"


def derived_latex(name: str) -> str:
    """Return a name for math mode; dW1 is the gradient by W1."""
    if name[:1] == "d" and name[1:2].isalpha():
        return f"d{latex_name(name[1:])}"
    return latex_name(name)


def place(name: str, entry: tuple[int, ...], shape: Shape) -> str:
    """Return which entry of an array it is: W[2, 1], counted from 1; a lone one has the name."""
    if not entry or set(shape) == {1}:
        return name
    return f"{name}[{', '.join(map(str, entry))}]"
