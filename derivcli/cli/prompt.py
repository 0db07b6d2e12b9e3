"""The prompt of a session: history, completion, lines that go on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from derivcli.cli.app import COMMANDS
from derivcli.cli.session_lines import VERBS
from derivcli.cli.session_text import continued, is_open, without_remark

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
            while is_open(line):
                following = asking.prompt(NEXT)
                if not following.strip():
                    break
                line = f"{continued('', line)} {following}"
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        yield without_remark(line)


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
    """Completes commands, options and their values, as the shell does, and names of functions."""

    def __init__(self, program: Any) -> None:
        self.program = program

    def get_completions(self, document: Any, complete_event: Any) -> Iterator[Completion]:  # noqa: ARG002 - prompt_toolkit's signature
        """Yield what can stand for the last word."""
        from derivcli.cli.candidates import candidates
        from derivcli.language.functions import CALLED, FUNCTIONS

        *words, word = document.text_before_cursor.split(" ")
        if words and words[0] not in COMMANDS:
            words = ["diff", *words]
        names = list(candidates(self.program, words, word).names)
        if not words:
            names += VERBS.items()
        found = [each for each in names if each[0].startswith(word)]
        for name, meaning in found:
            yield Completion(name, -len(word), display_meta=meaning)
        called = re.search(r"[A-Za-z]\w*\Z", word)
        if called is None or found:
            return
        for name in sorted(CALLED):
            if name.startswith(called[0]):
                told = FUNCTIONS[name].meaning if name in FUNCTIONS else ""
                yield Completion(f"{name}(", -len(called[0]), display_meta=told)
