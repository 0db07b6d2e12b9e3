"""Blocks to Markdown with math, for handouts and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from derivcli.report.blocks import Block, Cell, Column, Figure, Formula, Heading, Table, Text

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def render(blocks: Iterable[Block]) -> str:
    """Return the blocks as paragraphs, `$formulas$` and pipe tables."""
    return "\n".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    match block:
        case Text() | Heading():
            return escape(block.text) + "\n"
        case Formula():
            return f"${block.latex}$\n"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    lines = [
        _row([f"${column.latex}$" if column.latex else column.heading for column in table.columns]),
        _row(["---:" if column.kind == "number" else ":---" for column in table.columns]),
        *(
            _row([_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)])
            for row in table.rows
        ),
    ]
    title = f"*{escape(table.title)}*\n\n" if table.title else ""
    return title + "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell, column: Column) -> str:
    if isinstance(cell, Figure):
        return f"≈ {cell.text}" if cell.rounded else cell.text
    if column.kind == "formula" and cell:
        return f"`{cell}`".replace("|", r"\|")  # even in code, a bar ends a cell
    return escape(cell)


def escape(text: str) -> str:
    """Return the text with Markdown's own characters escaped."""
    return SPECIAL.sub(r"\\\1", text)
