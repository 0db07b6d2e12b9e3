r"""Blocks to LaTeX: a fragment to \input, or a document that compiles by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from derivcli.errors import columns_filled
from derivcli.render.fitting import Fitted, fitted, natural
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
from derivcli.report.markup import OPEN, Part, parts, plain
from derivcli.report.typesetting import number_latex, typeset

SPECIAL: dict[str, str | int | None] = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
}
# Latin letters and their accents are in every TeX's text fonts; all else is in math, or nowhere.
LATIN = re.compile(r"[\x20-\x7e\xa1-\xff\u0100-\u017f]")
PACKAGES = {  # and what each is needed for
    "amsmath": "",
    "array": r"\arraybackslash",
    "longtable": r"\begin{longtable}",
    "graphicx": r"\resizebox",
    "tikz": r"\begin{tikzpicture}",
    "pgfplots": r"axis}[",
}
SETTINGS = {
    "tikz": r"\usetikzlibrary{arrows.meta}",
    "pgfplots": r"\pgfplotsset{compat=1.16}",
}
# How many characters a line of 16 cm has in each size; the largest size that will do is taken.
SIZES = (("", 74), (r"\small", 82), (r"\footnotesize", 92), (r"\scriptsize", 105))
LINE = 74
MOST_ROWS = 30  # of a table that is kept on its page
WIDER = 0.75  # a formula's characters, as many as its text has, are narrower for its fractions
SECTIONS = (r"\noindent ", r"\section*", r"\subsection*")


def render(blocks: Iterable[Block], *, standalone: bool = False) -> str:
    """Return the blocks as paragraphs, displayed formulas, long tables and pictures.

    A fragment says in its first line which packages it needs; with `standalone` it loads them.
    """
    body = "\n".join(map(_block, blocks))
    needed = [name for name, sign in PACKAGES.items() if sign in body]
    settings = [SETTINGS[name] for name in needed if name in SETTINGS]
    if not standalone:
        needs = " ".join([rf"\usepackage{{{','.join(needed)}}}", *settings])
        return f"% needs: {needs}\n{body}"
    return "\n".join([
        r"\documentclass[a4paper]{article}",
        r"\usepackage[margin=2.5cm]{geometry}",
        r"\usepackage[T1]{fontenc}",
        r"\usepackage{textcomp,lmodern}",
        *(rf"\usepackage{{{name}}}" for name in needed),
        *settings,
        r"\setlength{\parindent}{0pt}\setlength{\parskip}{0.6em}",
        r"\begin{document}",
        f"{body.rstrip()}",
        r"\end{document}",
        "",
    ])  # fmt: skip


def _block(block: Block) -> str:
    match block:
        case Chart():
            from derivcli.render import pgfplots

            return pgfplots.picture(block)
        case Diagram():
            from derivcli.render import tikz

            return tikz.picture(block)
        case Heading(level=0) | Text():
            return words(block.text) + "\n"
        case Heading():
            return f"{SECTIONS[block.level]}{{{words(block.text)}}}\n"
        case Formula():
            return f"{_displayed(block.latex, WIDER * columns_filled(block.text))}\n"
        case Table():
            return _table(block)
        case Matrix():
            width = len(block.name) + max(sum(len(each) + 2 for each in row) for row in block.rows)
            return f"{_displayed(matrix_latex(block), width)}\n"
        case Tree():
            return "\n".join(line for branch in block.branches for line in _tree(branch, 0)) + "\n"


def _displayed(latex: str, width: float) -> str:
    r"""Return a formula on a line of its own; one wider than the page is made to fit."""
    if width <= LINE:
        return rf"\[ {latex} \]"
    lines = _broken(latex)
    if len(lines) > 1:
        latex = r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"
    return rf"\[ {_fitting(latex)} \]"


def _broken(latex: str) -> list[str]:
    """Return a long equation in lines: broken at its = and ≈, outside all brackets."""
    depth, starts = 0, []
    for match in re.finditer(r"\\left|\\right|\\begin|\\end|[{}]|(?:=|\\approx) ", latex):
        token = match[0]
        if token in (r"\left", r"\begin", "{"):
            depth += 1
        elif token in (r"\right", r"\end", "}"):
            depth -= 1
        elif depth == 0:
            starts.append(match.start())
    if not starts:
        return [latex]
    ends = [*starts[1:], len(latex)]
    lines = [f"&{latex[start:end].strip()}" for start, end in zip(starts, ends, strict=True)]
    return [f"{latex[: starts[0]].strip()} {lines[0]}", *(rf"{line}" for line in lines[1:])]


def _fitting(latex: str) -> str:
    """Return a formula that is scaled down where it is wider than its line."""
    width = r"\ifdim\width>\linewidth\linewidth\else\width\fi"
    return rf"\resizebox{{{width}}}{{!}}{{$\displaystyle {latex}$}}"


def matrix_latex(matrix: Matrix) -> str:
    """Return a matrix for math mode."""
    rows = r" \\ ".join(" & ".join(map(number_latex, row)) for row in matrix.rows)
    sign = r"\approx" if matrix.rounded else "="
    columns = f"{{*{{{len(matrix.rows[0])}}}{{r}}}}"
    return rf"{matrix.latex} {sign} \left[\begin{{array}}{columns} {rows} \end{{array}}\right]"


def _tree(branch: Branch, depth: int) -> Iterator[str]:
    """Yield a paragraph for each branch; LaTeX's own lists end at four levels."""
    remark = f" ({words(branch.remark)})" if branch.remark else ""
    label = rf"\textit{{{words(branch.label)}}}"
    latex = branch.formula.latex
    formula = f"${latex}$"
    if 2 * depth + columns_filled(f"{branch.label}{branch.formula.text}") * WIDER > LINE:
        formula = rf"\\ {_fitting(latex)}"
    yield (rf"{{\leftskip={2 * depth}em\noindent {label}: {formula}{remark}\par}}")
    for each in branch.branches:
        yield from _tree(each, depth + 1)


