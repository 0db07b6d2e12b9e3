"""Calls in a matrix equation: functions and methods with their arguments, activations, slopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.errors import Span
from derivcli.language import tree
from derivcli.language.functions import FUNCTIONS, SHORT, SPELLED, Function
from derivcli.language.matrices.expressions import ExpressionParser
from derivcli.language.matrices.text import text
from derivcli.language.matrices.tokens import Token, no_layer
from derivcli.language.matrices.tree import (
    COMPARISONS,
    Activation,
    Apply,
    Array,
    Constant,
    Element,
    Negative,
    Number,
    Operation,
    Total,
    Transpose,
    parted,
)
from derivcli.language.parser import parse

PAIRS = {
    "dot": "@", "matmul": "@", "multiply": "*", "add": "+", "subtract": "-", "divide": "/",
    "power": "**",
}  # fmt: skip
# What NumPy has as functions and the table has not, and how many arguments they take.
COUNTED = {
    **dict.fromkeys(PAIRS, 2), "transpose": 1, "square": 1, "negative": 1, "where": 3, "outer": 2,
    "ones_like": 1, "zeros_like": 1,
}  # fmt: skip
# Kinds of numbers, which change nothing: what is not whole is cut off by those that are True.
CASTS = {
    **dict.fromkeys(("float", "float32", "float64", "double"), False),
    **dict.fromkeys(("int", "int32", "int64", "int_", "long"), True),
}
TOTALS = ("sum", "mean")
SOFTMAX = "softmax"
# Those of several terms, as logsumexp, add up a whole array in NumPy.
WRITTEN = {spelling: row for spelling, row in SHORT.items() if row.term is None}
KNOWN = (*SPELLED, *COUNTED, *WRITTEN, *TOTALS, *CASTS, SOFTMAX)
EXAMPLES = "write m for the number of examples"
OTHERS = {  # what NumPy has and is not read, and what to write
    "shape": EXAMPLES, "len": EXAMPLES, "size": EXAMPLES, "average": "write mean(...)",
    "einsum": "write @ for the matrix product, .T for the transpose",
    "squeeze": "leave it out", "reshape": "write .T for the transpose", "ravel": "leave it out",
    "ones": "write sum(..., axis=1, keepdims=True) for a product with ones",
}  # fmt: skip
METHODS = ("transpose", "dot", "astype", *CASTS, *TOTALS)
ATTRIBUTES = "there are .T, .transpose(), .dot(...), .sum(...), .mean(...) and .astype(float)"
OPTIONS = {"axis": "axis", "dim": "axis", "keepdims": "keepdims", "keepdim": "keepdims"}
AXES = {"0": 0, "1": 1, "-1": -1, "-2": -2, "None": None}
TRUTH = {"True": True, "true": True, "1": True, "False": False, "false": False, "0": False}

Options = dict[str, int | bool | None]


class CallParser(ExpressionParser):
    """Reads what follows the name of a function, and methods.

    `outer` is the first outer product: two vectors, and so of one example alone.
    """

    outer: Element | None = None

    def arguments(self) -> Iterator[None]:
        """Stop at the start of each argument, which the caller reads; close after the last."""
        self.brackets.append(self.advance())
        if self.token.kind != ")":
            yield
            while self.token.kind == ",":
                self.advance()
                yield
        self.close()

    def listed(
        self, token: Token, wanted: int, receiver: Element | None = None, *, more: bool = False
    ) -> list[Element]:
        """Read so many arguments, or `more`; the receiver of a method is the first of them."""
        given = [receiver] if receiver else []
        read = [*given, *(self.expression() for _ in self.arguments())]
        if len(read) == wanted or (more and len(read) > wanted):
            return read
        # The array before a method's point is no argument of it to a reader.
        name = f".{token.text}" if receiver else token.text
        count, found = wanted - len(given), len(read) - len(given)
        takes = f"{count} or more" if more else str(count)
        noun = "argument" if takes == "1" else "arguments"
        raise self.error(f"{name} takes {takes} {noun}, not {found}", token.span | self.last.span)

    def function(self, token: Token) -> Element:
        """Read a call of a function or of an activation, whose name is `token`."""
        activation = token.stem == "g"
        if activation:
            no_layer(token, self.layers, self.source)
        if self.token.kind != "(":
            argument = f"Z{token.layer}" if activation and token.layer else "..."
            raise self.error(
                f"'{token.text}' is a function and needs parentheses",
                token.span,
                f"write {token.text}({argument})",
            )
        if activation:
            return self.activation(token)
        return self.slope(token) if token.prime else self.call(token)

    def activation(self, token: Token) -> Element:
        """Read `g1(Z1)`, `g1'(Z1)`, and `g'(Z1)`, whose layer is that of its argument."""
        (operand,) = self.listed(token, 1)
        layer = token.layer
        if layer is None and isinstance(operand, Array):
            letter, number = parted(operand.name)
            layer = number if letter in ("Z", "A") else None
        if layer is None:
            mark = "'" if token.prime else ""
            raise self.error("the activation of which layer?", token.span, f"write g1{mark}(...)")
        return Activation(layer, token.prime, operand, token.span | self.last.span)

    def call(self, token: Token) -> Element:
        """Read a call of a function by its name."""
        if token.name in TOTALS:
            return self.total(token)
        if token.name == SOFTMAX:
            return self.softmax(token)
        if token.name in CASTS:
            return self.cast(token, *self.listed(token, 1), whole=CASTS[token.name])
        if token.name in COUNTED:
            read = self.listed(token, COUNTED[token.name])
            found = _numpy(token.name, read, token.span | self.last.span)
            if token.name == "outer":
                self.outer = self.outer or found
            return found
        if token.name in WRITTEN:
            return self.shorthand(token)
        row = FUNCTIONS[SPELLED[token.name]]
        wanted = len(row.parameters)
        read = self.listed(token, wanted, more=row.variadic or row.name == "heaviside")
        span = token.span | self.last.span
        if row.variadic and token.name == row.name != token.text:
            # In NumPy the second argument of max is an axis.
            shown = f"np.{row.aliases[-1]}({', '.join(text(each) for each in read)})"
            message = f"{token.text} is the largest entry of one array, not of two arrays"
            if row.name == "min":
                message = message.replace("largest", "smallest")
            raise self.error(message, span, f"write {shown}, entry by entry")
        if row.name == "heaviside" and len(read) > 1:
            return self.heaviside(token, read, span)
        result = Apply(row.name, tuple(read[:wanted]), span)
        for argument in read[wanted:]:
            result = Apply(row.name, (result, argument), span)
        return result

    def shorthand(self, token: Token) -> Element:
        """Read a function that stands for an expression: clip(Z1, 0, 6)."""
        row = WRITTEN[token.name]
        read = self.listed(token, len(row.parameters))
        written = parse(row.written, row.parameters).output.expression
        return lifted(written, row.parameters, tuple(read), token.span | self.last.span)

    def softmax(self, token: Token) -> Element:
        """Read `softmax(Z2)`, down the units of each example unless an axis is given."""
        total = self.total(token)
        over = Apply("exp", (total.operand,), total.span)
        axis = 0 if total.axis is None else total.axis
        return Operation(
            "/", over, replace(total, operand=over, axis=axis, keepdims=True), total.span
        )

    def cast(self, token: Token, operand: Element, *, whole: bool) -> Element:
        """Return what is made a number of another kind: itself, if nothing is cut off."""
        if whole and not _is_whole(operand):
            raise self.error(
                f"{token.text} cuts off what stands behind the point", token.span, "leave it out"
            )
        return replace(operand, span=operand.span | self.last.span)

    def heaviside(self, token: Token, read: list[Element], span: Span) -> Element:
        """Return NumPy's `heaviside(Z1, 0)`: the second argument is its value at 0."""
        if len(read) > 2:
            raise self.error(f"{token.text} takes 1 or 2 arguments, not {len(read)}", span)
        (operand, middle), zero = read, Number(Fraction(0), span)
        there = Operation("==", operand, zero, span)
        inner = Apply("where", (there, middle, zero), span)
        above = Operation(">", operand, zero, span)
        return Apply("where", (above, Number(Fraction(1), span), inner), span)

    def slope(self, token: Token) -> Element:
        """Read `tanh'(Z1)`: the derivative of a function of the table, written out."""
        row = FUNCTIONS.get(SPELLED.get(token.name, ""))
        if row is None or len(row.parameters) != 1:
            raise self.error(
                f"'{token.text}' is not in the language", token.span,
                "only a function of one argument has a slope",
            )  # fmt: skip
        (argument,) = self.listed(token, 1)
        result = _slope(row, argument, token.span | self.last.span)
        # Slopes of slopes grow fast: better refused here than after the next one.
        self.check(result)
        return result

    def method(self, element: Element) -> Element:
        dot, token = self.advance(), self.token
        if token.kind != "name" or token.text not in METHODS:
            span = dot.span | token.span if token.kind == "name" else dot.span
            raise self.error(
                f"unknown attribute '{self.source[span.start : span.end]}'",
                span,
                OTHERS.get(token.stem, ATTRIBUTES),
            )
        self.advance()
        if self.token.kind != "(":
            raise self.error(
                f"'.{token.text}' needs parentheses", dot.span | token.span,
                f"write .{token.text}()",
            )  # fmt: skip
        if token.name in TOTALS:
            return self.total(token, element)
        if token.name in CASTS:
            return self.cast(token, *self.listed(token, 1, element), whole=CASTS[token.name])
        if token.name == "astype":
            return self.astype(token, element)
        read = self.listed(token, COUNTED[token.name], element)
        return _numpy(token.name, read, element.span | self.last.span)

    def astype(self, token: Token, element: Element) -> Element:
        """Read `(float)` after `.astype`."""
        self.brackets.append(self.advance())
        kind = self.token
        if kind.kind != "name" or kind.name not in CASTS:
            raise self.error(".astype takes a kind of number", kind.span, "write .astype(float)")
        self.advance()
        self.close()
        return self.cast(token, element, whole=CASTS[kind.name])

    # Sums and means

    def total(self, token: Token, operand: Element | None = None) -> Total:
        """Read the arguments of `sum` or `mean`: of `operand`, or of the first argument."""
        start = operand.span if operand else token.span
        options: Options = {}
        for _ in self.arguments():
            if operand is None:
                operand = self.expression()
            else:
                self.option(token, options)
        span = start | self.last.span
        if operand is None:
            raise self.error(f"{token.text} takes 1 argument, not 0", span)
        axis, keepdims = options.get("axis"), bool(options.get("keepdims"))
        return Total(operand, axis, keepdims, token.name == "mean", span)

    def option(self, token: Token, options: Options) -> None:
        """Read `axis=1`, `keepdims=True`, a bare `keepdims`, or by their places `1, True`."""
        first, name = self.token, "axis"
        word = first.text if first.kind == "name" else ""
        if word in TRUTH and "axis" in options:
            name = "keepdims"
        elif word not in ("", "None"):
            name = OPTIONS.get(word, "")
        hint = f"write {token.text}(..., axis=1, keepdims=True)"
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
            raise self._unclosed()
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


