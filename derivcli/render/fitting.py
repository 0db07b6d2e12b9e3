"""Tables made to fit a narrow terminal: one rule, what costs a reader least comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derivcli.errors import columns_filled
from derivcli.render.folding import INDENT, folded, widest_piece
from derivcli.report.blocks import Cell, Column, Figure, Table, shown
from derivcli.report.markup import OPEN, formula, parts, plain
from derivcli.report.numbers import shortened

BORDER, GAP = 3, 2  # between columns: a line with a space on its two sides, or two spaces
FEWEST_DIGITS, MOST_DIGITS = 5, 9
# Candidates: with short headings, and with lifted columns; then, with fewer and fewer digits.
WHOLE = 2
ALL_COLUMNS = WHOLE + MOST_DIGITS - FEWEST_DIGITS + 1
FEW, MANY = 4, 8  # lines of a cell
# How high a cell may be, whether there are lines between the columns, and how much is done.
PASSES = (
    *((lines, True, end) for end in (WHOLE, ALL_COLUMNS, None) for lines in (FEW, MANY)),
    (FEW, False, None), (None, False, None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table, how wide its columns are, and the headings of those that it has no room for.

    It `is_whole` with every digit and every column.
    """

    table: Table
    widths: tuple[int, ...]
    left_out: tuple[str, ...] = ()
    framed: bool = True
    is_whole: bool = True


def fitted(table: Table, room: int | None) -> Fitted | None:
    """Return a table no wider than its room; None where no table can be.

    In this order: short headings, with their meaning in the title; words and formulas folded;
    columns that repeat one value lifted into the title; fewer digits; the column left out that
    can best be spared. Then all of it without lines between columns, and last, cells of any height.
    """
    if room is None or sum(natural(table)) + _frame(table, framed=True) <= room:
        return Fitted(table, natural(table))
    candidates = list(_candidates(table))
    for most, framed, end in PASSES:
        for index, (candidate, left_out) in enumerate(candidates[:end]):
            widths = _widths(candidate, room - _frame(candidate, framed=framed), most)
            if widths is not None:
                return Fitted(candidate, widths, left_out, framed, index < WHOLE)
    return None


def _frame(table: Table, *, framed: bool) -> int:
    """Return how many columns of the screen all lines and spaces between the cells take."""
    count = len(table.columns)
    return 1 + BORDER * count if framed else GAP * (count - 1)


def natural(table: Table) -> tuple[int, ...]:
    """Return how wide each column is with every cell on one line."""
    return tuple(
        max(
            columns_filled(plain(column.heading)),
            *(columns_filled(shown(row[index])) for row in table.rows),
            0,
        )
        for index, column in enumerate(table.columns)
    )


