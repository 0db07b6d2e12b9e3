"""What `examples` says: the list, or one example and the command that runs it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from derivcli.exercises.examples import Example
from derivcli.report.blocks import Block, Column, Formula, Table, Text


@dataclass(frozen=True, slots=True)
class Listing:
    """The result of `examples`."""

    schema: ClassVar[str] = "derivcli.examples/1"

    examples: tuple[Example, ...]


def command(example: Example) -> str:
    """Return the command line that runs an example."""
    points = [f"{name}={value}" if name else value for name, value in example.at.items()]
    words = ["derivcli", "diff", example.expression, "--at", *points]
    if example.wrt:
        words += ["--wrt", *example.wrt]
    if example.expression.startswith(("--", "@")) or example.expression == "-":
        words = [*words[:2], *words[3:], "--", example.expression]
    return shlex.join(words)


def blocks(listing: Listing, *, one: bool) -> Iterator[Block]:
    """Yield the table of all examples, or the command and the text of one."""
    if one:
        for example in listing.examples:
            yield Formula(command(example), rf"\texttt{{{example.expression}}}")
            if example.about:
                yield Text(example.about)
        return
    columns = (
        Column("name", "name", "", number=False),
        Column("expression", "expression", "", number=False),
        Column("at", "at", "", number=False),
        Column("about", "about", "", number=False),
    )
    yield Table(columns, tuple(_row(example) for example in listing.examples))


def _row(example: Example) -> tuple[str, ...]:
    at = ", ".join(f"{name} = {value}" if name else value for name, value in example.at.items())
    return (example.name, example.expression, at, example.about)


def records(listing: Listing) -> Table:
    """Return the examples as one flat table for machines."""
    keys = ("name", "expression", "at", "about", "command")
    rows = tuple((*_row(example), command(example)) for example in listing.examples)
    return Table(tuple(Column(key, key, key, number=False) for key in keys), rows)
