"""Tokens to the tree of one expression, by precedence climbing; parser.py has the grammar."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from derivcli.errors import LanguageError, RefusedError, Span
from derivcli.language.matrices.tokens import PRODUCTS, Token, tokenize
from derivcli.language.matrices.tree import (
    COMPARISONS,
    Element,
    Negative,
    Number,
    Operation,
    Transpose,
    children,
)

MOST_NESTING = 60
MOST_ELEMENTS = 4_000  # slopes are written out, so that few characters can be many elements

COMPARED, SUM, TERM, UNARY, POWER = 5, 10, 20, 30, 40
BINDING = {
    **dict.fromkeys(COMPARISONS, COMPARED),
    "+": SUM,
    "-": SUM,
    "@": TERM,
    "*": TERM,
    "/": TERM,
    "**": POWER,
}
POINT = "decimals are written with a point: 0.5"


class ExpressionParser(ABC):
    """One reading of one source text, left to right."""

    def __init__(self, source: str, layers: int) -> None:
        self.source = source
        self.layers = layers
        self.tokens = tokenize(source)
        self.position = 0
        self.depth = 0
        self.brackets: list[Token] = []

    @abstractmethod
    def named(self, token: Token) -> Element:
        """Read what a name stands for: an array, a constant, or a call that goes on after it."""

    @abstractmethod
    def method(self, element: Element) -> Element:
        """Read `.sum(...)` and the like after what they are of."""

    # Reading tokens

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.position]

    @property
    def last(self) -> Token:
        """The token that was read last."""
        return self.tokens[self.position - 1]

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def error(self, message: str, span: Span, hint: str | None = None) -> LanguageError:
        return LanguageError(message, source=self.source, span=span, hint=hint)

    def check(self, element: Element) -> None:
        """Refuse a tree that is too deep or too large for all that walks over it."""
        count, waiting = 0, [(element, 1)]
        while waiting:
            each, depth = waiting.pop()
            count += 1
            if depth > MOST_NESTING:
                raise self._too_deep(each.span)
            if count > MOST_ELEMENTS:
                message = "this is too long with its slopes written out"
                raise RefusedError(message, source=self.source, span=element.span)
            waiting.extend((part, depth + 1) for part in children(each))

    def _too_deep(self, span: Span) -> RefusedError:
        message = f"nested more than {MOST_NESTING} deep"
        return RefusedError(message, source=self.source, span=span)

    # Expressions

    def expression(self, binding: int = 0) -> Element:
        """Read the longest expression whose operators all bind tighter than `binding`."""
        self.depth += 1
        if self.depth > MOST_NESTING:
            raise self._too_deep(self.token.span)
        left = self.prefix()
        while (power := BINDING.get(operator := self.operator(), -1)) > binding:
            token = self.advance()
            if token.kind == "power":
                right = self.superscript(token)
            else:
                # An exponent is read as a `unary`: right-associative, -1 needs no parentheses.
                right = self.expression(UNARY - 1 if power == POWER else power)
            left = Operation(operator, left, right, left.span | right.span)
            if power == COMPARED and self.token.kind in COMPARISONS:
                raise self.error(
                    "comparisons cannot be chained", self.token.span,
                    "write a product of two: (0 < Z1) * (Z1 < 1)",
                )  # fmt: skip
        self.depth -= 1
        return left

    def operator(self) -> str:
        """Return the operator that follows, if any; what stands side by side is refused."""
        token = self.token
        if token.kind in ("name", "number", "("):
            raise self.error(
                f"'{self.last.text}' and '{token.text}' stand side by side",
                self.last.span | token.span,
                PRODUCTS,
            )
        if token.kind == "power":
            return "**"
        if token.kind != "^":
            return token.kind
        # `W2^t` and `W2^*` are transposes misspelled, and arrays are never exponents in the course.
        if self.tokens[self.position + 1].kind not in ("number", "("):
            raise self.error(
                "expected a number or '(' after '^'", token.span,
                "write ** for a power, .T for the transpose",
            )  # fmt: skip
        return "**"

    def superscript(self, token: Token) -> Element:
        if self.token.kind in ("power", "^", "**"):
            raise self.error(
                "a power of a superscript", self.token.span, "write (A1**2)**3 or A1**(2**3)"
            )
        number = Number(abs(token.value), token.span)
        return Negative(number, token.span) if token.value < 0 else number

    def prefix(self) -> Element:
        """Read a sign and what it applies to, or an atom with what follows it."""
        token = self.token
        if token.kind not in ("+", "-"):
            return self.postfix()
        self.advance()
        operand = self.expression(UNARY - 1)
        span = token.span | operand.span
        return Negative(operand, span) if token.kind == "-" else replace(operand, span=span)

    def postfix(self) -> Element:
        element = self.atom()
        while True:
            if self.token.kind == "T":
                element = Transpose(element, element.span | self.advance().span)
            elif self.token.kind == ".":
                element = self.method(element)
            else:
                return element

    def atom(self) -> Element:
        token = self.advance()
        match token.kind:
            case "number":
                return Number(token.value, token.span)
            case "name":
                return self.named(token)
            case "(":
                self.brackets.append(token)
                inner = self.expression()
                return replace(inner, span=token.span | self.close().span)
        raise self._no_atom(token)

    def _no_atom(self, token: Token) -> LanguageError:
        before = self.tokens[self.position - 2] if self.position > 1 else None
        if self.brackets and token.kind == "end" and before is self.brackets[-1]:
            return self._unclosed()
        found = "the end" if token.kind == "end" else f"'{token.text}'"
        after = f" after '{before.text}'" if before else ""
        return self.error(f"expected a number, a name or '('{after}, found {found}", token.span)

    def close(self) -> Token:
        """Read the parenthesis that closes the innermost open one."""
        token = self.token
        if token.kind == "end":
            raise self._unclosed()
        if token.kind != ")":
            hint = POINT if token.kind == "," else None
            raise self.error(f"expected ')', found '{token.text}'", token.span, hint)
        self.brackets.pop()
        return self.advance()

    def _unclosed(self) -> LanguageError:
        opening = self.brackets[-1]
        return self.error(f"the '{opening.text}' is never closed", opening.span, "add ')'")
