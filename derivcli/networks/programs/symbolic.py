"""Trees of numbers as SymPy sees them, off the borders of their pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from derivcli.calculus.evaluate import formula
from derivcli.calculus.symbolic import entries as symbolic
from derivcli.calculus.symbolic import symbol, to_sympy
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Call, Comparison, Name, Node, Piecewise, fold, number, rebuild


def symbolic_value(tree: Node, known: Mapping[str, Any], *, row: bool = False) -> Any:
    """Return a tree as SymPy sees it, where names have these values, and others are symbols.

    An inequality is what it is where its sides differ; so is an equation of a `row` of the table,
    which tells no more than what is at a kink.
    """

    def visit(node: Node, parts: tuple[Any, ...]) -> Any:
        match node:
            case Name():
                return known[node.name] if node.name in known else symbol(node.name)
            case Comparison():
                if row and node.operator in ("==", "!="):
                    return to_sympy(number(int(node.operator == "!=")))
                return symbolic.compare(node.operator, *parts)
            case Piecewise():
                found = parts[-1]
                for value, holds in zip(parts[-3::-2], parts[-2::-2], strict=True):
                    found = symbolic.where(holds, value, found)
                return found
            case Call(arguments=(_,)) if FUNCTIONS[node.function].definition is not None:
                return _of_pieces(node.function)(*parts)
        stand_ins = {f"part {index}": part for index, part in enumerate(parts)}
        return to_sympy(rebuild(node, tuple(map(Name, stand_ins))), stand_ins)

    return fold(tree, visit)


@cache
def _of_pieces(name: str) -> Callable[[Any], Any]:
    """Return a function of pieces as SymPy's: a step by its pieces, others by their slopes."""
    row = FUNCTIONS[name]
    if row.partials[0] == "0":
        return _steps(formula(str(row.definition)))
    slope = _steps(formula(row.partials[0]))
    found: Callable[[Any], Any] = symbolic.by_slope(name, lambda z, _: slope(z))
    return found


def _steps(tree: Node) -> Callable[[Any], Any]:
    """Return a tree in u as a function, multiplied out once: a step times itself is that step."""
    u = symbol("u")
    steps = symbolic.expanded(symbolic_value(tree, {"u": u}, row=True))
    return lambda argument: symbolic.replaced(steps, {u: argument})
