"""The table of misconceptions: what people do instead of differentiating.

A slip is a rule applied wrongly at one place: a function of the step that a rule made, to what the
mistake makes of it. Mistakes about the whole answer stand in `LOOKS` of `diagnosis`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from derivcli.calculus.derivation.differentiate import derive
from derivcli.calculus.derivation.rules import Derived
from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Number,
    children,
    names,
    nodes,
    rebuild,
    substitute,
)

TWO: Node = Number(Fraction(2))
HALF_TURN: Node = Number(Fraction(180))
DEGREE: Node = Binary("/", Constant("pi"), HALF_TURN)


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake in one step: `wrong` makes of a step what the mistake makes of it, or None.

    `detail` says in words what happened; {before}, {inner} and {factor} stand for parts of the
    step.
    """

    name: str
    detail: str
    wrong: Callable[[Derived], Node | None]
    outer: bool = True  # is it the outer function's rule, where the step is a chain?


def _inner_missing(made: Derived) -> Node | None:
    outside, inside = made.steps
    return substitute(outside.after, {outside.variable: inside.before})


def _inner_within(made: Derived) -> Node | None:
    outside, inside = made.steps
    return substitute(outside.after, {outside.variable: inside.after})


def _chain(wrong: Callable[[Derived], Node | None]) -> Callable[[Derived], Node | None]:
    return lambda made: wrong(made) if made.rule == "chain rule" else None


def _binary(rule: str, wrong: Callable[..., Node]) -> Callable[[Derived], Node | None]:
    """Return a slip in a rule for two operands: u, u', v and v' are handed to `wrong`."""

    def slip(made: Derived) -> Node | None:
        if made.rule != rule or not isinstance(made.before, Binary):
            return None
        u, v = made.before.left, made.before.right
        return wrong(u, made.steps[0].after, v, made.steps[-1].after)

    return slip


def _operands(rule: str, wrong: Callable[[Node, Node], Node]) -> Callable[[Derived], Node | None]:
    """Return a slip in a rule for base and exponent."""

    def slip(made: Derived) -> Node | None:
        if made.rule != rule or not isinstance(made.before, Binary):
            return None
        return wrong(made.before.left, made.before.right)

    return slip


def _constant_kept(made: Derived) -> Node | None:
    constants = [each for each in made.steps if each.constant]
    if made.rule != "sum rule" or not constants or not isinstance(made.before, Binary):
        return None
    join = plus if made.before.operator == "+" else minus
    kept = None
    if made.steps[-1].constant:
        kept = join(made.after, made.before.right)
    elif made.before.left == made.steps[0].before and made.steps[0].constant:
        kept = plus(made.before.left, made.after)
    return None if kept == ZERO else kept  # that term is missing, for whatever reason


def _factor_lost(made: Derived) -> Node | None:
    if made.rule != "constant multiple rule" or not isinstance(made.before, Binary):
        return None
    return made.steps[0].after


def _exponential_by_power(made: Derived) -> Node | None:
    match made.before:
        case Binary(operator="**") if made.rule == "exponential rule":
            base, exponent = made.before.left, made.before.right
        case Call(function="exp"):
            base, exponent = Constant("e"), made.before.arguments[0]
        case _:
            return None
    return times(exponent, power(base, minus(exponent, ONE)))


def _exponent_only(made: Derived) -> Node | None:
    match made.before:
        case Call(function="exp"):
            return made.before.arguments[0]
        case Binary(operator="**") if made.rule == "exponential rule":
            return made.before.right
    return None


def _base_only(made: Derived) -> Node | None:
    match made.before:
        case Binary(operator="**") if made.rule == "exponential rule":
            return made.before.left
    return None


def _constant_moved(made: Derived) -> Node | None:
    """Return what comes out where a constant is differentiated as if it were a variable."""
    if not isinstance(made.before, Binary) or made.constant:
        return None
    u, v = made.before.left, made.before.right
    if made.rule == "sum rule":
        join = plus if made.before.operator == "+" else minus
        one, other = (None if _varies(each, made) else _moved(each) for each in (u, v))
        if other is not None:
            return join(made.after, other)
        return None if one is None else plus(one, made.after)
    if made.rule == "constant multiple rule":
        constant, rest = (v, u) if _varies(u, made) else (u, v)
        moved = _moved(constant)
        return None if moved is None else plus(made.after, times(moved, rest))
    return None


def _varies(tree: Node, made: Derived) -> bool:
    return made.variable in names(tree)


def _moved(constant: Node) -> Node | None:
    """Return the derivative of f(c) by c, for a power or a function of a constant c."""
    inside: Node
    match constant:
        case Binary(operator="**"):
            inside = constant.left
        case Call(arguments=(inside,)):
            pass
        case _:
            return None
    free = letter({*names(constant)})
    parts = (Name(free), *children(constant)[1:])
    return substitute(slope_of(rebuild(constant, parts), free), {free: inside})


def _logarithm_lost(made: Derived) -> Node | None:
    match made.before:
        case Binary(operator="**") if made.rule == "exponential rule":
            return made.before
        case Call(function=function) if FUNCTIONS[function].base:
            return over(ONE, made.before.arguments[0])
    return None


