"""`derivcli completion`: the script that teaches a shell what can be typed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import typer

from derivcli.errors import ExitStatus

SCRIPTS = {"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "ps1"}


def completion(
    context: typer.Context,
    shell: Annotated[
        Literal["bash", "zsh", "fish", "powershell"],
        typer.Argument(metavar="SHELL", help="Which shell: {names}."),
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD]...", help="What the script passes on to be completed."),
    ] = None,
) -> int:
    """Print the script that completes commands, options and names.

    Its first lines say where it belongs.

    Examples:
        derivcli completion bash
    """
    if words is None:
        script = Path(__file__).parent / "completions" / f"derivcli.{SCRIPTS[shell]}"
        typer.echo(script.read_text("utf-8"), nl=False)
        return ExitStatus.ANSWERED
    from derivcli.cli import shells

    with suppress(Exception):  # whoever types is not to be interrupted
        typer.echo(shells.answer(shell, words, context.parent), nl=False)
    return ExitStatus.ANSWERED
