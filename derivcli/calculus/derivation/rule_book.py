"""The rules as texts: from the docstrings of the rules, and from the rows of the functions."""

from __future__ import annotations

from difflib import get_close_matches
from inspect import getdoc

from derivcli.calculus.derivation.function_rules import function_rule
from derivcli.calculus.derivation.results import RuleBook, RuleText
from derivcli.calculus.derivation.rules import EXAMPLES, RULES
from derivcli.errors import UsageError, printable
from derivcli.language.functions import FUNCTIONS, ROWS, SPELLED, Function

BY_RULE = {function_rule(row): row for row in ROWS}


def rule_book() -> RuleBook:
    """Return all rules: those of calculus, then one for each function."""
    functions = (_function(row) for row in ROWS if row.name not in ("min", "max"))
    return RuleBook((*map(_rule, RULES), *functions))


def rule_text(name: str) -> RuleText:
    """Return the rule of a name as steps show it: "chain rule", "derivative of sin".

    Raises KeyError for a name that steps never show.
    """
    if name in RULES:
        return _rule(name)
    return _function(BY_RULE[name])


def look_up(name: str) -> RuleBook:
    """Return the rule that a user means: `chain`, `chain rule`, `sin`, `derivative of sin`.

    Raises UsageError for any other name.
    """
    wanted = " ".join(name.lower().split())
    for each in (wanted, f"{wanted} rule"):
        if each in RULES:
            return RuleBook((_rule(each),))
    if wanted in BY_RULE:
        return RuleBook((_function(BY_RULE[wanted]),))
    function = wanted.removeprefix("derivative of ").removesuffix(" rule")
    if function in ("min", "max"):
        return RuleBook((_rule("extreme rule"),))
    spelled = {alias.lower(): row for alias, row in SPELLED.items()}
    if function in spelled:
        return RuleBook((_function(FUNCTIONS[spelled[function]]),))
    known = [*(rule.removesuffix(" rule") for rule in RULES), *spelled]
    near = get_close_matches(wanted.removesuffix(" rule"), known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else "derivcli steps --rules lists them"
    raise UsageError(f"there is no rule '{printable(name)}'", where="in --rule", hint=hint)


def _rule(name: str) -> RuleText:
    head, _, body = (getdoc(RULES[name]) or "").partition("\n")
    formula = head.removesuffix(".")
    return RuleText(name, formula, " ".join(body.split()), EXAMPLES[name])


def _function(row: Function) -> RuleText:
    name = "log" if row.name == "log_base" else row.name
    call = f"{name}({', '.join(row.parameters)})"
    if len(row.parameters) == 1:
        formula = f"{call}' = {row.partials[0]}"
    else:
        pairs = zip(row.parameters, row.partials, strict=True)
        formula = "; ".join(f"d/d{each} {call} = {partial}" for each, partial in pairs)
    example = f"{name}({', '.join(_arguments(row))})"
    return RuleText(function_rule(row), formula, f"{name}: {row.meaning}.", example)


def _arguments(row: Function) -> list[str]:
    """Return arguments that show the rule at work."""
    return {"polygamma": ["1", "w"], "log_base": ["w", "2"]}.get(
        row.name, ["w", "w**2"][: len(row.parameters)]
    )
