"""Tree to text, the way a person would type it; `parse(text(tree))` is the tree again."""

from __future__ import annotations

from fractions import Fraction

from derivcli.language.tree import (
    Assignment,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Program,
    Unary,
    decimal_places,
    fold,
)

SUM, TERM, SIGN, POWER, ATOM = range(5)
LEVEL = {"+": SUM, "-": SUM, "*": TERM, "/": TERM, "**": POWER}
MOST_ZEROS = 6  # after the point, before a number is written with an exponent
LONGEST_WHOLE = 17  # digits of a round whole number before it is written with an exponent

Written = tuple[str, int]  # a text, and how tightly its outermost operator binds


def text(tree: Node | Program | Assignment) -> str:
    """Return the tree as text of the expression language.

    >>> text(Binary("**", Unary("-", Name("w")), Number(Fraction(2))))
    '(-w)**2'
    """
    if isinstance(tree, Program):
        return "; ".join(text(statement) for statement in tree.statements)
    if isinstance(tree, Assignment):
        body = text(tree.expression)
        return f"{tree.name} = {body}" if tree.typed else body
    return fold(tree, _write)[0]


def _write(node: Node, parts: tuple[Written, ...]) -> Written:
    match node:
        case Number():
            return decimal(node.value), ATOM
        case Name() | Constant():
            return node.name, ATOM
        case Unary():
            return node.operator + _bracket(parts[0], SIGN), SIGN
        case Binary():
            return _binary(node.operator, *parts)
        case Call():
            return _call(node, parts), ATOM
        case Comparison():
            return f"{parts[0][0]} {node.operator} {parts[1][0]}", SUM
        case Piecewise():
            return f"piecewise({', '.join(part for part, _ in parts)})", ATOM


def _binary(operator: str, left: Written, right: Written) -> Written:
    level = LEVEL[operator]
    if operator == "**":
        exponent = right[0] if right[1] >= POWER else f"({right[0]})"
        return f"{_bracket(left, ATOM)}**{exponent}", POWER
    # A sign may open a product, but after an operator it stands in brackets: 2*(-3).
    opening = left[0] if left[1] >= level else f"({left[0]})"
    closing = right[0] if right[1] > level and right[1] != SIGN else f"({right[0]})"
    gap = " " if level == SUM else ""
    return f"{opening}{gap}{operator}{gap}{closing}", level


def _bracket(part: Written, level: int) -> str:
    return part[0] if part[1] >= level else f"({part[0]})"


def _call(node: Call, parts: tuple[Written, ...]) -> str:
    name = "log" if node.function == "log_base" else node.function
    inner = ", ".join(part for part, _ in parts)
    first = node.arguments[0]
    if (
        node.function in ("min", "max")
        and isinstance(first, Call)
        and first.function == node.function
    ):
        # min and max are read as nested pairs, and written back as the one list that was typed.
        inner = parts[0][0][len(name) + 1 : -1] + ", " + parts[1][0]
    return f"{name}({inner})"


def decimal(value: Fraction) -> str:
    """Return a number >= 0 that has a finite decimal form, exactly: plain, or with an exponent.

    >>> decimal(Fraction(1, 1000)), decimal(Fraction(10) ** 30)
    ('0.001', '1e30')
    """
    places = decimal_places(value)
    if places is None:
        raise ValueError(f"{value} has no finite decimal form")
    digits = str(value.numerator * 10**places // value.denominator)
    significant = digits.rstrip("0") or "0"
    exponent = len(digits) - 1 - places
    if significant == "0":
        return "0"
    if exponent < -MOST_ZEROS or exponent >= max(LONGEST_WHOLE, len(significant) + 3):
        mantissa = significant[0] + ("." + significant[1:] if len(significant) > 1 else "")
        return f"{mantissa}e{exponent}"
    if places == 0:
        return digits
    digits = digits.rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"
