r"""Formulas as they stand in sentences and cells, to LaTeX: `6 x 0.001` is 6 \times 0.001.

What the expression language does not know is read, too: dJ/dw, u', eps², ΔJ, N x P. Nothing is
parsed: a slash stays a slash, as it does in a line of print.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from derivcli.language.functions import FUNCTIONS
from derivcli.language.latex import call, number_latex
from derivcli.language.latex import variable as variable_latex

TOKEN = re.compile(
    r"""(?P<slope>[d∂](?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹]*)(?P<of>\w*?)/[d∂](?P<by>\w+?)(?P=power)(?!\w))
    | (?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?)
    | (?P<name>(?![\dΔ⁰¹²³⁴⁵⁶⁷⁸⁹])(?:(?![⁰¹²³⁴⁵⁶⁷⁸⁹])\w)+)(?P<call>\()?
    | (?P<power_of>\*\*)
    | (?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    | (?P<sign><=|>=|==|!=|:=|\S)
    | (?P<space>\s+)""",
    re.VERBOSE,
)
SIGNS = {
    "<=": r"\leq", ">=": r"\geq", "==": "=", "!=": r"\neq", "≠": r"\neq", "≈": r"\approx",
    "∂": r"\partial", "Δ": r"\Delta", "→": r"\to", "×": r"\times", "·": r"\cdot",
    "ε": r"\varepsilon", "…": r"\dots", "↑": r"\uparrow", "↓": r"\downarrow", "%": r"\%",
    "#": r"\#", "&": r"\&", "_": r"\_", "$": r"\$", "{": r"\{", "}": r"\}", "~": r"\sim",
    "|": r"\vert", "@": r"\,", "\\": r"\backslash",
}  # fmt: skip
NAMES = {"eps": r"\varepsilon", "pi": r"\pi", "x": "x", "if": r"\text{ if }"}
TALL = re.compile(r"\^|\\sqrt")  # what takes no prime or exponent without brackets
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
OPENING, CLOSING = "([{", ")]}"


def typeset(text: str, name: Callable[[str], str] = variable_latex) -> str:
    r"""Return a formula as LaTeX, for math mode.

    >>> typeset("(u**n)' = n*u**(n - 1)")
    "(u^{n})' = n\\, u^{n - 1}"
    """
    written = ""
    position = 0
    while position < len(text):
        piece, position = _next(text, position, name)
        # A command's name must not run into the letter behind it.
        glue = " " if re.search(r"\\[A-Za-z]+\Z", written) and re.match(r"[A-Za-z]", piece) else ""
        written += glue + piece
    return written


def _next(text: str, position: int, name: Callable[[str], str]) -> tuple[str, int]:
    """Return what stands at a position as LaTeX, and where it ends."""
    token = TOKEN.match(text, position)
    if token is None:
        return "", position + 1
    end = token.end()
    if token["slope"]:
        return _slope(token, name), end
    if token["number"]:
        return number_latex(token[0]), end
    if token["power_of"]:
        inner, end = _operand(text, end, name)
        return f"^{{{inner}}}", end
    if token["raised"]:
        return f"^{{{token[0].translate(DIGITS)}}}", end
    if token["name"]:
        written, end = _name(text, token, name)
        raised = re.match(r"'|\*\*|[⁰¹²³⁴⁵⁶⁷⁸⁹]", text[end:])
        return (f"({written})" if raised and TALL.search(written) else written), end
    if token["sign"] == "*":
        apart = text[position - 1 : position] == " " or re.match(r"\s*\d", text[end:])
        return r" \cdot " if apart else r"\, ", end
    return SIGNS.get(token[0], token[0]), end


def _slope(token: re.Match[str], name: Callable[[str], str]) -> str:
    sign = r"\partial " if token[0][0] == "∂" else "d"
    power = f"^{{{token['power'].translate(DIGITS)}}}" if token["power"] else ""
    of = name(token["of"]) if token["of"] else ""
    above = f"{sign.strip()}{power} {of}" if power else f"{sign}{of}"
    return f"{above}/{sign}{name(token['by'])}{power}"


def _name(text: str, token: re.Match[str], name: Callable[[str], str]) -> tuple[str, int]:
    word, end = token["name"], token.end()
    if (
        word == "x"
        and re.search(r"[\w)] \Z", text[: token.start()])
        and re.match(r" [\w(-]", text[end:])
    ):
        return r"\times", end
    if not token["call"] or word not in FUNCTIONS:
        return NAMES.get(word) or name(word), token.end("name")
    inside, end = _inside(text, token.end("name"))
    arguments = [typeset(each, name) for each in _arguments(inside)]
    based = f"{word}_base"  # log(u, v)
    function = based if len(arguments) > 1 and based in FUNCTIONS else word
    row = FUNCTIONS[function]
    if len(arguments) != len(row.parameters) and not row.variadic:
        return f"{name(word)}({', '.join(arguments)})", end
    return call(function, arguments, "({})".format), end


def _operand(text: str, position: int, name: Callable[[str], str]) -> tuple[str, int]:
    """Return an exponent without the brackets around it, and where it ends."""
    sign = ""
    while text[position : position + 1] in ("-", "+"):
        sign += text[position]
        position += 1
    if text[position : position + 1] == "(":
        inside, end = _inside(text, position)
        inner = f"({typeset(inside, name)})" if sign else typeset(inside, name)
    else:
        inner, end = _next(text, position, name)
    if text.startswith("**", end):
        power, end = _next(text, end, name)
        inner += power
    return sign + inner, end


def _inside(text: str, position: int) -> tuple[str, int]:
    """Return what a bracket holds, and where the text goes on behind it."""
    depth = 0
    for index in range(position, len(text)):
        depth += (text[index] in OPENING) - (text[index] in CLOSING)
        if depth == 0:
            return text[position + 1 : index], index + 1
    return text[position + 1 :], len(text)


def _arguments(inside: str) -> list[str]:
    """Return the arguments of a call: the parts between the commas outside all brackets."""
    depth, parts = 0, [""]
    for character in inside:
        depth += (character in OPENING) - (character in CLOSING)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
