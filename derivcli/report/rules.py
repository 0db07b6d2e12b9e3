"""What `steps --rules` and `steps --rule` say: the rules, or one of them in full."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from derivcli.calculus.derivation.results import RuleBook, RuleText
from derivcli.report.blocks import Block, Column, Heading, Table, Text
from derivcli.report.markup import code, mixed
from derivcli.report.steps import rule_formula, rule_table


def blocks(book: RuleBook) -> Iterator[Block]:
    """Yield one rule in full, or the table of them all."""
    if len(book.rules) > 1:
        yield rule_table(book.rules, "", examples=True)
        return
    for rule in book.rules:
        yield Heading(f"{rule.rule}: {rule_formula(rule)}")
        yield Text(mixed(rule.meaning))
        yield Text(f"At work: {code(_command(rule))}")


def _command(rule: RuleText) -> str:
    """Return the command that shows a rule at work."""
    shape = rule.shapes and ("--shape", *rule.shapes)
    return shlex.join(("derivcli", "steps", rule.example, *shape))


def records(book: RuleBook) -> Table:
    """Return the rules as one flat table for machines."""
    keys = ("rule", "formula", "meaning", "example")
    rows = tuple((each.rule, each.formula, each.meaning, each.example) for each in book.rules)
    return Table(tuple(Column(key, key) for key in keys), rows)
