"""Shapes as they are typed: 4x3, 3xm, (n, 1), or n alone for a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from derivcli.errors import DerivError, LanguageError, RefusedError, Span
from derivcli.language.broadcasting import Shape, Size
from derivcli.language.functions import is_function
from derivcli.language.operations import SPELLED_OPERATIONS
from derivcli.language.tokens import SUBSCRIPTS, readable, tokenize
from derivcli.language.tree import CONSTANTS

LARGEST_SIZE = 1_000_000_000

SIZE = re.compile(r"[0-9]+|[A-Za-z][A-Za-z0-9_]*", re.ASCII)
SHORT_SIZE = re.compile(r"[0-9]+|[A-Za-z][0-9]*", re.ASCII)  # no word that an x may stand in
SEPARATOR = re.compile(r"\s*[×*,]\s*|\s+[xX]\s+")
NEXT_SHAPE = re.compile(r"[\s,;]+(?=[^\W\d]\w*\s*=)")
HOW = "write rows x columns, such as 4x3, 3xm or nx1"

Piece = tuple[str, int]  # a text, and where it begins


def read_shapes(sources: Sequence[str]) -> dict[str, Shape]:
    """Return the shapes that texts such as `W=4x3` give to names.

    Raises LanguageError or RefusedError with the text and the place at fault.

    >>> read_shapes(["W=4x3", "X=3xm", "x=n"])
    {'W': (4, 3), 'X': (3, 'm'), 'x': ('n', 1)}
    """
    found: dict[str, Shape] = {}
    typed: dict[str, str] = {}
    for source in sources:
        name, equals, _ = source.partition("=")
        if not equals:
            example = name.strip() if SIZE.fullmatch(name.strip()) else "W"
            raise _error("whose shape is this?", source, (source, 0), f"write {example}=4x3")
        if (several := NEXT_SHAPE.split(source.strip()))[1:]:
            hint = f"write --shape {' '.join(several)}"
            raise _error("one shape at a time", source, (source, 0), hint)
        variable = read_name(name, source)
        if variable in found:
            raise _error(f"{variable} is given a shape twice", source, (name, 0))
        found[variable], typed[variable] = parse_shape(source, start=len(name) + 1), source
    sizes = {size for shape in found.values() for size in shape}
    for variable, source in typed.items():
        if variable in sizes:
            message = f"{variable} is a size, and so a number without a shape"
            hint = "give one of them another name"
            raise _error(message, source, (source, 0), hint)
    return found


def parse_shape(source: str, *, start: int = 0) -> Shape:
    """Return the shape that a text spells from `start` on; a size alone is that of a column.

    Between the sizes stands x, ×, * or a comma, and there may be brackets around them.

    Raises LanguageError or RefusedError with the place at fault.

    >>> parse_shape("4x3"), parse_shape("(n, m)"), parse_shape("n1")
    ((4, 3), ('n', 'm'), ('n1', 1))
    """
    text, at = _stripped(readable(source).translate(SUBSCRIPTS)[start:], start)
    if text[:1] + text[-1:] in ("()", "[]"):
        text, at = _stripped(text[1:-1], at + 1)
    if not text:
        raise _error("the shape is missing", source, (source[start:], start), HOW)
    pieces = list(_split(text, at))
    if len(pieces) == 1:
        pieces = _divided(text, at, source)
    if len(pieces) == 2 and text.endswith(",") and (flat := pieces[0][0]):
        message = "a flat array has no rows and columns"
        hint = f"write {flat}x1 for a column, 1x{flat} for a row"
        raise _error(message, source, (text, at), hint)
    if len(pieces) > 2:
        raise _error("a matrix has rows and columns alone", source, (text, at), HOW)
    sizes = tuple(_size(piece, source) for piece in pieces)
    return sizes if len(sizes) == 2 else (*sizes, 1)


def _stripped(text: str, at: int) -> Piece:
    return text.strip(), at + len(text) - len(text.lstrip())


def _split(text: str, at: int) -> Iterator[Piece]:
    """Yield what stands between separators that can be nothing else."""
    end = 0
    for separator in SEPARATOR.finditer(text):
        yield text[end : separator.start()], at + end
        end = separator.end()
    yield text[end:], at + end


def _divided(text: str, at: int, source: str) -> list[Piece]:
    """Return the sizes around an x, where nothing else can be meant by it."""
    parts = re.split("[xX]", text)
    if len(parts) > 2 and all(SHORT_SIZE.fullmatch(part) and _may_be(part) for part in parts):
        return [(part, at) for part in parts]
    short = len(parts) == 2 and all(map(SHORT_SIZE.fullmatch, parts))
    if short and _may_be(text) and {*parts} & {*CONSTANTS}:
        return [(parts[0], at), (parts[1], at + len(parts[0]) + 1)]  # mxe: e is refused as a size
    readings = [
        [(text[:place], at), (text[place + 1 :], at + place + 1)]
        for place in (match.start() for match in re.finditer("[xX]", text))
        if _may_be(text[:place]) and _may_be(text[place + 1 :])
    ]
    if len(readings) == 1 and all(SHORT_SIZE.fullmatch(part) for part, _ in readings[0]):
        return readings[0]
    if _may_be(text):
        readings.append([(text, at)])
    if len(readings) > 1:
        written = [",".join([*(part for part, _ in each), "1"][:2]) for each in readings]
        hint = f"write {' or '.join(written)}"
        raise _error("this can be read in two ways", source, (text, at), hint)
    if not readings and (first := re.match(r"([0-9]+)[xX]", text)):
        return [(first[1], at), (text[first.end() :], at + first.end())]
    return readings[0] if readings else [(text, at)]


def _size(piece: Piece, source: str) -> Size:
    text = piece[0]
    if not SIZE.fullmatch(text):
        what = f"'{text}' is no size" if text else "a size is missing"
        raise _error(what, source, piece, HOW)
    if not text[0].isdigit():
        check_name(text, source, Span(piece[1], piece[1] + len(text)))
        return text
    if len(text.lstrip("0")) > len(str(LARGEST_SIZE)) or int(text) > LARGEST_SIZE:
        raise RefusedError(
            f"a size beyond {LARGEST_SIZE:,} is too large", source=source, span=_span(piece)
        )
    if int(text) == 0:
        raise _error("a size is 1 or more", source, piece)
    return int(text)


def read_name(typed: str, source: str, example: str = "4x3") -> str:
    """Return the name before an =, as the language spells it: θ is theta.

    Raises LanguageError for what is no name of a variable.
    """
    try:
        name, *rest = tokenize(typed)
    except DerivError:
        rest = []
    if len(rest) != 1 or name.kind != "name":
        raise _error("this is not a name", source, _stripped(typed, 0), f"write W={example}")
    check_name(name.text, source, name.span)
    return name.text


def check_name(name: str, source: str, span: Span) -> None:
    """Raise LanguageError where a name has another meaning: of a function, or of a constant."""
    if (what := _taken(name)) is not None:
        hint = "give it another name"
        raise LanguageError(f"'{name}' is a {what}", source=source, span=span, hint=hint)


def _taken(name: str) -> str | None:
    if is_function(name) or name in SPELLED_OPERATIONS:
        return "function"
    return "constant" if name in CONSTANTS else None


def _may_be(text: str) -> bool:
    """May the text be a size?"""
    return SIZE.fullmatch(text) is not None and _taken(text) is None


def _span(piece: Piece) -> Span:
    text, start = piece
    return Span(start, start + max(1, len(text)))


def _error(message: str, source: str, piece: Piece, hint: str | None = None) -> LanguageError:
    return LanguageError(message, source=source, span=_span(piece), hint=hint)
