"""Functions of the table by the C library: fast float64, failing where `evaluate` would.

Where there is no real value they raise ValueError or ArithmeticError, as `math` does.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from derivcli.calculus.arithmetic import Undefined

ROOT_2 = math.sqrt(2)


def _reciprocal(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return 1/f(u), which fails at a pole."""
    return lambda u: 1.0 / function(u)


def _arctangent2(u: float, v: float) -> float:
    if u == v == 0:
        raise Undefined("the origin has no angle")
    return math.atan2(u, v)


def _floor(u: float) -> float:
    return float(math.floor(u))


def _sinc(u: float) -> float:
    return math.sin(u) / u if u else 1.0


def _sigmoid(u: float) -> float:
    """Return 1/(1 + exp(-u)) by the exponential that does not overflow."""
    if u >= 0:
        return 1.0 / (1.0 + math.exp(-u))
    small = math.exp(u)
    return small / (1.0 + small)


def _softplus(u: float) -> float:
    return max(u, 0.0) + math.log1p(math.exp(-abs(u)))


def _silu(u: float) -> float:
    return u * _sigmoid(u)


def _gelu(u: float) -> float:
    return u * math.erfc(-u / ROOT_2) / 2


def _log_base(u: float, v: float) -> float:
    return math.log(u) / math.log(v)


# A row that is missing here has a definition, or is computed as `evaluate` does.
NATIVE: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log_base": _log_base,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "cot": _reciprocal(math.tan),
    "sec": _reciprocal(math.cos),
    "csc": _reciprocal(math.sin),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": _arctangent2,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": math.atanh,
    "abs": math.fabs,
    "floor": _floor,
    "sinc": _sinc,
    "erf": math.erf,
    "erfc": math.erfc,
    "gamma": math.gamma,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "silu": _silu,
    "gelu": _gelu,
}
