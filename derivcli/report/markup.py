r"""Marked words: what is mathematics, code, a verdict or a remark, for every format to set.

A mark is part of the string, so that sentences are put together as ever; it is written with three
characters of Unicode's private use, which no text of a user brings (`errors.printable`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

Kind = Literal["words", "math", "code", "right", "wrong", "undecided"]

OPEN, BETWEEN, CLOSE = "\ue000", "\ue001", "\ue002"
MARKED = re.compile(f"{OPEN}(.)([^{BETWEEN}]*){BETWEEN}([^{CLOSE}]*){CLOSE}", re.DOTALL)
LETTERS: dict[Kind, str] = {kind: chr(0x41 + number) for number, kind in enumerate(get_args(Kind))}
# Stretches of words: of two letters or more, and the article; no name that is called, raised or a
# part of a formula.
ARTICLE = r"a(?= (?!and|as|has|is|or|where)[a-z]{2})"
WORDS = rf"((?:(?<!\S)(?:{ARTICLE}|[A-Za-z][a-z]+)(?![\w(*/'^])[,;:.]*\s*)+)"
KINDS = {letter: kind for kind, letter in LETTERS.items()}
# What goes on with the mathematics before it, after a space: "dJ/dw" and "= 6" are one formula.
RELATIONS = ("=", "<", ">", "≈", "→", ":=")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of one kind; `latex` is a formula for math mode, where its text tells less."""

    text: str
    kind: Kind = "words"
    latex: str = ""


def formula(text: str, latex: str = "") -> str:
    """Return a formula in a sentence; without LaTeX of its own `typesetting` reads its text."""
    return marked("math", plain(text), latex)


def typed(text: str, latex: Sequence[str]) -> str:
    """Return statements as they were typed; what is not typed in ASCII is set by its `latex`.

    Plain text is set as it stands: a slash stays a slash. So is what could not be read: `latex` is
    empty then, and else holds each statement.
    """
    if not latex or (text.isascii() and "\\" not in text):
        return text
    pieces = text.split("; ")
    if len(pieces) == len(latex):
        return "; ".join(map(formula, pieces, latex))
    return formula(text, r";\; ".join(latex))


def mixed(text: str, *names: str) -> str:
    """Return words among which formulas stand, these marked: words have two letters or more.

    `names` are no words however long they are.

    >>> [part.text for part in parts(mixed("put eps = 0 where u > v", "eps"))]
    ['put ', 'eps = 0', ' where ', 'u > v']
    """
    pieces = re.split(_but(*names), text)
    return "".join(
        piece if number % 2 else "".join(map(_trimmed, re.split(r"([:;] )", piece)))
        for number, piece in enumerate(pieces)
    )


@cache
def _but(*names: str) -> str:
    """Return the pattern of a stretch of words, none of which is one of the names."""
    known = "|".join(map(re.escape, names))
    return WORDS.replace(r"(?<!\S)", rf"(?<!\S)(?!(?:{known})\b)", 1) if names else WORDS


def _trimmed(piece: str) -> str:
    """Return a formula marked without the space and the comma at its ends."""
    inner = piece.strip(" ,;:")
    start = piece.index(inner) if inner else 0
    return f"{piece[:start]}{formula(inner)}{piece[start + len(inner) :]}" if inner else piece


def code(text: str) -> str:
    """Return what is typed: a command, an option, the name of a file."""
    return marked("code", text)


def marked(kind: Kind, text: str, latex: str = "") -> str:
    """Return a text with a mark of its kind."""
    return f"{OPEN}{LETTERS[kind]}{text}{BETWEEN}{latex}{CLOSE}"


def parts(text: str) -> Iterator[Phrase]:
    """Yield the stretches of a text; formulas with a space and a relation between are one."""
    held: Phrase | None = None
    end = 0
    for mark in MARKED.finditer(text):
        words, part = text[end : mark.start()], Phrase(mark[2], KINDS[mark[1]], mark[3])
        end = mark.end()
        goes_on = part.kind == "math" and part.text.startswith(RELATIONS)
        if held is not None and words == " " and goes_on and bool(held.latex) == bool(part.latex):
            held = Phrase(f"{held.text} {part.text}", "math", f"{held.latex} {part.latex}".strip())
            continue
        if held is not None:
            yield held
        if words:
            yield Phrase(words)
        held = part if part.kind == "math" else None
        if held is None:
            yield part
    if held is not None:
        yield held
    if end < len(text):
        yield Phrase(text[end:])


def plain(text: str) -> str:
    """Return a text without its marks."""
    return MARKED.sub(r"\2", text) if OPEN in text else text
