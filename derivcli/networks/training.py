"""Gradient descent on all examples at once: the cost on its way, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from derivcli.errors import UndefinedError, UsageError
from derivcli.networks.backprop import Sweeps
from derivcli.networks.losses import LOSSES
from derivcli.networks.numbers import Network
from derivcli.networks.obstacles import Twins, dead_units
from derivcli.networks.results import Training, TrainingRequest

RECORDED = 200  # costs of a long training
REPORTED = 100  # how often the progress is told, at most
NOTICEABLE = 0.1  # of the way down: a cost that rose again by more is worth a word
ROUNDING = 1e-9  # of the first cost: a change by less is none

Stage = Callable[[str], None]


def train(network: Network, request: TrainingRequest, stage: Stage) -> Training:
    """Return how W -= rate * dW and b -= rate * db, again and again, change the cost.

    The last `held_out` examples are left out of the gradient; their cost, without a penalty, is
    recorded beside the others'. Training stops where a cost has no finite value; only finite ones
    are returned.

    Raises UsageError where no example is left to train with, UndefinedError where the first cost
    has no finite value.
    """
    training, held_out = _parts(network, request.held_out)
    run = _Run(training, held_out, request)
    with np.errstate(all="ignore"):
        run.descend(recorded_at(request.iterations), stage)
        return run.result()


def recorded_at(iterations: int) -> tuple[int, ...]:
    """Return the iterations whose costs are recorded: spread evenly, the first and the last too.

    >>> recorded_at(3)
    (0, 1, 2, 3)
    """
    stretches = max(1, min(iterations, RECORDED))
    return tuple(sorted({each * iterations // stretches for each in range(stretches + 1)}))


def _parts(network: Network, held_out: int) -> tuple[Network, Network | None]:
    """Return the network on all examples but the last `held_out`, and on these."""
    kept = network.examples - held_out
    if kept < 1:
        raise UsageError(
            f"{held_out} of {network.examples} examples held out leave none to train with",
            where="in --held-out",
        )
    if held_out == 0:
        return network, None
    alone = replace(network.architecture, penalty=None)  # of these it is the loss that is told
    return (
        replace(network, X=network.X[:, :kept], Y=network.Y[:, :kept]),
        replace(network, architecture=alone, X=network.X[:, kept:], Y=network.Y[:, kept:]),
    )


class _Run:
    """One training: its sweeps over both parts of the examples, and what has been seen so far.

    Between two steps the forward sweep of the parameters as they stand has been run.
    """

    def __init__(
        self, training: Network, held_out: Network | None, request: TrainingRequest
    ) -> None:
        self.request = request
        self.sweeps = Sweeps(training)
        self.held_out = None if held_out is None else Sweeps(held_out)
        self.at: list[int] = []
        self.costs: list[float] = []
        self.held_out_costs: list[float] = []
        self.stopped: int | None = None
        self.twins = Twins(training)
        self.still = [True] * training.architecture.layers

    def descend(self, at: tuple[int, ...], stage: Stage) -> None:
        """Go down to the last of the iterations `at`, and record at each of them."""
        every = -(-len(at) // REPORTED)
        self.sweeps.forward()
        if not self._record(0):
            raise UndefinedError("the cost has no finite value before the first iteration")
        # Where units die in the first steps, only the first gradient shows that they moved.
        self.sweeps.backward()
        self._look()
        for index, (start, stop) in enumerate(pairwise(at)):
            if index % every == 0:
                stage(f"{start:,} of {at[-1]:,} iterations")
            descend(self.sweeps, self.request.rate, stop - start)
            if not self._record(stop):
                self.stopped = stop
                return
            self._look()

    def _record(self, iteration: int) -> bool:
        """Record the costs, unless one is infinite or no number."""
        costs = [self.sweeps.cost()]
        if self.held_out is not None:
            self.held_out.parameters[:] = self.sweeps.parameters
            self.held_out.forward()
            costs.append(self.held_out.cost())
        if not np.isfinite(costs).all():
            return False
        self.at.append(iteration)
        self.costs.append(costs[0])
        self.held_out_costs += costs[1:]
        return True

    def _look(self) -> None:
        """Look at the last gradient: which layers' dW are 0, which units are twins still."""
        for index, layer in enumerate(self.sweeps.layers):
            self.still[index] = self.still[index] and not layer.gradient[:, :-1].any()
        self.twins.look(self.sweeps)

    def result(self) -> Training:
        """Return what has been recorded, with a note on what stood in the way."""
        return Training(
            rate=self.request.rate,
            iterations=self.request.iterations,
            at=tuple(self.at),
            costs=tuple(self.costs),
            held_out=self.request.held_out,
            held_out_costs=tuple(self.held_out_costs) if self.held_out is not None else None,
            correct=None if self.stopped is not None else correct(self.sweeps),
            held_out_correct=(
                None
                if self.stopped is not None or self.held_out is None
                else correct(self.held_out)
            ),
            note=" ".join(self._notes()) or None,
        )

    def _notes(self) -> list[str]:
        if self.stopped is not None:
            return [*self._on_twins(), self._on_the_end()]
        return [
            *(self._on_twins() or dead_units(self.sweeps)),
            *on_the_costs(self.costs, self.at, self.request.rate),
        ]

    def _on_twins(self) -> list[str]:
        """Return what to say of units that are alike, if a step has been taken."""
        return self.twins.note(self.still) if len(self.at) > 1 else []

    def _on_the_end(self) -> str:
        """Say why there is no cost any more."""
        architecture = self.sweeps.architecture
        before = (
            f"The training stopped: by iteration {self.stopped:,} the cost had no finite value, and"
            f" the rate {said(self.request.rate, 6)} is too large"
        )
        row = LOSSES[architecture.loss]
        if row.confined and architecture.activations[-1] != row.fits:
            return (
                f"{before} to keep A{architecture.layers} between 0 and 1, where {row.name}"
                f" has a value; {row.fits} on the last layer always does."
            )
        return f"{before}."


