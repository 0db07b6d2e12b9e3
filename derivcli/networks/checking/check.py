"""The gradient check: backprop's gradient beside central differences of the cost.

n = (J(w + h) - J(w - h)) / (2 h) for every weight, with h = eps * max(1, |w|). Its truncation
error is about h**2 |J'''| / 6, its rounding error about 2**-53 |J| / h: they balance near the cube
root of float64's machine epsilon, eps = 6.06e-06, where each is about 1e-11 of J. Left to itself,
the check takes another step for those weights that need one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from derivcli.defaults import EPS
from derivcli.networks.backprop import Sweeps
from derivcli.networks.checking.causes import (
    TOLERANCE,
    ArrayVerdict,
    CheckTrial,
    confirmed,
    of_step,
    relative,
    settle,
    short,
    suspects,
)
from derivcli.networks.checking.gradients import Gradients, planted, swept
from derivcli.networks.checking.penalty_nudges import PenalisedNudges
from derivcli.networks.checking.perturbation import Indices, NudgedWeights, Nudges
from derivcli.networks.checking.rounding import rounding
from derivcli.networks.numbers import Matrix, Network
from derivcli.networks.penalty import penalty_tree
from derivcli.networks.results import ArrayCheck, GradientCheck

SECONDS = 5.0  # of nudging; beyond, a sample of the entries is nudged
LEAST = 3  # entries of an array that are nudged whatever it takes
LADDER = 32  # nudges that it takes to look into an entry

# Seconds an entry of an array takes, roughly: what is computed must not depend on the machine.
PER_ENTRY = {"gelu": 3e-7}
PER_OTHER = 6e-8
PER_PRODUCT = 2e-10


def gradient_check(
    network: Network, inject: str | None, eps: float | None, stage: Callable[[str], None]
) -> GradientCheck:
    """Return how far the gradient of each W and b is from its central differences, and why.

    With `inject` the gradient is that of equations with this mistake planted. With `eps` that step
    is taken, for better or worse; without, one that suits.
    """
    with np.errstate(all="ignore"):
        stage("running forward and backward")
        sweeps = Sweeps(network)
        sweeps.forward()
        gradients = swept(sweeps) if inject is None else planted(network, sweeps, inject)
        stage("nudging the biases")
        arrays = _Check(network, sweeps, eps).arrays(gradients, stage)
    passed = all(each.cause is None for each in arrays)
    return GradientCheck(passed, tuple(arrays), inject, TOLERANCE)


@dataclass(frozen=True, slots=True)
class _Array:
    """An array of weights: which of its entries are nudged, as rows and columns of [W b]."""

    name: str
    entries: NudgedWeights
    weights: Matrix

    @property
    def variable(self) -> str:
        """W1 of dW1."""
        return self.name.removeprefix("d")


@dataclass(frozen=True, slots=True)
class Estimated:
    """The central differences of entries of a gradient, dW1, given by rows and columns."""

    name: str
    rows: Indices
    columns: Indices
    values: Matrix


class _Check:
    """The central differences of a network, whatever gradient they are held against."""

    def __init__(self, network: Network, sweeps: Sweeps, eps: float | None) -> None:
        self.eps = eps
        self.losses = Nudges(network, sweeps)
        self.nudges, self.costs = _with_penalty(self.losses, network), costs(network)
        most = largest_sample(network, self.costs)
        self.plan: list[_Array] = []
        for layer, (W, b) in enumerate(zip(network.W, network.b, strict=True)):
            for name, array, shift in (("dW", W, 0), ("db", b, W.shape[1])):
                rows, columns = np.divmod(spread(array.size, most), array.shape[1])
                entries = NudgedWeights(layer, rows, columns + shift)
                self.plan.append(_Array(f"{name}{layer + 1}", entries, array[rows, columns]))
        self.rounding = rounding(self.losses, self._slopes())

    def _slopes(self) -> list[Matrix]:
        """Return dZ of each layer, estimated: a bias nudged moves its unit's z in every example."""
        found = []
        for layer, array in zip(self.losses.layers, self.plan[1::2], strict=True):
            slopes = np.full(layer.Z.shape, np.nan)
            steps = EPS * np.maximum(1.0, np.abs(array.weights))
            changes = self.losses.nudged(array.entries, steps).changes
            slopes[array.entries.rows] = changes / (2.0 * steps[:, None])
            found.append(slopes)
        return found

    def arrays(self, gradients: Gradients, stage: Callable[[str], None]) -> list[ArrayCheck]:
        """Return the check of each array."""
        found = []
        for array in self.plan:
            stage(f"nudging the entries of {array.variable}")
            found.append(self._array(array, gradients[array.name]))
        return found

    def _array(self, array: _Array, gradient: Matrix | str) -> ArrayCheck:
        eps = self.eps or EPS
        if isinstance(gradient, str):
            return ArrayCheck(array.variable, None, None, eps, "wrong shape", 0, detail=gradient)
        trial, columns = self._trial(array, gradient)
        rows = array.entries.rows
        return array_check(
            array.variable, trial, self.eps, self._most(array),
            lambda entry: (int(rows[entry]) + 1, int(columns[entry]) + 1),
        )  # fmt: skip

    def _trial(self, array: _Array, gradient: Matrix) -> tuple[CheckTrial, Indices]:
        """Return the entries of an array that are nudged, and their columns in its gradient."""
        entries, shift = array.entries, gradient.shape[1] == 1 and array.name.startswith("db")
        columns = np.zeros_like(entries.columns) if shift else entries.columns
        noise = self.rounding[entries.layer][entries.rows]
        if isinstance(self.nudges, PenalisedNudges):
            noise = noise + self.nudges.rounding(entries)
        trial = CheckTrial(
            self.nudges,
            entries,
            np.maximum(1.0, np.abs(array.weights)),
            gradient[entries.rows, columns],
            noise,
        )
        return trial, columns

    def _most(self, array: _Array) -> int:
        """Return how many entries of an array can be looked into."""
        return max(LEAST, int(SECONDS / (LADDER * self.costs[array.entries.layer])))

    def estimated(self, array: _Array, gradient: Matrix) -> Estimated:
        """Return the central differences of an array, each with the step that it needs."""
        trial, columns = self._trial(array, gradient)
        estimates = settled_estimates(trial, self._most(array))
        return Estimated(array.name, array.entries.rows, columns, estimates)


