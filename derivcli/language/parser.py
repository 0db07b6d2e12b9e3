"""Tokens to a tree, by precedence climbing (Pratt).

    program    := statement { (";" | newline) statement }        # "#" starts a comment
    statement  := NAME [ "(" names ")" ] "=" expression | [ d/dx ] expression
    expression := sum
    sum        := term { ("+" | "-") term }
    term       := unary { ("*" | "/" | nothing) unary }           # nothing = implicit product
    unary      := ("-" | "+") unary | power
    power      := atom [ ("**" | "^") unary | SUPERSCRIPT | "°" ] # right-associative; -2^2 is -4
    atom       := NUMBER | NAME | NAME "(" arguments ")" | "(" expression ")"
                | "|" expression "|" | "⌊" expression "⌋" | "⌈" expression "⌉"
                | ("√" | "∛" | "∜") atom
    arguments  := expression { "," expression }                   # piecewise: value, condition, ...
    condition  := expression ("<" | "<=" | ">" | ">=" | "==" | "!=") expression

What people read in two ways (`1/2w`, `e^2w`, `2 3`) is refused with the two readings.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from derivcli.language.limits import COMMAND_LINE, Limits, check, check_length
from derivcli.language.statements import Parser
from derivcli.language.tree import Assignment, Comparison, Number, Piecewise, Program


def parse(
    source: str,
    variables: Collection[str] = (),
    limits: Limits = COMMAND_LINE,
    *,
    start: int = 0,
    arrays: Collection[str] = (),
) -> Program:
    """Return the program that `source` spells; `variables` are names known to be no constants.

    What stands before `start` is left out. With `arrays`, names of matrices, the language has them.

    Raises LanguageError where it is not in the language, RefusedError beyond the limits.

    >>> from derivcli.language.text import text
    >>> text(parse("a = 2 + 3w; J = a^2"))
    'a = 2 + 3*w; J = a**2'
    """
    check_length(source, limits)
    program = _parser(source, variables, limits, start, arrays).program()
    check(program, limits)
    return program


def _parser(
    source: str, variables: Collection[str], limits: Limits, start: int, arrays: Collection[str]
) -> Parser:
    if not arrays:
        return Parser(source, variables, limits, start)
    from derivcli.language.arrays import ArrayParser  # loaded where there are any

    return ArrayParser(source, variables, limits, start, arrays)


def parse_condition(source: str, variables: Collection[str] = ()) -> Comparison:
    """Return the comparison that `source` spells, such as a > 0.

    Raises LanguageError where it is none, RefusedError beyond the limits of an expression.
    """
    parser = Parser(source, variables, COMMAND_LINE)
    condition = parser.condition()
    if parser.token.kind != "end":
        raise parser.error(f"unexpected '{parser.token.text}'", parser.token.span)
    whole = Piecewise((Number(Fraction(0)),), (condition,), Number(Fraction(1)))
    check(Program((Assignment("J", whole),), source), COMMAND_LINE)
    return condition
