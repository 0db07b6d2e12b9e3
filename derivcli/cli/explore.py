"""`derivcli explore`: a page with sliders for the point and for eps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from derivcli.cli.options import (
    Digits,
    Expression,
    MaxOperations,
    MovingVariable,
    Timeout,
    eps_option,
)
from derivcli.defaults import MAX_OPERATIONS, TIMEOUT
from derivcli.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from derivcli.cli.output import Destination


def explore(
    expression: Expression,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="VALUE...", help="Where to begin: 3, or w=2 b=8.", show_default=False
        ),
    ] = None,
    eps: Annotated[list[str] | None, eps_option("1 to 1e-8, both ways")] = None,
    bounds: Annotated[
        list[str] | None,
        typer.Option(
            "--range",
            metavar="LOW HIGH",
            help="How far the slider goes.",
            show_default="as far as J changes noticeably",
        ),
    ] = None,
    wrt: MovingVariable = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", metavar="FILE", help="Write the page to FILE: .html",
            show_default="a temporary file, opened in the browser",
        ),
    ] = None,
    digits: Digits = None,
    timeout: Timeout = TIMEOUT,
    max_operations: MaxOperations = MAX_OPERATIONS,
) -> int:  # fmt: skip
    """Make a page with sliders for the point and for eps.

    The page stands alone: it shows numbers that were computed beforehand, and loads nothing.

    Examples:
        derivcli explore "w**2" --at 3 --output square.html
        derivcli explore "exp(w)*sin(w)" --at 1 --range -2 2 --output wave.html
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, typed
    from derivcli.cli.output import destination

    to = destination("html" if output is None else None, output)
    if to.format != "html":
        raise UsageError("a page is HTML", where="in --output", hint="end the file in .html")
    seconds = inputs.check_timeout(timeout)
    sizes = inputs.constants(eps or (), "in --eps")
    ends = inputs.bounds(bounds)
    asked = typed.read(expression, at, wrt, max_operations)
    places, moving = asked.given_points(), asked.only_direction()
    if len(places) > 1:
        raise UsageError(
            "a page begins at one point", where="in --at", hint="the slider leads to the others"
        )

    from derivcli.calculus.plot.picture import PlotRequest
    from derivcli.calculus.results import Request
    from derivcli.cli.run import run

    study = Request(
        asked.program, places, (moving,), sizes, digits=inputs.working_digits(digits),
        limits=asked.limits,
    )  # fmt: skip
    found = run("explore", PlotRequest(study, ends), seconds, to)

    from derivcli.render import explore_page
    from derivcli.report.explore import page

    _deliver(explore_page.render(page(found, digits)), to)
    return found.status or ExitStatus.ANSWERED


def _deliver(content: str, to: Destination) -> None:
    """Write the page; one without a file of its own is opened, where there is a browser."""
    from derivcli.cli.files import write

    path = to.path or _temporary()
    write(path, content.encode("utf-8"))
    if to.path is not None:
        return
    import sys
    import webbrowser

    sys.stdout.write(f"{path}\n")
    sys.stdout.flush()
    if sys.stdout.isatty():
        webbrowser.open(path.as_uri())


def _temporary() -> Path:
    from tempfile import mkdtemp

    return Path(mkdtemp(prefix="derivcli-")) / "explore.html"
