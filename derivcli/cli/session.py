"""`derivcli session`: a prompt, or many lines in one process that has SymPy loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Literal

import typer

from derivcli.errors import ExitStatus

Form = Literal["rich", "json"]
LARGEST = 5_000_000  # bytes of a file of lines


def session(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Answer the lines of FILE.",
            show_default="a prompt; in a pipe, its lines",
        ),
    ] = None,
    output_format: Annotated[
        Form | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="{names}: json is an object a line, of answers and of errors.",
            show_default="rich",
        ),
    ] = None,
) -> int:
    """Answer one command after another, in one process.

    A line is a command without its derivcli. An expression alone is differentiated, at the point
    and with the steps that were told last:

        at w = 3         the point from now on; at none forgets it
        eps 0.1 0.001    the steps from now on
        w**2             as diff "w**2" --at 3 --eps 0.1 0.001
        plot w**2        the point is told to it, too
        quit             or Ctrl-D

    A line with an open bracket, or with a backslash at its end, goes on in the next; a remark
    begins with #.
    Of many lines the exit status is the largest.

    Examples:
        derivcli session
        derivcli session --format json
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli.session_lines import Session, joined

    as_json = output_format == "json"
    if file is None and sys.stdin is not None and sys.stdin.isatty() and not as_json:
        from derivcli.cli.prompt import prompted

        answering = Session()
        for line in prompted(context.parent):
            if not answering.answer(line):
                break
        return ExitStatus.ANSWERED
    answering = Session(as_json=as_json, echo=not as_json)
    for number, line in joined(_lines(file)):
        if not answering.answer(line, number):
            break
    return answering.status


def _lines(file: str | None) -> Iterator[str]:
    """Yield lines as they come; those of a file once it is read as a whole."""
    if file is None:
        yield from sys.stdin or ()
        return
    from derivcli.input_files import decoded, whole

    yield from decoded(whole(file, LARGEST), file).splitlines()
