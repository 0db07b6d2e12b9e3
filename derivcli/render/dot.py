"""A graph as Graphviz source, left to right; names stand in it quoted, so that any may be used."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from html import escape

from derivcli.errors import RefusedError, UndefinedError
from derivcli.render.diagram import with_value
from derivcli.render.look import LIGHT, Look
from derivcli.render.svg import accessible
from derivcli.report.blocks import Block, Diagram, Vertex

SHAPES = {
    "parameter": "shape=ellipse",
    "data": "shape=ellipse, style=dashed",
    "step": "shape=box",
    "output": "shape=box, penwidth=2",
}

SECONDS = 30  # for Graphviz to draw in


def render(blocks: Iterable[Block], look: Look | None = None) -> str:
    """Return the first graph among the blocks: what flows back has arrows and a colour of its own.

    Raises UndefinedError where there is none.
    """
    look = look or Look()
    diagram, paper = drawn(blocks), look.paper
    gradient = paper.colour("gradient")
    lines = ["digraph {", "  rankdir=LR;"]
    if look.title:
        lines.append(f"  labelloc=t; label={quoted(look.title)};")
    if paper is not LIGHT:
        ink = f'color="{paper.ink}", fontcolor="{paper.ink}"'
        lines += [f'  bgcolor="{paper.paper}"; fontcolor="{paper.ink}";']
        lines += [f"  node [{ink}]; edge [{ink}];"]
    for vertex in diagram.vertices:
        words = _coloured(vertex, gradient) if vertex.gradient else quoted(*label(vertex))
        lines.append(f"  {quoted(vertex.name)} [label={words}, {SHAPES[vertex.kind]}];")
    lines += [f"  {quoted(start)} -> {quoted(end)};" for start, end in diagram.arrows]
    for (start, end), text in diagram.flows.items():
        colours = f'color="{gradient}", fontcolor="{gradient}"'
        back = f"label={quoted(text)}, {colours}, constraint=false"
        lines.append(f"  {quoted(end)} -> {quoted(start)} [{back}];")
    return "\n".join([*lines, "}"]) + "\n"


def _coloured(vertex: Vertex, colour: str) -> str:
    """Return a label in which the gradient has its colour, in Graphviz's kind of HTML."""
    *before, gradient = (escape(line) for line in label(vertex))
    font = f'<FONT COLOR="{colour}">{gradient}</FONT>'
    return f"<{'<BR/>'.join([*before, font])}>"


def is_installed() -> bool:
    """Is Graphviz's own program there?"""
    return shutil.which("dot") is not None


def picture(blocks: Iterable[Block], form: str, look: Look | None = None) -> bytes:
    """Return the first graph as "svg", "png" or "pdf", drawn by Graphviz.

    Raises RefusedError where Graphviz takes too long or fails.
    """
    look, program = look or Look(), shutil.which("dot") or "dot"
    diagram = drawn(blocks)
    size = [f"-Gsize={look.size[0]},{look.size[1]}!"] if look.size else []
    try:
        done = subprocess.run(  # noqa: S603 - a program by its full path, without a shell
            [program, f"-T{form}", *([f"-Gdpi={look.dpi}"] if form == "png" else []), *size],
            input=render((diagram,), look).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise RefusedError(f"Graphviz took more than {SECONDS} s to draw this graph") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise RefusedError(f"Graphviz could not draw this graph: {error}") from None
    if form == "pdf":  # without its date, which would make every file another one
        return re.sub(rb"/CreationDate \([^)]*\)", lambda date: b" " * len(date[0]), done.stdout)
    if form == "png":
        return done.stdout
    title = look.title or diagram.description
    return accessible(done.stdout.decode(), title, diagram.description).encode()


def drawn(blocks: Iterable[Block]) -> Diagram:
    """Return the first graph among the blocks, or raise UndefinedError."""
    for block in blocks:
        if isinstance(block, Diagram):
            return block
    raise UndefinedError("there is no graph to draw", hint="without --draw the answer says why")


def label(vertex: Vertex) -> tuple[str, ...]:
    """Return what stands in a vertex: what it computes, its value, its gradient."""
    if vertex.kind in ("parameter", "data") and vertex.value:
        lines: tuple[str, ...] = (with_value(vertex), vertex.gradient)
    else:
        lines = (vertex.label, vertex.value, vertex.gradient)
    return tuple(line for line in lines if line)


def quoted(*lines: str) -> str:
    """Return lines as one string of Graphviz."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    inner = "\\n".join(escaped)
    return f'"{inner}"'
