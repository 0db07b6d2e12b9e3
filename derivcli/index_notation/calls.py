"""What works entry by entry: operators, and the functions of the table by what their rows say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache

from derivcli.index_notation.conditions import Need, compared, needed
from derivcli.index_notation.powers import (
    exponential,
    function,
    general_power,
    logarithm,
    power,
)
from derivcli.index_notation.reducing import reduced
from derivcli.index_notation.space import (
    POSITIVE,
    Atom,
    Form,
    Rational,
    Space,
    Unproved,
    whole,
)
from derivcli.index_notation.terms import combined, constant, minus, plus, single, times, value
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.parser import parse
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


@cache
def formula(source: str) -> Node:
    """Return the tree of a text of the table, in u and v."""
    return parse(source, ("u", "v")).output.expression


def of_text(space: Space, source: str, values: Mapping[str, Form]) -> Form:
    """Return the form of a text of the table where its parameters have values."""

    def visit(node: Node, parts: tuple[Form, ...]) -> Form:
        return values[node.name] if isinstance(node, Name) else of_entries(space, node, parts)

    return fold(formula(source), visit)


def of_entries(space: Space, node: Node, parts: tuple[Form, ...]) -> Form:
    """Return the form of a node that works entry by entry, from those of its children."""
    match node:
        case Number():
            return constant(node.value)
        case Constant(name="e"):
            return exponential(space, constant(1))
        case Constant():
            return single(space, space.atom(Atom("constant", node.name, sign=POSITIVE)), ())
        case Unary():
            return combined((-1, parts[0])) if node.operator == "-" else parts[0]
        case Binary():
            return _operated(space, node.operator, *parts)
        case Comparison():
            return compared(space, node.operator, minus(*parts))
        case Piecewise():
            return _pieces(space, parts)
        case Call():
            return called(space, FUNCTIONS[node.function], parts)
    raise Unproved


def _operated(space: Space, operator: str, left: Form, right: Form) -> Form:
    match operator:
        case "+":
            return plus(left, right)
        case "-":
            return minus(left, right)
        case "*":
            return times(space, left, right)
        case "/":
            return times(space, left, power(space, reduced(space, right), -1))
        case "**":
            return general_power(space, reduced(space, left), reduced(space, right))
    raise Unproved


def _pieces(space: Space, parts: tuple[Form, ...]) -> Form:
    """Return the sum of the values, each times 1 where its condition is the first that holds."""
    out, rest = Form(), constant(1)
    for piece, condition in zip(parts[:-1:2], parts[1::2], strict=True):
        out = plus(out, times(space, rest, condition, piece))
        rest = minus(rest, times(space, rest, condition))
    return plus(out, times(space, rest, parts[-1]))


def called(space: Space, row: Function, arguments: Sequence[Form]) -> Form:
    """Return the form of a function of the table."""
    if row.definition is None:
        arguments = [reduced(space, each) for each in arguments]
    if row.parity and _leads_negative(arguments[0]):
        turned = called(space, row, [combined((-1, arguments[0]))])
        return turned if row.parity == "even" else combined((-1, turned))
    numbers = [value(each) for each in arguments]
    known = _rational(row, numbers)
    if known is not None:
        return constant(whole(known))
    if row.name == "exp":
        return exponential(space, arguments[0])
    if row.name == "log":
        return logarithm(space, arguments[0])
    if row.exponent is not None:
        return power(space, arguments[0], row.exponent)
    source = row.definition or _in_others(row)
    if row.elementary is not None:
        space.wrote_out = True
        source = row.elementary if space.elementary else source
    if source is not None:
        return of_text(space, source, dict(zip(row.parameters, arguments, strict=True)))
    return function(space, row.name, list(arguments))


def _leads_negative(form: Form) -> bool:
    """Has the first term, in an order that does not depend on signs, a coefficient below 0?"""
    return bool(form) and form[min(form)] < 0


def _in_others(row: Function) -> str | None:
    """Return a function as others have it: log2(u) is log(u)/log(2)."""
    return row.sympy if row.sympy and not row.sympy.isidentifier() else None


def _rational(row: Function, numbers: Sequence[Rational | None]) -> Fraction | None:
    known = [Fraction(each) for each in numbers if each is not None]
    return row.rational(*known) if row.rational and len(known) == len(numbers) else None


def demands(space: Space, row: Function, arguments: Sequence[Form]) -> frozenset[Need]:
    """Return what it takes for a function to have a value. Raises Unproved where it never has."""
    values = dict(zip(row.parameters, arguments, strict=True))
    found: frozenset[Need] = frozenset()
    for sources, strict in ((row.positive, True), (row.nonnegative, False)):
        for source in sources:
            found |= needed(space, of_text(space, source, values), strict)
    if any(not of_text(space, source, values) for source in row.nonzero):
        raise Unproved
    return found


def partial(space: Space, name: str, arguments: list[Form], own: Form, index: int) -> Form:
    """Return the derivative of a function that is an atom by one of its arguments.

    `own` is its value. Raises Unproved where the table does not tell.
    """
    u, *others = arguments
    if name == "**":
        if index == 0:
            return times(space, own, others[0], power(space, u, -1))
        return times(space, own, logarithm(space, u))
    if name not in FUNCTIONS:
        return _prime(space, name, u)
    row = FUNCTIONS[name]
    return of_text(space, row.partials[index], dict(zip(row.parameters, arguments, strict=True)))


def _prime(space: Space, name: str, argument: Form) -> Form:
    """Return the slope of a layer's activation, of which all that is known is its name."""
    if name.endswith("'"):
        raise Unproved
    return function(space, f"{name}'", [argument])
