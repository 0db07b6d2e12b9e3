"""How long an expression is: operations first, then characters, about."""

from __future__ import annotations

from derivcli.algebra.expressions import Expression, postorder

Measure = tuple[float, int]

TRANSPOSED, SIGNED, BELOW = 0.25, 0.25, 0.1
WEIGHTS = {
    "num": 0.0,
    "const": 0.0,
    "sym": 0.0,
    "size": 0.0,
    "T": TRANSPOSED,
    "ones": 1.5,
    "zeros": 1.5,
    "eye": 1.0,
}
CHARACTERS = {
    "ones": 10,
    "zeros": 11,
    "eye": 6,
    "T": 2,
    "sum": 22,
    "cond": 6,
    "where": 9,
    "activation": 5,
}


def measure(whole: Expression) -> Measure:
    """Return what makes one form shorter than another: a minus and a bar cost little."""
    if whole.weight is None:
        for node in postorder(whole):
            if node.weight is None:
                node.weight = _measured(node)
    if whole.weight is None:
        raise AssertionError(whole)
    return whole.weight


def operations(whole: Expression) -> float:
    """Return how many operations an expression has, each one of its kind's weight."""
    return measure(whole)[0]


def _measured(node: Expression) -> Measure:
    cost, length = _own(node), CHARACTERS.get(node.op, 0)
    for part in node.args:
        weight = part.weight or (0.0, 0)
        cost += weight[0]
        length += weight[1]
    match node.op:
        case "sym" | "size" | "const":
            length += len(node.data)
        case "num":
            length += len(str(node.data))
        case "add":
            length += 3 * (len(node.args) - 1)
        case "mul":
            length += 3 * (len(node.args) - 1) + 2 * _bracketed(node)
            if node.data != 1:
                length += 1 if node.data == -1 else 3 + len(str(node.data))
        case "mat":
            length += 3 * (len(node.args) - 1) + 2 * _bracketed(node)
        case "pow":
            length += 3 + 2 * _bracketed(node)
        case "fn":
            length += len(node.data) + 2 * len(node.args)
        case "row":
            length += len(node.data[0]) + 2
    return cost, length


def _bracketed(node: Expression) -> int:
    return sum(part.op == "add" for part in node.args)


def _own(node: Expression) -> float:
    """Return what the node itself costs, without its parts."""
    parts: float = len(node.args)
    match node.op:
        case "add":
            signs = len([1 for part in node.args if part.op == "mul" and part.data == -1])
            return parts - 1 - SIGNED * signs
        case "mat":
            return parts - 1
        case "mul" if node.data == -1:
            return parts - 1 + SIGNED
        case "mul":
            top, bottom = abs(node.data.numerator), node.data.denominator
            return parts - 1 + int(top != 1) + int(bottom != 1)
        case "pow":
            return BELOW if node.data == -1 else 1.0
    return WEIGHTS.get(node.op, 1.0)
