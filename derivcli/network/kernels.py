"""Activations and losses on float64 arrays, in place, by formulas that neither overflow nor cancel.

NumPy's warnings are left to the caller: exp(1000) is infinite on the way to the right sigmoid, 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from derivcli.network.activations import ACTIVATIONS
from derivcli.network.layers import go_together
from derivcli.network.losses import LOSSES
from derivcli.network.numbers import Matrix

LEAK = 0.01
CANCELLED = 1e-3  # 1 - a**2 below this has lost digits that matter
TINY = 1e-300  # below it a/z is 0/0, or made of a few bits
ROOT_2 = np.sqrt(2.0)
ROOT_2_PI = np.sqrt(2.0 * np.pi)
ERFC = np.frompyfunc(math.erfc, 1, 1)  # NumPy has none

Value = Callable[[Matrix, Matrix, Matrix], None]
TimesSlope = Callable[[Matrix, Matrix, Matrix, Matrix], None]
Losses = Callable[[Matrix, Matrix, Matrix], Matrix]
OutputSlope = Callable[[Matrix, Matrix, Matrix, Matrix, Matrix], None]


@dataclass(frozen=True, slots=True)
class Kernel:
    """One activation on arrays of one shape.

    `value(Z, A, scratch)` fills A; `times_slope(Z, A, D, scratch)` multiplies D by g'(Z), or, for
    softmax, whose units depend on one another, by the transposed Jacobian.
    """

    value: Value
    times_slope: TimesSlope


def _linear(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    np.copyto(A, Z)


def _one(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    """Multiply by the slope of a line: leave D as it is."""


def _sigmoid(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    np.negative(Z, out=A)
    np.exp(A, out=A)
    A += 1.0
    np.reciprocal(A, out=A)


def _sigmoid_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    """Multiply by s(z) s(-z): 1 - s(z), which is s(-z), is 0 as soon as s(z) rounds to 1."""
    D *= A
    D /= _one_and_exp(Z, scratch)


def _one_and_exp(Z: Matrix, scratch: Matrix) -> Matrix:
    """Fill scratch with 1 + exp(z) = 1 / s(-z), and return it."""
    np.exp(Z, out=scratch)
    scratch += 1.0
    return scratch


def _tanh(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    np.tanh(Z, out=A)


def _tanh_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    """Multiply by 1 - a**2; where that cancels, by 1/cosh(z)**2, which is the same."""
    np.multiply(A, A, out=scratch)
    np.subtract(1.0, scratch, out=scratch)
    # The reduction without the method's detour: at a few entries a call costs more than its work.
    if np.minimum.reduce(scratch, axis=None) < CANCELLED:
        saturated = scratch < CANCELLED
        scratch[saturated] = np.cosh(Z[saturated]) ** -2.0
    D *= scratch


def _relu(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    np.maximum(Z, 0.0, out=A)


def _relu_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    D *= Z > 0.0


def _leaky_relu(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    np.multiply(Z, LEAK, out=scratch)
    np.maximum(Z, scratch, out=A)


def _leaky_relu_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    np.greater(Z, 0.0, out=scratch)
    np.maximum(scratch, LEAK, out=scratch)
    D *= scratch


def _elu(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    np.minimum(Z, 0.0, out=scratch)
    np.expm1(scratch, out=scratch)
    np.maximum(Z, 0.0, out=A)
    A += scratch


def _elu_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    # exp(Z) rather than A + 1, which cancels where A is near -1.
    np.minimum(Z, 0.0, out=scratch)
    np.exp(scratch, out=scratch)
    D *= scratch


def _softplus(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    """Fill A with log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|))."""
    np.abs(Z, out=scratch)
    np.negative(scratch, out=scratch)
    np.exp(scratch, out=scratch)
    np.log1p(scratch, out=scratch)
    np.maximum(Z, 0.0, out=A)
    A += scratch


def _softplus_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    _sigmoid(Z, scratch, scratch)
    D *= scratch


def _silu(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    _sigmoid(Z, scratch, scratch)
    np.multiply(Z, scratch, out=A)


def _silu_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    """Multiply by s + z s (1 - s) = s(z) (1 + z s(-z))."""
    np.divide(Z, _one_and_exp(Z, scratch), out=scratch)
    scratch += 1.0
    D *= scratch
    _sigmoid(Z, scratch, scratch)
    D *= scratch


def _gelu(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    """Fill A with z erfc(-z / sqrt(2)) / 2, z times the normal distribution Phi(z)."""
    np.divide(Z, -ROOT_2, out=scratch)
    A[...] = ERFC(scratch)
    A *= Z
    A *= 0.5


def _gelu_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    """Multiply by Phi(z) + z phi(z), where Phi(z) is a/z: erfc is slow."""
    np.multiply(Z, Z, out=scratch)
    scratch *= -0.5
    np.exp(scratch, out=scratch)
    scratch *= Z
    scratch /= ROOT_2_PI
    scratch += np.where(np.abs(Z) < TINY, 0.5, A / Z)
    D *= scratch


def _softmax(Z: Matrix, A: Matrix, scratch: Matrix) -> None:
    np.subtract(Z, Z.max(axis=0), out=A)
    np.exp(A, out=A)
    A /= A.sum(axis=0)


def _softmax_slope(Z: Matrix, A: Matrix, D: Matrix, scratch: Matrix) -> None:
    np.multiply(A, D, out=scratch)
    D -= scratch.sum(axis=0)
    D *= A


KERNELS = {
    "linear": Kernel(_linear, _one),
    "sigmoid": Kernel(_sigmoid, _sigmoid_slope),
    "tanh": Kernel(_tanh, _tanh_slope),
    "relu": Kernel(_relu, _relu_slope),
    "leaky_relu": Kernel(_leaky_relu, _leaky_relu_slope),
    "elu": Kernel(_elu, _elu_slope),
    "softplus": Kernel(_softplus, _softplus_slope),
    "silu": Kernel(_silu, _silu_slope),
    "gelu": Kernel(_gelu, _gelu_slope),
    "softmax": Kernel(_softmax, _softmax_slope),
}


def losses(activation: str, loss: str) -> Losses:
    """Return the function (Z, A, Y) that is the loss of each entry, units along the first axis.

    Any number of axes may follow. With softmax an entry is not known without the others of its
    example.
    """
    if activation == "sigmoid" and loss == "cross-entropy":
        return _sigmoid_cross_entropy
    return LOSS_KERNELS[loss]


def _sigmoid_cross_entropy(Z: Matrix, A: Matrix, Y: Matrix) -> Matrix:
    """Return log(1 + exp(z)) - y z, which loses nothing however far z is."""
    found = np.abs(Z)
    np.negative(found, out=found)
    np.exp(found, out=found)
    np.log1p(found, out=found)
    # z - y z is exactly 0 for y = 1: added last, it would take the digits of the logarithm.
    found += np.maximum(Z, 0.0) - Y * Z
    return found


def _cross_entropy(Z: Matrix, A: Matrix, Y: Matrix) -> Matrix:
    """Return -(y log a + (1 - y) log(1 - a)).

    A factor 0 takes its logarithm with it: y = 0 and a = 0 is no loss.
    """
    first = Y * np.log(np.where(Y == 0.0, 1.0, A))
    second = (1.0 - Y) * np.log1p(np.where(Y == 1.0, 0.0, -A))
    return np.asarray(-(first + second))


def _squared(Z: Matrix, A: Matrix, Y: Matrix) -> Matrix:
    return np.asarray(np.square(A - Y) * 0.5)


def _softmax_cross_entropy(Z: Matrix, A: Matrix, Y: Matrix) -> Matrix:
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


LOSS_KERNELS: dict[str, Losses] = {
    "cross-entropy": _cross_entropy,
    "squared": _squared,
    "softmax-cross-entropy": _softmax_cross_entropy,
}


def combined_slope(activation: str, loss: str) -> OutputSlope:
    """Return the function (Z, A, Y, dZ, scratch) that fills dZ of the last layer."""
    if (activation, loss) in FITTING_SLOPES:
        return FITTING_SLOPES[activation, loss]
    times_slope = KERNELS[activation].times_slope
    by_output = OUTPUT_SLOPES[loss]

    def fill(Z: Matrix, A: Matrix, Y: Matrix, dZ: Matrix, scratch: Matrix) -> None:
        by_output(Z, A, Y, dZ, scratch)
        times_slope(Z, A, dZ, scratch)

    return fill


def _difference(Z: Matrix, A: Matrix, Y: Matrix, dZ: Matrix, scratch: Matrix) -> None:
    np.subtract(A, Y, out=dZ)


def _sigmoid_difference(Z: Matrix, A: Matrix, Y: Matrix, dZ: Matrix, scratch: Matrix) -> None:
    """Fill with A - Y as (1 - y) s(z) - y s(-z): where y is 1, s(z) - 1 would cancel."""
    np.divide(Y, _one_and_exp(Z, scratch), out=scratch)
    np.subtract(1.0, Y, out=dZ)
    dZ *= A
    dZ -= scratch


def _softmax_difference(Z: Matrix, A: Matrix, Y: Matrix, dZ: Matrix, scratch: Matrix) -> None:
    """Fill with A - Y, whose columns add up to 0; where y is 1, what is missing is a's rounding."""
    np.subtract(A, Y, out=dZ)
    np.multiply(Y == 1.0, dZ.sum(axis=0), out=scratch)
    dZ -= scratch


