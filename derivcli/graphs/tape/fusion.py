"""From operations one by one to nodes of a tape: a sum of sums and products becomes one node.

The sum w1*x1 + w2*x2 - y + b is one node of four products here, where only it uses its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from derivcli.graphs.tape.builder import Builder
from derivcli.language.tree import Node

ADDITIVE = ("+", "-", "negate")


@dataclass(frozen=True, slots=True)
class FusedOperation:
    """A kind and the numbers of its operands; `value` is that of a constant."""

    kind: str
    operands: tuple[int, ...]
    tree: Node | None = field(compare=False)
    value: float = 0.0


def emit(
    operations: Sequence[FusedOperation], kept: Collection[int], leaves: int, builder: Builder
) -> list[int]:
    """Build the operations and return the node of each, -1 for those that a sum has absorbed.

    Operation i has the number `leaves` + i; operands come before what uses them. `kept` are
    numbers that keep nodes of their own.
    """
    absorbed = _absorbed(operations, kept, leaves)
    made = [*range(leaves), *([-1] * len(operations))]
    for number, operation in enumerate(operations, leaves):
        if absorbed[number]:
            continue
        if operation.kind == "constant":
            made[number] = builder.constant(operation.value)
            continue
        if operation.kind in ("+", "-"):
            made[number] = _sum(operations, number, absorbed, leaves, made, builder)
        elif operation.kind == "sum":
            made[number] = builder.sum([made[each] for each in operation.operands])
        else:
            operands = [made[each] for each in operation.operands]
            made[number] = builder.operation(operation.kind, *operands)
        if operation.tree is not None:
            builder.trees[made[number]] = operation.tree
    return made


def _absorbed(
    operations: Sequence[FusedOperation], kept: Collection[int], leaves: int
) -> list[bool]:
    """Return which operations become a part of the only sum that uses them."""
    uses = [0] * (leaves + len(operations))
    for operation in operations:
        for each in operation.operands:
            uses[each] += 1
    absorbed = [False] * len(uses)
    for number in range(len(uses) - 1, leaves - 1, -1):
        operation = operations[number - leaves]
        inside = operation.kind == "negate" and absorbed[number]
        if operation.kind not in ("+", "-") and not inside:
            continue
        for each in operation.operands:
            if each < leaves or uses[each] != 1 or each in kept:
                continue
            absorbed[each] = operations[each - leaves].kind in (*ADDITIVE, "*")
    return absorbed


def _sum(
    operations: Sequence[FusedOperation],
    number: int,
    absorbed: Sequence[bool],
    leaves: int,
    made: Sequence[int],
    builder: Builder,
) -> int:
    """Return the node of a sum with all that it has absorbed, its terms in the order typed."""
    terms: list[tuple[int, tuple[int, ...]]] = []  # a sign, and one factor or two
    stack = [(1, number)]
    while stack:
        sign, each = stack.pop()
        if not (each == number or absorbed[each]):
            terms.append((sign, (made[each],)))
            continue
        operation = operations[each - leaves]
        if operation.kind == "*":
            terms.append((sign, tuple(made[factor] for factor in operation.operands)))
        elif operation.kind == "negate":
            stack.append((-sign, operation.operands[0]))
        else:
            left, right = operation.operands
            stack.append((sign if operation.kind == "+" else -sign, right))
            stack.append((sign, left))
    if all(len(factors) == 1 for _, factors in terms):
        signs = [sign for sign, _ in terms]
        plain = [factors[0] for _, factors in terms]
        if len(terms) == 2 and signs[0] == 1:
            return builder.operation("+" if signs[1] == 1 else "-", *plain)
        if min(signs) == 1:
            return builder.sum(plain)
    return builder.products([_pair(sign, factors, builder) for sign, factors in terms])


def _pair(sign: int, factors: tuple[int, ...], builder: Builder) -> tuple[int, int]:
    """Return a term as a product of two: by 1 or -1 where it has only one factor."""
    if len(factors) == 2 and sign == 1:
        return factors[0], factors[1]
    term = factors[0] if len(factors) == 1 else builder.operation("*", *factors)
    return builder.constant(float(sign)), term
