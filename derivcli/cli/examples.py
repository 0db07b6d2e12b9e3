"""`derivcli examples`: the worked examples, and the commands that run them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from derivcli.cli.options import Output, OutputFormat
from derivcli.errors import ExitStatus

if TYPE_CHECKING:
    from derivcli.exercises.examples import Example
    from derivcli.exercises.programs import ProgramExample


def _complete(incomplete: str) -> list[str]:
    return [each.name for each in _all(None) if each.name.startswith(incomplete)]


def _all(file: str | None) -> list[Example | ProgramExample]:
    """Return the examples and programs of a file; there has to be one at least."""
    from derivcli.exercises import examples, programs

    graphs = programs.load(file, required=False)
    return [*examples.load(file, required=not graphs), *graphs]


def examples(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="One example.", show_default=False, autocompletion=_complete
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="TOML", help="Examples from this file.", show_default=False),
    ] = None,
    output_format: OutputFormat = None,
    output: Output = None,
) -> int:
    """List the worked examples.

    With NAME: the command that runs that example, and what it shows.
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli.output import deliver, destination
    from derivcli.exercises.examples import choose
    from derivcli.report import examples as report

    to = destination(output_format, output)
    found = choose(_all(file), [name] if name else [])
    listing = report.listing(found)
    deliver(
        listing,
        lambda: report.blocks(listing, one=name is not None),
        lambda: report.records(listing),
        to,
    )
    return ExitStatus.ANSWERED
