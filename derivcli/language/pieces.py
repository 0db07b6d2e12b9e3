"""Tokens to a piecewise function: values and conditions in turn, as here, in NumPy or in SymPy."""

from __future__ import annotations

from derivcli.language.reader import Reader
from derivcli.language.tokens import Token
from derivcli.language.tree import COMPARISONS, Comparison, Node, Piecewise

FORMS = {
    "where": "write where(condition, value, otherwise)",
    "piecewise": "write piecewise(value, condition, ..., otherwise)",
    "Piecewise": "write piecewise(value, condition, ..., otherwise)",
}


class PieceReader(Reader):
    """Reads `piecewise(...)` and `where(...)`, whose name is read already."""

    def piecewise(self, token: Token) -> Node:
        """Read values and conditions in turn: `piecewise` puts the value first, `where` second."""
        self.brackets.append(self.advance())
        values: list[Node] = []
        conditions: list[Comparison] = []
        if token.text == "where":
            conditions.append(self.condition())
            self.comma(token)
            values.append(self.expression())
            self.comma(token)
            otherwise = self.expression()
        elif self._in_pairs():
            otherwise = self.pairs(token, values, conditions)
        else:
            otherwise = self.expression()
            while self.token.kind == ",":
                self.advance()
                values.append(otherwise)
                conditions.append(self.condition())
                self.comma(token)
                otherwise = self.expression()
        if self.token.kind in COMPARISONS:
            raise self.error(
                "a value is expected here, not a condition", self.token.span, FORMS[token.text]
            )
        if not conditions:
            raise self.error(f"{token.text} has no condition", token.span, FORMS[token.text])
        span = token.span | self.close(")").span
        return Piecewise(tuple(values), tuple(conditions), otherwise, span)

    def _in_pairs(self) -> bool:
        """Is this SymPy's form: (value, condition), ...?"""
        depth = 0
        for token in self.tokens[self.position :]:
            depth += (token.kind == "(") - (token.kind == ")")
            if depth <= 0 or (token.kind == "," and depth == 1):
                return depth == 1
        return False

    def pairs(self, token: Token, values: list[Node], conditions: list[Comparison]) -> Node:
        """Read SymPy's (value, condition) pairs; return the value of the last, (value, True)."""
        while self.token.kind == "(":
            self.brackets.append(self.advance())
            value = self.expression()
            self.comma(token)
            last = self.token.text in ("True", "true")
            if last:
                self.advance()
            else:
                values.append(value)
                conditions.append(self.condition())
            self.close(")")
            if last:
                return value
            self.comma(token)
        raise self.error("expected a pair (value, condition)", self.token.span, FORMS["piecewise"])

    def condition(self) -> Comparison:
        """Read one comparison."""
        left = self.expression()
        token = self.token
        if token.kind not in COMPARISONS:
            raise self.error("expected a condition such as w < 0", left.span)
        self.advance()
        right = self.expression()
        if self.token.kind in COMPARISONS:
            raise self.error(
                "one comparison a condition",
                self.token.span,
                "conditions are tried in order: piecewise(a, w < 0, b, w < 3, c) is b from 0 to 3",
            )
        return Comparison(token.kind, left, right, left.span | right.span)

    def comma(self, token: Token) -> None:
        if self.token.kind == ")":
            raise self.error(
                f"{token.text} has no value where no condition holds",
                self.token.span,
                FORMS[token.text],
            )
        if self.token.kind in COMPARISONS:
            raise self.error(
                "a value is expected here, not a condition", self.token.span, FORMS[token.text]
            )
        if self.token.kind != ",":
            self.close(",")
        self.advance()
