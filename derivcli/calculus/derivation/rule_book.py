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
# How a derivative is rewritten: as `symbolic.simplification` names it.
ALGEBRA = {
    each.rule: each
    for each in (
        RuleText(
            "put in",
            "where a = w + 1, a**2 = (w + 1)**2",
            "A name is replaced by what it stands for.",
            "a = w + 1; a**2",
        ),
        RuleText(
            "reorder",
            "a + b = b + a and a*b = b*a",
            "Neither the order of terms nor that of factors matters.",
            "sigmoid(w)*w",
        ),
        RuleText(
            "multiply",
            "a*u*(b*u) = a*b*u**2",
            "Within a term, numbers are multiplied, and powers of one base are added up.",
            "sin(w)*cos(w)",
        ),
        RuleText(
            "cancel",
            "(a*c)/(b*c) = a/b",
            "A factor both above and under the line goes, where it is not 0.",
            "w**3*log(w)",
        ),
        RuleText(
            "collect",
            "a*u + b*u = (a + b)*u",
            "Like terms are added up.",
            "w*(w + 1)",
        ),
        RuleText(
            "expand",
            "a*(b + c) = a*b + a*c",
            "Each term in one bracket is multiplied by each term in the other.",
            "(w**2 + 1)/(w - 1)",
        ),
        RuleText(
            "factor",
            "a*b + a*c = a*(b + c)",
            "What all terms share is drawn out in front of a bracket.",
            "(w**2 - 1)/(w + 1)",
        ),
        RuleText(
            "split",
            "(a + b)/c = a/c + b/c",
            "Each term of the top is divided by the bottom.",
            "log(w)/w",
        ),
        RuleText(
            "combine",
            "a/b + c/d = (a*d + c*b)/(b*d)",
            "Fractions are added over a common denominator.",
            "w/sqrt(w**2 + 1)",
        ),
        RuleText(
            "multiply top and bottom",
            "a/b = (a*c)/(b*c)",
            "A fraction stays the same; with exp(u), an exp(-u) under the line becomes 1.",
            "w/(1 + exp(-w))",
        ),
    )
}


def rule_book() -> RuleBook:
    """Return all rules: those of calculus, one for each function, and those of algebra."""
    functions = (_function(row) for row in ROWS if not row.variadic)
    return RuleBook((*map(_rule, RULES), *functions, *ALGEBRA.values()))


def rule_text(name: str) -> RuleText:
    """Return the rule of a name as steps show it: "chain rule", "derivative of sin".

    Raises KeyError for a name that steps never show.
    """
    if name in RULES:
        return _rule(name)
    return ALGEBRA.get(name) or _function(BY_RULE[name])


def look_up(name: str) -> RuleBook:
    """Return the rule that a user means: `chain`, `chain rule`, `sin`, `derivative of sin`.

    Raises UsageError for any other name.
    """
    wanted = " ".join(name.lower().split())
    for each in (wanted, f"{wanted} rule"):
        if each in RULES or each in BY_RULE or each in ALGEBRA:
            return RuleBook((rule_text(each),))
    function = wanted.removeprefix("derivative of ").removesuffix(" rule")
    spelled = {alias.lower(): FUNCTIONS[name] for alias, name in SPELLED.items()}
    if row := spelled.get(function):
        return RuleBook((_rule("extreme rule") if row.variadic else _function(row),))
    known = [*(rule.removesuffix(" rule") for rule in (*RULES, *ALGEBRA)), *spelled]
    near = get_close_matches(wanted.removesuffix(" rule"), known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else "derivcli steps --rules lists them"
    raise UsageError(f"there is no rule '{printable(name)}'", where="in --rule", hint=hint)


def _rule(name: str) -> RuleText:
    head, _, body = (getdoc(RULES[name]) or "").partition("\n")
    formula = head.removesuffix(".")
    return RuleText(name, formula, " ".join(body.split()), EXAMPLES[name])


def _function(row: Function) -> RuleText:
    name = row.written
    call = f"{name}({', '.join(row.parameters)})"
    if len(row.parameters) == 1:
        formula = f"{call}' = {row.partials[0]}"
    else:
        pairs = zip(row.parameters, row.partials, strict=True)
        formula = "; ".join(f"d/d{each} {call} = {partial}" for each, partial in pairs)
    example = f"{name}({', '.join(row.shown[: len(row.parameters)])})"
    return RuleText(function_rule(row), formula, f"{name}: {row.meaning}.", example)
