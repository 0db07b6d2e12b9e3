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

    A line is a command without its derivcli; an expression alone is differentiated. The point and
    the steps that were told last are told to every command that takes them.

    Lines:
        at w = 3  The point from now on: of diff, table, plot, explore, sweep and graph.
        eps 0.1 0.001  The steps from now on: of diff, table, plot and explore.
        w**2  As diff "w**2" --at w=3 --eps 0.1 0.001.
        plot w**2 --width 60  Any command, with options of its own.
        at, eps  What is remembered; at none and eps none forget it, forget both.
        help, quit  Also Ctrl-D.

    A line with an open bracket or a backslash at its end goes on in the next, an empty one ends it;
    a remark begins with #. Of many lines the exit status is the largest, and errors say which line.

    Examples:
        derivcli session
        derivcli session --format json
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli.session_lines import Session
    from derivcli.cli.session_text import joined

    as_json = output_format == "json"
    if file is None and sys.stdin is not None and sys.stdin.isatty() and not as_json:
        _converse(context)
        return ExitStatus.ANSWERED
    answering = Session(as_json=as_json, echo=not as_json)
    for number, line in joined(_lines(file)):
        if not answering.answer(line, number):
            break
    return answering.status


def _converse(context: typer.Context) -> None:
    """Answer what is typed; Ctrl-C ends an answer, and the next line is asked for."""
    import signal

    from derivcli.cli.main import fail
    from derivcli.cli.prompt import prompted
    from derivcli.cli.session_lines import Session

    interrupt = signal.getsignal(signal.SIGINT)
    answering = Session()
    for line in prompted(context.parent):
        try:
            if not answering.answer(line):
                return
        except KeyboardInterrupt:
            fail("interrupted", ExitStatus.INTERRUPTED)
        finally:
            signal.signal(signal.SIGINT, interrupt)  # which answers once, and then no more


def _lines(file: str | None) -> Iterator[str]:
    """Yield lines as they come; those of a file once it is read as a whole."""
    if file is None:
        yield from sys.stdin or ()
        return
    from derivcli.input_files import decoded, whole

    yield from decoded(whole(file, LARGEST), file).splitlines()
