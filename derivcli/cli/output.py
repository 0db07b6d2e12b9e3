"""Where the answer goes, and in which format: the screen, a pipe, a file."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from derivcli.errors import UsageError, printable

if TYPE_CHECKING:
    from derivcli.render.look import Look
    from derivcli.report.blocks import Block, Table

SUFFIXES = {".txt": "rich", ".json": "json", ".csv": "csv", ".md": "markdown", ".tex": "latex"}
PICTURES = {".svg": "svg", ".png": "png", ".pdf": "pdf"}  # of answers that have a chart
SOURCES = {".dot": "dot", ".gv": "dot", ".mmd": "mermaid"}  # of answers that have a graph


@dataclass(frozen=True, slots=True)
class Destination:
    """A format and a file, None for standard output; and how a picture looks, if that is told."""

    format: str
    path: Path | None = None
    look: Look | None = None

    @property
    def is_drawing(self) -> bool:
        """Is it a graph alone that is asked for, as source or as a picture?"""
        return self.format in {*PICTURES.values(), *SOURCES.values()}

    def prepare(self) -> None:
        """Load the renderer: time well spent while the answer is computed elsewhere."""
        if self.format == "rich":
            import derivcli.render.terminal
        elif self.format in PICTURES.values() and _has_matplotlib():
            import derivcli.render.figure  # noqa: F401 - loaded for later


def destination(
    chosen: str | None, output: str | None, *, figures: bool = False, graph: bool = False
) -> Destination:
    """Return where the answer goes.

    With `figures` it has a chart, which can be a picture; with `graph` a graph, which can be a
    picture or source.

    Raises UsageError for an unknown suffix, or a file that cannot be written, before anything is
    computed.
    """
    if output is None or output == "-":
        return Destination(chosen or "rich")
    path = Path(output)
    suffixes = {**SUFFIXES, **PICTURES} if figures or graph else SUFFIXES
    suffixes = {**suffixes, **SOURCES} if graph else suffixes
    suffix = path.suffix.lower()
    known = suffixes.get(suffix)
    if chosen is None and known is None:
        what = f"'{printable(output)}' has no suffix of a format"
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
        raise _unwritable(path, "it is a folder")
    if not folder.is_dir():
        raise _unwritable(path, f"there is no folder {printable(str(folder))}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise _unwritable(path, "permission denied")
    return Destination(chosen or known or "rich", path)


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


def _unwritable(path: Path, reason: str) -> UsageError:
    return UsageError(f"cannot write {printable(str(path))}: {reason}", where="in --output")


def deliver(
    result: Any,
    blocks: Callable[[], Iterable[Block]],
    records: Callable[[], Table],
    to: Destination,
) -> None:
    """Render the result, then write it in one go: to standard output, or to a file as a whole."""
    if to.path is None:
        sys.stdout.write(render(result, blocks, records, to.format, sys.stdout))
        sys.stdout.flush()
    elif to.format in PICTURES.values():
        _write(to.path, _picture(list(blocks()), to))
    else:
        _write(to.path, render(result, blocks, records, to.format).encode("utf-8"))


def render(
    result: Any,
    blocks: Callable[[], Iterable[Block]],
    records: Callable[[], Table],
    form: str,
    stream: TextIO | None = None,
) -> str:
    """Return the result in a format, for a stream or for a file."""
    match form:
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

            return latex.render(blocks())
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
    return Screen(width, is_coloured(stream), _has_signs(stream))


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


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all; a device or pipe is written to as it is."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        target = path.resolve()
        import tempfile

        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            mode = target.stat().st_mode if target.exists() else 0o666 & ~_umask()
            Path(name).chmod(mode)
            Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
