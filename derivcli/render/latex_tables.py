"""Tables for LaTeX: as large as fits the line, over as many pages as they need."""

from __future__ import annotations

from derivcli.render.fitting import Fitted, fitted, natural
from derivcli.render.tex import cell, scaled, words
from derivcli.report.blocks import Cell, Column, Figure, Table, shown

# How many characters a line of 16 cm has in each size; the largest size that will do is taken.
SIZES = (("", 74), (r"\small", 82), (r"\footnotesize", 92), (r"\scriptsize", 105))
MOST_ROWS = 30  # of a table that is kept on its page
BETWEEN = 3  # characters between two columns
LETTER = 0.55  # em
RAISED = 5  # characters by which 1.5 \cdot 10^{-7} is longer than 1.5e-7


def latex(table: Table) -> str:
    """Return a table of LaTeX; a long one goes on on the next page, and is never over the edge."""
    size, room, found = _sized(table)
    fit = found.table
    columns = list(zip(fit.columns, found.widths, natural(fit), strict=True))
    layout = "".join(_layout(column, width, folded=width < full) for column, width, full in columns)
    heading = " & ".join(
        _heading(column, width, folded=width < full) for column, width, full in columns
    )
    rows = [_row(row, fit.columns) for row in fit.rows]
    # Only a long table needs LaTeX to run twice before its columns are in line.
    if len(rows) > MOST_ROWS:
        opening = rf"\begin{{longtable}}[l]{{{layout}}}"
        lines = [opening, rf"{heading} \\ \midrule \endhead", *rows, r"\end{longtable}"]
    else:
        opening = rf"\begin{{tabular}}{{{layout}}}"
        lines = [opening, rf"{heading} \\ \midrule", *rows, r"\end{tabular}"]
        if _width(found) > room:
            lines = [scaled("%\n" + "\n".join(lines))]
        lines[-1] += r"\par"
    if size:
        lines = [f"{{{size}", *lines[:-1], f"{lines[-1]}}}"]
    title = [rf"\textit{{{words(fit.title)}}}", ""] if fit.title else []
    if found.left_out:
        lines.append(words(f"Left out: {', '.join(found.left_out)}; other formats show it."))
    return "\n".join([*title, *lines]) + "\n"


def _row(row: tuple[Cell, ...], columns: tuple[Column, ...]) -> str:
    line = " & ".join(cell(*each, words) for each in zip(row, columns, strict=True))
    if line.startswith(("[", "*")):
        line = f"{{}}{line}"  # else the end of the row before takes it for its own
    return rf"{line} \\"


def _sized(table: Table) -> tuple[str, int, Fitted]:
    """Return the largest size in which a table fits whole, and its room; else the smallest."""
    for size, room in SIZES:
        found = fitted(table, room)
        if found is not None and found.is_whole and found.framed:
            return size, room, found
    if found is None or len(table.rows) <= MOST_ROWS:  # scaled down, and no digit is lost
        found = Fitted(table, natural(table))
    return *SIZES[-1], found


def _width(found: Fitted) -> int:
    """Return how many characters wide a table is once its powers of ten are typeset."""
    columns = zip(*found.table.rows, strict=True)
    widths = (
        width + RAISED * any(isinstance(cell, Figure) and "e" in shown(cell) for cell in cells)
        for width, cells in zip(found.widths, columns, strict=True)
    )
    return sum(widths) + BETWEEN * len(found.widths)


def _layout(column: Column, width: int, *, folded: bool) -> str:
    if column.kind == "number":
        return "r"
    if folded:
        return rf">{{\raggedright\relpenalty=9000\arraybackslash}}p{{{width * LETTER:.1f}em}}"
    return "l"


def _heading(column: Column, width: int, *, folded: bool) -> str:
    """Return a heading; above numbers, which are never folded, it may be."""
    if folded and column.kind == "number":
        return rf"\parbox[b]{{{width * LETTER:.1f}em}}{{\raggedleft {words(column.heading)}}}"
    return words(column.heading)
