"""The prompt of a session: history, completion, lines that go on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from derivcli.cli.session_lines import is_open

FIRST, NEXT = "> ", "... "


def prompted(program: Any, **options: Any) -> Iterator[str]:
    """Yield what is typed, until Ctrl-D; Ctrl-C leaves a line.

    `program` is the context of the group of commands, options are prompt_toolkit's.
    """
    asking: PromptSession[str] = PromptSession(
        history=_history(), completer=_Words(program), complete_while_typing=False, **options
    )
    while True:
        try:
            line = asking.prompt(FIRST)
            while is_open(line.rstrip()):
                line = line.rstrip().removesuffix("\\") + " " + asking.prompt(NEXT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        yield line


def _history() -> History:
    """Return the lines of former sessions; none where they cannot be kept."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    path = Path(base) / "derivcli" / "history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


class _Words(Completer):
    """Completes commands, options and their values, as the shell does."""

    def __init__(self, program: Any) -> None:
        self.program = program

    def get_completions(self, document: Any, complete_event: Any) -> Iterator[Completion]:  # noqa: ARG002 - prompt_toolkit's signature
        """Yield what can stand for the last word."""
        from derivcli.cli.candidates import candidates

        *words, word = document.text_before_cursor.split(" ")
        for name, meaning in candidates(self.program, words, word).names:
            if name.startswith(word):
                yield Completion(name, -len(word), display_meta=meaning)
