"""The result of `examples`: each entry as it is typed, and the command that runs it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from derivcli.errors import DerivError
from derivcli.exercises import examples, networks, programs
from derivcli.exercises.documents import bindings
from derivcli.exercises.examples import Example
from derivcli.exercises.networks import NetworkExample
from derivcli.exercises.program_networks import ProgramNetwork
from derivcli.exercises.programs import ProgramExample
from derivcli.language.latex import latex
from derivcli.language.parser import parse

Entry = Example | ProgramExample | NetworkExample | ProgramNetwork


@dataclass(frozen=True, slots=True)
class Listed:
    """One example, its point and its command as they are typed.

    `kind` is "expression", "program" or "network"; of a network `expression` holds the layers, and
    `what` its activations, loss and examples. `latex` holds each statement of a formula.
    """

    name: str
    expression: str
    at: str
    wrt: tuple[str, ...]
    about: str
    command: str
    kind: str
    what: str = ""
    latex: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """The result of `examples`."""

    schema: ClassVar[str] = "derivcli.examples/1"

    examples: tuple[Listed, ...]


def collection(file: str | None) -> list[Entry]:
    """Return the examples, programs and networks of a file; there has to be one at least."""
    others: list[Entry] = [
        *programs.load(file, required=False),
        *networks.load(file, required=False),
    ]
    return [*examples.load(file, required=not others), *others]


def listing(found: Iterable[Entry], file: str | None = None) -> Listing:
    """Return the examples of a file, or of the collection, as they are listed."""
    return Listing(tuple(_listed(each, file) for each in found))


def _listed(example: Entry, file: str | None) -> Listed:
    told = command(example, file)
    if isinstance(example, NetworkExample):
        layers = example.spec.architecture.name
        return Listed(example.name, layers, "", (), example.about, told, "network", _what(example))
    if isinstance(example, ProgramNetwork):
        steps = "; ".join(line for line in example.program.splitlines() if line.strip())
        by = example.parameters
        return Listed(example.name, steps, "", by, example.about, told, "network", _by(example))
    kind = "expression" if isinstance(example, Example) else "program"
    at = " ".join(bindings(example.at))
    source = _text(example)
    return Listed(
        example.name, source, at, example.wrt, example.about, told, kind,
        latex=statements_latex(source),
    )  # fmt: skip


def _what(example: NetworkExample) -> str:
    """Return what the layers compute, and on how many examples: tanh sigmoid, squared, m = 5."""
    spec = example.spec
    examples = f"m = {spec.examples:,}" if spec.data is None else f"data in {spec.data}"
    return f"{' '.join(spec.architecture.activations)}, {spec.architecture.loss}, {examples}"


def _by(example: ProgramNetwork) -> str:
    """Return what a program's gradient is by, and where its data come from."""
    by = f"by {' '.join(example.parameters)}" if example.parameters else ""
    data = f"data in {example.file}" if example.file else f"data {' '.join(example.data)}"
    return ", ".join(part for part in (by, data) if part and part != "data ")


def _text(example: Example | ProgramExample) -> str:
    return example.expression if isinstance(example, Example) else example.program


def command(example: Entry, file: str | None = None) -> str:
    """Return the command line that runs an example; a network is looked up in its file."""
    if isinstance(example, NetworkExample | ProgramNetwork):
        name = example.name
        among = [] if file is None else ["--file", file]
        tail = ["--", name] if name.startswith(("--", "@")) else [name]
        options = [*among, *tail] if len(tail) > 1 else [*tail, *among]
        return shlex.join(["derivcli", "network", *options])
    task = "diff" if isinstance(example, Example) else "graph"
    source = _text(example)
    words = ["derivcli", task, source, "--at", *bindings(example.at)]
    if example.wrt:
        words += ["--wrt", *example.wrt]
    if source.startswith(("--", "@")) or source == "-":
        words = [*words[:2], *words[3:], "--", source]
    return shlex.join(words)


def statements_latex(source: str) -> tuple[str, ...]:
    """Return the right side of each statement of a text; nothing where it cannot be read."""
    try:
        return tuple(latex(each.expression) for each in parse(source).statements)
    except DerivError:
        return ()
