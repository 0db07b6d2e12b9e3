"""Tokens to the tree of an equation, by precedence climbing (Pratt).

    equation   := NAME ("=" | ":=") expression                   # Z1, A1, dZ1, dA1, dW1, db1, J
    expression := sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
    sum        := term { ("+" | "-") term }
    term       := unary { ("@" | "*" | "/") unary }               # left to right, as in NumPy
    unary      := ("-" | "+") unary | power
    power      := postfix [ "**" unary | SUPERSCRIPT ]            # right-associative; -2**2 is -4
                | postfix "^" unary                              # that starts as NUMBER or "("
    postfix    := atom { ".T" | "^T" | "ᵀ" | "." METHOD "(" arguments ")" }
    atom       := NUMBER | NAME | FUNCTION "(" arguments ")" | "(" expression ")"
    FUNCTION   := of the table of functions, with ' its slope; g1, g1'; dot, sum, mean, where, ...
    arguments  := expression { "," expression } { "," option }    # options are those of a total
    option     := ("axis" | "keepdims") "=" value | "keepdims" | AXIS [ "," TRUTH ]

`W2`, `W_2`, `W[2]`, `W^[2]` and `W^{[2]}` are one name, and `W^{[2]T}` is `W2.T`, as in LaTeX;
`z1` is `Z1` for a single example.
"""

from __future__ import annotations

from derivcli.errors import LanguageError, RefusedError, Span
from derivcli.language.matrices.calls import KNOWN, OTHERS, CallParser
from derivcli.language.matrices.expressions import MOST_ELEMENTS, MOST_NESTING, POINT
from derivcli.language.matrices.text import text
from derivcli.language.matrices.tokens import (
    CANONICAL,
    COLUMNS,
    MATRICES,
    PRODUCTS,
    Token,
    array,
    last_layer,
)
from derivcli.language.matrices.tree import Array, Constant, Element, Equation, parted

__all__ = ["MOST_CHARACTERS", "MOST_ELEMENTS", "MOST_NESTING", "parse", "parse_element"]

MOST_CHARACTERS = 2_000

LEFT = ("Z", "A", "dZ", "dA", "dW", "db")
LEFT_OVER: dict[str, tuple[str, str | None]] = {  # what follows a whole expression, and a hint
    ")": ("this ')' closes nothing", None),
    "=": ("there is a second '='", "one equation at a time"),
    ",": ("unexpected ','", POINT),
}


def parse(source: str, layers: int) -> Equation:
    """Return the equation that `source` spells, for a network of `layers` layers.

    Raises LanguageError where it is not in the language, RefusedError beyond the limits.

    >>> parse("dZ^[2] := A^[2] - Y", 2).name
    'dZ2'
    """
    return Parser(source, layers).equation()


def parse_element(source: str, layers: int, single: bool = False) -> Element:
    """Return the right side that `source` spells; with `single` that of one example: z1, not Z1.

    >>> parse_element("x", 1, single=True)
    Array(name='X')
    """
    parser = Parser(source, layers)
    element = parser.whole()
    parser.one_kind(single=single)
    return element


