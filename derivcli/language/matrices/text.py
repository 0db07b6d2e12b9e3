"""Tree to text, as NumPy would spell it; `parse_element(text(tree))` is the tree again."""

from __future__ import annotations

from derivcli.language.matrices.tree import (
    Activation,
    Apply,
    Array,
    Constant,
    Element,
    Equation,
    Negative,
    Number,
    Operation,
    Total,
    Transpose,
    children,
)
from derivcli.language.text import decimal

COMPARED, SUM, TERM, SIGN, POWER, ATOM = range(6)
LEVEL = {"+": SUM, "-": SUM, "@": TERM, "*": TERM, "/": TERM, "**": POWER}

Written = tuple[str, int]  # a text, and how tightly its outermost operator binds


def text(tree: Element | Equation, *, single: bool = False) -> str:
    """Return the tree as text of the matrix language; with `single` for one example: z1, not Z1.

    >>> text(Transpose(Operation("+", Array("A1"), Array("Z1"))))
    '(A1 + Z1).T'
    """
    if isinstance(tree, Equation):
        single = single or tree.single
        return f"{spelled(tree.name, single=single)} = {_write(tree.expression, single)[0]}"
    return _write(tree, single)[0]


def spelled(name: str, *, single: bool) -> str:
    """Return the name of an array, in lower case if it is the column of one example.

    >>> spelled("dZ2", single=True), spelled("W2", single=True)
    ('dz2', 'W2')
    """
    return name.lower() if single and name.lstrip("d")[0] in "XYZA" else name


def _write(element: Element, single: bool) -> Written:
    parts = [_write(part, single) for part in children(element)]
    match element:
        case Number():
            return decimal(element.value), ATOM
        case Constant():
            return element.name, ATOM
        case Array():
            return spelled(element.name, single=single), ATOM
        case Transpose():
            # A number takes the point for its own: 2.T would be 2. and T.
            inner = parts[0][0]
            bare = parts[0][1] == ATOM and not isinstance(element.operand, Number)
            return (f"{inner}.T" if bare else f"({inner}).T"), ATOM
        case Negative():
            return f"-{_bracket(parts[0], SIGN)}", SIGN
        case Operation():
            return _operation(element.operator, *parts)
        case Total():
            return _total(element, parts[0][0]), ATOM
        case Apply():
            return f"{element.function}({', '.join(part for part, _ in parts)})", ATOM
        case Activation():
            return f"g{element.layer}{chr(39) if element.prime else ''}({parts[0][0]})", ATOM


def _operation(operator: str, left: Written, right: Written) -> Written:
    level = LEVEL.get(operator, COMPARED)
    if operator == "**":
        return f"{_bracket(left, ATOM)}**{_bracket(right, POWER)}", POWER
    # A sign may open a product, but after an operator it stands in brackets: A1 * (-B).
    first = _bracket(left, level + 1 if level == COMPARED else level)
    second = f"({right[0]})" if right[0][0] == "-" else _bracket(right, level + 1)
    return f"{first} {operator} {second}", level


def _bracket(part: Written, level: int) -> str:
    return part[0] if part[1] >= level else f"({part[0]})"


def _total(element: Total, inner: str) -> str:
    axis = "" if element.axis is None else f", axis={element.axis}"
    keepdims = ", keepdims=True" if element.keepdims else ""
    return f"{'mean' if element.mean else 'sum'}({inner}{axis}{keepdims})"
