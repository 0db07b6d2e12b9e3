"""Matrices as they are typed: `[[1, 2], [3, 4]]` and as NumPy prints them, their entries exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivcli.errors import DerivError, LanguageError, RefusedError, Span, counted
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.parser import parse
from derivcli.language.tree import Assignment, Name, Node, Number, Program, Unary, nodes

MOST_ENTRIES = 200_000  # that anybody would compute with one by one
HOW = "write a matrix as [[1, 2], [3, 4]], and a column as [5, 6]"
ENTRY = "an entry is a number such as 3, -1e-3 or pi/4"

SHORT_NUMBER = re.compile(
    r"([+-]?)(\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE
)
LONE_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE)
CALL = re.compile(r"(?:[A-Za-z]+\.)?(?:array|asarray|matrix|tensor)\s*\(\s*")
CALL_END = re.compile(r"\s*(?:,[^()\[\]]*)?\)\s*")


@dataclass(frozen=True, slots=True)
class MatrixValue:
    """A matrix that was given, row by row: exact trees without names, with spans in `source`.

    `flat` says that it was one list of numbers, which is a column.
    """

    rows: tuple[tuple[Node, ...], ...]
    source: str = ""
    flat: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        return len(self.rows), len(self.rows[0])

    def constant(self, row: int, column: int) -> Program:
        """Return an entry, counted from 0, as a program without variables."""
        entry = self.rows[row][column]
        return Program((Assignment("J", entry, entry.span, typed=False),), self.source)


def is_matrix(source: str) -> bool:
    """Does a text begin as that of a matrix does?"""
    return source.lstrip().startswith("[") or CALL.match(source.lstrip()) is not None


def read_matrix(source: str, *, start: int = 0) -> MatrixValue:
    """Return the matrix that a text spells from `start` on; a list of numbers is a column.

    Between entries stand commas, or blanks as NumPy prints them; `array(...)` may stand around.

    Raises LanguageError or RefusedError at the place at fault.

    >>> read_matrix("[[1, 2], [3, 4]]").shape, read_matrix("[1. 2. 3.]").shape
    ((2, 2), (3, 1))
    """
    lists, flat = _lists(source, start)
    read = [tuple(_entries(source, inner)) for inner in lists]
    if flat:
        read = [(entry,) for entry in read[0]]
    for index, (row, inner) in enumerate(zip(read, lists, strict=False), 1):
        if len(row) != len(read[0]):
            message = f"row {index} has {_entries_told(len(row))}, and row 1 has {len(read[0])}"
            raise LanguageError(message, source=source, span=inner)
    if len(read) * len(read[0]) > MOST_ENTRIES:
        raise RefusedError(f"more than {MOST_ENTRIES:,} entries are too many")
    return MatrixValue(tuple(read), source, flat)


def _lists(source: str, start: int) -> tuple[list[Span], bool]:
    """Return what stands between the innermost brackets, and whether there is one pair alone."""
    first = start + len(source[start:]) - len(source[start:].lstrip())
    call = CALL.match(source, first)
    opening = call.end() if call else first
    if source[opening : opening + 1] != "[":
        raise _error("a matrix stands in brackets", source, Span(first, len(source)), HOW)
    open_at: list[int] = []
    rows: list[Span] = []
    for place in range(opening, len(source)):
        character = source[place]
        if character == "[":
            if len(open_at) == 2:
                message = "a matrix has rows and columns alone"
                raise _error(message, source, Span(place, place + 1), HOW)
            open_at.append(place)
        elif character == "]":
            inner = Span(open_at.pop() + 1, place)
            if open_at:
                rows.append(inner)
                continue
            _closed(source, place + 1, call=call is not None)
            if rows:
                _between(source, inner, rows)
            return (rows, False) if rows else ([inner], True)
    raise _error("a bracket is not closed", source, Span(open_at[-1], open_at[-1] + 1), HOW)


def _closed(source: str, end: int, *, call: bool) -> None:
    """Raise LanguageError for what follows the matrix."""
    rest = source[end:]
    if not (CALL_END.fullmatch(rest) if call else not rest.strip()):
        at = end + len(rest) - len(rest.lstrip())
        message = (
            f"unexpected '{rest.strip()[:20]}' after the matrix"
            if rest.strip()
            else "')' is missing"
        )
        raise _error(message, source, Span(at, len(source)))


def _between(source: str, whole: Span, rows: list[Span]) -> None:
    """Raise LanguageError for what stands between the rows, and is no comma."""
    end = whole.start
    for index, row in enumerate([*rows, Span(whole.end + 1, whole.end + 1)]):
        gap = source[end : row.start - 1]
        if not re.fullmatch(r"\s*,?\s*" if index else r"\s*", gap):
            at = end + len(gap) - len(gap.lstrip())
            _no_ellipsis(source, Span(at, at + len(gap.strip())))
            raise _error("this is no row", source, Span(at, at + len(gap.strip())), HOW)
        end = row.end + 1


def _entries(source: str, inner: Span) -> Iterator[Node]:
    """Yield the entries of a row: between commas, or numbers between blanks."""
    pieces = list(_between_commas(source, inner))
    if len(pieces) == 1:
        words = [Span(*each.span()) for each in re.compile(r"\S+").finditer(source, *_ends(inner))]
        if len(words) > 1:
            for word in words:
                text = source[word.start : word.end]
                if not LONE_NUMBER.fullmatch(text) and not NOT_FINITE.fullmatch(text):
                    _no_ellipsis(source, word)
                    hint = "write a comma between two entries, and no blanks inside of one"
                    raise _error("commas are missing", source, inner, hint)
            pieces = words
    elif _is_blank(source, pieces[-1]):
        pieces.pop()  # [1, 2,]
    for piece in pieces:
        yield _entry(source, piece, inner)


def _between_commas(source: str, inner: Span) -> Iterator[Span]:
    """Yield what stands between commas that are outside of parentheses."""
    depth, begin = 0, inner.start
    for place in range(inner.start, inner.end):
        depth += {"(": 1, ")": -1}.get(source[place], 0)
        if source[place] == "," and depth <= 0:
            yield Span(begin, place)
            begin = place + 1
    yield Span(begin, inner.end)


def _entry(source: str, piece: Span, inner: Span) -> Node:
    raw = source[piece.start : piece.end]
    text, begin = raw.strip(), piece.start + len(raw) - len(raw.lstrip())
    span = Span(begin, begin + len(text))
    if not text:
        raise _error("an entry is missing", source, inner if inner == piece else piece, HOW)
    if short := SHORT_NUMBER.fullmatch(text):
        number = Number(Fraction(short[2] + (short[3] or "")), span)
        return Unary("-", number, span) if short[1] == "-" else number
    if NOT_FINITE.fullmatch(text):
        raise _error(f"{text} is no number", source, span, ENTRY)
    _no_ellipsis(source, span)
    return _expression(source, span)


def _expression(source: str, span: Span) -> Node:
    limits = COMMAND_LINE
    limits = Limits(span.start + limits.characters, limits.operations, limits.nesting)
    try:
        program = parse(source[: span.end], limits=limits, start=span.start)
    except DerivError as error:
        raise type(error)(
            error.message, source=source, span=error.span or span, hint=error.hint
        ) from None
    (*before, last) = program.statements
    if before or last.typed:
        raise _error("this is no number", source, span, ENTRY)
    for node in nodes(last.expression):
        if isinstance(node, Name):
            raise _error(f"'{node.name}' has no value here", source, node.span, ENTRY)
    return last.expression


def _no_ellipsis(source: str, span: Span) -> None:
    """Raise LanguageError for the dots by which NumPy leaves entries out."""
    if source[span.start : span.end].strip(", ") in ("...", "…"):
        hint = "np.set_printoptions(threshold=10**9) prints all entries"
        raise _error("entries were left out", source, span, hint)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _is_blank(source: str, span: Span) -> bool:
    return not source[span.start : span.end].strip()


def _entries_told(count: int) -> str:
    return counted(count, "entry") if count == 1 else f"{count:,} entries"


def _error(message: str, source: str, span: Span, hint: str | None = None) -> LanguageError:
    return LanguageError(message, source=source, span=span, hint=hint)
