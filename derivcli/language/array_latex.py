r"""Tree to LaTeX where names stand for arrays: `A * W.T @ B` is A \odot W^{\mathsf{T}}\, B."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from derivcli.language.broadcasting import Shape
from derivcli.language.latex import ENCLOSED, RELATIONS, bracketed, call, number_latex, variable
from derivcli.language.operations import CALLED_OPERATIONS, OPERATIONS
from derivcli.language.text import decimal
from derivcli.language.tree import (
    Activation,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
    fold,
)

# An elementwise product binds less than a juxtaposition, which stands for the matrix product: in
# `A * B C` a reader multiplies B by C first. A \sum reaches as far to the right as it can.
SUM, STAR, PRODUCT, SIGN, FRACTION, POWER, ATOM = range(7)
ROWS, COLUMNS = r"_{\text{rows}}", r"_{\text{columns}}"
ALONG = {None: "", 0: ROWS, -2: ROWS, 1: COLUMNS, -1: COLUMNS}

Written = tuple[str, int]
Part = tuple[str, int, bool]  # and whether it is a number, whatever the arrays are


class Notation(Protocol):
    """How names are written, and what is known of them."""

    def name(self, name: str, inner: str = "") -> Written:
        r"""Write a name; `inner` stands in its superscript: \mathsf{T}, or (i) for a column."""

    def is_number(self, name: str) -> bool:
        """Is it no array?"""

    def has_examples(self, name: str) -> bool:
        """Is it a matrix whose columns are the m examples?"""


class PlainNotation:
    """The names of a program: W1 is W_{1}, dW1 is dW_{1}; those with a shape are no numbers."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.arrays = frozenset(name for name, shape in shapes.items() if shape)

    def name(self, name: str, inner: str = "") -> Written:
        stem = name[1:] if name[:1] == "d" and name[1:] in self.arrays else ""
        written = f"d{variable(stem)}" if stem else variable(name)
        return (f"{written}^{{{inner}}}", POWER) if inner else (written, ATOM)

    def is_number(self, name: str) -> bool:
        return name not in self.arrays and name.removeprefix("d") not in self.arrays

    def has_examples(self, name: str) -> bool:  # noqa: ARG002 - any matrix may have them
        return False


def array_latex(tree: Node, notation: Notation) -> str:
    r"""Return the tree as LaTeX, for math mode.

    >>> notation = PlainNotation({"W": ("n", "m"), "x": ("n", 1)})
    >>> array_latex(Binary("@", Transpose(Name("W")), Name("x")), notation)
    'W^{\\mathsf{T}}\\, x'
    """
    return fold(tree, _Writer(notation).write)[0]


