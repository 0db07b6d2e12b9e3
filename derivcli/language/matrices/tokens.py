"""Text to tokens: numbers, names with their layers, and signs; and which arrays the names are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from derivcli.errors import DerivError, LanguageError, Span
from derivcli.language.tokens import NUMBER, SPACE, SUPERSCRIPT, readable
from derivcli.language.tokens import tokenize as expression_tokens


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is "number", "name", "power" (a superscript), "T", "end", or the sign itself.

    A name has its typed `text`, its `name` without `np.` and prime, and of W^[2] the `stem` W and
    the `layer` 2. Of A^[L] the name is AL: no array, but what the hint needs.
    """

    kind: str
    text: str
    span: Span
    value: Fraction = Fraction(0)
    name: str = ""
    stem: str = ""
    layer: int | None = None
    prime: bool = False


NAME = re.compile(
    r"(?P<module>(?:np|numpy|torch)\s*\.\s*(?=[A-Za-z]))?"
    r"(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"(?P<index>(?<![0-9])(?:\^?\[(?:\d+|L)\]|\^\{\[(?:\d+|L)\](?:['′’]?|(?P<transposed>T|⊤))\}))?"
    r"(?P<prime>['′’])?",
    re.ASCII,
)
STEM = re.compile(r"(?P<stem>[A-Za-z]+?)_?(?P<layer>\d+)", re.ASCII)
TRANSPOSED = re.compile(r"(?:\.\s*T|\^\s*(?:T|\{T\}|⊤))(?![A-Za-z0-9_])|ᵀ", re.ASCII)
SIGN = re.compile(r"\*\*|[<>=!:]=|[-+*/@^(),=<>.]")
BLANK = re.compile(rf"\n|{SPACE.pattern}")

SIGNS = {  # what people paste -> what they mean
    "\N{MINUS SIGN}": "-",
    "\N{DIVISION SIGN}": "/",
    "\N{ASTERISK OPERATOR}": "*",
    "\N{CIRCLED DOT OPERATOR}": "*",
    "\N{RING OPERATOR}": "*",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{NOT EQUAL TO}": "!=",
}
AMBIGUOUS = "\N{MULTIPLICATION SIGN}\N{MIDDLE DOT}\N{DOT OPERATOR}\N{CIRCLED TIMES}"
PRODUCTS = "write @ for the matrix product, * for the elementwise one"
HINTS = {  # a character people try -> what to write instead
    "[": "a layer is written W2 or W^[2]; entries have no names here",
    "]": "a layer is written W2 or W^[2]; entries have no names here",
    "{": "use parentheses: ( )",
    "}": "use parentheses: ( )",
    "'": "write .T for the transpose",
    "’": "write .T for the transpose",
    "′": "write .T for the transpose",
    "|": "write abs(...)",
    ";": "one equation at a time",
    "√": "write sqrt(...)",
    "σ": "write sigmoid(...)",
    "Σ": "write sum(..., axis=1, keepdims=True)",
    "∑": "write sum(..., axis=1, keepdims=True)",
    "∂": "write dZ1 for the derivative of J by Z1",
    "%": "there is no remainder in the language",
    "!": "a comparison is one of < <= > >= == !=",
    ":": "write = for an equation",
    "&": "write * for 'and'",
}


def tokenize(source: str) -> list[Token]:
    """Return the tokens of `source`, an "end" token last.

    Raises LanguageError for a character outside the language, RefusedError for a number that is
    too long.
    """
    tokens: list[Token] = []
    source, position = readable(source), 0
    while position < len(source):
        if space := BLANK.match(source, position):
            position = space.end()
            continue
        if name := NAME.match(source, position):
            tokens.extend(_name(name))
        else:
            tokens.append(_sign(source, position))
        position = tokens[-1].span.end
    # One character wide, so that a caret can point to where something is missing.
    end = Span(len(source), len(source) + 1)
    return [*tokens, Token("end", "", end)]


def _sign(source: str, position: int) -> Token:
    if match := TRANSPOSED.match(source, position):
        return Token("T", match[0], Span(*match.span()))
    if match := NUMBER.match(source, position):
        return Token("number", match[0], Span(*match.span()), _value(source, match))
    if match := SIGN.match(source, position):
        kind = "=" if match[0] == ":=" else match[0]
        return Token(kind, match[0], Span(*match.span()))
    if match := SUPERSCRIPT.match(source, position):
        return Token("power", match[0], Span(*match.span()), _value(source, match))
    character, span = source[position], Span(position, position + 1)
    if character in SIGNS:
        return Token(SIGNS[character], character, span)
    if character == "π":
        return Token("name", character, span, name="pi", stem="pi")
    if character in AMBIGUOUS:
        raise LanguageError(
            f"'{character}' can be read in two ways", source=source, span=span, hint=PRODUCTS
        )
    raise _unknown(source, span)


def _name(match: re.Match[str]) -> list[Token]:
    """Return the token of a name; of W^{[2]T} two, since its T stands inside the braces."""
    typed, index, text = match["name"], match["index"] or "", match[0]
    name = typed.removesuffix("_prime")
    prime = bool(match["prime"]) or name != typed or index[-2:-1] in ("'", "′", "’")
    stem, layer = name, None
    if digits := "".join(filter(str.isdigit, index)):
        layer = int(digits)
        name = f"{name}{layer}"
    elif index:
        stem = name = f"{name}L"
    elif split := STEM.fullmatch(name):
        stem, layer = split["stem"], int(split["layer"])
    start, end = match.span()
    after = []
    if match["transposed"]:
        inside = match.start("transposed")
        after = [Token("T", match["transposed"], Span(inside, end))]
        end, text = inside, match[0][:-2] + "}"
    read = Token("name", text, Span(start, end), name=name, stem=stem, layer=layer, prime=prime)
    return [read, *after]


def _value(source: str, match: re.Match[str]) -> Fraction:
    """Return the exact value of a number, with the limits that the expression language sets."""
    try:
        return expression_tokens(match[0])[0].value
    except DerivError as error:
        raise type(error)(error.message, source=source, span=Span(*match.span())) from None


def _unknown(source: str, span: Span) -> LanguageError:
    character = source[span.start]
    message, hint = f"unexpected character '{character}'", HINTS.get(character)
    try:
        expression_tokens(character)
    except LanguageError as error:
        message, hint = error.message, hint or error.hint
    return LanguageError(message, source=source, span=span, hint=hint)


LAYERED = ("Z", "A", "W", "b", "dZ", "dA", "dW", "db")
MATRICES = ("X", "Y", "Z", "A", "dZ", "dA")  # in lower case: the column of one example
COLUMNS = {name.lower(): name for name in MATRICES}
CANONICAL = {**COLUMNS, "w": "W", "dw": "dW", **{name: name for name in (*LAYERED, *MATRICES)}}
UNNEEDED = ("dX", "dY", "dx", "dy")


def array(token: Token, layers: int, source: str) -> str:
    """Return the canonical name of the array that a name token spells; LanguageError if none."""

    def error(message: str, hint: str | None = None) -> LanguageError:
        return LanguageError(message, source=source, span=token.span, hint=hint)

    shown = token.text if len(token.text) <= 20 else f"{token.text[:20]}…"
    stem, layer = CANONICAL.get(token.stem, token.stem), token.layer
    if token.prime and stem in (*CANONICAL, "m"):
        raise error(f"{shown} is not in the language", f"write {token.name}.T for the transpose")
    if stem in UNNEEDED or (stem == "dA" and layer == 0):
        raise error(f"there is no {shown}", "no derivative by the data is needed")
    if token.text == "m" or (token.text == token.stem and stem in ("X", "Y")):
        return stem
    if stem == "A" and layer == 0 and "." not in token.text:
        return "X"
    if stem == "J":
        raise error("'J' can stand only on the left side", "write what it is computed from")
    if stem not in LAYERED or "." in token.text:
        raise error(f"unknown name '{shown}'", _meant(token, layers))
    if layer is None:
        forms = " or ".join(f"{token.stem}{number}" for number in (1, layers)[: min(layers, 2)])
        raise error(f"'{shown}' needs the number of its layer", f"write {forms}")
    no_layer(token, layers, source)
    return f"{stem}{layer}"


def no_layer(token: Token, layers: int, source: str) -> None:
    """Raise LanguageError if the layer of a token is none of the network's."""
    if token.layer is None or 1 <= token.layer <= layers:
        return
    number = str(token.layer) if token.layer < 10**6 else f"{token.text[:20]}…"
    which = {1: "the only layer is 1", 2: "the layers are 1 and 2"}
    raise LanguageError(
        f"there is no layer {number}",
        source=source,
        span=token.span,
        hint=which.get(layers, f"the layers are 1 to {layers}"),
    )


def last_layer(token: Token, layers: int) -> str | None:
    """Return what to write for AL, dZ_L or g^[L]: the course's L is the number of layers."""
    stem = token.name.removesuffix("L").removesuffix("_")
    if stem == token.name or not (stem == "g" or CANONICAL.get(stem) in LAYERED):
        return None
    mark = "'" if token.prime else ""
    return f"the last layer is {layers}: write {stem}{layers}{mark}"


def _meant(token: Token, layers: int) -> str | None:
    from difflib import get_close_matches

    name = token.name
    numbered = [f"{stem}{layer}" for layer in range(1, layers + 1) for stem in LAYERED]
    known = ["X", "Y", "m", *numbered]
    if name[-1:] == "T" and name[:-1] in known:
        return f"write {name[:-1]}.T for the transpose"
    if hint := last_layer(token, layers):
        return hint
    folded = {each.lower(): each for each in known}
    if found := get_close_matches(name.lower(), folded, n=1, cutoff=0.6):
        return f"did you mean '{folded[found[0]]}'?"
    return "the names are X, Y, m and of each layer Z1, A1, W1, b1, dZ1, dA1, dW1, db1"
