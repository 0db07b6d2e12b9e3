"""The tokens of one text, read left to right: where the reader stands, and what is still open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection

from derivcli.errors import LanguageError, RefusedError, Span
from derivcli.language.limits import Limits
from derivcli.language.tokens import Token, tokenize
from derivcli.language.tree import COMPARISONS, Node

CLOSING = {"|": "|", "⌊": "⌋", "⌈": "⌉"}
ENDS_STATEMENT = (";", "\n")
FROM_LATEX = ("\\", "$", "^{", "_{")


class Reader(ABC):
    """One reading of one source text."""

    def __init__(
        self, source: str, variables: Collection[str], limits: Limits, start: int = 0
    ) -> None:
        self.source = source
        self.limits = limits
        self.tokens = self.tokenized(start)
        self.position = 0
        self.depth = 0
        self.brackets: list[Token] = []
        self.own = self._own_functions()
        self.assigned = self._assigned() | self.own.keys()
        parameters = (name for names in self.own.values() for name in names)
        self.variables = {*variables, *self.assigned, *parameters}
        self.bare = self._bare_names()

    def _assigned(self) -> set[str]:
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return {token.text for token, after in pairs if token.kind == "name" and after.kind == "="}

    def _own_functions(self) -> dict[str, tuple[str, ...]]:
        """Return the parameters of each name that is defined as f(x) = ..."""
        found: dict[str, tuple[str, ...]] = {}
        for position, token in enumerate(self.tokens):
            if token.kind == "=" and position > 3 and self.tokens[position - 1].kind == ")":
                start = position - 2
                while start > 1 and self.tokens[start - 1].kind == ",":
                    start -= 2
                inside = self.tokens[start : position - 1 : 2]
                opening, name = self.tokens[start - 1], self.tokens[start - 2]
                first = start == 2 or self.tokens[start - 3].kind in ENDS_STATEMENT
                names = all(each.kind == "name" for each in (name, *inside))
                if opening.kind == "(" and names and first:
                    found[name.text] = tuple(each.text for each in inside)
        return found

    def _bare_names(self) -> set[str]:
        """Names that occur without an opening parenthesis after them: variables, surely."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return {token.text for token, after in pairs if token.kind == "name" and after.kind != "("}

    @abstractmethod
    def expression(self, binding: int = 0) -> Node:
        """Read the longest expression whose operators all bind tighter than `binding`."""

    def tokenized(self, start: int) -> list[Token]:
        """Return the tokens of what was typed, or pasted from LaTeX."""
        if not any(sign in self.source for sign in FROM_LATEX):
            return tokenize(self.source, start)
        from derivcli.language.pasted_latex import latex_tokens

        return latex_tokens(self.source, start)

    @property
    def token(self) -> Token:
        """The next token; inside brackets a line break is a space."""
        if self.brackets:
            while self.tokens[self.position].kind == "\n":
                self.position += 1
        return self.tokens[self.position]

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        return token

    @property
    def before(self) -> Token:
        """The token read last."""
        position = self.position - 1
        while self.brackets and self.tokens[position].kind == "\n":
            position -= 1
        return self.tokens[position]

    def error(self, message: str, span: Span, hint: str | None = None) -> LanguageError:
        return LanguageError(message, source=self.source, span=span, hint=hint)

    def go_deeper(self) -> None:
        self.depth += 1
        if self.depth > self.limits.nesting:
            raise RefusedError(
                f"nested more than {self.limits.nesting} deep",
                source=self.source,
                span=self.token.span,
                hint="give the inner parts names of their own",
            )

    def close(self, closing: str) -> Token:
        token = self.token
        if token.kind != closing:
            if token.kind == "end":
                raise self.unclosed()
            hint = None
            if token.kind in COMPARISONS:
                hint = "one comparison a condition; conditions are tried in order"
            elif token.kind == ",":
                hint = "decimals are written with a point: 0.5"
            raise self.error(f"expected '{closing}', found '{token.text}'", token.span, hint)
        self.position += 1
        self.brackets.pop()
        return token

    def unclosed(self) -> LanguageError:
        opening = self.brackets[-1]
        return self.error(
            f"the '{opening.text}' is never closed", opening.span,
            f"add '{CLOSING.get(opening.kind, ')')}'",
        )  # fmt: skip
