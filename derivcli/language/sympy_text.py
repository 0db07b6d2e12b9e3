"""Tree to text, the way SymPy's users type it in Python: exact numbers, functions by its names."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Collection
from fractions import Fraction

from derivcli.errors import RefusedError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.text import ATOM, Written, decimal, spaced
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    decimal_places,
    fold,
    nodes,
    rebuild,
    substitute,
)

NAMED = {"pi": "pi", "e": "E"}
RELATIONS = {"==": "Eq", "!=": "Ne"}


class SymPyWriter:
    """Writes trees; `imported` grows by what has to be imported from sympy.

    `formula` reads a text of the table of functions. Names that mean something else to Python or
    to the script, the `reserved` ones, get a line below behind them.
    """

    def __init__(self, formula: Callable[[str], Node], reserved: Collection[str] = ()) -> None:
        self.formula, self.reserved = formula, reserved
        self.imported: set[str] = set()

    def text(self, tree: Node) -> str:
        """Return the tree in Python. Raises RefusedError for a function that SymPy cannot have."""
        return fold(self._known(tree), self._write)[0]

    def name(self, name: str) -> str:
        """Return a name as the script has it."""
        return f"{name}_" if keyword.iskeyword(name) or name in self.reserved else name

    def _known(self, tree: Node) -> Node:
        """Return the tree with functions that SymPy lacks written out."""
        while True:
            lacking = False

            def visit(node: Node, parts: tuple[Node, ...]) -> Node:
                nonlocal lacking
                node = rebuild(node, parts)
                if not isinstance(node, Call):
                    return node
                row = FUNCTIONS[node.function]
                if row.sympy is not None and row.sympy.isidentifier():
                    return node
                source = row.sympy or row.definition or row.elementary or row.kernel
                if source is None:
                    raise RefusedError(f"SymPy has no {row.written}, and nothing else computes it")
                lacking = True
                known = dict(zip(row.parameters, node.arguments, strict=True))
                return substitute(self.formula(source), known)

            tree = fold(tree, visit)
            if not lacking:
                return tree

    def _use(self, name: str) -> str:
        self.imported.add(name)
        return name

    def _write(self, node: Node, parts: tuple[Written, ...]) -> Written:
        match node:
            case Number():
                return self._number(node.value)
            case Constant():
                return self._use(NAMED[node.name]), ATOM
            case Name():
                return self.name(node.name), ATOM
            case Call():
                name = self._use(FUNCTIONS[node.function].sympy or "")
                return f"{name}({', '.join(part for part, _ in parts)})", ATOM
            case Comparison(operator="==" | "!="):
                name = self._use(RELATIONS[node.operator])
                return f"{name}({parts[0][0]}, {parts[1][0]})", ATOM
            case Piecewise():
                pairs = zip(parts[:-1:2], parts[1:-1:2], strict=True)
                pieces = [f"({value}, {condition})" for (value, _), (condition, _) in pairs]
                pieces.append(f"({parts[-1][0]}, True)")
                return f"{self._use('Piecewise')}({', '.join(pieces)})", ATOM
            case Binary(operator="/" | "**", left=Number(value=value), right=right) if (
                value.denominator == 1 and not any(isinstance(e, Name | Call) for e in nodes(right))
            ):
                # Python would divide two whole numbers, and leave a float.
                return spaced(node, ((f"{self._use('Integer')}({value})", ATOM), parts[1]))
        return spaced(node, parts)

    def _number(self, value: Fraction) -> Written:
        if value.denominator == 1:
            return str(value), ATOM
        if decimal_places(value) is None:
            return f"{self._use('Rational')}({value.numerator}, {value.denominator})", ATOM
        return f'{self._use("Rational")}("{decimal(value)}")', ATOM
