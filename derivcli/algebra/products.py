"""Matrix products, transposes, sums along axes and the other operations, normalised as made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from derivcli.algebra import elementwise, entrywise_functions
from derivcli.algebra.elementwise import TRANSPOSED, transpose
from derivcli.algebra.expressions import (
    BOTH,
    SCALAR,
    Expression,
    Shape,
    SizeMismatchError,
)
from derivcli.language.operations import OPERATIONS

MOST_LEVELS = 6  # of sums and products in which symmetry is seen

Axes = tuple[int, ...]


def _turned(axes: Axes) -> Axes:
    return tuple(sorted(1 - axis for axis in axes))


def mat(*factors: Expression) -> Expression:
    """Return the chain of matrix products; a number in it is a factor of the whole."""
    home = factors[0].home
    chain: list[Expression] = []
    numbers: list[Expression] = []
    todo = list(reversed(factors))
    while todo:
        factor = todo.pop()
        if factor is home.zero:
            return home.zero
        if factor.op == "zeros":
            big = [each for each in factors if each.shape != SCALAR]
            return home.zeros((big[0].shape[0], big[-1].shape[1]))
        if factor.op == "mat":
            todo += reversed(factor.args)
        elif factor.shape == SCALAR:
            numbers.append(factor)
        elif factor.op == "mul" and (
            factor.data != 1 or any(part.shape == SCALAR for part in factor.args)
        ):
            numbers.append(home.num(factor.data))
            numbers += (part for part in factor.args if part.shape == SCALAR)
            big = [part for part in factor.args if part.shape != SCALAR]
            todo.append(elementwise.fit(elementwise.mul(*big), factor.shape))
        else:
            chain.append(factor)
    if not chain:
        return elementwise.mul(*numbers)
    for left, right in pairwise(chain):
        if left.shape[1] != right.shape[0]:
            raise SizeMismatchError(f"{left.shape} @ {right.shape}")
    for index, (left, right) in enumerate(pairwise(chain)):
        joined = _joined(left, right)
        if joined is not None:
            rest = mat(*chain[:index], joined, *chain[index + 2 :])
            return elementwise.mul(*numbers, rest)
    body = chain[0] if len(chain) == 1 else _oriented(chain)
    return elementwise.mul(*numbers, body) if numbers else body


def _joined(left: Expression, right: Expression) -> Expression | None:
    """Return the product of two neighbours in a chain where it is simpler than a product."""
    if left.op == "eye":
        return right
    if right.op == "eye":
        return left
    if right.op == "ones":
        return elementwise.fit(total(left, (1,)), (left.shape[0], right.shape[1]))
    if left.op == "ones":
        return elementwise.fit(total(right, (0,)), (left.shape[0], right.shape[1]))
    if (entries := _diagonal_of(left)) is not None:
        return elementwise.mul(entries, right)
    if (entries := _diagonal_of(right)) is not None:
        return elementwise.mul(left, transpose(entries))
    if left.op == right.op == "T":
        left, right = right.args[0], left.args[0]
    if _inverse_of(left) is right or _inverse_of(right) is left:
        return left.home.eye(left.shape[0])
    return None


def _diagonal_of(whole: Expression) -> Expression | None:
    """Return the column that is the diagonal of a diagonal matrix."""
    diagonal = whole.op == "row" and whole.data[0] == "diag" and whole.args[0].shape[1] == 1
    return whole.args[0] if diagonal else None


def _inverse_of(whole: Expression) -> Expression | None:
    return whole.args[0] if whole.op == "row" and whole.data[0] == "inv" else None


def _oriented(chain: list[Expression]) -> Expression:
    """Return the chain as a node; one that is a number equals its transpose, and is made once."""
    home = chain[0].home
    shape: Shape = (chain[0].shape[0], chain[-1].shape[1])
    if shape == SCALAR:
        other = [transpose(part) for part in reversed(chain)]
        turns = sum(part.op == "T" for part in other), sum(part.op == "T" for part in chain)
        earlier = [part.serial for part in other] < [part.serial for part in chain]
        if turns[0] < turns[1] or (
            turns[0] == turns[1] and earlier and all(part.op != "mat" for part in other)
        ):
            chain = other
    return home.make("mat", tuple(chain), None, shape)


def total(whole: Expression, axes: Axes = BOTH, asked: Axes | None = None) -> Expression:
    """Return the sum along axes, which are kept, 1 long."""
    asked = axes if asked is None else asked
    home, shape = whole.home, whole.shape
    axes = tuple([axis for axis in axes if shape[axis] != 1])
    if not axes or whole is home.zero:
        return whole
    match whole.op:
        case "T":
            return transpose(total(whole.args[0], _turned(axes), _turned(asked)))
        case "sum":
            joined = tuple(sorted({*whole.data, *axes}))
            return total(whole.args[0], joined, tuple(sorted({*(whole.asked or ()), *asked})))
        case "ones":
            sizes = (home.size(shape[axis]) for axis in axes)
            return elementwise.mul(*sizes, home.ones(_summed(shape, axes)))
        case "zeros":
            return home.zeros(_summed(shape, axes))
        case "eye":
            return home.size(shape[0]) if axes == BOTH else home.ones(_summed(shape, axes))
        case "row" if OPERATIONS[whole.data[0]].totals is not None and whole.data[1] == axes:
            known = home.num(OPERATIONS[whole.data[0]].totals or 0)
            return elementwise.fit(known, _summed(shape, axes))
        case "mul" if axes == BOTH and (found := _total_of_diagonal(whole)) is not None:
            return found
        case "mul":
            found = _total_of_product(whole, axes, asked)
            if found is not None:
                return found
    fact, own = home.totals.get((whole, axes)), _summed(shape, axes)
    return fact or home.make("sum", (whole,), axes, own, asked if own == SCALAR else axes)


def _summed(shape: Shape, axes: Axes) -> Shape:
    rows, columns = shape
    return (1 if 0 in axes else rows, 1 if 1 in axes else columns)


def _total_of_diagonal(whole: Expression) -> Expression | None:
    """Return sum(A * eye(n)) as trace(A)."""
    others = [part for part in whole.args if part.op != "eye"]
    if len(others) != len(whole.args) - 1:
        return None
    inner = elementwise.mul(whole.home.num(whole.data), *others)
    return row("trace", inner) if inner.shape == whole.shape else None


def _total_of_product(whole: Expression, axes: Axes, asked: Axes) -> Expression | None:
    """Return the sum of a product with what does not change along an axis taken out of it."""
    home = whole.home
    for axis in axes:
        fixed = [part for part in whole.args if part.shape[axis] == 1]
        if not fixed and whole.data == 1:
            continue
        moving = [part for part in whole.args if part.shape[axis] != 1]
        inner = elementwise.mul(*moving) if moving else home.one
        rows, columns = inner.shape
        sizes = (whole.shape[0], columns) if axis == 0 else (rows, whole.shape[1])
        # Of an axis that is not 1 long nothing is said: it is summed by what comes after.
        own = tuple([each for each in asked if each == axis or sizes[each] == 1])
        summed = total(elementwise.fit(inner, sizes), (axis,), own)
        body = elementwise.mul(home.num(whole.data), *fixed, summed)
        body = elementwise.fit(body, _summed(whole.shape, (axis,)))
        rest = tuple(other for other in axes if other != axis)
        return total(body, rest, asked) if rest else body
    return None


def row(name: str, operand: Expression, axes: Axes = BOTH) -> Expression:
    """Return an operation of the table of operations, whose own axes are `axes`."""
    home, shape = operand.home, operand.shape
    facts = OPERATIONS[name]
    if facts.square and shape[0] != shape[1]:
        raise SizeMismatchError(f"{name} needs a square matrix, not {shape}")
    if facts.square and shape == SCALAR and (found := _of_number(name, operand)) is not None:
        return found
    if facts.fold and all(shape[axis] == 1 for axis in axes):
        return operand  # of one entry
    turned = operand.op == "T"
    match facts.of_transpose:
        case "same" if turned:
            operand = operand.args[0]
        case "transpose" if turned:
            return transpose(row(name, operand.args[0]))
        case "axes" if turned:
            return transpose(row(name, operand.args[0], _turned(axes)))
    if facts.linear and (parts := _linear(name, operand, axes)) is not None:
        return parts
    if name == "inv" and (inner := _inverse_of(operand)) is not None:
        return inner
    if name == "trace" and operand.op == "eye":
        return home.size(shape[0])
    if name == "diag" and operand.op == "ones" and shape[1] == 1:
        return home.eye(shape[0])
    return home.make("row", (operand,), (name, axes), _shape_of_row(name, shape, axes))


def _of_number(name: str, operand: Expression) -> Expression | None:
    """Return an operation on a square matrix that is one number."""
    match name:
        case "inv":
            return elementwise.power(operand, -1)
        case "logdet":
            return entrywise_functions.fn("log", operand)
    return operand


def _shape_of_row(name: str, shape: Shape, axes: Axes) -> Shape:
    facts = OPERATIONS[name]
    if facts.reduces:
        return _summed(shape, axes)
    if facts.axes:
        return shape
    if name == "diag":
        return (shape[0], shape[0]) if shape[1] == 1 else (shape[0], 1)
    return SCALAR if facts.to_number else shape


def _linear(name: str, operand: Expression, axes: Axes) -> Expression | None:
    """Return a linear operation on a sum, or on a multiple, by its parts."""
    home, shape = operand.home, operand.shape
    if operand is home.zero or (operand.op == "zeros" and OPERATIONS[name].to_number):
        return home.zero
    if operand.op == "add":
        parts: Sequence[Expression] = operand.args
        return elementwise.add(*(row(name, elementwise.fit(part, shape), axes) for part in parts))
    if operand.op == "mul":
        small = [part for part in operand.args if part.shape == SCALAR]
        if small or operand.data != 1:
            big = [part for part in operand.args if part.shape != SCALAR]
            inner = elementwise.fit(elementwise.mul(home.one, *big), shape)
            return elementwise.mul(home.num(operand.data), *small, row(name, inner, axes))
    return None


def _transpose_of_chain(whole: Expression) -> Expression:
    return mat(*(transpose(part) for part in reversed(whole.args)))


def _transpose_of_sum(whole: Expression) -> Expression | None:
    inner = whole.args[0]
    if inner.op != "T":
        return None
    return total(inner.args[0], _turned(whole.data), _turned(whole.asked or whole.data))


def _transpose_of_row(whole: Expression) -> Expression | None:
    name, inner = whole.data[0], whole.args[0]
    if _diagonal_of(whole) is not None:
        return whole
    if OPERATIONS[name].of_transpose != "transpose":
        return None
    if is_symmetric(inner):
        return whole
    return row(name, inner.args[0]) if inner.op == "T" else None


def is_symmetric(whole: Expression, levels: int = MOST_LEVELS) -> bool:
    """Is it its own transpose, whatever the names are? X.T @ X + c * eye(n) is."""
    if whole.shape == SCALAR or whole.op == "eye":
        return True
    if whole.shape[0] != whole.shape[1] or not levels:
        return False
    if whole.op in {"add", "mul"}:
        return all(is_symmetric(part, levels - 1) for part in whole.args)
    return whole.op == "ones" or transpose(whole) is whole


TRANSPOSED.update(mat=_transpose_of_chain, sum=_transpose_of_sum, row=_transpose_of_row)
