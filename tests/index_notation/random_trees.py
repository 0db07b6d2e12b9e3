"""Random expressions of arrays of a wanted shape, and random changes of them."""

from fractions import Fraction

from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Name,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
    children,
    nodes,
    rebuild,
)

SHAPES = {
    "A": ("n", "n"), "B": ("n", "n"), "X": ("n", "m"), "Y": ("n", "m"), "x": ("n", 1), "y": ("n", 1),
    "r": (1, "m"), "f": ("n",), "h": ("m",), "s": (1, 1),
}  # fmt: skip
FUNCTIONS = ("exp", "log", "sqrt", "tanh", "sigmoid", "relu", "abs", "sign", "sin", "cos", "softplus",
             "heaviside", "softsign", "cbrt", "elu", "silu")  # fmt: skip
POWERS = (2, 2, 3, -1, -2, Fraction(1, 2), Fraction(-1, 2), 0, Fraction(1, 3), Fraction(3, 2))


def number(value):
    value = Fraction(value)
    top = Number(Fraction(abs(value.numerator)))
    top = Unary("-", top) if value < 0 else top
    return top if value.denominator == 1 else Binary("/", top, Number(Fraction(value.denominator)))


def leaf(random, shape):
    names = [name for name, own in SHAPES.items() if own == shape]
    if not names or (shape == (1, 1) and random.random() < 0.6):
        return (
            number(random.choice((1, 2, 3, -1, Fraction(1, 2))))
            if shape == (1, 1)
            else _filled(shape)
        )
    return Name(random.choice(names))


def _filled(shape):
    assert len(shape) == 2
    return Call("ones", tuple(Name(s) if isinstance(s, str) else number(s) for s in shape))


def tree(random, shape, depth):
    """Return a random expression; (1, 1) is also a number."""
    if shape == ():
        return number(random.choice((1, 2, -1))) if depth < 2 else _all(random, shape, depth - 1)
    if depth == 0 or random.random() < 0.1:
        return leaf(random, shape)
    makers = [_operation, _operation, _operation, _function, _function, _power, _pieces, _compared]
    if len(shape) == 1:
        return random.choice([*makers, _flat, _flat, _flat_product])(random, shape, depth - 1)
    makers += [_product, _product, _transposed]
    if 1 in shape:
        makers += [_reduced, _reduced]
    if shape == (1, 1):
        makers += [_all]
    if shape == (1, 1):
        makers += [_of_square]
    if shape == ("n", "n"):
        makers += [_square]
    makers += [_along]
    return random.choice(makers)(random, shape, depth - 1)


def _smaller(random, shape):
    """Return a shape that broadcasts to another: a flat array is a row."""
    if len(shape) == 2 and shape[1] != 1 and random.random() < 0.3:
        return shape[1:]
    if len(shape) == 1:
        return shape if random.random() < 0.7 else ()
    return tuple(1 if random.random() < 0.3 else size for size in shape)


def _operation(random, shape, depth):
    one, other = tree(random, shape, depth), tree(random, _smaller(random, shape), depth)
    if random.random() < 0.3:
        one, other = other, one
    return Binary(random.choice("++--**/"), one, other)


def _function(random, shape, depth):
    name = random.choice((*FUNCTIONS, "max", "min"))
    arguments = [tree(random, shape, depth)]
    if name in ("max", "min"):
        arguments.append(tree(random, shape, depth))
    return Call(name, tuple(arguments))


def _power(random, shape, depth):
    return Binary("**", tree(random, shape, depth), number(random.choice(POWERS)))


def _compared(random, shape, depth):
    other = tree(random, shape, depth - 1) if depth > 0 and random.random() < 0.5 else number(0)
    return Comparison(
        random.choice(("<", "<=", ">", ">=", "==", "!=")), tree(random, shape, depth), other
    )


def _pieces(random, shape, depth):
    return Piecewise(
        (tree(random, shape, depth),),
        (_compared(random, shape, depth),),
        tree(random, shape, depth),
    )


def _product(random, shape, depth):
    inner = random.choice(("n", "m", 1))
    return Binary(
        "@", tree(random, (shape[0], inner), depth), tree(random, (inner, shape[1]), depth)
    )


def _transposed(random, shape, depth):
    return Transpose(tree(random, shape[::-1], depth))


REDUCTIONS = ("sum", "sum", "sum", "mean", "norm", "max", "min", "prod", "logsumexp")


def _reduced(random, shape, depth):
    name = random.choice(REDUCTIONS)
    axis = 0 if shape[1] != 1 else 1 if shape[0] != 1 else random.choice((0, 1))
    wide = random.choice(("n", "m"))
    inner = (wide, shape[1]) if axis == 0 else (shape[0], wide)
    return Reduction(name, tree(random, inner, depth), axis, True)


def _along(random, shape, depth):
    name = random.choice(("softmax", "cumsum"))
    return Reduction(name, tree(random, shape, depth), random.choice((0, 1)), False)


def _flat(random, shape, depth):
    """Return what a reduction along an axis leaves."""
    wide, axis = random.choice(("n", "m")), random.choice((0, 1))
    inner = (wide, *shape) if axis == 0 else (*shape, wide)
    return Reduction(random.choice(REDUCTIONS), tree(random, inner, depth), axis, False)


