"""`derivcli diff`: the exact derivative beside difference quotients."""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli.cli.options import (
    Arithmetic,
    At,
    Digits,
    Expression,
    MaxOperations,
    Method,
    Output,
    OutputFormat,
    Standalone,
    Timeout,
    Wrt,
    eps_option,
)
from derivcli.defaults import MAX_OPERATIONS, TIMEOUT

DEFAULT_EPS = ("0.1", "0.01", "0.001")
DEFAULT_METHOD = Method.forward


def diff(
    expression: Expression,
    at: At = None,
    wrt: Wrt = None,
    order: Annotated[
        int,
        typer.Option(
            "--order", min=1, max=10**9, metavar="N", help="Which derivative: 2 for the second."
        ),
    ] = 1,
    eps: Annotated[list[str] | None, eps_option(DEFAULT_EPS)] = None,
    method: Annotated[
        list[Method] | None,
        typer.Option(
            "--method",
            metavar="NAME...",
            help="Difference quotients to show: {names}.",
            show_default=DEFAULT_METHOD,
        ),
    ] = None,
    arithmetic: Annotated[
        Arithmetic,
        typer.Option("--arithmetic", metavar="NAME", help="Numbers of the estimates: {names}."),
    ] = "exact",
    explain: Annotated[
        bool, typer.Option("--explain", help="Read each row of the tables in words.")
    ] = False,
    output_format: OutputFormat = None,
    output: Output = None,
    standalone: Standalone = False,
    digits: Digits = None,
    timeout: Timeout = TIMEOUT,
    max_operations: MaxOperations = MAX_OPERATIONS,
) -> int:
    """Differentiate: the exact slope beside its estimates.

    Without --at: the derivative alone.

    Examples:
        derivcli diff "w**2" --at 3 --eps 0.001 0.002
        derivcli diff "(w*x + b - y)**2/2" --at w=2 b=8 x=-2 y=2 --wrt w b
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, typed
    from derivcli.cli.output import deliver, destination

    to = destination(output_format, output, standalone=standalone)
    seconds = inputs.check_timeout(timeout)
    sizes = inputs.constants(eps or DEFAULT_EPS, "in --eps")
    asked = typed.read(expression, at, wrt, max_operations)
    places, directions = asked.points(), asked.directions()

    from derivcli.calculus.results import Request
    from derivcli.cli.run import run
    from derivcli.report import diff as report

    methods = tuple(dict.fromkeys(each.value for each in method or (DEFAULT_METHOD,)))
    request = Request(
        asked.program,
        places,
        directions,
        sizes,
        order,
        methods,
        arithmetic,
        inputs.working_digits(digits),
        limits=asked.limits,
    )
    study = run("diff", request, seconds, to)
    return deliver(study, to, report, digits, explain=explain)
