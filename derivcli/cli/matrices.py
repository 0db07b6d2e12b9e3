"""Matrices among the values of --at: in brackets, or in a file of numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from derivcli.errors import DerivError, RefusedError, Span, UsageError, counted, printable
from derivcli.input_files import decoded, whole
from derivcli.language.matrix_values import MOST_ENTRIES, MatrixValue, is_matrix, read_matrix
from derivcli.language.tree import Node, Number, Unary, nodes
from derivcli.language.typed_shapes import read_name

LARGEST_FILE = 20_000_000  # bytes
LARGEST = 10**300
LONGEST_SHOWN = 40  # characters of a cell that is no number

NAMED = re.compile(r"([^=]*)=\s*(?!=)")
NUMBER = re.compile(
    r"([+-]?)(\d{1,60}\.?\d{0,60}|\.\d{1,60})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE
)
COLUMN = re.compile(r"([A-Za-z]+)([1-9]\d{0,5})?", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:\s|;|$)")


def split(
    sources: Sequence[str], where: str = "in --at"
) -> tuple[list[tuple[str, MatrixValue]], list[str]]:
    """Return the matrices among values such as `W=[[1, 2]]` and `X=@x.csv`, and all other values.

    Raises the errors of the language, and UsageError for a file that holds no matrix.
    """
    matrices: list[tuple[str, MatrixValue]] = []
    others: list[str] = []
    for source in sources:
        named = NAMED.match(source)
        start = named.end() if named else 0
        file = named is not None and source.startswith("@", start)
        if not file and not is_matrix(source[start:]):
            others.append(source)
            continue
        if named is None:
            raise UsageError(
                "whose value is this matrix?", source=source, span=Span(0, len(source)),
                where=where, hint=f'write {where.removeprefix("in ")} W="{source.strip()}"',
            )  # fmt: skip
        try:
            name = read_name(named[1], source, '"[[1, 2], [3, 4]]"')
            value = read_file(source[start + 1 :]) if file else read_matrix(source, start=start)
        except DerivError as error:
            raise error if file else error.located(where=where) from None
        matrices.append((name, value))
    return matrices, others


def read_file(path: str) -> MatrixValue:
    """Return the matrix in a file: a line for each row, numbers between commas or blanks.

    A first line without a number names the columns, and is left out.

    Raises UsageError that names the line and the column at fault, RefusedError beyond the bounds.
    """
    name = printable(path)
    lines = list(_lines(path, name))
    if lines and not any(_number(cell) or NOT_FINITE.fullmatch(cell) for cell in lines[0][1]):
        lines = lines[1:]
    if not lines:
        raise UsageError(f"{name} holds no numbers", hint="a line for each row, such as 1,2.5,-3")
    first, cells = lines[0]
    if len(lines) * len(cells) > MOST_ENTRIES:
        raise RefusedError(f"{name} holds more than {MOST_ENTRIES:,} numbers")
    rows = []
    for line, row in lines:
        if len(row) != len(cells):
            told = f"line {line} has {counted(len(row), 'cell')}, and line {first} has {len(cells)}"
            raise UsageError(f"{name}: {told}")
        rows.append(
            tuple(
                _cell(cell, f"{name}: line {line}, column {at}") for at, cell in enumerate(row, 1)
            )
        )
    return MatrixValue(tuple(rows))


def read_columns(path: str) -> dict[str, MatrixValue]:
    """Return the matrices whose columns a file names: x1, x2, ... make x, and y alone makes y.

    A line holds a row of each of them.

    Raises UsageError that names the line and the column at fault, RefusedError beyond the bounds.
    """
    name = printable(path)
    header = next(_lines(path, name), (1, []))[1]
    groups: dict[str, dict[int, int]] = {}
    for place, cell in enumerate(header):
        found = COLUMN.fullmatch(cell)
        if found is None:
            shown = f"'{printable(cell)}' is no name of a column" if cell else "a name is missing"
            raise UsageError(
                f"{name}: {shown}" if header else f"{name} holds no numbers",
                hint="the first line names the columns: x1,x2,y",
            )
        group, number = groups.setdefault(found[1], {}), int(found[2] or 1)
        if number in group:
            raise UsageError(f"{name}: two columns are named '{cell}'")
        group[number] = place
    for letter, group in groups.items():
        missing = next((n for n in range(1, max(group) + 1) if n not in group), None)
        if missing is not None:
            raise UsageError(f"{name} has no column '{letter}{missing}'")
    rows = read_file(path).rows
    return {
        letter: MatrixValue(tuple(tuple(row[group[n]] for n in sorted(group)) for row in rows))
        for letter, group in groups.items()
    }


def _lines(path: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not blank."""
    text_hint = f'numpy.savetxt("{name}.csv", X, delimiter=",") writes a matrix as text'
    content = decoded(whole(path, LARGEST_FILE), name, text_hint)
    blank = 0
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            blank = blank or number
            continue
        if blank > 1:
            raise UsageError(f"{name}: line {blank} is blank, and others follow it")
        if ";" in line:
            hint = "write a decimal point: 1.5" if DECIMAL_COMMA.search(line) else None
            raise UsageError(f"{name}: cells are separated by commas, not semicolons", hint=hint)
        cells = next(csv.reader([line], skipinitialspace=True)) if "," in line else line.split()
        yield number, [cell.strip() for cell in cells]


def _number(cell: str) -> Node | None:
    """Return a number as it was written, exactly, None for what is none."""
    found = NUMBER.fullmatch(cell)
    if found is None:
        return None
    number = Number(Fraction(found[2] + (found[3] or "")))
    return Unary("-", number) if found[1] == "-" else number


def _cell(cell: str, place: str) -> Node:
    number = _number(cell)
    if number is not None:
        if any(isinstance(each, Number) and each.value > LARGEST for each in nodes(number)):
            raise UsageError(f"{place}: {cell} is too large")
        return number
    if not cell:
        raise UsageError(f"{place}: the cell is blank")
    if NOT_FINITE.fullmatch(cell):
        raise UsageError(f"{place}: {cell} is not a finite number")
    shown = printable(cell if len(cell) <= LONGEST_SHOWN else f"{cell[:LONGEST_SHOWN]}…")
    raise UsageError(f"{place}: '{shown}' is not a number")
