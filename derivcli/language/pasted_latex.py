r"""LaTeX as pasted from a page to the tokens of the language, each with its place in the text.

Letters side by side are a product there, `\sin x` needs no brackets, and braces hold together.
"""

from __future__ import annotations

import re
from typing import NoReturn

from derivcli.errors import LanguageError, RefusedError, Span
from derivcli.language.functions import CALLED, PIECEWISE
from derivcli.language.latex_pieces import Raw, latex_pieces
from derivcli.language.run_together import GREEK
from derivcli.language.tokens import Token, one_token, readable

DEEPEST = 64
SIGNS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "ge": ">=",
    "geq": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "partial": "∂", "{": "(", "}": ")", "|": "|", "vert": "|",
}  # fmt: skip
OPENING, CLOSING = {"(": ")", "[": "]"}, (")", "]", "}")
FONTS = ("mathrm", "mathbf", "mathit", "mathsf", "boldsymbol", "text", "textrm", "operatorname")
ACCENTS = {"hat": "hat", "bar": "bar", "tilde": "tilde", "overline": "bar", "widehat": "hat"}
VARIANTS = {f"var{name}": name for name in ("epsilon", "theta", "phi", "sigma", "rho", "kappa")}
TRANSPOSES = ("(T)", "(top)")
BY_SUBSCRIPT = ("log", "lg")


def latex_tokens(source: str, start: int = 0) -> list[Token]:
    r"""Return the tokens of LaTeX, an "end" token last.

    >>> "".join(token.text for token in latex_tokens(r"\frac{1}{w} + \sin^2 x"))
    '((1)/(w))+(sin(x))^(2)'
    """
    return _Reader(source, start).all()


