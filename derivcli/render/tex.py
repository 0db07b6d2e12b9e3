"""Words for TeX: its own characters escaped, formulas in math mode, what is too wide scaled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from derivcli.language.latex import number_latex
from derivcli.report.blocks import Cell, Column, Figure
from derivcli.report.markup import OPEN, Phrase, parts, plain
from derivcli.report.typesetting import typeset

SPECIAL: dict[str, str | int | None] = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
}
# Latin letters and their accents are in every TeX's text fonts; all else is in math, or nowhere.
LATIN = re.compile(r"[\x20-\x7e\xa1-\xff\u0100-\u017f\u2013-\u2026]")


def scaled(content: str, *, indent: int = 0) -> str:
    """Return what may be wider than its line, moved in by `indent` em, made as wide as that."""
    line = rf"\dimexpr\linewidth-{indent}em\relax" if indent else r"\linewidth"
    width = rf"\ifdim\width>{line}{line}\else\width\fi"
    return rf"\resizebox{{{width}}}{{!}}{{{content}}}"


def scaled_formula(latex: str, *, indent: int = 0) -> str:
    """Return a formula that is scaled down where it is wider than its line."""
    return scaled(rf"$\displaystyle {latex}$", indent=indent)


def cell(content: Cell, column: Column, words: Callable[[str], str]) -> str:
    """Return a cell of a table, its numbers and formulas in math; `words` sets all else."""
    if isinstance(content, Figure):
        number = number_latex(content.text)
        return rf"$\approx {number}$" if content.rounded else f"${number}$"
    if column.kind == "words" or OPEN in content or not content:
        return words(content)
    # Statement by statement: no line of TeX ends at a semicolon in math.
    return "; ".join(f"${typeset(each)}$" for each in content.split("; "))


def words(text: str) -> str:
    """Return marked words: TeX's own characters escaped, formulas in math, code as it is typed."""
    return "".join(map(_part, parts(text)))


def _part(part: Phrase) -> str:
    match part.kind:
        case "math":
            return f"${part.latex or typeset(part.text)}$"
        case "code":
            return rf"\texttt{{{escape(part.text)}}}"
        case "right" | "wrong" | "undecided":
            return rf"\textbf{{{escape(part.text)}}}"
    return escape(part.text)


def escape(text: str) -> str:
    """Return the text with TeX's own characters escaped, and what its fonts lack in math."""
    return "".join(map(_character, plain(text))).replace("--", "-{}-")


def _character(character: str) -> str:
    if character in SPECIAL:
        return str(SPECIAL[character])
    if LATIN.match(character):
        return character
    latex = typeset(character)
    if latex.isascii() and latex:
        return f"${latex}$"
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}')}]"
