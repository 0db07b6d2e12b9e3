"""The Typer application: its commands, and what they have in common."""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli import __version__
from derivcli.cli.check import check
from derivcli.cli.command import MathCommand
from derivcli.cli.cost import cost
from derivcli.cli.descend import descend
from derivcli.cli.diff import diff
from derivcli.cli.examples import examples
from derivcli.cli.graph import graph
from derivcli.cli.network import network
from derivcli.cli.plot import plot
from derivcli.cli.steps import steps
from derivcli.cli.sweep import sweep
from derivcli.cli.table import table
from derivcli.errors import STATUS_MEANINGS

STATUSES = "\n".join(f"{status.value:>5}  {meaning}" for status, meaning in STATUS_MEANINGS.items())

app = typer.Typer(
    name="derivcli",
    # Rich's boxes for help, errors and tracebacks cost start-up and break golden output.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=f"\b\nExit status:\n{STATUSES}",
)
for command in (diff, table, steps, check, plot, sweep, descend, graph, cost, network, examples):
    app.command(cls=MathCommand)(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"derivcli {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Derivatives: exact, estimated, explained."""
