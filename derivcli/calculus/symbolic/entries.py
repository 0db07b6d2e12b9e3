"""Entries of arrays as SymPy expressions: symbols, conditions, functions known by their slope.

A function that SymPy knows by its slope alone stays in one piece, so that what is differentiated
is a polynomial in a few atoms: `atoms.same` compares two of those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy

from derivcli.calculus.evaluate import formula
from derivcli.calculus.symbolic.expressions import to_sympy
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Call, Node, fold, rebuild, substitute


class UnitStep(sympy.Function):  # type: ignore[misc] # SymPy has no types
    """1 where its argument is > 0, else 0; where that is 0 nothing is said of it."""

    is_real = True

    @classmethod
    def eval(cls, u: Any) -> Any:
        """Return the value of a number; of an argument and its negative one is written."""
        if u.is_Rational:
            return sympy.Integer(int(u > 0))
        return 1 - cls(-u) if u.could_extract_minus_sign() else None

    def fdiff(self, argindex: int = 1) -> Any:  # noqa: ARG002 - of one argument
        """Return 0: a step is constant wherever it has a derivative."""
        return sympy.S.Zero

    def _eval_power(self, exponent: Any) -> Any:
        return self if exponent.is_Integer and exponent.is_positive else None


class Nonzero(UnitStep):
    """1 where its argument is not 0, else 0."""

    @classmethod
    def eval(cls, u: Any) -> Any:
        """Return the value of a number; that of a step is the step itself."""
        if u.is_Rational:
            return sympy.Integer(int(u != 0))
        if isinstance(u, UnitStep) or isinstance(1 - u, UnitStep):
            return u
        return cls(-u) if u.could_extract_minus_sign() else None


class Softmax(sympy.Function):  # type: ignore[misc] # SymPy has no types
    """a_k = exp(z_k) / (exp(z_1) + ... + exp(z_n)), as Softmax(k, z_1, ..., z_n).

    Known by its slopes alone: the derivative of a_k by z_j is a_k ((k == j) - a_j).
    """

    is_real = True

    def fdiff(self, argindex: int = 1) -> Any:
        k, *z = self.args
        j = argindex - 1
        return self * (int(k == j) - Softmax(j, *z))


def by_slope(name: str, slope: Callable[..., Any], arguments: int = 1) -> Any:
    """Return a function without values, of which SymPy knows the slope by its first argument.

    `slope(z, a)` is g'(z) in terms of z, the arguments, and of a = g(z).
    """

    def fdiff(self: Any, argindex: int = 1) -> Any:
        if argindex != 1:
            raise sympy.core.function.ArgumentIndexError(self, argindex)
        return slope(*self.args, self)

    members = {"fdiff": fdiff, "is_real": True, "nargs": arguments}
    return type(f"known_by_slope_{name}", (sympy.Function,), members)


def explicit(tree: Node) -> Any:
    """Return a tree with its functions in terms of exp, log, erf and sin, where they have such."""
    return to_sympy(_elementary(tree))


def _elementary(tree: Node) -> Node:
    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        node = rebuild(node, parts)
        source = FUNCTIONS[node.function].elementary if isinstance(node, Call) else None
        if source is None or not isinstance(node, Call):
            return node
        arguments = dict(zip(FUNCTIONS[node.function].parameters, node.arguments, strict=True))
        return _elementary(substitute(formula(source), arguments))

    return fold(tree, visit)


def shares(z: Sequence[Any]) -> list[Any]:
    """Return exp(z_k) / (exp(z_1) + ... + exp(z_n)) for each k: softmax, written out."""
    powers = [sympy.exp(each) for each in z]
    return [power / sympy.Add(*powers) for power in powers]


def compare(operator: str, left: Any, right: Any) -> Any:
    """Return 1 where the comparison holds, else 0; an inequality, wherever both sides differ."""
    above, other = UnitStep(left - right), Nonzero(left - right)
    return {
        ">": above, ">=": above, "<": 1 - above, "<=": 1 - above, "==": 1 - other, "!=": other,
    }[operator]  # fmt: skip


def expanded(expression: Any) -> Any:
    """Return an expression multiplied out."""
    return expression.expand()


def where(condition: Any, value: Any, otherwise: Any) -> Any:
    """Return `value` where the condition is not 0, else `otherwise`, as a sum of two products."""
    holds = Nonzero(condition)
    return otherwise + holds * (value - otherwise)


def partial(expression: Any, variable: Any) -> Any:
    """Return the derivative, by SymPy."""
    return expression.diff(variable)


def replaced(expression: Any, by: Mapping[Any, Any]) -> Any:
    """Return the expression with symbols replaced, and nothing else done to it."""
    return expression.xreplace(by)
