"""Records to CSV (RFC 4180 quoting, newline line ends), numbers as nearest float64."""

from __future__ import annotations

import csv
from io import StringIO

from derivcli.report.blocks import Cell, Figure, Table
from derivcli.report.markup import plain


def render(records: Table) -> str:
    """Return the records under one line of keys."""
    output = StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([column.key for column in records.columns])
    for row in records.rows:
        writer.writerow([_cell(cell) for cell in row])
    return output.getvalue()


def _cell(cell: Cell) -> str:
    return (cell.full or cell.text) if isinstance(cell, Figure) else plain(cell)
