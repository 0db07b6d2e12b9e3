"""SymPy's expressions back to our tree, laid out the way people write them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from derivcli.calculus.symbolic.expressions import NO_VALUE
from derivcli.language.functions import FUNCTIONS, SPELLED, Function
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
    joined,
    number,
)

LONGEST_NUMBER = 8_192  # bits of a number in a printed derivative


OPERATORS = {"StrictLessThan": "<", "LessThan": "<=", "StrictGreaterThan": ">", "GreaterThan": ">=",
             "Equality": "==", "Unequality": "!="}  # fmt: skip


def to_tree(expression: Any) -> Node:
    """Return the tree of a SymPy expression, laid out the way people write it.

    Raises TypeError for what the language has no word for.
    """
    if expression.is_Add:
        return _sum(expression)
    if expression.is_Mul or (expression.is_Rational and not expression.is_Integer):
        return _product(expression)
    if expression.is_Integer:
        return number(_writable(expression))
    if expression.is_Symbol:
        return Name(str(expression.name))
    if expression.is_Pow and expression.exp.is_Rational and expression.exp.is_negative:
        return _product(expression)
    return _atom(expression)


def _writable(value: Any) -> int:
    """Return a whole number of SymPy's, unless nobody would want to read it."""
    if int(value).bit_length() > LONGEST_NUMBER:
        raise TypeError(f"a number of {int(value).bit_length():,} bits")
    return int(value)


def _atom(expression: Any) -> Node:
    if expression is sympy.pi:
        return Constant("pi")
    if expression is sympy.E:
        return Constant("e")
    if expression is NO_VALUE:
        return Binary("/", number(1), number(0))
    if expression.is_Pow:
        return _power(expression)
    if isinstance(expression, sympy.Piecewise):
        return _piecewise(expression)
    if isinstance(expression, sympy.Function):
        return _call(expression)
    raise TypeError(f"no word for {type(expression).__name__}")


def _sum(expression: Any) -> Node:
    terms = expression.as_ordered_terms()
    tree = to_tree(terms[0])
    for term in terms[1:]:
        if term.could_extract_minus_sign():
            tree = Binary("-", tree, to_tree(-term))
        else:
            tree = Binary("+", tree, to_tree(term))
    return tree


def _product(expression: Any) -> Node:
    """Return a product as one fraction; a minus sign belongs to its first factor."""
    coefficient, rest = expression.as_coeff_Mul()
    over: list[Node] = []
    under: list[Node] = []
    if abs(coefficient.p) != 1:
        over.append(number(abs(_writable(coefficient.p))))
    if coefficient.q != 1:
        under.append(number(_writable(coefficient.q)))
    factors = [] if rest is sympy.S.One else list(rest.as_ordered_factors())
    negative = bool(coefficient.is_negative)
    for index, factor in enumerate(factors):
        if negative and factor.is_Add and factor.could_extract_minus_sign():
            factors[index], negative = -factor, False  # -(x - w) is w - x
    for factor in sorted(factors, key=lambda factor: factor.is_Add):
        base, exponent = factor.as_base_exp()
        if exponent.is_Rational and exponent < 0 and base is not sympy.E:
            under.append(to_tree(base**-exponent))
        else:
            over.append(_atom(factor) if factor.is_Pow else to_tree(factor))
    if not over:
        over.append(Number(Fraction(1)))
    if negative:
        over[0] = Unary("-", over[0])
    top = joined("*", over)
    return Binary("/", top, joined("*", under)) if under else top


def _power(expression: Any) -> Node:
    base, exponent = expression.as_base_exp()
    if exponent == sympy.Rational(1, 2):
        return Call("sqrt", (to_tree(base),))
    return Binary("**", to_tree(base), to_tree(exponent))


def _piecewise(expression: Any) -> Node:
    *pieces, (last, always) = expression.args
    if always != sympy.true:
        raise TypeError("no value where no condition holds")
    tree = to_tree(last)
    for value, condition in reversed(pieces):
        tree = _where(condition, to_tree(value), tree)
    return tree


def _where(condition: Any, value: Node, otherwise: Node) -> Node:
    """Return value where the condition holds, else otherwise; the language has no and, no or."""
    if condition in (sympy.true, sympy.false):
        return value if condition == sympy.true else otherwise
    if isinstance(condition, sympy.ITE):
        test, then, other = condition.args
        return _where(test, _where(then, value, otherwise), _where(other, value, otherwise))
    if isinstance(condition, sympy.Not):
        return _where(condition.args[0], otherwise, value)
    if isinstance(condition, sympy.And):
        for part in reversed(condition.args):
            value = _where(part, value, otherwise)
        return value
    if isinstance(condition, sympy.Or):
        for part in reversed(condition.args):
            otherwise = _where(part, value, otherwise)
        return otherwise
    comparison = _comparison(condition)
    if isinstance(otherwise, Piecewise):
        return Piecewise(
            (value, *otherwise.values), (comparison, *otherwise.conditions), otherwise.otherwise
        )
    return Piecewise((value,), (comparison,), otherwise)


def _comparison(condition: Any) -> Comparison:
    operator = OPERATORS.get(type(condition).__name__)
    if operator is None:
        raise TypeError(f"no word for {type(condition).__name__}")
    return Comparison(operator, to_tree(condition.lhs), to_tree(condition.rhs))


def _call(expression: Any) -> Node:
    arguments = expression.args
    if isinstance(expression, sympy.exp):
        return Call("exp", (to_tree(arguments[0]),))
    row: Function | None = getattr(type(expression), "row", None)
    if row is None:
        row = FUNCTIONS.get(SPELLED.get(type(expression).__name__, ""))
        if row is not None and row.variadic:  # of any number of arguments there
            row = None
    if row is None:
        raise TypeError(f"no word for {type(expression).__name__}")
    return Call(row.name, tuple(to_tree(argument) for argument in arguments[: len(row.parameters)]))
