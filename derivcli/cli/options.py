"""The options and arguments that commands share, each with its help.

`{names}` in a help stands for what can be chosen, "[default: ...]" is added by the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Optional

import typer

from derivcli import defaults

# What the metavar of a value tells: that it names a file, or is in the language.
FILES = frozenset({"FILE", "TOML", "CSV"})
EXPRESSIONS = frozenset({"EXPRESSION", "ANSWER", "PROGRAM"})

EXAMPLES_FILE = "./examples.toml, else what comes with derivcli"

Format = Literal["rich", "plain", "json", "csv", "markdown", "latex", "html"]
CodeFormat = Literal["rich", "plain", "json", "csv", "markdown", "latex", "html", "python"]


class Method(StrEnum):
    """The difference quotients; an enumeration, because Typer takes no list of literals."""

    forward = "forward"
    backward = "backward"
    central = "central"
    complex = "complex"
    richardson = "richardson"


Arithmetic = Literal["exact", "float64", "float32"]

Expression = Annotated[
    str,
    typer.Argument(metavar="EXPRESSION", help="An expression, - for standard input, or @FILE."),
]
OptionalExpression = Annotated[
    Optional[str],  # noqa: UP045 - Typer reads this annotation at run time
    typer.Argument(metavar="[EXPRESSION]", help="An expression, - for standard input, or @FILE."),
]
At = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--at",
        metavar="VALUE...",
        help="The point: 3, or w=2 b=8. Several numbers, or a name again, are several points.",
        show_default=False,
    ),
]
Wrt = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--wrt",
        metavar="NAME...",
        help="The variables to differentiate by.",
        show_default="all",
    ),
]
Shape = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--shape",
        metavar="NAME=SHAPE...",
        help="Which names are matrices, rows x columns: W=4x3 X=3xm. A size is a number or a name.",
        show_default=False,
    ),
]
SeedOfArrays = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        "--seed",
        min=0,
        metavar="N",
        help="Draw the values of a program of matrices that are not given.",
        show_default=False,
    ),
]
MovingVariable = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--wrt", metavar="NAME", help="The variable that moves.", show_default="the only one"
    ),
]
ExamplesFile = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--file", metavar="TOML", help="Examples from this file.", show_default=EXAMPLES_FILE
    ),
]


def eps_option(default: Sequence[str] | str) -> Any:
    """Return the option --eps of a command, whose steps are `default` unless told."""
    shown = default if isinstance(default, str) else " ".join(default)
    told = "The steps. A negative one steps to the other side."
    return typer.Option("--eps", metavar="VALUE...", help=told, show_default=shown)


Digits = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        "--digits",
        min=1,
        max=100,
        metavar="N",
        help="Significant digits.",
        show_default=f"{defaults.DIGITS}, and {defaults.EXACT_DIGITS} of exact numbers",
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
        metavar="FORMAT",
        help="How to write the answer: {names}.",
        show_default="rich, or by the suffix of --output",
    ),
]
OutputFormatOrCode = Annotated[
    Optional[CodeFormat],  # noqa: UP045
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="How to write the answer: {names}.",
        show_default="rich, or by the suffix of --output",
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
        help="Write to FILE: .txt .json .csv .md .tex .html",
        show_default="standard output",
    ),
]
PictureOutput = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write to FILE: .svg .png .pdf .txt .json .csv .md .tex .html",
        show_default="standard output",
    ),
]
Title = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--title", metavar="TEXT", help="The title of the picture.", show_default="what it shows"
    ),
]
Size = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--size",
        metavar="WxH",
        help="Width and height of the picture, in inches or cm: 8x5.5, 20x14cm.",
        show_default="what it needs",
    ),
]
Dpi = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        "--dpi",
        min=20,
        max=2400,
        metavar="N",
        help="Dots an inch of a .png.",
        show_default=str(defaults.DPI),
    ),
]
Dark = Annotated[bool, typer.Option("--dark", help="Draw the picture on dark paper.")]
