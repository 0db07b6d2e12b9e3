"""Tokens to the tree of one expression, by precedence climbing; parser.py has the grammar."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from functools import cache, reduce

from derivcli.errors import LanguageError, RefusedError, Span
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
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.run_together import SENTENCE, as_call_of_number, as_calls, is_usual
from derivcli.language.text import text
from derivcli.language.tokens import Token, tokenize
from derivcli.language.tree import (
    CONSTANTS,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Unary,
    fold,
    rebuild,
    without_constants,
)

SUM, TERM, UNARY, POWER = 10, 20, 30, 40
BINDING = {"+": SUM, "-": SUM, "*": TERM, "/": TERM, "**": POWER}
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
ROOTS = ("√", "∛", "∜")
ROUNDED = {"⌊": ("⌋", "floor"), "⌈": ("⌉", "ceil")}
NUMBERS = ("number", "fraction")
CLOSING = {"|": "|", "⌊": "⌋", "⌈": "⌉"}
STARTS_ATOM = ("name", "(", *ROOTS, *ROUNDED)
ENDS_STATEMENT = (";", "\n")
FROM_LATEX = ("\\", "$", "^{", "_{")
SIGNS_IN_WORDS = {
    "squared": "^2", "cubed": "^3", "times": "*", "plus": "+", "minus": "-", "over": "/",
    "divided": "/", "equals": "=",
}  # fmt: skip
NAMED = {"end": "the end", "\n": "the end of the line"}


def _tokens(source: str, start: int) -> list[Token]:
    """Return the tokens of what was typed, or pasted from LaTeX."""
    if not any(sign in source for sign in FROM_LATEX):
        return tokenize(source, start)
    from derivcli.language.pasted_latex import latex_tokens

    return latex_tokens(source, start)


class ExpressionParser:
    """One reading of one source text, left to right."""

    def __init__(
        self, source: str, variables: Collection[str], limits: Limits, start: int = 0
    ) -> None:
        self.source = source
        self.limits = limits
        self.tokens = _tokens(source, start)
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

    # Reading tokens

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

    # Expressions

    def _go_deeper(self) -> None:
        self.depth += 1
        if self.depth > self.limits.nesting:
            raise RefusedError(
                f"nested more than {self.limits.nesting} deep",
                source=self.source,
                span=self.token.span,
                hint="give the inner parts names of their own",
            )

    def expression(self, binding: int = 0) -> Node:
        """Read the longest expression whose operators all bind tighter than `binding`."""
        self._go_deeper()
        left = self.prefix()
        divided, barred = False, self.before.kind == "|"
        while True:
            token = self.token
            if token.kind == "power":
                self.advance()
                self._nothing_after_superscript()
                left = self._superscripted(left, token)
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
                left = self._implicit_product(left, divided=divided)
                barred = barred or self.before.kind == "|"
                continue
            power = BINDING.get(token.kind, -1)
            if power <= binding:
                break
            self.advance()
            # An exponent is read as a `unary`: right-associative, and -1 needs no parentheses.
            right = self.expression(UNARY - 1 if token.kind == "**" else power)
            left = Binary(token.kind, left, right, left.span | right.span)
            divided = token.kind == "/"
            barred = (barred and power == TERM) or (power == TERM and self.before.kind == "|")
            if token.kind == "**":
                self._exponent_is_clear(left)
        self.depth -= 1
        return left

    def _superscripted(self, base: Node, token: Token) -> Node:
        exponent: Node = Number(abs(token.value), token.span)
        if token.value < 0:
            exponent = Unary("-", exponent, token.span)
        return Binary("**", base, exponent, base.span | token.span)

    def _nothing_after_superscript(self) -> None:
        if self.token.kind in ("**", "power"):
            raise self.error(
                "a power of a superscript", self.token.span, "write (w^2)^3 or w^(2^3)"
            )

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
        self._no_sentence(self.before, self.token)
        match left:
            case Binary(operator="**", left=Name(), right=Name("T")) if "T" not in self.variables:
                raise self.error(
                    "a transpose is not read here", left.span,
                    "write out the products of numbers, w1*x1 + w2*x2; a power is followed by *",
                )  # fmt: skip
        right = self.expression(TERM)
        span = left.span | right.span
        if divided and isinstance(left, Binary):
            quotient, product = text(left), text(Binary("*", left, right))
            first = f"({quotient}){product.removeprefix(quotient)}"
            second = text(Binary("/", left.left, Binary("*", left.right, right)))
            raise self.error("this can be read in two ways", span, f"write {first} or {second}")
        return Binary("*", left, right, span)

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

    def _no_sentence(self, before: Token, token: Token) -> None:
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
            return self._unclosed()
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
        end = self._close(closing)
        return _with_span(inner, opening.span | end.span)

    def _close(self, closing: str) -> Token:
        token = self.token
        if token.kind != closing:
            if token.kind == "end":
                raise self._unclosed()
            hint = None
            if token.kind in COMPARISONS:
                hint = "one comparison a condition; conditions are tried in order"
            elif token.kind == ",":
                hint = "decimals are written with a point: 0.5"
            raise self.error(f"expected '{closing}', found '{token.text}'", token.span, hint)
        self.position += 1
        self.brackets.pop()
        return token

    def _unclosed(self) -> LanguageError:
        opening = self.brackets[-1]
        return self.error(
            f"the '{opening.text}' is never closed", opening.span,
            f"add '{CLOSING.get(opening.kind, ')')}'",
        )  # fmt: skip

    def root(self, sign: Token) -> Node:
        self._go_deeper()
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

    # Names and calls

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
            raise self.error(f"unknown function '{name}'", token.span, nearest(name))
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
            hint = nearest(name) if called else OTHER_NAMES.get(name, "write its name alone")
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
        span = token.span | self._close(")").span
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
            terms = [_filled(_template(row.term), {"u": each}, span) for each in read]
            total = reduce(lambda left, right: Binary("+", left, right, span), terms)
            return _filled(_template(row.written), {"u": total}, span)
        template = without_constants(_template(row.written), self.variables)
        return _filled(template, dict(zip(row.parameters, read, strict=True)), span)

    def piecewise(self, token: Token) -> Node:
        """Read values and conditions in turn: `piecewise` puts the value first, `where` second."""
        self.brackets.append(self.advance())
        values: list[Node] = []
        conditions: list[Comparison] = []
        if token.text == "where":
            conditions.append(self.condition())
            self._comma(token)
            values.append(self.expression())
            self._comma(token)
            otherwise = self.expression()
        elif self._in_pairs():
            otherwise = self.pairs(token, values, conditions)
        else:
            otherwise = self.expression()
            while self.token.kind == ",":
                self.advance()
                values.append(otherwise)
                conditions.append(self.condition())
                self._comma(token)
                otherwise = self.expression()
        if self.token.kind in COMPARISONS:
            raise self.error(
                "a value is expected here, not a condition", self.token.span, FORMS[token.text]
            )
        if not conditions:
            raise self.error(f"{token.text} has no condition", token.span, FORMS[token.text])
        span = token.span | self._close(")").span
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
            self._comma(token)
            last = self.token.text in ("True", "true")
            if last:
                self.advance()
            else:
                values.append(value)
                conditions.append(self.condition())
            self._close(")")
            if last:
                return value
            self._comma(token)
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

    def _comma(self, token: Token) -> None:
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
            self._close(",")
        self.advance()


FORMS = {
    "where": "write where(condition, value, otherwise)",
    "piecewise": "write piecewise(value, condition, ..., otherwise)",
    "Piecewise": "write piecewise(value, condition, ..., otherwise)",
}


LOGARITHMS = frozenset(name for name, row in SPELLED.items() if row == "log")


@cache
def _template(written: str) -> Node:
    """Return a text of the table as a tree in its parameters."""
    return ExpressionParser(written, ("u", "v", "w"), COMMAND_LINE).expression()


def _filled(template: Node, values: dict[str, Node], span: Span) -> Node:
    """Return a template with its parameters replaced, the rest of it at one place."""

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if isinstance(node, Name):
            return values[node.name]
        return replace(rebuild(node, parts), span=span)

    return fold(template, visit)


def _with_span(node: Node, span: Span) -> Node:
    return replace(node, span=span)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
