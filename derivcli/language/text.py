"""Tree to text, the way a person would type it; `parse(text(tree))` is the tree again."""

from __future__ import annotations

from fractions import Fraction

from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import (
    Activation,
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
    Reduction,
    Transpose,
    Unary,
    decimal_places,
    fold,
)

COMPARED, SUM, TERM, SIGN, POWER, ATOM = range(6)
LEVEL = {"+": SUM, "-": SUM, "@": TERM, "*": TERM, "/": TERM, "**": POWER}
MOST_ZEROS = 6  # after the point, before a number is written with an exponent
LONGEST_WHOLE = 17  # digits of a round whole number before it is written with an exponent

Written = tuple[str, int]  # a text, and how tightly its outermost operator binds


def text(tree: Node | Program | Assignment, *, arrays: bool = False) -> str:
    """Return the tree as text of the expression language; of `arrays` as NumPy's users space it.

    >>> text(Binary("**", Unary("-", Name("w")), Number(Fraction(2))))
    '(-w)**2'
    >>> text(Binary("*", Name("A"), Transpose(Name("B"))), arrays=True)
    'A * B.T'
    """
    if isinstance(tree, Program):
        return "; ".join(text(statement, arrays=arrays) for statement in tree.statements)
    if isinstance(tree, Assignment):
        body = text(tree.expression, arrays=arrays)
        return f"{tree.name} = {body}" if tree.typed else body
    return fold(tree, spaced if arrays else _write)[0]


def spaced(node: Node, parts: tuple[Written, ...]) -> Written:
    """Return a node as NumPy's users write it, from its parts as they are written."""
    match node:
        case Binary(operator="*" | "/" as operator):
            return _binary(operator, parts[0], _signed(parts[1]), " ")
        case Binary(operator="@" | "+" | "-" as operator):
            return _binary(operator, parts[0], _signed(parts[1]))
        case Piecewise():
            # As NumPy has it: one condition a call.
            written = parts[-1][0]
            for (value, _), (condition, _) in zip(parts[-3::-2], parts[-2::-2], strict=True):
                written = f"where({condition}, {value}, {written})"
            return written, ATOM
    return _write(node, parts)


def _write(node: Node, parts: tuple[Written, ...]) -> Written:
    match node:
        case Number():
            return decimal(node.value), ATOM
        case Name() | Constant():
            return node.name, ATOM
        case Unary():
            return node.operator + _bracket(parts[0], SIGN), SIGN
        case Binary():
            return _binary(node.operator, parts[0], parts[1])
        case Call():
            return _call(node, parts), ATOM
        case Comparison():
            left, right = (_bracket(part, SUM) for part in parts)
            return f"{left} {node.operator} {right}", COMPARED
        case Piecewise():
            return f"piecewise({', '.join(part for part, _ in parts)})", ATOM
        case Transpose():
            # A number takes the point for its own: 2.T would be 2. and T.
            inner, level = parts[0]
            bare = level == ATOM and not isinstance(node.operand, Number)
            return (f"{inner}.T" if bare else f"({inner}).T"), ATOM
        case Reduction():
            from derivcli.language.operations import OPERATIONS  # loaded where there are arrays

            told = node.axis is not None and (node.axis or OPERATIONS[node.function].reduces)
            axis = f", axis={node.axis}" if told else ""
            keepdims = ", keepdims=True" if node.keepdims else ""
            return f"{node.function}({parts[0][0]}{axis}{keepdims})", ATOM
        case Activation():
            prime = "'" if node.prime else ""
            return f"g{node.layer}{prime}({parts[0][0]})", ATOM


def _binary(operator: str, left: Written, right: Written, gap: str = "") -> Written:
    level = LEVEL[operator]
    if operator == "**":
        exponent = right[0] if right[1] >= POWER else f"({right[0]})"
        return f"{_bracket(left, ATOM)}**{exponent}", POWER
    # A sign may open a product, but after an operator it stands in brackets: 2*(-3).
    opening = left[0] if left[1] >= level else f"({left[0]})"
    closing = right[0] if right[1] > level and right[1] != SIGN else f"({right[0]})"
    gap = gap if operator in "*/" else " "
    return f"{opening}{gap}{operator}{gap}{closing}", level


def _signed(part: Written) -> Written:
    """Return what stands behind an operator, marked as a sign where it opens with one."""
    return (part[0], SIGN) if part[0].startswith("-") and part[1] < POWER else part


def _bracket(part: Written, level: int) -> str:
    return part[0] if part[1] >= level else f"({part[0]})"


def _call(node: Call, parts: tuple[Written, ...]) -> str:
    row = FUNCTIONS.get(node.function)  # an operation is none
    name = row.written if row else node.function
    inner = ", ".join(part for part, _ in parts)
    first = node.arguments[0]
    if (
        row is not None
        and row.variadic
        and isinstance(first, Call)
        and first.function == node.function
    ):
        # They are read as nested pairs, and written back as the one list that was typed.
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
