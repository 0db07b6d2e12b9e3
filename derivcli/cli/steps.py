"""`derivcli steps`: the derivation, rule by rule."""

from __future__ import annotations

from typing import Annotated

import typer

from derivcli.cli import names
from derivcli.cli.options import (
    MaxOperations,
    OptionalExpression,
    Output,
    OutputFormat,
    Standalone,
    Timeout,
    Wrt,
)
from derivcli.defaults import MAX_OPERATIONS, TIMEOUT
from derivcli.errors import ExitStatus, UsageError


def steps(
    expression: OptionalExpression = None,
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
    output_format: OutputFormat = None,
    output: Output = None,
    standalone: Standalone = False,
    timeout: Timeout = TIMEOUT,
    max_operations: MaxOperations = MAX_OPERATIONS,
) -> int:
    """Derive the derivative step by step, each with its rule.

    The result is checked against a second program's, SymPy.

    Examples:
        derivcli steps "w*sin(w**2)"
        derivcli steps --rule chain
    """
    # Imported here, so that --help and completion stay fast.
    from derivcli.cli import inputs
    from derivcli.cli.output import deliver, destination
    from derivcli.report import steps as report

    to = destination(output_format, output, standalone=standalone)
    if rules or rule is not None:
        if expression is not None or (rules and rule is not None):
            raise UsageError("--rules and --rule stand alone, without EXPRESSION")
        from derivcli.calculus.derivation.rule_book import look_up, rule_book

        book = rule_book() if rule is None else look_up(rule)
        deliver(book, lambda: report.rule_blocks(book), lambda: report.rule_records(book), to)
        return ExitStatus.ANSWERED
    if expression is None:
        raise UsageError("EXPRESSION is missing", hint='write derivcli steps "w**2"')
    seconds = inputs.check_timeout(timeout)
    along = inputs.names(wrt or (), "in --wrt")
    program, limits = inputs.read_program(expression, (), along, max_operations)
    known = inputs.variables(program, (), along)
    (variable,) = inputs.only_direction(along, program, known)

    from derivcli.calculus.derivation.results import Derivation
    from derivcli.cli import tasks
    from derivcli.cli.loads import LOADS
    from derivcli.guard.answers import Guard, answer

    task = (program, variable, limits)
    found: Derivation = answer(tasks.steps, task, Guard(seconds, loads=LOADS["steps"]), to.prepare)
    deliver(found, lambda: report.blocks(found), lambda: report.records(found), to)
    return ExitStatus.ANSWERED