class _Reader:
    """One reading, left to right; `depth` counts braces within braces."""

    def __init__(self, source: str, start: int) -> None:
        self.source = source
        self.plain = readable(source)
        if self.plain.count("$") % 2:
            place = self.plain.index("$")
            self.fail("a formula stands between two $", Span(place, place + 1))
        self.raw = latex_pieces(self.plain, start)
        self.position = 0
        self.depth = 0

    def error(self, message: str, span: Span, hint: str | None = None) -> LanguageError:
        return LanguageError(message, source=self.source, span=span, hint=hint)

    def fail(self, message: str, span: Span, hint: str | None = None) -> NoReturn:
        raise self.error(message, span, hint)

    @property
    def next(self) -> Raw:
        return self.raw[self.position]

    def take(self) -> Raw:
        """Return the next piece, and go on to the one behind it."""
        self.position += 1
        return self.raw[self.position - 1]

    def all(self) -> list[Token]:
        """Return the tokens of the whole text."""
        found = []
        while self.next.kind != "end":
            found += self.item()
        return [*found, Token("end", "", self.next.span)]

    def item(self) -> list[Token]:
        """Return the tokens of one thing and of the exponent behind it."""
        raw = self.take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise RefusedError(
                f"nested more than {DEEPEST} deep", source=self.source, span=raw.span
            )
        found = self._item(raw)
        self.depth -= 1
        if self.next.text == "^" and self.next.kind == "other":
            power = self.exponent()
            if raw.kind == "letter" and "".join(each.text for each in power[1:]) in TRANSPOSES:
                self.fail(
                    "a transpose is not read here", raw.span | power[-1].span,
                    "write out the products of numbers: w1*x1 + w2*x2",
                )  # fmt: skip
            found = [*found, *power]
        return found

    def _item(self, raw: Raw) -> list[Token]:
        match raw.kind, raw.text:
            case "number", text:
                if text.isdigit() and (self.next.kind, self.next.text) == ("command", "frac"):
                    self._not_mixed(raw)
                return [one_token(self.plain, raw.span.start)]
            case "letter" | "name", text:
                return [self.named(text, raw.span)]
            case "opening", _:
                return self.bars(raw)
            case "command", _:
                return self.command(raw)
            case "other", "{":
                return self.group(raw)
            case "other", "[":
                return [Token("(", "(", raw.span)]
            case "other", "]":
                return [Token(")", ")", raw.span)]
            case "other", "}":
                self.fail("this '}' closes nothing", raw.span)
            case "closing", _:
                return [Token("|", "|", raw.span)]
        token = one_token(self.plain, raw.span.start)
        while self.next.span.start < token.span.end and self.next.kind != "end":
            self.position += 1  # a sign of several characters, such as ** or <=
        return [token]

    def _not_mixed(self, raw: Raw) -> None:
        """Refuse a number before a fraction of numbers, as in 2 1/2."""
        if re.match(
            r"\\frac\s*(?:\{\s*\d+\s*\}|\d)\s*(?:\{\s*\d+\s*\}|\d)",
            self.plain[self.next.span.start :],
        ):
            self.fail(
                "this can be read in two ways", raw.span | self.next.span,
                "write + or * between the number and the fraction",
            )  # fmt: skip

    def group(self, opening: Raw) -> list[Token]:
        """Return what stands in braces, in brackets."""
        found = []
        while self.next.text != "}" or self.next.kind != "other":
            if self.next.kind == "end":
                self.fail("the '{' is never closed", opening.span, "add '}'")
            found += self.item()
        closing = self.take()
        return [Token("(", "(", opening.span), *found, Token(")", ")", closing.span)]

    def argument(self) -> list[Token]:
        """Return what a command is given: a group, or one digit, letter or command."""
        raw = self.take()
        if raw.kind == "other" and raw.text == "{":
            return self.group(raw)
        if raw.kind in ("end", "closing") or raw.text in (*CLOSING, "^", "_"):
            self.fail("an argument is missing here", raw.span, "write it in braces: {...}")
        if raw.kind == "number" and len(raw.text) > 1:
            rest = Span(raw.span.start + 1, raw.span.end)
            if not raw.text.isdigit():
                self.fail("write the number in braces", raw.span)
            self.position -= 1
            first = Span(raw.span.start, rest.start)
            self.raw[self.position] = Raw("number", raw.text[1:], rest)
            digit = Token("number", raw.text[0], first, one_token(raw.text[0], 0).value)
            return [Token("(", "(", first), digit, Token(")", ")", first)]
        found = self._item(raw)
        return [Token("(", "(", raw.span), *found, Token(")", ")", raw.span)]

    def exponent(self) -> list[Token]:
        """Return ^ and what it raises to."""
        sign = self.take()
        raw = self.next
        if raw.text == "circ" or (raw.text == "{" and self.raw[self.position + 1].text == "circ"):
            self.position += 1 if raw.text == "circ" else 3
            return [Token("°", "°", sign.span | raw.span)]
        if raw.kind == "number" and len(raw.text) > 1:
            self.fail(
                "this can be read in two ways", sign.span | raw.span,
                f"write ^{{{raw.text}}} for all of the number",
            )  # fmt: skip
        minus = []
        if raw.text in ("-", "+"):
            self.position += 1
            minus = [Token(raw.text, raw.text, raw.span)]
        inner = self.argument()
        shape = [each.kind for each in inner[1:-1]]
        span = sign.span | inner[-1].span
        if raw.text == "{" and self.plain[raw.span.end :].lstrip().startswith("["):
            self.fail("an index is not read as a power", span, "write it below, as in W_2")
        if shape in (["(", "name", ")"], ["(", "number", ")"]):
            self.fail(
                "this can be read in two ways", span,
                f"write ^{inner[2].text} for a power, _{inner[2].text} for an index",
            )  # fmt: skip
        return [Token("**", "^", sign.span), inner[0], *minus, *inner[1:]]

    def named(self, name: str, span: Span) -> Token:
        """Return a name with its digits or subscript."""
        digits = re.compile(r"[0-9]+").match(self.plain, span.end)
        if digits and self.next.kind == "number" and self.next.text == digits[0]:
            self.position += 1
            return Token("name", name + digits[0], span | Span(*digits.span()))
        if self.next.text == "_" and self.next.kind == "other":
            below, end = self.subscript()
            return Token("name", f"{name}_{below}", Span(span.start, end))
        return Token("name", name, span)

    def subscript(self) -> tuple[str, int]:
        """Return the letters and digits of a subscript, and where it ends."""
        self.take()
        first = self.take()
        pieces = [first]
        if first.text == "{" and first.kind == "other":
            pieces = []
            while self.next.text != "}":
                if self.next.kind == "end":
                    self.fail("the '{' is never closed", first.span, "add '}'")
                pieces.append(self.take())
            last = self.take()
        elif first.kind == "end":
            self.position -= 1
            self.fail("a subscript is missing here", first.span)
        else:
            last = first
            if first.kind == "number" and len(first.text) > 1:
                self.fail("write a long subscript in braces: _{12}", first.span)
        words = [each.text for each in pieces if each.text not in (*FONTS, "{", "}", ",")]
        below = "".join(words)
        if not re.fullmatch(r"[A-Za-z0-9_]+", below, re.ASCII):
            self.fail("a subscript is made of letters and digits", first.span | last.span)
        return below, last.span.end

    def bars(self, opening: Raw) -> list[Token]:
        r"""Return |...| or \left| ... \right| as a call of abs."""
        sized = opening.kind == "opening"
        found = []
        while not (self.next.kind == "closing" if sized else self.next.text == "|"):
            if self.next.kind == "end":
                hint = r"add \right|" if sized else "add '|'"
                self.fail("the bar is never closed", opening.span, hint)
            found += self.item()
        closing = self.take()
        return [
            Token("name", "abs", opening.span), Token("(", "(", opening.span),
            *found, Token(")", ")", closing.span),
        ]  # fmt: skip

    def command(self, raw: Raw) -> list[Token]:
        name = VARIANTS.get(raw.text, raw.text)
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return self.fraction(raw)
        if name == "sqrt":
            return self.root(raw)
        if name in SIGNS:
            return [Token(SIGNS[name], SIGNS[name], raw.span)]
        if name in FONTS:
            return self.font(raw)
        if name in ACCENTS:
            inner = [each for each in self.argument() if each.kind == "name"]
            if len(inner) != 1:
                self.fail("an accent stands on one letter", raw.span)
            return [self.named(f"{inner[0].text}_{ACCENTS[name]}", raw.span | inner[0].span)]
        if name in GREEK and not self._calls(name):
            return [self.named(name, raw.span)]
        if name in CALLED or name in PIECEWISE or name == "lg":
            return self.function(name, raw)
        hint = "write piecewise(value, condition, ...)" if name == "begin" else None
        raise self.error(f"'\\{raw.text}' is not read", raw.span, hint)

    def _calls(self, name: str) -> bool:
        return name == "Gamma" and self.next.text == "("

    def font(self, raw: Raw) -> list[Token]:
        """Return the name in a font: of a function, of d or e, of a variable."""
        opening = self.take()
        pieces = []
        if opening.text != "{":
            pieces = [opening]
        while not pieces or opening.text == "{":
            each = self.take()
            if each.kind == "end" or each.text == "}":
                break
            pieces.append(each)
        name = "".join(each.text for each in pieces)
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name, re.ASCII):
            self.fail("only a name stands in a font", raw.span)
        span = Span(raw.span.start, self.raw[self.position - 1].span.end)
        if name in CALLED and len(name) > 1:
            return self.function(name, Raw("command", name, span))
        return [self.named(name, span)]

    def fraction(self, raw: Raw) -> list[Token]:
        """Return a quotient, or the d/dx of an operator."""
        top, bottom = self.argument(), self.argument()
        letters = ["".join(each.text for each in part[1:-1]) for part in (top, bottom)]
        span = raw.span | bottom[-1].span
        if letters[0] in ("d", "∂") and re.fullmatch(rf"{letters[0]}[A-Za-z]\w*", letters[1]):
            slash, variable = Token("/", "/", span), letters[1][1:]
            if letters[0] == "∂":
                sign = Token("∂", "∂", span)
                return [sign, slash, sign, Token("name", variable, span)]
            return [Token("name", "d", span), slash, Token("name", letters[1], span)]
        if re.match(r"[d∂]\^", letters[0]) and re.match(r"[d∂]", letters[1]):
            self.fail(
                "the order of a derivative is told by --order", span, "write the expression alone"
            )
        slash = Token("/", "/", raw.span)
        return [Token("(", "(", raw.span), *top, slash, *bottom, Token(")", ")", bottom[-1].span)]

    def root(self, raw: Raw) -> list[Token]:
        """Return a square root, or one of another degree."""
        degree: list[Token] = []
        if self.next.text == "[":
            self.take()
            while self.next.text != "]":
                if self.next.kind == "end":
                    self.fail("the '[' is never closed", raw.span, "add ']'")
                degree += self.item()
            self.take()
        inner = self.argument()
        if not degree or [each.text for each in degree] in (["2"], ["3"]):
            name = "cbrt" if degree and degree[0].text == "3" else "sqrt"
            return [Token("name", name, raw.span), *inner]
        one = Token("number", "1", raw.span, one_token("1", 0).value)
        opening, closing = Token("(", "(", raw.span), Token(")", ")", raw.span)
        exponent = [opening, one, Token("/", "/", raw.span), opening, *degree, closing, closing]
        return [opening, *inner, Token("**", "^", raw.span), *exponent, closing]

    def function(self, name: str, raw: Raw) -> list[Token]:
        """Return a call: its power and its base stand before the argument."""
        base: list[Token] = []
        if self.next.text == "_" and name in BY_SUBSCRIPT:
            self.take()
            base = self.argument()
        power = self.exponent() if self.next.text == "^" else []
        if "".join(each.text for each in power) == "^(-1)":
            self.fail(
                "this can be read in two ways", raw.span | power[-1].span,
                rf"write \arc{name} for the inverse function, or (\{name} x)^{{-1}}",
            )  # fmt: skip
        inner = self.operand(raw)
        head = Token("name", name, raw.span)
        if base:
            inner = [*inner[:-1], Token(",", ",", raw.span), *base, inner[-1]]
        if not power:
            return [head, *inner]
        return [Token("(", "(", raw.span), head, *inner, Token(")", ")", inner[-1].span), *power]

    def operand(self, raw: Raw) -> list[Token]:
        r"""Return the argument of a function in brackets: (x), {x}, |x|, or what follows \sin."""
        if self.next.text in OPENING and self.next.kind == "other":
            return self.bracketed()
        if self.next.text == "{" and self.next.kind == "other":
            return self.group(self.take())
        if self.next.kind == "opening" or self.next.text == "|":
            inner = self.item() if self.next.kind == "opening" else self.bars(self.take())
            return [Token("(", "(", raw.span), *inner, Token(")", ")", inner[-1].span)]
        return self.factors(raw)

    def bracketed(self) -> list[Token]:
        opening = self.take()
        found = []
        while self.next.text not in CLOSING:
            if self.next.kind == "end":
                self.fail(f"the '{opening.text}' is never closed", opening.span)
            found += self.bracketed() if self.next.text in OPENING else self.item()
        closing = self.take()
        return [Token("(", "(", opening.span), *found, Token(")", ")", closing.span)]

    def factors(self, raw: Raw) -> list[Token]:
        r"""Return the factors behind \sin without brackets: a number and letters, or one fraction.

        Raises LanguageError where it is not sure how far the argument goes.
        """
        found: list[Token] = []
        letters, raised, last = 0, False, raw
        while self._is_factor():
            piece, before, start = self.next, self.position, len(found)
            apart = last.kind in ("letter", "name") and piece.span.start > last.span.end
            found += self.item()
            letters += piece.kind != "number"
            if raised or (letters > 1 and (apart or len(found) - start > 1)):
                self._unclear(raw)
            raised = len(found) - start > 1
            last = self.raw[self.position - 1] if self.position == before + 1 else piece
        if not found:
            self.fail(f"\\{raw.text} needs an argument", raw.span, f"write \\{raw.text}(...)")
        if self.next.text in ("/", "(") or self.next.kind == "opening":
            self._unclear(raw)
        return [Token("(", "(", raw.span), *found, Token(")", ")", found[-1].span)]

    def _is_factor(self) -> bool:
        raw = self.next
        if raw.kind == "command":
            name = VARIANTS.get(raw.text, raw.text)
            return name in GREEK or name in ("frac", "dfrac", "tfrac", "sqrt") or name in FONTS
        return raw.kind in ("number", "letter", "name") or raw.text in ("{", *"θλωφπαβγδεμστψ")

    def _unclear(self, raw: Raw) -> NoReturn:
        self.fail(
            f"how far does the argument of \\{raw.text} go?", raw.span | self.next.span,
            f"write \\{raw.text}(...) with brackets",
        )  # fmt: skip
