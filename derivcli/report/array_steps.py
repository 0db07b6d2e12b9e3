"""What `steps` says of a program of matrices: differentials as a tree, gathered, the gradient."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.calculus.derivation.results import RuleStep
from derivcli.language.latex import variable as latex_name
from derivcli.matrices.derivation_results import ArrayDerivation
from derivcli.report.array_diff import array_definition, of_shape
from derivcli.report.blocks import Block, Branch, Cell, Column, Formula, Table, Text, Tree
from derivcli.report.markup import formula, marked
from derivcli.report.notation import derivative_latex, derivative_sign
from derivcli.report.steps import rule_table


def blocks(found: ArrayDerivation) -> Iterator[Block]:
    """Yield what a person reads."""
    yield from array_definition(found.output, found.variables, found.statements)
    change, whole = (_change(found, name) for name in (found.variable, found.output))
    yield Text(
        f"{change} is a small change of {formula(found.variable)}, and {whole} the change of"
        f" {formula(found.output)} that it makes, to first order."
    )
    yield Tree(tuple(_branch(step, found) for step in found.steps))
    if found.gathered:
        yield Text(f"Gathered, until {change} stands alone:")
        yield Tree(tuple(_gathered(found)))
    yield Text(f"What {change} is multiplied by, entry by entry, is the gradient:")
    several = len(found.variables) > 1
    told, tex = of_shape(found.shape)
    sign = derivative_sign(found.output, found.variable, 1, several=several)
    sign_tex = derivative_latex(found.output, found.variable, 1, several=several)
    yield Formula(f"{sign} = {found.derivative}{told}", f"{sign_tex} = {found.latex}{tex}")
    yield Text(_evidence(found))
    yield rule_table(found.rules, "the rules used", examples=False)


def _change(found: ArrayDerivation, name: str) -> str:
    """Return a differential in a sentence."""
    change = found.differentials[name]
    return formula(change, _change_latex(change))


def _branch(step: RuleStep, found: ArrayDerivation) -> Branch:
    text, tex = f"d({step.before})", rf"d\left({step.before_latex}\right)"
    if step.name is not None:
        name = found.differentials[step.name]
        text, tex = f"{name} = {text}", f"{_change_latex(name)} = {tex}"
    return Branch(
        step.rule,
        Formula(f"{text} = {step.after}", f"{tex} = {step.after_latex}"),
        formula(step.remark) if step.remark else "",
        tuple(_branch(each, found) for each in step.steps),
    )


def _gathered(found: ArrayDerivation) -> Iterator[Branch]:
    name = found.differentials[found.output]
    tex = _change_latex(name)
    for line in found.gathered:
        yield Branch(line.rule, Formula(f"{name} = {line.text}", f"{tex} = {line.latex}"))


def _change_latex(name: str) -> str:
    return f"d{latex_name(name[1:])}"


def _evidence(found: ArrayDerivation) -> str:
    sized = any(isinstance(size, str) for shape in found.shapes.values() for size in shape)
    everywhere = " for all sizes" if sized else ""
    if found.proved == found.lines:
        return f"{marked('right', 'Proved')}{everywhere}: each of the {found.lines} lines."
    rest = found.lines - found.proved
    lines = "line agrees" if rest == 1 else "lines agree"
    return (
        f"Of the {found.lines} lines {found.proved} are proved{everywhere}; {rest} {lines} with"
        f" difference quotients at random points{' of random sizes' if sized else ''}, to 15"
        " digits."
    )


def records(found: ArrayDerivation) -> Table:
    """Return the derivation as one flat table for machines: a row for each line, by its depth."""
    keys = ("depth", "rule", "variable", "before", "after", "remark")
    rows: list[tuple[Cell, ...]] = []
    stack = [(step, 0) for step in reversed(found.steps)]
    while stack:
        step, depth = stack.pop()
        rows.append((str(depth), step.rule, step.variable, step.before, step.after, step.remark))
        stack.extend((each, depth + 1) for each in reversed(step.steps))
    before = found.steps[-1].after
    for line in found.gathered:
        rows.append(("0", line.rule, found.variable, before, line.text, ""))
        before = line.text
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))
