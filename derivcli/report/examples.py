"""What `examples` says: the list, or one example and the command that runs it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from derivcli.exercises.examples import Example
from derivcli.exercises.programs import ProgramExample
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


def listing(examples: Iterable[Example | ProgramExample]) -> Listing:
    """Return the examples as they are listed."""
    return Listing(
        tuple(
            Listed(each.name, _text(each), " ".join(_at(each)), each.wrt, each.about, command(each))
            for each in examples
        )
    )


def _text(example: Example | ProgramExample) -> str:
    return example.expression if isinstance(example, Example) else example.program


def _at(example: Example | ProgramExample) -> list[str]:
    return [f"{name}={value}" if name else value for name, value in example.at.items()]


def command(example: Example | ProgramExample) -> str:
    """Return the command line that runs an example."""
    task = "diff" if isinstance(example, Example) else "graph"
    source = _text(example)
    words = ["derivcli", task, source, "--at", *_at(example)]
    if example.wrt:
        words += ["--wrt", *example.wrt]
    if source.startswith(("--", "@")) or source == "-":
        words = [*words[:2], *words[3:], "--", source]
    return shlex.join(words)


def blocks(found: Listing, *, one: bool) -> Iterator[Block]:
    """Yield the table of all examples, or the command and the text of one."""
    if one:
        for each in found.examples:
            yield Text(each.command)
            if each.about:
                yield Text(each.about)
        return
    graphs = [each for each in found.examples if each.command.startswith("derivcli graph ")]
    others = [each for each in found.examples if each not in graphs]
    if others:
        yield _table("expression", others, "")
    if graphs:
        yield _table("program", graphs, "programs: derivcli graph --example NAME runs one")


def _table(what: str, listed: Iterable[Listed], title: str) -> Table:
    columns = (
        Column("name", "name", "", "words"),
        Column("expression", what, "", "formula"),
        Column("at", "at", "", "words"),
        Column("about", "about", "", "words"),
    )
    rows = tuple((each.name, each.expression, each.at, each.about) for each in listed)
    return Table(columns, rows, title)


def records(found: Listing) -> Table:
    """Return the examples as one flat table for machines."""
    keys = ("name", "expression", "at", "wrt", "about", "command")
    rows = tuple(
        (each.name, each.expression, each.at, " ".join(each.wrt), each.about, each.command)
        for each in found.examples
    )
    return Table(tuple(Column(key, key, key, "words") for key in keys), rows)
