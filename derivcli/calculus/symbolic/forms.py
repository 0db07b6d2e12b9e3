"""A derivative as it stands on paper: a sum of products over a product, nothing done by itself.

SymPy collects and cancels as it builds. Here every term stays one until a step takes it away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy

from derivcli.calculus.symbolic.expressions import to_sympy
from derivcli.calculus.symbolic.trees import to_tree
from derivcli.language.tree import Binary, Node, Number, Unary


@dataclass(frozen=True, slots=True)
class Monomial:
    """A number times powers (base, exponent) of what is no product.

    A sum among the bases has no number and no sign that could be drawn out.
    """

    number: Any
    powers: frozenset[tuple[Any, Any]] = frozenset()

    def times(self, other: Monomial, power: int = 1) -> Monomial:
        """Return this times a power of another one; raise ZeroDivisionError where that is 0."""
        if other.number == 0 and power < 0:
            raise ZeroDivisionError
        number, found = self.number * other.number**power, dict(self.powers)
        for base, exponent in other.powers:
            found[base] = found.get(base, 0) + exponent * power
            if base.is_Rational:  # 1/sqrt(2) is sqrt(2)/2
                whole = sympy.floor(found[base])
                number, found[base] = number * base**whole, found[base] - whole
        powers = ((base, exponent) for base, exponent in found.items() if exponent and number)
        return Monomial(number, frozenset(powers))

    def above(self) -> Monomial:
        """Return what stands above the line."""
        return Monomial(sympy.Integer(self.number.p), frozenset(p for p in self.powers if p[1] > 0))

    def below(self) -> Monomial:
        """Return what stands under the line."""
        powers = frozenset((base, -exponent) for base, exponent in self.powers if exponent < 0)
        return Monomial(sympy.Integer(self.number.q), powers)

    @property
    def sum(self) -> Any:
        """The sum that this is a multiple of, or None."""
        if len(self.powers) != 1:
            return None
        ((base, exponent),) = self.powers
        return base if base.is_Add and exponent == 1 else None

    def opened(self) -> tuple[Monomial, ...]:
        """Return the terms, where this is a multiple of a sum."""
        if self.sum is None:
            return (self,)
        number = Monomial(self.number)
        return tuple(number.times(monomial(each)) for each in self.sum.as_ordered_terms())

    def expression(self) -> Any:
        """Return it as SymPy's; a number before a sum stays there."""
        powers = [base**exponent for base, exponent in self.powers]
        return sympy.Mul(self.number, *powers, evaluate=self.sum is None or self.number == 1)


ONE = Monomial(sympy.S.One)


def monomial(expression: Any) -> Monomial:
    """Return SymPy's expression as a product."""
    number, rest = expression.as_coeff_Mul(rational=True)
    found = Monomial(number)
    for factor in sympy.Mul.make_args(rest):
        found = found.times(_power(factor))
    return found


def _power(factor: Any) -> Monomial:
    if factor == 1:
        return ONE
    if isinstance(factor, sympy.exp):
        terms = (term.as_coeff_Mul(rational=True) for term in sympy.Add.make_args(factor.args[0]))
        return Monomial(sympy.S.One, frozenset((sympy.exp(rest), n) for n, rest in terms))
    base, exponent = factor.as_base_exp()
    if not exponent.is_Rational:
        return Monomial(sympy.S.One, frozenset({(factor, sympy.S.One)}))
    if not base.is_Add or not exponent.is_Integer:
        return Monomial(sympy.S.One, frozenset({(base, exponent)}))
    content, primitive = base.primitive()
    if primitive.could_extract_minus_sign():
        content, primitive = -content, -primitive
    return Monomial(content**exponent, frozenset({(primitive, exponent)}))


def _read(tree: Node) -> Monomial:
    """Return a tree as a product."""
    found = ONE
    stack = [(tree, 1)]
    while stack:
        node, power = stack.pop()
        match node:
            case Binary(operator="*"):
                stack += [(node.right, power), (node.left, power)]
            case Binary(operator="/"):
                stack += [(node.right, -power), (node.left, power)]
            case Binary(operator="**", right=Number(value=n)) if n.denominator == 1:
                stack.append((node.left, power * int(n)))
            case Unary():
                sign = sympy.Integer(-1 if node.operator == "-" else 1)
                found = found.times(Monomial(sign), power)
                stack.append((node.operand, power))
            case _:
                found = found.times(monomial(to_sympy(node)), power)
    return found


@dataclass(frozen=True, slots=True)
class Form:
    """A sum of products over a product."""

    terms: tuple[Monomial, ...]
    below: Monomial = ONE

    def tree(self) -> Node:
        """Return it as a tree, term by term."""
        terms = [term for term in self.terms if term.number] or [Monomial(sympy.S.Zero)]
        tree = to_tree(terms[0].expression())
        for term in terms[1:]:
            sign = Monomial(sympy.Integer(-1 if term.number < 0 else 1))
            size = to_tree(term.times(sign).expression())
            tree = Binary("-" if term.number < 0 else "+", tree, size)
        return tree if self.below == ONE else Binary("/", tree, to_tree(self.below.expression()))

    def key(self) -> tuple[Any, ...]:
        """Return what is the same for all that differ in order, brackets and signs alone."""
        terms, below = self.terms, self.below
        if len(terms) == 1:
            whole = terms[0].times(below, -1)
            terms, below = (whole,), ONE
            if whole.above().sum is not None and whole.below() != ONE:
                terms, below = whole.above().opened(), whole.below()
        scale = Monomial(1 / below.number)
        counts = Counter(
            each.times(scale)
            for term in terms
            for each in (term.opened() if abs(term.number) == 1 else (term,))
        )
        return frozenset(counts.items()), below.times(scale)


def forms(tree: Node) -> list[Form]:
    """Return how a tree can be read: a sum in two parts and in all its terms, over what it is."""
    above, below = tree, ONE
    if isinstance(tree, Binary) and tree.operator == "/":
        above, below = tree.left, _read(tree.right)
    if not _is_sum(above):
        whole = _read(tree)
        top, below = whole.above(), whole.below()
        opened = [Form(top.opened(), below)] if below != ONE else []
        return [Form((top,), below), *opened]
    parts = [tuple(_terms(above, most)) for most in (2, None)]
    return [Form(each, below) for each in dict.fromkeys(parts)]


def _terms(tree: Node, most: int | None) -> Iterator[Monomial]:
    """Yield the terms of a sum as it was put together, in `most` parts at the most."""
    found: list[Monomial] = []
    while isinstance(tree, Binary) and tree.operator in ("+", "-") and len(found) + 1 != most:
        sign = Monomial(sympy.Integer(1 if tree.operator == "+" else -1))
        found.append(_read(tree.right).times(sign))
        tree = tree.left
    yield _read(tree)
    yield from reversed(found)


def _is_sum(tree: Node) -> bool:
    return isinstance(tree, Binary) and tree.operator in ("+", "-")