class Parser(CallParser):
    """Reads a whole equation, and knows what the names are."""

    def __init__(self, source: str, layers: int) -> None:
        if len(source) > MOST_CHARACTERS:
            raise RefusedError(
                f"{len(source):,} characters are too many (at most {MOST_CHARACTERS:,})"
            )
        super().__init__(source, layers)
        self.kinds: dict[bool, Token] = {}  # single or not -> its first name; first come first

    # Equations

    def equation(self) -> Equation:
        """Read the whole text as an equation."""
        if self.token.kind == "end":
            raise self.error("the equation is empty", Span(0, 1), "write one such as dZ1 = A1 - Y")
        first, sign = self.token, self.tokens[1]
        if first.kind != "name" or sign.kind != "=":
            raise self._no_left_side(first, sign)
        self.position = 2
        name = self.left(first)
        expression = self.whole()
        span = first.span | expression.span
        single = self.one_kind()
        if self.outer and not single:
            raise self.error(
                "np.outer takes two vectors, and here all m examples stand side by side",
                self.outer.span,
                f"write {text(self.outer)}",
            )
        return Equation(name, expression, single, self.source, span)

    def _no_left_side(self, first: Token, sign: Token) -> LanguageError:
        if first.kind == "name" and sign.kind == "==":
            return self.error("an equation is written with one '='", sign.span)
        for token in self.tokens:
            if token.kind == "=" and not self._inside(token):
                span = Span(first.span.start, max(token.span.start, first.span.end))
                return self.error("only a name can stand before '='", span, "write dZ1 = ...")
        span = Span(first.span.start, self.tokens[-2].span.end)
        return self.error("the left side is missing", span, "write dZ1 = ...")

    def _inside(self, sign: Token) -> bool:
        before = [token.kind for token in self.tokens if token.span.end <= sign.span.start]
        return before.count("(") > before.count(")")

    def left(self, token: Token) -> str:
        """Return the name on the left side: something that an equation of the network gives."""
        if token.text == "J":
            return "J"
        name = self.array(token)
        if parted(name)[0] not in LEFT:
            raise self.error(
                f"'{token.text}' cannot stand on the left side", token.span,
                "an equation gives Z, A, dZ, dA, dW or db of a layer, or J",
            )  # fmt: skip
        return name

    def whole(self) -> Element:
        """Read an expression up to the end of the text."""
        if self.token.kind == "end" and not self.position:
            raise self.error("the expression is empty", Span(0, 1), "write one such as W2.T @ dZ2")
        element = self.expression()
        token = self.token
        if token.kind != "end":
            otherwise = f"unexpected '{token.text}'", None
            message, hint = LEFT_OVER.get(token.kind, otherwise)
            raise self.error(message, token.span, hint)
        self.check(element)
        return element

    # Names

    def array(self, token: Token) -> str:
        """Return the canonical name of an array, and remember which kind of name it was."""
        name = array(token, self.layers, self.source)
        if token.stem in MATRICES or token.stem in COLUMNS:
            self.kinds.setdefault(token.stem in COLUMNS, token)
        return name

    def one_kind(self, *, single: bool | None = None) -> bool:
        """Return whether the names are those of one example; LanguageError where they mix."""
        expected = next(iter(self.kinds), False) if single is None else single
        if other := self.kinds.get(not expected):
            raise self._other_kind(other, self.kinds.get(expected), single=expected)
        return expected

    def _other_kind(self, token: Token, other: Token | None, *, single: bool) -> LanguageError:
        says = {True: "the column of one example", False: "the matrix of all m"}
        rest = f", {other.text} {says[single]}" if other else ""
        stem = token.stem.lower() if single else COLUMNS.get(token.stem, token.stem)
        return self.error(
            f"{token.text} is {says[not single]}{rest}",
            token.span,
            f"write {token.text.replace(token.stem, stem, 1)}",
        )

    def named(self, token: Token) -> Element:
        if token.stem == "g" or token.name in KNOWN:
            return self.function(token)
        if token.name in ("pi", "e") and not token.prime:
            return Constant(token.name, token.span)
        known = token.stem in CANONICAL or token.name in ("m", "J")
        if self.token.kind == "(" and not known:
            raise self.error(f"unknown function '{token.text}'", token.span, self._near(token))
        return Array(self.array(token), token.span)

    def _near(self, token: Token) -> str:
        from difflib import get_close_matches

        if hint := last_layer(token, self.layers) or OTHERS.get(token.name):
            return hint
        known = {spelling.lower(): spelling for spelling in KNOWN}
        if found := get_close_matches(token.name.lower(), known, n=1, cutoff=0.6):
            return f"did you mean '{known[found[0]]}'?"
        return PRODUCTS
