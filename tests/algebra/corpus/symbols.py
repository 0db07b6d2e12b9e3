"""SymPy's symbols as an arithmetic of the interpreter: gradients entry by entry, by SymPy's own rules."""

import numpy as np
import sympy
from algebra.corpus.oracle import Arithmetic, statements

DIGITS = 30


def _entrywise(function):
    def of_arrays(*arrays):
        lifted = np.frompyfunc(function, len(arrays), 1)(*arrays)
        return lifted if isinstance(lifted, np.ndarray) else sympy.sympify(lifted)

    return of_arrays


def _chosen(condition, yes, no):
    return sympy.Piecewise((yes, condition), (no, True))


def _along(choose):
    def extreme(u, axis=None, keepdims=False):
        lines = u.ravel() if axis is None else np.moveaxis(u, axis, 0)
        found = lines[0]
        for line in lines[1:]:
            found = choose(found, line)
        return np.reshape(found, np.sum(u, axis=axis, keepdims=True).shape) if keepdims else found

    return extreme


def _minor(u, row, column):
    return np.delete(np.delete(u, row, axis=0), column, axis=1)


def _determinant(u):
    """Return the determinant by its first row: nothing is multiplied out."""
    if len(u) == 0:
        return 1
    return sum(
        (-1) ** column * u[0, column] * _determinant(_minor(u, 0, column))
        for column in range(len(u))
    )


def _inverse(u):
    inverse = np.empty_like(u)
    for row, column in np.ndindex(u.shape):
        inverse[column, row] = (-1) ** (row + column) * _determinant(_minor(u, row, column))
    return inverse / _determinant(u)


_larger = _entrywise(lambda u, v: _chosen(u > v, u, v))
_smaller = _entrywise(lambda u, v: _chosen(u < v, u, v))
AS_SYMPY = ("exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sqrt", "asin", "acos",
            "atan", "asinh", "erf", "sign")  # fmt: skip

SYMBOLS = Arithmetic(
    {
        **{name: _entrywise(getattr(sympy, name)) for name in AS_SYMPY},
        "abs": _entrywise(sympy.Abs), "where": lambda holds, yes, no: holds * yes + (1 - holds) * no,
        "expm1": _entrywise(lambda u: sympy.exp(u) - 1), "log1p": _entrywise(lambda u: sympy.log(1 + u)),
        "sigmoid": _entrywise(lambda u: 1 / (1 + sympy.exp(-u))),
        "softplus": _entrywise(lambda u: sympy.log(1 + sympy.exp(u))),
        "silu": _entrywise(lambda u: u / (1 + sympy.exp(-u))), "relu": _entrywise(lambda u: _chosen(u > 0, u, 0)),
        "gelu": _entrywise(lambda u: u*(1 + sympy.erf(u/sympy.sqrt(2)))/2),
        "larger": _larger, "smaller": _smaller, "largest": _along(_larger), "smallest": _along(_smaller),
        "det": _determinant, "inv": _inverse,
    },
    number=lambda value: sympy.Rational(str(value)),
    compare=_entrywise(lambda holds, u, v: _chosen(holds(u, v), 1, 0)),
)  # fmt: skip


def _exact(value):
    return _entrywise(lambda number: sympy.Float(number, DIGITS))(value)


def symbolic(model, names, wrt):
    """Return the derivative of the output by a variable: by one entry at a time, a symbol among numbers."""
    x = sympy.Symbol("x", real=True)
    numbers = {
        name: int(value) if name in model.sizes else _exact(value) for name, value in names.items()
    }
    slopes = np.empty(np.shape(names[wrt]))
    for entry in np.ndindex(slopes.shape):
        one = np.array(numbers[wrt], dtype=object)
        one[entry] = x
        output = np.sum(statements(model, {**numbers, wrt: one}, arithmetic=SYMBOLS)[model.output])
        slopes[entry] = sympy.diff(output, x).subs(x, _exact(names[wrt][entry])).evalf(DIGITS)
    return slopes
