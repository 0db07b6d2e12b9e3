"""Formulas for a page: LaTeX to MathML, with the formula's text for those who cannot see it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import lru_cache
from html import escape, unescape

KEPT = 4_096  # formulas: a page repeats many


@lru_cache(KEPT)
def mathml(latex: str, text: str, *, display: bool = False) -> str:
    """Return a formula as a <math> element; as code, where its LaTeX cannot be read.

    Nothing is nothing.
    """
    if not latex:
        return ""
    from latex2mathml.converter import convert_to_element

    try:
        math = convert_to_element(latex, display="block" if display else "inline")
    except Exception:  # noqa: BLE001 - of another's converter; a formula as typed is readable, too
        return f"<code>{escape(text, quote=False)}</code>"
    math.set("alttext", text)
    for each in math.iter():  # signs come as references: once they are signs, all is escaped
        each.text = each.text and unescape(each.text)
    return ET.tostring(math, encoding="unicode")
