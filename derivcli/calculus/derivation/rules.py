"""The rules of differentiation, one function a rule, on the tree as typed.

A rule's docstring is the rule: its first line the formula, the rest what it says. `RULES` holds
them by name. The rules for functions stand in `function_rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derivcli.calculus.derivation.algebra import (
    ONE,
    ZERO,
    letter,
    minus,
    negative,
    over,
    plus,
    power,
    times,
)
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import exact
from derivcli.errors import DerivError
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Number,
    names,
)


@dataclass(frozen=True, slots=True)
class Caveat:
    """Where a rule does not hold, in words, and what is 0 there; None where that is not said."""

    words: str
    zero: Node | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """What a rule makes of an expression: `after` is the derivative of `before` by `variable`.

    `constant` says that `before` does not depend on the variable. `letters` says what the letters
    of the rule stand for, `caveats` where it does not hold.
    """

    rule: str
    variable: str
    before: Node
    after: Node
    steps: tuple[Derived, ...] = ()
    letters: str = ""
    caveats: tuple[Caveat, ...] = ()
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """By what is differentiated; `known` holds the derivatives of names assigned before."""

    variable: str
    known: Mapping[str, Node] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    @property
    def inner(self) -> str:
        """A letter for the inner function of a chain."""
        return self.letters(1)[0]

    def letters(self, count: int) -> tuple[str, ...]:
        """Return letters that no name of the expression has."""
        taken = {*self.taken, self.variable}
        found: list[str] = []
        for _ in range(count):
            found.append(letter({*taken, *found}))
        return tuple(found)


Parts = tuple[Derived, ...]
Rule = Callable[..., Derived]
RULES: dict[str, Rule] = {}
EXAMPLES: dict[str, str] = {}


def rule(name: str, example: str) -> Callable[[Rule], Rule]:
    """Return a decorator that enters a function among the rules, with an example of its use."""

    def register(function: Rule) -> Rule:
        RULES[name] = function
        EXAMPLES[name] = example
        return function

    return register


@rule("constant rule", "5")
def constant_rule(node: Node, context: Context) -> Derived:
    """c' = 0.

    What does not depend on the variable does not change when the variable is nudged.
    """
    return Derived("constant rule", context.variable, node, ZERO, constant=True)


@rule("variable rule", "w")
def variable_rule(node: Node, context: Context) -> Derived:
    """w' = 1.

    The variable goes up by exactly as much as it is nudged.
    """
    return Derived("variable rule", context.variable, node, ONE)


@rule("named part", "a = w**2; sin(a)")
def named_part(node: Name, context: Context) -> Derived:
    """a' is what was found for a.

    A program is differentiated statement by statement, from the first to the last.
    """
    after = context.known[node.name]
    constant = after == ZERO
    return Derived("named part", context.variable, node, after, constant=constant)


@rule("sum rule", "w**2 + sin(w) - 3")
def sum_rule(node: Binary, parts: Parts, context: Context) -> Derived:
    """(u + v)' = u' + v' and (u - v)' = u' - v'.

    Each term changes on its own, and the changes add up.
    """
    first, second = parts
    join = plus if node.operator == "+" else minus
    chained = isinstance(first.before, Binary) and first.rule == "sum rule"
    steps = (*first.steps, second) if chained else parts
    return Derived("sum rule", context.variable, node, join(first.after, second.after), steps)


@rule("constant multiple rule", "3*w**2")
def constant_multiple(node: Node, after: Node, part: Derived, context: Context) -> Derived:
    """(c*u)' = c*u', and so (u/c)' = u'/c and (-u)' = -u'.

    A constant factor stretches every change by the same amount.
    """
    return Derived("constant multiple rule", context.variable, node, after, (part,))


def of_product(node: Binary, parts: Parts, context: Context) -> Derived:
    """Return the derivation of u*v: a constant factor stays, else the product rule."""
    left, right = parts
    if left.constant:
        return constant_multiple(node, times(node.left, right.after), right, context)
    if right.constant:
        return constant_multiple(node, times(node.right, left.after), left, context)
    return _product(node, parts, context)


@rule("product rule", "w**2*sin(w)")
def _product(node: Binary, parts: Parts, context: Context) -> Derived:
    """(u*v)' = u'*v + u*v'.

    Each factor is nudged in turn while the other one stays: not u'*v'.
    """
    left, right = parts
    after = plus(times(left.after, node.right), times(node.left, right.after))
    return Derived("product rule", context.variable, node, after, parts)


def of_quotient(node: Binary, parts: Parts, context: Context) -> Derived:
    """Return the derivation of u/v, where one of both may be constant."""
    top, bottom = parts
    if bottom.constant:
        return constant_multiple(node, over(top.after, node.right), top, context)
    if top.constant:
        return _reciprocal(node, parts, context)
    return _quotient(node, parts, context)


@rule("quotient rule", "sin(w)/w")
def _quotient(node: Binary, parts: Parts, context: Context) -> Derived:
    """(u/v)' = (u'*v - u*v')/v**2.

    In this order: the top's derivative comes first, and the bottom is squared.
    """
    top, bottom = parts
    above = minus(times(top.after, node.right), times(node.left, bottom.after))
    after = over(above, power(node.right, Number(Fraction(2))))
    return Derived("quotient rule", context.variable, node, after, parts)


@rule("reciprocal rule", "1/w")
def _reciprocal(node: Binary, parts: Parts, context: Context) -> Derived:
    """(c/u)' = -c*u'/u**2.

    The quotient rule with a constant on top.
    """
    bottom = parts[1]
    above = negative(times(node.left, bottom.after))
    after = over(above, power(node.right, Number(Fraction(2))))
    return Derived("reciprocal rule", context.variable, node, after, (bottom,))


def of_power(node: Binary, parts: Parts, context: Context) -> Derived:
    """Return the derivation of u**v: which rule it takes depends on where the variable is."""
    base, exponent = parts
    if node.left == ZERO:
        return _power_of_zero(node, exponent, context)
    if exponent.constant:
        return _fixed_power(node, base, context)
    if base.constant:
        return _exponential(node, exponent, context)
    return _general_power(node, parts, context)


@rule("power rule", "w**3")
def _fixed_power(node: Binary, base: Derived, context: Context) -> Derived:
    """(u**n)' = n*u**(n - 1), and times u' where u is more than the variable.

    The exponent comes down as a factor, and is one less.
    """
    n = node.right
    outer = _lowered(n, node.left)
    caveats = _power_caveats(n, node.left)
    if base.rule == "variable rule":
        return Derived("power rule", context.variable, node, outer, (), "", caveats)
    u = Name(context.inner)
    step_outside = Derived("power rule", u.name, Binary("**", u, n), _lowered(n, u))
    return chain(node, outer, step_outside, base, context, caveats)


def _lowered(n: Node, base: Node) -> Node:
    """Return n*base**(n - 1)."""
    return times(n, power(base, minus(n, ONE)))


def _power_caveats(n: Node, base: Node) -> tuple[Caveat, ...]:
    """Return what there is to say of u**n where u = 0: nothing if n is whole, or above 1."""
    at_zero = f"{text(base)} = 0"
    if next(names(n), None) is not None:
        return (Caveat(f"where {at_zero}, only if {text(n)} is whole or above 1", base),)
    with exact(50) as arithmetic:
        try:
            exponent = evaluate(n, {}, arithmetic)
            smooth = arithmetic.sign(exponent - 1) > 0 or arithmetic.sign(exponent) <= 0
        except (ArithmeticError, DerivError):
            return ()
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    return () if smooth or whole else (Caveat(f"does not hold where {at_zero}", base),)


@rule("power of 0", "0**w")
def _power_of_zero(node: Binary, exponent: Derived, context: Context) -> Derived:
    """(0**u)' = 0, for u > 0.

    0**u is 0 for every u > 0, and has no value for u < 0: a logarithm of 0 does not come in.
    """
    caveats = (Caveat(f"for {text(node.right)} > 0"),)
    return Derived("power of 0", context.variable, node, ZERO, (exponent,), "", caveats)


@rule("exponential rule", "2**w")
def _exponential(node: Binary, exponent: Derived, context: Context) -> Derived:
    """(a**u)' = a**u*log(a)*u', and so (e**u)' = e**u*u'.

    An exponential grows in proportion to itself; the variable is in the exponent, so the power
    rule does not apply.
    """
    after = _grown(node.left, node)
    if exponent.rule == "variable rule":
        return Derived("exponential rule", context.variable, node, after)
    u = Name(context.inner)
    power_of_u = Binary("**", node.left, u)
    step_outside = Derived("exponential rule", u.name, power_of_u, _grown(node.left, power_of_u))
    return chain(node, after, step_outside, exponent, context)


def _grown(base: Node, whole: Node) -> Node:
    """Return a**u*log(a), for the whole a**u."""
    return whole if base == Constant("e") else times(whole, Call("log", (base,)))


@rule("general power rule", "w**w")
def _general_power(node: Binary, parts: Parts, context: Context) -> Derived:
    """(u**v)' = u**v*(v'*log(u) + v*u'/u), for u > 0.

    u**v is exp(v*log(u)); neither the power rule nor the exponential rule alone applies.
    """
    base, exponent = parts
    inner = plus(
        times(exponent.after, Call("log", (node.left,))),
        over(times(node.right, base.after), node.left),
    )
    caveats = (Caveat(f"for {text(node.left)} > 0"),)
    after = times(node, inner)
    return Derived("general power rule", context.variable, node, after, parts, "", caveats)


@rule("chain rule", "sin(w**2)")
def chain(
    node: Node,
    outer: Node,
    outside: Derived,
    inside: Derived,
    context: Context,
    caveats: tuple[Caveat, ...] = (),
) -> Derived:
    """f(u)' = f'(u)*u'.

    The outer function's derivative, taken at the inner one, times the inner one's derivative:
    if u goes up k times as fast as w, and f goes up f'(u) times as fast as u, the rates multiply.
    """
    inner = f"{outside.variable} = {text(inside.before)}"
    after = times(outer, inside.after)
    steps = (outside, inside)
    return Derived("chain rule", context.variable, node, after, steps, inner, caveats)
