"""Tokens to a program: statements in order, each with what may stand before its expression."""

from __future__ import annotations

import re
from itertools import pairwise

from derivcli.errors import Span
from derivcli.language.calls import STARTS_ATOM
from derivcli.language.expressions import NUMBERS, SUM, ExpressionParser
from derivcli.language.functions import is_function
from derivcli.language.reader import ENDS_STATEMENT
from derivcli.language.tokens import SUPERSCRIPT_DIGITS, Token, readable
from derivcli.language.tree import COMPARISONS, Assignment, Name, Node, Program, nodes

HIGHER = (
    r"[d∂](?:(?:\^|\*\*)(?P<order>\d+)|(?P<raised>[²³⁴-⁹]))\s*/\s*[d∂]\s*[^\W\d]\w*"
    r"(?:(?:\^|\*\*)\d+|[²³⁴-⁹])?"
)
STARTS_FACTOR = (*STARTS_ATOM, *NUMBERS, "|")


class Parser(ExpressionParser):
    """Reads a whole program: statements, in order."""

    def program(self) -> Program:
        """Read the whole text."""
        statements: list[Assignment] = []
        self.done: set[str] = set()
        self.by: str | None = None
        while True:
            while self.token.kind in ENDS_STATEMENT:
                self.advance()
            if self.token.kind == "end":
                break
            statements.append(self.statement(statements))
        if not statements:
            raise self.error("the expression is empty", Span(0, 1), "write one such as w**2")
        parameters = self.own.get(statements[-1].name, ()) if statements[-1].typed else ()
        return Program(tuple(statements), self.source, self.by, parameters)

    def statement(self, before: list[Assignment]) -> Assignment:
        if before and not before[-1].typed:
            raise self.error(
                "only the last statement may be without a name",
                before[-1].span,
                "name it, as in a = ..., or join the lines with parentheses",
            )
        first = self.token
        if length := self._left_side():
            self.position += length
            self._assignable(first)
            expression = self.statement_expression()
            self._used_in_order(expression, first)
            self.done.add(first.text)
            return Assignment(first.text, expression, first.span | expression.span)
        operator = self._operator()
        if operator is None:
            self._one_order()
        expression = self.differentiated(*operator) if operator else self.statement_expression()
        self._used_in_order(expression, None)
        taken = {*self.variables, *self.bare}
        name = next(name for name in ("J", "F", "G", "H", "output") if name not in taken)
        return Assignment(name, expression, expression.span, typed=False)

    def _left_side(self) -> int:
        """Return how many tokens `a =` or `f(x, y) =` takes, 0 where there is neither."""
        token = self.token
        if token.kind != "name":
            return 0
        if self.tokens[self.position + 1].kind == "=":
            return 2
        length = 2 * len(self.own.get(token.text, ())) + 3
        last = self.tokens[self.position : self.position + length][-1]
        return length if token.text in self.own and last.kind == "=" else 0

    def _operator(self) -> tuple[str, int] | None:
        """Return the variable of a d/dx that stands before an expression, and its length."""
        match self.tokens[self.position : self.position + 5]:
            case [Token("∂"), Token("/"), Token("∂"), Token("name", variable), after]:
                length = 4
            case [
                Token("name", "d"),
                Token("/"),
                Token("name", "d"),
                Token("name", variable),
                after,
            ]:
                length = 4  # the letter after the d is Greek
            case [Token("name", "d"), Token("/"), Token("name", below), after, *_]:
                variable, length = below.removeprefix("d"), 3
                if below in self.variables or len(below) == len(variable):
                    return None
            case _:
                return None
        known = self.token.kind == "name" and "d" in self.variables
        stands = bool(variable) and after.kind in STARTS_FACTOR
        return (variable, length) if stands and not known else None

    def differentiated(self, variable: str, length: int) -> Node:
        """Read what stands behind d/dx: one term, or all of it in brackets."""
        first, last = self.token, self.tokens[self.position + length - 1]
        self.by = variable
        self.variables.add(variable)
        self.position += length
        opening = self.token
        expression = self.expression(SUM)
        bracket = self._group_end(opening)
        if self.token.kind in ("+", "-") or (
            bracket is not None and bracket < self.before.span.end
        ):
            raise self.error(
                "this can be read in two ways", first.span | self.before.span,
                f"write {self.source[first.span.start : last.span.end]} (...)"
                " with all that is to be differentiated in the brackets",
            )  # fmt: skip
        return self._ended(expression)

    def _one_order(self) -> None:
        """Refuse d^2/dx^2, whose order stands elsewhere."""
        if self.token.text not in ("d", "∂"):
            return
        if found := re.compile(HIGHER).match(readable(self.source), self.token.span.start):
            order = (found["order"] or found["raised"]).translate(SUPERSCRIPT_DIGITS)
            raise self.error(
                "the order of a derivative is told by --order", Span(*found.span()),
                f"write the expression alone, with --order {order}",
            )  # fmt: skip

    def _group_end(self, opening: Token) -> int | None:
        """Return where the bracket ends that opens an expression, and its power; None without."""
        if opening.kind != "(":
            return None
        depth = 0
        for position, token in enumerate(self.tokens):
            if token.span.start < opening.span.start:
                continue
            depth += (token.kind == "(") - (token.kind == ")")
            if depth == 0:
                after = self.tokens[position + 1].kind
                return None if after in ("**", "power") else token.span.end
        return None

    def statement_expression(self) -> Node:
        return self._ended(self.expression())

    def _ended(self, expression: Node) -> Node:
        """Return the expression, if the statement ends behind it."""
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
            hint = "where(w > 0, w, 0) is w where w > 0, else 0"
            if token.kind == "==" and isinstance(expression, Name):
                hint = f"a definition is written {expression.name} = ..."
            raise self.error("a comparison stands only in piecewise and where", token.span, hint)
        if token.kind == ",":
            raise self.error("unexpected ','", token.span, self._comma_hint())
        raise self.error(f"unexpected '{token.text}'", token.span)

    def _comma_hint(self) -> str:
        before, after = self.tokens[self.position - 1], self.tokens[self.position + 1]
        if before.kind == after.kind == "number" and len(after.text) == 3 and after.text.isdigit():
            return f"write {before.text}{after.text} for the number, without a comma in it"
        if after.kind == "name" and self.tokens[self.position + 2].kind == "=":
            return f"where it is looked at is told by --at {after.text}=..."
        if "number" not in (before.kind, after.kind):
            return "one expression at a time"
        return "decimals are written with a point: 0.5"

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
