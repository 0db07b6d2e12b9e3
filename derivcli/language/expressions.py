"""Tokens to the tree of one expression, by precedence climbing; parser.py has the grammar."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache

from derivcli.errors import LanguageError, Span
from derivcli.language.calls import ROUNDED, STARTS_ATOM, CallReader
from derivcli.language.functions import CALLED
from derivcli.language.limits import COMMAND_LINE
from derivcli.language.reader import ENDS_STATEMENT
from derivcli.language.run_together import SENTENCE, is_usual
from derivcli.language.text import text
from derivcli.language.tokens import Token
from derivcli.language.tree import (
    COMPARISONS,
    CONSTANTS,
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Number,
    Unary,
)

SUM, TERM, UNARY, POWER = 10, 20, 30, 40
BINDING = {"+": SUM, "-": SUM, "*": TERM, "/": TERM, "**": POWER}
NUMBERS = ("number", "fraction")
SIGNS_IN_WORDS = {
    "squared": "^2", "cubed": "^3", "times": "*", "plus": "+", "minus": "-", "over": "/",
    "divided": "/", "equals": "=",
}  # fmt: skip
NAMED = {"end": "the end", "\n": "the end of the line"}


class ExpressionParser(CallReader):
    """Reads an expression; `binding` tells how tightly each operator binds."""

    binding = BINDING
    power_of_a_power = "write (w^2)^3 or w^(2^3)"

    def expression(self, binding: int = 0) -> Node:
        """Read the longest expression whose operators all bind tighter than `binding`."""
        self.go_deeper()
        left = self.prefix()
        divided, barred = False, self.before.kind == "|"
        while True:
            token = self.token
            if token.kind == "power":
                self.advance()
                self._nothing_after_superscript()
                left = self.superscripted(left, token)
                continue
            if token.kind == "°":
                left = self._in_radians(left, self.advance())
                continue
            if self._implicit(token):
                if binding >= TERM:
                    break
                apart = self.before.kind != "|"
                if barred and token.kind == "|" and apart:
                    raise self.error(
                        "this can be read in two ways",
                        left.span | token.span,
                        "write abs(...) instead of bars",
                    )
                left, divided = self._implicit_product(left, divided=divided), False
                barred = barred or self.before.kind == "|"
                continue
            power = self.binding.get(token.kind, -1)
            if power <= binding:
                break
            self.advance()
            left = self.joined(left, token, power)
            divided = token.kind == "/"
            barred = (barred and power == TERM) or (power == TERM and self.before.kind == "|")
            if token.kind == "**" and isinstance(left, Binary):
                self._exponent_is_clear(left)
        self.depth -= 1
        return left

    def template(self, written: str) -> Node:
        return _template(written)

    def joined(self, left: Node, operator: Token, binding: int) -> Node:
        """Read what stands behind an operator, and return the operation."""
        # An exponent is read as a `unary`: right-associative, and -1 needs no parentheses.
        right = self.expression(UNARY - 1 if operator.kind == "**" else binding)
        return Binary(operator.kind, left, right, left.span | right.span)

    def superscripted(self, base: Node, token: Token) -> Node:
        exponent: Node = Number(abs(token.value), token.span)
        if token.value < 0:
            exponent = Unary("-", exponent, token.span)
        return Binary("**", base, exponent, base.span | token.span)

    def _nothing_after_superscript(self) -> None:
        if self.token.kind in ("**", "power"):
            raise self.error("a power of a superscript", self.token.span, self.power_of_a_power)

    def _implicit(self, token: Token) -> bool:
        """Is `token` the start of the second factor of an implicit product?"""
        if token.kind == "|":
            return not (self.brackets and self.brackets[-1].kind == "|")
        if token.kind in NUMBERS:
            before = self.before
            hint = "write * for a product, ^ for a power"
            if before.kind == "number" and re.fullmatch(r"\d{3}", token.text):
                hint = f"write {before.text}{token.text} for one number, without a space in it"
            if before.text in CALLED:
                hint = f"write {before.text}(...) with its arguments in parentheses"
            raise self.error(
                f"'{before.text}' and '{token.text}' stand side by side",
                before.span | token.span,
                hint,
            )
        return token.kind in STARTS_ATOM

    def _implicit_product(self, left: Node, *, divided: bool) -> Node:
        self.no_sentence(self.before, self.token)
        match left:
            case Binary(operator="**", left=Name(), right=Name("T")) if "T" not in self.variables:
                raise self.error(
                    "a transpose is not read here", left.span,
                    "write out the products of numbers, w1*x1 + w2*x2; a power is followed by *",
                )  # fmt: skip
        right = self.expression(TERM)
        if divided and isinstance(left, Binary):
            self.clearly_divided(left, right)
        return self.product(left, right)

    def clearly_divided(self, quotient: Binary, factor: Node) -> None:
        """Refuse `1/2w`, whose factor half of the readers take into the denominator."""
        top, product = text(quotient), text(Binary("*", quotient, factor))
        first = f"({top}){product.removeprefix(top)}"
        second = text(Binary("/", quotient.left, Binary("*", quotient.right, factor)))
        raise self.error(
            "this can be read in two ways",
            quotient.span | factor.span,
            f"write {first} or {second}",
        )

    def product(self, left: Node, right: Node) -> Node:
        """Return the product of what stands side by side."""
        return Binary("*", left, right, left.span | right.span)

    def _exponent_is_clear(self, power: Binary) -> None:
        """Refuse `e^2w` and `e^λt`: half of the readers take the last name into the exponent."""
        before, token = self.before, self.token
        touching = token.span.start == power.span.end
        if before.kind in ("name", "power", *NUMBERS) and token.kind == "name" and touching:
            factor = self.expression(TERM)
            inside = Binary("*", power.right, factor)
            raise self.error(
                "this can be read in two ways",
                power.span | factor.span,
                f"write {text(Binary('*', power, factor))}"
                f" or {text(Binary('**', power.left, inside))}",
            )

    def _in_radians(self, angle: Node, sign: Token) -> Node:
        """Return an angle in degrees as a part of pi."""
        if self.token.text in ("C", "F", "K") and self.token.span.start == sign.span.end:
            raise self.error("a temperature is no number", sign.span | self.token.span)
        span = angle.span | sign.span
        half: Node = Constant("pi", sign.span)
        if "pi" in self.variables:
            half = Call("acos", (Unary("-", Number(Fraction(1))),), sign.span)
        if not isinstance(angle, Number):
            return Binary("/", Binary("*", angle, half, span), Number(Fraction(180)), span)
        part = angle.value / 180
        whole = Number(Fraction(part.numerator), angle.span)
        top = half if part.numerator == 1 else Binary("*", whole, half, span)
        if part.denominator == 1:
            return top
        return Binary("/", top, Number(Fraction(part.denominator), sign.span), span)

    def no_sentence(self, before: Token, token: Token) -> None:
        """Refuse words: `derivative of x^2` is not a product of three names."""
        moved = token.text[1:] if token.kind == "name" and token.text[:1] == "d" else ""
        if moved in self.bare and not {token.text, "d"} & self.variables:
            raise self.error(
                f"'{token.text}' is a differential, not a factor", token.span,
                f"leave it out; a variable of this name is written *{token.text}",
            )  # fmt: skip
        if token.kind != "name" or not {before.kind, token.kind} <= {"name", *NUMBERS}:
            return
        words = [each for each in (before, token) if self._is_word(each)]
        if before.kind in NUMBERS and token.text not in SENTENCE:
            return
        if words:
            written = SIGNS_IN_WORDS.get(token.text) or SIGNS_IN_WORDS.get(before.text)
            hint = "write the formula alone, such as x^2; a product needs its *"
            if written is not None:
                hint = f"write {written} for '{words[-1].text}'"
            stretch = self.source[before.span.start : token.span.end]
            raise self.error(
                f"'{stretch}' reads like words, not like a product", before.span | token.span, hint
            )

    def _is_word(self, token: Token) -> bool:
        name = token.text
        if token.kind != "name" or name in self.variables or not name.isalpha() or len(name) < 2:
            return False
        if name in CONSTANTS or name in CALLED or name in SENTENCE:
            return name in SENTENCE
        return not is_usual(name)

    def prefix(self) -> Node:
        """Read a sign and what it applies to, or an atom."""
        token = self.token
        if token.kind in ("+", "-"):
            self.advance()
            operand = self.expression(UNARY - 1)
            return Unary(token.kind, operand, token.span | operand.span)
        return self.atom()

    def atom(self) -> Node:
        token = self.advance()
        match token.kind:
            case "number":
                return Number(token.value, token.span)
            case "fraction":
                value = token.value
                top = Number(Fraction(value.numerator), token.span)
                return Binary("/", top, Number(Fraction(value.denominator), token.span), token.span)
            case "name":
                return self.named(token)
            case "(":
                return self.bracketed(token, ")")
            case "|":
                inner = self.bracketed(token, "|")
                return Call("abs", (inner,), inner.span)
            case "⌊" | "⌈":
                closing, function = ROUNDED[token.kind]
                inner = self.bracketed(token, closing)
                return Call(function, (inner,), inner.span)
            case "√" | "∛" | "∜":
                return self.root(token)
        raise self._no_atom(token)

    def _no_atom(self, token: Token) -> LanguageError:
        found = NAMED.get(token.kind, f"'{token.text}'")
        before = self.tokens[self.position - 2] if self.position > 1 else None
        span = token.span if token.kind != "end" else Span(len(self.source), len(self.source) + 1)
        if self.brackets and token.kind == "end" and before is self.brackets[-1]:
            return self.unclosed()
        after = f" after '{before.text}'" if before and before.kind not in ENDS_STATEMENT else ""
        hint = None
        if token.kind == ">" and before and before.kind in ("-", "="):
            hint = "a function is written f(x) = ..."
        elif token.kind in COMPARISONS:
            hint = "a comparison stands only in piecewise and where"
        return self.error(f"expected a number, a name or '('{after}, found {found}", span, hint)

    def bracketed(self, opening: Token, closing: str) -> Node:
        """Read up to the closing bracket; the result's span includes both."""
        self.brackets.append(opening)
        inner = self.expression()
        end = self.close(closing)
        return _with_span(inner, opening.span | end.span)

    def root(self, sign: Token) -> Node:
        self.go_deeper()
        operand = self.atom()
        self.depth -= 1
        after = self.token
        bare = self.before.kind in ("name", *NUMBERS)
        touching = after.kind in STARTS_ATOM and after.span.start == operand.span.end
        if bare and (touching or after.kind in ("power", "**")):
            raise self.error(
                "this can be read in two ways",
                sign.span | after.span,
                f"write {sign.kind}(...) with parentheses",
            )
        span = sign.span | operand.span
        if sign.kind == "∛":
            return Call("cbrt", (operand,), span)
        root = Call("sqrt", (operand,), span)
        return Call("sqrt", (root,), span) if sign.kind == "∜" else root


def _with_span(node: Node, span: Span) -> Node:
    return replace(node, span=span)


@cache
def _template(written: str) -> Node:
    return ExpressionParser(written, ("u", "v", "w"), COMMAND_LINE).expression()
