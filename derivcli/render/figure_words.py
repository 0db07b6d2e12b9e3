"""Words and formulas for matplotlib: every text of a picture passes through here."""

from __future__ import annotations

import re

from matplotlib.mathtext import MathTextParser

from derivcli.report.markup import Phrase, parts
from derivcli.report.typesetting import typeset


def words(text: str) -> str:
    """Return marked words for matplotlib; a $ begins no formula."""
    return "".join(_part(part) for part in parts(text))


def _part(part: Phrase) -> str:
    if part.kind not in ("math", "gradient"):
        return _escaped(part.text)
    if re.search(r"[^\W\d]", part.text) is None:  # a number is text, and found as such
        return _escaped(part.text).replace("-", "\N{MINUS SIGN}")
    return formula(part.latex or typeset(part.text), part.text)


def _escaped(text: str) -> str:
    return text.replace("$", r"\$")


def formula(latex: str, otherwise: str) -> str:
    """Return a formula for matplotlib, which knows a part of LaTeX; else the same as text."""
    try:
        MathTextParser("path").parse(f"${latex}$")
    except ValueError:
        return _escaped(otherwise)
    return f"${latex}$"
