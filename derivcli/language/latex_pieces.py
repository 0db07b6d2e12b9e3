r"""LaTeX in pieces: commands, letters, numbers, signs, each with its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivcli.errors import Span
from derivcli.language.functions import CALLED, PIECEWISE
from derivcli.language.run_together import factors, is_usual
from derivcli.language.tree import CONSTANTS

RAW = re.compile(
    r"(?P<blank>[\s~$&]+|\\[,;:! ()\[\]]"
    r"|\\(?:displaystyle|quad|qquad|limits|[bB]ig+[lr]?)(?![A-Za-z]))"
    r"|(?P<bar>\\(?:left|right)\s*\||\\[lr]vert(?![A-Za-z]))"
    r"|(?P<size>\\(?:left|right)(?![A-Za-z])\s*\.?)"
    r"|(?P<command>\\[A-Za-z]+|\\[{}|])"
    r"|(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"|(?P<letters>[A-Za-z]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Raw:
    """A piece of LaTeX: a command without its backslash, a letter, a number, or a sign."""

    kind: str
    text: str
    span: Span


def latex_pieces(plain: str, start: int) -> list[Raw]:
    """Return the pieces of LaTeX from a place on, an "end" last; blanks and sizes are left out."""
    found = []
    for match in RAW.finditer(plain, start):
        kind, text, span = str(match.lastgroup), match[0], Span(*match.span())
        if kind in ("blank", "size"):
            continue
        if kind == "letters":
            found += _letters(plain, text, span)
        elif kind == "bar":
            found.append(Raw("closing" if "r" in text[1:3] else "opening", text, span))
        else:
            found.append(Raw(kind, text.removeprefix("\\") if kind == "command" else text, span))
    end = Span(len(plain), len(plain))
    return [*found, Raw("end", "", end)]


def _letters(plain: str, text: str, span: Span) -> list[Raw]:
    """Return a run of letters: a name where it is one, else letter by letter."""
    after = plain[span.end :].lstrip()
    digits = re.match(r"[0-9]+", plain[span.end :]) if len(text) == 1 else None
    if digits:
        return [Raw("letter", text, span)]
    called = after.startswith("(") and (text in CALLED or text in PIECEWISE)
    known = called or text in CONSTANTS or (len(text) > 1 and is_usual(text))
    if known or not (len(text) == 1 or factors(text) or text in CALLED):
        return [Raw("name", text, span)]
    if text in CALLED and not factors(text):
        return [Raw("name", text, span)]
    return [Raw("letter", each, Span(at, at + 1)) for at, each in enumerate(text, start=span.start)]
