"""`derivcli examples`: the worked examples, and the commands that run them."""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli.cli.options import Output, OutputFormat
from derivcli.errors import ExitStatus


def _complete(incomplete: str) -> list[str]:
    from derivcli.exercises.examples import load

    return [example.name for example in load() if example.name.startswith(incomplete)]


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
    from derivcli.exercises.examples import choose, load
    from derivcli.report import examples as report

    to = destination(output_format, output)
    found = choose(load(file), [name] if name else [])
    listing = report.listing(found)
    deliver(
        listing,
        lambda: report.blocks(listing, one=name is not None),
        lambda: report.records(listing),
        to,
    )
    return ExitStatus.ANSWERED
