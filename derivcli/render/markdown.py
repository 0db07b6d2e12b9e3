"""Blocks to Markdown with math, for handouts and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from derivcli.render.latex import matrix_latex
from derivcli.report.blocks import (
    Block,
    Branch,
    Cell,
    Chart,
    Column,
    Diagram,
    Figure,
    Formula,
    Heading,
    Matrix,
    Table,
    Text,
    Tree,
)
from derivcli.report.markup import plain

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def render(blocks: Iterable[Block], *, unicode: bool = True) -> str:
    """Return the blocks as paragraphs, `$formulas$`, pipe tables, charts in code and Mermaid."""
    return "\n".join(_block(block, unicode=unicode) for block in blocks)


def _block(block: Block, *, unicode: bool) -> str:
    match block:
        case Chart():
            return _chart(block, unicode=unicode)
        case Diagram():
            return _diagram(block)
        case Text() | Heading():
            return escape(block.text) + "\n"
        case Formula():
            return f"${block.latex}$\n"
        case Table():
            return _table(block)
        case Matrix():
            return f"${matrix_latex(block)}$\n"
        case Tree():
            return "\n".join(line for branch in block.branches for line in _tree(branch, 0)) + "\n"


def _chart(chart: Chart, *, unicode: bool) -> str:
    from derivcli.render.chart import draw

    lines = ("".join(text for text, _ in line).rstrip() for line in draw(chart, unicode=unicode))
    title = f"*{escape(chart.title)}*\n\n" if chart.title else ""
    return title + "\n".join(["```text", *lines, "```"]) + "\n"


def _diagram(diagram: Diagram) -> str:
    from derivcli.render.mermaid import source

    return f"```mermaid\n{source(diagram)}```\n"


def _tree(branch: Branch, depth: int) -> Iterator[str]:
    remark = f" ({escape(branch.remark)})" if branch.remark else ""
    yield f"{'  ' * depth}- *{escape(branch.label)}*: ${branch.formula.latex}${remark}"
    for each in branch.branches:
        yield from _tree(each, depth + 1)


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
    return SPECIAL.sub(r"\\\1", plain(text))
