"""Trees evaluated on arrays by autograd's NumPy, and the gradients that it finds itself."""

import math
import warnings

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.extend import defvjp, primitive

from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Number,
    Piecewise,
    Reduction,
    Transpose,
    Unary,
    fold,
)

erf = primitive(np.vectorize(math.erf, otypes=[float]))
erfc = primitive(np.vectorize(math.erfc, otypes=[float]))
defvjp(erf, lambda _, u: lambda g: g * 2 * anp.exp(-(u**2)) / anp.sqrt(anp.pi))
defvjp(erfc, lambda _, u: lambda g: -g * 2 * anp.exp(-(u**2)) / anp.sqrt(anp.pi))
ENTRYWISE = {
    "exp": anp.exp, "log": anp.log, "tanh": anp.tanh, "sin": anp.sin, "cos": anp.cos, "sqrt": anp.sqrt,
    "abs": anp.abs, "sigmoid": lambda u: 1 / (1 + anp.exp(-u)), "erf": erf, "erfc": erfc,
    "relu": lambda u: u * (u > 0), "softplus": lambda u: anp.log(1 + anp.exp(u)),
    "sign": anp.sign, "heaviside": lambda u: (u > 0) + 0.5 * (u == 0), "cosh": anp.cosh,
    "sinh": anp.sinh, "max": anp.maximum, "min": anp.minimum, "atan": anp.arctan,
    "log1p": anp.log1p, "expm1": anp.expm1, "silu": lambda u: u / (1 + anp.exp(-u)),
    "gelu": lambda u: u * (1 + erf(u / 2**0.5)) / 2, "tan": anp.tan,
    "leaky_relu": lambda u: anp.where(u > 0, u, 0.01 * u),
    "elu": lambda u: anp.where(u > 0, u, anp.expm1(anp.minimum(u, 0))),
}  # fmt: skip
COMPARED = {
    "<": anp.less, "<=": anp.less_equal, ">": anp.greater, ">=": anp.greater_equal, "==": anp.equal,
    "!=": anp.not_equal,
}  # fmt: skip
JOINED = {
    "+": lambda u, v: u + v, "-": lambda u, v: u - v, "*": lambda u, v: u * v,
    "/": lambda u, v: u / v, "**": lambda u, v: u**v, "@": anp.matmul,
}  # fmt: skip


def softmax(u, axis, keepdims):
    shares = anp.exp(u - anp.max(u, axis=axis, keepdims=True))
    return shares / anp.sum(shares, axis=axis, keepdims=True)


def cumsum(u, axis, keepdims):
    return anp.cumsum(u, axis=axis)


def reduced(function):
    return lambda u, axis, keepdims: function(u, axis=axis, keepdims=keepdims)


REDUCED = {
    "sum": reduced(anp.sum), "mean": reduced(anp.mean), "max": reduced(anp.max),
    "min": reduced(anp.min), "prod": reduced(anp.prod), "softmax": softmax, "cumsum": cumsum,
    "logsumexp": lambda u, axis, keepdims: anp.log(
        anp.sum(anp.exp(u), axis=axis, keepdims=keepdims)),
    "norm": lambda u, axis, keepdims: anp.sqrt(anp.sum(u**2, axis=axis, keepdims=keepdims)),
}  # fmt: skip


def diag(u):
    return anp.diag(u[:, 0]) if u.shape[1] == 1 else anp.reshape(anp.diag(u), (-1, 1))


CALLED = {
    "trace": anp.trace, "det": anp.linalg.det, "inv": anp.linalg.inv, "diag": diag,
    "logdet": lambda u: anp.linalg.slogdet(u)[1], "eye": lambda n: anp.eye(int(n)),
    "ones": lambda m, n: anp.ones((int(m), int(n))),
    "zeros": lambda m, n: anp.zeros((int(m), int(n))),
}  # fmt: skip


def value(tree, names):
    """The value of a tree; `names` are arrays and numbers."""

    def visit(node, parts):
        match node:
            case Number():
                return float(node.value)
            case Constant():
                return {"pi": anp.pi, "e": anp.e}[node.name]
            case Name():
                return names[node.name]
            case Unary():
                return -parts[0] if node.operator == "-" else parts[0]
            case Binary():
                return JOINED[node.operator](*parts)
            case Comparison():
                return COMPARED[node.operator](*parts) * 1.0
            case Transpose():
                return anp.transpose(parts[0])
            case Reduction():
                return REDUCED[node.function](parts[0], node.axis, node.keepdims)
            case Piecewise():
                found = parts[-1]
                for value, condition in reversed(list(zip(parts[:-1:2], parts[1::2], strict=True))):
                    found = anp.where(condition, value, found)
                return found
            case Call():
                if node.function in CALLED and node.function not in ("max", "min"):
                    return CALLED[node.function](*parts)
                return ENTRYWISE[node.function](*parts)
        raise TypeError(node)

    return fold(tree, visit)


def evaluated(statements, names):
    """Every name's value after the statements."""
    found = dict(names)
    for each in statements:
        found[each.name] = value(each.expression, found)
    return found


def dimensions(shape, sizes):
    return tuple(size if isinstance(size, int) else sizes[size] for size in shape)


def gradients(program, names, wrt, seed=None):
    """What autograd finds: the gradient of the (seeded) output by each variable."""

    def output(*values):
        last = evaluated(program.statements, {**names, **dict(zip(wrt, values, strict=True))})
        whole = last[program.output.name]
        return anp.sum(whole if seed is None else seed * whole)

    values = [names[name] for name in wrt]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # autograd says where an output does not depend on an input
        return [grad(output, index)(*values) for index in range(len(wrt))]


def central_difference(program, names, name, entry, step=1e-5):
    """The slope of the output along one entry of a variable."""

    def output(shift):
        array = np.array(names[name], float)
        array[entry] += shift
        last = evaluated(program.statements, {**names, name: array})
        return np.sum(last[program.output.name])

    return (output(step) - output(-step)) / (2 * step)
