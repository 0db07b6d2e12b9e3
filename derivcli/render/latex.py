r"""Blocks to LaTeX, a fragment to \input; it needs amsmath, and pgfplots where there is a chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
        case Chart():
            from derivcli.render import pgfplots

            return pgfplots.picture(block)
        case Diagram():
            from derivcli.render import tikz

            return tikz.picture(block)
        case Text() | Heading():
            return escape(block.text) + "\n"
        case Formula():
            return f"\\[ {block.latex} \\]\n"
        case Table():
            return _table(block)
        case Matrix():
            return f"\\[ {matrix_latex(block)} \\]\n"
        case Tree():
            return "\n".join(line for branch in block.branches for line in _tree(branch, 0)) + "\n"


def matrix_latex(matrix: Matrix) -> str:
    """Return a matrix for math mode."""
    rows = r" \\ ".join(" & ".join(map(_number, row)) for row in matrix.rows)
    sign = r"\approx" if matrix.rounded else "="
    return rf"{matrix.latex} {sign} \begin{{bmatrix}} {rows} \end{{bmatrix}}"


def _number(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa


def _tree(branch: Branch, depth: int) -> Iterator[str]:
    """Yield a paragraph for each branch; LaTeX's own lists end at four levels."""
    remark = f" ({escape(branch.remark)})" if branch.remark else ""
    label = rf"\textit{{{escape(branch.label)}}}"
    yield rf"\noindent\hspace*{{{2 * depth}em}}{label}: ${branch.formula.latex}${remark}\par"
    for each in branch.branches:
        yield from _tree(each, depth + 1)


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
    number = _number(cell.text)
    return rf"$\approx {number}$" if cell.rounded else f"${number}$"


def escape(text: str) -> str:
    """Return the text with TeX's own characters escaped."""
    return plain(text).translate(str.maketrans(SPECIAL))
