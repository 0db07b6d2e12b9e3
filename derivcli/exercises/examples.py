"""The `[[example]]` entries of a file: expressions, and the points where they are studied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol, TypeVar

from derivcli.errors import UsageError, printable
from derivcli.exercises.documents import entries

KEYS = {"name", "expression", "at", "wrt", "about"}


@dataclass(frozen=True, slots=True)
class Example:
    """One entry: an expression, the point where it is studied, and a word about it.

    `at` maps variables to constants as typed; a lone value stands under the name "".
    """

    name: str
    expression: str
    at: Mapping[str, str]
    wrt: tuple[str, ...] = ()
    about: str = ""


def load(path: str | None = None, *, required: bool = True) -> tuple[Example, ...]:
    """Return the examples of a file, else of ./examples.toml, else those that derivcli ships.

    Raises UsageError where the file cannot be read or an entry is malformed, or, if they are
    required, where there is none.
    """
    found = []
    for entry in entries(path, "example", KEYS, "expression", required=required):
        expression = entry.text("expression")
        found.append(
            Example(
                entry.name(expression),
                expression,
                entry.point("at"),
                entry.names("wrt"),
                entry.text("about", ""),
            )
        )
    return tuple(found)


class Named(Protocol):
    """An entry that can be asked for by its name."""

    @property
    def name(self) -> str:
        """Its name."""


AnyNamed = TypeVar("AnyNamed", bound=Named)


def choose(examples: Sequence[AnyNamed], names: Sequence[str]) -> tuple[AnyNamed, ...]:
    """Return the examples of these names, in the order asked for; all of them for no names.

    Raises UsageError for a name that is not there.
    """
    known = {example.name: example for example in examples}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "derivcli examples lists them"
            raise UsageError(f"there is no example '{printable(name)}'", hint=hint)
    return tuple(known[name] for name in dict.fromkeys(names)) or tuple(examples)
