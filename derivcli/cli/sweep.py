"""`derivcli sweep`: the error of the estimate for eps after eps."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from derivcli.cli.options import (
    Dark,
    Digits,
    Dpi,
    Expression,
    MaxOperations,
    Method,
    MovingVariable,
    OutputFormat,
    PictureOutput,
    Size,
    Standalone,
    Timeout,
    Title,
)
from derivcli.defaults import MAX_OPERATIONS, SWEEP, TIMEOUT

SPAN_HINT = "write --eps FROM TO, such as --eps 0.1 1e-16"


class Numbers(StrEnum):
    """The arithmetics; an enumeration, because Typer takes no list of literals."""

    exact = "exact"
    float64 = "float64"
    float32 = "float32"


DEFAULT_METHODS = (Method.forward, Method.central)
DEFAULT_ARITHMETIC = Numbers.float64


def sweep(
    expression: Expression,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="VALUE...", help="The point: 3, or w=2 b=8.", show_default=False
        ),
    ] = None,
    wrt: MovingVariable = None,
    method: Annotated[
        list[Method] | None,
        typer.Option(
            "--method",
            metavar="NAME...",
            help="Difference quotients to compare: {names}.",
            show_default=" ".join(DEFAULT_METHODS),
        ),
    ] = None,
    arithmetic: Annotated[
        list[Numbers] | None,
        typer.Option(
            "--arithmetic",
            metavar="NAME...",
            help="Numbers of the estimates, several to compare: {names}.",
            show_default=DEFAULT_ARITHMETIC,
        ),
    ] = None,
    eps: Annotated[
        list[str] | None,
        typer.Option(
            "--eps",
            metavar="FROM TO",
            help="The largest and the smallest step.",
            show_default=" ".join(SWEEP),
        ),
    ] = None,
    output_format: OutputFormat = None,
    output: PictureOutput = None,
    standalone: Standalone = False,
    title: Title = None,
    size: Size = None,
    dpi: Dpi = None,
    dark: Dark = False,
    digits: Digits = None,
    timeout: Timeout = TIMEOUT,
    max_operations: MaxOperations = MAX_OPERATIONS,
) -> int:
    """Sweep eps: where the error of the estimate is smallest.

    Truncation shrinks with eps, rounding grows: on logarithmic axes the error is a V.

    Examples:
        derivcli sweep "exp(w)" --at 1
        derivcli sweep "w**3" --at 2 --arithmetic float64 float32
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, typed
    from derivcli.cli.output import deliver
    from derivcli.cli.pictures import drawn

    to = drawn(output_format, output, standalone, title, size, dpi, dark)
    seconds = inputs.check_timeout(timeout)
    span = inputs.bounds(eps, "in --eps", SPAN_HINT)
    asked = typed.read(expression, at, wrt, max_operations)
    place, moving = asked.only_point(), asked.only_direction()

    from derivcli.calculus.sweep.error_curve import SweepRequest
    from derivcli.cli.run import run
    from derivcli.report import sweep as report

    methods = tuple(dict.fromkeys(each.value for each in method or DEFAULT_METHODS))
    arithmetics = tuple(dict.fromkeys(each.value for each in arithmetic or (DEFAULT_ARITHMETIC,)))
    request = SweepRequest(
        asked.program, place, moving, methods, arithmetics, span, inputs.working_digits(digits),
        asked.limits,
    )  # fmt: skip
    return deliver(run("sweep", request, seconds, to), to, report, digits)
