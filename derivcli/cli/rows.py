"""The rows of `table`: from expressions or examples to requests, from studies to rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from derivcli.calculus.overview import failed_row, rows
from derivcli.calculus.results import Constant, Overview, Request, Row
from derivcli.cli import inputs, tasks, typed
from derivcli.errors import DerivError, UsageError
from derivcli.exercises.examples import choose, load
from derivcli.exercises.listing import statements_latex
from derivcli.guard.answers import Guard, answers


@dataclass(frozen=True, slots=True)
class RowEntry:
    """An expression and its points, as texts; `typed` on the command line, or read from a file."""

    name: str
    expression: str
    at: tuple[tuple[str, str], ...]  # a name, "" where the value carries its own, and the value
    wrt: tuple[str, ...]
    typed: bool


def entries(
    expressions: Sequence[str],
    at: Sequence[str],
    wrt: Sequence[str],
    file: str | None,
    only: Sequence[str],
) -> list[RowEntry]:
    """Return the expressions of the command line, each at the points of --at, else the examples."""
    if not expressions:
        if at or wrt:
            raise UsageError(
                "--at and --wrt belong to an EXPRESSION; examples have their own points"
            )
        return [
            RowEntry(each.name, each.expression, tuple(each.at.items()), each.wrt, typed=False)
            for each in choose(load(file), only)
        ]
    if file or only:
        raise UsageError("--file and --only choose examples, and EXPRESSION is given")
    if not at:
        raise UsageError("--at is missing", hint="say where: --at 2")
    for source in at:
        inputs.constant(source, "in --at")
    return [
        RowEntry(each, each, tuple(("", source) for source in at), tuple(wrt), typed=True)
        for each in expressions
    ]


def request(
    entry: RowEntry,
    eps: tuple[Constant, ...],
    digits: int | None,
    max_operations: int,
    *,
    closed_forms: bool,
) -> Request | DerivError:
    """Return the request of one entry, or the error that its row will tell."""
    try:
        bindings = list(_bindings(entry))
        along = inputs.names(entry.wrt, "in --wrt" if entry.typed else "in 'wrt'")
        asked = typed.program(entry.expression, bindings, along, max_operations, files=entry.typed)
        return Request(
            asked.program,
            asked.points(),
            asked.directions(),
            eps,
            digits=inputs.working_digits(digits),
            brief=True,
            closed_forms=closed_forms,
            limits=asked.limits,
        )
    except DerivError as error:
        return error


def _bindings(entry: RowEntry) -> Iterator[inputs.Binding]:
    """Yield the values of --at as typed, or those that an example holds by name."""
    for name, source in entry.at:
        given, value = inputs.constant(source, "in --at" if entry.typed else "in 'at'")
        if given and not entry.typed:
            raise UsageError("a value, not a name, is expected", where="in 'at'")
        own = inputs.names([name], "in 'at'")[0] if name else ""
        yield (given or own), value


def overview(
    entries: Sequence[RowEntry],
    requests: Sequence[Request | DerivError],
    eps: tuple[Constant, ...],
    guard: Guard,
    meanwhile: Callable[[], object],
) -> Overview:
    """Return the rows of all entries, in order; the values of eps are computed first.

    Raises the DerivError of an eps.
    """
    items = [eps, *(each for each in requests if isinstance(each, Request))]
    results = answers(tasks.table, items, guard, meanwhile)
    sizes = next(results)
    if isinstance(sizes, DerivError):
        raise sizes
    return Overview(sizes, tuple(_rows(entries, requests, results)))


def _rows(
    entries: Sequence[RowEntry], requests: Sequence[Request | DerivError], results: Iterator[Any]
) -> Iterator[Row]:
    for entry, each in zip(entries, requests, strict=True):
        result = each if isinstance(each, DerivError) else next(results)
        if isinstance(result, DerivError):
            latex = statements_latex(entry.expression)
            yield failed_row(entry.name, entry.expression, result, latex)
        else:
            yield from rows(entry.name, result)
