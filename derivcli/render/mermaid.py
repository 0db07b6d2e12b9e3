"""A graph as Mermaid source, left to right: what GitHub and many notebooks draw by themselves."""

from __future__ import annotations

from collections.abc import Iterable

from derivcli.render.dot import drawn, label
from derivcli.report.blocks import Block, Diagram

SHAPES = {
    "parameter": ("([", "])"),
    "data": ("([", "])"),
    "step": ("[", "]"),
    "output": ("[[", "]]"),
}
SPECIAL = '#&"<>`|*_~\\[]{}'


def render(blocks: Iterable[Block]) -> str:
    """Return the first graph among the blocks.

    Raises UndefinedError where there is none.
    """
    return source(drawn(blocks))


def source(diagram: Diagram) -> str:
    """Return a graph as Mermaid; vertices are numbered, as `end` and others are Mermaid's own."""
    numbers = {vertex.name: f"n{index}" for index, vertex in enumerate(diagram.vertices)}
    lines = ["flowchart LR"]
    for vertex in diagram.vertices:
        opening, closing = SHAPES[vertex.kind]
        words = "<br/>".join(escape(line) for line in label(vertex))
        lines.append(f'  {numbers[vertex.name]}{opening}"{words}"{closing}')
    lines += [f"  {numbers[start]} --> {numbers[end]}" for start, end in diagram.arrows]
    return "\n".join(lines) + "\n"


def escape(words: str) -> str:
    """Return words with what Mermaid, Markdown or HTML would read as its own as entities.

    All that is not ASCII is written so, too: TeX lacks it in what it takes for code.
    """
    return "".join(
        f"#{ord(each)};" if each in SPECIAL or not each.isascii() else each for each in words
    )
