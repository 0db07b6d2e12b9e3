"""Blocks to a terminal's text, by Rich: whole in a pipe, folded on a narrow terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import StringIO
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table as RichTable
from rich.text import Text as RichText
from rich.tree import Tree as RichTree

from derivcli.render.ascii import plain_ascii
from derivcli.render.fitting import GAP, Fitted, fitted
from derivcli.render.folding import INDENT, folded
from derivcli.render.plain import aligned, matrix_lines
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
from derivcli.report.markup import Kind, parts, plain

WIDE = 100_000  # no terminal: nothing is ever folded
LEAST = 24  # columns that a number with all its digits needs
GUIDE = 4  # columns that each level of a tree is indented by
GRADIENT = "color(166)"  # as in every picture
EMPHASIS = {  # of columns
    "slope": "bold", "gradient": GRADIENT, "backward": GRADIENT, "remark": "dim", "problem": "dim",
}  # fmt: skip
# Colours that are read on black and on white.
STYLES: dict[Kind, str] = {
    "right": "bold green", "wrong": "bold red", "undecided": "bold yellow", "code": "bold",
}  # fmt: skip
# Of a chart's curves: near to those of pictures.
COLOURS = ("color(32)", "color(166)", "color(29)", "color(133)", "color(172)", "color(75)")


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the text goes: `width` is None off a terminal."""

    width: int | None = None
    colour: bool = False
    unicode: bool = True
    colours: Literal["standard", "256"] = "256"


def render(blocks: Iterable[Block], screen: Screen) -> str:
    """Return the blocks as text; a table wider than the screen becomes a list of its rows."""
    output = StringIO()
    console = Console(
        file=output, width=WIDE, force_terminal=screen.colour, no_color=not screen.colour,
        color_system=screen.colours if screen.colour else None, highlight=False, markup=False,
        emoji=False, legacy_windows=False, soft_wrap=True, _environ={},
    )  # fmt: skip
    before: Block | None = None
    for block in blocks:
        if before is not None and _apart(before, block):
            output.write("\n")
        _draw(console, block, screen)
        before = block
    lines = (line.rstrip() for line in output.getvalue().splitlines())
    text = "\n".join(lines) + "\n"
    return text if screen.unicode else plain_ascii(text)


def _apart(before: Block, block: Block) -> bool:
    """Does a blank line stand between the two? Lines of one kind stand together."""
    return _kind(before) is not _kind(block) or isinstance(block, Table | Chain)


def _kind(block: Block) -> type[Block]:
    """Return the kind of a block; the lowest heading is a line above its words."""
    return Text if isinstance(block, Heading) and block.level == 2 else type(block)


def _draw(console: Console, block: Block, screen: Screen) -> None:
    match block:
        case Chart():
            _draw_chart(console, block, screen)
        case Diagram():
            from derivcli.render.diagram import draw

            for line in draw(block, screen.width):
                _print(console, RichText(line), screen.width, indent=INDENT)
        case Text():
            _print(console, _styled(block.text), screen.width)
        case Heading():
            _print(console, _styled(block.text, formulas="bold"), screen.width)
        case Formula():
            _print(console, RichText(block.text, style="bold"), screen.width)
        case Table():
            _draw_table(console, block, screen)
        case Matrix():
            for line in _matrix_lines(block, screen.width):
                console.print(RichText(line))
        case Tree():
            for branch in block.branches:
                console.print(_tree(branch, screen.width))
        case Chain():
            _draw_chain(console, block, screen.width)


def _styled(text: str, style: str = "", *, formulas: str = "") -> RichText:
    """Return marked words as Rich writes them."""
    styles = {**STYLES, "math": formulas}
    pieces = ((part.text, styles.get(part.kind, "")) for part in parts(text))
    return RichText.assemble(*pieces, style=style)


def _print(console: Console, text: RichText, room: int | None, *, indent: int = 0) -> None:
    for line in _lines(text, room, indent=indent):
        console.print(line)


def _lines(text: RichText, room: int | None, *, indent: int = 0) -> list[RichText]:
    """Return a text in lines no wider than its room."""
    if room is None or cell_len(text.plain) <= room:
        return [text]
    found = [text[start:end] for start, end in folded(text.plain, room, indent=indent)]
    return [RichText(" " * indent * bool(number)) + line for number, line in enumerate(found)]


def _matrix_lines(matrix: Matrix, room: int | None) -> list[str]:
    """Return a matrix row by row; one wider than its room in groups of columns."""
    lines = matrix_lines(matrix)
    if room is None or cell_len(lines[0]) <= room:
        return lines
    widths = [max(map(len, column)) for column in zip(*matrix.rows, strict=True)]
    found, start, count = [], 0, len(widths)
    while start < count:
        stop = start + 1
        name = f"{matrix.name}, columns {start + 1} to {count}"
        width = len(f"{name} = []") + widths[start]
        while stop < count and width + 2 + widths[stop] <= room:
            width += 2 + widths[stop]
            stop += 1
        columns = f"columns {start + 1} to {stop}" if stop > start + 1 else f"column {stop}"
        rows = tuple(row[start:stop] for row in matrix.rows)
        found += matrix_lines(replace(matrix, name=f"{matrix.name}, {columns}", rows=rows))
        start = stop
    return found


