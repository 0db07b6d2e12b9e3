"""Text to tokens: numbers, names and signs, each with its span; what cannot be read is named."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from derivcli.errors import LanguageError, RefusedError, Span

MOST_DIGITS = 40
LARGEST_EXPONENT = 300


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is "number", "name", "power" (a superscript), "end", or the sign itself."""

    kind: str
    text: str
    span: Span
    value: Fraction = Fraction(0)


NUMBER = re.compile(r"(?P<digits>\d+(?:\.\d*)?|\.\d+)(?:[eE](?P<exponent>[+-]?\d+))?", re.ASCII)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
SIGN = re.compile(r"\*\*|[<>=!]=|[-+*/^(),=;<>|\n]")
SPACE = re.compile(r"[ \t\r]+|#[^\n]*")
SUPERSCRIPT = re.compile(r"\u207b?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
OTHER_BASE = re.compile(r"0[xXbBoO][0-9a-fA-F]+\b", re.ASCII)

SIGNS = {  # what people paste -> what they mean
    "\N{MINUS SIGN}": "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DOT OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{SQUARE ROOT}": "\N{SQUARE ROOT}",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{NOT EQUAL TO}": "!=",
}

# Only letters that no Latin one looks like: iota, kappa, nu, omicron, rho, upsilon, chi and most
# capitals are refused, because nobody could tell on the screen which letter was typed.
SMALL = "alpha beta gamma delta epsilon zeta eta theta lambda mu xi pi sigma tau phi psi omega"
CAPITAL = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
GREEK = {
    **dict(zip("αβγδεζηθλμξπστφψω", SMALL.split(), strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", CAPITAL.split(), strict=True)),
    "\N{MICRO SIGN}": "mu",
    "\N{GREEK LUNATE EPSILON SYMBOL}": "epsilon",
    "\N{GREEK PHI SYMBOL}": "phi",
    "\N{GREEK THETA SYMBOL}": "theta",
    "\N{GREEK SMALL LETTER FINAL SIGMA}": "sigma",
}
SUPERSCRIPT_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def tokenize(source: str) -> list[Token]:
    """Return the tokens of `source`, an "end" token last.

    Raises LanguageError for a character outside the language, RefusedError for a number beyond
    40 digits or a decimal exponent beyond 300.
    """
    tokens: list[Token] = []
    position = 0
    while position < len(source):
        if space := SPACE.match(source, position):
            position = space.end()
            continue
        token = _token(source, position)
        tokens.append(token)
        position = token.span.end
    end = Span(len(source), len(source))
    return [*tokens, Token("end", "", end)]


def _token(source: str, position: int) -> Token:
    # Names and signs first: they are nine tokens in ten, and begin like nothing else.
    if match := NAME.match(source, position):
        return Token("name", match[0], Span(*match.span()))
    if match := SIGN.match(source, position):
        return Token("**" if match[0] == "^" else match[0], match[0], Span(*match.span()))
    if match := OTHER_BASE.match(source, position):
        raise LanguageError(
            f"'{match[0][:20]}' is not a decimal number",
            source=source, span=Span(*match.span()), hint="numbers are written in decimal",
        )  # fmt: skip
    if match := NUMBER.match(source, position):
        return Token("number", match[0], Span(*match.span()), _number(source, match))
    if match := SUPERSCRIPT.match(source, position):
        return _superscript(source, match)
    character, span = source[position], Span(position, position + 1)
    if character in SIGNS:
        return Token(SIGNS[character], character, span)
    if character in GREEK:
        # A subscript belongs to the letter: θ1 and θ_hat are names.
        tail = re.compile(r"[A-Za-z0-9_]*", re.ASCII).match(source, position + 1)
        end = tail.end() if tail else position + 1
        return Token("name", GREEK[character] + source[position + 1 : end], Span(position, end))
    raise _unknown(source, span)


def _number(source: str, match: re.Match[str]) -> Fraction:
    """Return the exact value, refusing what would take long before computing anything."""
    span = Span(*match.span())
    whole, _, decimals = match["digits"].partition(".")
    digits = (whole + decimals).lstrip("0")
    if len(digits) > MOST_DIGITS:
        raise RefusedError(
            f"a number of {len(digits):,} digits is too long (at most {MOST_DIGITS})",
            source=source, span=span,
        )  # fmt: skip
    exponent = match["exponent"] or "0"
    size = exponent.lstrip("+-").lstrip("0") or "0"
    # As in 8.1e301, however it was typed: what is accepted can be written out and read again.
    leading = len(digits) - 1 - len(decimals) + int(exponent) if len(size) <= 4 else None
    if leading is None or (digits and abs(leading) > LARGEST_EXPONENT):
        raise RefusedError(
            f"the decimal exponent of this number is beyond {LARGEST_EXPONENT}",
            source=source, span=span,
        )  # fmt: skip
    power = int(exponent) - len(decimals)
    mantissa = int(digits or "0")
    return Fraction(mantissa * 10**power) if power >= 0 else Fraction(mantissa, 10**-power)


def _superscript(source: str, match: re.Match[str]) -> Token:
    span = Span(*match.span())
    text = match[0].translate(SUPERSCRIPT_DIGITS)
    if len(text) > MOST_DIGITS:
        raise RefusedError(
            f"a number of {len(text):,} digits is too long (at most {MOST_DIGITS})",
            source=source, span=span,
        )  # fmt: skip
    return Token("power", match[0], span, Fraction(int(text)))


SPELLINGS = {  # a character people try -> what to write instead
    "[": "use parentheses: ( )",
    "]": "use parentheses: ( )",
    "{": "use parentheses: ( )",
    "}": "use parentheses: ( )",
    "%": "write the remainder with floor: a - b*floor(a/b)",
    "!": "write n! as gamma(n + 1)",
    "_": "names begin with a letter",
    "$": "names begin with a letter",
    "'": "write a derivative with derivcli diff; here only values",
    "\u00a0": "write an ordinary space",
    "\u221e": "there is no infinity in the language",
}


def _unknown(source: str, span: Span) -> LanguageError:
    character = source[span.start]
    hint = SPELLINGS.get(character)
    if character.isascii() and character.isprintable():
        return LanguageError(
            f"unexpected character '{character}'", source=source, span=span, hint=hint
        )
    name = unicodedata.name(character, "a control character" if ord(character) < 160 else "unnamed")
    if hint is None and unicodedata.category(character).startswith("L"):
        hint = "names are written with the letters A-Z and a-z, digits and _"
    return LanguageError(
        f"unexpected character U+{ord(character):04X} ({name})", source=source, span=span, hint=hint
    )
