"""A network with its numbers: data and parameters, given or drawn; the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derivcli.errors import RefusedError, UsageError
from derivcli.networks.activations import SOFTMAX
from derivcli.networks.layers import MOST_NUMBERS, Architecture, shape_text
from derivcli.networks.losses import LOSSES
from derivcli.networks.results import NetworkSpec

Matrix = NDArray[np.float64]

DIGITS = 3  # significant digits of what is drawn: short enough to compute with by hand
LARGEST_SHOWN = 200_000  # entries of an array that anybody would compute with by hand
TOLERANCE = 1e-9  # of a column of Y that has to add up to 1


@dataclass(frozen=True, slots=True)
class Network:
    """An architecture and its numbers: X of shape (n_0, m), Y (n_L, m), W (n_l, n_l-1), b (n_l, 1).

    `W[0]` is that of the first layer.
    """

    architecture: Architecture
    X: Matrix
    Y: Matrix
    W: tuple[Matrix, ...]
    b: tuple[Matrix, ...]

    @property
    def examples(self) -> int:
        """The number of examples m."""
        return int(self.X.shape[1])


def network(spec: NetworkSpec, data: Mapping[str, Matrix] | None = None) -> Network:
    """Return a network with numbers: what is given, or comes from a data file; the rest is drawn.

    NumPy's RandomState is drawn from, because its stream never changes. Parameters come first, so
    that they do not depend on the number of examples.

    Raises UsageError where a given array has another shape or Y does not suit the loss,
    RefusedError beyond the memory limit.
    """
    architecture = spec.architecture
    arrays = _known(spec, data)
    examples = count(spec, data)
    shapes = architecture.shapes(examples)
    if sum(rows * columns for rows, columns in shapes.values()) > MOST_NUMBERS:
        raise RefusedError(
            f"a {architecture.name} network with {examples:,} examples is too large: more than"
            f" {MOST_NUMBERS:,} numbers"
        )
    for name, array in arrays.items():
        if array.shape != shapes[name]:
            raise UsageError(
                f"{name} is of shape {shape_text(array.shape)}, and a {architecture.name} network"
                f" with {examples:,} examples needs {shape_text(shapes[name])}",
                where=spec.name or None,
            )
    draw = np.random.RandomState(spec.seed)
    layers = range(1, architecture.layers + 1)
    weights = {f"W{layer}": _weights(spec, draw, layer) for layer in layers}
    offsets = {f"b{layer}": _offsets(spec, draw, layer) for layer in layers}
    X = arrays["X"] if "X" in arrays else _rounded(draw.standard_normal(shapes["X"]))
    Y = arrays["Y"] if "Y" in arrays else _answers(architecture, draw, shapes["Y"])
    _suits(architecture, Y)
    return Network(
        architecture,
        X,
        Y,
        tuple(arrays.get(name, drawn) for name, drawn in weights.items()),
        tuple(arrays.get(name, drawn) for name, drawn in offsets.items()),
    )


def _known(spec: NetworkSpec, data: Mapping[str, Matrix] | None) -> dict[str, Matrix]:
    """Return the arrays that are given; those of a data file go before."""
    given = {name: np.array(rows, dtype=np.float64) for name, rows in spec.given.items()}
    return {**given, **(data or {})}


def count(spec: NetworkSpec, data: Mapping[str, Matrix] | None) -> int:
    """Return m: as many columns as X and Y have, else as many as are asked for.

    Raises UsageError where they have none.
    """
    arrays = _known(spec, data)
    for name in ("X", "Y"):
        if name in arrays:
            array = arrays[name]
            if array.ndim != 2 or array.shape[1] == 0:
                raise UsageError(f"{name} holds no examples", where=spec.name or None)
            return int(array.shape[1])
    return spec.examples


def _weights(spec: NetworkSpec, draw: np.random.RandomState, layer: int) -> Matrix:
    """Return drawn weights: normal, by he and xavier with variance 2/n_l-1 and 1/n_l-1."""
    units, before = spec.architecture.sizes[layer], spec.architecture.sizes[layer - 1]
    drawn = draw.standard_normal((units, before))
    if spec.init == "zeros":
        return np.zeros_like(drawn)
    scale = {"random": 1.0, "he": 2.0 / before, "xavier": 1.0 / before}[spec.init]
    return _rounded(drawn * np.sqrt(scale))


def _offsets(spec: NetworkSpec, draw: np.random.RandomState, layer: int) -> Matrix:
    """Return the biases: zeros, as usual, but for random ones, where nothing should hide."""
    shape = (spec.architecture.sizes[layer], 1)
    return _rounded(draw.standard_normal(shape)) if spec.init == "random" else np.zeros(shape)


def _answers(network: Architecture, draw: np.random.RandomState, shape: tuple[int, int]) -> Matrix:
    """Return drawn answers of the kind that the loss asks for."""
    kind = LOSSES[network.loss].answers
    if kind in ("probabilities", "signs"):
        chosen = draw.randint(0, 2, shape).astype(np.float64)
        return 2.0 * chosen - 1.0 if kind == "signs" else chosen
    if kind == "shares" or network.activations[-1] == SOFTMAX.name:
        return np.eye(shape[0])[:, draw.randint(0, shape[0], shape[1])]
    return _rounded(draw.standard_normal(shape))


def _rounded(drawn: Matrix) -> Matrix:
    """Return numbers of a few significant digits, each the float64 nearest to its decimal."""
    if drawn.size > LARGEST_SHOWN:
        return drawn
    exponent = np.floor(np.log10(np.abs(np.where(drawn == 0, 1.0, drawn))))
    places = (DIGITS - 1 - exponent).astype(int)
    pairs = zip(drawn.flat, places.flat, strict=True)
    flat = [round(float(number), int(digits)) for number, digits in pairs]
    return np.array(flat, dtype=np.float64).reshape(drawn.shape)


def _suits(network: Architecture, Y: Matrix) -> None:
    """Raise UsageError where the loss makes no sense of the answers."""
    kind = LOSSES[network.loss].answers
    if kind == "numbers":
        return
    if kind == "signs":
        other = Y[np.abs(Y) != 1.0]
        if other.size:
            raise UsageError(f"Y holds {other[0]:g}, and {network.loss} needs answers -1 and 1")
        return
    low, high = float(Y.min()), float(Y.max())
    if low < 0 or high > 1:
        worst = low if low < 0 else high
        raise UsageError(f"Y holds {worst:g}, and {network.loss} needs answers from 0 to 1")
    if kind == "shares":
        totals = Y.sum(axis=0)
        column = int(np.argmax(np.abs(totals - 1)))
        if abs(totals[column] - 1) > TOLERANCE:
            raise UsageError(
                f"column {column + 1} of Y adds up to {totals[column]:g}, and softmax-cross-entropy"
                " needs answers that add up to 1 for each example"
            )