def _draw_chain(console: Console, chain: Chain, room: int | None) -> None:
    """Draw a chain; where a line has no room for its reason, reasons stand under their lines."""
    _print(console, RichText(chain.start.text, style="bold"), room)
    lines = aligned(chain)
    beside = room is None or all(cell_len(f"{line}  {reason}") <= room for line, reason in lines)
    for line, reason in lines:
        if beside:
            console.print(RichText.assemble(line, ("  " * bool(reason) + reason, "dim")))
            continue
        _print(console, RichText(line.rstrip()), room, indent=2 * INDENT)
        if reason:
            _print(
                console, RichText(" " * 3 * INDENT + reason, style="dim"), room, indent=3 * INDENT
            )


def _tree(branch: Branch, room: int | None) -> RichTree:
    """Return a branch and those under it; a line wider than its room is broken at the =."""
    within = None if room is None else room - GUIDE
    drawn = RichTree(_line(branch, room), guide_style="dim")
    for each in branch.branches:
        drawn.children.append(_tree(each, within))
    return drawn


def _line(branch: Branch, room: int | None) -> RichText:
    remark = f"  ({plain(branch.remark)})" if branch.remark else ""
    label, formula = (plain(branch.label), "italic"), branch.formula.text
    line = RichText.assemble(label, f": {formula}", (remark, "dim"))
    if room is None or cell_len(line.plain) <= room:
        return line
    left, _, right = formula.rpartition(" = ")
    opening = RichText.assemble(label, (remark, "dim"))
    broken = [
        opening, *(RichText(f"  {each}") for each in (left, f"= {right}"))
    ]  # fmt: skip
    return RichText("\n").join(
        line for each in broken for line in _lines(each, room, indent=INDENT + 2)
    )


def _draw_table(console: Console, table: Table, screen: Screen) -> None:
    if not screen.unicode:
        table = _in_ascii(table)
    found = fitted(table, screen.width)
    title = (found or Fitted(table, ())).table.title
    if title:
        _print(console, RichText(plain(title), style="italic"), screen.width)
    if found is None:
        _draw_rows(console, table, screen.width)
        return
    drawn = RichTable(box=box.ROUNDED if screen.unicode else box.ASCII2, safe_box=False)
    if not found.framed:
        drawn = RichTable(box=None, padding=(0, GAP, 0, 0), pad_edge=False)
    columns = found.table.columns
    for column, width in zip(columns, found.widths, strict=True):
        justify: JustifyMethod = "right" if column.kind == "number" else "left"
        heading = RichText("\n").join(_lines(_styled(column.heading), width))
        drawn.add_column(heading, justify=justify, no_wrap=True)
    # A column of lines at a time: Rich draws a thousand rows three times as fast.
    if table.rows:
        drawn.add_row(*_columns(found, screen))
    console.print(drawn)
    if found.left_out:
        them = "it" if len(found.left_out) == 1 else "them"
        names = ", ".join(map(plain, found.left_out))
        left_out = f"Left out: {names}; a wider terminal shows {them}."
        _print(console, RichText(left_out, style="dim"), screen.width)


def _columns(found: Fitted, screen: Screen) -> list[RichText]:
    """Return each column of a table as one text, its rows line by line."""
    columns = list(zip(*found.table.rows, strict=True))
    if screen.width is None and not screen.colour:
        return [RichText("\n".join(map(shown, cells))) for cells in columns]
    cells = [
        [_lines(_cell(each, column), width, indent=INDENT) for each in cells]
        for column, width, cells in zip(found.table.columns, found.widths, columns, strict=True)
    ]
    heights = [max(map(len, row)) for row in zip(*cells, strict=True)]
    return [
        RichText("\n").join(
            line
            for each, height in zip(column, heights, strict=True)
            for line in [*each, *[RichText()] * (height - len(each))]
        )
        for column in cells
    ]


def _cell(cell: Cell, column: Column) -> RichText:
    style = EMPHASIS.get(column.key, "")
    if not isinstance(cell, Figure):
        return _styled(cell, style)
    return RichText.assemble(("≈ " if cell.rounded else "", "dim"), (cell.text, style))


def _in_ascii(table: Table) -> Table:
    """Return a table in ASCII, before its columns are measured."""

    def written(cell: Cell) -> Cell:
        return cell if isinstance(cell, Figure) else plain_ascii(plain(cell))

    return replace(
        table,
        title=plain_ascii(plain(table.title)),
        columns=tuple(
            replace(each, heading=plain_ascii(plain(each.heading)), short=plain_ascii(each.short))
            for each in table.columns
        ),
        rows=tuple(tuple(map(written, row)) for row in table.rows),
    )


def _draw_chart(console: Console, chart: Chart, screen: Screen) -> None:
    from derivcli.render.chart import WIDTH, draw

    if chart.title:
        _print(console, RichText(plain(chart.title), style="italic"), screen.width)
    for line in draw(chart, screen.width or WIDTH, unicode=screen.unicode):
        text = RichText()
        for part, number in line:
            text.append(part, "" if number is None else COLOURS[number % len(COLOURS)])
        console.print(text)


def _draw_rows(console: Console, table: Table, room: int | None) -> None:
    """Draw each row as a list, a line for each column: nothing is cut, however narrow."""
    longest = max(cell_len(plain(column.heading)) for column in table.columns)
    indent = longest + 4 if room is None or room > longest + LEAST else INDENT
    for number, row in enumerate(table.rows):
        if number:
            console.print()
        for column, cell in zip(table.columns, row, strict=True):
            if shown(cell):
                heading = plain(column.heading)
                line = RichText(f"  {heading}{' ' * (longest - cell_len(heading))}  ")
                _print(console, line + _cell(cell, column), room, indent=indent)