class _Writer:
    def __init__(self, notation: Notation) -> None:
        self.notation = notation

    def write(self, node: Node, parts: tuple[Part, ...]) -> Part:
        """Write a node of what its parts are written as."""
        text, level = self._written(node, parts)
        return text, level, self._is_number(node, parts)

    def _is_number(self, node: Node, parts: tuple[Part, ...]) -> bool:
        match node:
            case Name():
                return self.notation.is_number(node.name)
            case Reduction(axis=None):
                return OPERATIONS[node.function].reduces
            case Call() if node.function in CALLED_OPERATIONS:
                return CALLED_OPERATIONS[node.function].to_number
        return all(number for _, _, number in parts)

    def _written(self, node: Node, parts: tuple[Part, ...]) -> Written:
        match node:
            case Number():
                written = number_latex(decimal(node.value))
                return written, STAR if "^" in written else ATOM
            case Constant():
                return (r"\pi", ATOM) if node.name == "pi" else ("e", ATOM)
            case Name():
                return self.notation.name(node.name)
            case Transpose(operand=Name(name=name)):
                return self.notation.name(name, r"\mathsf{T}")
            case Transpose():
                return rf"{bracketed(parts[0][0])}^{{\mathsf{{T}}}}", POWER
            case Unary():
                # -(A B) and (-A) B are one, so a product needs no brackets; a second sign does.
                inner = parts[0][0]
                inner = bracketed(inner) if inner[0] in "-+" else _bracket(parts[0], STAR)
                return f"{node.operator}{inner}", min(parts[0][1], SIGN) or SIGN
            case Binary():
                return self._binary(node, parts[0], parts[1])
            case Comparison():
                left, right = parts[0][0], parts[1][0]
                return f"[{left} {RELATIONS[node.operator]} {right}]", ATOM
            case Piecewise():
                return _cases(parts), FRACTION
            case Reduction():
                return self._reduction(node, parts[0][0])
            case Call():
                return _call(node, [part for part, _, _ in parts])
            case Activation():
                prime = r"\prime" if node.prime else ""
                return f"g^{{[{node.layer}]{prime}}}{bracketed(parts[0][0])}", POWER

    def _binary(self, node: Binary, left: Part, right: Part) -> Written:
        match node.operator:
            case "**":
                return f"{_bracket(left, ATOM)}^{{{right[0]}}}", POWER
            case "@":
                return rf"{_bracket(left, PRODUCT)}\, {_bracket(right, FRACTION)}", PRODUCT
            case "*":
                return self._times(node, left, right)
            case "/":
                return self._quotient(node, left, right)
        second = bracketed(right[0]) if right[0][0] == "-" else _bracket(right, STAR)
        # A \sum on the left would take the second term in.
        first = bracketed(left[0]) if self._ends_in_sum(node.left) else left[0]
        return f"{first} {node.operator} {second}", SUM

    def _times(self, node: Binary, left: Part, right: Part) -> Written:
        if not left[2] and not right[2]:
            return rf"{_bracket(left, STAR)} \odot {_bracket(right, FRACTION)}", STAR
        first = _bracket(left, PRODUCT)
        if self._ends_in_sum(node.right):
            return rf"{first}\, {right[0]}", SUM
        second = _bracket(right, FRACTION)
        joint = r" \cdot " if second[0].isdigit() else r"\, "
        return f"{first}{joint}{second}", PRODUCT

    def _quotient(self, node: Binary, left: Part, right: Part) -> Written:
        negative = isinstance(node.left, Unary) and node.left.operator == "-"
        sign = "-" if negative and left[1] > SUM else ""
        top = left[0].removeprefix(sign), left[1]
        inner = node.left.operand if negative and isinstance(node.left, Unary) else node.left
        is_total = isinstance(inner, Reduction) and right[2]
        if not is_total and (left[2] or not right[2]):
            return rf"{sign}\frac{{{top[0]}}}{{{right[0]}}}", SIGN if sign else FRACTION
        factor = rf"{sign}\frac{{1}}{{{right[0]}}}\, "
        if self._ends_in_sum(node.left):
            return factor + top[0], SUM
        return factor + _bracket(top, STAR), STAR if top[1] == STAR else PRODUCT

    def _ends_in_sum(self, node: Node) -> bool:
        r"""Is it written with a \sum, which has no bracket at its end?"""
        while isinstance(node, Binary) and node.operator in ("*", "/"):
            number, rest = (node.left, node.right)[:: 1 if node.operator == "*" else -1]
            if not fold(number, self.write)[2]:
                return False
            node = rest
        match node:
            case Reduction("sum" | "mean", Name(name=name), axis=1 | -1, keepdims=True):
                return self.notation.has_examples(name)
        return False

    def _reduction(self, node: Reduction, inner: str) -> Written:
        row = OPERATIONS[node.function]
        if self._ends_in_sum(node) and isinstance(node.operand, Name):
            mean = r"\frac{1}{m}\, " if node.function == "mean" else ""
            column = self.notation.name(node.operand.name, "(i)")[0]
            return rf"{mean}\sum_{{i=1}}^{{m}} {column}", SUM
        along = ALONG[node.axis] if row.reduces or node.axis != 0 else ""
        if node.function == "norm":
            return rf"\left\|{inner}\right\|{along}", POWER
        name = row.latex or rf"\operatorname{{{node.function}}}"
        return f"{name}{along}{bracketed(inner)}", POWER


def _bracket(part: Written | Part, level: int) -> str:
    return part[0] if part[1] >= level else bracketed(part[0])


def _cases(parts: tuple[Part, ...]) -> str:
    rows = []
    for (value, _, _), (condition, _, _) in zip(parts[:-1:2], parts[1::2], strict=True):
        rows.append(rf"{value} & \text{{if }} {condition[1:-1]}")
    rows.append(rf"{parts[-1][0]} & \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _call(node: Call, parts: list[str]) -> Written:
    name = node.function
    match name:
        case "inv":
            return f"{bracketed(parts[0])}^{{-1}}", POWER
        case "eye":
            return f"I_{{{parts[0]}}}", POWER
        case "ones" | "zeros":
            digit = "1" if name == "ones" else "0"
            return rf"\mathbf{{{digit}}}_{{{parts[0]} \times {parts[1]}}}", POWER
    if name in CALLED_OPERATIONS:
        written = CALLED_OPERATIONS[name].latex or rf"\operatorname{{{name}}}"
        return written + bracketed(parts[0]), POWER
    return call(name, parts, bracketed), ATOM if name in ENCLOSED else POWER
