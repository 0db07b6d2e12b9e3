"""Values of trees in NumPy's own arithmetic, nan where one is undefined: an oracle for proofs."""

import math

import numpy as np

from derivcli.language.functions import FUNCTIONS
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


def snapped(u):
    """Return 0 for what is 0 but for rounding."""
    return np.where(np.abs(u) < 1e-9, 0, u)


COMPARED = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
OPERATED = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "@": np.matmul}
CALLED = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tanh": np.tanh,
    "abs": np.abs, "sign": lambda u: np.sign(snapped(u)), "floor": np.floor, "cbrt": np.cbrt,
    "relu": lambda u: u * (u > 0), "heaviside": lambda u: np.heaviside(snapped(u), 0.5),
    "sigmoid": lambda u: 1 / (1 + np.exp(-u)), "softplus": lambda u: np.log(1 + np.exp(u)),
    "softsign": lambda u: u / (1 + np.abs(u)), "elu": lambda u: np.where(u > 0, u, np.exp(u) - 1),
    "leaky_relu": lambda u: np.where(u > 0, u, u / 100), "max": np.maximum, "min": np.minimum,
    "trace": np.trace, "det": np.linalg.det, "expm1": np.expm1, "log1p": np.log1p, "log2": np.log2,
    "silu": lambda u: u / (1 + np.exp(-u)),
}  # fmt: skip


def value(tree, names):
    """Return the value of an expression, an array; an undefined entry is nan."""

    def visit(node, parts):
        found = np.asarray(_value(node, parts, names), dtype=float)
        return np.where(np.isfinite(found), found, np.nan)

    with np.errstate(all="ignore"):
        return fold(tree, visit)


def _value(node, parts, names):
    match node:
        case Number(value=number):
            return float(number)
        case Constant(name=name):
            return getattr(math, name)
        case Name(name=name):
            return names[name]
        case Unary(operator=operator):
            return -parts[0] if operator == "-" else parts[0]
        case Binary(operator="**"):
            undefined = np.isnan(parts[0]) | np.isnan(parts[1])
            return np.where(undefined, np.nan, np.power(*parts))
        case Binary(operator=operator):
            return OPERATED[operator](*parts)
        case Comparison(operator=operator):
            undefined = np.isnan(parts[0]) | np.isnan(parts[1])
            return np.where(
                undefined, np.nan, 1.0 * COMPARED[operator](snapped(parts[0] - parts[1]), 0)
            )
        case Piecewise():
            found = parts[-1]
            for piece, condition in zip(parts[-3::-2], parts[-2::-2], strict=True):
                chosen = np.where(condition == 1, piece, found)
                found = np.where(np.isnan(condition), np.nan, chosen)
            return found
        case Transpose():
            return parts[0].T
        case Reduction(function=function, axis=axis, keepdims=keepdims):
            return _reduced(function, parts[0], axis, keepdims)
        case Call(function=function):
            return _called(function, node, parts, names)
    raise AssertionError(node)


def _reduced(function, u, axis, keepdims):
    if function in ("softmax", "cumsum"):
        axis = 0 if axis is None else axis
        if function == "cumsum":
            return np.cumsum(u, axis=axis)
        return np.exp(u) / np.sum(np.exp(u), axis=axis, keepdims=True)
    if function == "logsumexp":
        return np.log(np.sum(np.exp(u), axis=axis, keepdims=keepdims))
    if function == "norm":
        return np.sqrt(np.sum(u**2, axis=axis, keepdims=keepdims))
    return getattr(np, function)(u, axis=axis, keepdims=keepdims)


def _called(function, node, parts, names):
    if function in ("eye", "ones", "zeros"):
        return getattr(np, function)(
            [int(each) for each in parts] if function != "eye" else int(parts[0])
        )
    if np.isnan(parts[0]).any() and function in ("inv", "det", "logdet"):
        return np.full_like(parts[0], np.nan) if function == "inv" else np.nan
    if function == "inv":
        singular = np.linalg.cond(parts[0]) > 1e8
        return np.full_like(parts[0], np.nan) if singular else np.linalg.inv(parts[0])
    if function == "logdet":
        return np.log(np.linalg.det(parts[0]))
    if function == "diag":
        rows, columns = (1, *parts[0].shape)[-2:]
        return np.diag(parts[0].ravel()) if 1 in (rows, columns) else np.diag(parts[0])[:, None]
    assert function in FUNCTIONS or function in CALLED
    return CALLED[function](*parts)


def differ(left, right):
    """Return whether two arrays differ at an entry where both are defined."""
    left, right = np.broadcast_arrays(left, right)
    both = ~np.isnan(left) & ~np.isnan(right)
    size = 1 + np.maximum(np.abs(left), np.abs(right))
    return bool(np.any(np.abs(left - right)[both] > 1e-7 * size[both]))
