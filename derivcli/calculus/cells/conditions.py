"""Conditions of a tree, in one form for all that say the same: a linear sum, beside 0."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import TooLarge, Uncertain
from derivcli.calculus.cells.linear import Linear
from derivcli.calculus.derivation.algebra import minus
from derivcli.calculus.evaluate import check_domain, evaluate, formula, inner
from derivcli.calculus.exact import Real, decimal_ends, exact, span
from derivcli.errors import DerivError
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.text import text
from derivcli.language.tree import Binary, Call, Name, Node, Number, Unary, fold, names, number

DIGITS = 50
INSIDE = (Fraction(1, 2), Fraction(2))  # one of these is in the domain of each function
SIMPLE = (Fraction(0), Fraction(1), Fraction(-1))
RECENT = 500  # conditions that are remembered
SIGNS = (1, -1, 0)
WHOLE = "u - floor(u)"  # the kinks of what is floor(u)
RELATIONS = {1: ">", -1: "<", 0: "=="}


@dataclass(frozen=True, slots=True)
class Condition:
    """What decides by its sign: a tree, and the linear sum that has `turn` times its sign."""

    node: Node
    linear: Linear
    turn: int

    @property
    def key(self) -> Hashable:
        """Equal for conditions that have the same sign everywhere, as far as that is seen."""
        return frozenset(self.linear.terms.items()), self.linear.constant

    def words(self, sign: int) -> str:
        """Return the condition that this sign is, as text: `x > 3`."""
        if len(self.linear.terms) == 1:
            ((unknown, _),) = self.linear.terms.items()
            if isinstance(unknown, Name):
                return f"{unknown.name} {RELATIONS[sign]} {text(number(-self.linear.constant))}"
        return f"{text(self.node)} {RELATIONS[sign * self.turn]} 0"


@lru_cache(RECENT)
def condition(node: Node) -> Condition:
    """Return the condition on the sign of a tree."""
    linear = linear_form(node)
    if not linear.terms:
        return Condition(node, linear, 1)
    _, factor = min(unknowns(linear), key=lambda each: text(each[0]))
    return Condition(node, linear.times(1 / factor), 1 if factor > 0 else -1)


def factors(tree: Node) -> list[tuple[Node, int]]:
    """Return trees with powers whose product has the sign of a tree, the simplest that are seen."""
    found: list[tuple[Node, int]] = []
    stack = [(tree, 1)]
    while stack:
        node, power = stack.pop()
        match node:
            case Binary(operator="*" | "/"):
                stack += [(node.left, power), (node.right, power)]
            case Binary(operator="**", right=Number(value)) if value.denominator == 1 and value:
                stack.append((node.left, power * int(value)))
            case Unary(operator="-") if power % 2 == 0:
                stack.append((node.operand, power))
            case _ if (undone := _undone(node)) is not None:
                stack += [(part, power) for part in undone]
            case _ if not all(isinstance(term, Name) for term in linear_form(node).terms):
                found += [(factor, power * n) for factor, n in symbolic.factors(node)]
            case _:
                found.append((node, power))
    return found


def _undone(tree: Node) -> tuple[Node, Node] | None:
    """Return u - a and a number, whose product has the sign of c*f(u) - c*f(a): log(x) has x - 1's.

    Of a function that rises or falls all along.
    """
    linear = linear_form(tree)
    for unknown, factor in unknowns(linear) if len(linear.terms) == 1 else ():
        if isinstance(unknown, Call):
            found = _level(FUNCTIONS[unknown.function], -linear.constant / factor)
            if found is not None:
                place, rises = found
                return minus(unknown.arguments[0], number(place)), number(factor * rises)
    return None


@cache
def _level(row: Function, value: Fraction) -> tuple[Fraction, int] | None:
    """Return where a function has a value, and 1 or -1 as it rises or falls all along."""
    if len(row.parameters) > 1 or row.nonzero or row.definition or not row.rational:
        return None
    place = next((u for u in SIMPLE if row.rational(u) == value), None)
    if place is None or 0 in symbolic.possible_signs(formula(row.partials[0])):
        return None
    (u,) = row.parameters
    for inside in INSIDE:
        with exact(DIGITS) as arithmetic, suppress(ArithmeticError):
            check_domain(row, {u: place}, arithmetic)
            return place, arithmetic.sign(inner(row.partials[0], {u: inside}, arithmetic))
    return None


def linear_form(tree: Node) -> Linear:
    """Return a tree as a linear sum; whatever is no sum of multiples is an unknown."""

    def visit(node: Node, parts: tuple[Linear, ...]) -> Linear:
        match node:
            case Number():
                return Linear({}, node.value)
            case Unary(operator="-"):
                return parts[0].times(Fraction(-1))
            case Unary():
                return parts[0]
            case Binary(operator="+"):
                return parts[0] - parts[1].times(Fraction(-1))
            case Binary(operator="-"):
                return parts[0] - parts[1]
            case Binary(operator="*") if not parts[0].terms:
                return parts[1].times(parts[0].constant)
            case Binary(operator="*") if not parts[1].terms:
                return parts[0].times(parts[1].constant)
            case Binary(operator="/") if not parts[1].terms and parts[1].constant:
                return parts[0].times(1 / parts[1].constant)
            case Binary(operator="*") if all(map(_is_multiple, parts)):  # (-x)*y is -(x*y)
                (one, a), (other, b) = (each for part in parts for each in unknowns(part))
                first, second = sorted((one, other), key=text)
                return Linear({Binary("*", first, second): a * b}, Fraction(0))
        return Linear({node: Fraction(1)}, Fraction(0))

    return fold(tree, visit)


def unknowns(linear: Linear) -> list[tuple[Node, Fraction]]:
    """Return the unknowns of a tree's linear sum, which are trees themselves, and their factors."""
    return [(each, factor) for each, factor in linear.terms.items() if isinstance(each, Node)]


