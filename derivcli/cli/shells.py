"""How the scripts of `completion` ask, and how they are answered."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from derivcli.cli.candidates import Candidates, candidates

END = "\0"  # stands where the cursor is
# What is escaped in bash, outside of quotes and in double ones.
SPECIAL = {"": r"([^\w./,:=+@%^~-])", '"': r'([\\"$`])'}
PLAIN = r"[\w./+:-][\w./+:=-]*"  # in PowerShell; @ and others mean something at the beginning


def answer(shell: str, words: Sequence[str], program: Any) -> str:
    """Return the lines that the script of a shell reads."""
    lines = {"bash": _bash, "powershell": _powershell, "fish": _fish, "zsh": _zsh}[shell]
    return "".join(f"{line}\n" for line in lines(words, program))


def _bash(words: Sequence[str], program: Any) -> Iterator[str]:
    """Yield what stands in place of the end of the line that bash takes for a word.

    It takes --method=forward for three words, and leaves an open quote out.
    """
    line, end = words
    (_, *typed), word, quote = split(line)
    kept = len(word) - len(split(quote + end)[1])
    found = candidates(program, typed, word)
    for name, _ in _written_out(found, word):
        rest = (found.head + name)[kept:]
        if quote == "'":
            yield rest.replace("'", r"'\''")
        else:
            yield re.sub(SPECIAL[quote], r"\\\1", rest)


def _zsh(words: Sequence[str], program: Any) -> Iterator[str]:
    """Yield what is asked for and the head, which stays; then names, which zsh chooses from."""
    *typed, word = words
    found = candidates(program, typed, word)
    yield f"{'files' if found.files else 'names'}\t{found.head}"
    yield from (f"{name}\t{told}" for name, told in found.names)


def _fish(words: Sequence[str], program: Any) -> Iterator[str]:
    """Yield the same and the rest of the word, which comes as typed; then names and their head."""
    *typed, raw = words
    _, word, _ = split(raw)
    found = candidates(program, typed, word)
    yield f"{'files' if found.files else 'names'}\t{found.head}\t{word.removeprefix(found.head)}"
    yield from (f"{found.head}{name}\t{told}" for name, told in found.names)


def _powershell(words: Sequence[str], program: Any) -> Iterator[str]:
    """Yield whole words, in quotes where they need some, each with a word about it."""
    *typed, marked = words
    word = marked.removeprefix("=")
    found = candidates(program, typed, word)
    for name, told in _written_out(found, word):
        whole = found.head + name
        if not re.fullmatch(PLAIN, whole):
            whole = "'" + whole.replace("'", "''") + "'"
        yield f"{whole}\t{told}"


def split(line: str) -> tuple[list[str], str, str]:
    """Return the words before the last one, the last one as far as it is typed, and its quote."""
    lexer = shlex.shlex(line + END, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    quote = ""
    try:
        words.extend(lexer)
    except ValueError:  # it is open; shlex knows which
        words.append(lexer.token)
        quote = lexer.state  # type: ignore[attr-defined] # its types leave it out
    return words[:-1], words[-1].removesuffix(END), quote


def _written_out(found: Candidates, word: str) -> Iterator[tuple[str, str]]:
    """Yield names and paths that begin as the word does, for shells that leave that to us."""
    begun = word.removeprefix(found.head)
    names = [(path, "") for path in _paths(begun)] if found.files else found.names
    yield from ((name, told) for name, told in names if name.startswith(begun))


def _paths(begun: str) -> list[str]:
    """Return the paths in the folder that is typed, other folders with a / at their end."""
    folder = begun[: begun.rfind("/") + 1]
    hidden = begun[len(folder) :].startswith(".")
    return [
        f"{folder}{each.name}{'/' if each.is_dir() else ''}"
        for each in sorted(Path(folder or ".").expanduser().iterdir())
        if hidden or not each.name.startswith(".")
    ]