def _is_whole(element: Element) -> bool:
    """Are its entries whole numbers, whatever the arrays hold?"""
    match element:
        case Number(value=value):
            return value.denominator == 1
        case Operation(operator=operator) if operator in COMPARISONS:
            return True
        case Operation(operator="+" | "-" | "*", left=left, right=right):
            return _is_whole(left) and _is_whole(right)
        case Apply(function="where", arguments=(_, value, otherwise)):
            return _is_whole(value) and _is_whole(otherwise)
        case Negative(operand=operand) | Transpose(operand=operand):
            return _is_whole(operand)
    return False


def _numpy(name: str, read: list[Element], span: Span) -> Element:
    """Return what a function of NumPy means that the tree has in another form."""
    match name:
        case "where":
            return Apply("where", tuple(read), span)
        case "transpose":
            return Transpose(read[0], span)
        case "negative":
            return Negative(read[0], span)
        case "square":
            return Operation("**", read[0], Number(Fraction(2), span), span)
        case "ones_like":
            return Operation("**", read[0], Number(Fraction(0), span), span)
        case "zeros_like":
            return Operation("*", Number(Fraction(0), span), read[0], span)
        case "outer":
            return Operation("@", read[0], Transpose(read[1], span), span)
    return Operation(PAIRS[name], read[0], read[1], span)


def _slope(row: Function, argument: Element, span: Span) -> Element:
    """Return the derivative of a function of one argument, as its row spells it."""
    partial = parse(row.partials[0], row.parameters).output.expression
    return lifted(partial, row.parameters, (argument,), span)


def lifted(
    node: tree.Node,
    parameters: tuple[str, ...],
    arguments: tuple[Element, ...],
    span: Span = tree.NOWHERE,
) -> Element:
    """Return a text of the table as a matrix expression of these arguments, entry by entry."""
    named = dict(zip(parameters, arguments, strict=True))

    def visit(node: tree.Node, parts: tuple[Element, ...]) -> Element:
        match node:
            case Number() | Constant():
                return replace(node, span=span)
            case tree.Name():
                return named[node.name]
            case tree.Unary():
                return Negative(parts[0], span) if node.operator == "-" else parts[0]
            case tree.Binary() | tree.Comparison():
                return Operation(node.operator, parts[0], parts[1], span)
            case tree.Call():
                return Apply(node.function, parts, span)
        result = parts[-1]
        for value, condition in zip(parts[-3::-2], parts[-2::-2], strict=True):
            result = Apply("where", (condition, value, result), span)
        return result

    return tree.fold(node, visit)
