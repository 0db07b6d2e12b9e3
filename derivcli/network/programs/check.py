"""The gradients of a program beside central differences, entry by entry, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.arrays.runs import work
from derivcli.language.broadcasting import Shape
from derivcli.language.tree import Program
from derivcli.network.checking.causes import TOLERANCE, CheckTrial
from derivcli.network.checking.check import LADDER, LEAST, SECONDS, array_check, spread
from derivcli.network.programs.nudges import ProgramNudges
from derivcli.network.results import ArrayCheck, GradientCheck

# Seconds that an entry takes, roughly: what is computed must not depend on the machine.
PER_ENTRY = 3e-8


def program_check(
    program: Program,
    known: Mapping[str, Array],
    parameters: Sequence[str],
    eps: float | None,
    stage: Callable[[str], None],
) -> GradientCheck:
    """Return how far the gradient by each parameter is from its central differences, and why.

    `known` holds the values of all names, gradients among them: dW of W. With `eps` that step is
    taken, for better or worse; without, one that suits.
    """
    shapes: dict[str, Shape] = {name: array.shape for name, array in known.items()}
    cost = 4.0 * PER_ENTRY * work(program, shapes, {}).in_floats
    most = _largest_sample([known[name].size for name in parameters], cost)
    arrays = []
    with np.errstate(all="ignore"):
        for name in parameters:
            stage(f"nudging the entries of {name}")
            arrays.append(_array(ProgramNudges(program, known, name), eps, most, cost))
    return GradientCheck(all(each.cause is None for each in arrays), tuple(arrays), None, TOLERANCE)


def _largest_sample(sizes: Sequence[int], cost: float) -> int:
    """Return how many entries of an array can be nudged in the time there is."""
    most = max(sizes)
    while most > LEAST and sum(min(size, most) for size in sizes) * cost > SECONDS:
        most = max(LEAST, most * 9 // 10)
    return most


def _array(nudges: ProgramNudges, eps: float | None, most: int, cost: float) -> ArrayCheck:
    parameter = nudges.known[nudges.parameter]
    gradient = nudges.known[f"d{nudges.parameter}"].reshape(-1)
    entries = spread(parameter.size, most)
    scale = np.maximum(1.0, np.abs(parameter.reshape(-1)[entries]))
    rounding = np.full(len(entries), nudges.rounding())
    trial = CheckTrial(nudges, entries, scale, gradient[entries], rounding)
    looked_into = max(LEAST, int(SECONDS / (LADDER * cost)))
    return array_check(
        nudges.parameter, trial, eps, looked_into,
        lambda entry: _place(int(entries[entry]), parameter.shape),
    )  # fmt: skip


def _place(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(each) + 1 for each in np.unravel_index(index, shape))
