"""The tree of an expression to the derivation of its derivative: which rule fits which node."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derivcli.calculus.derivation.algebra import (
    NO_VALUE,
    ZERO,
    negative,
)
from derivcli.calculus.derivation.function_rules import of_call, of_piecewise
from derivcli.calculus.derivation.rules import (
    Context,
    Derived,
    Parts,
    constant_multiple,
    constant_rule,
    named_part,
    of_power,
    of_product,
    of_quotient,
    sum_rule,
    variable_rule,
)
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Node,
    Piecewise,
    Unary,
    fold,
    names,
)


def derive(
    tree: Node,
    variable: str,
    known: Mapping[str, Node] | None = None,
    isolates: Callable[[Comparison], bool] = lambda _: False,
) -> Derived:
    """Return the derivation of a tree's derivative.

    `known` holds the derivatives of assigned names; `isolates` tells whether an equation holds at
    single points only: such a piece of a piecewise function has no derivative of its own.
    """
    taken = frozenset({*names(tree), *(known or {})})
    context = Context(variable, known or {}, taken)
    return fold(tree, lambda node, parts: step(node, parts, context, isolates))


def step(
    node: Node,
    parts: Parts,
    context: Context,
    isolates: Callable[[Comparison], bool] = lambda _: False,
) -> Derived:
    """Return the derivation of a node from those of its children."""
    if isinstance(node, Name) and node.name in context.known:
        return named_part(node, context)
    if isinstance(node, Name) and node.name == context.variable:
        return variable_rule(node, context)
    if node == NO_VALUE:
        return Derived("no value", context.variable, node, node, constant=True)
    if all(part.constant for part in parts):
        return constant_rule(node, context)
    match node:
        case Unary(operator="-"):
            return constant_multiple(node, negative(parts[0].after), parts[0], context)
        case Unary():
            return Derived(parts[0].rule, context.variable, node, parts[0].after, parts[0].steps)
        case Binary(operator="+" | "-"):
            return sum_rule(node, parts, context)
        case Binary(operator="*"):
            return of_product(node, parts, context)
        case Binary(operator="/"):
            return of_quotient(node, parts, context)
        case Binary():
            return of_power(node, parts, context)
        case Call():
            return of_call(node, parts, context)
        case Piecewise():
            return of_piecewise(node, parts, context, isolates)
        case Comparison():
            return Derived("condition", context.variable, node, ZERO)
    raise TypeError(f"no rule for {node}")
