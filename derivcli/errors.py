"""Everything that can be said to a user who is not answered: spans, errors, exit statuses."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar


class ExitStatus(IntEnum):
    """The exit statuses of every command; scripts depend on them."""

    ANSWERED = 0
    NO = 1
    USAGE = 2
    REFUSED = 3
    UNDEFINED = 4
    BUG = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


STATUS_MEANINGS = {
    ExitStatus.ANSWERED: "answered",
    ExitStatus.NO: 'the answer is "no" (wrong answer, failed check)',
    ExitStatus.USAGE: "bad usage or syntax",
    ExitStatus.REFUSED: "refused, or out of time or memory",
    ExitStatus.UNDEFINED: "undefined or not differentiable at the point",
    ExitStatus.BUG: "a bug in derivcli",
    ExitStatus.INTERRUPTED: "interrupted (Ctrl-C)",
    ExitStatus.BROKEN_PIPE: "the reader of the output went away",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of source text: characters `start` up to, not including, `end`."""

    start: int
    end: int

    def __or__(self, other: Span) -> Span:
        """Return the smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


def interruption(error: BaseException) -> BaseException | None:
    """Return what a signal has raised (no Exception), also where Python has disguised it.

    Until 3.11 whatever comes out of `__set_name__`, as while a class is made, is a RuntimeError.
    """
    behind: BaseException | None = error
    while isinstance(behind, Exception):
        behind = behind.__cause__ or behind.__context__
    return behind


class DerivError(Exception):
    """What went wrong, where, and how to mend it; each subclass has one exit status."""

    status: ClassVar[ExitStatus] = ExitStatus.USAGE

    def __init__(
        self,
        message: str,
        *,
        source: str | None = None,
        span: Span | None = None,
        hint: str | None = None,
        where: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.span = span
        self.hint = hint
        self.where = where

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross from the guarded process to ours, so they must survive pickling."""
        details = (self.source, self.span, self.hint, self.where)
        return _rebuild, (type(self), self.message, *details)

    def located(self, *, source: str | None = None, where: str | None = None) -> DerivError:
        """Return the same error, with its source text or its place filled in where missing."""
        return type(self)(
            self.message,
            source=self.source if self.source is not None else source,
            span=self.span,
            hint=self.hint,
            where=self.where if self.where is not None else where,
        )


def _rebuild(
    kind: type[DerivError],
    message: str,
    source: str | None,
    span: Span | None,
    hint: str | None,
    where: str | None,
) -> DerivError:
    return kind(message, source=source, span=span, hint=hint, where=where)


class UsageError(DerivError):
    """The command was not understood: an option, a value, a file."""


class LanguageError(UsageError):
    """The text is not an expression of the language."""


class RefusedError(DerivError):
    """Understood, but beyond the bounds, the clock or the memory limit; or undecidable here."""

    status = ExitStatus.REFUSED


class UndefinedError(DerivError):
    """The expression has no (real) value at the point."""

    status = ExitStatus.UNDEFINED


class BugError(DerivError):
    """Something that should not have happened did; the message is its last line."""

    status = ExitStatus.BUG

    def __init__(self, message: str, *, traceback: str = "", **place: Any) -> None:
        super().__init__(message, **place)
        self.traceback = traceback


def bug(last: str, traceback: str = "") -> BugError:
    """Return the error that a user sees for a failure of ours."""
    return BugError(
        f"this is a bug in derivcli ({last}); please report it with the command line",
        hint="DERIVCLI_DEBUG=1 shows the traceback",
        traceback=traceback,
    )


def counted(number: int, noun: str) -> str:
    """Return a number of things for a sentence.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["dW1", "dW2", "dW3"])
    'dW1, dW2 and dW3'
    """
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last


EXCERPT = 76  # widest stretch of source shown: an error is never wrapped by an 80-column terminal


def describe(error: DerivError) -> str:
    """Return the lines a user reads: `error:`, the source with a caret, `hint:`."""
    place = f"{error.where}: " if error.where else ""
    lines = [f"error: {place}{printable(error.message)}"]
    if error.source is not None and error.source.strip() and error.span is not None:
        lines += _excerpt(error.source, error.span)
    if error.hint:
        lines += [f"hint: {line}" for line in printable(error.hint, keep="\n").split("\n")]
    return "\n".join(lines)


def printable(text: str, keep: str = "") -> str:
    """Return `text` with every control and format character replaced, so a terminal obeys none."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if c in keep or c == " " or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _excerpt(source: str, span: Span) -> list[str]:
    """Return the line of `source` that holds the span, and a line of carets under the span."""
    start, end = min(span.start, len(source)), min(span.end, len(source))
    first = source.rfind("\n", 0, start) + 1
    last = source.find("\n", first)
    last = len(source) if last < 0 else last
    line, start, end = source[first:last], start - first, min(end, last) - first
    prefix = f"line {source.count(chr(10), 0, first) + 1}: " if "\n" in source.strip("\n") else ""
    room = EXCERPT - len(prefix)
    if len(line) > room:
        left = max(0, min(start - room // 3, len(line) - room + 2))
        line, start, end = line[left : left + room - 2], start - left, end - left
        if left:
            line, start, end = "…" + line, start + 1, end + 1
        if left + room - 2 < last - first:
            line += "…"
        end = min(end, len(line))
    line = printable(line)
    carets = max(1, columns_filled(line[start:end]))
    return [
        f"  {prefix}{line}",
        "  " + " " * (len(prefix) + columns_filled(line[:start])) + "^" * carets,
    ]


def columns_filled(text: str) -> int:
    """Return how many terminal columns `text` fills: 2 for a wide character, 0 for a mark."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
