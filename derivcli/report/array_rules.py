"""What each rule of backprop hands back, in a sentence: of the tables' texts wherever it is one."""

from __future__ import annotations

import re

from derivcli.language.functions import FUNCTIONS
from derivcli.language.operations import OPERATIONS, Operation
from derivcli.report.markup import formula

CHAIN = re.compile(r"elementwise chain \((\w+)\)")
LOOSE = re.compile(r"^[^()]* [+-] |\) [+-] [^()]*$|/")  # a sum or a quotient, outside of brackets
WORDS = {
    "sum": "each term of a sum gets what comes back",
    "product": "a factor gets what comes back, times the other factors",
    "multiple": "a constant factor stays",
    "power": f"{formula('u**n')} hands back {formula('G * n*u**(n - 1)')}",
    "sum of entries": "each entry of a sum gets what comes back to the sum",
    "broadcast": "what was copied forward is added up on the way back",
    "shared name": "what is used more than once gets all that comes back, added up",
    "where": "the piece that is taken gets what comes back, the others 0",
}
LEGEND = (
    f"The rules, with {formula('G')} for what comes back to an operation, {formula('Y')} its value"
)


def words(rule: str) -> str | None:
    """Return what a rule hands back; None for one that says it by its name alone."""
    if (chain := CHAIN.fullmatch(rule)) is not None:
        return _function(chain[1])
    row = next((each for each in OPERATIONS.values() if each.rule == rule), None)
    if rule in WORDS or row is None:
        return WORDS.get(rule)
    return _operation(row)


def _function(name: str) -> str | None:
    row = FUNCTIONS.get(name)
    if row is None:
        return None
    told = (f"G * ({each})" if LOOSE.search(each) else f"G * {each}" for each in row.partials)
    return _handed(f"{row.written}({', '.join(row.parameters)})", row.parameters, tuple(told))


def _operation(row: Operation) -> str:
    if row.name.isalpha() and row.name.islower():
        called = f"{row.name}({', '.join(row.parameters)})"
    else:
        called = "u.T" if len(row.parameters) == 1 else f"u {row.name} v"
    return _handed(called, row.parameters, row.vjps)


def _handed(called: str, parameters: tuple[str, ...], back: tuple[str, ...]) -> str:
    if len(back) == 1:
        return f"{formula(called)} hands back {formula(back[0])}"
    parts = (
        f"{formula(text)} to {formula(name)}"
        for name, text in zip(parameters, back, strict=True)
        if text != "G * 0"
    )
    return f"{formula(called)} hands back {', and '.join(parts)}"
