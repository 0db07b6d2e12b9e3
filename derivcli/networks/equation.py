"""An equation of a network: its tree, written as text and in the notation of the course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from derivcli.errors import Span
from derivcli.language.array_latex import ATOM, POWER, array_latex
from derivcli.language.latex import variable
from derivcli.language.text import text
from derivcli.language.tree import (
    NOWHERE,
    Binary,
    Name,
    Node,
    Transpose,
    Unary,
    children,
    fold,
    names,
    rebuild,
)

LAYERED = ("Z", "A", "W", "b", "dZ", "dA", "dW", "db")
MATRICES = ("X", "Y", "Z", "A", "dZ", "dA")  # in lower case: the column of one example
COLUMNS = {name.lower(): name for name in MATRICES}
RATE = "alpha"


@dataclass(frozen=True, slots=True)
class Equation:
    """`name = expression`; `single` where it was written for the column of one example: z1, a1.

    Names are those of m examples: the column of a single one, typed as z1, is Z1 here. A `column`
    gives dw, a column, where dW1 is a row: there the expression is a transpose. An `update` gives W
    or b after a step of gradient descent, of the rate `alpha`.
    """

    name: str
    expression: Node
    single: bool = False
    column: bool = False
    update: bool = False
    source: str = field(default="", compare=False, repr=False)
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def left(self, *, single: bool) -> str:
        """Return what stands before the `=`, as text."""
        if self.column:
            return self.name.removesuffix("1").lower()
        return spelled(self.name, single=single)

    @property
    def right(self) -> Node:
        """What stands behind the `=`, in the student's own w where that is a column."""
        if not self.column:
            return self.expression
        columns = {Transpose(Name(name)): Name(name[:-1].lower()) for name in ("W1", "dW1")}

        def visit(node: Node, parts: tuple[Node, ...]) -> Node:
            made = rebuild(node, parts)
            return columns.get(made, made) if isinstance(made, Transpose) else made

        return fold(turned(self.expression), visit)


def written(tree: Node | Equation, *, single: bool = False) -> str:
    """Return a tree or an equation as text; with `single` for one example: z1, not Z1.

    >>> from derivcli.networks.equation_reader import parse
    >>> written(parse("dz1 = W2.T @ dz2", 2))
    'dz1 = W2.T @ dz2'
    """
    if isinstance(tree, Equation):
        single = single or tree.single
        return f"{tree.left(single=single)} = {written(tree.right, single=single)}"
    return text(_lowered(tree) if single else tree, arrays=True)


class CourseNotation:
    r"""The notation of the course: dZ2 is dZ^{[2]}, of a single example dz^{[2]}."""

    def __init__(self, *, single: bool) -> None:
        self.single = single

    def name(self, name: str, inner: str = "") -> tuple[str, int]:
        if not _is_array(name):
            return variable(name) if name not in ("m", "J", RATE) else name, ATOM
        letter, layer = parted(spelled(name, single=self.single))
        above = inner if layer is None else f"[{layer}]{inner}"
        return (f"{letter}^{{{above}}}", POWER) if above else (letter, ATOM)

    def is_number(self, name: str) -> bool:
        return not _is_array(name)

    def has_examples(self, name: str) -> bool:
        return parted(name)[0] in MATRICES


def latex(tree: Node | Equation, *, single: bool = False) -> str:
    r"""Return a tree or an equation as LaTeX; with `single` for one example: z^{[1]}.

    >>> from derivcli.networks.equation_reader import parse
    >>> latex(parse("dZ1 = dA1 * g1'(Z1)", 1))
    'dZ^{[1]} = dA^{[1]} \\odot g^{[1]\\prime}(Z^{[1]})'
    """
    if isinstance(tree, Equation):
        single = single or tree.single
        notation = CourseNotation(single=single)
        left = tree.left(single=single) if tree.column else notation.name(tree.name)[0]
        return f"{left} = {array_latex(tree.right, notation)}"
    return array_latex(tree, CourseNotation(single=single))


def _lowered(tree: Node) -> Node:
    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        if isinstance(node, Name):
            return Name(spelled(node.name, single=True), node.span)
        return rebuild(node, parts)

    return fold(tree, visit)


def spelled(name: str, *, single: bool) -> str:
    """Return the name of an array, in lower case if it is the column of one example.

    >>> spelled("dZ2", single=True), spelled("W2", single=True)
    ('dz2', 'W2')
    """
    return name.lower() if single and name.lstrip("d")[:1] in (*"XYZA",) else name


def turned(tree: Node) -> Node:
    """Return the transpose of a tree, taken as far inside as products go.

    >>> from derivcli.networks.equation_reader import parse_right_side
    >>> written(turned(parse_right_side("dZ1 @ X.T / m", 1)))
    'X @ dZ1.T / m'
    """
    match tree:
        case Transpose():
            return tree.operand
        case Binary(operator="@"):
            return Binary("@", turned(tree.right), turned(tree.left), tree.span)
        case Unary():
            return Unary(tree.operator, turned(tree.operand), tree.span)
        case Binary(operator="+" | "-" | "*" | "/"):
            numbers = [_is_number(part) for part in (tree.left, tree.right)]
            left, right = (
                part if number else turned(part)
                for part, number in zip((tree.left, tree.right), numbers, strict=True)
            )
            return Binary(tree.operator, left, right, tree.span)
    return tree if _is_number(tree) else Transpose(tree, tree.span)


def _is_number(tree: Node) -> bool:
    return not any(map(_is_array, names(tree)))


def _is_array(name: str) -> bool:
    """Is it an array of a network? What else there is are numbers: m, alpha, lambda."""
    return parted(name)[0] in (*LAYERED, *MATRICES)


def parted(name: str) -> tuple[str, int | None]:
    """Return the letter and the layer of an array's name.

    >>> parted("dW2"), parted("X")
    (('dW', 2), ('X', None))
    """
    letter = name.rstrip("0123456789")
    layer = name[len(letter) :]
    return letter, int(layer) if layer else None


def places(tree: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    """Yield every part of a tree with its path: which part of which part it is.

    An equation is no deeper than its limit, so this recurses.
    """
    yield path, tree
    for index, part in enumerate(children(tree)):
        yield from places(part, (*path, index))


def replaced(tree: Node, path: tuple[int, ...], by: Node) -> Node:
    """Return the tree with the part at `path` replaced."""
    if not path:
        return by
    parts = list(children(tree))
    parts[path[0]] = replaced(parts[path[0]], path[1:], by)
    return rebuild(tree, tuple(parts))
