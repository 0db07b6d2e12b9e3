"""Activations on float64 arrays, in place, by formulas that neither overflow nor cancel.

They come from the rows of the table of functions. NumPy's warnings are left to the caller:
exp(1000) is infinite on the way to the right sigmoid, 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from derivcli.arrays.calls import Run
from derivcli.arrays.formulas import vectorised
from derivcli.calculus.rows import derivative
from derivcli.graphs.tape.in_place import in_place
from derivcli.language.functions import Function
from derivcli.language.tree import Binary, Call, Name, nodes
from derivcli.networks.activations import ACTIVATIONS, SOFTMAX
from derivcli.networks.numbers import Matrix

CANCELLED = 1e-3  # a slope below this has lost digits that matter, where it is a difference

Value = Callable[[Matrix, Matrix, Matrix], Run]
TimesSlope = Callable[[Matrix, Matrix, Matrix, Matrix], Run]


@dataclass(frozen=True, slots=True)
class Kernel:
    """One activation on arrays of one shape, ready to be bound to them.

    `value(Z, A, scratch)` returns what fills A; `times_slope(Z, A, D, scratch)` what multiplies D
    by g'(Z), or, for softmax, whose units depend on one another, by the transposed Jacobian.
    """

    value: Value
    times_slope: TimesSlope


@cache
def kernel(activation: str) -> Kernel:
    """Return the kernel of an activation."""
    row = ACTIVATIONS[activation]
    if row is SOFTMAX:
        return Kernel(
            lambda Z, A, _: partial(_softmax, Z, A),
            lambda _, A, D, scratch: partial(_softmax_slope, A, D, scratch),
        )
    if row.row is None:
        return Kernel(lambda Z, A, _: partial(np.copyto, A, Z), lambda *_: _nothing)
    return Kernel(_value(row.row), _times_slope(row.row))


def activated(activation: str, Z: Matrix) -> Matrix:
    """Return A = g(Z) as a new array."""
    A = np.empty_like(Z)
    kernel(activation).value(Z, A, np.empty_like(Z))()
    return A


def multiply_by_slope(activation: str, Z: Matrix, A: Matrix, D: Matrix) -> None:
    """Multiply D by g'(Z) entry by entry, or by softmax's transposed Jacobian."""
    kernel(activation).times_slope(Z, A, D, np.empty_like(Z))()


def _nothing() -> None:
    """Multiply by the slope of a line: leave D as it is."""


def _value(row: Function) -> Value:
    program = in_place(Call(row.name, (Name("u"),)))
    return lambda Z, A, scratch: program.bind({"u": Z}, A, (scratch,))


def _times_slope(row: Function) -> TimesSlope:
    """Return D * g'(Z): by the steady text of the slope, or by the value where that is quicker."""
    steady = derivative(row.steady or row.partials[0], row)
    short = row.short if isinstance(row.short, str) else row.partials[0]
    cheap = derivative(short, row) if row.short is None or "Y" in row.short else None
    if row.steady is None or cheap is None or any(isinstance(each, Call) for each in nodes(cheap)):
        product = in_place(Binary("*", Name("D"), steady))
        return lambda Z, A, D, scratch: product.bind({"u": Z, "Y": A, "D": D}, D, (scratch,))
    slope, exact = in_place(cheap), vectorised(row.steady, replace(row, parameters=("u", "Y")))

    def times_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> Run:
        fill = slope.bind({"u": Z, "Y": A}, scratch)

        def run() -> None:
            fill()
            # The reduction without the method's detour: at a few entries a call costs more than
            # its work.
            if np.minimum.reduce(scratch, axis=None) < CANCELLED:
                lost = scratch < CANCELLED
                scratch[lost] = exact(A, (Z[lost], A[lost]))
            np.multiply(D, scratch, out=D)

        return run

    return times_slope


def _softmax(Z: Matrix, A: Matrix) -> None:
    np.subtract(Z, Z.max(axis=0), out=A)
    np.exp(A, out=A)
    A /= A.sum(axis=0)


def _softmax_slope(A: Matrix, D: Matrix, scratch: Matrix) -> None:
    np.multiply(A, D, out=scratch)
    D -= scratch.sum(axis=0)
    D *= A
