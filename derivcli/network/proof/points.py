"""Where two formulas differ: numbers for every entry of X, Y, W and b, and what either says."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.calculus.symbolic import entries as symbolic
from derivcli.calculus.symbolic import symbol
from derivcli.calculus.symbolic.atoms import same
from derivcli.language.text import decimal
from derivcli.network.activations import ACTIVATIONS
from derivcli.network.losses import LOSSES
from derivcli.network.penalty import constants
from derivcli.network.proof.written_out import WrittenOut

DIGITS = 40
SHOWN = 6
DIFFERENT = 1e-20  # far above what is lost of so many digits
DRAWS = 40
CONSTANT = Fraction(1, 2)  # for the names in a penalty

Point = Mapping[Any, Fraction]


def first_difference(derived: Array, stated: Array) -> tuple[int, ...] | None:
    """Return the first entry of which no proof is found that both are the same, or None."""
    for index in np.ndindex(derived.shape):
        if not same(derived[index], stated[index]):
            return index
    return None


def counterexample(network: WrittenOut, name: str, derived: Array, stated: Array) -> str | None:
    """Return numbers at which an entry is not what the formula says; None if none are found.

    Both are computed with many digits, at numbers where J has a derivative. The entry is the one
    that is farthest off.
    """
    for point in _points(network):
        right, found = _values(derived, point), _values(stated, point)
        errors = {index: _error(right[index], found[index]) for index in np.ndindex(right.shape)}
        worst = max(errors, key=lambda index: errors[index])
        if errors[worst] > 0:
            place = f"[{', '.join(str(number + 1) for number in worst)}]" if worst else ""
            return (
                f"{name}{place} is {_shown(right[worst])} and the formula says"
                f" {_shown(found[worst])} at {_written(network, point)}"
            )
    return None


def _values(array: Array, point: Point) -> Array:
    found = np.empty(array.shape, dtype=object)
    for index in np.ndindex(array.shape):
        found[index] = symbolic.value_at(array[index], point, DIGITS)
    return found


def _error(right: Any, found: Any) -> float:
    """Return how far two values are apart, relatively; 0 where they agree or one has no value."""
    if right is None or found is None or abs(right - found) < DIFFERENT:
        return 0.0
    return float(abs(right - found) / max(abs(right), abs(found)))


def _shown(value: Any) -> str:
    return f"{float(value):.{SHOWN}g}"


def _points(network: WrittenOut) -> Iterator[Point]:
    """Yield short decimals for the symbols, the same ones every time, where J has a derivative."""
    draw = random.Random(1)  # noqa: S311 - no secrets are drawn
    for _ in range(DRAWS):
        point = {
            symbol: _drawn(network, name, draw)
            for name, array in network.base.items()
            for symbol in array.flat
        }
        point |= {symbol(name): CONSTANT for name in constants(network.architecture)}
        if LOSSES[network.architecture.loss].answers == "shares":
            for *others, last in network.base["Y"].T:
                point[last] = 1 - sum((point[other] for other in others), Fraction(0))
        if _has_derivative(network, point):
            yield point


def _drawn(network: WrittenOut, name: str, draw: random.Random) -> Fraction:
    """Return a number for an entry of X, Y, W or b.

    The last layer's weights are small and its biases 1/2, so that A is between 0 and 1, where
    cross-entropy has a value, whatever the activation. A column of Y stays below 1.
    """
    last = network.architecture.layers
    if name == "Y":
        return Fraction(draw.randint(1, max(1, 99 // network.shapes["Y"][0])), 100)
    if name == f"b{last}":
        return Fraction(1, 2)
    tenths = Fraction(draw.randint(1, 9) * draw.choice((-1, 1)), 10)
    return tenths / 10 if name == f"W{last}" else tenths


def _has_derivative(network: WrittenOut, point: Point) -> bool:
    """Is no Z at a kink, and A where the loss has a value?"""
    architecture = network.architecture
    for layer, activation in enumerate(architecture.activations, 1):
        kinks = ACTIVATIONS[activation].kinks
        for z in network.arrays[f"Z{layer}"].flat if kinks else ():
            value = symbolic.value_at(z, point, DIGITS)
            if value is None or any(abs(value - float(kink)) < DIFFERENT for kink in kinks):
                return False
    if not LOSSES[architecture.loss].confined:
        return True
    outputs = network.arrays[f"A{architecture.layers}"]
    values = [symbolic.value_at(a, point, DIGITS) for a in outputs.flat]
    return all(value is not None and 0 < value < 1 for value in values)


def _written(network: WrittenOut, point: Point) -> str:
    """Return the numbers as NumPy would be given them: X = [[0.3, -0.2]], W1 = ..."""
    arrays = []
    for name, array in network.base.items():
        rows = ", ".join(f"[{', '.join(_number(point[entry]) for entry in row)}]" for row in array)
        arrays.append(f"{name} = [{rows}]")
    numbers = [f"{name} = {decimal(CONSTANT)}" for name in constants(network.architecture)]
    return ", ".join([*arrays, *numbers])


def _number(value: Fraction) -> str:
    return f"-{decimal(-value)}" if value < 0 else decimal(value)
