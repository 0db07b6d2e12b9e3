"""The loss of each entry, not added up, and how exactly it is known.

Two sums lose in their difference what two entries do not: so a nudge is felt entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivcli.network.numbers import Matrix

UNIT = 2.0**-53  # the relative error of one rounding

Losses = Callable[[Any, Any, Any], Any]


def losses(activation: str, loss: str) -> Losses:
    """Return the function (Z, A, Y) that is the loss, entry by entry, units along the first axis.

    Their sum over units and examples is the sum of `LOSS_KERNELS`, by formulas as stable.
    """
    if loss == "squared":
        return lambda _, A, Y: np.square(A - Y) * 0.5
    if loss == "softmax-cross-entropy":
        return _softmax_cross_entropy
    return _sigmoid_cross_entropy if activation == "sigmoid" else _cross_entropy


def _sigmoid_cross_entropy(Z: Any, _: Any, Y: Any) -> Any:
    """Return log(1 + exp(z)) - y z, without an exponential that overflows."""
    found = np.abs(Z)
    np.negative(found, out=found)
    np.exp(found, out=found)
    np.log1p(found, out=found)
    # z - y z is exactly 0 for y = 1: added last, it would take the digits of the logarithm.
    found += np.maximum(Z, 0.0) - Y * Z
    return found


def _cross_entropy(_: Any, A: Any, Y: Any) -> Any:
    ones, zeros = Y == 1.0, Y == 0.0
    first = np.where(zeros, 0.0, Y * np.log(np.where(zeros, 1.0, A)))
    second = np.where(ones, 0.0, (1.0 - Y) * np.log1p(np.where(ones, 0.0, -A)))
    return -(first + second)


def _softmax_cross_entropy(Z: Any, _: Any, Y: Any) -> Any:
    """Return -y log a, where log a is z less the logarithm of the sum of exp(z)."""
    shifted = Z - Z.max(axis=0)
    shifted -= np.log(np.exp(shifted).sum(axis=0))
    return np.where(Y == 0.0, 0.0, -Y * shifted)


def loss_rounding(activation: str, loss: str, Z: Matrix, A: Matrix, Y: Matrix) -> Matrix:
    """Return by how much, in units of rounding, the loss of an entry may be off.

    Besides the loss's own size, for squared errors |A - Y| |A|, because A is rounded; for both
    kinds of cross-entropy that come from Z, 1: log(1 + t) and A - Y are not known any better.
    """
    own = np.abs(losses(activation, loss)(Z, A, Y))
    if loss == "squared":
        distance = np.abs(A - Y)
        return np.asarray(own + (distance + UNIT * np.abs(A)) * np.abs(A))
    if loss == "cross-entropy" and activation != "sigmoid":
        ones = Y == 1.0
        far = np.where(ones, 0.0, (1.0 - Y) * np.abs(A / np.where(ones, 1.0, 1.0 - A)))
        return np.asarray(own + Y + far)
    return np.asarray(own + 1.0)
