"""An expression as a tree of the language, in the order and notation of a textbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from derivcli.algebra import elementwise
from derivcli.algebra.expressions import BOTH, SCALAR, Expression, Rational, Size, postorder
from derivcli.language.operations import OPERATIONS
from derivcli.language.tree import (
    Activation,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
    number,
    size_node,
)

LARGEST_DENOMINATOR = 20  # of a coefficient that is written below a bar, and not as a decimal


def written(whole: Expression) -> Node:
    """Return the tree of an expression; of shape (1, 1) it is a number or a matrix as it comes."""
    if whole.tree is None:
        for node in postorder(whole):
            if node.tree is None:
                node.tree = _layout(node)
    if whole.tree is None:
        raise AssertionError(whole)
    return whole.tree


def written_as(whole: Expression, shape: Sequence[Size]) -> Node:
    """Return the tree of an expression as a value of that very shape, () being a number."""
    tree = written(whole)
    if whole is whole.home.zero and len(shape) == 2:
        return Call("zeros", tuple(map(size_node, shape)))
    if len(shape) == 1:  # flat, as NumPy's sums leave it
        return Reduction("sum", tree, 0)
    if whole.shape != SCALAR or is_matrix(whole) == (len(shape) == 2):
        return tree
    if len(shape) == 0:
        return Reduction("sum", tree)
    # A number, where a matrix of one entry is wanted: its first sum keeps both axes.
    for node in postorder(whole):
        if node.op == "sum" and not is_matrix(node):
            home = node.home
            kept = home.make("kept", (node,), None, SCALAR)
            kept.tree = Reduction("sum", written(node.args[0]), keepdims=True)
            return written(_replaced_factor(whole, node, kept))
    return Binary("*", tree, Call("ones", (number(1), number(1))))


def _replaced_factor(whole: Expression, old: Expression, new: Expression) -> Expression:
    """Return a sum or product with a part replaced, a matrix of one entry from then on."""
    if whole is old:
        return new
    home = whole.home
    if whole.op in {"add", "mul"}:
        parts = [_replaced_factor(part, old, new) for part in whole.args]
        return home.make(whole.op, tuple(parts), whole.data, whole.shape)
    if whole.op == "pow":
        return home.make("pow", (_replaced_factor(whole.args[0], old, new),), whole.data, SCALAR)
    return whole


def is_matrix(whole: Expression) -> bool:
    """Is an expression of shape (1, 1), as it is written, a matrix and no number?"""
    for node in _of_one_entry(whole):
        if node.op in {"mat", "kept"}:
            return True
        if node.op == "sym" and len(node.home.shapes.get(node.data, ())) == 2:
            return True
        if node.op == "sum" and node.asked is not None and node.asked != BOTH:
            return True
    return False


def shape_of(whole: Expression) -> tuple[Size, ...]:
    """Return the shape of an expression as it is written: () where it is a number."""
    return () if whole.shape == SCALAR and not is_matrix(whole) else whole.shape


def _of_one_entry(whole: Expression) -> Iterable[Expression]:
    """Yield what an expression of shape (1, 1) is made of entry by entry."""
    seen, stack = {whole}, [whole]
    while stack:
        node = stack.pop()
        yield node
        if node.op in {"add", "mul", "pow", "fn", "cond", "where", "activation"}:
            for part in node.args:
                if part not in seen:
                    seen.add(part)
                    stack.append(part)


def _layout(node: Expression) -> Node:
    """Return the tree of a node whose parts have theirs."""
    parts = node.args
    match node.op:
        case "num":
            return number(node.data)
        case "const":
            return Constant(node.data)
        case "sym" | "size":
            return Name(node.data)
        case "ones" | "zeros":
            return Call(node.op, tuple(map(size_node, node.shape)))
        case "eye":
            return Call("eye", (size_node(node.shape[0]),))
        case "add":
            turned = _turned(node)
            return _sum(node) if turned is None else Transpose(written(turned))
        case "mul":
            return _product(node)
        case "pow":
            return _power(node)
        case "mat":
            turned = _turned(node)
            if turned is not None:
                return Transpose(written(turned))
            return _joined("@", list(map(written, parts)))
        case "T":
            return Transpose(written(parts[0]))
        case "sum":
            asked = node.asked or node.data
            axis = None if asked == BOTH else asked[0]
            # Along both axes of a matrix it is a number; what is left of one axis is kept.
            return Reduction("sum", written(parts[0]), axis, keepdims=axis is not None)
        case "row":
            name, axes = node.data
            if not OPERATIONS[name].axes:
                return Call(name, (written(parts[0]),))
            axis = None if axes == BOTH else axes[0]
            keepdims = OPERATIONS[name].reduces and axis is not None
            return Reduction(name, written(parts[0]), axis, keepdims)
    return _entrywise(node, list(map(written, parts)))


def _entrywise(node: Expression, parts: list[Node]) -> Node:
    match node.op:
        case "cond":
            return _comparison(node, parts)
        case "where":
            pairs = parts[:-1]
            conditions = tuple(
                each if isinstance(each, Comparison) else Comparison("!=", each, number(0))
                for each in pairs[::2]
            )
            return Piecewise(tuple(pairs[1::2]), conditions, parts[-1])
        case "activation":
            layer, prime = node.data
            return Activation(layer, prime, parts[0])
        case "fn" if node.data == "**":
            return Binary("**", parts[0], parts[1])
        case "fn":
            return Call(node.data, tuple(parts))
    raise TypeError(node.op)


def _comparison(node: Expression, parts: list[Node]) -> Node:
    """Return a comparison; a number stands on its right."""
    if node.args[0].op == "num" and node.data.startswith(">"):
        return Comparison(node.data.replace(">", "<"), parts[1], parts[0])
    return Comparison(node.data, parts[0], parts[1])


# Sums


def _sum(node: Expression) -> Node:
    tree: Node | None = None
    for term in _ordered(node.args):
        coefficient, rest = elementwise.split(term)
        if tree is None:
            tree = written(term)
        elif coefficient < 0:
            tree = Binary("-", tree, written(elementwise.scale(-coefficient, rest)))
        else:
            tree = Binary("+", tree, written(term))
    if tree is None:
        raise AssertionError(node)
    return tree


def _ordered(terms: tuple[Expression, ...]) -> list[Expression]:
    """Return what is added before what is subtracted, products of matrices before penalties."""
    quotients = all(any(below(part) for part in (term, *term.args)) for term in terms)

    def key(term: Expression) -> tuple[bool, ...]:
        coefficient, rest = elementwise.split(term)
        return (
            coefficient < 0 and not quotients,
            term.op == "num" and len(terms) > 2,
            rest.op == "T",
            not any(part.op == "mat" for part in (rest, *rest.args)),
        )

    return sorted(terms, key=key)


def below(factor: Expression) -> bool:
    """Is a factor written below the bar?"""
    return factor.op == "pow" and factor.data < 0


# Products


def _turned(node: Expression) -> Expression | None:
    """Return what a chain or a sum is the transpose of, where everything in it is transposed."""
    if node.op == "mat":
        long = len(node.args) > 2 and all(part.op == "T" for part in node.args)
        return _upright(node) if long else None
    rests = [elementwise.split(term) for term in node.args]
    if not any(rest.op == "mat" for _, rest in rests) or not all(
        rest.op == "T" or (rest.op == "mat" and all(part.op == "T" for part in rest.args))
        for _, rest in rests
    ):
        return None
    parts = tuple(elementwise.scale(number, _upright(rest)) for number, rest in rests)
    return node.home.make("add", parts, None, (node.shape[1], node.shape[0]))


def _upright(node: Expression) -> Expression:
    if node.op == "T":
        return node.args[0]
    parts = tuple(part.args[0] for part in reversed(node.args))
    return node.home.make("mat", parts, None, (node.shape[1], node.shape[0]))


def _product(node: Expression) -> Node:
    bottom = [part for part in node.args if below(part)]
    numerator, denominator = _coefficient(abs(node.data))
    items: list[tuple[str, Node]] = [("*", each) for each in numerator]
    spliced = True
    for factor in _above(node):
        tree = written(factor)
        if factor.op == "mat" and spliced and not isinstance(tree, Transpose):
            # Numbers before a chain are factors of its first matrix: 2 * A @ B.
            first, *others = map(written, factor.args)
            items += [("*", first), *(("@", link) for link in others)]
        else:
            items.append(("*", tree))
        spliced = spliced and factor.shape == SCALAR
    items = items or [("*", number(1))]
    top = _negative(items[0][1]) if node.data < 0 else items[0][1]
    for operator, tree in items[1:]:
        top = Binary(operator, top, tree)
    low = [*denominator]
    low += (written(elementwise.power(part.args[0], -part.data)) for part in bottom)
    return Binary("/", top, _joined("*", low)) if low else top


def _above(node: Expression) -> list[Expression]:
    """Return the factors above the bar: numbers first, or last behind a product of matrices."""
    top = [part for part in node.args if not below(part)]
    chained = any(part.op == "mat" for part in top)
    if chained and sum(part.shape != SCALAR for part in top) > 1:
        return sorted(top, key=lambda part: (part.op != "mat", part.shape != SCALAR))
    return sorted(top, key=lambda part: (part.op == "mat", part.shape != SCALAR))


def _coefficient(value: Rational) -> tuple[list[Node], list[Node]]:
    """Return what stands above the bar and below it for a coefficient > 0."""
    top, bottom = value.numerator, value.denominator
    tree = number(value)
    if bottom > LARGEST_DENOMINATOR and isinstance(tree, Number):
        return [tree], []
    return [number(top)] if top != 1 else [], [number(bottom)] if bottom != 1 else []


def _negative(tree: Node) -> Node:
    """Return the tree with a minus before its first factor."""
    path: list[Node] = []
    while isinstance(tree, Binary) and tree.operator in "*/@":
        path.append(tree)
        tree = tree.left
    tree = Unary("-", tree)
    for each in reversed(path):
        if isinstance(each, Binary):
            tree = Binary(each.operator, tree, each.right)
    return tree


def _joined(operator: str, trees: list[Node]) -> Node:
    tree = trees[0]
    for each in trees[1:]:
        tree = Binary(operator, tree, each)
    return tree


def _power(node: Expression) -> Node:
    base, exponent = node.args[0], node.data
    if exponent < 0:
        return Binary("/", number(1), written(elementwise.power(base, -exponent)))
    if exponent == Fraction(1, 2):
        squares = base.args[0] if base.op == "sum" else base
        if base.op == "sum" and squares.op == "pow" and squares.data == 2:
            asked = written(base)
            if isinstance(asked, Reduction):
                return replace(asked, function="norm", operand=written(squares.args[0]))
        return Call("sqrt", (written(base),))
    return Binary("**", written(base), number(exponent))
