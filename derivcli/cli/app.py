"""The Typer application: its commands, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from inspect import getdoc
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from derivcli import __version__
from derivcli.cli.command import MathCommand
from derivcli.errors import STATUS_MEANINGS

STATUSES = "\n".join(f"{status.value:>5}  {meaning}" for status, meaning in STATUS_MEANINGS.items())

COMMANDS = (
    "diff", "table", "steps", "check", "plot", "sweep", "descend", "graph", "cost", "network",
    "examples",
)  # fmt: skip


def _function(name: str) -> Callable[..., int]:
    """Return what runs a command; only the one that is asked for is loaded."""
    function: Callable[..., int] = getattr(import_module(f"derivcli.cli.{name}"), name)
    return function


class Commands(TyperGroup):
    """The group of all commands; of those that are listed, only name and help are built."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": dict.fromkeys(COMMANDS)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Typer's signature
        """Return a command as it is listed, None for an unknown name."""
        known = cmd_name in COMMANDS
        return TyperCommand(cmd_name, help=getdoc(_function(cmd_name))) if known else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command to run, with its parameters."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None:
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command(name, cls=MathCommand)(_function(name))
            command = typer.main.get_command(alone)
        return name, command, rest


app = typer.Typer(
    name="derivcli",
    cls=Commands,
    # Rich's boxes for help, errors and tracebacks cost start-up and break golden output.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=f"\b\nExit status:\n{STATUSES}",
)


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
