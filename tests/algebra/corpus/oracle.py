"""An interpreter of programs of matrices that shares nothing with the package: Python's grammar, NumPy's arrays.

Its gradients are autograd's, and central differences. `symbols` has the functions by which the
same interpreter computes in SymPy's symbols.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.extend import defvjp, primitive

STEP = 1e-3  # of a central difference of order 4: its error is of the order of STEP**4


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What numbers are: the functions on arrays of them, literals, and what a comparison makes."""

    functions: Mapping[str, Callable]
    number: Callable
    compare: Callable


ARITHMETIC = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.MatMult: operator.matmul, ast.USub: operator.neg,
}  # fmt: skip
COMPARED = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip

erf = primitive(np.vectorize(math.erf, otypes=[float]))
tanh = primitive(np.tanh)  # the slope of autograd's own overflows far out
defvjp(tanh, lambda value, _: lambda g: g * (1 - value**2))
defvjp(erf, lambda _, u: lambda g: g * 2 / math.sqrt(math.pi) * anp.exp(-(u**2)))


def _sigmoid(u):
    return (1 + tanh(u / 2)) / 2


def _softplus(u):
    return anp.logaddexp(0, u)


AS_NUMPY = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "sqrt", "expm1", "log1p",
            "sign", "abs", "clip", "where")  # fmt: skip

FLOATS = Arithmetic(
    {
        **{name: getattr(anp, name) for name in AS_NUMPY},
        "asin": anp.arcsin, "acos": anp.arccos, "atan": anp.arctan, "asinh": anp.arcsinh, "erf": erf, "tanh": tanh,
        "erfc": lambda u: 1 - erf(u),
        "sigmoid": _sigmoid, "softplus": _softplus, "silu": lambda u: u * _sigmoid(u),
        "relu": lambda u: u * (u > 0), "softsign": lambda u: u / (1 + anp.abs(u)),
        "leaky_relu": lambda u: anp.where(u > 0, u, u / 100), "hardtanh": lambda u: anp.clip(u, -1, 1),
        "elu": lambda u: anp.where(u > 0, u, anp.exp(u) - 1), "mish": lambda u: u * tanh(_softplus(u)),
        "gelu": lambda u: u * (1 + erf(u / math.sqrt(2))) / 2,
        "larger": anp.maximum, "smaller": anp.minimum, "largest": anp.max, "smallest": anp.min,
        "det": anp.linalg.det, "inv": anp.linalg.inv,
    },
    number=float,
    compare=lambda holds, u, v: 1.0 * holds(u, v),
)  # fmt: skip


def _softmax(arithmetic, u, axis=0):
    powers = arithmetic.functions["exp"](u)
    return powers / anp.sum(powers, axis=axis, keepdims=True)


def _logsumexp(arithmetic, u, **along):
    return arithmetic.functions["log"](anp.sum(arithmetic.functions["exp"](u), **along))


def _norm(arithmetic, u, **along):
    return arithmetic.functions["sqrt"](anp.sum(u**2, **along))


def _logdet(arithmetic, u):
    return arithmetic.functions["log"](arithmetic.functions["det"](u))


def _diag(u):
    return anp.diag(u[:, 0]) if u.shape[1] == 1 else anp.reshape(anp.diag(u), (-1, 1))


def _extreme(arithmetic, two, many, u, *others, **along):
    if others:
        return arithmetic.functions[two](u, *others)
    return arithmetic.functions[many](u, **along)


# What is the same in any arithmetic.
STRUCTURE = {
    "sum": anp.sum, "mean": anp.mean, "prod": anp.prod, "cumsum": lambda u, axis=0: anp.cumsum(u, axis=axis), "trace": anp.trace, "diag": _diag,
    "eye": lambda n: np.eye(int(n)), "ones": lambda m, n: np.ones((int(m), int(n))),
    "zeros": lambda m, n: np.zeros((int(m), int(n))), "square": lambda u: u**2,
    "dot": lambda u, v: u @ v, "matmul": lambda u, v: u @ v, "outer": lambda u, v: u @ v.T,
}  # fmt: skip
DEFINED = {
    "softmax": _softmax, "logsumexp": _logsumexp, "norm": _norm, "logdet": _logdet,
    "max": lambda arithmetic, *u, **along: _extreme(arithmetic, "larger", "largest", *u, **along),
    "min": lambda arithmetic, *u, **along: _extreme(arithmetic, "smaller", "smallest", *u, **along),
}  # fmt: skip


