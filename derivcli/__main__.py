"""The process: `run()` begins at once what takes long to load, and answers signals.

All else is loaded after that.
"""

from __future__ import annotations

import os
import sys

PAUSE = 0.01  # seconds until a signal that came at a bad moment is sent again


class Terminated(BaseException):
    """SIGTERM came: no error, but what was begun has to be ended."""


def _terminate(*_: object) -> None:
    raise Terminated


def _interrupt(*_: object) -> None:
    """Ctrl-C once is enough: what is being put in order is not interrupted."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    """Answer a signal that came where Python drops what is raised: in a callback of an import, say.

    It is sent again when that is over; anything else is told as Python does.
    """
    if not issubclass(lost.exc_type, (KeyboardInterrupt, Terminated)):
        sys.__unraisablehook__(lost)
        return
    import signal
    import threading

    number = signal.SIGTERM
    if issubclass(lost.exc_type, KeyboardInterrupt):
        number = signal.SIGINT
        signal.signal(number, _interrupt)
    threading.Timer(PAUSE, os.kill, (os.getpid(), number)).start()


def run() -> None:
    """The entry point of the console script."""
    import signal

    _read_utf8()
    sys.unraisablehook = _raise_again
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    if hasattr(signal, "SIGCHLD"):
        # Whoever started us may ignore it: then nobody could ask how a guarded process ended.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _buffer_output()
    try:
        status = _run_early(sys.argv[1:])
    except BaseException as error:  # noqa: BLE001 - a signal, mostly; the rest is raised again
        status = _ended_by(error)
    # All is written; Python would take longer to take itself apart than the system does.
    os._exit(status)


def _read_utf8() -> None:
    """Begin again in UTF-8 mode where the locale reads arguments and names of files otherwise.

    What a terminal sends is UTF-8 there, too; output stays in the encoding that it has.
    """
    if sys.getfilesystemencoding().lower() == "utf-8" or sys.stdout is None:
        return
    streams = f"{sys.stdout.encoding}:{sys.stdout.errors}"
    environment = {"PYTHONIOENCODING": streams, **os.environ}
    words = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
    os.execve(sys.executable, words, environment)  # noqa: S606 - this program itself


def _ended_by(error: BaseException) -> int:
    """Return the status of what ended the program before `main` could say so, or die of it."""
    from derivcli.errors import ExitStatus, interruption

    came = interruption(error)
    if isinstance(came, Terminated):
        import signal

        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
    if not isinstance(came, KeyboardInterrupt):
        raise error
    from derivcli.cli.main import fail

    return fail("interrupted", ExitStatus.INTERRUPTED)


def _buffer_output() -> None:
    """Put a buffer below standard output where PYTHONUNBUFFERED has taken it away.

    Without one, what a full disk or a stopped pipe leaves unwritten goes unnoticed.
    """
    import io

    raw = getattr(sys.stdout, "buffer", None)
    if isinstance(raw, io.RawIOBase):
        sys.stdout = open(  # noqa: SIM115 - a descriptor, which stays open
            raw.fileno(), "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors, closefd=False
        )  # fmt: skip


def _run_early(arguments: list[str]) -> int:
    """Run one command; what takes longest to load is begun before the arguments are read."""
    from derivcli.cli.loads import early

    loads = early(arguments) if sys.stdout is not None else None
    if loads is None:
        return _run_command(arguments)
    from derivcli.guard import nursery

    try:
        nursery.prepare(loads)
        return _run_command(arguments)
    finally:
        nursery.dismiss()


def _run_command(arguments: list[str]) -> int:
    from derivcli.cli.main import main

    return main(arguments)


if __name__ == "__main__":
    run()