def _function_sign(made: Derived) -> Node | None:
    """Return minus the derivative of a function that is made of another, as cos is of sin."""
    if not made.rule.startswith("derivative of ") or not isinstance(made.before, Call):
        return None
    own = made.before.function
    partials = (formula(each) for each in FUNCTIONS[own].partials)
    calls = (node for each in partials for node in nodes(each) if isinstance(node, Call))
    return negative(made.after) if any(each.function != own for each in calls) else None


def _inner_sign(made: Derived) -> Node | None:
    outside, inside = made.steps
    if not text(inside.after).startswith("-"):
        return None
    slope = substitute(outside.after, {outside.variable: inside.before})
    return times(slope, negative(inside.after))


def _degrees(made: Derived) -> Node | None:
    if not isinstance(made.before, Call) or not made.rule.startswith("derivative of "):
        return None
    angle = FUNCTIONS[made.before.function].angle
    if angle == "u":
        return times(made.after, DEGREE)
    return over(made.after, DEGREE) if angle else None


SLIPS = (
    Slip("inner derivative missing (chain rule)", "at {before}: the factor {inner} is missing",
         _chain(_inner_missing), outer=False),
    Slip("outer derivative taken at the inner derivative (chain rule)",
         "at {before}: f(u)' is f'(u)*u', not f'(u')", _chain(_inner_within), outer=False),
    Slip("product rule as u'*v'", "at {before}: (u*v)' is u'*v + u*v'",
         _binary("product rule", lambda _u, du, _v, dv: times(du, dv))),
    Slip("product rule with one term only", "at {before}: (u*v)' is u'*v + u*v'",
         _binary("product rule", lambda _u, du, v, _dv: times(du, v))),
    Slip("product rule with one term only", "at {before}: (u*v)' is u'*v + u*v'",
         _binary("product rule", lambda u, _du, _v, dv: times(u, dv))),
    Slip("product rule as u' + v'", "at {before}: (u*v)' is u'*v + u*v'",
         _binary("product rule", lambda _u, du, _v, dv: plus(du, dv))),
    Slip("sign slip", "at {before}: the product rule adds its terms",
         _binary("product rule", lambda u, du, v, dv: minus(times(du, v), times(u, dv)))),
    Slip("quotient rule reversed", "at {before}: the top is u'*v - u*v', in this order",
         _binary("quotient rule", lambda u, du, v, dv: over(
             minus(times(u, dv), times(du, v)), power(v, TWO)))),
    Slip("quotient rule without the square", "at {before}: the bottom is v**2",
         _binary("quotient rule", lambda u, du, v, dv: over(
             minus(times(du, v), times(u, dv)), v))),
    Slip("quotient rule as u'/v'", "at {before}: (u/v)' is (u'*v - u*v')/v**2",
         _binary("quotient rule", lambda _u, du, _v, dv: over(du, dv))),
    Slip("sign slip", "at {before}: the quotient rule subtracts u*v'",
         _binary("quotient rule", lambda u, du, v, dv: over(
             plus(times(du, v), times(u, dv)), power(v, TWO)))),
    Slip("sign slip", "at {before}: (c/u)' is -c*u'/u**2",
         _binary("reciprocal rule", lambda u, _, v, dv: over(times(u, dv), power(v, TWO)))),
    Slip("quotient rule without the square", "at {before}: the bottom is squared",
         _binary("reciprocal rule", lambda u, _, v, dv: over(negative(times(u, dv)), v))),
    Slip("quotient rule as u'/v'", "at {before}: (c/u)' is -c*u'/u**2",
         _binary("reciprocal rule", lambda u, _du, _v, dv: over(u, dv))),
    Slip("power not reduced", "at {before}: the exponent is one less in the derivative",
         _operands("power rule", lambda u, n: times(n, power(u, n)))),
    Slip("power not brought down", "at {before}: the exponent comes down as a factor",
         _operands("power rule", lambda u, n: power(u, minus(n, ONE)))),
    Slip("power raised instead of reduced", "at {before}: the exponent is one less, not one more",
         _operands("power rule", lambda u, n: times(n, power(u, plus(n, ONE))))),
    Slip("power rule on an exponential", "at {before}: the variable is in the exponent",
         _exponential_by_power),
    Slip("power rule on u**v", "at {before}: the variable is in the exponent, too",
         _operands("general power rule", lambda u, v: times(v, power(u, minus(v, ONE))))),
    Slip("exponential rule on u**v", "at {before}: the variable is in the base, too",
         _operands("general power rule", lambda u, v: times(power(u, v), Call("log", (u,))))),
    Slip("logarithm of the base missing", "at {before}: the base is not e", _logarithm_lost),
    Slip("exponential taken for its exponent", "at {before}: the exponential stays",
         _exponent_only),
    Slip("exponential taken for a product", "at {before}: the variable is in the exponent",
         _base_only),
    Slip("constant differentiated", "at {before}: the derivative of a constant is 0",
         _constant_moved),
    Slip("constant term kept", "at {before}: a constant has the derivative 0", _constant_kept),
    Slip("constant factor lost", "at {before}: the constant factor stays", _factor_lost),
    Slip("sign slip", "at {before}: the inner derivative, {inner}, keeps its minus",
         _chain(_inner_sign), outer=False),
    Slip("sign slip", "at {before}: the derivative of {function} has the other sign",
         _function_sign),
    Slip("degrees instead of radians", "at {before}: angles are in radians", _degrees),
)  # fmt: skip


def slope_of(tree: Node, variable: str) -> Node:
    """Return the derivative of a tree by the rules, as they leave it."""
    return derive(tree, variable).after
