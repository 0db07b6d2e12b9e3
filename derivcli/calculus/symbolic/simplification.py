"""From what the rules leave to the derivative as it is printed: a few lines, each with its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import reduce
from heapq import heappop, heappush
from itertools import count, pairwise, product
from math import prod
from typing import Any

import sympy

from derivcli.calculus.symbolic.equality import normal_forms_agree
from derivcli.calculus.symbolic.forms import ONE, Form, Monomial, forms, monomial
from derivcli.calculus.symbolic.tidy import small_powers
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Node,
    Piecewise,
    Unary,
    nodes,
    substitute,
)

MOST_LINES = 4
MOST_FORMS = 80  # that are looked at on the way
MOST_NODES = 150  # of a tree: beyond, nobody reads its lines
MOST_TERMS = 16  # of a sum multiplied out
LONGEST = 1.35  # times the longer of both ends: a line beyond that does not help
ALWAYS_SHORT = 60  # characters that are never too many
SHORTER = 0.85  # of what the rules leave: worth a line before brackets are opened

Line = tuple[str, Node]


def simplification(before: Node, found: Node, values: dict[str, Node]) -> tuple[Line, ...]:
    """Return lines (name, tree) from one tree to another, equal one; none where none help.

    Names are put in first. Each line is proved equal to the one before wherever both have a value,
    and the last is `found`.
    """
    start = substitute(before, values)
    lines: list[Line] = [] if text(start) == text(before) else [("put in", start)]
    if max(sum(1 for _ in nodes(tree)) for tree in (start, found)) > MOST_NODES:
        return ()
    try:
        lines += _way(start, found, MOST_LINES - len(lines))
    except (TypeError, ArithmeticError, ValueError, NotImplementedError):
        return ()  # no word of the language for it, or SymPy stumbles
    texts = [text(tree) for _, tree in lines]
    longest = max(ALWAYS_SHORT, LONGEST * max(len(text(before)), len(text(found))))
    if texts[-1:] != [text(found)] or len(lines) > MOST_LINES or max(map(len, texts)) > longest:
        return ()
    trees = [start, *(tree for name, tree in lines if name != "put in")]
    return tuple(lines) if all(normal_forms_agree(*pair) for pair in pairwise(trees)) else ()


def _way(before: Node, found: Node, most: int) -> list[Line]:
    """Return the cheapest way from one tree to the other by PASSES, if there is one."""
    aims = {form.key() for form in forms(found)}
    order = count()
    heap: list[Any] = [(0, next(order), form, form, ()) for form in forms(before)]
    seen: set[Form] = set()
    while heap and len(seen) < MOST_FORMS and text(before) != text(found):
        cost, _, form, start, path = heappop(heap)
        if form.key() in aims:
            return _told(before, start, path, found)
        if form in seen:
            continue
        seen.add(form)
        for name, turn, price in PASSES:
            turned = turn(form)
            if turned not in seen and cost + price < most + 1:
                way = (*path, (name, turned))
                heappush(heap, (cost + price, next(order), turned, start, way))
    return []


def _told(before: Node, start: Form, path: tuple[tuple[str, Form], ...], found: Node) -> list[Line]:
    """Return the lines of a way worth telling, the last one as it is printed."""
    lines = [(name, form.tree()) for name, form in path]
    first = start.tree()
    if not lines:
        return [(_within_terms(before, found), found)]
    size = len(text(first)) / len(text(before))
    if size < (SHORTER if lines[0][0] == "expand" else 1):
        lines.insert(0, (_within_terms(before, first), first))
    last = path[-1][1]
    if _cancel(last) != last:
        lines.append(("cancel", found))
    lines[-1] = (lines[-1][0], found)
    texts = [text(before), *(text(tree) for _, tree in lines)]
    return [line for line, (one, other) in zip(lines, pairwise(texts), strict=True) if one != other]


# Within terms: what SymPy does as it reads them


def _within_terms(before: Node, after: Node) -> str:
    """Return the name of what was done to single terms, told by what is gone."""
    if _size_below(after) < _size_below(before):
        return "cancel"
    had, has = (Counter(map(_content, nodes(tree))) for tree in (before, after))
    if had == has:
        return "reorder"
    fewer = has["sum"] < had["sum"] and has["**"] <= had["**"]  # (w + 1)*(w + 1) is multiplied
    return "collect" if fewer else "multiply"


def _size_below(tree: Node) -> int:
    """Return how many nodes stand under the lines of fractions."""
    lines = (node for node in nodes(tree) if isinstance(node, Binary) and node.operator == "/")
    return sum(1 for line in lines for _ in nodes(line.right))


def _content(node: Node) -> str:
    """Return an operation, a function, a name or a number as a word."""
    match node:
        case Binary(operator="+" | "-"):
            return "sum"
        case Binary() | Unary() | Comparison():
            return node.operator
        case Call():
            return node.function
        case Piecewise():
            return "piecewise"
        case _:
            return text(node)


# Passes: each returns the form as it was where there is nothing to do


def _collect(form: Form) -> Form:
    """Return the sum with like terms added up."""
    numbers: dict[Any, Any] = {}
    for term in form.terms:
        numbers[term.powers] = numbers.get(term.powers, 0) + term.number
    terms = tuple(Monomial(number, powers) for powers, number in numbers.items() if number)
    return Form(terms, form.below) if terms else Form((Monomial(sympy.S.Zero),))


def _cancel(form: Form) -> Form:
    """Return the fraction without what all terms share with what stands under the line."""
    common = _shared([*form.terms, form.below])
    return Form(tuple(each.times(common, -1) for each in form.terms), form.below.times(common, -1))


def _shared(products: list[Monomial]) -> Monomial:
    """Return the largest product of positive powers that divides all of these."""
    first, *rest = (dict(each.powers) for each in products)
    powers = ((base, min([e, *(each.get(base, 0) for each in rest)])) for base, e in first.items())
    number = 1
    if all(each.number.is_Integer for each in products):
        number = sympy.igcd(*(int(each.number) for each in products))
    return Monomial(sympy.Integer(number), frozenset((base, e) for base, e in powers if e > 0))


def _expand(form: Form) -> Form:
    """Return the sum with products of sums multiplied out: first those of sums of such products."""
    terms: list[Monomial] = []
    nested = any(_holds_sums(base) for term in form.terms for base, _ in term.powers)
    for term in form.terms:
        every = [(b, e) for b, e in term.powers if b.is_Add and e.is_Integer]
        sums = [(b, e) for b, e in every if not nested or (e == 1 and _holds_sums(b))]
        many = prod(len(base.args) ** abs(int(e)) for base, e in sums) > MOST_TERMS
        if many or any(e < 0 for _, e in every):
            terms.append(term)
            continue
        rest = Monomial(term.number, term.powers - frozenset(sums))
        opened = [
            [monomial(each) for each in (base**e).expand(deep=False).as_ordered_terms()]
            for base, e in sorted(sums, key=str)
        ]
        terms += [reduce(Monomial.times, chosen, rest) for chosen in product(*opened)]
    return Form(tuple(terms), form.below) if len(terms) <= MOST_TERMS else form


def _holds_sums(sum_: Any) -> bool:
    """Is it a sum with a sum as a factor in one of its terms?"""
    if not sum_.is_Add:
        return False
    return any(base.is_Add for term in sum_.args for base, _ in monomial(term).powers)


def _split(form: Form) -> Form:
    """Return the fraction of a sum as a sum of fractions."""
    if form.below == ONE or len(form.terms) < 2:
        return form
    return Form(tuple(term.times(form.below, -1) for term in form.terms))


def _combine(form: Form) -> Form:
    """Return the sum of fractions as one fraction."""
    if len(form.terms) < 2:
        return form
    below: dict[Any, Any] = {}
    for term in form.terms:
        for base, exponent in term.below().powers:
            below[base] = max(exponent, below.get(base, 0))
    number = sympy.ilcm(1, *(term.number.q for term in form.terms))
    common = Monomial(sympy.Integer(number), frozenset(below.items()))
    return Form(tuple(each.times(common) for each in form.terms), form.below.times(common))


def _factor(form: Form) -> Form:
    """Return the sum, of which nothing is left to be expanded or collected, as a product."""
    if not _is_polynomial(form) or _collect(form) != form:
        return form
    whole = _whole(form)
    if not small_powers(whole):
        return form
    try:
        content, factors = sympy.factor_list(whole)
    except sympy.PolynomialError:
        return form
    if not content.is_Rational or len(factors) == 1 == factors[0][1]:
        return form
    powers = (monomial(factor) for factor, power in factors for _ in range(power))
    return Form((reduce(Monomial.times, powers, Monomial(content)),), form.below)


def _draw_out(form: Form) -> Form:
    """Return the sum as what all terms share, times what is left of them, collected."""
    common = _shared([*form.terms]) if len(form.terms) > 1 else ONE
    if not common.powers:
        return form
    rest = _collect(_expand(Form(tuple(term.times(common, -1) for term in form.terms))))
    if not _is_polynomial(rest):
        return form
    return Form((common.times(monomial(_whole(rest))),), form.below)


def _is_polynomial(form: Form) -> bool:
    """Are there no fractions, and no sums in brackets?"""
    return not any(e < 0 or base.is_Add for term in form.terms for base, e in term.powers)


def _whole(form: Form) -> Any:
    return sympy.Add(*(term.expression() for term in form.terms))


def _clear(form: Form) -> Form:
    """Return the fraction times exp(u)/exp(u), for an exp(-u) in a sum under the line."""
    if any(term.sum for term in form.terms):
        return form
    factor, below = ONE, Monomial(form.below.number)
    for base, power in form.below.powers:
        rise = _rise(base) if power.is_Integer else ONE
        cleared = (monomial(term).times(rise).expression() for term in sympy.Add.make_args(base))
        factor = factor.times(rise, int(power))
        below = below.times(Monomial(sympy.S.One, frozenset({(sympy.Add(*cleared), power)})))
    return Form(tuple(term.times(factor) for term in form.terms), below)


def _rise(sum_: Any) -> Monomial:
    """Return exp(u), of the largest u for which there is exp(-u) in a sum."""
    lowest: dict[Any, Any] = {}
    for term in sum_.args if sum_.is_Add else ():
        for base, exponent in monomial(term).powers:
            if isinstance(base, sympy.exp):
                lowest[base] = min(exponent, lowest.get(base, 0))
    return Monomial(sympy.S.One, frozenset((base, -e) for base, e in lowest.items() if e < 0))


# By name, with what each costs, in lines: what is hard to see is told where nothing else helps.
PASSES: tuple[tuple[str, Callable[[Form], Form], float], ...] = (
    ("cancel", _cancel, 1),
    ("collect", _collect, 1),
    ("expand", _expand, 1),
    ("factor", _factor, 1),
    ("split", _split, 1.2),
    ("combine", _combine, 1.2),
    ("multiply top and bottom", _clear, 1.2),
    ("factor", _draw_out, 3.2),
)
