"""Blocks to Markdown with math, for handouts and notebooks: GitHub, CommonMark and pandoc read it.

Outside of math it holds no sign that TeX lacks, so that it becomes a PDF as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from derivcli.render.ascii import plain_ascii
from derivcli.render.fitting import natural
from derivcli.render.latex import chain_latex, matrix_latex
from derivcli.render.tex import LATIN, cell
from derivcli.report.blocks import (
    Block,
    Branch,
    Chain,
    Chart,
    Column,
    Diagram,
    Formula,
    Heading,
    Matrix,
    Table,
    Text,
    Tree,
)
from derivcli.report.markup import Phrase, parts, plain
from derivcli.report.typesetting import typeset

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")
# A line that would become a list or a number of one, where it only begins with such a sign.
LIST = re.compile(r"\A(\d*)([-+.)])(?=\s)")
SECTIONS = ("", "## ", "### ")
DEEPEST = 3  # below the first level of a list: LaTeX has no list further in


def render(blocks: Iterable[Block], *, pictures: Sequence[str] = ()) -> str:
    """Return the blocks as paragraphs, formulas, pipe tables and lists.

    A chart or a drawn graph is a link to the next of `pictures`, as long as there are any; then
    characters in a block of code, or Mermaid.
    """
    names = iter(pictures)
    return "\n".join(_block(block, names) for block in blocks)


def _block(block: Block, pictures: Iterator[str]) -> str:
    match block:
        case Chart() | Diagram():
            name = next(pictures, None)
            if name is not None:
                title = plain_ascii(plain(block.title)) if isinstance(block, Chart) else "the graph"
                return f"![{SPECIAL.sub(_escaped, title)}]({name})\n"
            return _chart(block) if isinstance(block, Chart) else _diagram(block)
        case Text():
            return words(block.text) + "\n"
        case Heading():
            return f"{SECTIONS[block.level]}{words(block.text)}\n"
        case Formula():
            return _displayed(block.latex)
        case Table():
            return _table(block)
        case Matrix():
            return _displayed(matrix_latex(block))
        case Chain():
            return _displayed(chain_latex(block))
        case Tree():
            return "\n".join(line for branch in block.branches for line in _tree(branch, 0)) + "\n"


def _displayed(latex: str) -> str:
    return f"$$\n{latex}\n$$\n"


def _chart(chart: Chart) -> str:
    from derivcli.render.chart import draw

    lines = ("".join(text for text, _ in line).rstrip() for line in draw(chart, unicode=False))
    title = f"*{words(chart.title)}*\n\n" if chart.title else ""
    return title + "\n".join(["```text", *map(plain_ascii, lines), "```"]) + "\n"


def _diagram(diagram: Diagram) -> str:
    from derivcli.render.mermaid import source

    return f"```mermaid\n{source(diagram)}```\n"


def _tree(branch: Branch, depth: int) -> Iterator[str]:
    remark = f" ({words(branch.remark)})" if branch.remark else ""
    deeper = r"$\hookrightarrow$ " * (depth - DEEPEST)
    indent = "  " * min(depth, DEEPEST)
    yield f"{indent}- {deeper}*{words(branch.label)}*: ${branch.formula.latex}${remark}"
    for each in branch.branches:
        yield from _tree(each, depth + 1)


def _table(table: Table) -> str:
    lines = [
        _row([words(column.heading) for column in table.columns]),
        _row([_rule(*each) for each in zip(table.columns, natural(table), strict=True)]),
        *(
            _row(
                [cell(each, column, words) for each, column in zip(row, table.columns, strict=True)]
            )
            for row in table.rows
        ),
    ]
    title = f"*{words(table.title)}*\n\n" if table.title else ""
    return title + "\n".join(lines) + "\n"


def _rule(column: Column, width: int) -> str:
    """Return the line under a heading: where lines are long, pandoc's columns are as its parts."""
    dashes = "-" * max(3, width)
    return f"{dashes}:" if column.kind == "number" else f":{dashes}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def words(text: str) -> str:
    """Return marked words: Markdown's own characters escaped, formulas in math, code in backticks.

    A bar in code would end a cell of a table, so there it stands escaped.
    """
    return LIST.sub(r"\1\\\2", "".join(map(_part, parts(text))))


def _part(part: Phrase) -> str:
    match part.kind:
        case "math":
            return f"${part.latex or typeset(part.text)}$"
        case "code":
            fence = "``" if "`" in part.text else "`"
            pad = " " * part.text.startswith("`"), " " * part.text.endswith("`")
            return f"{fence}{pad[0]}{part.text}{pad[1]}{fence}".replace("|", r"\|")
        case "right" | "wrong" | "undecided":
            return f"**{escape(part.text)}**"
    return escape(part.text)


def escape(text: str) -> str:
    """Return the text with Markdown's own characters escaped, and what TeX's fonts lack in math."""
    return "".join(map(_character, SPECIAL.sub(_escaped, text)))


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _character(character: str) -> str:
    if LATIN.match(character):
        return character
    latex = typeset(character)
    return f"${latex}$" if latex.isascii() and latex else character
