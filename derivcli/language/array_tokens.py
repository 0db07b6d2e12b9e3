"""Text to tokens where names stand for arrays: also `.T`, `@`, methods and slopes."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from derivcli.errors import LanguageError, Span
from derivcli.language.tokens import MODULES, NAME, SPACE, Token, one_token, readable

MODULE = re.compile(r"(?P<module>(?:[A-Za-z][A-Za-z0-9_]*\s*\.\s*)+)(?=[A-Za-z])", re.ASCII)
TRANSPOSED = re.compile(r"(?:\.\s*T|\^\s*T)(?![A-Za-z0-9_])|\^\s*(?:\{T\}|⊤)|[ᵀ⊤]")
# The layer behind a name: W[2], W^[2], W^{[2]}, W^{[2]T}, W^[2]T; L is the last one.
LAYER = re.compile(
    r"(?<![0-9])(?:\^?\[(?P<one>[0-9]+|L)\](?P<mark>T(?![A-Za-z0-9_]))?"
    r"|\^\{\[(?P<other>[0-9]+|L)\](?:(?P<prime>['′’])|(?P<inside>T|⊤))?\})"
)
ASSIGNED = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_]*)\s*:?=(?!=)", re.ASCII)
PRIMES = "'′’"
ELEMENTWISE = dict.fromkeys("\N{CIRCLED DOT OPERATOR}\N{RING OPERATOR}", "*")
SIGNS = {"@": "@", ".": ".", **ELEMENTWISE}
AMBIGUOUS = "\N{MULTIPLICATION SIGN}\N{MIDDLE DOT}\N{DOT OPERATOR}\N{CIRCLED TIMES}"
PRODUCTS = "write @ for the matrix product, * for the elementwise one"
EXAMPLES = "write m for the number of examples"
ENTRY_OF_SHAPE = re.compile(r"\.\s*shape\s*\[[^\]]*\]?")
SUMMED = "write sum(..., axis=1, keepdims=True)"
HINTS = {  # a character people try -> what to write instead
    "[": "a layer is written W2 or W^[2]; entries have no names here",
    "]": "a layer is written W2 or W^[2]; entries have no names here",
    "'": "write .T for the transpose",
    "’": "write .T for the transpose",
    "′": "write .T for the transpose",
    "σ": "write sigmoid(...)",
    "Σ": SUMMED,
    "∑": SUMMED,
    "∂": "write dZ1 for the derivative of J by Z1",
    "%": "there is no remainder in the language",
    "!": "a comparison is one of < <= > >= == !=",
    ":": "write = for an equation",
    "&": "write * for 'and'",
}


def tokenize(
    source: str, start: int = 0, arrays: Collection[str] = (), *, layered: bool = False
) -> list[Token]:
    """Return the tokens of `source` from `start`, an "end" token last.

    `arrays` are names that are no modules, whatever stands behind their point. `layered`: names
    have layers, as those of a network, W^[2] is W2, and a line break is a space.

    Raises LanguageError for a character outside the language, RefusedError for a number that is
    too long.
    """
    plain, position = readable(source), start
    own = {*arrays, *(match["name"] for match in ASSIGNED.finditer(plain))}
    tokens: list[Token] = []
    while position < len(plain):
        if space := SPACE.match(plain, position):
            position = space.end()
        elif layered and plain[position] == "\n":
            position += 1
        else:
            tokens += _read(plain, source, position, own, layered=layered)
            position = tokens[-1].span.end
    # One character wide, so that a caret can point to where something is missing.
    end = Span(len(source), len(source) + 1)
    return [*tokens, Token("end", "", end)]


def _read(
    plain: str, source: str, position: int, own: Collection[str], *, layered: bool
) -> list[Token]:
    """Return the token at a position; of W^{[2]T} two, since its T stands inside the braces."""
    match = TRANSPOSED.match(plain, position)
    if match and not (match[0][0] == "^" and "T" in own):
        return [Token("T", match[0], Span(*match.span()))]
    if plain.startswith(":=", position):
        return [Token("=", ":=", Span(position, position + 2))]
    character, span = plain[position], Span(position, position + 1)
    if shape := ENTRY_OF_SHAPE.match(plain, position):
        raise LanguageError(
            "unknown attribute '.shape'", source=source, span=Span(*shape.span()), hint=EXAMPLES
        )
    if character in SIGNS and not plain[position + 1 : position + 2].isdigit():
        return [Token(SIGNS[character], character, span)]
    if character in AMBIGUOUS:
        raise LanguageError(
            f"'{character}' can be read in two ways", source=source, span=span, hint=PRODUCTS
        )
    if name := NAME.match(plain, position):
        return _name(plain, _dotted(plain, name, own), layered=layered)
    try:
        return [one_token(plain, position)]
    except LanguageError as error:
        if character not in HINTS or (character in "[]" and not layered):
            raise
        raise LanguageError(
            error.message, source=source, span=error.span or span, hint=HINTS[character]
        ) from None


def _dotted(plain: str, name: re.Match[str], own: Collection[str]) -> Token:
    """Return a name with its module: np.sum, torch.nn.functional.relu."""
    start = name.start()
    if (module := MODULE.match(plain, start)) and name[0] in MODULES and name[0] not in own:
        last = NAME.match(plain, module.end())
        if last is not None and last[0] != "T":
            written = re.sub(r"\s", "", module["module"]).removesuffix(".")
            return Token("name", last[0], Span(start, last.end()), module=written)
    token = one_token(plain, start)
    if token.module:
        return Token("name", name[0], Span(*name.span()))
    return token


def _name(plain: str, token: Token, *, layered: bool) -> list[Token]:
    """Return a name with its layer and its prime, and the T that stands inside its braces."""
    after: list[Token] = []
    start, end = token.span.start, token.span.end
    name, prime = token.text, False
    if layered and (layer := LAYER.match(plain, end)):
        name += layer["one"] or layer["other"]
        prime = bool(layer["prime"])
        end = layer.end()
        if inside := layer["mark"] or layer["inside"]:
            mark = layer.start("mark" if layer["mark"] else "inside")
            after = [Token("T", inside, Span(mark, layer.end()))]
            end = mark
    if not after and plain[end : end + 1] in (*PRIMES,):
        prime, end = True, end + 1
    return [replace(token, text=name, prime=prime, span=Span(start, end)), *after]
