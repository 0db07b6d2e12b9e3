"""`derivcli plot`: J, its tangent at a point, and the chords that tend to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from derivcli.cli.options import (
    Dark,
    Digits,
    Dpi,
    Expression,
    MaxOperations,
    MovingVariable,
    OutputFormat,
    PictureOutput,
    Size,
    Standalone,
    Timeout,
    Title,
    eps_option,
)
from derivcli.defaults import MAX_OPERATIONS, TIMEOUT
from derivcli.errors import UsageError

if TYPE_CHECKING:
    from derivcli.calculus.results import Point


def plot(
    expression: Expression,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            metavar="VALUE...",
            help="The point: 3, or w=2 b=8. Several numbers are several points of one curve.",
            show_default=False,
        ),
    ] = None,
    eps: Annotated[list[str] | None, eps_option("one that fits the picture")] = None,
    bounds: Annotated[
        list[str] | None,
        typer.Option(
            "--range",
            metavar="LOW HIGH",
            help="What to draw.",
            show_default="as far as J changes noticeably",
        ),
    ] = None,
    wrt: MovingVariable = None,
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
    """Draw J, its tangent at a point, and its chords.

    A chord leads from the point to w + eps, for each eps; several points have tangents alone,
    unless there is an eps.
    The slope of a line is its height over its width; the triangle under a chord shows both.

    Examples:
        derivcli plot "w**2" --at 3 --eps 1
        derivcli plot "w**2" --at 3 --output square.svg
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, typed
    from derivcli.cli.output import deliver
    from derivcli.cli.pictures import drawn

    to = drawn(output_format, output, standalone, title, size, dpi, dark)
    seconds = inputs.check_timeout(timeout)
    sizes = inputs.constants(eps or (), "in --eps")
    ends = inputs.bounds(bounds)
    asked = typed.read(expression, at, wrt, max_operations)
    places, moving = asked.given_points(), asked.only_direction()
    _check_one_curve(places, moving)

    from derivcli.calculus.plot.picture import PlotRequest
    from derivcli.calculus.results import Request
    from derivcli.cli.run import run
    from derivcli.report import plot as report

    precision = inputs.working_digits(digits)
    study = Request(asked.program, places, (moving,), sizes, digits=precision, limits=asked.limits)
    return deliver(run("plot", PlotRequest(study, ends), seconds, to), to, report, digits)


def _check_one_curve(places: Sequence[Point], moving: str) -> None:
    """Raise UsageError where points differ in what does not move."""
    first = places[0]
    for place in places[1:]:
        for name, value in place.items():
            if name != moving and value.output.expression != first[name].output.expression:
                raise UsageError(
                    f"'{name}' does not move, and has two values", source=value.source,
                    span=value.output.span, where="in --at",
                    hint="points of one picture are on one curve: run it once for each",
                )  # fmt: skip
