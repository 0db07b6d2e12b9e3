"""A graph as Graphviz source, left to right; names stand in it quoted, so that any may be used."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable

from derivcli.errors import RefusedError, UndefinedError
from derivcli.render.diagram import with_value
from derivcli.report.blocks import Block, Diagram, Vertex

SHAPES = {
    "parameter": "shape=ellipse",
    "data": "shape=ellipse, style=dashed",
    "step": "shape=box",
    "output": "shape=box, penwidth=2",
}

SECONDS = 30  # for Graphviz to draw in


def render(blocks: Iterable[Block]) -> str:
    """Return the first graph among the blocks.

    Raises UndefinedError where there is none.
    """
    diagram = drawn(blocks)
    lines = ["digraph {", "  rankdir=LR;"]
    lines += [
        f"  {quoted(vertex.name)} [label={quoted(*label(vertex))}, {SHAPES[vertex.kind]}];"
        for vertex in diagram.vertices
    ]
    lines += [f"  {quoted(start)} -> {quoted(end)};" for start, end in diagram.arrows]
    return "\n".join([*lines, "}"]) + "\n"


def is_installed() -> bool:
    """Is Graphviz's own program there?"""
    return shutil.which("dot") is not None


def picture(blocks: Iterable[Block], form: str) -> bytes:
    """Return the first graph as "svg" or "png", drawn by Graphviz.

    Raises RefusedError where Graphviz takes too long or fails.
    """
    program = shutil.which("dot") or "dot"
    try:
        done = subprocess.run(  # noqa: S603 - a program by its full path, without a shell
            [program, f"-T{form}"],
            input=render(blocks).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise RefusedError(f"Graphviz took more than {SECONDS} s to draw this graph") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise RefusedError(f"Graphviz could not draw this graph: {error}") from None
    return done.stdout


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