def _candidates(table: Table) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Yield the table with more and more done to it, and what is left out of it."""
    short = _with_short_headings(table)
    yield short, ()
    lifted = _lifted(short)
    yield lifted, ()
    left_out: tuple[str, ...] = ()
    while True:
        for digits in range(MOST_DIGITS, FEWEST_DIGITS - 1, -1):
            yield _with_digits(lifted, digits), left_out
        most = max((column.spare for column in lifted.columns), default=0)
        if not most:
            return
        gone = {index for index, each in enumerate(lifted.columns) if each.spare == most}
        left_out += tuple(lifted.columns[index].heading for index in sorted(gone))
        lifted = _without(lifted, gone)
        yield lifted, left_out


def _with_short_headings(table: Table) -> Table:
    meanings = {each.short: plain(each.heading) for each in table.columns if each.short}
    title = ""
    for part in parts(table.title):
        text = part.text
        for short, meaning in meanings.items():
            text = text.replace(f"({meaning})", short)
        title += formula(text) if part.kind == "math" else text
    told = [formula(f"{short} = {meaning}") for short, meaning in meanings.items()]
    columns = tuple(replace(each, heading=each.short or each.heading) for each in table.columns)
    return replace(table, columns=columns, title=_and_told(title, told))


def _and_told(title: str, told: list[str]) -> str:
    return "; ".join([title] * bool(title) + told)


def _lifted(table: Table) -> Table:
    """Return the table with the columns that repeat one value told in its title."""
    if len(table.rows) < 2:
        return table
    same = {
        index: cells[0]
        for index, cells in enumerate(zip(*table.rows, strict=True))
        if table.columns[index].heading and shown(cells[0]) and len(set(map(shown, cells))) == 1
    }
    if len(same) == len(table.columns):
        return table
    told = [_value_of(table.columns[index], cell) for index, cell in same.items()]
    return replace(_without(table, set(same)), title=_and_told(table.title, told))


def _value_of(column: Column, cell: Cell) -> str:
    """Return what a column says in every row: "eps = 0.001", "method: forward"."""
    value = shown(cell)
    if column.kind == "number":
        relation = "" if value.startswith(("≈", "<")) else "= "
        return f"{column.heading} {formula(relation + value)}"
    is_formula = column.kind == "formula" and isinstance(cell, str) and OPEN not in cell
    return f"{column.heading}: {formula(value) if is_formula or isinstance(cell, Figure) else cell}"


def _without(table: Table, gone: set[int]) -> Table:
    def kept(items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(item for index, item in enumerate(items) if index not in gone)

    return replace(table, columns=kept(table.columns), rows=tuple(map(kept, table.rows)))


def _with_digits(table: Table, digits: int) -> Table:
    """Return the table with fewer digits, except in cells that are no wider without."""
    columns: list[list[Cell]] = []
    for cells in zip(*table.rows, strict=True):
        fewer = [shortened(cell, digits) if isinstance(cell, Figure) else cell for cell in cells]
        width = max(columns_filled(shown(cell)) for cell in fewer)
        columns.append(
            [
                cell if columns_filled(shown(cell)) <= width and not _is_rounded(cell) else less
                for cell, less in zip(cells, fewer, strict=True)
            ]
        )
    return replace(table, rows=tuple(zip(*columns, strict=True)))


def _is_rounded(cell: Cell) -> bool:
    return isinstance(cell, Figure) and cell.rounded


def _widths(table: Table, room: int, most: int | None) -> tuple[int, ...] | None:
    """Return how wide each column is, with cells of `most` lines; None where that is too wide."""
    widths, least = list(natural(table)), _least(table, whole=most is not None)
    over = sum(widths) - room
    while over > 0:
        index = max(range(len(widths)), key=lambda each: (widths[each] > least[each], widths[each]))
        if widths[index] <= least[index]:
            return None
        widths[index] -= 1
        over -= 1
    for index, column in enumerate(table.columns):
        cells = [_measured(plain(column.heading), widths[index], indent=0)]
        cells += [_measured(shown(row[index]), widths[index], indent=INDENT) for row in table.rows]
        if most is not None and max(map(len, cells)) > most:
            return None
        widths[index] = max(max(cell) for cell in cells)
    return tuple(widths)


def _measured(text: str, width: int, *, indent: int) -> list[int]:
    """Return how wide each line of a cell is."""
    first, *rest = (
        columns_filled(text[start:end]) for start, end in folded(text, width, indent=indent)
    )
    return [first, *(indent + each for each in rest)]


def _least(table: Table, *, whole: bool) -> tuple[int, ...]:
    """Return how narrow each column can be: numbers are never folded."""

    def least(column: Column, texts: list[str]) -> int:
        headings = widest_piece(plain(column.heading), whole=True)
        if column.kind == "number":
            return max(headings, *map(columns_filled, texts), 0)
        widest = (widest_piece(text, whole=whole) for text in texts)
        return max(headings, *(each + INDENT for each in widest), 0)

    return tuple(
        least(column, [shown(row[index]) for row in table.rows])
        for index, column in enumerate(table.columns)
    )
