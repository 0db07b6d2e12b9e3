"""The rules for functions: the chain rule on the rows of the table, extremes, pieces."""

from __future__ import annotations

from collections.abc import Callable

from derivcli.calculus.derivation.algebra import (
    NO_VALUE,
    ZERO,
    minus,
    plus,
    times,
)
from derivcli.calculus.derivation.rules import (
    Caveat,
    Context,
    Derived,
    Parts,
    chain,
    rule,
)
from derivcli.calculus.evaluate import formula
from derivcli.calculus.ties import ties
from derivcli.language.functions import FUNCTIONS, Function
from derivcli.language.text import text
from derivcli.language.tree import (
    Call,
    Comparison,
    Name,
    Node,
    Piecewise,
    substitute,
    without_constants,
)


def function_rule(row: Function) -> str:
    """Return the name of the rule for a function of the table."""
    signature = f"{row.called}({', '.join(row.parameters)})" if row.called else row.name
    return f"derivative of {signature}"


def of_call(node: Call, parts: Parts, context: Context) -> Derived:
    """Return the derivation of f(u): by f's row of the table, and the chain rule."""
    row = FUNCTIONS[node.function]
    if row.variadic:
        return _extreme(node, parts, context)
    moving = [index for index, part in enumerate(parts) if not part.constant]
    if len(moving) > 1:
        return _several(node, parts, context)
    index = moving[0]
    caveats = _caveats(row, node.arguments)
    outer = _partial(row, index, node.arguments, context)
    if parts[index].rule == "variable rule":
        return Derived(function_rule(row), context.variable, node, outer, (), "", caveats)
    u = Name(context.inner)
    inner = (*node.arguments[:index], u, *node.arguments[index + 1 :])
    outside = Derived(
        function_rule(row), u.name, Call(row.name, inner), _partial(row, index, inner, context)
    )
    return chain(node, outer, outside, parts[index], context, caveats)


@rule("several arguments", "atan2(w, w**2)")
def _several(node: Call, parts: Parts, context: Context) -> Derived:
    """f(u, v)' = f_u(u, v)*u' + f_v(u, v)*v'.

    The chain rule for a function of two arguments: each is nudged in turn.
    """
    row = FUNCTIONS[node.function]
    letters = context.letters(len(parts))
    inner = tuple(map(Name, letters))
    after, steps, told = ZERO, [], []
    for index, (name, part) in enumerate(zip(letters, parts, strict=True)):
        after = plus(after, times(_partial(row, index, node.arguments, context), part.after))
        slope = _partial(row, index, inner, context)
        steps.append(Derived(function_rule(row), name, Call(row.name, inner), slope))
        told.append(f"{name} = {text(part.before)}")
    caveats = _caveats(row, node.arguments)
    return Derived(
        "several arguments",
        context.variable,
        node,
        after,
        (*steps, *parts),
        ", ".join(told),
        caveats,
    )


@rule("extreme rule", "max(w, w**2)")
def _extreme(node: Call, parts: Parts, context: Context) -> Derived:
    """max(u, v)' is u' where u > v, and v' where v > u; min(u, v)' likewise.

    The smaller one does not matter, however it is nudged; where both are equal there is no
    derivative, unless theirs are equal too.
    """
    u, v = node.arguments
    definition = formula(FUNCTIONS[node.function].definition or "")
    choice = substitute(definition, {"u": u, "v": v})
    assert isinstance(choice, Piecewise)
    first, second = (part.after for part in parts)
    after = first if first == second else Piecewise((first,), choice.conditions, second)
    tie = Caveat(f"compare both sides where {text(u)} = {text(v)}", minus(u, v))
    return Derived(
        "extreme rule", context.variable, node, after, parts, "", () if u == v else (tie,)
    )


@rule("piecewise rule", "where(w > 0, w**2, -w)")
def of_piecewise(
    node: Piecewise, parts: Parts, context: Context, isolates: Callable[[Comparison], bool]
) -> Derived:
    """Each piece is differentiated on its own, and keeps its condition.

    Inside a piece only that piece counts. On the border of two pieces the slopes of both sides
    have to be compared; a single point has no slope of its own.
    """
    values: list[Node] = []
    conditions: list[Comparison] = []
    steps: list[Derived] = []
    pairs = zip(parts[:-1:2], node.conditions, strict=True)
    last = parts[-1]
    for part, condition in pairs:
        alone = condition.operator in ("==", "!=") and isolates(condition)
        if alone and condition.operator == "==":
            continue
        if alone:
            last = part
            break
        values.append(part.after)
        conditions.append(condition)
        steps.append(part)
    steps = [part for part in (*steps, last) if part.before != NO_VALUE]
    whole = (
        Piecewise(tuple(values), tuple(conditions), last.after)
        if any(value != last.after for value in values)
        else last.after
    )
    caveats = (Caveat("compare both sides on the borders"),)
    return Derived("piecewise rule", context.variable, node, whole, tuple(steps), "", caveats)


def _partial(row: Function, index: int, arguments: tuple[Node, ...], context: Context) -> Node:
    """Return a partial derivative of the table at these arguments."""
    values = dict(zip(row.parameters, arguments, strict=True))
    return substitute(spelled(formula(row.partials[index]), context), values)


def spelled(tree: Node, context: Context) -> Node:
    """Return a tree of the table with `pi` and `e` spelled out where they are variables."""
    return without_constants(tree, {context.variable, *context.taken})


def _caveats(row: Function, arguments: tuple[Node, ...]) -> tuple[Caveat, ...]:
    """Return where a function has no derivative: at its kinks, or where its branches disagree."""
    values = dict(zip(row.parameters, arguments, strict=True))
    own = ties(Call(row.name, tuple(map(Name, row.parameters))))
    words = "compare both sides" if row.definition else "does not hold"
    zeros = dict.fromkeys(substitute(tree, values) for tree in own)
    plain = (zero for zero in zeros if not isinstance(zero, Piecewise))
    return tuple(Caveat(f"{words} where {text(zero)} = 0", zero) for zero in plain)
