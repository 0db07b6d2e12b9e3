"""Losses and dZ of the last layer on float64 arrays, by the texts of their rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from derivcli.arrays.calls import Run
from derivcli.calculus.steady import steady
from derivcli.graphs.tape.in_place import InPlace, computed, in_place
from derivcli.language.tree import Node, names
from derivcli.networks.activations import SOFTMAX
from derivcli.networks.kernels import kernel
from derivcli.networks.losses import LOSSES, LossRow, slope, tree
from derivcli.networks.numbers import Matrix

Losses = Callable[[Matrix, Matrix, Matrix], Matrix]
OutputSlope = Callable[[Matrix, Matrix, Matrix, Matrix, Matrix], Run]


@cache
def losses(activation: str, loss: str) -> Losses:
    """Return the function (Z, A, Y) that is the loss of each entry, units along the first axis.

    Any number of axes may follow. With softmax an entry is not known without the others of its
    example.
    """
    if LOSSES[loss].fits == SOFTMAX.name:
        return _softmax_cross_entropy
    program = in_place(_formula(activation, loss))

    return lambda Z, A, Y: computed(program, {"Z": Z, "A": A, "Y": Y})


def reads_output(activation: str, loss: str) -> bool:
    """Is A needed for the loss, or do Z and Y tell it?"""
    return LOSSES[loss].fits != SOFTMAX.name and "A" in names(_formula(activation, loss))


def _formula(activation: str, loss: str) -> Node:
    row = LOSSES[loss]
    fused = row.fused if row.fits == activation else None
    source = fused[0] if fused else row.kernel
    return tree(source) if source else steady(tree(row.text))


@cache
def output_slope(activation: str, loss: str) -> OutputSlope:
    """Return the function (Z, A, Y, dZ, scratch) of arrays that returns what fills dZ."""
    row = LOSSES[loss]
    if row.fits == activation == SOFTMAX.name:
        return lambda _, A, Y, dZ, scratch: partial(_softmax_difference, A, Y, dZ, scratch)
    if row.fused and row.fits == activation:
        fused = in_place(tree(row.fused[1]))
        return lambda Z, A, Y, dZ, scratch: fused.bind({"Z": Z, "A": A, "Y": Y}, dZ, (scratch,))
    by_output = _by_output(row)
    times_slope = kernel(activation).times_slope

    def bind(Z: Matrix, A: Matrix, Y: Matrix, dZ: Matrix, scratch: Matrix) -> Run:
        runs = by_output.bind({"A": A, "Y": Y}, dZ, (scratch,)), times_slope(Z, A, dZ, scratch)

        def run() -> None:
            for each in runs:
                each()

        return run

    return bind


def output_slopes(row: LossRow, A: Matrix, Y: Matrix) -> Matrix:
    """Return dA, the derivative of each loss by A, as a new array."""
    return computed(_by_output(row), {"A": A, "Y": Y})


def _by_output(row: LossRow) -> InPlace:
    return in_place(tree(row.steady) if row.steady else steady(slope(row.name)))


def _softmax_cross_entropy(Z: Matrix, _: Matrix, Y: Matrix) -> Matrix:
    """Return -y log a, where log a is z less the logarithm of the sum of exp(z).

    The largest z of an example is subtracted from all, and its exp, 1, is left to log1p: the loss
    of an answer that is nearly certain keeps its digits.
    """
    largest = Z.argmax(axis=0, keepdims=True)
    shifted = Z - np.take_along_axis(Z, largest, axis=0)
    others = np.exp(shifted)
    np.put_along_axis(others, largest, 0.0, axis=0)
    shifted -= np.log1p(others.sum(axis=0))
    return np.where(Y == 0.0, 0.0, -Y * shifted)


def _softmax_difference(A: Matrix, Y: Matrix, dZ: Matrix, scratch: Matrix) -> None:
    """Fill with A - Y, whose columns add up to 0; where y is 1, what is missing is a's rounding."""
    np.subtract(A, Y, out=dZ)
    np.multiply(Y == 1.0, dZ.sum(axis=0), out=scratch)
    dZ -= scratch
