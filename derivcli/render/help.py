"""Pages of help for a terminal: as wide as it is, and no word is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap

from derivcli.report.page import Page, Row

WIDEST = 100  # longer lines are hard to read
WIDEST_TERM = 24
LEAST_ROOM = 24  # beside the terms; with less a description stands under its term
# What is quoted, what is short in brackets, and an option with its value.
TOGETHER = r'"[^"]*"|\[[^\]]{,30}\]|--[a-z-]+ (?=[^-])'
GLUE = "\0"  # in place of a space where no line ends


def render(page: Page, width: int) -> str:
    """Return the page in lines of at most `width` columns, unless a single word is wider."""
    return "\n".join(_lines(page, min(width, WIDEST)))


def _lines(page: Page, width: int) -> Iterator[str]:
    yield from _filled(page.usage, width, "Usage: ", " " * 7)
    for paragraph in page.about:
        yield from ("", *_filled(paragraph, width, "  ", "  "))
    for heading, rows in page.lists:
        yield from ("", f"{heading}:", *_rows(rows, width))
    if page.examples:
        yield from ("", "Examples:")
    for example in page.examples:
        yield from _command(example, width)


def _rows(rows: Sequence[Row], width: int) -> Iterator[str]:
    """Yield terms and descriptions side by side, or under each other where that is too narrow."""
    column = 4 + min(WIDEST_TERM, max(len(term) for term, _ in rows))
    beside = width - column >= LEAST_ROOM
    indent = " " * (column if beside else 6)
    for term, description in rows:
        if beside and len(term) <= column - 4:
            yield from _filled(description, width, f"  {term}".ljust(column), indent)
        else:
            yield from (f"  {term}", *_filled(description, width, indent, indent))


def _command(line: str, width: int) -> Iterator[str]:
    """Yield a command line, continued as a shell reads it, below its remark if need be."""
    if len(line) + 2 <= width:
        yield f"  {line}"
        return
    command, mark, remark = line.partition("  # ")
    if mark:
        yield from _filled(remark, width, "  # ", "  # ")
    *begun, last = _filled(command, width - 2, "  ", "      ")
    yield from (f"{each} \\" for each in begun)
    yield last


def _filled(text: str, width: int, first: str, rest: str) -> list[str]:
    """Return lines of whole words; nothing is pulled apart that is typed as one."""
    glued = re.sub(TOGETHER, lambda found: found[0].replace(" ", GLUE), text)
    lines = wrap(
        glued, width, initial_indent=first, subsequent_indent=rest, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return [line.replace(GLUE, " ") for line in lines]
