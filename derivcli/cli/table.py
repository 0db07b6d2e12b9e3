"""`derivcli table`: many functions side by side, one row each."""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli.cli import names
from derivcli.cli.options import (
    At,
    Digits,
    ExamplesFile,
    MaxOperations,
    Output,
    OutputFormat,
    Standalone,
    Timeout,
    Wrt,
    eps_option,
)
from derivcli.defaults import MAX_OPERATIONS, TIMEOUT

DEFAULT_EPS = ("0.001", "0.002")


def table(
    expressions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[EXPRESSION]...",
            help="Expressions; none for the examples.",
            show_default=False,
        ),
    ] = None,
    at: At = None,
    eps: Annotated[list[str] | None, eps_option(DEFAULT_EPS)] = None,
    wrt: Wrt = None,
    file: ExamplesFile = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="NAME...",
            help="Only the examples of these names.",
            show_default="all",
            autocompletion=names.examples,
        ),
    ] = None,
    output_format: OutputFormat = None,
    output: Output = None,
    standalone: Standalone = False,
    digits: Digits = None,
    timeout: Timeout = TIMEOUT,
    max_operations: MaxOperations = MAX_OPERATIONS,
) -> int:
    """Put functions side by side: a row for each.

    A row shows the slope at the point, exact and estimated for each eps.

    Without EXPRESSION: the examples of ./examples.toml, else those that come with derivcli.
    A row that fails says why; --timeout is for each row.

    Examples:
        derivcli table --eps 0.001 0.002
        derivcli table "w**2" "1/w" "exp(w)" --at 2
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, rows
    from derivcli.cli.output import deliver, destination
    from derivcli.cli.run import guard
    from derivcli.report import table as report

    to = destination(output_format, output, standalone=standalone)
    bounds = guard("table", inputs.check_timeout(timeout))
    sizes = inputs.constants(eps or DEFAULT_EPS, "in --eps")
    entries = rows.entries(expressions or (), at or (), wrt or (), file, only or ())
    exact = to.format == "json"  # the only format that has room for closed forms
    requests = [
        rows.request(entry, sizes, digits, max_operations, closed_forms=exact) for entry in entries
    ]
    overview = rows.overview(entries, requests, sizes, bounds, to.prepare)
    return deliver(overview, to, report, digits)
