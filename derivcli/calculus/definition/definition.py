"""A derivation with its definition: from the difference quotient to the derivative by the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from derivcli.calculus import symbolic
from derivcli.calculus.definition.proof import is_proved
from derivcli.calculus.definition.quotients import limit_of, working
from derivcli.calculus.definition.results import (
    DefinedDerivation,
    Definition,
    DifferenceQuotient,
    QuotientLine,
)
from derivcli.calculus.definition.working import (
    NotTaughtError,
    Setting,
    Working,
    WorkingLine,
    flat,
)
from derivcli.calculus.derivation.results import Derivation
from derivcli.calculus.derivation.steps import derivation
from derivcli.calculus.derivatives import Derivatives
from derivcli.language.latex import latex
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.text import text
from derivcli.language.tree import (
    Name,
    Node,
    Piecewise,
    Program,
    inline,
    names,
    nodes,
    without_constants,
)

STEPS = "eps h epsilon step"
EPSILON = (latex(Name("eps")), r"\varepsilon")
LONGEST = 240  # characters of a line: beyond, nobody follows
MOST_WORKINGS = 9


def with_definition(
    program: Program,
    variable: str,
    limits: Limits = COMMAND_LINE,
    stage: Callable[[str], None] = lambda _: None,
) -> Iterator[DefinedDerivation]:
    """Yield the derivation, and with it the definition, or why that does not teach.

    Raises RefusedError where nothing can be verified.
    """
    derivative = Derivatives(program, limits).tree(variable, 1)
    stage("from first principles")
    found: Definition | None = None
    obstacle = None
    try:
        found = definition(inline(program), variable, derivative, names_of(program))
    except NotTaughtError as reason:
        obstacle = str(reason)
    for derived in derivation(program, variable, limits, stage):
        told = {each.name: getattr(derived, each.name) for each in fields(Derivation)}
        yield DefinedDerivation(**told, definition=found, obstacle=obstacle)


def names_of(program: Program) -> frozenset[str]:
    """Return every name that stands in a program."""
    return frozenset((*program.variables, *(each.name for each in program.statements)))


def definition(tree: Node, variable: str, derivative: Node, taken: frozenset[str]) -> Definition:
    """Return the lines from the difference quotient to its limit, each proved.

    Raises NotTaughtError where they would not teach, or are not proved.
    """
    if any(isinstance(node, Piecewise) for node in nodes(tree)):
        raise NotTaughtError("a function of pieces has a quotient of its own in each of them")
    taken |= {variable}
    step = Setting(variable, "", taken).fresh(STEPS)
    taken |= {step}
    found = working(tree, Setting(variable, step, taken))
    every = list(_all(found))
    texts = [text(flat(line.tree)) for each in every for line in each.lines]
    if len(every) > MOST_WORKINGS or max(map(len, texts)) > LONGEST:
        raise NotTaughtError("the lines become too long to follow")
    limit = limit_of(found)
    if not is_proved(found) or not symbolic.proves_equal(limit, derivative):
        raise NotTaughtError("not every line could be proved")
    return Definition(**_told(found, taken), proved=True)


def _all(found: Working) -> Iterator[Working]:
    yield found
    for part in found.parts:
        yield from _all(part)


def _line(line: WorkingLine, taken: frozenset[str]) -> QuotientLine:
    tree = without_constants(flat(line.tree), taken)
    # The step is an epsilon where it has its own name: no letter of the user's is called so then.
    return QuotientLine(text(tree), line.reason, latex(tree).replace(*EPSILON))


def _lines(found: Working, taken: frozenset[str]) -> Iterator[QuotientLine]:
    """Yield the lines, without those that are written like the one before."""
    before = ""
    for line in found.lines:
        told = _line(line, taken)
        if told.text != before:
            yield told
        before = told.text


def _told(found: Working, taken: frozenset[str]) -> dict[str, Any]:
    """Return a working as the fields of a DifferenceQuotient."""
    lines = tuple(_lines(found, taken))
    step = found.setting.step
    said = tuple(known.said for known in found.known if known.said)
    limit, reason = None, ""
    if found.sides is not None:
        right, left = (text(each) for each in found.sides)
        reason = f"{right} for {step} > 0, {left} for {step} < 0"
    else:
        limit = _line(WorkingLine(limit_of(found), ""), taken)
        if said:
            reason = ", ".join(said)
        elif found.parts and found.parts[0].signs:
            reason = f"on each side of the kink, none at {found.parts[-1].remark}"
        elif found.parts:
            reason = "each part by its limit"
        elif step in names(found.last):
            reason = f"put {step} = 0"
    return {
        "variable": found.setting.variable,
        "step": step,
        "remark": found.remark,
        "start": _line(WorkingLine(found.start, ""), taken),
        "lines": lines,
        "parts": tuple(DifferenceQuotient(**_told(part, taken)) for part in found.parts),
        "quotient": lines[-1].text,
        "limits": said,
        "limit": limit and limit.text,
        "limit_latex": limit.latex if limit else "",
        "limit_reason": reason,
    }
