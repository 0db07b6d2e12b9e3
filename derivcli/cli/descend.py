"""`derivcli descend`: gradient descent, every step of it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from derivcli.cli.options import (
    Dark,
    Digits,
    Dpi,
    Expression,
    MaxOperations,
    OutputFormat,
    PictureOutput,
    Size,
    Standalone,
    Timeout,
    Title,
)
from derivcli.defaults import MAX_OPERATIONS, MOST_EXACT, TIMEOUT

DEFAULT_RATE = "0.1"
DEFAULT_ITERATIONS = 20
MOST_ITERATIONS = 100_000


def descend(
    expression: Expression,
    start: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="VALUE...",
            help="Where to start: 3, or w=2 b=8.",
            show_default=False,
        ),
    ] = None,
    rate: Annotated[
        str, typer.Option("--rate", metavar="A", help="The learning rate: 0.1, or 1/10.")
    ] = DEFAULT_RATE,
    iterations: Annotated[
        int,
        typer.Option(
            "--iterations", min=1, max=MOST_ITERATIONS, metavar="N", help="How many steps to take."
        ),
    ] = DEFAULT_ITERATIONS,
    wrt: Annotated[
        list[str] | None,
        typer.Option(
            "--wrt",
            metavar="NAME...",
            help="The variables that move; the others are data.",
            show_default="all",
        ),
    ] = None,
    arithmetic: Annotated[
        Literal["exact", "float64", "float32"] | None,
        typer.Option(
            "--arithmetic",
            metavar="NAME",
            help="Numbers of the path: {names}.",
            show_default=f"exact up to {MOST_EXACT} steps, then float64",
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
    """Descend by the gradient: w := w - A * dJ/dw, step by step.

    Ends early where the derivative vanishes, the path runs away, or there is no derivative.
    It answers with status 0 whether the path converges or diverges.

    Examples:
        derivcli descend "w**2" --from 3
        derivcli descend "(w*x + b - y)**2/2" --from w=0 b=0 x=2 y=5 --wrt w b
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, typed
    from derivcli.cli.output import deliver
    from derivcli.cli.pictures import drawn

    to = drawn(output_format, output, standalone, title, size, dpi, dark)
    seconds = inputs.check_timeout(timeout)
    (factor,) = inputs.constants((rate,), "in --rate")
    asked = typed.read(expression, start, wrt, max_operations, "--from")
    place, directions = asked.start(), asked.directions()

    from derivcli.calculus.descent.trajectory import DescentRequest
    from derivcli.cli.run import run
    from derivcli.report import descend as report

    request = DescentRequest(
        asked.program, place, directions, factor, iterations, arithmetic,
        inputs.working_digits(digits), seconds, asked.limits,
    )  # fmt: skip
    return deliver(run("descend", request, seconds, to), to, report, digits)
