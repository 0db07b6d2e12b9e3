"""`derivcli diff`: the exact derivative beside difference quotients."""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli.cli.options import (
    Arithmetic,
    At,
    Digits,
    Eps,
    MaxOperations,
    Method,
    Output,
    OutputFormat,
    Standalone,
    Timeout,
    Wrt,
)

DEFAULT_EPS = ("0.1", "0.01", "0.001")


def diff(
    expression: Annotated[
        str,
        typer.Argument(metavar="EXPRESSION", help="An expression, - for standard input, or @FILE."),
    ],
    at: At = None,
    wrt: Wrt = None,
    order: Annotated[
        int,
        typer.Option(
            "--order", min=1, max=10**9, metavar="N", help="Which derivative: 2 for the second."
        ),
    ] = 1,
    eps: Eps = None,
    method: Annotated[
        list[Method] | None,
        typer.Option(
            "--method", help="Difference quotients to show. Default: forward.", show_default=False
        ),
    ] = None,
    arithmetic: Annotated[
        Arithmetic, typer.Option("--arithmetic", help="Numbers of the estimates.")
    ] = "exact",
    explain: Annotated[
        bool, typer.Option("--explain", help="Read each row of the tables in words.")
    ] = False,
    output_format: OutputFormat = None,
    output: Output = None,
    standalone: Standalone = False,
    digits: Digits = None,
    timeout: Timeout = 10.0,
    max_operations: MaxOperations = 10_000,
) -> int:
    """Differentiate: the exact slope beside its estimates.

    Without --at: the derivative alone.
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs
    from derivcli.cli.output import deliver, destination

    to = destination(output_format, output, standalone=standalone)
    seconds = inputs.check_timeout(timeout)
    bindings = [inputs.constant(source, "in --at") for source in at or ()]
    steps = inputs.constants(eps or DEFAULT_EPS, "in --eps")
    along = inputs.names(wrt or (), "in --wrt")
    program, limits = inputs.read_program(expression, bindings, along, max_operations)
    known = inputs.variables(program, bindings, along)
    places = inputs.points(program, bindings, known)
    directions = inputs.directions(along, program, known)

    from derivcli.calculus.results import Request, Study
    from derivcli.cli import tasks
    from derivcli.cli.loads import LOADS
    from derivcli.guard.answers import Guard, answer
    from derivcli.report import diff as report

    methods = tuple(dict.fromkeys(each.value for each in method or (Method.forward,)))
    request = Request(
        program,
        places,
        directions,
        steps,
        order,
        methods,
        arithmetic,
        max(17, digits or 0),
        limits=limits,
    )
    study: Study = answer(tasks.study, request, Guard(seconds, loads=LOADS["diff"]), to.prepare)
    deliver(
        study,
        lambda: report.blocks(study, digits, explain=explain),
        lambda: report.records(study),
        to,
    )
    return study.status
