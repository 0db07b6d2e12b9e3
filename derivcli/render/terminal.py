"""Blocks to a terminal's text, by Rich: whole in a pipe, folded on a narrow terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import StringIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText
from rich.tree import Tree as RichTree

from derivcli.render.ascii import plain_ascii
from derivcli.render.plain import matrix_lines
from derivcli.report.blocks import (
    Block,
    Branch,
    Cell,
    Chart,
    Diagram,
    Figure,
    Formula,
    Heading,
    Matrix,
    Table,
    Text,
    Tree,
)

WIDE = 100_000  # no terminal: nothing is ever folded
GUIDE = 4  # columns that each level of a tree is indented by
COLOURS = ("cyan", "yellow", "green", "magenta", "red", "blue")  # of a chart's curves


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the text goes: `width` is None off a terminal."""

    width: int | None = None
    colour: bool = False
    unicode: bool = True


def render(blocks: Iterable[Block], screen: Screen) -> str:
    """Return the blocks as text; a table wider than the screen becomes a list of its rows."""
    output = StringIO()
    console = Console(
        file=output, width=WIDE, force_terminal=screen.colour, no_color=not screen.colour,
        color_system="standard" if screen.colour else None, highlight=False, markup=False,
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
    return type(before) is not type(block) or isinstance(block, Table)


def _draw(console: Console, block: Block, screen: Screen) -> None:
    match block:
        case Chart():
            _draw_chart(console, block, screen)
        case Diagram():
            from derivcli.render.diagram import draw

            for line in draw(block, screen.width):
                console.print(RichText(line))
        case Text() | Heading():
            console.print(RichText(block.text))
        case Formula():
            console.print(RichText(block.text, style="bold"))
        case Table():
            _draw_table(console, block, screen)
        case Matrix():
            for line in _matrix_lines(block, screen.width):
                console.print(RichText(line))
        case Tree():
            for branch in block.branches:
                console.print(_tree(branch, screen.width))


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


def _tree(branch: Branch, room: int | None) -> RichTree:
    """Return a branch and those under it; a line wider than its room is broken at the =."""
    within = None if room is None else room - GUIDE
    drawn = RichTree(_line(branch, room), guide_style="dim")
    for each in branch.branches:
        drawn.children.append(_tree(each, within))
    return drawn


def _line(branch: Branch, room: int | None) -> RichText:
    remark = f"  ({branch.remark})" if branch.remark else ""
    line = RichText.assemble((branch.label, "italic"), f": {branch.formula.text}{remark}")
    if room is None or cell_len(line.plain) <= room:
        return line
    left, _, right = branch.formula.text.rpartition(" = ")
    return RichText.assemble((branch.label, "italic"), f"{remark}\n  {left}\n  = {right}")


def _draw_table(console: Console, table: Table, screen: Screen) -> None:
    if table.title:
        console.print(RichText(table.title, style="italic"))
    if screen.width is not None and _width(table) > screen.width:
        _draw_rows(console, table)
        return
    drawn = RichTable(box=box.ROUNDED if screen.unicode else box.ASCII2, safe_box=False)
    for column in table.columns:
        justify = "right" if column.kind == "number" else "left"
        drawn.add_column(RichText(column.heading), justify=justify, no_wrap=True)  # type: ignore[arg-type] # a literal
    # A column of lines at a time: Rich draws a thousand rows three times as fast.
    if table.rows:
        columns = zip(*table.rows, strict=True)
        drawn.add_row(*(RichText("\n".join(map(shown, cells))) for cells in columns))
    console.print(drawn)


def _draw_chart(console: Console, chart: Chart, screen: Screen) -> None:
    from derivcli.render.chart import WIDTH, draw

    if chart.title:
        console.print(RichText(chart.title, style="italic"))
    for line in draw(chart, screen.width or WIDTH, unicode=screen.unicode):
        text = RichText()
        for part, number in line:
            text.append(part, "" if number is None else COLOURS[number % len(COLOURS)])
        console.print(text)


def _width(table: Table) -> int:
    """Return the columns that the drawn table fills."""
    widths = (
        max(cell_len(column.heading), *(cell_len(shown(row[index])) for row in table.rows), 0)
        for index, column in enumerate(table.columns)
    )
    return 1 + sum(width + 3 for width in widths)


def _draw_rows(console: Console, table: Table) -> None:
    """Draw each row as a list, a line for each column: nothing is cut, however narrow."""
    longest = max(cell_len(column.heading) for column in table.columns)
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=True):
            if shown(cell):
                gap = " " * (longest - cell_len(column.heading))
                console.print(RichText(f"  {column.heading}{gap}  {shown(cell)}"))
        console.print()


def shown(cell: Cell) -> str:
    """Return a cell with the sign that marks a rounded number."""
    if isinstance(cell, Figure):
        return f"≈ {cell.text}" if cell.rounded else cell.text
    return cell
