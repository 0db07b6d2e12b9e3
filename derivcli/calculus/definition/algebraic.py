"""Polynomials, their quotients and their roots: what algebra alone brings to the limit."""

from __future__ import annotations

from fractions import Fraction

from derivcli.calculus import symbolic
from derivcli.calculus.definition.working import (
    PUT_IN,
    NotTaughtError,
    Setting,
    Working,
    WorkingLine,
    same,
    tidied,
)
from derivcli.calculus.derivation.algebra import (
    ONE,
    ZERO,
    minus,
    over,
    plus,
    power,
    times,
    value_of,
)
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Binary, Call, Name, Node, Number, Unary, fold, number

LARGEST_DEGREE = 12
EXPAND = "expand"
NONE = -1  # the degree of what is no polynomial


def degree(tree: Node, variable: str) -> int | None:
    """Return the degree of a polynomial as it is written, or None where it is none, or too high."""

    def visit(node: Node, parts: tuple[int, ...]) -> int:
        if isinstance(node, Name):
            return int(node.name == variable)
        if not any(parts):
            return 0
        if NONE in parts:
            return NONE
        match node:
            case Unary():
                return parts[0]
            case Binary(operator="+" | "-"):
                return max(parts)
            case Binary(operator="*"):
                return sum(parts)
            case Binary(operator="/") if parts[1] == 0:
                return parts[0]
            case Binary(operator="**", right=Number(value=n)) if n.denominator == 1:
                return parts[0] * min(n.numerator, LARGEST_DEGREE + 1)
        return NONE

    found = fold(tree, visit)
    return None if found == NONE or found > LARGEST_DEGREE else found


def polynomial(tree: Node, setting: Setting) -> Working | None:
    """Return the working of a polynomial: put in, expand, cancel the step."""
    if degree(tree, setting.variable) is None:
        return None
    start = setting.quotient(tree)
    return Working(setting, start, (WorkingLine(start, PUT_IN), *_cancelled(start, setting, ONE)))


def _cancelled(before: Node, setting: Setting, below: Node) -> tuple[WorkingLine, ...]:
    """Return the lines from u/(eps*below), given as a tree, to u/eps over what is below."""
    assert isinstance(before, Binary)
    terms = symbolic.by_powers(before.left, setting.step)
    if terms is None or any(exponent < 1 for exponent, _ in terms):
        raise NotTaughtError("what changes cannot be multiplied out")
    if not terms:
        return (WorkingLine(ZERO, "nothing changes"),)
    expanded = Binary("/", symbolic.together(terms, setting.step), before.right)
    lines = [] if same(before, expanded) else [WorkingLine(expanded, EXPAND)]
    short = over(symbolic.together(terms, setting.step, 1), below)
    return (*lines, WorkingLine(short, f"cancel {setting.step}"))


def fraction(tree: Node) -> tuple[Node, Node] | None:
    """Return what stands above and below the line of a quotient or of a negative power."""
    match tree:
        case Binary(operator="/", left=top, right=bottom):
            return top, bottom
        case Binary(operator="**", left=base, right=exponent):
            value = value_of(exponent)
            if value is not None and value < 0:
                size = as_exponent(-value)
                return ONE, power(base, size)
    return None


def as_exponent(value: Fraction) -> Node:
    """Return a number as an exponent is written: 3/2, never 1.5."""
    top = number(value.numerator)
    return top if value.denominator == 1 else Binary("/", top, number(value.denominator))


def rational(tree: Node, setting: Setting) -> Working | None:
    """Return the working of a polynomial over another: common denominator, expand, cancel."""
    parts = fraction(tree)
    if parts is None or any(degree(part, setting.variable) is None for part in parts):
        return None
    top, bottom = parts
    below = times(setting.moved(bottom), bottom)
    start = setting.quotient(tree)
    above = minus(times(setting.moved(top), bottom), times(top, setting.moved(bottom)))
    together = Binary("/", above, Binary("*", Name(setting.step), below))
    lines = (WorkingLine(start, PUT_IN), WorkingLine(together, "common denominator"))
    return Working(setting, start, (*lines, *_cancelled(together, setting, below)))


def radicand(tree: Node) -> tuple[Node, Fraction] | None:
    """Return what stands under a root and its power, as in u**(3/2) or cbrt(u)."""
    match tree:
        case Call(arguments=(inner,)):
            exponent = FUNCTIONS[tree.function].exponent
            return None if exponent is None else (inner, exponent)
        case Binary(operator="**", left=base, right=raised):
            value = value_of(raised)
            if value is not None and value > 0 and value.denominator in (2, 3):
                return base, value
    return None


def root(tree: Node, setting: Setting) -> Working | None:
    """Return the working of a root of a polynomial, or of 1 over one: times the conjugate."""
    top, bottom = fraction(tree) or (tree, ONE)
    reciprocal = bottom != ONE
    found = radicand(bottom if reciprocal else top)
    if found is None or (reciprocal and top != ONE):
        return None
    inner, exponent = found
    if degree(inner, setting.variable) is None or exponent.numerator > LARGEST_DEGREE:
        return None
    step, start = Name(setting.step), setting.quotient(tree)
    old = bottom if reciprocal else tree
    new = setting.moved(old)
    lines = [WorkingLine(start, PUT_IN)]
    outside: Node = ONE
    if reciprocal:
        outside = Binary("*", new, old)
        together = Binary("/", Binary("-", old, new), Binary("*", step, outside))
        lines.append(WorkingLine(together, "common denominator"))
        old, new = new, old
    conjugate = _conjugate(new, old, exponent.denominator)
    below = times(outside, conjugate)
    product = Binary("*", Binary("-", new, old), conjugate)
    denominator = Binary("*", step, below)
    names = "the conjugate" if exponent.denominator == 2 else "x**2 + x*y + y**2"
    lines.append(WorkingLine(Binary("/", product, denominator), f"times {names}, over itself"))
    whole = number(exponent.numerator)
    powers = [power(each, whole) for each in (setting.moved(inner), inner)]
    first, second = reversed(powers) if reciprocal else powers
    opened = Binary("/", Binary("-", first, second), denominator)
    rule = (
        "(x - y)*(x + y) = x**2 - y**2"
        if exponent.denominator == 2
        else "(x - y)*(x**2 + x*y + y**2) = x**3 - y**3"
    )
    lines.append(WorkingLine(opened, rule))
    return Working(setting, start, (*lines, *_cancelled(opened, setting, below)))


def _conjugate(new: Node, old: Node, index: int) -> Node:
    """Return what makes of the difference of two roots one of powers."""
    if index == 2:
        return plus(new, old)
    squares = [Binary("**", each, number(2)) for each in (new, old)]
    return plus(plus(squares[0], Binary("*", new, old)), squares[1])


def slope_of_line(tree: Node, setting: Setting) -> Node | None:
    """Return a of a*w + b, or None for what is no such polynomial."""
    if degree(tree, setting.variable) is None:
        return None
    terms = symbolic.by_powers(Binary("-", setting.moved(tree), tree), setting.step)
    if not terms or any(exponent != 1 for exponent, _ in terms):
        return None
    slope = tidied(symbolic.together(terms, setting.step, 1))
    return None if setting.depends(slope) else slope
