"""`derivcli steps`: the derivation, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from derivcli.cli import names
from derivcli.cli.options import (
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

if TYPE_CHECKING:
    from derivcli.cli.output import Destination


def steps(
    expression: OptionalExpression = None,
    shape: Shape = None,
    wrt: Wrt = None,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules.")] = False,
    rule: Annotated[
        str | None,
        typer.Option(
            "--rule",
            metavar="NAME",
            help="Explain one rule: chain, product, sin ...",
            autocompletion=names.rules,
        ),
    ] = None,
    definition: Annotated[
        bool,
        typer.Option(
            "--definition",
            help="From first principles: the difference quotient, line by line to its limit.",
        ),
    ] = False,
    output_format: OutputFormat = None,
    output: Output = None,
    standalone: Standalone = False,
    timeout: Timeout = TIMEOUT,
    max_operations: MaxOperations = MAX_OPERATIONS,
) -> int:
    """Derive the derivative step by step, each with its rule.

    The result is checked against a second program's, SymPy; of matrices each line is proved.

    Examples:
        derivcli steps "w*sin(w**2)"
        derivcli steps "sum((X @ w - y)**2)/m" --shape X=mxn w=nx1 y=mx1 --wrt w
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs, typed
    from derivcli.cli.output import deliver, destination

    to = destination(output_format, output, standalone=standalone)
    if rules or rule is not None:
        if expression is not None or (rules and rule is not None):
            raise UsageError("--rules and --rule stand alone, without EXPRESSION")
        from derivcli.matrices.rule_texts import look_up, rule_book
        from derivcli.report import rules as rules_report

        return deliver(rule_book() if rule is None else look_up(rule), to, rules_report)
    if expression is None:
        raise UsageError("EXPRESSION is missing", hint='write derivcli steps "w**2"')
    seconds = inputs.check_timeout(timeout)
    if definition and shape:
        raise UsageError(
            "--definition is for numbers", hint="matrices have their rules: leave it out"
        )
    if shape:
        return _of_arrays(expression, shape, wrt, max_operations, seconds, to)
    asked = typed.read(expression, (), wrt, max_operations)
    task = (asked.program, asked.only_direction(), asked.limits)

    from derivcli.cli.run import run

    if definition:
        from derivcli.report import first_principles

        return deliver(run("definition", task, seconds, to), to, first_principles)
    from derivcli.report import steps as report

    return deliver(run("steps", task, seconds, to), to, report)


def _of_arrays(
    expression: str,
    shape: list[str] | None,
    wrt: list[str] | None,
    max_operations: int,
    seconds: float,
    to: Destination,
) -> int:
    """Answer for a program of matrices."""
    from derivcli.cli import array_programs
    from derivcli.cli.output import deliver
    from derivcli.cli.run import run
    from derivcli.report import array_steps as report

    asked = array_programs.read(expression, shape, (), wrt, max_operations)
    if len(asked.wrt) > 1:
        matrices = ", ".join(asked.wrt)
        raise UsageError(
            f"one variable at a time: {matrices}", where="in --wrt" if wrt else None,
            hint=f"say which one: --wrt {asked.wrt[0]}",
        )  # fmt: skip
    return deliver(run("array_steps", asked, seconds, to), to, report)
