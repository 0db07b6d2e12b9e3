"""What `steps --definition` says: each difference quotient, line by line to its limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcli.calculus.definition.results import DefinedDerivation, Definition, DifferenceQuotient
from derivcli.language.latex import variable as latex_name
from derivcli.report import steps
from derivcli.report.blocks import Block, Chain, Column, Formula, Heading, Link, Table, Text
from derivcli.report.markup import formula, mixed
from derivcli.report.notation import definition as program_formulas
from derivcli.report.notation import derivative_latex, derivative_sign
from derivcli.report.typesetting import typeset

PROVED = "Proved: each line equals the one before, and the limit is what the rules find."


def blocks(derivation: DefinedDerivation) -> Iterator[Block]:
    """Yield the answer for people: from quotient to derivative, or why the rules lead on."""
    found = derivation.definition
    if found is None:
        yield Text(f"From first principles: {mixed(derivation.obstacle or '')}. By the rules:")
        yield from steps.blocks(derivation)
        return
    several = len(derivation.variables) > 1
    yield from program_formulas(derivation, derivation.statements)
    yield from chains(found, derivation.output)
    sign = derivative_sign(derivation.output, derivation.variable, 1, several=several)
    tex = derivative_latex(derivation.output, derivation.variable, 1, several=several)
    if (
        found.limit is not None and found.limit != derivation.derivative
    ):  # both are well-known forms
        sign, tex = f"{sign} = {found.limit}", f"{tex} = {found.limit_latex}"
    yield Formula(f"{sign} = {derivation.derivative}", f"{tex} = {derivation.latex}")
    yield Text(PROVED)


def chains(found: Definition, output: str) -> Iterator[Block]:
    """Yield the chain of a definition, and those of the quotients within it."""
    variable, step = found.variable, found.step
    text = f"({output}({variable} + {step}) - {output}({variable}))/{step}"
    name, w, h = latex_name(output), latex_name(variable), typeset(step)
    yield _chain(found, Formula(text, rf"\frac{{{name}({w} + {h}) - {name}({w})}}{{{h}}}"))
    yield from _parts(found)


def _parts(found: DifferenceQuotient) -> Iterator[Block]:
    for part in found.parts:
        if part.remark:
            names = (found.variable, found.step, part.variable, part.step)
            yield Heading(f"Where {mixed(part.remark, *names)}:")
        yield _chain(part, Formula(part.start.text, part.start.latex))
        yield from _parts(part)


def _chain(found: DifferenceQuotient, start: Formula) -> Chain:
    lines = [each for each in found.lines if each.text != start.text]
    names = (found.variable, found.step)
    links = [
        Link("=", Formula(each.text, each.latex), mixed(each.reason, *names)) for each in lines
    ]
    step = typeset(found.step)
    if found.limit is None:
        for_step = re.compile(rf" for {re.escape(found.step)} ([<>] 0)")
        latex = for_step.sub(lambda sign: rf" \text{{ for }} {step} {sign[1]}", found.limit_reason)
        return Chain(start, (*links, Link("→", Formula(found.limit_reason, latex), "no limit")))
    limit = Formula(
        f"{found.limit} as {found.step} → 0",
        rf"{found.limit_latex} \quad \text{{as }} {step} \to 0",
    )
    reason = ", ".join(map(formula, found.limits)) or mixed(found.limit_reason, *names)
    return Chain(start, (*links, Link("→", limit, reason)))


def records(derivation: DefinedDerivation) -> Table:
    """Return the lines as one flat table for machines, each with the number of its chain."""
    if derivation.definition is None:
        return steps.records(derivation)
    rows: list[tuple[str, ...]] = []
    for number, found in enumerate(_all(derivation.definition), start=1):
        rows.append((str(number), "", found.start.text, found.remark))
        rows += ((str(number), "=", each.text, each.reason) for each in found.lines)
        rows.append((str(number), "→", found.limit or "", found.limit_reason))
    keys = ("chain", "relation", "text", "reason")
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))


def _all(found: DifferenceQuotient) -> Iterator[DifferenceQuotient]:
    yield found
    for part in found.parts:
        yield from _all(part)