def evaluate(text, names, arithmetic=FLOATS):
    """Return the value of an expression."""

    def value(node):
        match node:
            case ast.Constant():
                return arithmetic.number(node.value)
            case ast.Name():
                return names[node.id]
            case ast.UnaryOp() | ast.BinOp():
                parts = (
                    child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
                )
                return ARITHMETIC[type(node.op)](*map(value, parts))
            case ast.Compare(comparators=[right]):
                holds = COMPARED[type(node.ops[0])]
                return arithmetic.compare(holds, value(node.left), value(right))
            case ast.Attribute(attr="T"):
                return value(node.value).T
            case ast.Call(func=ast.Name(id=function)):
                along = {each.arg: ast.literal_eval(each.value) for each in node.keywords}
                arguments = [value(argument) for argument in node.args]
                if function in STRUCTURE:
                    return STRUCTURE[function](*arguments, **along)
                if function in DEFINED:
                    return DEFINED[function](arithmetic, *arguments, **along)
                return arithmetic.functions[function](*arguments, **along)
        raise SyntaxError(ast.dump(node))

    return value(ast.parse(text, mode="eval").body)


def statements(model, names, nudges=None, arithmetic=FLOATS):
    """Return the names with each statement's value; `nudges` are added to the values of their names."""
    names = {"pi": math.pi, **names}
    nudges = nudges or {}
    for name, text in model.statements:
        value = evaluate(text, names, arithmetic)
        names[name] = value + nudges[name] if name in nudges else value
    return names


def _output(model, names, nudges):
    assigned = {name for name, _ in model.statements}
    moved = {name: names[name] + nudge for name, nudge in nudges.items() if name not in assigned}
    return anp.sum(statements(model, {**names, **moved}, nudges)[model.output])


def autograd(model, names, wrt):
    """Return the derivative of the output by a name, a variable's or a statement's, by autograd."""
    still = np.zeros(np.shape(statements(model, names)[wrt]))
    with np.errstate(over="ignore"):  # autograd has 1/cosh(u)**2 for the slope of tanh
        return grad(lambda nudge: _output(model, names, {wrt: nudge}))(still)


def central(model, names, wrt):
    """Return the same by central differences of order 4, one entry at a time."""
    still = np.zeros(np.shape(statements(model, names)[wrt]))

    def chord(entry, step):
        nudge = still.copy()
        nudge[entry] = step
        return _output(model, names, {wrt: nudge})

    slopes = still.copy()
    for entry in np.ndindex(still.shape):
        near, far = (chord(entry, step) - chord(entry, -step) for step in (STEP, 2 * STEP))
        slopes[entry] = (8 * near - far) / (12 * STEP)
    return slopes


def gradient(model, names, wrt):
    """Return what a line of the model should be: the gradient in the model's convention."""
    scale = names["m"] if model.per_example and wrt not in model.wrt else 1
    return scale * autograd(model, names, wrt)


def lines(model, names):
    """Return the values of a model's lines, each with those before it, as arrays."""
    names = statements(model, names)
    for name, text in model.lines.items():
        names[name] = np.asarray(evaluate(text, names))
    return {name: names[name] for name in model.lines}


def same(value, truth):
    """Return whether an answer is the gradient: its shape, and its values to eight digits."""
    value, truth = np.asarray(value, dtype=float), np.asarray(truth)
    size = max(1.0, float(np.max(np.abs(truth))))
    return value.shape == truth.shape and bool(np.max(np.abs(value - truth)) <= 1e-8 * size)


def operations(text):
    """Return how many operations an expression writes: its length, as a reader counts it.

    >>> operations("2*A.T @ (A @ x - b)")
    5
    """
    counted = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Attribute, ast.Compare)
    return sum(isinstance(node, counted) for node in ast.walk(ast.parse(text, mode="eval")))
