"""What `examples` says: the list, or one example and the command that runs it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from derivcli.exercises.examples import Example
from derivcli.report.blocks import Block, Column, Table, Text


@dataclass(frozen=True, slots=True)
class Listed:
    """One example, its point and its command as they are typed."""

    name: str
    expression: str
    at: str
    wrt: tuple[str, ...]
    about: str
    command: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The result of `examples`."""

    schema: ClassVar[str] = "derivcli.examples/1"

    examples: tuple[Listed, ...]


def listing(examples: Iterable[Example]) -> Listing:
    """Return the examples as they are listed."""
    return Listing(
        tuple(
            Listed(
                each.name, each.expression, " ".join(_at(each)), each.wrt, each.about, command(each)
            )
            for each in examples
        )
    )


def _at(example: Example) -> list[str]:
    return [f"{name}={value}" if name else value for name, value in example.at.items()]


def command(example: Example) -> str:
    """Return the command line that runs an example."""
    words = ["derivcli", "diff", example.expression, "--at", *_at(example)]
    if example.wrt:
        words += ["--wrt", *example.wrt]
    if example.expression.startswith(("--", "@")) or example.expression == "-":
        words = [*words[:2], *words[3:], "--", example.expression]
    return shlex.join(words)


def blocks(found: Listing, *, one: bool) -> Iterator[Block]:
    """Yield the table of all examples, or the command and the text of one."""
    if one:
        for each in found.examples:
            yield Text(each.command)
            if each.about:
                yield Text(each.about)
        return
    columns = (
        Column("name", "name", "", "words"),
        Column("expression", "expression", "", "formula"),
        Column("at", "at", "", "words"),
        Column("about", "about", "", "words"),
    )
    yield Table(
        columns, tuple((each.name, each.expression, each.at, each.about) for each in found.examples)
    )


def records(found: Listing) -> Table:
    """Return the examples as one flat table for machines."""
    keys = ("name", "expression", "at", "wrt", "about", "command")
    rows = tuple(
        (each.name, each.expression, each.at, " ".join(each.wrt), each.about, each.command)
        for each in found.examples
    )
    return Table(tuple(Column(key, key, key, "words") for key in keys), rows)
