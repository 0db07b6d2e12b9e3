"""Calls where names stand for arrays: sums along an axis, methods, slopes, NumPy's spellings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.errors import Span
from derivcli.language.array_tokens import EXAMPLES
from derivcli.language.calls import filled
from derivcli.language.dialects import NUMPY, difference
from derivcli.language.expressions import ExpressionParser
from derivcli.language.functions import CALLED, FUNCTIONS, PIECEWISE, SHORT, SPELLED
from derivcli.language.operations import OPERATIONS, SPELLED_OPERATIONS
from derivcli.language.text import text
from derivcli.language.tokens import Token
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Node,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
)

PAIRS = {
    "dot": "@", "matmul": "@", "multiply": "*", "add": "+", "subtract": "-", "divide": "/",
}  # fmt: skip
# What NumPy has as functions and the tables have not, and how many arguments they take.
COUNTED = {
    **dict.fromkeys(PAIRS, 2), "transpose": 1, "negative": 1, "outer": 2, "ones_like": 1,
    "zeros_like": 1,
}  # fmt: skip
# Kinds of numbers, which change nothing: what is not whole is cut off by those that are True.
CASTS = {
    **dict.fromkeys(("float", "float32", "float64", "double"), False),
    **dict.fromkeys(("int", "int32", "int64", "int_", "long"), True),
}
AXES_OF = {spelled for spelled, name in SPELLED_OPERATIONS.items() if OPERATIONS[name].axes}
METHODS = ("transpose", "dot", "astype", *CASTS, *AXES_OF, "trace")
OTHERS = {  # what NumPy has and is not read, and what to write
    "shape": EXAMPLES, "len": EXAMPLES, "size": EXAMPLES, "average": "write mean(...)",
    "einsum": "write @ for the matrix product, .T for the transpose",
    "squeeze": "leave it out", "reshape": "write .T for the transpose", "ravel": "leave it out",
    "var": "write mean((u - mean(u))**2)", "std": "write sqrt(mean((u - mean(u))**2))",
}  # fmt: skip
ATTRIBUTES = "there are .T, .transpose(), .dot(...), .sum(...), .mean(...) and .astype(float)"
OPTIONS = {"axis": "axis", "dim": "axis", "keepdims": "keepdims", "keepdim": "keepdims"}
AXES = {"0": 0, "1": 1, "-1": -1, "-2": -2, "None": None}
TRUTH = {"True": True, "true": True, "1": True, "False": False, "false": False, "0": False}

SIGMA = "sigma"  # the letter that the course has for sigmoid

Options = dict[str, int | bool | None]


class ArrayCalls(ExpressionParser):
    """Reads calls whose arguments may be arrays."""

    spellings = tuple(SPELLED_OPERATIONS)

    def named(self, token: Token) -> Node:
        called = self.token.kind == "("
        if called and token.text == SIGMA and SIGMA not in self.variables:
            token = replace(token, text="sigmoid")
        name = token.text
        if token.prime or (called and name.endswith("_prime") and name not in self.variables):
            return self.slope(token)
        if called and name not in self.variables and name not in self.own:
            if (hint := difference(token.module, name)) and name not in AXES_OF:
                raise self.error(f"'{token.module}.{name}' is not read", token.span, hint)
            if (found := self.array_call(token)) is not None:
                return found
            if name not in CALLED and name not in PIECEWISE and name in OTHERS:
                typed = self.source[token.span.start : token.span.end]
                raise self.error(f"unknown function '{typed}'", token.span, OTHERS[name])
        return super().named(token)

    def array_call(self, token: Token) -> Node | None:
        """Read a call that only arrays have, or has another meaning of arrays; None for others."""
        name = token.text
        if name in AXES_OF:
            return self.total(token)
        if name in SPELLED_OPERATIONS:
            return self.operation(token)
        if name in CASTS:
            return self.cast(token, *self.listed(token, 1), whole=CASTS[name])
        if name in COUNTED:
            read = self.listed(token, COUNTED[name])
            return self.spelled(name, read, token.span | self.before.span)
        if name == "heaviside":
            return self.heaviside(token)
        return None

    # Arguments

    def _each(self) -> Iterator[None]:
        """Stop at the start of each argument, which the caller reads; close after the last."""
        self.brackets.append(self.advance())
        if self.token.kind != ")":
            yield
            while self.token.kind == ",":
                self.advance()
                yield
        self.close(")")

    def listed(self, token: Token, wanted: int, receiver: Node | None = None) -> list[Node]:
        """Read so many arguments; the receiver of a method is the first of them."""
        given = [receiver] if receiver else []
        read = [*given, *(self.expression() for _ in self._each())]
        if len(read) == wanted:
            return read
        # The array before a method's point is no argument of it to a reader.
        name = f".{token.text}" if receiver else token.text
        count, found = wanted - len(given), len(read) - len(given)
        noun = "argument" if count == 1 else "arguments"
        raise self.error(f"{name} takes {count} {noun}, not {found}", token.span | self.before.span)

    # Operations

    def operation(self, token: Token) -> Node:
        """Read an operation of the table that has no axes: trace, inv, eye."""
        row = OPERATIONS[SPELLED_OPERATIONS[token.text]]
        wanted = len(row.parameters)
        opening = self.tokens[self.position : self.position + 2]
        if wanted == 2 and [each.kind for each in opening] == ["(", "("]:
            self.brackets.append(self.advance())  # ones((m, n)), as in NumPy
            read = self.listed(token, wanted)
            self.close(")")
        else:
            read = self.listed(token, wanted)
        return Call(row.name, tuple(read), token.span | self.before.span)

    def total(self, token: Token, operand: Node | None = None) -> Node:
        """Read the arguments of an operation with axes: of `operand`, or of the first argument.

        max, min and logsumexp of several arguments are those of the table of functions.
        """
        several = operand is None and token.text in {*SPELLED, *SHORT}
        place, start = self.position, (operand or token).span
        options: Options = {}
        for _ in self._each():
            if operand is None:
                operand = self.expression()
            elif several and self.token.text not in OPTIONS:
                self.brackets.pop()
                self.position = place
                return self._several(token)
            else:
                self.option(token, options)
        span = start | self.before.span
        if operand is None:
            raise self.error(f"{token.text} takes 1 argument, not 0", span)
        row = OPERATIONS[SPELLED_OPERATIONS[token.text]]
        axis = options.get("axis")
        if not row.reduces:
            axis = 0 if axis is None else axis
        return Reduction(row.name, operand, axis, bool(options.get("keepdims")), span)

    def _several(self, token: Token) -> Node:
        """Read max(u, v), but not np.max(u, v), where the second argument is an axis."""
        found = super().named(replace(token, module=""))
        if token.module.partition(".")[0] not in NUMPY:
            return found
        typed = f"{token.module}.{token.text}"
        hint = f"write {typed}(..., axis=0)"
        if isinstance(found, Call):
            of = text(found, arrays=True).removeprefix(found.function)
            hint = f"write np.{FUNCTIONS[found.function].aliases[-1]}{of}, entry by entry"
        word = OPERATIONS[SPELLED_OPERATIONS[token.text]].meaning
        span = token.span | self.before.span
        raise self.error(f"{typed} is the {word} of one array, not of two arrays", span, hint)

    def option(self, token: Token, options: Options) -> None:
        """Read `axis=1`, `keepdims=True`, a bare `keepdims`, or by their places `1, True`."""
        first, name = self.token, "axis"
        word = first.text if first.kind == "name" else ""
        if word in TRUTH and "axis" in options:
            name = "keepdims"
        elif word not in ("", "None"):
            name = OPTIONS.get(word, "")
        hint = f"write {token.text}(..., axis=1, keepdims=True)"
        if name == "keepdims" and not OPERATIONS[SPELLED_OPERATIONS[token.text]].reduces:
            name, hint = "", f"write {token.text}(..., axis=1)"
        if not name:
            raise self.error(f"{token.text} has no option '{word}'", first.span, hint)
        if name in options:
            raise self.error(f"{token.text} is given its {name} twice", first.span, hint)
        if word in OPTIONS:
            self.advance()
            if self.token.kind == "=":
                self.advance()
            elif name == "keepdims":
                options[name] = True
                return
            else:
                raise self.error(f"expected '=' after '{word}'", first.span)
        options[name] = self.value(name)

    def value(self, name: str) -> int | bool | None:
        """Read the value of an option."""
        if self.token.kind == "end":
            raise self.unclosed()
        span, typed = self.token.span, ""
        if self.token.kind == "-":
            typed = self.advance().kind
        if self.token.kind in ("name", "number"):
            span |= self.token.span
            typed += self.advance().text
        if name == "keepdims":
            if typed not in TRUTH:
                raise self.error("keepdims is True or False", span)
            return TRUTH[typed]
        if typed not in AXES:
            hint = "axis=0 adds up the rows, axis=1 the columns: the examples"
            raise self.error("the axis is 0 or 1", span, hint)
        return AXES[typed]

    # NumPy's spellings

    def spelled(self, name: str, read: list[Node], span: Span) -> Node:
        """Return what a function of NumPy means that the tree has in another form."""
        match name:
            case "transpose":
                return Transpose(read[0], span)
            case "negative":
                return Unary("-", read[0], span)
            case "ones_like":
                return Binary("**", read[0], Number(Fraction(0), span), span)
            case "zeros_like":
                return Binary("*", Number(Fraction(0), span), read[0], span)
            case "outer":
                return Binary("@", read[0], Transpose(read[1], span), span)
        return Binary(PAIRS[name], read[0], read[1], span)

    def cast(self, token: Token, operand: Node, *, whole: bool) -> Node:
        """Return what is made a number of another kind: itself, if nothing is cut off."""
        if whole and not _is_whole(operand):
            typed = self.source[token.span.start : token.span.end]
            raise self.error(
                f"{typed} cuts off what stands behind the point", token.span, "leave it out"
            )
        return replace(operand, span=operand.span | self.before.span)

    def heaviside(self, token: Token) -> Node:
        """Read `heaviside(Z1)`, or NumPy's `heaviside(Z1, 0)`, with its value at 0."""
        read = [self.expression() for _ in self._each()]
        span = token.span | self.before.span
        if len(read) not in (1, 2):
            raise self.error(f"{token.text} takes 1 or 2 arguments, not {len(read)}", span)
        if len(read) == 1:
            return Call("heaviside", (read[0],), span)
        operand, middle = read
        zero, one = Number(Fraction(0), span), Number(Fraction(1), span)
        above = Comparison(">", operand, zero, span)
        return Piecewise((one, middle), (above, Comparison("==", operand, zero, span)), zero, span)

    def slope(self, token: Token) -> Node:
        """Read `tanh'(Z1)`: the derivative of a function of the table, written out."""
        name = token.text.removesuffix("_prime")
        typed = self.source[token.span.start : token.span.end]
        row = FUNCTIONS.get(SPELLED.get(name, ""))
        if name in self.variables or not (row or name in SPELLED_OPERATIONS or name in SHORT):
            hint = f"write {name}.T for the transpose" if token.prime else None
            raise self.error(f"{typed} is not in the language", token.span, hint)
        if row is None or len(row.parameters) != 1:
            raise self.error(
                f"'{typed}' is not in the language", token.span,
                "only a function of one argument has a slope",
            )  # fmt: skip
        if self.token.kind != "(":
            raise self.error(
                f"'{typed}' is a function and needs parentheses", token.span, f"write {typed}(...)"
            )
        (argument,) = self.listed(token, 1)
        return filled(
            self.template(row.partials[0]), {"u": argument}, token.span | self.before.span
        )

    # Methods

    def method(self, element: Node) -> Node:
        """Read `.sum(...)` and the like after what they are of."""
        dot, token = self.advance(), self.token
        if token.kind != "name" or token.text not in METHODS:
            span = dot.span | token.span if token.kind == "name" else dot.span
            raise self.error(
                f"unknown attribute '{self.source[span.start : span.end]}'",
                span,
                OTHERS.get(token.text, ATTRIBUTES),
            )
        self.advance()
        if self.token.kind != "(":
            raise self.error(
                f"'.{token.text}' needs parentheses", dot.span | token.span,
                f"write .{token.text}()",
            )  # fmt: skip
        if token.text in AXES_OF:
            return self.total(token, element)
        if token.text in CASTS:
            return self.cast(token, *self.listed(token, 1, element), whole=CASTS[token.text])
        if token.text == "astype":
            return self.astype(token, element)
        if token.text == "trace":
            return Call("trace", tuple(self.listed(token, 1, element)), element.span)
        read = self.listed(token, COUNTED[token.text], element)
        return self.spelled(token.text, read, element.span | self.before.span)

    def astype(self, token: Token, element: Node) -> Node:
        """Read `(float)` after `.astype`."""
        self.brackets.append(self.advance())
        kind = self.token
        if kind.kind != "name" or kind.text not in CASTS:
            raise self.error(".astype takes a kind of number", kind.span, "write .astype(float)")
        self.advance()
        self.close(")")
        return self.cast(token, element, whole=CASTS[kind.text])


def _is_whole(node: Node) -> bool:
    """Are its entries whole numbers, whatever the arrays hold?"""
    match node:
        case Number(value=value):
            return value.denominator == 1
        case Comparison():
            return True
        case Binary(operator="+" | "-" | "*", left=left, right=right):
            return _is_whole(left) and _is_whole(right)
        case Piecewise():
            return all(_is_whole(each) for each in (*node.values, node.otherwise))
        case Unary(operand=operand) | Transpose(operand=operand):
            return _is_whole(operand)
    return False
