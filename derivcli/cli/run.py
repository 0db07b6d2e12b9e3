"""A command's computation, under guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcli.cli import tasks
from derivcli.cli.loads import LOADS
from derivcli.cli.output import Destination
from derivcli.guard.answers import Guard, answer


def guard(command: str, seconds: float) -> Guard:
    """Return the bounds of a command's computation; what it loads takes no time off its clock."""
    return Guard(seconds, loads=LOADS[command])


def run(
    command: str,
    request: Any,
    seconds: float,
    to: Destination,
    tell: Callable[[str], object] = lambda _: None,
    loads: str | None = None,
) -> Any:
    """Return what the task of a command answers to a request; the renderer is loaded meanwhile.

    `tell` is called with the name of each stage; `loads` names what is loaded for another command.
    Raises the DerivError of the task, or RefusedError past the clock or the limit on memory.
    """
    task = getattr(tasks, command)
    return answer(task, request, guard(loads or command, seconds), to.prepare, tell)