FITTING_SLOPES: dict[tuple[str, str], OutputSlope] = {
    ("sigmoid", "cross-entropy"): _sigmoid_difference,
    ("softmax", "softmax-cross-entropy"): _softmax_difference,
    ("linear", "squared"): _difference,
}


def _cross_entropy_slope(Z: Matrix, A: Matrix, Y: Matrix, dZ: Matrix, scratch: Matrix) -> None:
    """Fill with -y/a + (1 - y)/(1 - a); a term whose numerator is 0 is 0."""
    dZ[...] = (1.0 - Y) / np.where(Y == 1.0, 1.0, 1.0 - A)
    dZ -= Y / np.where(Y == 0.0, 1.0, A)


OUTPUT_SLOPES: dict[str, OutputSlope] = {
    "cross-entropy": _cross_entropy_slope,
    "squared": _difference,
}


def check_rows() -> None:
    """Raise LookupError for a row of the tables without a kernel of its own: no other will do."""
    missing = [name for name in ACTIVATIONS if name not in KERNELS]
    missing += [name for name in LOSSES if name not in LOSS_KERNELS]
    missing += [
        f"dZ of {activation} and {loss}"
        for activation in ACTIVATIONS
        for loss in LOSSES
        if go_together(activation, loss)
        and (activation, loss) not in FITTING_SLOPES
        and loss not in OUTPUT_SLOPES
    ]
    if missing:
        raise LookupError(f"no kernel for {', '.join(missing)}")


check_rows()
