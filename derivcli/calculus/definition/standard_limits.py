"""Functions with an addition theorem: a sum of products, each with a factor of a known limit."""

from __future__ import annotations

from derivcli.calculus import symbolic
from derivcli.calculus.definition.algebraic import slope_of_line
from derivcli.calculus.definition.working import (
    PUT_IN,
    Known,
    Setting,
    Working,
    WorkingLine,
    put_in,
    same,
    tidied,
)
from derivcli.calculus.derivation.algebra import ONE, times
from derivcli.calculus.evaluate import formula
from derivcli.language.functions import FUNCTIONS, ROWS
from derivcli.language.text import text
from derivcli.language.tree import Binary, Call, Name, Node, children, substitute

INNER, STEP = "u", "v"  # in the texts of the table
RATIO = Binary("/", Name(STEP), Name(INNER))
POWER_OF_SUM = "a**(x + y) = a**x*a**y"
COMMON = "common factor"


def addition(tree: Node, setting: Setting) -> Working | None:
    """Return the working of a function of a*w + b, by its addition theorem; of a**w, too."""
    inner, forms = _forms(tree, setting)
    slope = None if inner is None else slope_of_line(inner, setting)
    if inner is None or slope is None:
        return None
    step = Name(setting.step)
    change = times(slope, step)
    start = setting.quotient(tree)
    lines = [WorkingLine(start, PUT_IN)]
    ratio = _shortened(Binary("/", change, inner))
    for general, reason in forms:
        form = put_in(general, {RATIO: ratio})
        form = tidied(substitute(form, {INNER: inner, STEP: change}))
        lines.append(WorkingLine(Binary("/", form, step), reason))
    base = tree.left if isinstance(tree, Binary) else None
    found: dict[Binary, Known] = {}
    spread = _spread(form, setting.step, base, found)
    if spread is None:
        return None
    if same(lines[-1].tree, spread):
        reason = lines.pop().reason
    else:
        rate = _rate(next(iter(found)).right, setting.step)
        reason = f"each over {setting.step}" if rate == ONE else f"times {text(rate)}, over itself"
    lines.append(WorkingLine(spread, reason))
    remark = "" if not isinstance(slope, Name) else f"{text(slope)} is not 0"
    return Working(setting, start, tuple(lines), tuple(found.values()), remark=remark)


def _shortened(ratio: Node) -> Node:
    """Return a ratio with what stands above and below it cancelled, where that is shorter."""
    other = symbolic.to_tree(symbolic.to_sympy(ratio))
    return other if len(text(other)) < len(text(ratio)) else ratio


def _forms(tree: Node, setting: Setting) -> tuple[Node | None, list[tuple[Node, str]]]:
    """Return the inner function, and the forms of a change, in u and v, with their reasons."""
    match tree:
        case Call(arguments=(inner,)):
            row = FUNCTIONS[tree.function]
            return (inner if row.addition else None), [
                (formula(source), reason) for source, reason in row.addition
            ]
        case Binary(operator="**", left=base, right=inner) if not setting.depends(base):
            first, second = (Binary("**", base, Name(each)) for each in (INNER, STEP))
            return inner, [
                (Binary("-", Binary("*", first, second), first), POWER_OF_SUM),
                (Binary("*", first, Binary("-", second, ONE)), COMMON),
            ]
    return None, []


def _small(node: Node, step: str, base: Node | None) -> tuple[Node, Node] | None:
    """Return what goes to 0 in a standard limit, and the limit, where a node is `small` of it."""
    patterns = [(formula(row.small[0]), formula(row.small[1])) for row in ROWS if row.small]
    if base is not None:
        small = Binary("-", Binary("**", base, Name(STEP)), ONE)
        patterns.append((small, Call("log", (base,))))
    for pattern, limit in patterns:
        found: dict[str, Node] = {}
        if _matches(pattern, node, found) and step in text(found[STEP]):
            return found[STEP], limit
    return None


def _matches(pattern: Node, node: Node, found: dict[str, Node]) -> bool:
    """Is a node the pattern with something for v?"""
    if pattern == Name(STEP):
        return found.setdefault(STEP, node) == node
    inner, parts = children(pattern), children(node)
    if not inner:
        return pattern == node
    head = (type(pattern), getattr(pattern, "operator", None), getattr(pattern, "function", None))
    other = (type(node), getattr(node, "operator", None), getattr(node, "function", None))
    return (
        head == other
        and len(inner) == len(parts)
        and all(_matches(*pair, found) for pair in zip(inner, parts, strict=True))
    )


def _spread(node: Node, step: str, base: Node | None, found: dict[Binary, Known]) -> Node | None:
    """Return a change over the step, each term with a standard limit as a factor."""
    small = _small(node, step, base)
    if small is not None:
        change, limit = small
        part = Binary("/", node, change)
        found[part] = Known(part, limit, f"{text(part)} → {text(limit)}")
        return _multiple(_rate(change, step), part)
    match node:
        case Binary(operator="+" | "-" | "/"):
            left = _spread(node.left, step, base, found)
            right = node.right if node.operator == "/" else _spread(node.right, step, base, found)
            return None if left is None or right is None else Binary(node.operator, left, right)
        case Binary(operator="*"):
            right = _spread(node.right, step, base, found)
            if isinstance(right, Binary) and right.operator == "*":
                return Binary("*", times(right.left, node.left), right.right)
            return None if right is None else Binary("*", node.left, right)
    return None


def _multiple(rate: Node, part: Node) -> Node:
    """Return rate*part, with (1/v)*part as part/v."""
    if rate == ONE:
        return part
    if isinstance(rate, Binary) and rate.operator == "/" and rate.left == ONE:
        return Binary("/", part, rate.right)
    return Binary("*", rate, part)


def _rate(change: Node, step: str) -> Node:
    """Return what a multiple of the step is a multiple by."""
    return tidied(substitute(change, {step: ONE}))
