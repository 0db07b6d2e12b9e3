"""The Typer application: its commands, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import getdoc
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from derivcli import __date__, __version__
from derivcli.cli.command import MathCommand
from derivcli.errors import STATUS_MEANINGS

if TYPE_CHECKING:
    from derivcli.report.page import Lists, Row

COMMANDS = (
    "diff", "table", "steps", "check", "plot", "explore", "sweep", "descend", "graph", "cost",
    "network", "session", "examples", "help", "completion",
)  # fmt: skip


def _function(name: str) -> Callable[..., int]:
    """Return what runs a command; only the one that is asked for is loaded."""
    function: Callable[..., int] = getattr(import_module(f"derivcli.cli.{name}"), name)
    return function


@cache
def command(name: str) -> Any:
    """Return a command with its parameters."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=MathCommand)(_function(name))
    return typer.main.get_command(alone)


def summaries() -> list[Row]:
    """Return each command with the first line of its help."""
    return [(name, (getdoc(_function(name)) or "").partition("\n")[0]) for name in COMMANDS]


def _lists() -> Lists:
    """Return what the program's page lists beside its options."""
    statuses = [(f"{status.value:>3}", meaning) for status, meaning in STATUS_MEANINGS.items()]
    return (("Commands", summaries()), ("Exit status", statuses))


class Commands(TyperGroup):
    """The group of all commands; of those that are not run, the name alone is known."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": dict.fromkeys(COMMANDS)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Typer's signature
        """Return a stand-in for a command, None for an unknown name."""
        return TyperCommand(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command to run, with its parameters."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found if name is None else command(name), rest

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what stands before the command; -h is no expression there."""
        return super().parse_args(ctx, ["--help"] if args[:1] == ["-h"] else args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of the program, as wide as the terminal."""
        from derivcli.cli.pages import help_text

        formatter.write(help_text(ctx, _lists()))


app = typer.Typer(
    name="derivcli",
    cls=Commands,
    # The command completion does it.
    add_completion=False,
    # Rich's boxes for help, errors and tracebacks cost start-up and break golden output.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"derivcli {__version__}")
        raise typer.Exit


def _print_man_page(context: typer.Context, wanted: bool) -> None:
    if wanted:
        from derivcli.cli.pages import page
        from derivcli.render import man

        contexts = (
            typer.Context(command(name), info_name=name, parent=context) for name in COMMANDS
        )
        commands = map(page, contexts)
        text = man.render(page(context, _lists()), commands, __version__, __date__)
        typer.echo(text, nl=False)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    man: Annotated[
        bool,
        typer.Option(
            "--man", callback=_print_man_page, is_eager=True,
            help="Print the man page: derivcli --man | man -l -",
        ),
    ] = False,
) -> None:  # fmt: skip
    """Derivatives: exact, estimated, explained.

    Examples:
        derivcli diff "w**2" --at 3
        derivcli help diff
    """
