r"""Tree to LaTeX, as typeset by hand: `w**2/2` is \frac{w^{2}}{2}."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from derivcli.language.functions import FUNCTIONS
from derivcli.language.text import ATOM, POWER, SIGN, SUM, TERM, decimal
from derivcli.language.tokens import GREEK
from derivcli.language.tree import (
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
)

Written = tuple[str, int]

TALL = re.compile(r"\\frac|\\sum|\\begin|\\sqrt|\\left")
NUMBER_FIRST = re.compile(r"(?:\\frac\{)?\d")  # two numbers side by side would be read as one
UPRIGHT = re.compile(r"\\mathrm\{[^{}]*\}\Z")
GREEK_NAMES = frozenset(GREEK.values())
RELATIONS = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"}
ARGUMENT = re.compile(r"\(#(\d)\)|#(\d)")  # of a notation: in brackets, or bare
RAISED = re.compile(r"\^\{#\d\}\Z")
NOTATIONS = {row.name: row.latex for row in FUNCTIONS.values() if row.latex and "#" in row.latex}
# By a notation that holds the arguments together.
ENCLOSED = frozenset(
    name for name, each in NOTATIONS.items() if "(#" not in each and not RAISED.search(each)
)


def latex(tree: Node) -> str:
    r"""Return the tree as LaTeX, for math mode.

    >>> from derivcli.language.parser import parse
    >>> latex(parse("2w").output.expression)
    '2 w'
    """
    return fold(tree, _write)[0]


def number_latex(text: str) -> str:
    r"""Return a number for math mode: 1e-7 is 10^{-7}, 1,000 has no space in it."""
    mantissa, _, exponent = text.replace(",", "{,}").partition("e")
    if not exponent:
        return mantissa
    factor = mantissa.lstrip("<- ")
    sign = mantissa.removesuffix(factor)
    power = f"10^{{{exponent.lstrip('+')}}}"
    return f"{sign}{power}" if factor == "1" else rf"{sign}{factor} \cdot {power}"


def variable(name: str) -> str:
    r"""Return a name as LaTeX: w1 is w_{1}, W1_2 W_{1,2}, w_j w_{j}, theta \theta, others upright.

    >>> variable("x_max"), variable("speed")
    ('x_{\\mathrm{max}}', '\\mathrm{speed}')
    """
    head, index = re.fullmatch(r"(.*?)_?((?:\d+(?:_\d+)*)?)", name, re.DOTALL).groups()  # type: ignore[union-attr] # matches any text
    letter, _, words = name.partition("_")
    if words and not index and (len(letter) == 1 or letter in GREEK_NAMES):
        head, index = letter, "_".join(map(_letter, words.split("_")))
    above = _letter(head or name)
    return f"{above}_{{{index.replace('_', ',')}}}" if index else above


def _letter(name: str) -> str:
    """Return a letter as it is, a Greek one by its command, and a word upright."""
    if name in GREEK_NAMES:
        return f"\\{name}" if name != "omicron" else "o"
    return (
        name if len(name) == 1 or name.isdigit() else r"\mathrm{" + name.replace("_", r"\_") + "}"
    )


def _write(node: Node, parts: tuple[Written, ...]) -> Written:
    match node:
        case Number():
            written = number_latex(decimal(node.value))
            return written, TERM if "^" in written else ATOM
        case Constant():
            return (r"\pi", ATOM) if node.name == "pi" else ("e", ATOM)
        case Name():
            return variable(node.name), ATOM
        case Unary():
            return f"{node.operator} {_bracket(parts[0], SIGN)}", SIGN
        case Binary():
            return _binary(node, *parts)
        case Call():
            written = call(node.function, [part for part, _ in parts], bracketed)
            raised = RAISED.search(NOTATIONS.get(node.function, ""))
            return written, POWER if raised else ATOM
        case Comparison():
            return f"{parts[0][0]} {RELATIONS[node.operator]} {parts[1][0]}", SUM
        case Piecewise():
            return _cases(parts), ATOM
    raise TypeError("arrays are written by array_latex")


def _binary(node: Binary, left: Written, right: Written) -> Written:
    match node.operator:
        case "/":
            sign, top = (
                ("- ", left[0][2:])
                if left[0].startswith("- ") and left[1] != SUM
                else ("", left[0])
            )
            return rf"{sign}\frac{{{top}}}{{{right[0]}}}", SIGN if sign else TERM
        case "**":
            return f"{_bracket(left, ATOM)}^{{{right[0]}}}", POWER
        case "*":
            first, second = _bracket(left, TERM), _bracket(right, POWER)
            if right[1] == TERM and isinstance(node.right, Binary) and node.right.operator == "/":
                second = right[0]
            apart = r" \, " if UPRIGHT.search(first) else " "  # no word runs into what follows
            dot = r" \cdot " if NUMBER_FIRST.match(second) else apart
            return f"{first}{dot}{second}", SIGN if left[1] == SIGN else TERM
    second = right[0] if right[1] > SUM and right[1] != SIGN else bracketed(right[0])
    return f"{left[0]} {node.operator} {second}", SUM


def _bracket(part: Written, level: int) -> str:
    return part[0] if part[1] >= level else bracketed(part[0])


def bracketed(inner: str) -> str:
    r"""Return a part in round brackets, as tall as it is; only low ones let a long line break."""
    return rf"\left({inner}\right)" if TALL.search(inner) else f"({inner})"


def call(function: str, parts: Sequence[str], bracket: Callable[[str], str]) -> str:
    r"""Return a function of what is written already; `bracket` sets it in round brackets.

    >>> call("floor", ["w"], "({})".format)
    '\\left\\lfloor{w}\\right\\rfloor'
    """
    if function in NOTATIONS:

        def argument(found: re.Match[str]) -> str:
            inside = parts[int(found[1] or found[2]) - 1]
            return bracket(inside) if found[1] else inside

        return ARGUMENT.sub(argument, NOTATIONS[function])
    command = FUNCTIONS[function].latex or rf"\operatorname{{{function}}}".replace("_", r"\_")
    return command + bracket(", ".join(parts))


def _cases(parts: tuple[Written, ...]) -> str:
    rows = [
        rf"{value} & \text{{if }} {condition}"
        for (value, _), (condition, _) in zip(parts[:-1:2], parts[1::2], strict=True)
    ]
    rows.append(rf"{parts[-1][0]} & \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"