def _is_multiple(linear: Linear) -> bool:
    return len(linear.terms) == 1 and not linear.constant


def known(conditions: Sequence[Condition]) -> list[tuple[Linear, int]]:
    """Return what is known of the unknowns in some conditions, whatever their signs are.

    Of constants their enclosures, and that floor(u) is the whole number below u.
    """
    found: list[tuple[Linear, int]] = []
    seen: set[Hashable] = set()
    todo = [unknown for each in conditions for unknown in each.linear.terms]
    while todo:
        unknown = todo.pop()
        if unknown in seen or not isinstance(unknown, Node):
            continue
        seen.add(unknown)
        alone = Linear({unknown: Fraction(1)}, Fraction(0))
        for bound, sign in _bounds(unknown):
            found.append((alone - Linear({}, bound), sign))
        if isinstance(unknown, Call) and WHOLE in FUNCTIONS[unknown.function].kinks:
            over = linear_form(unknown.arguments[0]) - alone
            found += [(over, 1), (over - Linear({}, Fraction(1)), -1)]
            todo += over.terms
    return found


def _bounds(unknown: Node) -> list[tuple[Fraction, int]]:
    """Return what an unknown lies between: a constant, or a function such as sin."""
    if next(names(unknown), None) is not None:
        every = span(FUNCTIONS[unknown.function]) if isinstance(unknown, Call) else None
        if every is None:
            return []
        low, high = decimal_ends(every, DIGITS)
        return [(Fraction(low), 1), (Fraction(high), -1)]
    with exact(DIGITS) as arithmetic:
        try:
            value = evaluate(unknown, {}, arithmetic)
        except (DerivError, Uncertain, TooLarge):
            return []
        if isinstance(value, Fraction):
            return [(value, 0)]
        low, high = decimal_ends(value, DIGITS)
    return [(Fraction(low), 1), (Fraction(high), -1)]


def possible(each: Condition) -> tuple[int, ...]:
    """Return which signs a condition can have, as far as that is seen by looking at it."""
    if not each.linear.terms:
        value = each.linear.constant
        return ((value > 0) - (value < 0),)
    return tuple(sign * each.turn for sign in symbolic.possible_signs(each.node))


def sign_at(each: Condition, at: Mapping[str, Real]) -> int | None:
    """Return the sign at a point, or None where it is not known."""
    with exact(DIGITS) as arithmetic:
        try:
            return each.turn * arithmetic.sign(evaluate(each.node, at, arithmetic))
        except (ArithmeticError, DerivError):
            return None


def is_finite(each: Condition, at: Mapping[str, Real]) -> bool:
    """Has a condition a value all over a ball?"""
    with exact(DIGITS) as arithmetic:
        try:
            evaluate(each.node, at, arithmetic)
        except (ArithmeticError, DerivError):
            return False
    return True