def _flat_product(random, shape, depth):
    wide = random.choice(("n", "m"))
    if random.random() < 0.5:
        return Binary("@", tree(random, (*shape, wide), depth), tree(random, (wide,), depth))
    return Binary("@", tree(random, (wide,), depth), tree(random, (wide, *shape), depth))


def _all(random, shape, depth):
    inner = random.choice((("n",), ("m",), ("n", "m"), ("n", "n")))
    if random.random() < 0.3:
        return Binary("@", tree(random, ("n",), depth), tree(random, ("n",), depth))
    return Reduction(random.choice(REDUCTIONS), tree(random, inner, depth), None, False)


def _of_square(random, shape, depth):
    return Call(random.choice(("trace", "det", "logdet")), (tree(random, ("n", "n"), depth),))


def _square(random, shape, depth):
    name = random.choice(("inv", "diag", "eye"))
    if name == "eye":
        return Call("eye", (Name("n"),))
    return Call(name, (tree(random, ("n", 1) if name == "diag" else ("n", "n"), depth),))


def places(root):
    """Return paths to all nodes."""
    found, waiting = [], [((), root)]
    while waiting:
        path, node = waiting.pop()
        found.append((path, node))
        waiting.extend(((*path, n), child) for n, child in enumerate(children(node)))
    return found


def replaced(root, path, new):
    if not path:
        return new
    parts = list(children(root))
    parts[path[0]] = replaced(parts[path[0]], path[1:], new)
    return rebuild(root, tuple(parts))


def changed(random, root):
    """Return an expression with one change: it may be a law of algebra, or a mistake."""
    path, node = random.choice(places(root))
    return replaced(root, path, random.choice(list(_changes(random, node)) or [node]))


def _changes(random, node):
    match node:
        case Comparison(operator=operator, left=left, right=right):
            yield Comparison({"<": ">", ">": "<"}.get(operator, operator), right, left)
            yield Comparison(random.choice(("<", "<=", ">", ">=")), left, right)
            return
        case Binary(operator="+" | "*" as operator, left=left, right=right):
            yield Binary(operator, right, left)
        case Binary(operator="-", left=left, right=right):
            yield Binary("+", left, Unary("-", right))
            yield Binary("-", right, left)
        case Binary(operator="@", left=left, right=right):
            yield Transpose(Binary("@", Transpose(right), Transpose(left)))
            yield Binary("@", right, left)
        case Binary(operator="/", left=left, right=right):
            yield Binary("*", left, Binary("**", right, number(-1)))
        case Binary(operator="**", left=left, right=right):
            yield Binary("**", left, random.choice((right, number(random.choice(POWERS)))))
            yield Binary("*", Binary("**", left, Binary("-", right, number(1))), left)
            yield Call("exp", (Binary("*", right, Call("log", (left,))),))
            yield Binary("**", Unary("-", left), right)
        case Transpose(operand=operand):
            yield operand
        case Reduction(operand=operand):
            yield rebuild(node, (changed(random, operand),))
            yield Reduction(
                "sum", operand, node.axis, node.keepdims or node.function in ("softmax", "cumsum")
            )
    yield from _changes_of_call(random, node)
    yield from _changes_of_any(random, node)


def _changes_of_call(random, node):
    two = number(2)
    match node:
        case Call(function="abs", arguments=(u,)):
            yield Call("sqrt", (Binary("**", u, two),))
            yield Binary("*", u, Call("sign", (u,)))
        case Call(function="sqrt" | "log" as name, arguments=(u,)):
            yield Call(name, (Binary("**", u, two),))
        case Call(function="relu" | "max", arguments=arguments):
            u = arguments[0]
            v = arguments[1] if len(arguments) > 1 else number(0)
            yield Piecewise((u,), (Comparison(random.choice((">", ">=")), u, v),), v)
            yield Binary(
                "/", Binary("+", Binary("+", u, v), Call("abs", (Binary("-", u, v),))), two
            )
        case Call(function="exp", arguments=(u,)):
            half = Call("exp", (Binary("/", u, two),))
            yield Binary("*", half, half)
        case Call(function="inv", arguments=(Binary(operator="@", left=left, right=right),)):
            yield Binary("@", Call("inv", (right,)), Call("inv", (left,)))
        case Call(function="sigmoid", arguments=(u,)):
            yield Binary("-", number(1), Call("sigmoid", (Unary("-", u),)))


def _changes_of_any(random, node):
    two = number(2)
    yield Binary("/", Binary("*", node, two), two)
    yield Binary("*", node, Binary("/", Name("s"), Name("s")))
    yield Call("sqrt", (Binary("**", node, two),))
    yield Binary("**", Call("sqrt", (node,)), two)
    yield Call("log", (Call("exp", (node,)),))
    yield Call("exp", (Call("log", (node,)),))
    yield Transpose(Transpose(node))
    yield Piecewise(
        (node,), (Comparison(random.choice((">", "!=", "<=")), node, number(0)),), number(0)
    )
    yield Binary("-", Call("relu", (node,)), Call("relu", (Unary("-", node),)))
    yield Transpose(node)
    yield Unary("-", node)


def size(root):
    return sum(1 for _ in nodes(root))
