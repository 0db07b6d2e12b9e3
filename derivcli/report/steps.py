"""What `steps` says: the derivation as a tree, the derivative, and the rules it used."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from derivcli.calculus.derivation.results import (
    SIMPLIFICATION,
    Derivation,
    RuleStep,
    RuleText,
)
from derivcli.language.latex import bracketed
from derivcli.report.blocks import (
    Block,
    Branch,
    Cell,
    Column,
    Formula,
    Table,
    Text,
    Tree,
)
from derivcli.report.markup import code, mixed
from derivcli.report.notation import (
    definition,
    derivative_latex,
    derivative_sign,
    operator_latex,
    operator_sign,
)


def blocks(derivation: Derivation) -> Iterator[Block]:
    """Yield the answer for people: the derivation, the derivative, and the rules used."""
    several = len(derivation.variables) > 1
    yield from definition(derivation, derivation.statements)
    rules = (step for step in derivation.steps if step.rule != SIMPLIFICATION)
    branches = [_branch(step, derivation, several=several) for step in rules]
    sign = derivative_sign(derivation.output, derivation.variable, 1, several=several)
    tex = derivative_latex(derivation.output, derivation.variable, 1, several=several)
    for line in derivation.simplification:
        formula = Formula(f"{sign} = {line.text}", f"{tex} = {line.latex}")
        branches.append(Branch(line.rule, formula))
    yield Tree(tuple(branches))
    yield Formula(f"{sign} = {derivation.derivative}", f"{tex} = {derivation.latex}")
    yield Text(_evidence(derivation))
    yield rule_table(derivation.rules, "the rules used", examples=False)


def _evidence(derivation: Derivation) -> str:
    same = "Checked: a second program (SymPy) finds the same derivative"
    if derivation.evidence == "proved":
        return f"{same}; proved equal."
    return f"{same}: equal at {derivation.samples} points to 25 digits or more, but not proved."


def _branch(step: RuleStep, derivation: Derivation, *, several: bool) -> Branch:
    partial = several and step.variable == derivation.variable
    brackets = _is_sum(step.before)
    sign = f"{operator_sign(step.variable, several=partial)} " + (
        f"({step.before})" if brackets else step.before
    )
    inner = bracketed(step.before_latex) if brackets else step.before_latex
    tex = f"{operator_latex(step.variable, several=partial)} {inner}"
    if step.name and len(derivation.statements) > 1:
        name = derivative_sign(step.name, step.variable, 1, several=partial)
        sign = f"{name} = {sign}"
        tex = f"{derivative_latex(step.name, step.variable, 1, several=partial)} = {tex}"
    return Branch(
        step.rule,
        Formula(f"{sign} = {step.after}", f"{tex} = {step.after_latex}"),
        mixed(step.remark),
        tuple(_branch(each, derivation, several=several) for each in step.steps),
    )


def _is_sum(written: str) -> bool:
    """Does a sum or a sign stand outside all brackets, so that d/dw needs brackets?"""
    depth = 0
    for index, character in enumerate(written):
        depth += (character == "(") - (character == ")")
        if depth == 0 and (written.startswith((" + ", " - "), index) or written[0] in "+-"):
            return True
    return False


def rule_formula(rule: RuleText) -> str:
    """Return what a rule says, for a sentence or a cell."""
    return code(rule.formula) if rule.shapes else mixed(rule.formula)


def rule_table(rules: tuple[RuleText, ...], title: str, *, examples: bool) -> Table:
    """Return rules as a table: the name, the formula, and an example where asked."""
    columns = [Column("rule", "rule", "words"), Column("formula", "formula", "words")]
    if examples:
        columns.append(Column("example", "example", "formula", spare=1))
    rows = tuple((each.rule, rule_formula(each), *([each.example] * examples)) for each in rules)
    return Table(tuple(columns), rows, title)


def records(derivation: Derivation) -> Table:
    """Return the derivation as one flat table for machines: a row for each step, by its depth."""
    keys = ("depth", "rule", "variable", "before", "after", "remark")
    rows: list[tuple[Cell, ...]] = []
    stack = [(step, 0) for step in reversed(derivation.steps)]
    while stack:
        step, depth = stack.pop()
        rows.append((str(depth), step.rule, step.variable, step.before, step.after, step.remark))
        stack.extend((each, depth + 1) for each in reversed(step.steps))
        if step.rule == SIMPLIFICATION and len(derivation.simplification) > 1:
            texts = [step.before, *(each.text for each in derivation.simplification)]
            rows.extend(
                ("1", line.rule, step.variable, *pair, "")
                for line, pair in zip(derivation.simplification, pairwise(texts), strict=True)
            )
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))
