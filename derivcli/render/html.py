"""Blocks to HTML: a page that stands alone and asks nothing of any server, or a fragment of one.

Formulas are MathML, charts and graphs SVG; every text is escaped. Light or dark is the reader's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from derivcli.render import svg_chart, svg_graph
from derivcli.render.latex import matrix_latex
from derivcli.render.mathml import mathml
from derivcli.render.web_style import style
from derivcli.report.blocks import (
    Block,
    Branch,
    Cell,
    Chain,
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
    shown,
)
from derivcli.report.markup import OPEN, Phrase, parts, plain
from derivcli.report.typesetting import typeset

HELD = re.compile(r"(<math (?:(?!</math>).)*</math>[,.;:)]+)")  # no line begins with such a sign
# Nothing may be loaded from anywhere, and nothing runs.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(blocks: Iterable[Block], *, title: str | None = None) -> str:
    """Return the blocks as a page; without a title of its own it has that of the answer."""
    shown_blocks = tuple(blocks)
    return document(fragment(shown_blocks), title or title_of(shown_blocks), POLICY)


def document(content: str, title: str, policy: str) -> str:
    """Return a whole page that holds a fragment; the policy says what it may load and run."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(title, quote=False)}</title>
</head>
<body>
<main>
{content}</main>
</body>
</html>
"""


def fragment(blocks: Iterable[Block]) -> str:
    """Return the blocks as one element that brings its style, for a notebook or another page."""
    return whole(body(blocks))


def whole(content: str, rules: str = "") -> str:
    """Return what was made of blocks as one element with its style, and with more rules."""
    return f'<div class="derivcli">\n<style>\n{style()}{rules}</style>\n{content}\n</div>\n'


def body(blocks: Iterable[Block]) -> str:
    """Return the blocks alone, to stand in a page or a fragment."""
    return "\n".join(map(_block, blocks))


def title_of(blocks: Iterable[Block]) -> str:
    """Return what a page is called: its first words or formula."""
    for block in blocks:
        match block:
            case Heading(text=text) | Formula(text=text) | Text(text=text):
                return plain(text)
            case Table(title=text) | Chart(title=text) if text:
                return plain(text)
    return "derivcli"


def _block(block: Block) -> str:
    match block:
        case Heading(text=text, level=0):
            return f"<p>{words(text)}</p>"
        case Heading():
            tag = f"h{block.level + 1}"
            return f"<{tag}>{words(block.text)}</{tag}>"
        case Text():
            return f"<p>{words(block.text)}</p>"
        case Formula():
            return _displayed(block.latex, block.text)
        case Matrix():
            return _displayed(matrix_latex(block), block.name)
        case Table():
            return _table(block)
        case Chain():
            return _chain(block)
        case Tree():
            return f'<ul class="tree">\n{"".join(map(_branch, block.branches))}</ul>'
        case Chart():
            return _figure(svg_chart.picture(block), block.title)
        case Diagram():
            return _figure(svg_graph.picture(block), "")


def _displayed(latex: str, text: str) -> str:
    return f'<div class="formula">{mathml(latex, text, display=True)}</div>'


def _figure(svg: str, title: str) -> str:
    caption = f"<figcaption>{words(title)}</figcaption>\n" if title else ""
    return f"<figure>\n{caption}{svg}</figure>"


def _branch(branch: Branch) -> str:
    remark = f' <span class="remark">({words(branch.remark)})</span>' if branch.remark else ""
    line = f'<span class="rule">{words(branch.label)}:</span> '
    line += mathml(branch.formula.latex, branch.formula.text) + remark
    if not branch.branches:
        return f"<li>{line}</li>\n"
    inner = "".join(map(_branch, branch.branches))
    head = f'<details open=""><summary>{line}</summary>'
    return f"<li>{head}\n<ul>\n{inner}</ul></details></li>\n"


def _chain(chain: Chain) -> str:
    rows = "".join(
        f"<tr><td>{each.relation}</td><td>{mathml(each.formula.latex, each.formula.text)}</td>"
        f'<td class="remark">{words(each.reason)}</td></tr>\n'
        for each in chain.links
    )
    start = _displayed(chain.start.latex, chain.start.text)
    return f'{start}\n<div class="wide"><table class="chain">\n{rows}</table></div>'


def _table(table: Table) -> str:
    caption = f"<caption>{words(table.title)}</caption>\n" if table.title else ""
    heads = "".join(
        f'<th scope="col"{_kind(column)}>{words(column.heading)}</th>' for column in table.columns
    )
    rows = "".join(f"<tr>{''.join(map(_cell, row, table.columns))}</tr>\n" for row in table.rows)
    return (
        f'<div class="wide"><table>\n{caption}<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table></div>"
    )


def _kind(column: Column) -> str:
    return ' class="number"' if column.kind == "number" else ""


def _cell(content: Cell, column: Column) -> str:
    if isinstance(content, Figure):
        inner = escape(shown(content), quote=False)
    elif column.kind == "formula" and content and OPEN not in content:
        inner = "; ".join(mathml(typeset(each), each) for each in content.split("; "))
    else:
        inner = words(content)
    return f"<td{_kind(column)}>{inner}</td>"


def words(text: str) -> str:
    """Return marked words: formulas as MathML, code as it is typed, a verdict in its colour."""
    return HELD.sub(r'<span class="held">\1</span>', "".join(map(_part, parts(text))))


def _part(part: Phrase) -> str:
    match part.kind:
        case "math":
            return mathml(part.latex or typeset(part.text), part.text)
        case "code":
            return f"<code>{escape(part.text, quote=False)}</code>"
        case "right" | "wrong" | "undecided":
            return f'<strong class="{part.kind}">{escape(part.text, quote=False)}</strong>'
    return escape(part.text, quote=False)
