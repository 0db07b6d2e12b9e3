"""Gradient descent on the parameters of a program: the cost on its way, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from derivcli.arrays.compiling import compiled
from derivcli.errors import UndefinedError
from derivcli.language.tree import Program
from derivcli.networks.programs.point import ProgramPoint
from derivcli.networks.results import Training, TrainingRequest
from derivcli.networks.training import REPORTED, on_the_costs, recorded_at, said

Stage = Callable[[str], None]


def train_program(point: ProgramPoint, request: TrainingRequest, stage: Stage) -> Training:
    """Return how W := W - rate * dW for each parameter, again and again, changes the cost.

    Training stops where a step, forward or back, has no finite value; only finite costs are told.

    Raises UndefinedError where the first cost has no finite value.
    """
    with np.errstate(all="ignore"):
        return _trained(_Descent(point, request.rate), request, stage)


def _trained(descent: _Descent, request: TrainingRequest, stage: Stage) -> Training:
    at = recorded_at(request.iterations)
    every = -(-len(at) // REPORTED)
    costs = [descent.cost]
    if not np.isfinite(costs[0]):
        raise UndefinedError("the cost has no finite value before the first iteration")
    stopped = None
    for index, (start, stop) in enumerate(pairwise(at)):
        if index % every == 0:
            stage(f"{start:,} of {at[-1]:,} iterations")
        if not descent.down(stop - start):
            stopped = stop
            break
        costs.append(descent.cost)
    rate = request.rate
    notes = [_on_the_end(rate, stopped)] if stopped else on_the_costs(costs, at, rate)
    return Training(
        rate, request.iterations, at[: len(costs)], tuple(costs), 0, None, None, None,
        " ".join(notes) or None,
    )  # fmt: skip


def _on_the_end(rate: float, stopped: int) -> str:
    return (
        f"The training stopped: by iteration {stopped:,} a step of the program had no finite value,"
        f" and the rate {said(rate, 6)} is too large."
    )


class _Descent:
    """A program whose parameters go down its gradient; between two steps it has been run.

    Its cost is compiled apart from the gradients, which need it seldom.
    """

    def __init__(self, point: ProgramPoint, rate: float) -> None:
        whole = Program(point.gradient.whole.statements)
        known = dict(point.known)
        self.rate, self.output = rate, point.program.output.name
        self.parameters = [known[name].copy() for name in point.parameters]
        known |= zip(point.parameters, self.parameters, strict=True)
        slopes = [f"d{name}" for name in point.parameters]
        self.gradient = compiled(whole, known, slopes, point.parameters)
        self.value = compiled(point.program, known, [self.output], point.parameters)
        self.slopes = [self.gradient.outputs[name] for name in slopes]

    @property
    def cost(self) -> float:
        """The output where the parameters stand."""
        self.value.run()
        return float(self.value.outputs[self.output].reshape(-1)[0])

    def down(self, iterations: int) -> bool:
        """Take so many steps, and return whether there is still a finite cost and gradient."""
        for _ in range(iterations):
            for parameter, slope in zip(self.parameters, self.slopes, strict=True):
                np.subtract(parameter, self.rate * slope, out=parameter)
            self.gradient.run()
        return np.isfinite(self.cost) and all(bool(np.isfinite(each).all()) for each in self.slopes)