def on_the_costs(costs: Sequence[float], at: Sequence[int], rate: float) -> list[str]:
    """Return what to say of costs that rose in all, or on the way, recorded `at` iterations."""
    first, last, least = costs[0], costs[-1], min(costs)
    told, rounding = f"the rate {said(rate, 6)}", ROUNDING * abs(first)
    if last - first > rounding:
        return [f"The cost grew from {said(first)} to {said(last)}: {told} is too large."]
    if last - least > NOTICEABLE * (first - least) + rounding:
        lowest = f"{said(least)} at iteration {at[costs.index(least)]:,}"
        end = f"{said(last)} at the end: {told} makes steps that are too long"
        return [f"The cost was {lowest} and {end}."]
    return []


def said(number: float, digits: int = 4) -> str:
    """Return a number for a sentence.

    >>> said(0.25), said(9.65021e163)
    ('0.25', '9.65e163')
    """
    mantissa, _, exponent = f"{number:.{digits}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def descend(sweeps: Sweeps, rate: float, iterations: int) -> None:
    """Take so many steps; the forward sweep has been run, and is run again after each."""
    parameters, step = sweeps.parameters, np.empty_like(sweeps.parameters)
    backward, forward = sweeps.backward, sweeps.forward
    for _ in range(iterations):
        np.multiply(backward(), rate, out=step)
        np.subtract(parameters, step, out=parameters)
        forward()


def correct(sweeps: Sweeps) -> int | None:
    """Return how many examples the last forward sweep classifies rightly, all outputs of each.

    A unit says 1 above the threshold of its loss, sigmoid above 1/2; of softmax the largest output
    counts, and a tie is wrong. None where the labels or the network are not those of a
    classification.
    """
    A, Y, row = sweeps.layers[-1].A, sweeps.Y, LOSSES[sweeps.architecture.loss]
    lower = -1.0 if row.answers == "signs" else 0.0
    if sweeps.architecture.activations[-1] != row.fits or not ((lower == Y) | (Y == 1.0)).all():
        return None
    if row.answers == "shares":
        answers = A.max(axis=0) == A
    elif row.threshold is not None:
        answers = row.threshold < A
    else:
        return None
    return int((answers == (Y == 1.0)).all(axis=0).sum())
