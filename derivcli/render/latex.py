r"""Blocks to LaTeX, a fragment to \input; it needs amsmath, and pgfplots where there is a chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from derivcli.render.axes import Axes, axes
from derivcli.report.blocks import (
    Block,
    Branch,
    Cell,
    Chart,
    Column,
    Curve,
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

COLOURS = ("blue", "red", "green!50!black", "orange", "violet", "black")
LINES = ("solid", "dashed", "densely dotted", "dash dot")


def render(blocks: Iterable[Block]) -> str:
    """Return the blocks as paragraphs, displayed formulas and tabulars."""
    return "\n".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    match block:
        case Chart():
            return _chart(block)
        case Diagram():
            from derivcli.render.tikz import picture

            return picture(block)
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


def _chart(chart: Chart) -> str:
    area = axes(chart)
    kind = "loglogaxis" if chart.logarithmic else "axis"
    ends = (area.left, area.right, area.bottom, area.top)
    low, high, bottom, top = (_coordinate(end, area) for end in ends)
    lines = [
        r"\begin{tikzpicture}",
        rf"\begin{{{kind}}}[title={{{escape(chart.title)}}}, xlabel={{{escape(chart.x)}}},",
        rf"  ylabel={{{escape(chart.y)}}}, xmin={low}, xmax={high}, ymin={bottom}, ymax={top},",
        r"  width=0.9\linewidth, height=0.6\linewidth, legend cell align=left,",
        r"  legend style={at={(0.5,-0.18)}, anchor=north}]",
        *chain.from_iterable(
            _curve(curve, number, area) for number, curve in enumerate(chart.curves)
        ),
        rf"\end{{{kind}}}",
        r"\end{tikzpicture}",
    ]
    return "\n".join(lines) + "\n"


def _curve(curve: Curve, number: int, area: Axes) -> Iterator[str]:
    """Yield a curve's stretches, the first with a place in the legend."""
    style = {
        "line": f"thick, {LINES[number % len(LINES)]}", "thin": "thin", "points": "only marks",
    }[curve.style]  # fmt: skip
    options = f"{COLOURS[number % len(COLOURS)]}, {style}"
    legend = rf"\addlegendentry{{{escape(curve.name)}}}" if curve.name else ""
    for stretch in area.curve(curve):
        dots = "".join(f"({_coordinate(x, area)},{_coordinate(y, area)})" for x, y in stretch)
        forget = "" if legend else ", forget plot"
        yield rf"\addplot[{options}{forget}] coordinates {{{dots}}};"
        if legend:
            yield legend
        legend = ""


def _coordinate(value: float, area: Axes) -> str:
    """Return a number of an axis; a logarithmic one takes the logarithm itself."""
    return f"{10**value if area.logarithmic else value:.12g}"


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
