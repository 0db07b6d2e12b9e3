"""The way back through one node: the gradient by each of its parts, from that by its value."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from derivcli.algebra.elementwise import add, fit, mul, power, transpose, where
from derivcli.algebra.expressions import BOTH, SCALAR, Expression, Shape, postorder
from derivcli.algebra.products import mat, total
from derivcli.algebra.reading import TreeReader, Value
from derivcli.algebra.rebuilding import replaced
from derivcli.algebra.table_texts import slopes, vjps
from derivcli.algebra.writing import is_matrix
from derivcli.language.operations import OPERATIONS

Wanted = Callable[[Expression], bool]


@dataclass(frozen=True, slots=True)
class Share:
    """What one part of a node has of the gradient, and the rules that made it."""

    part: Expression
    gradient: Expression
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """The gradient by a name within one expression, and the rules on the way there."""

    gradient: Expression
    rules: tuple[str, ...]


def contributions(
    whole: Expression, value: Expression, gradient: Expression, active: Collection[str]
) -> dict[str, Contribution]:
    """Return the gradient by each active name in an expression, whose value has a name itself."""
    order = list(postorder(whole, last_term_first=True))
    wanted: set[Expression] = set()
    for node in order:
        if (node.op == "sym" and node.data in active) or not wanted.isdisjoint(node.args):
            wanted.add(node)
    shares: dict[Expression, list[Expression]] = {whole: [gradient]}
    rules: dict[Expression, dict[str, None]] = {whole: {}}
    found: dict[str, Contribution] = {}
    for node in reversed(order):
        if node not in shares or node not in wanted:
            continue
        of_node = add(*shares[node])
        if node.op == "sym":
            found[node.data] = Contribution(of_node, tuple(rules[node]))
            continue
        result = value if node is whole else node
        for share in _shares(node, result, of_node, wanted.__contains__):
            shares.setdefault(share.part, []).append(share.gradient)
            path = rules.setdefault(share.part, {})
            path.update(rules[node])
            path.update(dict.fromkeys(share.rules))
    # In the order in which the names stand in the expression.
    written = (node.data for node in postorder(whole) if node.op == "sym")
    return {name: found[name] for name in written if name in found}


def _shares(
    node: Expression, value: Expression, gradient: Expression, wanted: Wanted
) -> list[Share]:
    """Return the shares of those parts of a node that are wanted."""
    if gradient is node.home.zero or gradient.op == "zeros":
        return []
    if node.op not in RULES:
        raise TypeError(node.op)
    return RULES[node.op](node, value, gradient, wanted)


def _summed(gradient: Expression, shape: Shape) -> tuple[Expression, bool]:
    """Return the gradient with what broadcasting copied added up; did it copy anything?"""
    axes = tuple(
        axis for axis in BOTH if shape[axis] == 1 and gradient.shape[axis] not in {1, shape[axis]}
    )
    return (total(gradient, axes), True) if axes else (gradient, False)


def _share(part: Expression, gradient: Expression, *rules: str) -> Share:
    """Return a share of an entry-by-entry operation: of the part's own shape."""
    if part.shape == SCALAR and gradient.shape != SCALAR and not is_matrix(part):
        return Share(part, total(gradient, BOTH), (*rules, "broadcast"))
    summed, copied = _summed(gradient, part.shape)
    return Share(part, summed, (*rules, "broadcast") if copied else rules)


def _add(node: Expression, _: Expression, gradient: Expression, wanted: Wanted) -> list[Share]:
    full = fit(gradient, node.shape)
    return [_share(part, full, "sum") for part in node.args if wanted(part)]


def _mul(node: Expression, _: Expression, gradient: Expression, wanted: Wanted) -> list[Share]:
    number = node.home.num(node.data)
    found = []
    for index, part in enumerate(node.args):
        if wanted(part):
            others = (*node.args[:index], *node.args[index + 1 :])
            own = fit(mul(number, gradient, *others), node.shape)
            rules = ("product",) if others else ("multiple",)
            found.append(_share(part, own, *rules))
    return found


