r"""Tree to LaTeX in the notation of the course: `W2.T @ dZ2` is W^{[2]\mathsf{T}}\, dZ^{[2]}."""

from __future__ import annotations

from derivcli.language.latex import ENCLOSED, RELATIONS, bracketed, call, number_latex
from derivcli.language.matrices.text import spelled
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
    parted,
)
from derivcli.language.text import decimal

# An elementwise product binds less than a juxtaposition, which stands for the matrix product: in
# `A * B C` a reader multiplies B by C first. A \sum reaches as far to the right as it can.
SUM, STAR, PRODUCT, SIGN, FRACTION, POWER, ATOM = range(7)
ROWS, COLUMNS = r"_{\text{rows}}", r"_{\text{columns}}"
ALONG = {None: "", 0: ROWS, -2: ROWS, 1: COLUMNS, -1: COLUMNS}

Written = tuple[str, int]


def latex(tree: Element | Equation, *, single: bool = False) -> str:
    r"""Return the tree as LaTeX, for math mode; with `single` for one example: z^{[1]}.

    >>> latex(Operation("*", Array("dA1"), Activation(1, True, Array("Z1"))))
    'dA^{[1]} \\odot g^{[1]\\prime}(Z^{[1]})'
    """
    if isinstance(tree, Equation):
        single = single or tree.single
        return f"{_array(tree.name, single)[0]} = {_write(tree.expression, single)[0]}"
    return _write(tree, single)[0]


def scalar(element: Element) -> bool:
    """Is the value one number, whatever the shapes of the network?"""
    if isinstance(element, Total) and element.axis is None:
        return True
    if isinstance(element, Array):
        return element.name == "m"
    return all(scalar(part) for part in children(element))


def _array(name: str, single: bool, inner: str = "") -> Written:
    """Write a name; `inner` follows the layer in its superscript: T, or (i) for a column."""
    letter, layer = parted(spelled(name, single=single))
    above = inner if layer is None else f"[{layer}]{inner}"
    return (f"{letter}^{{{above}}}", POWER) if above else (letter, ATOM)


def _write(element: Element, single: bool) -> Written:
    if isinstance(element, Transpose) and isinstance(element.operand, Array):
        return _array(element.operand.name, single, r"\mathsf{T}")
    parts = [_write(part, single) for part in children(element)]
    match element:
        case Number():
            written = number_latex(decimal(element.value))
            return written, STAR if "^" in written else ATOM
        case Constant():
            return (r"\pi", ATOM) if element.name == "pi" else ("e", ATOM)
        case Array():
            return _array(element.name, single)
        case Transpose():
            return rf"{bracketed(parts[0][0])}^{{\mathsf{{T}}}}", POWER
        case Negative():
            # -(A B) and (-A) B are one, so a product needs no brackets; a second sign does.
            inner = bracketed(parts[0][0]) if parts[0][0][0] == "-" else _bracket(parts[0], STAR)
            return f"-{inner}", min(parts[0][1], SIGN) or SIGN
        case Operation():
            return _operation(element, *parts)
        case Total():
            return _total(element, parts[0][0], single)
        case Apply():
            return _apply(element, [part for part, _ in parts])
        case Activation():
            prime = r"\prime" if element.prime else ""
            return f"g^{{[{element.layer}]{prime}}}{bracketed(parts[0][0])}", POWER


def _bracket(part: Written, level: int) -> str:
    return part[0] if part[1] >= level else bracketed(part[0])


def _operation(element: Operation, left: Written, right: Written) -> Written:
    match element.operator:
        case "+" | "-":
            second = bracketed(right[0]) if right[0][0] == "-" else _bracket(right, STAR)
            # A \sum on the left would take the second term in.
            first = bracketed(left[0]) if _ends_in_sum(element.left) else left[0]
            return f"{first} {element.operator} {second}", SUM
        case "**":
            return f"{_bracket(left, ATOM)}^{{{right[0]}}}", POWER
        case "@":
            return rf"{_bracket(left, PRODUCT)}\, {_bracket(right, FRACTION)}", PRODUCT
        case "*":
            return _times(element, left, right)
        case "/":
            return _quotient(element, left, right)
    return f"[{left[0]} {RELATIONS[element.operator]} {right[0]}]", ATOM


def _times(element: Operation, left: Written, right: Written) -> Written:
    if not scalar(element.left) and not scalar(element.right):
        return rf"{_bracket(left, STAR)} \odot {_bracket(right, FRACTION)}", STAR
    first = _bracket(left, PRODUCT)
    if _ends_in_sum(element.right):
        return rf"{first}\, {right[0]}", SUM
    second = _bracket(right, FRACTION)
    joint = r" \cdot " if second[0].isdigit() else r"\, "
    return f"{first}{joint}{second}", PRODUCT


def _quotient(element: Operation, left: Written, right: Written) -> Written:
    sign = "-" if isinstance(element.left, Negative) and left[1] > SUM else ""
    top = left[0].removeprefix(sign), left[1]
    inner = element.left.operand if isinstance(element.left, Negative) else element.left
    is_total = isinstance(inner, Total) and scalar(element.right)
    if not is_total and (scalar(element.left) or not scalar(element.right)):
        return rf"{sign}\frac{{{top[0]}}}{{{right[0]}}}", SIGN if sign else FRACTION
    factor = rf"{sign}\frac{{1}}{{{right[0]}}}\, "
    if _ends_in_sum(element.left):
        return factor + top[0], SUM
    return factor + _bracket(top, STAR), STAR if top[1] == STAR else PRODUCT


def _ends_in_sum(element: Element) -> bool:
    r"""Is it written with a \sum, which has no bracket at its end?"""
    match element:
        case Total(operand=Array(name=name), axis=1 | -1, keepdims=True):
            return parted(name)[0] not in ("W", "b", "dW", "db", "m")
        case Operation(operator="*"):
            return scalar(element.left) and _ends_in_sum(element.right)
        case Operation(operator="/"):
            return scalar(element.right) and _ends_in_sum(element.left)
    return False


def _total(element: Total, inner: str, single: bool) -> Written:
    if _ends_in_sum(element) and isinstance(element.operand, Array):
        mean = r"\frac{1}{m}\, " if element.mean else ""
        column = _array(element.operand.name, single, "(i)")[0]
        return rf"{mean}\sum_{{i=1}}^{{m}} {column}", SUM
    name = r"\operatorname{mean}" if element.mean else r"\sum"
    return f"{name}{ALONG[element.axis]}{bracketed(inner)}", POWER


def _apply(element: Apply, parts: list[str]) -> Written:
    name = element.function
    if name != "where":
        return call(name, parts, bracketed), ATOM if name in ENCLOSED else POWER
    condition = parts[0]
    if isinstance(element.arguments[0], Operation) and condition[0] == "[":
        condition = condition[1:-1]
    rows = rf"{parts[1]} & \text{{if }} {condition} \\ {parts[2]} & \text{{otherwise}}"
    return rf"\begin{{cases}} {rows} \end{{cases}}", FRACTION
