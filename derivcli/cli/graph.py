"""`derivcli graph`: the computation graph, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from derivcli.cli import names
from derivcli.cli.options import (
    Dark,
    Digits,
    Dpi,
    MaxOperations,
    OutputFormatOrCode,
    SeedOfArrays,
    Shape,
    Size,
    Standalone,
    Timeout,
    Title,
)
from derivcli.defaults import MAX_OPERATIONS, TIMEOUT
from derivcli.errors import UsageError

if TYPE_CHECKING:
    from derivcli.cli.output import Destination
    from derivcli.cli.programs import Asked
    from derivcli.language.tree import Comparison, Program

DEFAULT_EPS = ("0.001",)

Part = Literal["forward", "backward", "check"]
GraphSource = Literal["dot", "mermaid"]


def graph(
    program: Annotated[
        str | None,
        typer.Argument(
            metavar="[PROGRAM]",
            help='Steps such as "a = 2 + 3*w; J = a**2", - for standard input, or @FILE.',
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="NAME=VALUE...", help="Where to run: w=2 b=8.", show_default=False
        ),
    ] = None,
    shape: Shape = None,
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            "--wrt",
            metavar="NAME...",
            help="The parameters; other variables are data.",
            show_default="all",
        ),
    ] = None,
    eps: Annotated[
        list[str] | None,
        typer.Option(
            "--eps",
            metavar="VALUE...",
            help="How far nodes are nudged.",
            show_default=" ".join(DEFAULT_EPS),
        ),
    ] = None,
    arithmetic: Annotated[
        Literal["exact", "float64"] | None,
        typer.Option(
            "--arithmetic",
            metavar="NAME",
            help="Numbers of both sweeps and of the double-check: {names}.",
            show_default="exact, and float64 for a large graph",
        ),
    ] = None,
    detail: Annotated[
        Literal["statements", "operations"] | None,
        typer.Option(
            "--detail",
            metavar="NAME",
            help="What the nodes are: {names}.",
            show_default="statements, but operations for a lone expression",
        ),
    ] = None,
    output_node: Annotated[
        str | None,
        typer.Option(
            "--output-node",
            metavar="NAME",
            help="What is differentiated.",
            show_default="the last statement",
        ),
    ] = None,
    only: Annotated[
        Part | None,
        typer.Option(
            "--only", metavar="PART", help="One part of the answer: {names}.", show_default="all"
        ),
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
    assume: Annotated[
        list[str] | None,
        typer.Option(
            "--assume",
            metavar="CONDITION...",
            help='What holds for all values: "sum(Y, axis=0) = 1".',
            show_default=False,
        ),
    ] = None,
    seed: SeedOfArrays = None,
    draw: Annotated[
        GraphSource | None,
        typer.Option(
            "--draw",
            metavar="NAME",
            help="Print the graph as source, for Graphviz or Mermaid: {names}.",
        ),
    ] = None,
    example: Annotated[
        str | None,
        typer.Option(
            "--example",
            metavar="NAME",
            help="A program of derivcli examples.",
            autocompletion=names.programs,
        ),
    ] = None,
    from_network: Annotated[
        str | None,
        typer.Option(
            "--from-network",
            metavar="NAME",
            help="The graph of a small network, entry by entry: one of derivcli examples, or sizes"
            " such as 2-2-1.",
            autocompletion=names.networks,
        ),
    ] = None,
    output_format: OutputFormatOrCode = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write to FILE: .svg .png .pdf .dot .mmd .py .txt .json .csv .md .tex .html",
            show_default="standard output",
        ),
    ] = None,
    standalone: Standalone = False,
    title: Title = None,
    size: Size = None,
    dpi: Dpi = None,
    dark: Dark = False,
    digits: Digits = None,
    timeout: Timeout = TIMEOUT,
    max_operations: MaxOperations = MAX_OPERATIONS,
) -> int:
    """Run a computation graph: forward prop, then backprop.

    Each step of the chain rule is told in symbols and numbers, and double-checked by a nudge.

    Examples:
        derivcli graph "a = 2 + 3*w; J = a**2" --at w=3
        derivcli graph --example "linear unit"
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, programs
    from derivcli.cli.output import deliver
    from derivcli.cli.pictures import drawn

    if draw is not None and output_format is not None:
        raise UsageError("--draw and --format are two formats; choose one")
    form = draw or output_format
    to = drawn(form, output, standalone, title, size, dpi, dark, graph=True)
    seconds = inputs.check_timeout(timeout)
    asked = programs.asked(program, example, at, wrt, from_network)
    if to.format == "python" or _has_matrices(shape, asked.at):
        return _of_arrays(
            asked, shape, eps or DEFAULT_EPS, seed, assume, arithmetic, detail, output_node, only,
            collapse, to, digits, seconds, max_operations, checked=only != "forward" and not draw,
        )  # fmt: skip
    if seed is not None or (assume and collapse is None):
        from derivcli.cli.array_graph import refuse_scalar

        refuse_scalar(seed)
    rounded = asked.rounded and arithmetic is None

    from dataclasses import replace

    from derivcli.cli.run import run
    from derivcli.report import graph as report

    with programs.watched(asked) as tell:
        request = programs.request(
            asked, eps or DEFAULT_EPS, detail, output_node, collapse, max_operations
        )
        request = replace(
            request,
            arithmetic="float64" if rounded else arithmetic,
            digits=inputs.working_digits(digits),
            checked=only != "forward" and draw is None,
            assumed=_assumed(request.program, assume),
        )
        result = run("graph", request, seconds, to, tell)
    if rounded:
        result = replace(result, note=programs.ROUNDED)
    return deliver(result, to, report, digits, only, alone=to.is_drawing)


def _has_matrices(shape: list[str] | None, at: Sequence[str]) -> bool:
    """Is a name a matrix? What tells is loaded where it may be so."""
    if not shape and not any("[" in each or "@" in each for each in at):
        return False
    from derivcli.cli import array_programs

    return array_programs.is_asked(shape, at)


def _assumed(program: Program, sources: list[str] | None) -> tuple[Comparison, ...]:
    """Return what is assumed of a program of numbers."""
    if not sources:
        return ()
    from derivcli.cli import array_graph

    return array_graph.assumed(program, {}, sources)


def _of_arrays(
    asked: Asked,
    shape: list[str] | None,
    eps: Sequence[str],
    seed: int | None,
    assume: list[str] | None,
    arithmetic: Literal["exact", "float64"] | None,
    detail: str | None,
    output_node: str | None,
    only: Part | None,
    collapse: str | None,
    to: Destination,
    digits: int | None,
    seconds: float,
    max_operations: int,
    *,
    checked: bool,
) -> int:
    """Answer for a program of matrices, or with a program."""
    from dataclasses import replace

    from derivcli.cli import array_graph, inputs
    from derivcli.cli.output import deliver
    from derivcli.cli.run import run
    from derivcli.report import array_graph as report

    request = array_graph.request(
        asked.source, shape, asked.at, asked.wrt, eps, seed, assume, detail, output_node, collapse,
        max_operations, code=to.format == "python",
    )  # fmt: skip
    request = replace(
        request,
        arithmetic=arithmetic,
        digits=inputs.working_digits(digits),
        checked=checked,
    )
    result = run("array_graph", request, seconds, to)
    return deliver(result, to, report, digits, only, alone=to.is_drawing)
