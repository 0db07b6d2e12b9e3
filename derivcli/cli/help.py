"""`derivcli help`: what --help says."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from derivcli.cli import names
from derivcli.errors import ExitStatus


def help(  # noqa: A001 - the name of the command
    context: typer.Context,
    command: Annotated[
        str | None,
        typer.Argument(
            metavar="[COMMAND]",
            help="What to explain.",
            show_default="all of derivcli",
            autocompletion=names.commands,
        ),
    ] = None,
) -> int:
    """Explain a command, as its --help does.

    Examples:
        derivcli help diff
    """
    program: Any = context.parent
    if command is not None:
        _, found, _ = program.command.resolve_command(program, [command])
        program = typer.Context(found, info_name=command, parent=program)
    typer.echo(program.get_help())
    return ExitStatus.ANSWERED
