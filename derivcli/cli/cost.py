"""`derivcli cost`: what all derivatives of a large graph take."""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli.cli.options import OutputFormat, PictureOutput, Standalone, Timeout
from derivcli.defaults import TIMEOUT

LARGEST = 5_000_000  # nodes and parameters together: what fits into the memory limit


def cost(
    nodes: Annotated[
        int, typer.Option("--nodes", min=1, metavar="N", help="Units of the network.")
    ] = 10_000,
    parameters: Annotated[
        int,
        typer.Option(
            "--parameters", min=1, metavar="P", help="Weights that the units share; at least N."
        ),
    ] = 100_000,
    growth: Annotated[
        bool, typer.Option("--growth", help="Measure smaller graphs, too: a table and a chart.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Draws the network.")] = 1,
    output_format: OutputFormat = None,
    output: PictureOutput = None,
    standalone: Standalone = False,
    digits: Annotated[
        int,
        typer.Option("--digits", min=1, max=17, metavar="N", help="Significant digits of times."),
    ] = 3,
    timeout: Timeout = TIMEOUT,
) -> int:
    """Count and time a gradient: N + P steps beside N * P.

    A layered network of N nodes and P parameters is built and swept; one at a time is timed on a
    sample of the parameters, extrapolated, and checked against the backward sweep.

    Examples:
        derivcli cost --nodes 1000 --parameters 10000
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs
    from derivcli.cli.output import deliver, destination
    from derivcli.errors import RefusedError, UsageError

    to = destination(output_format, output, standalone=standalone, figures=True)
    if to.format in ("svg", "png") and not growth:
        raise UsageError(
            "without --growth there is no chart to draw", where="in --output",
            hint="add --growth, or end it in .txt .json .csv .md .tex .html",
        )  # fmt: skip
    seconds = inputs.check_timeout(timeout)
    if parameters < nodes:
        raise UsageError(
            f"{parameters:,} parameters are too few for {nodes:,} nodes", where="in --parameters",
            hint="each node has a weight at least: P is N or more",
        )  # fmt: skip
    if nodes + parameters > LARGEST:
        raise RefusedError(
            f"a graph of {nodes:,} nodes and {parameters:,} parameters is too large"
            f" (N + P at most {LARGEST:,})"
        )

    from derivcli.cli.run import run
    from derivcli.graphs.cost import CostRequest
    from derivcli.report import cost as report

    request = CostRequest(nodes, parameters, growth, seed, seconds)
    return deliver(run("cost", request, seconds, to), to, report, digits)
