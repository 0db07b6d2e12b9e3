"""`derivcli examples`: the worked examples, and the commands that run them."""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli.cli import names
from derivcli.cli.options import ExamplesFile, Output, OutputFormat, Standalone


def examples(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="One example.", autocompletion=names.all_examples),
    ] = None,
    file: ExamplesFile = None,
    output_format: OutputFormat = None,
    output: Output = None,
    standalone: Standalone = False,
) -> int:
    """List the worked examples.

    With NAME: the command that runs that example, and what it shows.

    Examples:
        derivcli examples
        derivcli examples "linear unit"
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli.output import deliver, destination
    from derivcli.exercises.examples import choose
    from derivcli.exercises.listing import collection, listing
    from derivcli.report import examples as report

    to = destination(output_format, output, standalone=standalone)
    everything = collection(file)
    # A program and a network may share a name: both are told of.
    found = [each for each in everything if name in (None, each.name)]
    listed = listing(found or choose(everything, [name or ""]), file)
    return deliver(listed, to, report, one=name is not None)
