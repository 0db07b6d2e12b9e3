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
    """`kind` is "number", "fraction", "name", "power" (a superscript), "end", or the sign itself.

    A name that was typed with one has its `module`: np, math. Where arrays are read, there are also
    "T", the transpose, and a `prime` behind a name.
    """

    kind: str
    text: str
    span: Span
    value: Fraction = Fraction(0)
    module: str = ""
    prime: bool = False


NUMBER = re.compile(r"(?P<digits>\d+(?:\.\d*)?|\.\d+)(?:[eE](?P<exponent>[+-]?\d+))?", re.ASCII)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
SIGN = re.compile(r"\*\*|[<>=!]=|[-+*/^(),=;<>|\n]")
SPACE = re.compile(r"[ \t\r]+|#[^\n]*")
SUPERSCRIPT = re.compile(r"\u207b?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
# Patterns that few texts need are compiled where they are used.
SEPARATORS = ("_", "'", "’")
GROUPED = r"[0-9]{1,3}(?:[_'’][0-9]{3})+"
OTHER_BASE = re.compile(r"0[xXbBoO][0-9a-fA-F]+\b", re.ASCII)

SIGNS = {  # what people paste -> what they mean
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DOT OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{DIVISION SLASH}": "/",
    "\N{FRACTION SLASH}": "/",
    "\N{ASTERISK OPERATOR}": "*",
    **{sign: sign for sign in "√∛∜⌊⌋⌈⌉°∂"},
    "\N{MASCULINE ORDINAL INDICATOR}": "°",
    "\N{RING ABOVE}": "°",
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
PREFIXES = "Δ"  # as in Δx, which is one name to everybody
GREEK_TAIL = (r"_?[0-9]+|_[A-Za-z][A-Za-z0-9_]*", r"_?[0-9]+|_?[A-Za-z][A-Za-z0-9_]*")
SUPERSCRIPT_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
HIGH, LOW = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁺⁻⁽⁾", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
RAISED_LETTERS = str.maketrans(f"⁰¹²³⁴⁵⁶⁷⁸⁹{HIGH}", "0123456789abcdefghijklmnoprstuvwxyz+-()")
RAISED = rf"[⁰¹²³⁴-⁹⁺⁻⁽⁾]*(?![⁺⁻⁽⁾])[{HIGH}][⁰¹²³⁴-⁹{HIGH}]*"
SUBSCRIPTS = str.maketrans(f"₀₁₂₃₄₅₆₇₈₉{LOW}", "0123456789aehijklmnoprstuvx")
SUBSCRIPT = f"[₀-₉{LOW}]+"

DASHES = "\u2010\u2011\u2012\N{EN DASH}\N{MINUS SIGN}"
BLANKS = "\u200b\u2060\u2061\u2062\ufeff"  # that take no room
LOOKS = {"\u210e": "h", "\u212f": "e", "\u2147": "e", "\u2223": "|", "\u2219": "*"}

# Where pasted code takes its functions from. What means something else there is in dialects.py.
_MODULES = """
np numpy jnp jax math Math cmath mp mpmath sp sympy scipy special torch nn F tf tensorflow keras K
cp cupy anp onp autograd
"""
MODULES = frozenset(_MODULES.split())
DOTTED = r"(?:[A-Za-z][A-Za-z0-9_]*\.)+[A-Za-z][A-Za-z0-9_]*"


def tokenize(source: str, start: int = 0) -> list[Token]:
    """Return the tokens of `source` from `start`, an "end" token last.

    Raises LanguageError for a character outside the language, RefusedError for a number beyond
    40 digits or a decimal exponent beyond 300.
    """
    tokens: list[Token] = []
    plain, position, ascii_only = readable(source), start, source.isascii()
    while position < len(plain):
        if space := SPACE.match(plain, position):
            position = space.end()
            continue
        if not ascii_only and (raised := re.compile(RAISED).match(plain, position)):
            tokens += _raised(raised)
            position = raised.end()
            continue
        token = one_token(plain, position)
        tokens.append(token)
        position = token.span.end
    end = Span(len(source), len(source))
    return [*tokens, Token("end", "", end)]


def readable(source: str) -> str:
    """Return the text with what only looks another way as it is typed, character by character.

    Dashes that mean a minus, full-width and mathematical letters and digits, special spaces.
    """
    return source if source.isascii() else "".join(map(_typed, source))


def _typed(character: str) -> str:
    if character.isascii():
        return character
    if character in DASHES:
        return "-"
    if character in BLANKS or unicodedata.category(character) == "Zs":
        return " "
    if character in LOOKS:
        return LOOKS[character]
    if "\uff01" <= character <= "\uff5e" or "\U0001d400" <= character <= "\U0001d7ff":
        typed = unicodedata.normalize("NFKC", character)
        return typed if len(typed) == 1 else character
    return character


def _raised(match: re.Match[str]) -> list[Token]:
    """Return the tokens of an exponent with letters in it, as in eˣ: ** and brackets around it."""
    start, end = match.span()
    inner = tokenize(" " * start + match[0].translate(RAISED_LETTERS))[:-1]
    marks = ("**", "^"), ("(", match[0]), (")", match[0])
    power, opening, closing = (Token(kind, text, Span(start, end)) for kind, text in marks)
    return [power, opening, *inner, closing]


def one_token(source: str, position: int) -> Token:
    """Return the token that begins at a position, where no space does."""
    # Names and signs first: they are nine tokens in ten, and begin like nothing else.
    if match := NAME.match(source, position):
        return _name(source, match)
    if match := SIGN.match(source, position):
        return Token("**" if match[0] == "^" else match[0], match[0], Span(*match.span()))
    if match := OTHER_BASE.match(source, position):
        raise LanguageError(
            f"'{match[0][:20]}' is not a decimal number",
            source=source, span=Span(*match.span()), hint="numbers are written in decimal",
        )  # fmt: skip
    if match := NUMBER.match(source, position):
        separated = source[match.end() : match.end() + 1] in SEPARATORS
        if separated and (grouped := re.compile(GROUPED).match(source, position)):
            raise LanguageError(
                "a number is written without separators", source=source, span=Span(*grouped.span()),
                hint=f"write {re.sub('[^0-9]', '', grouped[0])}",
            )  # fmt: skip
        return Token("number", match[0], Span(*match.span()), _number(source, match))
    if match := SUPERSCRIPT.match(source, position):
        return _superscript(source, match)
    character, span = source[position], Span(position, position + 1)
    if character in SIGNS:
        return Token(SIGNS[character], character, span)
    if character in GREEK:
        # A subscript belongs to the letter, what follows does not: θ1, θ_hat, but λ times x.
        tail = re.compile(GREEK_TAIL[character in PREFIXES]).match(source, position + 1)
        end = tail.end() if tail and GREEK[character] != "pi" else position + 1
        return _subscripted(source, GREEK[character] + source[position + 1 : end], position, end)
    if unicodedata.name(character, "").startswith("VULGAR FRACTION"):
        value = Fraction(unicodedata.numeric(character)).limit_denominator(10)
        return Token("fraction", character, span, value)
    raise _unknown(source, span)


def _name(source: str, match: re.Match[str]) -> Token:
    start, end = match.span()
    if source[end : end + 1] == "." and (dotted := re.compile(DOTTED).match(source, start)):
        module, _, name = dotted[0].rpartition(".")
        if module.partition(".")[0] in MODULES:
            return Token("name", name, Span(*dotted.span()), module=module)
    if end == len(source) or source[end].isascii():
        return Token("name", match[0], Span(start, end))
    return _subscripted(source, match[0], start, end)


def _subscripted(source: str, name: str, start: int, end: int) -> Token:
    """Return a name with its subscript, if there is one: x₁ is x1, xₙ is x_n."""
    if below := re.compile(SUBSCRIPT).match(source, end):
        typed = below[0].translate(SUBSCRIPTS)
        name += typed if typed.isdigit() and not name[-1].isdigit() else f"_{typed}"
        end = below.end()
    return Token("name", name, Span(start, end))


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
    "%": "50% is 0.5, and the remainder of a/b is mod(a, b)",
    "!": "write n! as gamma(n + 1)",
    ":": "a definition is written f(x) = ...",
    ".": "a function is called by its name alone: sin(w)",
    "_": "names begin with a letter",
    "'": "write a derivative with derivcli diff; here only values",
    "\N{EM DASH}": "write a minus as -",
    "\N{SOFT HYPHEN}": "write a minus as -",
    "\u221e": "there is no infinity in the language",
}


QUOTES = "'\"`\u2018\u2019\u201c\u201d"


def _unknown(source: str, span: Span) -> LanguageError:
    character = source[span.start]
    hint = SPELLINGS.get(character)
    if character == "@" or re.match(r"\.T(?![A-Za-z0-9_(])", source[span.start :]):
        sign = "@ multiplies matrices" if character == "@" else ".T transposes a matrix"
        return LanguageError(
            f"{sign}, and here every name is a number", source=source, span=span,
            hint="diff, steps, check and graph read matrices: add --shape A=3x3 x=3x1",
        )  # fmt: skip
    if character in QUOTES and source.strip()[0] in QUOTES:
        hint = "leave out the quotes: the shell takes off one pair, and here stands another"
    if character.isascii() and character.isprintable():
        return LanguageError(
            f"unexpected character '{character}'", source=source, span=span, hint=hint
        )
    if unicodedata.category(character) == "Cs":
        return LanguageError("a byte that is not UTF-8", source=source, span=span)
    name = unicodedata.name(character, "a control character" if ord(character) < 160 else "unnamed")
    if hint is None and name.startswith("GREEK"):
        hint = f"it looks like another letter: write its name, {name.rsplit(' ', 1)[-1].lower()}"
    if hint is None and unicodedata.category(character).startswith("L"):
        hint = "names are written with the letters A-Z and a-z, digits and _"
    return LanguageError(
        f"unexpected character U+{ord(character):04X} ({name})", source=source, span=span, hint=hint
    )
