"""Names and calls: tokens to variables, constants and functions of the table."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import replace
from functools import reduce
from typing import ClassVar

from derivcli.errors import Span
from derivcli.language.dialects import NAMED_CONSTANTS, OTHER_NAMES, difference, nearest
from derivcli.language.functions import (
    CALLED,
    FUNCTIONS,
    PIECEWISE,
    SHORT,
    SPELLED,
    WORDS,
    is_function,
)
from derivcli.language.pieces import PieceReader
from derivcli.language.run_together import SENTENCE, as_call_of_number, as_calls
from derivcli.language.tokens import Token
from derivcli.language.tree import (
    CONSTANTS,
    Binary,
    Call,
    Constant,
    Name,
    Node,
    fold,
    rebuild,
    without_constants,
)

ROOTS = ("√", "∛", "∜")
ROUNDED = {"⌊": ("⌋", "floor"), "⌈": ("⌉", "ceil")}
STARTS_ATOM = ("name", "(", *ROOTS, *ROUNDED)
LOGARITHMS = frozenset(name for name, row in SPELLED.items() if row == "log")


class CallReader(PieceReader):
    """Reads what a name stands for, and the arguments of a function."""

    spellings: ClassVar[Collection[str]] = ()  # of what is called and is no function of the table

    @abstractmethod
    def template(self, written: str) -> Node:
        """Return a text of the table as a tree in its parameters."""

    def named(self, token: Token) -> Node:
        name, called = token.text, self.token.kind == "("
        if token.module:
            return self.pasted(token, called=called)
        variable = name in self.variables
        if called and name in self.own:
            return self._own_call(token)
        if called and not variable and (name in PIECEWISE or name in CALLED):
            return self._called(token)
        if name in CONSTANTS and not variable:
            return Constant(name, token.span)
        if called and not variable and name not in self.bare:
            raise self.error(
                f"unknown function '{name}'", token.span, nearest(name, self.spellings)
            )
        before_factor = name in WORDS and self.token.kind in STARTS_ATOM
        if not variable and (is_function(name) or before_factor):
            raise self.error(
                f"'{name}' is a function and needs parentheses", token.span, self._call_hint(name)
            )
        if name == "x10" and not variable and self._like_a_power_of_ten():
            raise self.error(
                "this can be read in two ways", token.span | self.token.span,
                "write *10^... for a power of ten, or *x10 for the variable",
            )  # fmt: skip
        if not variable and (meant := as_calls(name)):
            raise self.error(
                f"'{name}' is one name, and reads like {meant[0]}",
                token.span,
                f"write {' or '.join(meant)}, or give the variable another name",
            )
        if not variable and (call := as_call_of_number(name)):
            self._no_call_of_product(token, call)
        return Name(name, token.span)

    def _no_call_of_product(self, token: Token, call: str) -> None:
        """Refuse `cos2θ`, where cos2 is a name: the Greek letter ends it, and nothing else does."""
        rest, end = "", token.span.end
        for each in self.tokens[self.position :]:
            if each.kind != "name" or each.span.start != end:
                break
            rest, end = f"{rest}*{each.text}", each.span.end
        if rest:
            span = Span(token.span.start, end)
            raise self.error(
                f"'{self.source[span.start : end]}' reads like {call[:-1]}{rest})", span,
                f"write {call[:-1]}{rest}) or {call}{rest}",
            )  # fmt: skip

    def pasted(self, token: Token, *, called: bool) -> Node:
        """Read a function or constant of a library: np.sin(x), Math.PI."""
        name = token.text
        if not called and name in NAMED_CONSTANTS:
            return Constant(NAMED_CONSTANTS[name], token.span)
        hint = difference(token.module, name)
        if hint is None and called and (name in CALLED or name in PIECEWISE):
            return self._called(token)
        if hint is None:
            hint = (
                nearest(name, self.spellings)
                if called
                else OTHER_NAMES.get(name, "write its name alone")
            )
        raise self.error(f"'{token.module}.{name}' is not read", token.span, hint)

    def _called(self, token: Token) -> Node:
        """Read a call of a function that the language has."""
        if token.text in PIECEWISE:
            return self.piecewise(token)
        return self.call(token) if token.text in SPELLED else self.shorthand(token)

    def _own_call(self, token: Token) -> Node:
        """Read f(x) of an f(x) = ...: it is f, and with other arguments it is refused."""
        parameters = self.own[token.text]
        length = 2 * len(parameters) + 1
        read = self.tokens[self.position : self.position + length]
        signature = f"{token.text}({', '.join(parameters)})"
        if tuple(each.text for each in read[1::2]) != parameters or read[-1].kind != ")":
            raise self.error(
                f"only {signature} is known here, of the same variables", token.span,
                f"write out what {token.text} is of other values",
            )  # fmt: skip
        self.position += length
        return Name(token.text, token.span | read[-1].span)

    def _like_a_power_of_ten(self) -> bool:
        """Does 3x10^2 stand here?"""
        number = self.position > 1 and self.tokens[self.position - 2].kind == "number"
        return number and self.token.kind in ("**", "power")

    def _call_hint(self, name: str) -> str:
        following = [token.text for token in self.tokens[self.position : self.position + 3]]
        if following[0] in SENTENCE:
            return "write the formula alone, such as x^2"
        row = FUNCTIONS.get(SPELLED.get(name, ""))
        if following[0] == "⁻¹" or following[1:] == ["-", "1"]:
            inverse = f"{row.inverse}(w) for the inverse function, " if row and row.inverse else ""
            return f"write {inverse}1/{name}(w) for the power"
        return f"write {name}(w)^2" if self.token.kind in ("**", "power") else f"write {name}(...)"

    def arguments(self, token: Token, wanted: int, *, variadic: bool) -> tuple[list[Node], Span]:
        """Read the arguments of a call."""
        self.brackets.append(self.advance())
        read = [] if self.token.kind == ")" else [self.expression()]
        while self.token.kind == ",":
            self.advance()
            read.append(self.expression())
        span = token.span | self.close(")").span
        more = variadic and len(read) > wanted
        if len(read) != wanted and not more and not (token.text in LOGARITHMS and len(read) == 2):
            number = f"{wanted} or more arguments" if variadic else _count(wanted, "argument")
            raise self.error(f"{token.text} takes {number}, not {len(read)}", span)
        return read, span

    def call(self, token: Token) -> Node:
        """Read a function of the table and its arguments."""
        row = FUNCTIONS[SPELLED[token.text]]
        read, span = self.arguments(token, len(row.parameters), variadic=row.variadic)
        if row.name == "log" and len(read) == 2:
            row = FUNCTIONS["log_base"]
        if len(read) > len(row.parameters):
            result = read[0]
            for argument in read[1:]:
                result = Call(row.name, (result, argument), span)
            return result
        return Call(row.name, tuple(read), span)

    def shorthand(self, token: Token) -> Node:
        """Read a function that stands for an expression, as that expression."""
        row = SHORT[token.text]
        read, span = self.arguments(token, len(row.parameters), variadic=row.term is not None)
        if row.term is not None:
            terms = [filled(self.template(row.term), {"u": each}, span) for each in read]
            total = reduce(lambda left, right: Binary("+", left, right, span), terms)
            return filled(self.template(row.written), {"u": total}, span)
        written = without_constants(self.template(row.written), self.variables)
        return filled(written, dict(zip(row.parameters, read, strict=True)), span)


def filled(template: Node, values: dict[str, Node], span: Span) -> Node:
    """Return a template with its parameters replaced, the rest of it at one place."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if isinstance(node, Name):
            return values[node.name]
        return replace(rebuild(node, parts), span=span)

    return fold(template, visit)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
