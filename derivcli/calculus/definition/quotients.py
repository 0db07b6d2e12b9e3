"""Which way a difference quotient is brought to its limit: one tactic a kind of function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivcli.calculus import symbolic
from derivcli.calculus.definition.algebraic import (
    degree,
    fraction,
    polynomial,
    rational,
    root,
    slope_of_line,
)
from derivcli.calculus.definition.standard_limits import addition
from derivcli.calculus.definition.working import (
    PUT_IN,
    Known,
    NotTaughtError,
    Setting,
    Working,
    WorkingLine,
    flat,
    put_in,
    tidied,
)
from derivcli.calculus.derivation.algebra import ONE, ZERO, negative, over, times, value_of
from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Name,
    Node,
    Unary,
    names,
    nodes,
    number,
    substitute,
)

INNER_NAMES = "u z q inner"
INNER_STEPS = "k delta d inner_step"
MOST_LAYERS = 1


def working(tree: Node, setting: Setting) -> Working:
    """Return the lines from a tree's difference quotient to a form whose limit is seen.

    Raises NotTaughtError where they would not teach.
    """
    if not setting.depends(tree):
        start = setting.quotient(tree)
        return Working(
            setting, start, (WorkingLine(start, PUT_IN), WorkingLine(ZERO, "nothing changes"))
        )
    for tactic in TACTICS:
        found = tactic(tree, setting)
        if found is not None:
            return found
    raise NotTaughtError(f"no line leads on from {text(tree)}")


def sign(tree: Node, setting: Setting) -> Working | None:
    """Return the working of +u."""
    if isinstance(tree, Unary) and tree.operator == "+":
        return working(tree.operand, setting)
    return None


def constant_factor(tree: Node, setting: Setting) -> Working | None:
    """Return the working of c*u, u*c, u/c or -u."""
    match tree:
        case Unary(operator="-", operand=inner):
            return _wrapped(tree, inner, setting, lambda u: Unary("-", u))
        case Binary(operator="*", left=c, right=inner) if not setting.depends(c):
            return _wrapped(tree, inner, setting, lambda u: _multiple(c, u))
        case Binary(operator="*", left=inner, right=c) if not setting.depends(c):
            return _wrapped(tree, inner, setting, lambda u: _multiple(c, u))
        case Binary(operator="/", left=inner, right=c) if not setting.depends(c):
            return _wrapped(tree, inner, setting, lambda u: _multiple(Binary("/", ONE, c), u))
        case Binary(operator="/", left=c, right=bottom) if not setting.depends(c) and c != ONE:
            return _wrapped(tree, Binary("/", ONE, bottom), setting, lambda u: _multiple(c, u))
    return None


def _multiple(c: Node, u: Node) -> Node:
    """Return c*u, with 1/v as c/v and a sign in front."""
    match u:
        case Binary(operator="/", left=top) if top == ONE:
            return over(c, u.right)
        case Binary(operator="/", left=Unary(operator="-", operand=top)):
            return over(negative(times(c, top)), u.right)
    return times(c, u)


def _wrapped(tree: Node, inner: Node, setting: Setting, wrap: Callable[[Node], Node]) -> Working:
    found = working(inner, setting)
    start = setting.quotient(tree)
    first, *others = found.lines
    lines = (
        WorkingLine(start, PUT_IN),
        WorkingLine(wrap(first.tree), "constant factor"),
        *(WorkingLine(wrap(line.tree), line.reason) for line in others),
    )
    return replace(found, start=start, lines=lines)


def term_by_term(tree: Node, setting: Setting) -> Working | None:
    """Return the working of a sum: polynomials are one term, and constants cancel."""
    if not (isinstance(tree, Binary) and tree.operator in ("+", "-")):
        return None
    groups: list[tuple[int, Node]] = []
    smooth = [each for each in _terms(tree) if degree(each[1], setting.variable)]
    for sign, term in _terms(tree):
        if degree(term, setting.variable) is None:
            groups.append((sign, term))
        elif smooth and term is smooth[0][1]:
            groups.append((sign, _sum([(sign * each, inner) for each, inner in smooth])))
    start = setting.quotient(tree)
    if len(groups) == 1 and groups[0][0] == 1:
        found = working(groups[0][1], setting)
        first, *others = found.lines
        lines = (WorkingLine(start, PUT_IN), WorkingLine(first.tree, "constants cancel"), *others)
        return replace(found, start=start, lines=lines)
    parts = [working(inner, setting) for _, inner in groups]
    total = _sum([(sign, part.start) for (sign, _), part in zip(groups, parts, strict=True)])
    return _of_parts(setting, start, WorkingLine(total, "term by term"), parts)


def _terms(tree: Node) -> list[tuple[int, Node]]:
    found, right = [], 1
    while isinstance(tree, Binary) and tree.operator in ("+", "-"):
        found.append((1 if tree.operator == "+" else -1, tree.right))
        tree = tree.left
    if isinstance(tree, Unary) and tree.operator == "-":
        right, tree = -1, tree.operand
    return [(right, tree), *reversed(found)]


def _sum(terms: list[tuple[int, Node]]) -> Node:
    (first_sign, total), *others = terms
    if first_sign < 0:
        total = Unary("-", total)
    for sign, term in others:
        total = Binary("+" if sign > 0 else "-", total, term)
    return total


def _of_parts(
    setting: Setting, start: Node, line: WorkingLine, parts: list[Working], *before: WorkingLine
) -> Working:
    """Return the working of what is made of difference quotients, each with its own limit.

    One that does not depend on the step, as that of the variable alone, is put in at once.
    """
    steady = {part.start: part.last for part in parts if setting.step not in names(part.last)}
    lines = [WorkingLine(start, PUT_IN), *before, line]
    if steady:
        said = ", ".join(f"{text(flat(one))} = {text(other)}" for one, other in steady.items())
        lines.append(WorkingLine(tidied(put_in(line.tree, steady)), said))
    moving = [part for part in parts if part.start not in steady]
    known = tuple(Known(part.start, limit_of(part)) for part in moving)
    return Working(setting, start, tuple(lines), known, tuple(moving))


def limit_of(part: Working) -> Node:
    """Return the limit of a working, as short as SymPy leaves it."""
    return symbolic.to_tree(symbolic.to_sympy(part.limit()))


def product(tree: Node, setting: Setting) -> Working | None:
    """Return the working of u*v: u(w + eps)*v(w) added and subtracted."""
    if not (isinstance(tree, Binary) and tree.operator == "*"):
        return None
    _without_kinks(tree)
    one, other = working(tree.left, setting), working(tree.right, setting)
    moved = setting.moved(tree.left)
    total = Binary("+", Binary("*", moved, other.start), Binary("*", tree.right, one.start))
    middle = text(Binary("*", moved, tree.right))
    return _of_parts(
        setting,
        setting.quotient(tree),
        WorkingLine(total, f"add and subtract {middle}"),
        [other, one],
    )


def quotient(tree: Node, setting: Setting) -> Working | None:
    """Return the working of u/v: common denominator, then u*v subtracted and added."""
    parts = fraction(tree)
    if parts is None:
        return None
    _without_kinks(tree)
    top, bottom = parts
    moved = setting.moved(bottom)
    below = Binary("*", moved, bottom)
    start = setting.quotient(tree)
    new, old = times(setting.moved(top), bottom), times(top, moved)
    together = Binary("/", Binary("-", new, old), Binary("*", Name(setting.step), below))
    common = WorkingLine(together, "common denominator")
    under = working(bottom, setting)
    if not setting.depends(top):
        line = WorkingLine(
            Binary("/", Unary("-", times(top, under.start)), below), "the difference below"
        )
        return _of_parts(setting, start, line, [under], common)
    above = working(top, setting)
    both = Binary("-", Binary("*", bottom, above.start), Binary("*", top, under.start))
    middle = text(Binary("*", top, bottom))
    line = WorkingLine(Binary("/", both, below), f"subtract and add {middle}")
    return _of_parts(setting, start, line, [above, under], common)


def absolute(tree: Node, setting: Setting) -> Working | None:
    """Return the working of |a*w + b|: to the right and to the left of its kink, and there."""
    if not (isinstance(tree, Call) and tree.function == "abs"):
        return None
    (inner,) = tree.arguments
    slope = slope_of_line(inner, setting)
    places = None if slope is None else symbolic.roots(inner, setting.variable)
    rate = None if slope is None else value_of(slope)
    if slope is None or rate is None or places is None or value_of(places[0]) is None:
        raise NotTaughtError(f"{text(tree)} has kinks")
    place, start = places[0], setting.quotient(tree)
    parts = [_beside(tree, inner, setting, place, side, side * (1 if rate > 0 else -1))
             for side in (1, -1)]  # fmt: skip
    there = substitute(start, {setting.variable: place})
    short = Binary("/", Call("abs", (times(slope, Name(setting.step)),)), Name(setting.step))
    at = f"{setting.variable} = {text(place)}"
    lines = (WorkingLine(there, PUT_IN), WorkingLine(short, "what is left"))
    sides = (number(abs(rate)), number(-abs(rate)))
    parts.append(Working(setting, there, lines, remark=at, sides=sides))
    limit = times(slope, Call("sign", (inner,)))
    return Working(
        setting, start, (WorkingLine(start, PUT_IN),), (Known(start, limit),), tuple(parts)
    )


def _beside(
    tree: Call, inner: Node, setting: Setting, place: Node, side: int, sign: int
) -> Working:
    """Return the working where |u| is u, or -u, beside the kink."""
    signed = inner if sign > 0 else negative(inner)
    found = working(signed, setting)
    start = setting.quotient(tree)
    first, *others = found.lines
    relation = ">" if side > 0 else "<"
    bound = f"{relation} {text(place)}"
    remark = f"{setting.variable} {bound}, and {setting.variable} + {setting.step} {bound}"
    reason = f"{text(tree)} = {text(signed)}"
    lines = (WorkingLine(start, PUT_IN), WorkingLine(first.tree, reason), *others)
    signs = ((inner, sign), (setting.moved(inner), sign))
    return replace(found, start=start, lines=lines, remark=remark, signs=signs)


def composition(tree: Node, setting: Setting) -> Working | None:
    """Return the working of f(g): times the change of g over itself."""
    variable = setting.fresh(INNER_NAMES)
    match tree:
        case Call(arguments=(inner,)):
            outer: Node = replace(tree, arguments=(Name(variable),))
        case Binary(operator="**", left=inner, right=exponent) if not setting.depends(exponent):
            outer = Binary("**", Name(variable), exponent)
        case Binary(operator="**", left=base, right=inner) if not setting.depends(base):
            outer = Binary("**", base, Name(variable))
        case _:
            return None
    if inner == Name(setting.variable) or slope_of_line(inner, setting) is not None:
        return None
    _without_kinks(tree)
    if setting.layers == MOST_LAYERS:
        raise NotTaughtError("functions within functions within functions take many layers")
    taken = setting.taken | {variable}
    step = replace(setting, taken=taken).fresh(INNER_STEPS)
    within = Setting(variable, step, taken | {step}, setting.layers + 1)
    one = working(outer, within)
    other = working(inner, replace(setting, taken=taken | {step}, layers=setting.layers + 1))
    slope = limit_of(other)
    if slope == ZERO:
        raise NotTaughtError(f"{text(inner)} does not change")
    moved = setting.moved(inner)
    change = Binary("-", moved, inner)
    new, old = (substitute(outer, {variable: each}) for each in (moved, inner))
    outside = Binary("/", Binary("-", new, old), change)
    known = (
        Known(outside, substitute(limit_of(one), {variable: inner})),
        Known(other.start, slope),
    )
    start = setting.quotient(tree)
    lines = (
        WorkingLine(start, PUT_IN),
        WorkingLine(Binary("*", outside, other.start), "times the inner change, over itself"),
    )
    one = replace(
        one, remark=f"{variable} = {text(inner)}, {step} = {text(change)} ≠ 0, {step} → 0"
    )
    return Working(setting, start, lines, known, (one, other))


def rewriting(tree: Node, setting: Setting) -> Working | None:
    """Return the working of a function by others: of sigmoid by exp, of w**w by exp and log."""
    match tree:
        case Call():
            row = FUNCTIONS[tree.function]
            source = row.elementary or (row.sympy if row.sympy and "(" in row.sympy else None)
            if not row.analytic:
                raise NotTaughtError(f"{text(tree)} has kinks or jumps")
            if source is None:
                raise NotTaughtError(f"{row.written} has no short sum formula")
            other = substitute(
                formula(source), dict(zip(row.parameters, tree.arguments, strict=True))
            )
        case Binary(operator="**", left=base, right=exponent):
            value = value_of(exponent)
            if value is not None and value.denominator == 1:
                raise NotTaughtError(f"{text(tree)} has too many terms")
            other = Call("exp", (Binary("*", exponent, Call("log", (base,))),))
        case _:
            return None
    found = working(other, setting)
    start = setting.quotient(tree)
    first, *others = found.lines
    lines = (
        WorkingLine(start, PUT_IN),
        WorkingLine(first.tree, f"{text(tree)} = {text(other)}"),
        *others,
    )
    return replace(found, start=start, lines=lines)


TACTICS = (
    polynomial, rational, root, sign, constant_factor, term_by_term, absolute, product, quotient,
    addition, composition, rewriting,
)  # fmt: skip


def _without_kinks(tree: Node) -> None:
    """Raise NotTaughtError where a function that is not smooth stands within others."""
    for node in nodes(tree):
        if isinstance(node, Call) and not FUNCTIONS[node.function].analytic:
            raise NotTaughtError(f"{text(node)} has kinks or jumps, and stands within {text(tree)}")


def analytic(tree: Node) -> bool:
    """Is a form made of functions that are continuous wherever they have a value?"""
    return all(FUNCTIONS[each.function].analytic for each in nodes(tree) if isinstance(each, Call))
