"""When a given array is right: as far as float64, and the digits it was given in, let one see."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from derivcli.networks.backprop import Sweeps
from derivcli.networks.checking.gradient_files import DOUBLE, GivenArray
from derivcli.networks.checking.gradients import Gradients, evaluated
from derivcli.networks.equations import backward
from derivcli.networks.kernels import multiply_by_slope
from derivcli.networks.numbers import Matrix, Network

RELATIVE = 1e-7  # of an entry
ROUNDINGS = 450.0  # of the terms of an entry: 1e-13 of them in float64
COARSE = 0.05  # of the largest entry: digits so few that they would excuse more tell nothing
SLACK = 1.0 + 1e-9  # half a unit, and what a decimal loses as a float64

Flags = NDArray[np.bool_]


def agreeing(given: GivenArray, target: Matrix, floor: Matrix) -> Flags:
    """Return which entries are those of a target, of the same shape.

    `floor` is what rounding alone makes of an entry in float64, of the same shape.
    """
    near = close(given, target, floor)
    if near.all() or given.decimals is None:
        return near
    cut = near | _cut_off(given, target)
    return cut if cut.all() else near | _rounded(given, target)


def close(given: GivenArray, target: Matrix, floor: Matrix) -> Flags:
    """Return which entries are those of a target as if all of their digits had been given."""
    allowed = np.maximum(RELATIVE * np.abs(target), floor * (given.spacing / DOUBLE))
    return np.asarray(np.abs(given.values - target) <= allowed)


def excuse(given: GivenArray, target: Matrix, floor: Matrix) -> str | None:
    """Return how an array that agrees was given, where that is why it does."""
    near = close(given, target, floor)
    if near.all():
        largest = np.unravel_index(np.abs(target).argmax(), target.shape)
        if not close(given, target, np.zeros_like(floor))[largest]:
            return "as far as rounding lets anybody see"
        return None if given.spacing == DOUBLE else "given in float32"
    if (near | _rounded(given, target)).all():
        return f"rounded to {_digits(given)}"
    return f"cut off after {_digits(given)}"


def _digits(given: GivenArray) -> str:
    return "1 digit" if given.significant == 1 else f"{given.significant} digits"


def _rounded(given: GivenArray, target: Matrix) -> Flags:
    apart, most = np.abs(given.values - target), _coarsest(target)
    return _likelier(
        apart <= np.minimum(0.5 * SLACK * unit, most) for unit in _units(given, target)
    )


def _cut_off(given: GivenArray, target: Matrix) -> Flags:
    """Return which entries lack less than a unit of their last digit, towards 0."""
    short, most = np.abs(target) - np.abs(given.values), _coarsest(target)
    inside = (short >= 0) & (given.values * np.sign(target) >= 0)
    return _likelier(inside & (short < np.minimum(unit, most)) for unit in _units(given, target))


def _likelier(found: Iterable[Flags]) -> Flags:
    return max(found, key=lambda flags: int(flags.sum()))


def _units(given: GivenArray, target: Matrix) -> tuple[Matrix, Matrix]:
    """Return one of the last digit of each entry: of fixed, and of significant digits.

    An array is written in one way or the other, not each entry in the one that excuses it.
    """
    size = np.where(target == 0, 1.0, np.abs(target))
    behind = np.floor(np.log10(size)) - (given.significant or 0) + 1.0
    fixed = np.full(target.shape, 10.0 ** -(given.decimals or 0))
    return fixed, np.where(target == 0, 0.0, 10.0**behind)


def _coarsest(target: Matrix) -> float:
    return COARSE * float(np.abs(target).max(initial=0.0))


def floors(network: Network, sweeps: Sweeps, right: Gradients) -> dict[str, Matrix]:
    """Return what rounding alone makes of each dW and db, however they are computed.

    ROUNDINGS of the sum of an entry's terms without their signs, and what the equations as they
    are written lose: 1 - A1**2 cancels where tanh is near 1. The sweeps have run.
    """
    found: dict[str, Matrix] = {}
    as_written = evaluated(network, sweeps, backward(network.architecture))
    after = _output_terms(sweeps)
    added = {} if sweeps.penalty is None else sweeps.penalty.gradient()
    for number in range(len(sweeps.layers), 0, -1):
        layer = sweeps.layers[number - 1]
        terms = after @ np.abs(layer.inputs).T * (ROUNDINGS * DOUBLE / network.examples)
        for name, own in ((f"dW{number}", terms[:, :-1]), (f"db{number}", terms[:, -1:])):
            lost = _lost(as_written[name], right[name])
            if name in added:
                lost = lost + ROUNDINGS * DOUBLE * np.abs(added[name])
            found[name] = np.nan_to_num(own + lost, nan=0.0, posinf=0.0)
        if number > 1:
            before = sweeps.layers[number - 2]
            slope = np.ones_like(before.Z)
            activation = network.architecture.activations[number - 2]
            multiply_by_slope(activation, before.Z, before.A, slope)
            after = np.abs(layer.W).T @ after * np.abs(slope)
    return found


def _output_terms(sweeps: Sweeps) -> Matrix:
    """Return the terms of dZ of the last layer: those of A - Y, and what it is multiplied by."""
    last = sweeps.layers[-1]
    error = np.abs(last.A - sweeps.Y)
    factor = np.abs(last.dZ) / np.where(error == 0, 1.0, error)
    factor = np.where(error == 0, 1.0, factor)
    return np.asarray((np.abs(last.A) + np.abs(sweeps.Y)) * factor)


def _lost(written: Matrix | str, right: Matrix | str) -> Matrix:
    if isinstance(written, str) or isinstance(right, str):
        return np.zeros((1, 1))
    return np.asarray(2.0 * np.abs(written - right))
