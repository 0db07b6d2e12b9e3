"""An equation of a network, as the course writes it: `dZ^[2] = A^[2] - Y`, `dz1 = W2.T @ dz2`.

    equation   := NAME ("=" | ":=") expression                   # Z1, A1, dZ1, dA1, dW1, db1, J
                | ("W1" | "b1") ("=" | "-=" | "+=") expression     # a step of gradient descent
    atom       := ... | ("g1" | "g1'" | "g'") "(" expression ")"   # a layer's activation, its slope

The rest is the language where names are arrays. `W2`, `W_2`, `W[2]`, `W^[2]` and `W^{[2]}` are one
name, and `W^{[2]T}` is `W2.T`, as in LaTeX; `z1` is `Z1` for a single example, A0 is X. Where there
is one layer its number may be left out, and `w` is a column, as in logistic regression.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from difflib import get_close_matches

from derivcli.errors import LanguageError, RefusedError, Span
from derivcli.language.array_calls import CASTS, COUNTED, OTHERS, SIGMA
from derivcli.language.array_tokens import PRODUCTS, tokenize
from derivcli.language.arrays import ArrayReader
from derivcli.language.functions import CALLED, PIECEWISE
from derivcli.language.limits import Limits
from derivcli.language.operations import SPELLED_OPERATIONS
from derivcli.language.tokens import Token
from derivcli.language.tree import (
    CONSTANTS,
    Activation,
    Binary,
    Constant,
    Name,
    Node,
    Transpose,
    Unary,
    children,
    names,
)
from derivcli.networks.equation import (
    COLUMNS,
    LAYERED,
    MATRICES,
    RATE,
    Equation,
    parted,
    written,
)

LIMITS = Limits(characters=2_000, operations=4_000, nesting=60)
CANONICAL = {**COLUMNS, "w": "W", "dw": "dW", **{name: name for name in (*LAYERED, *MATRICES)}}
LEFT = ("Z", "A", "dZ", "dA", "dW", "db")
RATES = (RATE, "eta", "lr", "rate", "learning_rate")
UPDATES = (("=",), ("-", "="), ("+", "="))
UNNEEDED = ("dX", "dY", "dx", "dy")
STEM = re.compile(r"(?P<stem>[A-Za-z]+?)_?(?P<layer>[0-9]+)")
CALLABLE = frozenset([*CALLED, *PIECEWISE, *SPELLED_OPERATIONS, *CASTS, *COUNTED])
LEFT_OVER: dict[str, tuple[str, str | None]] = {  # what follows a whole expression, and a hint
    ")": ("this ')' closes nothing", None),
    "=": ("there is a second '='", "one equation at a time"),
    ";": ("unexpected character ';'", "one equation at a time"),
    ",": ("unexpected ','", "decimals are written with a point: 0.5"),
}


def parse(source: str, layers: int, constants: Collection[str] = ()) -> Equation:
    """Return the equation that `source` spells, for a network of `layers` layers.

    `constants` are names of numbers, beside m. Raises LanguageError for what is not in the
    language, RefusedError beyond the limits.

    >>> parse("dZ^[2] := A^[2] - Y", 2).name
    'dZ2'
    """
    return EquationReader(source, layers, constants).equation()


def parse_right_side(
    source: str, layers: int, single: bool = False, constants: Collection[str] = ()
) -> Node:
    """Return the right side that `source` spells; with `single` that of one example: z1, not Z1.

    >>> parse_right_side("x", 1, single=True)
    Name(name='X')
    """
    reader = EquationReader(source, layers, constants)
    tree = reader.whole()
    reader.one_kind(single=single)
    return tree


class EquationReader(ArrayReader):
    """Reads a whole equation, and knows what the names are.

    `kinds` holds, for single or not, the first name; `outer` the first outer product: of two
    vectors, and so of one example alone.
    """

    def __init__(self, source: str, layers: int, constants: Collection[str] = ()) -> None:
        if len(source) > LIMITS.characters:
            raise RefusedError(
                f"{len(source):,} characters are too many (at most {LIMITS.characters:,})"
            )
        self.layers, self.constants = layers, constants
        self.kinds: dict[bool, Token] = {}
        self.outer: Node | None = None
        self.updated = ""
        numbers = range(1, layers + 1)
        arrays = ["X", "Y", *(f"{stem}{number}" for stem in LAYERED for number in numbers)]
        super().__init__(source, (), LIMITS, arrays=arrays)

    def tokenized(self, start: int) -> list[Token]:
        return tokenize(self.source, start, self.arrays, layered=True)

    # Equations

    def equation(self) -> Equation:
        """Read the whole text as an equation."""
        if self.token.kind == "end":
            raise self.error("the equation is empty", Span(0, 1), "write one such as dZ1 = A1 - Y")
        first, sign = self.token, self.tokens[1]
        if found := self._update(first):
            return found
        if first.kind != "name" or sign.kind != "=":
            raise self._no_left_side(first, sign)
        self.position = 2
        name = self.left(first)
        column = first.text == "dw" and self.layers == 1
        expression = self.whole()
        span = first.span | expression.span
        if column:
            expression = Transpose(expression, expression.span)
        single = self.one_kind()
        if self.outer and not single:
            raise self.error(
                "np.outer takes two vectors, and here all m examples stand side by side",
                self.outer.span,
                f"write {written(self.outer)}",
            )
        return Equation(name, expression, single, column, source=self.source, span=span)

    def _update(self, first: Token) -> Equation | None:
        """Read `W2 = W2 - alpha*dW2`, or `W2 -= alpha*dW2`; None where this is no such equation."""
        signs = [token.kind for token in self.tokens[1:3]]
        length = 1 if signs[:1] == ["="] else 2
        is_weight = stem_and_layer(first)[0] in ("W", "w", "b")
        if first.kind != "name" or not is_weight or (*signs[:length],) not in UPDATES:
            return None
        name = self.array(first)
        column = first.text == "w"
        self.updated, self.position = name, 1 + length
        expression = self.whole()
        if length == 1 and not {name, RATE} & {*names(expression)}:
            raise self._no_left(first)
        if length == 2:
            own: Node = Name(name, first.span)
            own = Transpose(own, first.span) if column else own
            expression = Binary(signs[0], own, expression, first.span | expression.span)
        span = first.span | expression.span
        if column:
            expression = Transpose(expression, expression.span)
        single = self.one_kind()
        return Equation(name, expression, single, column, True, self.source, span)

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
            raise self._no_left(token)
        return name

    def _no_left(self, token: Token) -> LanguageError:
        return self.error(
            f"'{self.typed(token)}' cannot stand on the left side", token.span,
            "an equation gives Z, A, dZ, dA, dW or db of a layer, or J",
        )  # fmt: skip

    def whole(self) -> Node:
        """Read an expression up to the end of the text."""
        if self.token.kind == "end" and not self.position:
            raise self.error("the expression is empty", Span(0, 1), "write one such as W2.T @ dZ2")
        tree = self.expression()
        token = self.token
        if token.kind != "end":
            message, hint = LEFT_OVER.get(token.kind, (f"unexpected '{token.text}'", None))
            raise self.error(message, token.span, hint)
        self.check(tree)
        return tree

    def check(self, tree: Node) -> None:
        """Refuse a tree that is too deep or too large for all that walks over it."""
        count, waiting = 0, [(tree, 1)]
        while waiting:
            each, depth = waiting.pop()
            count += 1
            if depth > self.limits.nesting:
                message = f"nested more than {self.limits.nesting} deep"
                raise RefusedError(message, source=self.source, span=each.span)
            if count > self.limits.operations:
                message = "this is too long with its slopes written out"
                raise RefusedError(message, source=self.source, span=tree.span)
            waiting.extend((part, depth + 1) for part in children(each))

    def slope(self, token: Token) -> Node:
        # Slopes of slopes grow fast: better refused here than after the next one.
        result = super().slope(token)
        self.check(result)
        return result

    def prefix(self) -> Node:
        read = super().prefix()
        if isinstance(read, Unary) and read.operator == "+":
            return replace(read.operand, span=read.span)  # a plus says nothing
        return read

    def no_sentence(self, before: Token, token: Token) -> None:
        """Take words for names: those of a network are known."""

    # Names

    def typed(self, token: Token) -> str:
        """Return a name as it was typed, a long one cut."""
        shown = self.source[token.span.start : token.span.end]
        if shown.count("{") > shown.count("}"):
            shown += "}"  # W^{[2]T}, whose T is a token of its own
        return shown if len(shown) <= 20 else f"{shown[:20]}…"

    def array(self, token: Token) -> str:
        """Return the canonical name of an array, and remember which kind of name it was."""
        name = self._canonical(token)
        stem = stem_and_layer(token)[0]
        if stem in MATRICES or stem in COLUMNS:
            self.kinds.setdefault(stem in COLUMNS, token)
        return name

    def _canonical(self, token: Token) -> str:
        typed_stem, layer = stem_and_layer(token)
        stem, shown = CANONICAL.get(typed_stem, typed_stem), self.typed(token)
        if token.prime and (stem in CANONICAL or stem == "m"):
            hint = f"write {token.text}.T for the transpose"
            raise self.error(f"{shown} is not in the language", token.span, hint)
        if stem in UNNEEDED or (stem == "dA" and layer == 0):
            hint = "no derivative by the data is needed"
            raise self.error(f"there is no {shown}", token.span, hint)
        if not token.module:
            if self.updated and token.text in RATES:
                return RATE
            if token.text == "m" or (layer is None and stem in ("X", "Y")):
                return stem
            if stem == "A" and layer == 0:
                return "X"
        if stem == "J":
            hint = "write what it is computed from"
            raise self.error("'J' can stand only on the left side", token.span, hint)
        if stem not in LAYERED or token.module:
            raise self.error(f"unknown name '{shown}'", token.span, self._meant(token))
        if layer is None:
            return self._of_the_only_layer(token, stem)
        self._known_layer(token)
        return f"{stem}{layer}"

    def _of_the_only_layer(self, token: Token, stem: str) -> str:
        """Return the name of an array without its layer: there may be one layer only."""
        if self.layers == 1:
            return f"{stem}1"
        shown = self.typed(token)
        forms = " or ".join(f"{shown}{number}" for number in (1, self.layers))
        raise self.error(f"'{shown}' needs the number of its layer", token.span, f"write {forms}")

    def _known_layer(self, token: Token) -> None:
        """Raise LanguageError if the layer of a token is none of the network's."""
        layer = stem_and_layer(token)[1]
        if layer is None or 1 <= layer <= self.layers:
            return
        number = str(layer) if layer < 10**6 else self.typed(token)
        which = {1: "the only layer is 1", 2: "the layers are 1 and 2"}
        hint = which.get(self.layers, f"the layers are 1 to {self.layers}")
        raise self.error(f"there is no layer {number}", token.span, hint)

    def one_kind(self, *, single: bool | None = None) -> bool:
        """Return whether the names are those of one example; LanguageError where they mix."""
        expected = next(iter(self.kinds), False) if single is None else single
        if other := self.kinds.get(not expected):
            raise self._other_kind(other, self.kinds.get(expected), single=expected)
        return expected

    def _other_kind(self, token: Token, other: Token | None, *, single: bool) -> LanguageError:
        says = {True: "the column of one example", False: "the matrix of all m"}
        rest = f", {self.typed(other)} {says[single]}" if other else ""
        stem, shown = stem_and_layer(token)[0], self.typed(token)
        meant = stem.lower() if single else COLUMNS.get(stem, stem)
        hint = f"write {shown.replace(stem, meant, 1)}"
        return self.error(f"{shown} is {says[not single]}{rest}", token.span, hint)

    def named(self, token: Token) -> Node:
        stem = stem_and_layer(token)[0]
        if token.text in self.constants and not token.prime and not token.module:
            return Name(token.text, token.span)
        if stem in ("g", "g_prime"):
            return self.activation(token)
        if token.text.removesuffix("_prime") in CALLABLE or token.text == SIGMA:
            return super().named(token)
        if token.text in CONSTANTS and not token.prime:
            return Constant(token.text, token.span)
        if token.text in ("w", "dw") and self.layers == 1:
            return Transpose(Name(token.text.replace("w", "W1"), token.span), token.span)
        known = stem in CANONICAL or token.text in ("m", "J", *RATES)
        if self.token.kind == "(" and not known:
            message = f"unknown function '{self.typed(token)}'"
            raise self.error(message, token.span, self._near(token))
        return Name(self.array(token), token.span)

    def activation(self, token: Token) -> Node:
        """Read `g1(Z1)`, `g1'(Z1)`, and `g'(Z1)`, whose layer is that of its argument."""
        self._known_layer(token)
        layer = stem_and_layer(token)[1]
        if self.token.kind != "(":
            argument = f"Z{layer}" if layer else "..."
            shown = self.typed(token)
            raise self.error(
                f"'{shown}' is a function and needs parentheses", token.span,
                f"write {shown}({argument})",
            )  # fmt: skip
        (operand,) = self.listed(token, 1)
        prime = token.prime or token.text.endswith("_prime")
        if layer is None and isinstance(operand, Name):
            letter, number = parted(operand.name)
            layer = number if letter in ("Z", "A") else None
        if layer is None and self.layers == 1:
            layer = 1
        if layer is None:
            mark = "'" if prime else ""
            raise self.error("the activation of which layer?", token.span, f"write g1{mark}(...)")
        return Activation(layer, prime, operand, token.span | self.before.span)

    def transposed(self, node: Node, span: Span) -> Node:
        # w is a column, and so W1.T: w.T is W1.
        if isinstance(node, Transpose) and node.span == node.operand.span:
            return replace(node.operand, span=span)
        return super().transposed(node, span)

    def spelled(self, name: str, read: list[Node], span: Span) -> Node:
        found = super().spelled(name, read, span)
        if name == "outer":
            self.outer = self.outer or found
        return found

    # Hints

    def _last_layer(self, token: Token) -> str | None:
        """Return what to write for AL, dZ_L or g^[L]: the course's L is the number of layers."""
        stem = token.text.removesuffix("L").removesuffix("_")
        if stem == token.text or not (stem == "g" or CANONICAL.get(stem) in LAYERED):
            return None
        mark = "'" if token.prime else ""
        return f"the last layer is {self.layers}: write {stem}{self.layers}{mark}"

    def _meant(self, token: Token) -> str | None:
        name = token.text
        numbered = [f"{stem}{layer}" for layer in range(1, self.layers + 1) for stem in LAYERED]
        known = ["X", "Y", "m", *numbered]
        if name[-1:] == "T" and name[:-1] in known:
            return f"write {name[:-1]}.T for the transpose"
        if hint := self._last_layer(token):
            return hint
        folded = {each.lower(): each for each in known}
        if found := get_close_matches(name.lower(), folded, n=1, cutoff=0.6):
            return f"did you mean '{folded[found[0]]}'?"
        return "the names are X, Y, m and of each layer Z1, A1, W1, b1, dZ1, dA1, dW1, db1"

    def _near(self, token: Token) -> str:
        if hint := self._last_layer(token) or OTHERS.get(token.text):
            return hint
        known = {spelling.lower(): spelling for spelling in CALLABLE}
        if found := get_close_matches(token.text.lower(), known, n=1, cutoff=0.6):
            return f"did you mean '{known[found[0]]}'?"
        return PRODUCTS


def stem_and_layer(token: Token) -> tuple[str, int | None]:
    """Return a name without its layer, and the layer."""
    name = token.text.removesuffix("_prime")
    if split := STEM.fullmatch(name):
        return split["stem"], int(split["layer"])
    return name, None
