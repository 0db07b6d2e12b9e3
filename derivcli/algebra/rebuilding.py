"""Expressions with parts replaced: every node is made again by its constructor."""

from __future__ import annotations

from collections.abc import Mapping

from derivcli.algebra import elementwise, entrywise_functions, products
from derivcli.algebra.expressions import Expression, postorder


def rebuilt(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """Return the node with other parts, normalised."""
    if parts == node.args:
        return node
    match node.op:
        case "add":
            return elementwise.fit(elementwise.add(*parts), node.shape)
        case "mul":
            product = elementwise.mul(node.home.num(node.data), *parts)
            return elementwise.fit(product, node.shape)
        case "pow":
            return elementwise.power(parts[0], node.data)
        case "fn":
            return elementwise.fit(entrywise_functions.fn(node.data, *parts), node.shape)
        case "cond":
            return elementwise.fit(entrywise_functions.cond(node.data, *parts), node.shape)
        case "where":
            return elementwise.fit(elementwise.where(*parts), node.shape)
        case "mat":
            return products.mat(*parts)
        case "T":
            return elementwise.transpose(parts[0])
        case "sum":
            return products.total(parts[0], node.data, node.asked)
        case "row":
            return products.row(node.data[0], parts[0], node.data[1])
    return node.home.make(node.op, parts, node.data, node.shape)


def replaced(whole: Expression, table: Mapping[Expression, Expression]) -> Expression:
    """Return the expression with every node of the table replaced."""
    done: dict[Expression, Expression] = {}
    stack = [(whole, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            done[node] = rebuilt(node, tuple([done[part] for part in node.args]))
        elif node not in done:
            by = table.get(node)
            if by is not None or not node.args:
                done[node] = node if by is None else by
            else:
                stack.append((node, True))
                stack.extend([(part, False) for part in reversed(node.args) if part not in done])
    return done[whole]


def divisors(*roots: Expression) -> set[Expression]:
    """Return what expressions divide by, sizes apart."""
    return {
        node.args[0]
        for node in postorder(*roots)
        if node.op == "pow" and node.data < 0 and node.args[0].op != "size"
    }
