"""Values that were given, as arrays of any entries."""

from __future__ import annotations

from typing import Any

from derivcli.arrays.entries import Array, Entries
from derivcli.arrays.lifted import Lifted
from derivcli.calculus.arithmetic import Arithmetic, Float64
from derivcli.calculus.evaluate import evaluate
from derivcli.language.matrix_values import MatrixValue
from derivcli.language.sizes import Sized
from derivcli.language.tree import Number, Unary


def arrays(given: Sized, entries: Entries) -> dict[str, Array]:
    """Return the values that were given and the sizes as arrays of these entries.

    Raises UndefinedError or RefusedError for an entry that has no value.
    """
    arithmetic = entries.arithmetic if isinstance(entries, Lifted) else Float64()
    found = {name: entries.array(size) for name, size in given.sizes.items()}
    for name, value in given.values.items():
        if isinstance(value, MatrixValue):
            found[name] = matrix(value, arithmetic, entries)
        else:
            number = entries.array(evaluate(value, {}, arithmetic))
            found[name] = number.reshape(1, 1) if given.shapes.get(name) else number
    return found


def matrix(value: MatrixValue, arithmetic: Arithmetic, entries: Entries) -> Array:
    """Return a matrix whose entries are computed in an arithmetic."""
    rows, columns = value.shape
    return entries.array(
        [
            [_entry(value, row, column, arithmetic) for column in range(columns)]
            for row in range(rows)
        ]
    )


def _entry(value: MatrixValue, row: int, column: int, arithmetic: Arithmetic) -> Any:
    match value.rows[row][column]:
        case Number(value=number):
            return arithmetic.constant(number)
        case Unary(operator="-", operand=Number(value=number)):
            return arithmetic.constant(-number)
    return evaluate(value.constant(row, column), {}, arithmetic)
