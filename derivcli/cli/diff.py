"""`derivcli diff`: the exact derivative beside difference quotients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from derivcli.cli.options import (
    Arithmetic,
    At,
    Digits,
    Expression,
    MaxOperations,
    Method,
    Output,
    OutputFormatOrCode,
    SeedOfArrays,
    Shape,
    Standalone,
    Timeout,
    Wrt,
    eps_option,
)
from derivcli.defaults import MAX_OPERATIONS, TIMEOUT

if TYPE_CHECKING:
    from derivcli.cli.output import Destination
    from derivcli.matrices.study_results import ArrayRequest

DEFAULT_EPS = ("0.1", "0.01", "0.001")
DEFAULT_METHOD = Method.forward


def diff(
    expression: Expression,
    at: At = None,
    shape: Shape = None,
    wrt: Wrt = None,
    order: Annotated[
        int,
        typer.Option(
            "--order", min=1, max=10**9, metavar="N", help="Which derivative: 2 for the second."
        ),
    ] = 1,
    along: Annotated[
        str | None,
        typer.Option(
            "--along",
            metavar="NAME",
            help="A direction of matrices: --order 2 is then the Hessian times it.",
            show_default=False,
        ),
    ] = None,
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
    seed: SeedOfArrays = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Read each row of the tables in words.")
    ] = False,
    output_format: OutputFormatOrCode = None,
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
        derivcli diff "x.T @ A @ x" --shape x=nx1 A=nxn --wrt x
    """
    # Imported here, so that --help and completion stay fast.
    from dataclasses import replace

    from derivcli.cli import inputs, typed
    from derivcli.cli.asked_arrays import is_asked
    from derivcli.cli.output import deliver, destination

    to = destination(output_format, output, standalone=standalone, code=True)
    seconds = inputs.check_timeout(timeout)
    sizes = inputs.constants(eps or DEFAULT_EPS, "in --eps")
    methods = tuple(dict.fromkeys(each.value for each in method or (DEFAULT_METHOD,)))
    if is_asked(shape, at) or seed is not None or along is not None:
        from derivcli.cli import array_diff

        if not is_asked(shape, at):
            array_diff.refuse_scalar(seed, along)
        seed = 1 if seed is None and to.format == "python" and not at else seed
        asked_of = array_diff.request(expression, shape, at, wrt, along, seed, max_operations)
        return _of_arrays(
            replace(
                asked_of, eps=sizes, order=order, methods=methods, arithmetic=arithmetic,
                digits=inputs.working_digits(digits), code=to.format == "python",
            ),
            seconds, to, digits,
        )  # fmt: skip
    asked = typed.read(expression, at, wrt, max_operations)
    places, directions = asked.points(), asked.directions()

    from derivcli.calculus.results import Request
    from derivcli.cli.run import run
    from derivcli.report import diff as report

    request = Request(
        asked.program,
        places,
        directions,
        sizes,
        order,
        methods,
        arithmetic,
        inputs.working_digits(digits),
        explain=explain,
        limits=asked.limits,
    )
    if to.format == "python":
        from derivcli.calculus.sympy_script import sympy_script

        return deliver(sympy_script(request), to, report)
    study = run("diff", request, seconds, to)
    return deliver(study, to, report, digits, explain=explain)


def _of_arrays(request: ArrayRequest, seconds: float, to: Destination, digits: int | None) -> int:
    """Answer for a program of matrices."""
    from derivcli.cli.output import deliver
    from derivcli.cli.run import run
    from derivcli.report import array_diff as report

    return deliver(run("array_diff", request, seconds, to), to, report, digits)
