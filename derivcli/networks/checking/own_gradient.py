"""A gradient of the user's own beside that of backprop, and beside central differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from derivcli.errors import printable
from derivcli.networks.backprop import Sweeps
from derivcli.networks.checking.agreement import agreeing, excuse, floors
from derivcli.networks.checking.check import Estimated, estimates
from derivcli.networks.checking.comparing import Compared
from derivcli.networks.checking.expected import expected
from derivcli.networks.checking.gradient_files import GivenArray, GivenGradient, read
from derivcli.networks.checking.gradients import swept
from derivcli.networks.checking.own_causes import ComparedLayers, causes
from derivcli.networks.numbers import Matrix, Network
from derivcli.networks.results import JudgedArray, OwnGradient, WrongEntry

LISTED = 5  # wrong entries of an array
DIGITS = 12  # of what was computed: beyond, the order of adding up is seen


def own_gradient(
    network: Network, sweeps: Sweeps, path: str, stage: Callable[[str], None]
) -> OwnGradient:
    """Return which entries of the dW and db in a file are wrong, and why; the sweeps have run.

    Raises UsageError and RefusedError where the file cannot be read.
    """
    stage("reading the gradient")
    given = read(path, expected(network.architecture))
    with np.errstate(all="ignore"):
        return _compared(network, sweeps, path, given, stage)


def _compared(
    network: Network,
    sweeps: Sweeps,
    path: str,
    given: GivenGradient,
    stage: Callable[[str], None],
) -> OwnGradient:
    right = {name: np.array(each) for name, each in swept(sweeps).items()
             if not isinstance(each, str)}  # fmt: skip
    stage("comparing the gradient")
    weights = dict(zip(right, (each for pair in zip(network.W, network.b, strict=True)
                               for each in pair), strict=True))  # fmt: skip
    case = ComparedLayers(
        given.arrays, right, floors(network, sweeps, {**right}), weights, network.examples,
        network, sweeps,
    )  # fmt: skip
    nudged = estimates(network, sweeps, {**right}, stage)
    return beside_right(case, causes(case), nudged, path, given.others)


def beside_right(
    case: Compared,
    why: Mapping[str, str],
    nudged: Sequence[Estimated],
    path: str,
    others: tuple[str, ...],
) -> OwnGradient:
    """Return which entries of a given gradient are wrong, `why`, and how far it is from nudges."""
    arrays = tuple(_judged(case, name, why.get(name)) for name in case.given)
    own = {name: each.values for name, each in case.given.items()}
    return OwnGradient(
        printable(path),
        all(each.passed for each in arrays),
        _number(_chosen(own, nudged), _approximate(nudged)),
        arrays,
        _number(_chosen(case.right, nudged), _approximate(nudged)),
        _number(_flat(own), _flat({name: case.right[name] for name in own})),
        sum(len(each.values) for each in nudged),
        sum(each.size for each in case.right.values()),
        others,
    )


def _judged(case: Compared, name: str, cause: str | None) -> JudgedArray:
    given, right, floor = case.given[name], case.right[name], case.floors[name]
    wrong = ~agreeing(given, right, floor)
    count = int(wrong.sum())
    if not count:
        return JudgedArray(name, True, 0, right.size, digits=excuse(given, right, floor))
    apart = np.where(wrong, np.abs(given.values - right), -1.0)
    worst = np.argsort(-apart, axis=None, kind="stable")[: min(count, LISTED)]
    entries = tuple(_entry(given, right, int(flat)) for flat in worst)
    return JudgedArray(name, False, count, right.size, entries[0], cause, None, entries)


def _entry(given: GivenArray, right: Matrix, flat: int) -> WrongEntry:
    row, column = divmod(flat, right.shape[1])
    expected = float(f"{right[row, column]:.{DIGITS}g}") + 0.0  # never -0
    return WrongEntry((row + 1, column + 1), float(given.values[row, column]) + 0.0, expected)


def _chosen(arrays: Mapping[str, Matrix], nudged: Sequence[Estimated]) -> Matrix:
    return np.concatenate([arrays[each.name][each.rows, each.columns] for each in nudged])


def _approximate(nudged: Sequence[Estimated]) -> Matrix:
    return np.concatenate([each.values for each in nudged])


def _flat(arrays: Mapping[str, Matrix]) -> Matrix:
    return np.concatenate([each.ravel() for each in arrays.values()])


def _number(one: Matrix, other: Matrix) -> float | None:
    """Return |one - other| / (|one| + |other|) in Euclidean norms: 0 where both are 0."""
    largest = max(float(np.abs(one).max()), float(np.abs(other).max()))
    if largest == 0.0:
        return 0.0
    one, other = one / largest, other / largest  # squares neither overflow nor vanish
    found = np.linalg.norm(one - other) / (np.linalg.norm(one) + np.linalg.norm(other))
    return float(found) if np.isfinite(found) else None
