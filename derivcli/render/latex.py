r"""Blocks to LaTeX: a fragment to \input, or a document that compiles by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from derivcli.errors import columns_filled
from derivcli.language.latex import number_latex
from derivcli.render import latex_tables
from derivcli.render.tex import scaled_formula, words
from derivcli.report.blocks import (
    Block,
    Branch,
    Chain,
    Chart,
    Diagram,
    Formula,
    Heading,
    Matrix,
    Table,
    Text,
    Tree,
)

PACKAGES = {  # and what each is needed for
    "amsmath": "",
    "array": r"\arraybackslash",
    "booktabs": r"\midrule",
    "longtable": r"\begin{longtable}",
    "graphicx": r"\resizebox",
    "tikz": r"\begin{tikzpicture}",
    "pgfplots": r"axis}[",
}
SETTINGS = {
    "tikz": r"\usetikzlibrary{arrows.meta}",
    "pgfplots": r"\pgfplotsset{compat=1.16}",
}
LINE = 74  # characters
MOST_TOGETHER = 15  # formulas in line with one another
WIDER = 0.75  # a formula's characters, as many as its text has, are narrower for its fractions
RELATION = re.compile(r"\\left|\\right|\\begin|\\end|[{}]|(?::?=|\\approx) ")
NEW_LINE = " \\\\\n"
SECTIONS = (r"\noindent ", r"\section*", r"\subsection*")


def render(blocks: Iterable[Block], *, standalone: bool = False) -> str:
    """Return the blocks as paragraphs, displayed formulas, long tables and pictures.

    A fragment says in its first line which packages it needs; with `standalone` it loads them.
    """
    body = "\n".join(_paragraphs(blocks))
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
        r"\setlength{\parindent}{0pt}\setlength{\parskip}{0.6em}\setlength{\emergencystretch}{4em}",
        r"\begin{document}",
        f"{body.rstrip()}",
        r"\end{document}",
        "",
    ])  # fmt: skip


def _paragraphs(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the blocks as LaTeX, formulas that follow one another in line with their =."""
    for is_short, group in groupby(blocks, _is_short_formula):
        together = list(group)
        if is_short and len(together) > 1:
            lines = [_aligned(block.latex) for block in together if isinstance(block, Formula)]
            for start in range(0, len(lines), MOST_TOGETHER):  # none of them goes over a page
                part = NEW_LINE.join(lines[start : start + MOST_TOGETHER])
                yield f"\\begin{{align*}}\n{part}\n\\end{{align*}}\n"
        else:
            yield from map(_block, together)


def _is_short_formula(block: Block) -> bool:
    return isinstance(block, Formula) and _width(block) <= LINE


def _width(formula: Formula) -> float:
    return WIDER * columns_filled(formula.text)


def _aligned(latex: str) -> str:
    """Return an equation with the mark at which it stands in line with others."""
    start = next(iter(_relations(latex)), 0)
    return f"{latex[:start]}&{latex[start:]}"


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
            return f"{_displayed(block.latex, _width(block))}\n"
        case Table():
            return latex_tables.latex(block)
        case Matrix():
            width = len(block.name) + max(sum(len(each) + 2 for each in row) for row in block.rows)
            return f"{_displayed(matrix_latex(block), width)}\n"
        case Chain():
            width = max(columns_filled(f"{each.formula.text}{each.reason}") for each in block.links)
            latex = chain_latex(block)
            formula = latex if WIDER * width <= LINE else scaled_formula(latex)
            return f"\\[ {formula} \\]\n"
        case Tree():
            return "\n".join(line for branch in block.branches for line in _tree(branch, 0)) + "\n"


def _displayed(latex: str, width: float) -> str:
    r"""Return a formula on a line of its own; one wider than the page is made to fit."""
    if width <= LINE:
        return rf"\[ {latex} \]"
    lines = _broken(latex)
    if len(lines) > 1:
        latex = r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"
    return rf"\[ {scaled_formula(latex)} \]"


def _broken(latex: str) -> list[str]:
    """Return a long equation in lines, broken at its = and ≈."""
    starts = _relations(latex)
    if not starts:
        return [latex]
    first, *others = (latex[one:other].strip() for one, other in pairwise([*starts, len(latex)]))
    return [f"{latex[: starts[0]]}&{first}", *(f"&{line}" for line in others)]


def _relations(latex: str) -> list[int]:
    """Return where =, := and ≈ stand outside all brackets."""
    depth, starts = 0, []
    for match in RELATION.finditer(latex):
        token = match[0]
        if token in (r"\left", r"\begin", "{"):
            depth += 1
        elif token in (r"\right", r"\end", "}"):
            depth -= 1
        elif depth == 0:
            starts.append(match.start())
    return starts


def matrix_latex(matrix: Matrix) -> str:
    """Return a matrix for math mode."""
    rows = r" \\ ".join(" & ".join(map(number_latex, row)) for row in matrix.rows)
    sign = r"\approx" if matrix.rounded else "="
    columns = f"{{{'r' * len(matrix.rows[0])}}}"
    return rf"{matrix.latex} {sign} \left[\begin{{array}}{columns} {rows} \end{{array}}\right]"


def chain_latex(chain: Chain) -> str:
    """Return a chain for math mode, its relations in line, a reason behind each."""
    lines = [f"& {chain.start.latex}"]
    for each in chain.links:
        relation = r"\to" if each.relation == "→" else "="
        reason = rf" && \text{{{words(each.reason)}}}" if each.reason else ""
        lines.append(rf"&\quad {relation} {each.formula.latex}{reason}")
    inner = r" \\ ".join(lines)
    return rf"\begin{{aligned}} {inner} \end{{aligned}}"


def _tree(branch: Branch, depth: int) -> Iterator[str]:
    """Yield a paragraph for each branch; LaTeX's own lists end at four levels."""
    remark = f" ({words(branch.remark)})" if branch.remark else ""
    label = rf"\textit{{{words(branch.label)}}}"
    latex = branch.formula.latex
    formula = f"${latex}$"
    if 2 * depth + columns_filled(f"{branch.label}{branch.formula.text}") * WIDER > LINE:
        formula = rf"\\ {scaled_formula(latex, indent=2 * depth)}"
    yield (rf"{{\leftskip={2 * depth}em\noindent {label}: {formula}{remark}\par}}")
    for each in branch.branches:
        yield from _tree(each, depth + 1)
