"""Our tree to SymPy's expressions. No text reaches SymPy, only objects built from a tree."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from mpmath import mp

from derivcli.calculus.evaluate import formula
from derivcli.errors import RefusedError
from derivcli.language.functions import FUNCTIONS, ROWS, Function
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

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": sympy.StrictLessThan,
    "<=": sympy.LessThan,
    ">": sympy.StrictGreaterThan,
    ">=": sympy.GreaterThan,
    "==": sympy.Equality,
    "!=": sympy.Unequality,
}


def _by_text(source: str, parameters: tuple[str, ...]) -> Callable[..., Any]:
    """Return what a text of the table says, as a function of SymPy's expressions."""
    return lambda *arguments: to_sympy(
        formula(source), dict(zip(parameters, arguments, strict=True))
    )


def _of_reals(row: Function, function: Any) -> Callable[..., Any]:
    """Return SymPy's function of what it knows to be real: else it splits |u| into two parts."""
    return lambda u: (function if u.is_extended_real else opaque(row.name))(u)


def _known(row: Function, name: str) -> Callable[..., Any]:
    if not name.isidentifier():
        return _by_text(name, row.parameters)
    function: Callable[..., Any] = getattr(sympy, name)
    return function if row.analytic else _of_reals(row, function)


# Rows that SymPy knows by the same meaning; the others become opaque functions below: those of
# which SymPy knows nothing, and the gamma family, whose whole arguments it would multiply out.
KNOWN = {row.name: _known(row, row.sympy) for row in ROWS if row.sympy}
ELEMENTARY = {row.name: _by_text(row.elementary, row.parameters) for row in ROWS if row.elementary}
# Opaque functions that a proof may see through.
SEEN_THROUGH = {name: each for name, each in ELEMENTARY.items() if name not in KNOWN}


class NoValue(sympy.AtomicExpr):  # type: ignore[misc] # SymPy has no types
    """What has no value, and so no derivative: 1/0. SymPy's own makes 0 of 1/zoo and of dzoo/dx."""

    is_commutative = True

    def diff(self, *_: Any, **__: Any) -> Any:
        """Return itself."""
        return self


NO_VALUE = NoValue()
INFINITE = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo)


@cache
def symbol(name: str) -> sympy.Symbol:
    """Return the real variable of this name; the parser has matched the name."""
    return sympy.Symbol(name, real=True)


@cache
def opaque(name: str) -> Any:
    """Return a SymPy function for a row of the table, differentiated by the row's partials."""
    row = FUNCTIONS[name]

    def fdiff(self: Any, argindex: int = 1) -> Any:
        arguments = dict(zip(row.parameters, self.args, strict=True))
        return to_sympy(formula(row.partials[argindex - 1]), arguments)

    def evaluated(_cls: Any, *arguments: Any) -> Any:
        if row.rational and all(argument.is_Rational for argument in arguments):
            value = row.rational(*(Fraction(int(a.p), int(a.q)) for a in arguments))
            if value is not None:
                return sympy.Rational(value.numerator, value.denominator)
        if row.name == "cbrt" and all(argument.is_positive for argument in arguments):
            return arguments[0] ** sympy.Rational(1, 3) if arguments[0].is_number else None
        if row.definition and all(argument.is_number for argument in arguments):
            return to_sympy(
                formula(row.definition), dict(zip(row.parameters, arguments, strict=True))
            )
        return None

    def evalf(self: Any, prec: int) -> Any:
        if row.primitive is None:
            return None
        with mp.workprec(prec):
            values = [argument._to_mpmath(prec) for argument in self.args]  # noqa: SLF001 - SymPy offers no other way
            try:
                value = row.primitive(mp, *values)
            except (ArithmeticError, ValueError, TypeError, mp.NoConvergence):
                return None  # on a pole, or off the real axis
            return sympy.Float(value, precision=prec) if mp.isfinite(value) else None

    members = {
        "fdiff": fdiff,
        "eval": classmethod(evaluated),
        "_eval_evalf": evalf,
        "is_real": True,
    }
    return type(f"derivcli_{name}", (sympy.Function,), {**members, "row": row})


def to_sympy(tree: Node, values: dict[str, Any] | None = None) -> Any:
    """Return the SymPy expression of a tree, names replaced by `values` where given.

    SymPy simplifies as it builds: w + w becomes 2*w.
    """
    known = values or {}

    def visit(node: Node, parts: tuple[Any, ...]) -> Any:
        if isinstance(node, Piecewise):
            return _piecewise(parts)
        if NO_VALUE in parts:
            return NO_VALUE
        found = operated(node, parts)
        return NO_VALUE if found in INFINITE else found

    def operated(node: Node, parts: tuple[Any, ...]) -> Any:
        match node:
            case Number():
                return sympy.Rational(node.value.numerator, node.value.denominator)
            case Constant():
                return sympy.pi if node.name == "pi" else sympy.E
            case Name():
                return known[node.name] if node.name in known else symbol(node.name)
            case Unary():
                return -parts[0] if node.operator == "-" else parts[0]
            case Binary():
                return _operate(node.operator, *parts)
            case Call():
                return _function(node.function)(*parts)
            case Comparison():
                return _relation(node.operator, *parts)

    try:
        return fold(tree, visit)
    except ValueError as error:  # SymPy computes some constants, and falls over erfinv(4)
        raise RefusedError(f"SymPy cannot hold a constant of this expression: {error}") from None


def _piecewise(parts: tuple[Any, ...]) -> Any:
    pieces = []
    for value, condition in zip((*parts[:-1:2], parts[-1]), (*parts[1::2], True), strict=True):
        if condition is NO_VALUE:
            pieces.append((NO_VALUE, True))
            break
        pieces.append((value, condition))
    return sympy.Piecewise(*pieces, evaluate=True)


def _relation(operator: str, left: Any, right: Any) -> Any:
    try:
        return RELATIONS[operator](left, right)
    except (TypeError, ValueError, ArithmeticError):
        raise RefusedError("a condition compares what is not a real number") from None


def _function(name: str) -> Callable[..., Any]:
    return KNOWN[name] if name in KNOWN else opaque(name)


def _operate(operator: str, left: Any, right: Any) -> Any:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return NO_VALUE if right.is_zero else left / right
    if left == 0 and not right.is_number:  # SymPy's derivative of 0**b is nan
        return sympy.Piecewise((0, right > 0), (NO_VALUE, True))
    return left**right
