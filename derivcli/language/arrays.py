"""Tokens to a tree where names stand for arrays: products of matrices, transposes, comparisons.

What the grammar of parser.py has more, where some name is an array:

    expression := sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]   # 1 where it holds, else 0
    term       := unary { ("@" | "*" | "/" | nothing) unary }   # nothing: the product of matrices
    atom       := ... { ".T" | "^T" | "ᵀ" | "." METHOD "(" arguments ")" }
    arguments  := expression { "," expression } { "," option }          # options of sum, mean, ...
    option     := ("axis" | "keepdims") "=" value | "keepdims" | AXIS [ "," TRUTH ]
    slope      := FUNCTION "'" "(" expression ")"
"""

from __future__ import annotations

from collections.abc import Collection

from derivcli.errors import LanguageError, Span
from derivcli.language.array_calls import ArrayCalls
from derivcli.language.array_tokens import tokenize
from derivcli.language.expressions import BINDING, TERM, UNARY
from derivcli.language.limits import Limits
from derivcli.language.operations import CALLED_OPERATIONS, OPERATIONS
from derivcli.language.statements import Parser
from derivcli.language.tokens import Token
from derivcli.language.tree import (
    COMPARISONS,
    Assignment,
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Reduction,
    Transpose,
    as_condition,
    fold,
)

COMPARED = 5
BINDINGS = {**BINDING, **dict.fromkeys(COMPARISONS, COMPARED), "@": TERM}
CARET = "write ** for a power, .T for the transpose"


class ArrayReader(ArrayCalls):
    """Reads an expression in which `arrays` are names of arrays."""

    binding = BINDINGS
    power_of_a_power = "write (A1**2)**3 or A1**(2**3)"

    def __init__(
        self,
        source: str,
        variables: Collection[str],
        limits: Limits,
        start: int = 0,
        arrays: Collection[str] = (),
    ) -> None:
        self.arrays = set(arrays)
        super().__init__(source, {*variables, *arrays}, limits, start)

    def tokenized(self, start: int) -> list[Token]:
        return tokenize(self.source, start, self.arrays)

    def is_array(self, tree: Node) -> bool:
        """Has it more entries than one, as far as the names tell?"""

        def visit(node: Node, parts: tuple[bool, ...]) -> bool:
            match node:
                case Name():
                    return node.name in self.arrays
                case Reduction(axis=None):
                    return not OPERATIONS[node.function].reduces
                case Call() if node.function in CALLED_OPERATIONS:
                    return not CALLED_OPERATIONS[node.function].to_number
            return any(parts)

        return fold(tree, visit)

    # Operators

    def joined(self, left: Node, operator: Token, binding: int) -> Node:
        if operator.text == "^" and (found := self._caret(left, operator)) is not None:
            return found
        right = self.expression(UNARY - 1 if operator.kind == "**" else binding)
        span = left.span | right.span
        if binding != COMPARED:
            return Binary(operator.kind, left, right, span)
        if self.token.kind in COMPARISONS:
            raise self.error(
                "comparisons cannot be chained", self.token.span,
                "write a product of two: (0 < Z1) * (Z1 < 1)",
            )  # fmt: skip
        return Comparison(operator.kind, left, right, span)

    def _caret(self, left: Node, caret: Token) -> Node | None:
        """Read what only a caret is followed by: `X^-1` of an array has two readings."""
        token = self.token
        following = [each.text for each in self.tokens[self.position : self.position + 2]]
        if following == ["-", "1"] and self.is_array(left):
            raise self.inverse(left, left.span | self.tokens[self.position + 1].span)
        if token.kind == "name" and token.text in self.arrays:
            raise self.error("expected a number or '(' after '^'", caret.span, CARET)
        return None

    def superscripted(self, base: Node, token: Token) -> Node:
        if token.value == -1 and self.is_array(base):
            raise self.inverse(base, base.span | token.span)
        return super().superscripted(base, token)

    def inverse(self, base: Node, span: Span) -> LanguageError:
        """Return the error about `X⁻¹`, an inverse on paper and 1/X in NumPy."""
        typed = self.source[base.span.start : base.span.end]
        return self.error(
            "this can be read in two ways", span,
            f"write inv({typed}) for the inverse of a matrix, 1/{typed} entry by entry",
        )  # fmt: skip

    # Products without a sign

    def clearly_divided(self, quotient: Binary, factor: Node) -> None:
        """`1/m dZ` has one reading: no array stands below."""
        if not self.is_array(factor) or self.is_array(quotient):
            super().clearly_divided(quotient, factor)

    def product(self, left: Node, right: Node) -> Node:
        matrices = self.is_array(left) and self.is_array(right)
        if matrices and self._entry_by_entry(left):
            raise self.error(
                "this can be read in two ways", left.span | right.span,
                "write @ between matrices, and brackets around what is multiplied first",
            )  # fmt: skip
        return Binary("@" if matrices else "*", left, right, left.span | right.span)

    def _entry_by_entry(self, tree: Node) -> bool:
        """Is this `A * B`, without brackets around it?"""
        match tree:
            case Binary(operator="*" | "/", left=left, right=right):
                arrays = self.is_array(left) and self.is_array(right)
                return arrays and self.source[tree.span.start] != "("
        return False

    # Atoms

    def atom(self) -> Node:
        bar = self.token.kind == "|"
        node = super().atom()
        if bar and self.is_array(node):
            inner = self.source[node.span.start + 1 : node.span.end - 1].strip()
            raise self.error(
                "this can be read in two ways", node.span,
                f"write abs({inner}) entry by entry, norm({inner}) or det({inner})",
            )  # fmt: skip
        while True:
            if self.token.kind == "T":
                node = self.transposed(node, node.span | self.advance().span)
            elif self.token.kind == ".":
                node = self.method(node)
            else:
                return node

    def transposed(self, node: Node, span: Span) -> Node:
        """Return what `.T` makes of what stands before it."""
        return Transpose(node, span)

    def condition(self) -> Comparison:
        """Read a comparison, or an array that is no 0 where the condition holds."""
        return as_condition(self.expression())


class ArrayParser(ArrayReader, Parser):
    """Reads a whole program in which some names are arrays."""

    def statement(self, before: list[Assignment]) -> Assignment:
        read = super().statement(before)
        if self.is_array(read.expression):
            self.arrays.add(read.name)
        return read
