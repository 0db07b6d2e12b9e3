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
from derivcli.errors import UsageError


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
    from derivcli.cli import inputs, typed
    from derivcli.cli.output import deliver, destination

    to = destination(output_format, output, standalone=standalone)
    if rules or rule is not None:
        if expression is not None or (rules and rule is not None):
            raise UsageError("--rules and --rule stand alone, without EXPRESSION")
        from derivcli.calculus.derivation.rule_book import look_up, rule_book
        from derivcli.report import rules as rules_report

        return deliver(rule_book() if rule is None else look_up(rule), to, rules_report)
    if expression is None:
        raise UsageError("EXPRESSION is missing", hint='write derivcli steps "w**2"')
    seconds = inputs.check_timeout(timeout)
    asked = typed.read(expression, (), wrt, max_operations)
    task = (asked.program, asked.only_direction(), asked.limits)

    from derivcli.cli.run import run
    from derivcli.report import steps as report

    return deliver(run("steps", task, seconds, to), to, report)
