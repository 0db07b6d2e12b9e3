"""The terminal on the first page, light and dark: `python docs/pictures/make.py` draws it.

What stands there is what derivcli prints on a terminal of eighty columns.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from unittest import mock

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from derivcli.cli.main import main

COMMANDS = ('derivcli diff "w**2" --at 3', 'derivcli check "sin(w**2)" "cos(w**2)"')
COLUMNS = 80
SIZE, LINE, MARGIN = 14, 16, 16  # pixels; lines so near that frames have no gaps
CELL = 0.602 * SIZE  # as wide as Menlo's and DejaVu's letters; others are stretched
# GitHub's colours, as far from the paper as text has to be.
THEMES = {
    "light": {
        "paper": "#f6f8fa", "frame": "#d1d9e0", "ink": "#1f2328", "dim": "#59636e",
        "red": "#cf222e",
    },
    "dark": {
        "paper": "#151b23", "frame": "#3d444d", "ink": "#f0f6fc", "dim": "#9198a1",
        "red": "#ff7b72",
    },
}  # fmt: skip
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" \
height="{height}" role="img" aria-labelledby="title desc" xml:space="preserve">
<title id="title">derivcli in a terminal</title>
<desc id="desc">The slope of w**2 at 3 is 6; with a step of 0.001 the estimate is 6.001. \
cos(w**2) is not the derivative of sin(w**2): the inner derivative is missing.</desc>
<style>
rect {{ fill: {paper}; stroke: {frame}; }}
text {{ fill: {ink}; font: {size}px ui-monospace, SFMono-Regular, Menlo, Consolas, \
'DejaVu Sans Mono', monospace; white-space: pre; }}
.bold {{ font-weight: bold; }}
.italic {{ font-style: italic; }}
.dim {{ fill: {dim}; }}
.red {{ fill: {red}; }}
</style>
<rect x="0.5" y="0.5" width="{inner_width}" height="{inner_height}" rx="8"/>
{texts}
</svg>
"""


class Screen(io.StringIO):
    """A terminal that keeps what is written on it."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def printed(command: str) -> str:
    """Return what a command prints on a terminal, with its colours."""
    screen = Screen()
    environment = {"COLUMNS": str(COLUMNS), "TERM": "xterm", "FORCE_COLOR": "1", "NO_COLOR": ""}
    with mock.patch.dict(os.environ, environment), contextlib.redirect_stdout(screen):
        main(shlex.split(command)[1:])
    return screen.getvalue()


def lines() -> Iterator[Text]:
    """Yield the commands and what they print, line by line."""
    for number, command in enumerate(COMMANDS):
        if number:
            yield Text()
        yield Text.assemble(("$ ", "dim"), (command, "bold"))
        yield from map(Text.from_ansi, printed(command).splitlines())


def pieces(line: Text, baseline: int) -> Iterator[str]:
    """Yield the pieces of a line, one a style; each is as wide as its cells, whatever the font."""
    column = 0
    segments = line.render(Console(), end="")
    for style, parts in groupby(segments, lambda part: str(part.style or "")):
        text = "".join(part.text for part in parts)
        classes = style.replace("color(1)", "red")
        if text.strip():
            yield (
                f'<text class="{classes}" x="{MARGIN + CELL * column:.1f}" y="{baseline}" '
                f'textLength="{CELL * cell_len(text):.1f}" lengthAdjust="spacingAndGlyphs">'
                f"{escape(text, quote=False)}</text>"
            ).replace(' class=""', "")
        column += cell_len(text)


def picture(found: Sequence[Text], theme: Mapping[str, str]) -> str:
    """Return the lines as SVG in the colours of a theme; text is text, and no font is fetched."""
    width, height = round(CELL * COLUMNS) + 2 * MARGIN, LINE * len(found) + 2 * MARGIN
    texts = (
        piece
        for number, line in enumerate(found)
        for piece in pieces(line, MARGIN + SIZE + LINE * number)
    )
    return SVG.format(
        **theme, size=SIZE, width=width, height=height, inner_width=width - 1,
        inner_height=height - 1, texts="\n".join(texts),
    )  # fmt: skip


def pictures() -> dict[str, str]:
    """Return both pictures, each under the name of its file."""
    found = list(lines())
    return {f"terminal-{name}.svg": picture(found, theme) for name, theme in THEMES.items()}


if __name__ == "__main__":
    for name, drawn in pictures().items():
        (Path(__file__).parent / name).write_text(drawn, "utf-8")
