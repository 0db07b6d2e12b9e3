"""Pages as one man page, in the man macros of groff and mandoc."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from derivcli.report.page import Page, Row

WIDEST = 78  # of a line of source
# What groff would turn into a typographic sign, or takes for its own.
SIGNS = str.maketrans(
    {"\\": r"\(rs", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
)


def render(program: Page, commands: Iterable[Page], version: str, date: str) -> str:
    """Return the source: the program's page, and in it a subsection for each command."""
    return "\n".join(_lines(program, commands, version, date)) + "\n"


def _lines(program: Page, commands: Iterable[Page], version: str, date: str) -> Iterator[str]:
    name, what = program.name, program.about[0]
    yield f'.TH {name.upper()} 1 {date} "{name} {version}" "{name} manual"'
    yield from (".nh", ".ad l")  # words to be typed are neither hyphenated nor pulled apart
    yield from (".SH NAME", f"{name} \\- {_escaped(what[0].lower() + what[1:].rstrip('.'))}")
    yield from (".SH SYNOPSIS", *_usage(program))
    yield from (".SH DESCRIPTION", *_paragraphs(program.about))
    for heading, rows in program.lists:
        yield f".SH {heading.upper()}"
        yield from _rows(rows)
        if heading == "Commands":
            for each in commands:
                yield from _command(each)
    yield from (".SH EXAMPLES", *_examples(program.examples))


def _command(page: Page) -> Iterator[str]:
    yield from (f".SS {page.name}", *_usage(page), ".PP", *_paragraphs(page.about))
    for _, rows in page.lists:
        yield from _rows(rows)
    if page.examples:
        yield from (".PP", *_examples(page.examples))


def _usage(page: Page) -> list[str]:
    return _filled(rf"\fB{page.name}\fR{_escaped(page.usage.removeprefix(page.name))}")


def _paragraphs(texts: Sequence[str]) -> Iterator[str]:
    for index, text in enumerate(texts):
        yield from ([".PP"] if index else [])
        yield from _filled(_escaped(text))


def _rows(rows: Sequence[Row]) -> Iterator[str]:
    for term, description in rows:
        word, _, value = _escaped(term.strip()).partition(" ")
        yield from (".TP", rf"\fB{word}\fR" + (rf" \fI{value}\fR" if value else ""))
        yield from _filled(_escaped(description))


def _examples(lines: Sequence[str]) -> Iterator[str]:
    """Yield command lines as they are; .EX and .EE would turn hyphenation on again."""
    yield from (".nf", *(_guarded(_escaped(line)) for line in lines), ".fi")


def _filled(text: str) -> list[str]:
    lines = wrap(text, WIDEST, break_long_words=False, break_on_hyphens=False)
    return [_guarded(line) for line in lines]


def _guarded(line: str) -> str:
    """Return a line that is no request, though it may begin as one."""
    return rf"\&{line}" if line.startswith(".") else line


def _escaped(text: str) -> str:
    return text.translate(SIGNS)