def _table(table: Table) -> str:
    """Return a table that goes over as many pages as it needs, and never over their edge."""
    size, found = _sized(table)
    size += "" if found.framed else r"\setlength{\tabcolsep}{3pt}"
    shown = found.table
    layout = "".join(
        _layout(column, width, folded=width < full)
        for column, width, full in zip(shown.columns, found.widths, natural(shown), strict=True)
    )
    heading = " & ".join(words(column.heading) for column in shown.columns)
    # Only a long table needs LaTeX to run twice before its columns are in line.
    kind, head = ("longtable", r"\endhead") if len(shown.rows) > MOST_ROWS else ("tabular", "")
    lines = [
        *([rf"\textit{{{words(shown.title)}}}", ""] if shown.title else []),
        *([f"{{{size}"] if size else []),
        rf"\begin{{{kind}}}[l]{{{layout}}}" if head else rf"\begin{{{kind}}}{{{layout}}}",
        rf"{heading} \\ \hline {head}".rstrip(),
        *(rf"{' & '.join(map(_cell, row, shown.columns))} \\" for row in shown.rows),
        rf"\end{{{kind}}}\par" + "}" * bool(size),
    ]
    if found.left_out:
        lines.append(words(f"Left out: {', '.join(found.left_out)}; other formats show it."))
    return "\n".join(lines) + "\n"


def _sized(table: Table) -> tuple[str, Fitted]:
    """Return the largest size in which a table fits whole; the smallest, with less, if none."""
    for size, room in SIZES:
        found = fitted(table, room)
        if found is not None and found.is_whole and found.framed:
            return size, found
    return SIZES[-1][0], found or Fitted(table, natural(table))


def _layout(column: Column, width: int, *, folded: bool) -> str:
    if folded:
        return rf">{{\raggedright\arraybackslash}}p{{{width * 0.55:.1f}em}}"
    return "r" if column.kind == "number" else "l"


def _cell(cell: Cell, column: Column) -> str:
    if isinstance(cell, Figure):
        number = number_latex(cell.text)
        return rf"$\approx {number}$" if cell.rounded else f"${number}$"
    if column.kind == "words" or OPEN in cell or not cell:
        return words(cell)
    return f"${typeset(cell)}$"


def words(text: str) -> str:
    """Return marked words: TeX's own characters escaped, formulas in math, code as it is typed."""
    return "".join(map(_part, parts(text)))


def _part(part: Part) -> str:
    match part.kind:
        case "math" | "gradient":
            return f"${part.latex or typeset(part.text)}$"
        case "code":
            return rf"\texttt{{{escape(part.text)}}}"
        case "right" | "wrong" | "undecided":
            return rf"\textbf{{{escape(part.text)}}}"
    return escape(part.text)


def escape(text: str) -> str:
    """Return the text with TeX's own characters escaped, and what its fonts lack in math."""
    return "".join(map(_character, plain(text))).replace("--", "-{}-")


def _character(character: str) -> str:
    if character in SPECIAL:
        return str(SPECIAL[character])
    if LATIN.match(character):
        return character
    latex = typeset(character)
    if latex.isascii() and latex:
        return f"${latex}$"
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}')}]"
