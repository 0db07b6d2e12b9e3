"""The title and the description of an SVG, for screen readers."""

from __future__ import annotations

import re
from html import escape


def accessible(svg: str, title: str, description: str) -> str:
    """Return an SVG that a screen reader reads as one picture, with its title and description."""
    parts = (("title", title), ("desc", description))
    told = "\n ".join(f"<{tag}>{escape(text, quote=False)}</{tag}>" for tag, text in parts)
    return re.sub(
        r"<svg ([^>]*)>",
        lambda found: f'<svg role="img" {found[1]}>\n {told}',
        svg,
        count=1,
    )
