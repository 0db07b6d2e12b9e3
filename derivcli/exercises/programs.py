"""The `[[program]]` entries of a file: programs, and where their graphs are run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli.exercises.documents import entries

KEYS = {"name", "program", "at", "wrt", "about"}


@dataclass(frozen=True, slots=True)
class ProgramExample:
    """One entry: a program, the values of its inputs, and its parameters."""

    name: str
    program: str
    at: Mapping[str, str]
    wrt: tuple[str, ...] = ()
    about: str = ""


def load(path: str | None = None, *, required: bool = True) -> tuple[ProgramExample, ...]:
    """Return the programs of a file, else of ./examples.toml, else those that derivcli ships.

    Raises UsageError where the file cannot be read or an entry is malformed, or, if they are
    required, where there is none.
    """
    return tuple(
        ProgramExample(
            entry.name(entry.text("program")),
            entry.text("program"),
            entry.point("at"),
            entry.names("wrt"),
            entry.text("about", ""),
        )
        for entry in entries(path, "program", KEYS, "program", required=required)
    )
