"""How exactly the cost is known: the rounding errors of its losses, and of what they come from."""

from __future__ import annotations

import numpy as np

from derivcli.networks.checking.perturbation import Nudges
from derivcli.networks.loss_kernels import losses, output_slopes
from derivcli.networks.losses import LOSSES
from derivcli.networks.numbers import Matrix

UNIT = 2.0**-53  # the relative error of one rounding


def rounding(nudges: Nudges, slopes: list[Matrix]) -> list[Matrix]:
    """Return, by layer and unit, the rounding error to expect of J when that unit's Z is nudged.

    A rounding error of a Z reaches J multiplied by dJ/dZ, and rounding errors are independent:

        u / m * sqrt(sum of (dZ_l Z_l)**2, of (dZ_k (|W_k| |A_k-1| + |b_k|))**2 for the layers
        k > l after it, and of the loss's own)

    `slopes` are dZ from nudging biases, of shape (n_l, m), nan where none was: the gradient under
    test has no say in how exactly it is tested.
    """
    last = nudges.layers[-1]
    of_losses = _of_losses(last.activation, nudges.loss, last.Z, last.A, nudges.Y)
    own_losses = np.square(of_losses)
    later = float(np.nansum(own_losses))
    found: list[Matrix] = []
    for index in reversed(range(len(nudges.layers))):
        layer, slope = nudges.layers[index], np.abs(slopes[index])
        rows = np.nansum(np.square(slope * layer.Z), axis=1)
        known = np.asarray(np.isfinite(slope).any(axis=1))
        typical = float(rows[known].mean()) if known.any() else 0.0
        rows = np.where(known, rows, typical)
        if index == len(nudges.layers) - 1 and not nudges.together:
            found.append(np.sqrt(rows + np.nansum(own_losses, axis=1)))
        else:
            found.append(np.sqrt(rows + later))
        size = np.abs(layer.W) @ np.abs(layer.inputs[:-1]) + np.abs(layer.b)
        share = known.sum() / len(known) or 1.0
        later += float(np.nansum(np.square(slope * size))) / share
    return [each * (UNIT / nudges.examples) for each in reversed(found)]


def _of_losses(activation: str, loss: str, Z: Matrix, A: Matrix, Y: Matrix) -> Matrix:
    """Return by how much, in units of rounding, the loss of an entry may be off.

    Besides the loss's own size, |dA| |A|, because A is rounded, term by term for cross-entropy; for
    both kinds of it that come from Z, 1: log(1 + t) and A - Y are not known any better.
    """
    row, own = LOSSES[loss], np.abs(losses(activation, loss)(Z, A, Y))
    if row.fits == activation and row.labelled:
        return np.asarray(own + 1.0)
    if row.confined:
        ones = Y == 1.0
        far = np.where(ones, 0.0, (1.0 - Y) * np.abs(A / np.where(ones, 1.0, 1.0 - A)))
        return np.asarray(own + Y + far)
    slopes = np.abs(output_slopes(row, A, Y))
    return np.asarray(own + (slopes + UNIT * np.abs(A)) * np.abs(A))
