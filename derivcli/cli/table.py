"""`derivcli table`: many functions side by side, one row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from derivcli.calculus.overview import failed_row, rows
from derivcli.calculus.results import Constant, Overview, Request, Row
from derivcli.cli import tasks
from derivcli.cli.inputs import Binding, check_timeout, constant, constants, directions, points, read_program, variables
from derivcli.cli.options import At, Digits, Eps, MaxOperations, Output, OutputFormat, Timeout, Wrt
from derivcli.cli.output import deliver, destination
from derivcli.errors import DerivError, UsageError
from derivcli.exercises.examples import Example, choose, load
from derivcli.guard import Guard, answers
from derivcli.report import table as report

DEFAULT_EPS = ("0.001", "0.002")


def table(
    expressions: Annotated[list[str] | None, typer.Argument(metavar="[EXPRESSION]...", help="Expressions; none for the examples.", show_default=False)] = None,
    at: At = None,
    eps: Eps = None,
    wrt: Wrt = None,
    file: Annotated[str | None, typer.Option("--file", metavar="TOML", help="Examples from this file.", show_default=False)] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="NAME...", help="Only the examples of these names.", show_default=False)] = None,
    output_format: OutputFormat = None,
    output: Output = None,
    digits: Digits = None,
    timeout: Timeout = 10.0,
    max_operations: MaxOperations = 10_000,
) -> int:
    """Print one row for each function: its slope, exact and estimated for each eps.

    Without EXPRESSION: the examples of ./examples.toml, else those that come with derivcli.
    A row that fails says why; --timeout is for each row.
    """
    to = destination(output_format, output)
    guard = Guard(check_timeout(timeout))
    steps = constants(eps or DEFAULT_EPS, "in --eps")
    if expressions and (file or only):
        raise UsageError("--file and --only choose examples, and EXPRESSION is given")
    if not expressions and (at or wrt):
        raise UsageError("--at and --wrt belong to an EXPRESSION; examples have their own points")
    if expressions and not at:
        raise UsageError("--at is missing", hint="say where: --at 2")
    place = {str(index): source for index, source in enumerate(at or ())}
    entries = (
        [Example(each, each, place, tuple(wrt or ())) for each in expressions]
        if expressions
        else choose(load(file), only or [])
    )
    requests = [_request(entry, steps, digits, max_operations, typed=bool(expressions)) for entry in entries]
    found = answers(tasks.table, [steps, *(each for each in requests if isinstance(each, Request))], guard, to.prepare)
    sizes = next(found)
    if isinstance(sizes, DerivError):
        raise sizes
    overview = Overview(sizes, tuple(_rows(entries, requests, found)))
    deliver(overview, lambda: report.blocks(overview, digits), lambda: report.records(overview), to)
    return overview.worst


def _request(
    entry: Example, steps: tuple[Constant, ...], digits: int | None, max_operations: int, *, typed: bool
) -> Request | DerivError:
    """Return what to study for one entry, or why that cannot be said."""
    try:
        bindings = list(_bindings(entry, typed=typed))
        program, limits = read_program(entry.expression, bindings, entry.wrt, max_operations, files=typed)
        known = variables(program, bindings, entry.wrt)
        return Request(
            program,
            points(program, bindings, known),
            directions(entry.wrt, program, known),
            steps,
            digits=max(17, digits or 0),
            limits=limits,
        )
    except DerivError as error:
        return error


def _bindings(entry: Example, *, typed: bool) -> Iterator[Binding]:
    """Yield the values of --at as typed, or those that an entry holds by name."""
    for name, source in entry.at.items():
        given, value = constant(source, "in --at" if typed else "in 'at'")
        if not typed and given:
            raise UsageError("a value, not a name, is expected", where="in 'at'")
        yield (given if typed else name), value


def _rows(
    entries: Sequence[Example], requests: Sequence[Request | DerivError], found: Iterator[Any]
) -> Iterator[Row]:
    for entry, request in zip(entries, requests, strict=True):
        result = request if isinstance(request, DerivError) else next(found)
        if isinstance(result, DerivError):
            yield failed_row(entry.name, entry.expression, result)
        else:
            yield from rows(entry.name, result)
