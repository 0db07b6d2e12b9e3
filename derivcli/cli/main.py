"""The program: `main(argv)` returns the exit status; the only place that catches everything."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from derivcli.errors import BugError, DerivError, ExitStatus, bug, describe, interruption, printable

HINTS = {  # what people meant who get one of Typer's messages
    "no such command": "an expression goes to derivcli diff; ",
    "got unexpected extra": "one EXPRESSION, quoted where it has spaces, and options with --; ",
}
CLOSED = "error: cannot write the answer: standard output is closed"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    if sys.stdout is None:
        return ExitStatus.USAGE if sys.stderr is None else fail(CLOSED, ExitStatus.USAGE)
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except DerivError as error:
        if isinstance(error, BugError) and _debugging():
            fail(error.traceback, error.status)
        return fail(describe(error), error.status)
    except KeyboardInterrupt:
        return fail("interrupted", ExitStatus.INTERRUPTED)
    except BrokenPipeError:
        _abandon_output()
        return ExitStatus.BROKEN_PIPE
    except OSError as error:
        _abandon_output()
        return fail(f"error: cannot write the answer: {error.strerror}", ExitStatus.USAGE)
    except Exception as error:
        if interruption(error):
            raise
        if _debugging():
            import traceback

            return fail(traceback.format_exc().rstrip(), ExitStatus.BUG)
        last = str(error).strip().rsplit("\n", 1)[-1] or type(error).__name__
        return fail(describe(bug(last)), ExitStatus.BUG)


def _debugging() -> bool:
    return os.environ.get("DERIVCLI_DEBUG") == "1"


def _run(arguments: list[str]) -> int:
    import typer

    from derivcli.cli.app import app

    try:
        status = typer.main.get_command(app).main(
            args=arguments or ["--help"],
            prog_name="derivcli",
            standalone_mode=False,
            windows_expand_args=False,
        )
        sys.stdout.flush()
        if status == ExitStatus.INTERRUPTED:
            raise KeyboardInterrupt
        return int(status or ExitStatus.ANSWERED)
    except SystemExit as error:
        # Typer's own answer to a broken pipe; it would mean "the answer is no" here.
        if error.code != 1:
            raise
        raise BrokenPipeError from None
    except typer.Abort:
        return fail("interrupted", ExitStatus.INTERRUPTED)
    except typer.TyperException as error:
        return fail(_usage(error), ExitStatus.USAGE)


def _usage(error: Exception) -> str:
    """Return a usage error of Typer in the words of ours."""
    message = getattr(error, "format_message", lambda: str(error))().rstrip(".")
    message = message.replace(",\n\t", ", ").replace("\n\t", " ")  # choices, one a line
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "derivcli"
    message = message[:1].lower() + message[1:]
    hint = next((hint for start, hint in HINTS.items() if message.startswith(start)), "")
    return f"error: {printable(message)}\nhint: {hint}{command} --help tells more"


def note(message: str) -> None:
    """Say what is worth knowing beside the answer."""
    _tell(f"note: {message}")


def fail(message: str, status: ExitStatus) -> int:
    """Say what went wrong, and return the exit status."""
    _tell(message)
    return status


def _tell(message: str) -> None:
    """Write to standard error, in colour where that is wanted."""
    if sys.stderr is not None:  # print would take standard output in its place
        from derivcli.cli import colour

        with contextlib.suppress(OSError):  # there is nobody to tell
            coloured = colour.is_coloured(sys.stderr)
            print(colour.error(message) if coloured else message, file=sys.stderr)


def _abandon_output() -> None:
    """Let Python flush standard output into nothing at exit, instead of failing once more."""
    with Path(os.devnull).open("w") as nothing, contextlib.suppress(OSError, ValueError):
        os.dup2(nothing.fileno(), sys.stdout.fileno())
