"""Where the answer goes, and in which format: the screen, a pipe, a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from derivcli.cli.files import unwritable, write
from derivcli.errors import ExitStatus, UsageError, printable

if TYPE_CHECKING:
    from derivcli.render.look import Look
    from derivcli.report.blocks import Block, Table

SUFFIXES = {
    ".txt": "rich", ".json": "json", ".csv": "csv", ".md": "markdown", ".tex": "latex",
    ".html": "html",
}  # fmt: skip
PICTURES = {".svg": "svg", ".png": "png", ".pdf": "pdf"}  # of answers that have a chart
CODE = {".py": "python"}  # of answers that can be run
SOURCES = {".dot": "dot", ".gv": "dot", ".mmd": "mermaid"}  # of answers that have a graph


@dataclass(frozen=True, slots=True)
class Destination:
    """A format and a file, None for standard output; and how a picture looks, if that is told.

    A `standalone` document of LaTeX compiles by itself.
    """

    format: str
    path: Path | None = None
    look: Look | None = None
    standalone: bool = False

    @property
    def is_drawing(self) -> bool:
        """Is it a graph alone that is asked for, as source or as a picture?"""
        return self.format in {*PICTURES.values(), *SOURCES.values()}

    @property
    def has_pictures_beside(self) -> bool:
        """Is it Markdown in a file, which links to its pictures?"""
        return self.format == "markdown" and self.path is not None

    def prepare(self) -> None:
        """Load the renderer: time well spent while the answer is computed elsewhere."""
        if self.format == "rich":
            import derivcli.render.terminal
        elif self.format in PICTURES.values() and _has_matplotlib():
            import derivcli.render.figure  # noqa: F401 - loaded for later


def destination(
    chosen: str | None,
    output: str | None,
    *,
    standalone: bool = False,
    figures: bool = False,
    graph: bool = False,
    code: bool = False,
) -> Destination:
    """Return where the answer goes, and as what.

    With `figures` it has a chart, which can be a picture; with `graph` a graph, which can be a
    picture or source; with `code` it can be a program in Python.

    Raises UsageError for an unknown suffix, a file that cannot be written, or --standalone without
    LaTeX, before anything is computed.
    """
    path = None if output in (None, "-") else Path(str(output))
    form = (
        chosen or "rich"
        if path is None
        else _form(chosen, path, figures=figures, graph=graph, code=code)
    )
    if standalone and form != "latex":
        raise UsageError(
            f"--standalone makes a document of LaTeX, and this answer is {form}",
            hint="add --format latex, or --output FILE.tex",
        )
    return Destination(form, path, standalone=standalone)


def _form(chosen: str | None, path: Path, *, figures: bool, graph: bool, code: bool = False) -> str:
    """Return the format of a file that can be written."""
    suffixes = {**SUFFIXES, **PICTURES} if figures or graph else SUFFIXES
    suffixes = {**suffixes, **SOURCES, **CODE} if graph else suffixes
    suffixes = {**suffixes, **CODE} if code else suffixes
    suffix = path.suffix.lower()
    known = suffixes.get(suffix)
    if chosen is None and known is None:
        what = f"'{printable(str(path))}' has no suffix of a format"
        if suffix in PICTURES:
            what = "this command draws no picture; derivcli plot draws one"
        raise UsageError(
            what, where="in --output",
            hint=f"end it in {' '.join(suffixes)}, or choose with --format",
        )  # fmt: skip
    if chosen is None and suffix in PICTURES:
        _require_painter(graph=graph)
    folder = path.parent
    if path.is_dir():
        raise unwritable(path, "it is a folder")
    if not folder.is_dir():
        raise unwritable(path, f"there is no folder {printable(str(folder))}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise unwritable(path, "permission denied")
    return chosen or known or "rich"


def _has_matplotlib() -> bool:
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def _require_painter(*, graph: bool) -> None:
    """Raise UsageError where nothing is installed that draws pictures."""
    if _has_matplotlib():
        return
    from derivcli.render.dot import is_installed

    if graph and is_installed():
        return
    needed = "Graphviz or matplotlib, and neither is" if graph else "matplotlib, which is not"
    raise UsageError(
        f"a picture needs {needed} installed", where="in --output",
        hint='pip install "derivcli[figures]"',
    )  # fmt: skip


def _picture(blocks: list[Block], to: Destination) -> bytes:
    """Return a picture by matplotlib; of a graph by Graphviz, where that alone is installed."""
    if _has_matplotlib():
        from derivcli.render import figure

        return figure.render(blocks, to.format, to.look)
    from derivcli.render import dot

    return dot.picture(blocks, to.format, to.look)


def deliver(
    result: Any, to: Destination, report: Any, *arguments: Any, **options: Any
) -> ExitStatus:
    """Render the result, then write it in one go: to standard output, or to a file as a whole.

    `report` is the module that makes of it `blocks`, told the arguments and options, and `records`.
    Returns the status of the result, 0 where it has none.
    """
    blocks = partial(report.blocks, result, *arguments, **options)
    records = partial(report.records, result)
    if to.path is None:
        sys.stdout.write(_rendered(result, blocks, records, to, sys.stdout))
        sys.stdout.flush()
    elif to.format in PICTURES.values():
        write(to.path, _picture(list(blocks()), to))
    elif to.has_pictures_beside:
        _write_markdown(list(blocks()), to)
    else:
        write(to.path, _rendered(result, blocks, records, to).encode("utf-8"))
    return getattr(result, "status", ExitStatus.ANSWERED)


def _write_markdown(blocks: list[Block], asked: Destination) -> None:
    """Write Markdown and beside it the pictures that it links to, where something can draw them."""
    from derivcli.render import markdown
    from derivcli.report.blocks import Chart, Diagram

    pictures = [block for block in blocks if isinstance(block, Chart | Diagram)]
    path = asked.path or Path()
    names = []
    if pictures and _has_matplotlib() and (path.is_file() or not path.exists()):
        to = Destination("svg", look=asked.look)
        drawn = [_picture([block], to) for block in pictures]
        names = [f"{path.stem}-{number}.svg" for number in range(1, len(drawn) + 1)]
        for name, picture in zip(names, drawn, strict=True):
            write(path.with_name(name), picture)
    write(path, markdown.render(blocks, pictures=names).encode("utf-8"))


def _rendered(
    result: Any,
    blocks: Callable[[], Iterable[Block]],
    records: Callable[[], Table],
    to: Destination,
    stream: TextIO | None = None,
) -> str:
    """Return the result in its format, for a stream or for a file."""
    match to.format:
        case "json":
            from derivcli.render import json

            return _encodable(json.render(result), stream)
        case "csv":
            from derivcli.render import csv

            return csv.render(records())
        case "plain":
            from derivcli.render import plain

            return _encodable(plain.render(blocks()), stream)
        case "markdown":
            from derivcli.render import markdown

            return _encodable(markdown.render(blocks()), stream)
        case "latex":
            from derivcli.render import latex

            return _encodable(latex.render(blocks(), standalone=to.standalone), stream)
        case "html":
            from derivcli.render import html

            page = html.render(blocks())
            if stream is None or _has_signs(stream):
                return page
            return page.encode("ascii", "xmlcharrefreplace").decode()
        case "python":
            return str(result.code)
        case "dot":
            from derivcli.render import dot

            return _encodable(dot.render(blocks()), stream)
        case "mermaid":
            from derivcli.render import mermaid

            return _encodable(mermaid.render(blocks()), stream)
    from derivcli.render import terminal

    return terminal.render(blocks(), _screen(stream))


def _screen(stream: TextIO | None) -> Any:
    from derivcli.cli.colour import is_coloured
    from derivcli.render.terminal import Screen

    if stream is None:
        return Screen()
    width = None
    if stream.isatty():
        import shutil

        width = shutil.get_terminal_size().columns
    many = "256" in os.environ.get("TERM", "") or os.environ.get("COLORTERM")
    return Screen(width, is_coloured(stream), _has_signs(stream), "256" if many else "standard")


def _has_signs(stream: TextIO) -> bool:
    """Can the stream's encoding write what tables and charts are drawn with?"""
    try:
        "╭│╰─≈∂²⣿●".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _encodable(text: str, stream: TextIO | None) -> str:
    if stream is None or text.isascii() or _has_signs(stream):
        return text
    from derivcli.render.ascii import plain_ascii

    return plain_ascii(text)
