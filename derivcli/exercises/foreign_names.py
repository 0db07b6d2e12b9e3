"""A name in an answer that the expression does not have: an error, with what was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from derivcli.errors import UsageError
from derivcli.language.run_together import as_call_of_number, as_calls, factors
from derivcli.language.tree import Binary, Name, Node, Program, Unary, names, nodes

NO_NUMBERS = frozenset(["nan", "inf", "infty", "infinity", "oo", "zoo", "undefined", "none", "dne"])


def refuse_foreign_names(answer: Program, program: Program, variables: Sequence[str]) -> None:
    """Raise UsageError where the answer has a name that the expression has not.

    A constant of integration stays: it is a mistake to be named, not to be misread.
    """
    own = {*variables, *(statement.name for statement in program.statements)}
    for name in answer.variables:
        if name in own or name == _constant_of_integration(answer):
            continue
        place = next(
            node.span
            for statement in answer.statements
            for node in nodes(statement.expression)
            if isinstance(node, Name) and node.name == name
        )
        raise UsageError(
            f"the expression has no '{name}'", source=answer.source, span=place,
            hint=_meant(name, program, own, variables),
        )  # fmt: skip


def _constant_of_integration(answer: Program) -> str | None:
    """Return the C of `x^2 + C`, where it stands nowhere else."""
    terms: list[Node] = [answer.output.expression]
    found = []
    while terms:
        term = terms.pop()
        if isinstance(term, Binary) and term.operator in "+-":
            terms += [term.left, term.right]
        elif isinstance(term, Unary):
            terms.append(term.operand)
        elif isinstance(term, Name) and term.name in ("C", "c"):
            found.append(term.name)
    if len(found) != 1:
        return None
    everywhere = (name for each in answer.statements for name in names(each.expression))
    return found[0] if list(everywhere).count(found[0]) == 1 else None


def _meant(name: str, program: Program, own: set[str], variables: Sequence[str]) -> str:
    if parts := factors(name, own):
        return f"a product is {'*'.join(parts)}"
    if call := as_call_of_number(name):
        return f"write {call}"
    if calls := as_calls(name, own):
        return f"write {' or '.join(calls)}"
    if name.lower() in NO_NUMBERS:
        return "an answer is a formula, and says nothing where there is no derivative"
    if name.startswith("d") and name[1:] in own:
        return f"leave out the {name}: the answer is what stands before it"
    if name == program.output.name or (name in ("y", "f") and not program.output.typed):
        return f"write out what {name} is"
    folded = {each.lower(): each for each in own}
    if near := get_close_matches(name.lower(), folded, n=1):
        return f"did you mean '{folded[near[0]]}'?"
    return f"it has {', '.join(variables)}; leave out units and words"
