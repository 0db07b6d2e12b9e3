r"""Blocks to LaTeX, a fragment to \input; it needs amsmath."""

from __future__ import annotations

from collections.abc import Iterable

from derivcli.report.blocks import Block, Cell, Column, Figure, Formula, Heading, Table, Text

SPECIAL: dict[str, str | int | None] = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "≈": r"$\approx$",
    "∂": r"$\partial$",
    **{character: f"$^{{{digit}}}$" for digit, character in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}


def render(blocks: Iterable[Block]) -> str:
    """Return the blocks as paragraphs, displayed formulas and tabulars."""
    return "\n".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    match block:
        case Text() | Heading():
            return escape(block.text) + "\n"
        case Formula():
            return f"\\[ {block.latex} \\]\n"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    layout = "".join("r" if column.kind == "number" else "l" for column in table.columns)
    heading = [
        f"${column.latex}$" if column.latex else escape(column.heading) for column in table.columns
    ]
    lines = [
        *([rf"\textit{{{escape(table.title)}}}", ""] if table.title else []),
        rf"\begin{{tabular}}{{{layout}}}",
        rf"{' & '.join(heading)} \\",
        r"\hline",
        *(rf"{' & '.join(map(_cell, row, table.columns))} \\" for row in table.rows),
        r"\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _cell(cell: Cell, column: Column) -> str:
    if not isinstance(cell, Figure):
        return rf"\texttt{{{escape(cell)}}}" if column.kind == "formula" and cell else escape(cell)
    mantissa, _, exponent = cell.text.partition("e")
    number = rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa
    return rf"$\approx {number}$" if cell.rounded else f"${number}$"


def escape(text: str) -> str:
    """Return the text with TeX's own characters escaped."""
    return text.translate(str.maketrans(SPECIAL))
