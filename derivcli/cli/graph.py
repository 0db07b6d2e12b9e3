"""`derivcli graph`: the computation graph, forward and backward."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from derivcli.cli.options import (
    Dark,
    Digits,
    Dpi,
    MaxOperations,
    OutputFormat,
    Size,
    Standalone,
    Timeout,
    Title,
)
from derivcli.errors import UsageError

DEFAULT_EPS = ("0.001",)

Part = Literal["forward", "backward", "check"]
Drawing = Literal["dot", "mermaid"]


def _complete(incomplete: str) -> list[str]:
    from derivcli.exercises.programs import load

    return [each.name for each in load() if each.name.startswith(incomplete)]


def _complete_networks(incomplete: str) -> list[str]:
    from derivcli.exercises.networks import load

    return [each.name for each in load(required=False) if each.name.startswith(incomplete)]


def graph(
    program: Annotated[
        str | None,
        typer.Argument(
            metavar="[PROGRAM]",
            help="Steps such as 'a = 2 + 3*w; J = a**2', - for standard input, or @FILE.",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="NAME=VALUE...", help="Where to run: w=2 b=8.", show_default=False
        ),
    ] = None,
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            "--wrt",
            metavar="NAME...",
            help="The parameters; other variables are data. Default: all.",
            show_default=False,
        ),
    ] = None,
    eps: Annotated[
        list[str] | None,
        typer.Option(
            "--eps",
            metavar="VALUE...",
            help="How far nodes are nudged. Default: 0.001.",
            show_default=False,
        ),
    ] = None,
    arithmetic: Annotated[
        Literal["exact", "float64"] | None,
        typer.Option(
            "--arithmetic",
            help="Numbers of both sweeps and of the double-check. Default: exact, and float64"
            " for a large graph.",
            show_default=False,
        ),
    ] = None,
    detail: Annotated[
        Literal["statements", "operations"] | None,
        typer.Option(
            "--detail",
            help="A node for each statement, or for each operation. Default: statements, but"
            " operations for a lone expression.",
            show_default=False,
        ),
    ] = None,
    output_node: Annotated[
        str | None,
        typer.Option(
            "--output-node",
            metavar="NAME",
            help="What is differentiated. Default: the last statement.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        Part | None, typer.Option("--only", help="One part of the answer.", show_default=False)
    ] = None,
    collapse: Annotated[
        str | None,
        typer.Option(
            "--collapse",
            metavar="NAME",
            help="The derivative by this node as one short expression.",
            show_default=False,
        ),
    ] = None,
    draw: Annotated[
        Drawing | None,
        typer.Option(
            "--draw", help="Print the graph as source of Graphviz or Mermaid.", show_default=False
        ),
    ] = None,
    example: Annotated[
        str | None,
        typer.Option(
            "--example",
            metavar="NAME",
            help="A program of derivcli examples.",
            show_default=False,
            autocompletion=_complete,
        ),
    ] = None,
    from_network: Annotated[
        str | None,
        typer.Option(
            "--from-network",
            metavar="NAME",
            help="The graph of a small network, entry by entry: one of derivcli examples, or sizes"
            " such as 2-2-1.",
            show_default=False,
            autocompletion=_complete_networks,
        ),
    ] = None,
    output_format: OutputFormat = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write to FILE: .svg .png .pdf .dot .mmd .txt .json .csv .md .tex",
            show_default=False,
        ),
    ] = None,
    standalone: Standalone = False,
    title: Title = None,
    size: Size = None,
    dpi: Dpi = None,
    dark: Dark = False,
    digits: Digits = None,
    timeout: Timeout = 10.0,
    max_operations: MaxOperations = 10_000,
) -> int:
    """Run a computation graph: forward prop, then backprop.

    Each step of the chain rule is told in symbols and numbers, and double-checked by a nudge.
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, programs
    from derivcli.cli.output import deliver, destination
    from derivcli.cli.pictures import drawn

    if draw is not None and output_format is not None:
        raise UsageError("--draw and --format are two formats; choose one")
    to = destination(draw or output_format, output, standalone=standalone, graph=True)
    to = drawn(to, title, size, dpi, dark=dark)
    seconds = inputs.check_timeout(timeout)
    asked = programs.asked(program, example, at, wrt, from_network)
    rounded = asked.rounded and arithmetic is None

    from dataclasses import replace

    from derivcli.cli import tasks
    from derivcli.cli.loads import LOADS
    from derivcli.graph.results import GraphResult
    from derivcli.guard.answers import Guard, answer
    from derivcli.report import graph as report

    with programs.watched(asked) as tell:
        request = programs.request(
            asked, eps or DEFAULT_EPS, detail, output_node, collapse, max_operations
        )
        request = replace(
            request,
            arithmetic="float64" if rounded else arithmetic,
            digits=max(17, digits or 0),
            checked=only != "forward" and draw is None,
        )
        found: GraphResult = answer(
            tasks.graph, request, Guard(seconds, loads=LOADS["graph"]), to.prepare, tell
        )
    if rounded:
        found = replace(found, note=programs.ROUNDED)
    deliver(
        found,
        lambda: (
            report.drawing(found, digits) if to.is_drawing else report.blocks(found, digits, only)
        ),
        lambda: report.records(found),
        to,
    )
    return found.status
