"""The gradients of a program beside central differences, entry by entry, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.language.tree import Program
from derivcli.network.checking.causes import TOLERANCE, CheckTrial
from derivcli.network.checking.check import LADDER, LEAST, SECONDS, array_check, most_nudged, spread
from derivcli.network.programs.nudges import ProgramNudges
from derivcli.network.results import ArrayCheck, GradientCheck


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
    arrays = []
    with np.errstate(all="ignore"):
        nudged = [ProgramNudges(program, known, name) for name in parameters]
        most = most_nudged([(known[each.parameter].size, each.cost) for each in nudged])
        for each in nudged:
            stage(f"nudging the entries of {each.parameter}")
            arrays.append(_array(each, eps, most))
    return GradientCheck(all(each.cause is None for each in arrays), tuple(arrays), None, TOLERANCE)


def _array(nudges: ProgramNudges, eps: float | None, most: int) -> ArrayCheck:
    parameter = nudges.known[nudges.parameter]
    gradient = nudges.known[f"d{nudges.parameter}"].reshape(-1)
    entries = spread(parameter.size, most)
    scale = np.maximum(1.0, np.abs(parameter.reshape(-1)[entries]))
    rounding = np.full(len(entries), nudges.rounding())
    trial = CheckTrial(nudges, entries, scale, gradient[entries], rounding)
    looked_into = max(LEAST, int(SECONDS / (LADDER * nudges.cost)))
    return array_check(
        nudges.parameter, trial, eps, looked_into,
        lambda entry: _place(int(entries[entry]), parameter.shape),
    )  # fmt: skip


def _place(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(each) + 1 for each in np.unravel_index(index, shape))
