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
    hide: Annotated[
        bool, typer.Option("--hide", help="Judge, and do not show the derivative.")
    ] = False,
    hint: Annotated[
        int | None,
        typer.Option(
            "--hint",
            min=1,
            max=3,
            metavar="N",
            help="Hide it, and give a hint: 1 the rule, 2 the first step, 3 the whole.",
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

    Exit status 0: correct, 1: wrong, 3: undecided. --timeout is for each answer. With --hint,
    ANSWER may be left out.

    Examples:
        derivcli check "w**3" "3*w"  # wrong: exit status 1
        derivcli check "x.T @ x" "2*x" --shape x=nx1
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import grades, inputs, typed
    from derivcli.cli.output import deliver, destination
    from derivcli.cli.run import guard, run
    from derivcli.exercises.hiding import hidden

    to = destination(output_format, output, standalone=standalone)
    seconds = inputs.check_timeout(timeout)
    if file is not None:
        if expression is not None or shape or at or wrt or order != 1 or assume or tolerance:
            raise UsageError(
                "--file brings its own expressions, shapes, variables, orders, conditions and"
                " tolerances"
            )
        if hint is not None:
            raise UsageError(
                "--hint is for one expression", hint="a file can be judged with --hide"
            )
        from derivcli.report import marks as marks_report

        graded = grades.marks(file, guard("check", seconds), to.prepare, hide=hide)
        return deliver(graded, to, marks_report)
    if hint is not None and (shape or at):
        raise UsageError(
            "hints are for expressions of numbers, not of matrices",
            hint="--hide judges without showing the gradient; derivcli steps derives it",
        )
    if hint is not None and order != 1:
        raise UsageError("hints lead to the first derivative", where="in --order")
    if expression is None or (answer is None and hint is None):
        missing = "EXPRESSION" if expression is None else "ANSWER"
        raise UsageError(f"{missing} is missing", hint='write derivcli check "w**2" "2*w"')
    if answer is not None and (shape or at):
        from derivcli.cli.matrix_answers import question
        from derivcli.report import gradient_check

        if order != 1:
            raise UsageError("an answer that is a matrix is judged as a first derivative")
        asked = question(
            expression, answer, shape or (), at or (), wrt or (), max_operations, assume or (),
            tolerance,
        )  # fmt: skip
        found = run("check", asked, seconds, to, loads="gradient check")
        return deliver(hidden(found) if hide else found, to, gradient_check, digits)
    if answer is None:
        if assume or tolerance:
            raise UsageError("--assume and --tolerance are about an ANSWER, and there is none")
        asked_for = typed.read(expression, (), wrt, max_operations)
        program, variable, limits = asked_for.program, asked_for.only_direction(), asked_for.limits
        found = None
    else:
        exercise = grades.exercise(
            expression, answer, wrt or (), order, max_operations, assume or (), tolerance
        )
        program, variable, limits = exercise.program, exercise.variable, exercise.limits
        found = run("check", exercise, seconds, to)
    if hint is None:
        from derivcli.report import check as report

        return deliver(hidden(found) if hide else found, to, report, digits)
    from derivcli.exercises.hints import hint_of
    from derivcli.report import hint as hint_report

    derivation = run("steps", (program, variable, limits), seconds, to)
    told = hint_of(derivation, hint, None if found is None else hidden(found))
    return deliver(told, to, hint_report, digits)
