"""Tokens to a tree, by precedence climbing (Pratt).

    program    := statement { (";" | newline) statement }        # "#" starts a comment
    statement  := NAME "=" expression | expression                # the last one is the output
    expression := sum
    sum        := term { ("+" | "-") term }
    term       := unary { ("*" | "/" | nothing) unary }           # nothing = implicit product
    unary      := ("-" | "+") unary | power
    power      := atom [ ("**" | "^") unary | SUPERSCRIPT ]       # right-associative; -2^2 is -4
    atom       := NUMBER | NAME | NAME "(" arguments ")" | "(" expression ")"
                | "|" expression "|" | "√" atom
    arguments  := expression { "," expression }                   # piecewise: value, condition, ...
    condition  := expression ("<" | "<=" | ">" | ">=" | "==" | "!=") expression

What people read in two ways (`1/2w`, `e^2w`, `2 3`) is refused with the two readings.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from itertools import pairwise

from derivcli.errors import RefusedError, Span
from derivcli.language.expressions import COMPARISONS, ExpressionParser
from derivcli.language.functions import is_function
from derivcli.language.limits import COMMAND_LINE, Limits, check
from derivcli.language.tokens import Token
from derivcli.language.tree import (
    Assignment,
    Comparison,
    Name,
    Node,
    Number,
    Piecewise,
    Program,
    nodes,
)

ENDS_STATEMENT = (";", "\n")


def parse(source: str, variables: Collection[str] = (), limits: Limits = COMMAND_LINE) -> Program:
    """Return the program that `source` spells; `variables` are names known to be no constants.

    Raises LanguageError where it is not in the language, RefusedError beyond the limits.

    >>> from derivcli.language.text import text
    >>> text(parse("a = 2 + 3w; J = a^2"))
    'a = 2 + 3*w; J = a**2'
    """
    if len(source) > limits.characters:
        most = f"at most {limits.characters:,}{limits.advice}"
        raise RefusedError(f"{len(source):,} characters are too many ({most})")
    program = Parser(source, variables, limits).program()
    check(program, limits)
    return program


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


class Parser(ExpressionParser):
    """Reads a whole program: statements, in order."""

    def program(self) -> Program:
        """Read the whole text."""
        statements: list[Assignment] = []
        self.done: set[str] = set()
        while True:
            while self.token.kind in ENDS_STATEMENT:
                self.advance()
            if self.token.kind == "end":
                break
            statements.append(self.statement(statements))
        if not statements:
            raise self.error("the expression is empty", Span(0, 1), "write one such as w**2")
        return Program(tuple(statements), self.source)

    def statement(self, before: list[Assignment]) -> Assignment:
        if before and not before[-1].typed:
            raise self.error(
                "only the last statement may be without a name",
                before[-1].span,
                "name it, as in a = ..., or join the lines with parentheses",
            )
        first, following = self.token, self.tokens[self.position + 1].kind
        if first.kind == "name" and following == "=":
            self.position += 2
            self._assignable(first)
            expression = self.statement_expression()
            self._used_in_order(expression, first)
            self.done.add(first.text)
            return Assignment(first.text, expression, first.span | expression.span)
        expression = self.statement_expression()
        self._used_in_order(expression, None)
        taken = {*self.variables, *self.bare}
        name = next(name for name in ("J", "F", "G", "H", "output") if name not in taken)
        return Assignment(name, expression, expression.span, typed=False)

    def statement_expression(self) -> Node:
        expression = self.expression()
        token = self.token
        if token.kind in ("end", *ENDS_STATEMENT):
            return expression
        if token.kind == ")":
            raise self.error("this ')' closes nothing", token.span)
        if token.kind == "=":
            raise self.error(
                "only a name can stand before '='", expression.span, "write it as J = w**2"
            )
        if token.kind in COMPARISONS:
            raise self.error(
                "a comparison stands only in piecewise and where",
                token.span,
                "where(w > 0, w, 0) is w where w > 0, else 0",
            )
        if token.kind == ",":
            raise self.error("unexpected ','", token.span, "decimals are written with a point: 0.5")
        raise self.error(f"unexpected '{token.text}'", token.span)

    def _assignable(self, token: Token) -> None:
        name = token.text
        if is_function(name):
            raise self.error(f"'{name}' is a function and cannot be assigned", token.span)
        if name in self.done:
            raise self.error(
                f"'{name}' is defined twice", token.span, "give each step a name of its own"
            )

    def _used_in_order(self, expression: Node, own: Token | None) -> None:
        """Refuse a name that this or a later statement assigns: its value is not known yet."""
        for node in nodes(expression):
            if isinstance(node, Name) and node.name in self.assigned and node.name not in self.done:
                if own is not None and node.name == own.text:
                    raise self.error(f"'{node.name}' is defined by itself", node.span)
                circle = [] if own is None else self._way(node.name, own.text)
                if circle:
                    needs = ", ".join(f"{one} needs {other}" for one, other in pairwise(circle))
                    raise self.error(
                        f"'{circle[-1]}' is defined by way of itself",
                        node.span,
                        f"{circle[-1]} needs {circle[0]}, {needs}",
                    )
                raise self.error(
                    f"'{node.name}' is used before it is defined",
                    node.span,
                    "move its definition up",
                )

    def _way(self, start: str, end: str) -> list[str]:
        """Return the names that lead from one definition to another, or none."""
        uses: dict[str, list[str]] = {}
        current: list[str] = []
        for token, following in pairwise(self.tokens):
            if token.kind == "name" and following.kind == "=":
                current = uses.setdefault(token.text, [])
            elif token.kind == "name" and token.text in self.assigned:
                current.append(token.text)
        before: dict[str, str] = {start: ""}
        waiting = [start]
        for name in waiting:
            for each in uses.get(name, ()):
                if each not in before:
                    before[each] = name
                    waiting.append(each)
        if end not in before:
            return []
        way = [end]
        while way[-1] != start:
            way.append(before[way[-1]])
        return way[::-1]
