"""What `examples` says: the list, or one example and the command that runs it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from derivcli.exercises.examples import Example
from derivcli.exercises.networks import NetworkExample
from derivcli.exercises.programs import ProgramExample
from derivcli.report.blocks import Block, Column, Table, Text
from derivcli.report.markup import code

TABLES = (  # kind, the column of what it is, that of the rest, title
    ("expression", "expression", "at", ""),
    ("program", "program", "at", "programs: derivcli graph --example NAME runs one"),
    ("network", "layers", "what", "networks: derivcli network NAME runs one"),
)

Entry = Example | ProgramExample | NetworkExample


@dataclass(frozen=True, slots=True)
class Listed:
    """One example, its point and its command as they are typed.

    `kind` is "expression", "program" or "network"; of a network `expression` holds the layers, and
    `what` its activations, loss and examples.
    """

    name: str
    expression: str
    at: str
    wrt: tuple[str, ...]
    about: str
    command: str
    kind: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The result of `examples`."""

    schema: ClassVar[str] = "derivcli.examples/1"

    examples: tuple[Listed, ...]


def listing(examples: Iterable[Entry], file: str | None = None) -> Listing:
    """Return the examples of a file, or of the collection, as they are listed."""
    return Listing(tuple(_listed(each, file) for each in examples))


def _listed(example: Entry, file: str | None) -> Listed:
    told = command(example, file)
    if isinstance(example, NetworkExample):
        layers = example.spec.architecture.name
        return Listed(example.name, layers, "", (), example.about, told, "network", _what(example))
    kind = "expression" if isinstance(example, Example) else "program"
    at = " ".join(_at(example))
    return Listed(example.name, _text(example), at, example.wrt, example.about, told, kind)


def _what(example: NetworkExample) -> str:
    """Return what the layers compute, and on how many examples: tanh sigmoid, squared, m = 5."""
    spec = example.spec
    examples = f"m = {spec.examples:,}" if spec.data is None else f"data in {spec.data}"
    return f"{' '.join(spec.architecture.activations)}, {spec.architecture.loss}, {examples}"


def _text(example: Example | ProgramExample) -> str:
    return example.expression if isinstance(example, Example) else example.program


def _at(example: Example | ProgramExample) -> list[str]:
    return [f"{name}={value}" if name else value for name, value in example.at.items()]


def command(example: Entry, file: str | None = None) -> str:
    """Return the command line that runs an example; a network is looked up in its file."""
    if isinstance(example, NetworkExample):
        name = example.name
        among = [] if file is None else ["--file", file]
        tail = ["--", name] if name.startswith(("--", "@")) else [name]
        options = [*among, *tail] if len(tail) > 1 else [*tail, *among]
        return shlex.join(["derivcli", "network", *options])
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
            yield Text(code(each.command))
            if each.about:
                yield Text(each.about)
        return
    for kind, first, second, title in TABLES:
        rows = [each for each in found.examples if each.kind == kind]
        if rows:
            yield _table(first, second, rows, title)


def _table(first: str, second: str, listed: Iterable[Listed], title: str) -> Table:
    columns = (
        Column("name", "name", "words"),
        Column("expression", first, "words" if first == "layers" else "formula"),
        Column(second, second, "words", spare=1),
        Column("about", "about", "words"),
    )
    rows = tuple((each.name, each.expression, getattr(each, second), each.about) for each in listed)
    return Table(columns, rows, title)


def records(found: Listing) -> Table:
    """Return the examples as one flat table for machines."""
    keys = ("name", "expression", "at", "wrt", "about", "command", "kind", "what")
    rows = tuple(
        tuple(" ".join(each.wrt) if key == "wrt" else getattr(each, key) for key in keys)
        for each in found.examples
    )
    return Table(tuple(Column(key, key, "words") for key in keys), rows)
