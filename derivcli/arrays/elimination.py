"""Gauss's elimination in any arithmetic: determinants and inverses, exact where numbers are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derivcli.calculus.arithmetic import Arithmetic, Uncertain, Undefined
from derivcli.calculus.complexes import Gaussian
from derivcli.calculus.exact import Ball, ball

SINGULAR = "the matrix is singular: its determinant is 0"

Rows = list[list[Any]]


def determinant(matrix: Rows, arithmetic: Arithmetic) -> Any:
    """Return the determinant of a square matrix: the product of the pivots, by rows exchanged.

    Raises Uncertain where no pivot can be told from 0.
    """
    found = arithmetic.constant(Fraction(1))
    rows = [[*row] for row in matrix]
    while rows:
        place = pivot([row[0] for row in rows], arithmetic)
        if place is None:
            return arithmetic.constant(Fraction(0))
        first = rows.pop(place)
        # Rows below move up in order: the sign changes with each row that is passed.
        found = arithmetic.checked(found * (-first[0] if place % 2 else first[0]))
        rows = [_less(row, first, row[0] / first[0], arithmetic)[1:] for row in rows]
    return found


def inverse(matrix: Rows, arithmetic: Arithmetic) -> Rows:
    """Return the inverse of a square matrix, by Gauss and Jordan.

    Raises Undefined for a singular one, Uncertain where no pivot can be told from 0.
    """
    size = len(matrix)
    one, zero = (arithmetic.constant(Fraction(number)) for number in (1, 0))
    rows = [
        [*row, *(one if column == index else zero for column in range(size))]
        for index, row in enumerate(matrix)
    ]
    for column in range(size):
        place = pivot([row[column] for row in rows[column:]], arithmetic)
        if place is None:
            raise Undefined(SINGULAR)
        rows.insert(column, rows.pop(column + place))
        divisor = rows[column][column]
        first = [arithmetic.checked(each / divisor) for each in rows[column]]
        rows = [
            first if index == column else _less(row, first, row[column], arithmetic)
            for index, row in enumerate(rows)
        ]
    return [row[size:] for row in rows]


def pivot(column: Sequence[Any], arithmetic: Arithmetic) -> int | None:
    """Return which entry is largest among those that are not 0, None where all are.

    Raises Uncertain where none is told from 0, and one may be another.
    """
    doubt: Uncertain | None = None
    for place in sorted(range(len(column)), key=lambda each: -_size(column[each])):
        try:
            if arithmetic.sign(column[place]) != 0:
                return place
        except Uncertain as error:
            doubt = error
    if doubt:
        raise doubt
    return None


def _less(row: list[Any], first: list[Any], factor: Any, arithmetic: Arithmetic) -> list[Any]:
    """Return row - factor*first."""
    return [
        arithmetic.checked(each - factor * other)
        for each, other in zip(row, first, strict=True)
    ]  # fmt: skip


def _size(value: Any) -> Any:
    """Return about how large a number is."""
    if isinstance(value, Ball):
        return abs(value.middle)
    if isinstance(value, Gaussian):
        return _size(value.real) + _size(value.imaginary)
    if isinstance(value, Fraction):  # beside balls, whose sizes are mpmath's
        return abs(ball(value).middle)
    return abs(value)