def _with_penalty(losses: Nudges, network: Network) -> Nudges | PenalisedNudges:
    penalty = penalty_tree(network.architecture)
    return losses if penalty is None else PenalisedNudges(losses, network, penalty)


def settled_estimates(trial: CheckTrial, most: int) -> Matrix:
    """Return the central difference of each entry; of those that need another step `most` get it.

    The gradient of the trial is known to be right.
    """
    estimates = trial.estimates(EPS)
    failing = _worst_first(relative(estimates, trial.gradient, trial.noise(EPS)))
    chosen = failing[:most]
    if len(chosen):
        estimates[chosen] = settle(trial[chosen]).estimates
    return estimates


def estimates(
    network: Network, sweeps: Sweeps, gradients: Gradients, stage: Callable[[str], None]
) -> list[Estimated]:
    """Return the central differences of each array, of which `gradients` are known to be right.

    The sweeps have run.
    """
    stage("nudging the biases")
    check = _Check(network, sweeps, None)
    found = []
    for array in check.plan:
        stage(f"nudging the entries of {array.variable}")
        gradient = gradients[array.name]
        if not isinstance(gradient, str):
            found.append(check.estimated(array, gradient))
    return found


def array_check(
    name: str,
    trial: CheckTrial,
    given: float | None,
    most: int,
    place: Callable[[int], tuple[int, ...]],
) -> ArrayCheck:
    """Return the check of one array; of its entries that fail `most` are looked into.

    `place` is where an entry of the trial stands, counted from 1.
    """
    found = _tried(trial, given, most)
    worst, typical = float(found.apart.max(initial=0.0)), float(np.median(found.apart))
    checked = ArrayCheck(
        name,
        worst if np.isfinite(worst) else None,
        typical if np.isfinite(typical) else None,
        given or EPS,
        None,
        found.count,
        detail=found.note,
    )
    if (verdict := found.verdict) is None:
        return checked
    gradient = float(trial.gradient[verdict.entry]) + 0.0  # never -0
    return replace(
        checked,
        cause=verdict.cause,
        at=place(verdict.entry),
        gradient=gradient if np.isfinite(gradient) else None,
        estimate=verdict.estimate if np.isfinite(verdict.estimate) else None,
        slope=verdict.slope,
        detail=verdict.detail,
        crossed=verdict.crossed,
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    apart: Matrix
    count: int
    verdict: ArrayVerdict | None
    note: str | None = None


def _tried(trial: CheckTrial, given: float | None, most: int) -> _Tried:
    """Return the relative errors of an array's entries, and the verdict where some fail.

    Entries that fail are looked into, the worst first, `most` of them at most. Without a given eps
    those whose estimates settle at the gradient pass, with the step that it takes; with one, the
    step is to blame.
    """
    noise = trial.noise(EPS)
    apart = relative(trial.estimates(given or EPS), trial.gradient, noise)
    failing = _worst_first(apart)
    if not len(failing):
        return _Tried(apart, len(apart), None)
    ours = apart if given is None else relative(trial.estimates(EPS), trial.gradient, noise)
    verdict, best = None, np.full(len(apart), EPS)
    for chosen, settled in suspects(trial, _worst_first(ours), most):
        seen, passing = confirmed(trial, chosen, settled)
        verdict = seen if seen and seen.cause != "kink" else verdict or seen
        if verdict and verdict.cause != "kink":
            break
        best[chosen] = settled.eps
        if given is None:
            own = relative(settled.estimates, trial.gradient[chosen], settled.bars)
            apart[chosen[passing]] = own[passing]
    if given is not None and verdict is None:
        verdict = of_step(trial, failing, given, best)
    if verdict is not None:
        return _Tried(apart, len(apart), verdict)
    left = _worst_first(apart)
    kept = np.delete(apart, left)
    count = len(failing) - len(left)
    needed = "entry needs" if count == 1 else "entries need"
    note = f"{count:,} {needed} another step, down to eps = {short(float(best.min()))}"
    return _Tried(kept, len(kept), None, note)


def _worst_first(apart: Matrix) -> Indices:
    failing = np.flatnonzero(~(apart <= TOLERANCE))
    return failing[np.argsort(-apart[failing], kind="stable")]


def costs(network: Network) -> list[float]:
    """Return the seconds that a central difference takes, roughly, for a weight of each layer."""
    sizes, names = network.architecture.sizes[1:], network.architecture.activations
    each = [PER_ENTRY.get(name, PER_OTHER) for name in names]
    found = []
    for layer in range(len(sizes)):
        after = range(layer + 1, len(sizes))
        work = each[layer] + sum(sizes[index] * each[index] for index in after)
        work += sum(sizes[index] * sizes[index - 1] * PER_PRODUCT for index in after[1:])
        found.append(2.0 * network.examples * (work + PER_OTHER * sizes[-1]))
    if network.architecture.penalty is not None:
        added = 4.0 * PER_OTHER * network.architecture.parameters
        return [each + added for each in found]
    return found


def largest_sample(network: Network, each: list[float]) -> int:
    """Return how many entries of an array can be nudged in the time there is, W or b alike."""
    sizes = [(W.size, cost) for W, cost in zip(network.W, each, strict=True)]
    sizes += [(b.size, cost) for b, cost in zip(network.b, each, strict=True)]
    return most_nudged(sizes)


def most_nudged(sizes: Sequence[tuple[int, float]]) -> int:
    """Return how many entries of an array can be nudged; `sizes` holds also what one takes."""
    most = max((size for size, _ in sizes), default=LEAST)
    while most > LEAST and sum(min(size, most) * cost for size, cost in sizes) > SECONDS:
        most = max(LEAST, most * 9 // 10)
    return most


def spread(size: int, most: int) -> Indices:
    """Return which entries of an array are nudged: all, or an even sample over rows and columns.

    Steps of the golden section, with no divisor in common with the size: no entry twice, and no
    column left out because the step is a multiple of the row's length.

    >>> spread(5, 5).tolist(), spread(100, 4).tolist()
    ([0, 1, 2, 3, 4], [0, 61, 22, 83])
    """
    if size <= most:
        return np.arange(size)
    step = int(size * 0.6180339887498949)
    while np.gcd(step, size) != 1:
        step -= 1
    return np.arange(most) * step % size
