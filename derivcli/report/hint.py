"""What `check --hint` says: the verdict on an answer without the derivative, and the hint."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.exercises.hints import HINTS, Hint
from derivcli.exercises.verdict import Verdict
from derivcli.report import check, steps
from derivcli.report.blocks import Block, Column, Formula, Heading, Table, Text
from derivcli.report.markup import code, formula, mixed
from derivcli.report.notation import definition, operator_latex, operator_sign


def blocks(hint: Hint, digits: int | None = None) -> Iterator[Block]:
    """Yield the answer for people, numbers of the verdict to `digits` significant digits."""
    if isinstance(hint.verdict, Verdict):
        yield from check.blocks(hint.verdict, digits)
    elif hint.derivation is None:
        yield from definition(hint, hint.statements)
    yield Heading(f"Hint {hint.hint} of {HINTS}")
    if hint.derivation is not None:
        yield from steps.blocks(hint.derivation)
    elif hint.hint == 1:
        yield Text(_first(hint))
    else:
        yield from _second(hint)


def _first(hint: Hint) -> str:
    """Return which rule comes first, and to what it is applied."""
    told = f"The {hint.rule} comes first"
    if hint.formula is not None:
        told += f": {mixed(hint.formula[0].lower() + hint.formula[1:])}"
    if hint.parts:
        parts = (formula(f"{each.letter} = {each.text}") for each in hint.parts)
        told += f", with {' and '.join(parts)}"
    return f"{told}."


def _second(hint: Hint) -> Iterator[Block]:
    """Yield the first step, as far as it is not the whole derivative."""
    if hint.step is not None:
        several = len(hint.variables) > 1 and hint.step.variable == hint.variable
        sign = operator_sign(hint.step.variable, several=several)
        tex = operator_latex(hint.step.variable, several=several)
        yield Text(f"The first step is the {hint.step.rule}:")
        yield Formula(
            f"{sign} [{hint.step.before}] = {hint.step.after}",
            rf"{tex} \left[{hint.step.before_latex}\right] = {hint.step.after_latex}",
        )
    elif hint.first_rule is not None:
        where = f", for {formula(hint.first_part.text)}" if hint.first_part is not None else ""
        yield Text(f"The first step is the {hint.first_rule}{where}: the rest follows.")
    else:
        name = hint.rule.removesuffix(" rule")
        if "(" not in name:  # log(u, v) is looked up by its whole name
            name = name.removeprefix("derivative of ")
        typed = f'"{name}"' if " " in name else name
        yield Text(f"It is a single step: {code(f'derivcli steps --rule {typed}')} tells the rule.")


def records(hint: Hint) -> Table:
    """Return the hint as a table of one row for machines."""
    row = {
        "expression": hint.expression,
        "variable": hint.variable,
        "verdict": "" if hint.verdict is None else hint.verdict.verdict,
        "diagnosis": "" if hint.verdict is None else hint.verdict.diagnosis or "",
        "hint": str(hint.hint),
        "rule": hint.rule,
        "parts": "; ".join(f"{each.letter} = {each.text}" for each in hint.parts),
        "before": "" if hint.step is None else hint.step.before,
        "after": "" if hint.step is None else hint.step.after,
        "derivative": "" if hint.derivation is None else hint.derivation.derivative,
    }
    return Table(tuple(Column(key, key) for key in row), (tuple(row.values()),))
