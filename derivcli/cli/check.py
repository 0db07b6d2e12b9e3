"""`derivcli check`: is this the derivative?"""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli.cli.options import (
    Digits,
    MaxOperations,
    OptionalExpression,
    Output,
    OutputFormat,
    Shape,
    Standalone,
    Timeout,
    Wrt,
)
from derivcli.defaults import MAX_OPERATIONS, TIMEOUT
from derivcli.errors import UsageError


def check(
    expression: OptionalExpression = None,
    answer: Annotated[
        str | None,
        typer.Argument(metavar="[ANSWER]", help="What its derivative may be.", show_default=False),
    ] = None,
    shape: Shape = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            metavar="VALUE...",
            help='Values of matrices, which give them their shapes: W="[[1, 2], [3, 4]]".',
            show_default=False,
        ),
    ] = None,
    wrt: Wrt = None,
    order: Annotated[
        int,
        typer.Option("--order", min=1, max=1_000, metavar="N", help="Which derivative is asked."),
    ] = 1,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            metavar="TOML",
            help="Judge every [[exercise]] of this file.",
            show_default=False,
        ),
    ] = None,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            "--assume",
            metavar="CONDITION...",
            help='Compare only where this holds: "a > 0", "A.T = A".',
            show_default=False,
        ),
    ] = None,
    tolerance: Annotated[
        str | None,
        typer.Option(
            "--tolerance",
            metavar="T",
            help="Accept an answer that is off by T, relative to the derivative's terms: 1e-3.",
            show_default=False,
        ),
    ] = None,
    output_format: OutputFormat = None,
    output: Output = None,
    standalone: Standalone = False,
    digits: Digits = None,
    timeout: Timeout = TIMEOUT,
    max_operations: MaxOperations = MAX_OPERATIONS,
) -> int:
    """Judge an answer: is ANSWER the derivative of EXPRESSION?

    Exit status 0: correct, 1: wrong, 3: undecided. --timeout is for each answer.

    Examples:
        derivcli check "w**3" "3*w"  # wrong: exit status 1
        derivcli check "x.T @ x" "2*x" --shape x=nx1
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import grades, inputs
    from derivcli.cli.output import deliver, destination
    from derivcli.cli.run import guard, run

    to = destination(output_format, output, standalone=standalone)
    seconds = inputs.check_timeout(timeout)
    if file is not None:
        if expression is not None or shape or at or wrt or order != 1 or assume or tolerance:
            raise UsageError(
                "--file brings its own expressions, shapes, variables, orders, conditions and"
                " tolerances"
            )
        from derivcli.report import marks as marks_report

        return deliver(grades.marks(file, guard("check", seconds), to.prepare), to, marks_report)
    if expression is None or answer is None:
        missing = "EXPRESSION" if expression is None else "ANSWER"
        raise UsageError(f"{missing} is missing", hint='write derivcli check "w**2" "2*w"')
    if shape or at:
        from derivcli.cli.matrix_answers import question
        from derivcli.report import gradient_check

        if order != 1:
            raise UsageError("an answer that is a matrix is judged as a first derivative")
        asked = question(
            expression, answer, shape or (), at or (), wrt or (), max_operations, assume or (),
            tolerance,
        )  # fmt: skip
        found = run("check", asked, seconds, to, loads="gradient check")
        return deliver(found, to, gradient_check, digits)
    exercise = grades.exercise(
        expression, answer, wrt or (), order, max_operations, assume or (), tolerance
    )
    from derivcli.report import check as report

    return deliver(run("check", exercise, seconds, to), to, report, digits)
