"""What `network` says of a program of one's own: its steps, its derived equations, its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.calculus.results import Quantity
from derivcli.matrices.graph_results import ArrayValue
from derivcli.network.programs.results import ProgramArray, ProgramNetworkResult
from derivcli.report import array_graph
from derivcli.report.blocks import Block, Cell, Column, Table, Text
from derivcli.report.numbers import full_digits


def blocks(found: ProgramNetworkResult, digits: int | None = None) -> Iterator[Block]:
    """Yield what a person reads: the program as a whole, or what was asked of it."""
    yield Text(f"{found.name}: a program of your own.")
    yield from array_graph.whole(found.graph, digits)


def records(found: ProgramNetworkResult) -> Table:
    """Return the rows for machines: each entry of each array."""
    keys = ("array", "row", "column", "value", "gradient")
    rows = tuple(row for each in found.arrays for row in _entries(each))
    return Table(tuple(Column(key, key) for key in keys), rows)


def _entries(array: ProgramArray) -> Iterator[tuple[Cell, ...]]:
    slopes = _rows(array.gradient.value) if array.gradient is not None else ()
    for row, values in enumerate(_rows(array.value)):
        for column, value in enumerate(values):
            slope = _full(slopes[row][column]) if slopes else ""
            yield array.name, str(row + 1), str(column + 1), _full(value), slope


def _rows(value: ArrayValue | None) -> tuple[tuple[Quantity | None, ...], ...]:
    if value is None:
        return ()
    if not isinstance(value, tuple):
        return ((value,),)
    return tuple(row if isinstance(row, tuple) else (row,) for row in value)


def _full(value: Quantity | None) -> str:
    return "" if value is None else full_digits(value)
