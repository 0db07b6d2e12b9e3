"""Blocks to plain text: no boxes, no colour; a table is columns for awk under a line of keys.

Formulas are written without spaces, so that they count as one column; words stand in the last
columns, two spaces apart. A chart or a drawn graph is left out: its numbers stand in the tables
beside it, and the points of its curves are the rows of CSV.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivcli.report.blocks import (
    Block,
    Branch,
    Cell,
    Chain,
    Chart,
    Column,
    Diagram,
    Figure,
    Matrix,
    Table,
    Tree,
)
from derivcli.report.markup import plain

REASONS_FROM = 60  # characters: behind a longer line its reason follows at once


def render(blocks: Iterable[Block]) -> str:
    """Return the blocks as lines; an empty cell is a `-`, so that columns stay in place."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Table):
            lines += [plain(block.title)] * bool(block.title)
            lines += _table(block)
        elif isinstance(block, Matrix):
            lines += matrix_lines(block)
        elif isinstance(block, Tree):
            lines += (line for branch in block.branches for line in _tree(branch, 0))
        elif isinstance(block, Chain):
            lines += chain_lines(block)
        elif not isinstance(block, Chart | Diagram):
            lines.append(plain(block.text))
    return "\n".join(lines) + "\n"


def matrix_lines(matrix: Matrix) -> list[str]:
    """Return a matrix row by row under its name, its columns right-aligned."""
    opening = f"{matrix.name} {'≈' if matrix.rounded else '='} "
    widths = [max(map(len, column)) for column in zip(*matrix.rows, strict=True)]
    return [
        (" " * len(opening) if index else opening)
        + f"[{'  '.join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))}]"
        for index, row in enumerate(matrix.rows)
    ]


def chain_lines(chain: Chain) -> list[str]:
    """Return a chain line by line; the reasons of all but long lines stand under one another."""
    return [
        chain.start.text, *(f"{opening}  {reason}".rstrip() for opening, reason in aligned(chain))
    ]  # fmt: skip


def aligned(chain: Chain) -> list[tuple[str, str]]:
    """Return the lines under a chain's start: relation and formula, as wide as most, and reason."""
    lines = [f"  {each.relation} {each.formula.text}" for each in chain.links]
    width = max((len(line) for line in lines if len(line) <= REASONS_FROM), default=0)
    reasons = (plain(each.reason) for each in chain.links)
    return [(line.ljust(width), reason) for line, reason in zip(lines, reasons, strict=True)]


def _tree(branch: Branch, depth: int) -> Iterator[str]:
    remark = f"  ({plain(branch.remark)})" if branch.remark else ""
    yield f"{'  ' * depth}{plain(branch.label)}: {branch.formula.text}{remark}"
    for each in branch.branches:
        yield from _tree(each, depth + 1)


def _table(table: Table) -> list[str]:
    rows = [[column.key for column in table.columns]]
    rows += [
        [_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    widths = [max(len(row[index]) for row in rows) for index in range(len(table.columns))]
    return [
        "  ".join(
            cell.rjust(width) if column.kind == "number" else cell.ljust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ).rstrip()
        for row in rows
    ]


def _cell(cell: Cell, column: Column) -> str:
    text = cell.text if isinstance(cell, Figure) else plain(cell)
    return (text.replace(" ", "") if column.kind in ("formula", "number") else text) or "-"