def _pow(node: Expression, _: Expression, gradient: Expression, _wanted: Wanted) -> list[Share]:
    base = node.args[0]
    slope = power(base, node.data - 1)
    return [Share(base, mul(node.home.num(node.data), gradient, slope), ("power",))]


def _mat(node: Expression, _: Expression, gradient: Expression, wanted: Wanted) -> list[Share]:
    found = []
    for index, part in enumerate(node.args):
        if not wanted(part):
            continue
        before = [transpose(each) for each in reversed(node.args[:index])]
        behind = [transpose(each) for each in reversed(node.args[index + 1 :])]
        if node.shape == SCALAR:
            # The chain is a number: x.T @ A @ y by A is x @ y.T.
            own = mul(gradient, mat(*before, *behind))
        else:
            own = mat(*before, fit(gradient, node.shape), *behind)
        found.append(Share(part, own, ("matrix product",)))
    return found


def _transposed(
    node: Expression, _: Expression, gradient: Expression, _wanted: Wanted
) -> list[Share]:
    return [Share(node.args[0], transpose(fit(gradient, node.shape)), ("transpose",))]


def _total(node: Expression, _: Expression, gradient: Expression, _wanted: Wanted) -> list[Share]:
    part = node.args[0]
    return [Share(part, fit(gradient, part.shape), ("sum of entries",))]


def _fn(node: Expression, value: Expression, gradient: Expression, wanted: Wanted) -> list[Share]:
    names = dict(zip("uv", node.args, strict=False), Y=value)
    reader = TreeReader(node.home, names={name: Value(each, 2) for name, each in names.items()})
    rule = f"elementwise chain ({node.data})"
    found = []
    for part, slope in zip(node.args, slopes(node.data), strict=True):
        if wanted(part):
            own = replaced(reader.expression(slope), {node: value})
            if own.op == "add":
                node.home.textbook.add(own)
            found.append(_share(part, fit(mul(gradient, own), node.shape), rule))
    return found


def _where(node: Expression, _: Expression, gradient: Expression, wanted: Wanted) -> list[Share]:
    home = node.home
    places = (*range(1, len(node.args) - 1, 2), len(node.args) - 1)
    found = []
    for place in places:
        if wanted(node.args[place]):
            parts = [home.zero if each in places else part for each, part in enumerate(node.args)]
            parts[place] = gradient
            own = fit(where(*parts), node.shape)
            found.append(_share(node.args[place], own, "where"))
    return found


def _row(node: Expression, value: Expression, gradient: Expression, _: Wanted) -> list[Share]:
    name, axes = node.data
    part = node.args[0]
    axes = tuple([axis for axis in axes if part.shape[axis] != 1]) or axes
    names = {"u": Value(part, 2), "Y": Value(value, 2), "G": Value(gradient, 2)}
    reader = TreeReader(node.home, names=names, own=axes)
    own = fit(reader.expression(vjps(name, of_all=axes == BOTH)[0]), part.shape)
    return [Share(part, own, (OPERATIONS[name].rule,))]


def _activation(
    node: Expression, _: Expression, gradient: Expression, _wanted: Wanted
) -> list[Share]:
    layer, prime = node.data
    if prime:
        raise TypeError("the slope of a slope that is not known")
    part = node.args[0]
    slope = node.home.make("activation", (part,), (layer, True), node.shape)
    return [Share(part, mul(gradient, slope), (f"elementwise chain (g{layer})",))]


def _none(_: Expression, __: Expression, ___: Expression, ____: Wanted) -> list[Share]:
    """A comparison has the slope 0 wherever it has one."""
    return []


RULES: dict[str, Callable[[Expression, Expression, Expression, Wanted], list[Share]]] = {
    "add": _add, "mul": _mul, "pow": _pow, "mat": _mat, "T": _transposed, "sum": _total,
    "fn": _fn, "where": _where, "row": _row, "activation": _activation, "cond": _none,
}  # fmt: skip
