"""The options that commands share, each with its help."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Optional

import typer

Format = Literal["rich", "plain", "json", "csv", "markdown", "latex"]


class Method(StrEnum):
    """The difference quotients; an enumeration, because Typer takes no list of literals."""

    forward = "forward"
    backward = "backward"
    central = "central"
    complex = "complex"
    richardson = "richardson"


Arithmetic = Literal["exact", "float64", "float32"]

At = Annotated[
    Optional[list[str]],  # noqa: UP045 - Typer reads this annotation at run time
    typer.Option(
        "--at",
        metavar="VALUE...",
        help="The point: 3, or w=2 b=8. Several numbers, or a name again, are several points.",
        show_default=False,
    ),
]
Eps = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--eps",
        metavar="VALUE...",
        help="The steps. A negative one steps to the other side.",
        show_default=False,
    ),
]
Wrt = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--wrt",
        metavar="NAME...",
        help="The variables to differentiate by. Default: all.",
        show_default=False,
    ),
]
Digits = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        "--digits",
        min=1,
        max=100,
        metavar="N",
        help="Significant digits. Default: 10, and exact numbers to 15.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", help="How long one computation may take."),
]
MaxOperations = Annotated[
    int,
    typer.Option(
        "--max-operations",
        min=1,
        max=10_000_000,
        metavar="N",
        help="Largest program read from a file.",
    ),
]
OutputFormat = Annotated[
    Optional[Format],  # noqa: UP045
    typer.Option(
        "--format",
        help="How to write the answer. Default: rich, or by --output's suffix.",
        show_default=False,
    ),
]
Standalone = Annotated[
    bool, typer.Option("--standalone", help="Write LaTeX that compiles by itself.")
]
Output = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write to FILE: .txt .json .csv .md .tex",
        show_default=False,
    ),
]
PictureOutput = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write to FILE: .svg .png .pdf .txt .json .csv .md .tex",
        show_default=False,
    ),
]
Title = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--title", metavar="TEXT", help="The title of the picture.", show_default=False),
]
Size = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--size",
        metavar="WxH",
        help="Width and height of the picture, in inches or cm: 8x5.5, 20x14cm.",
        show_default=False,
    ),
]
Dpi = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        "--dpi",
        min=20,
        max=2400,
        metavar="N",
        help="Dots an inch of a .png. Default: 200.",
        show_default=False,
    ),
]
Dark = Annotated[bool, typer.Option("--dark", help="Draw the picture on dark paper.")]
