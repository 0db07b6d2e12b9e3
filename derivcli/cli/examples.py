"""`derivcli examples`: the worked examples, and the commands that run them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from derivcli.cli import names
from derivcli.cli.options import ExamplesFile, Output, OutputFormat, Standalone

if TYPE_CHECKING:
    from derivcli.exercises.listing import Entry


def collection(file: str | None) -> list[Entry]:
    """Return the examples, programs and networks of a file; there has to be one at least."""
    from derivcli.exercises import examples, networks, programs

    others: list[Entry] = [
        *programs.load(file, required=False),
        *networks.load(file, required=False),
    ]
    return [*examples.load(file, required=not others), *others]


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
    from derivcli.exercises.listing import listing
    from derivcli.report import examples as report

    to = destination(output_format, output, standalone=standalone)
    everything = collection(file)
    # A program and a network may share a name: both are told of.
    found = [each for each in everything if name in (None, each.name)]
    listed = listing(found or choose(everything, [name or ""]), file)
    return deliver(listed, to, report, one=name is not None)
