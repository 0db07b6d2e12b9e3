"""Products, quotients and signs put together: -(y*(1/a) + (1 - y)*(-1/b)) is -y/a + (1 - y)/b."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derivcli.calculus.derivation.algebra import minus, negative, over, plus, times
from derivcli.language.tree import Binary, Node, Number, Unary, fold, number, rebuild


@dataclass(frozen=True, slots=True)
class Term:
    """A number times factors, over others."""

    coefficient: Fraction
    over: tuple[Node, ...] = ()
    under: tuple[Node, ...] = ()

    def tree(self) -> Node:
        """Return the term without its sign."""
        size = abs(self.coefficient)
        top: Node = number(size.numerator)
        for each in self.over:
            top = times(top, each)
        bottom: Node = number(size.denominator)
        for each in self.under:
            bottom = times(bottom, each)
        return over(top, bottom)


def collected(tree: Node) -> Node:
    """Return a tree with signs and numbers in front of each product, and one fraction of each.

    >>> from derivcli.language.parser import parse
    >>> from derivcli.language.text import text
    >>> text(collected(parse("-(y*(1/a) + (1 - y)*(-1/b)) + 2*c/2").output.expression))
    '-y/a + (1 - y)/b + c'
    """
    return _sum(fold(tree, _terms))


def _terms(node: Node, parts: tuple[tuple[Term, ...], ...]) -> tuple[Term, ...]:
    match node:
        case Number():
            return (Term(node.value),)
        case Unary():
            return _signed(parts[0]) if node.operator == "-" else parts[0]
        case Binary(operator="+"):
            return parts[0] + parts[1]
        case Binary(operator="-"):
            return parts[0] + _signed(parts[1])
        case Binary(operator="*"):
            left, right = (_one(part) for part in parts)
            return (Term(left.coefficient * right.coefficient, left.over + right.over,
                         left.under + right.under),)  # fmt: skip
        case Binary(operator="/"):
            left, right = (_one(part) for part in parts)
            if right.coefficient:
                return (Term(left.coefficient / right.coefficient, left.over + right.under,
                             left.under + right.over),)  # fmt: skip
    return (Term(Fraction(1), (rebuild(node, tuple(_sum(part) for part in parts)),)),)


def _signed(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(Term(-each.coefficient, each.over, each.under) for each in terms)


def _one(terms: tuple[Term, ...]) -> Term:
    """Return a sum as a single term: of several terms it is a factor."""
    return terms[0] if len(terms) == 1 else Term(Fraction(1), (_sum(terms),))


def _sum(terms: tuple[Term, ...]) -> Node:
    first, *others = terms
    tree = negative(first.tree()) if first.coefficient < 0 else first.tree()
    for each in others:
        tree = minus(tree, each.tree()) if each.coefficient < 0 else plus(tree, each.tree())
    return tree
