"""The gradients of a program beside central differences, entry by entry, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.defaults import EPS
from derivcli.language.tree import Program
from derivcli.networks.checking.causes import TOLERANCE, CheckTrial
from derivcli.networks.checking.check import (
    LADDER,
    LEAST,
    SECONDS,
    Estimated,
    array_check,
    most_nudged,
    settled_estimates,
    spread,
)
from derivcli.networks.checking.perturbation import Indices
from derivcli.networks.programs.nudges import ProgramNudges
from derivcli.networks.results import ArrayCheck, GradientCheck


def program_check(
    program: Program,
    known: Mapping[str, Array],
    parameters: Sequence[str],
    eps: float | None,
    stage: Callable[[str], None],
    wrong: Mapping[str, Array | str] | None = None,
) -> GradientCheck:
    """Return how far the gradient by each parameter is from its central differences, and why.

    `known` holds the values of all names, gradients among them: dW of W. With `eps` that step is
    taken, for better or worse; without, one that suits. `wrong` are gradients to be taken instead,
    by their names; a text says why there is none.
    """
    wrong = wrong or {}
    known = {**known, **{name: each for name, each in wrong.items() if not isinstance(each, str)}}
    found = {
        name: ArrayCheck(name, None, None, eps or EPS, "wrong shape", 0, detail=why)
        for name in parameters
        if isinstance(why := wrong.get(f"d{name}"), str)
    }
    left = [name for name in parameters if name not in found]
    with np.errstate(all="ignore"):
        for nudges, most in _nudged(program, known, left, stage):
            trial, entries = _trial(nudges, most)
            places = _places(entries, known[nudges.parameter].shape)
            found[nudges.parameter] = array_check(
                nudges.parameter, trial, eps, _looked_into(nudges), places
            )
    arrays = [found[name] for name in parameters]
    return GradientCheck(all(each.cause is None for each in arrays), tuple(arrays), None, TOLERANCE)


def program_estimates(
    program: Program,
    known: Mapping[str, Array],
    parameters: Sequence[str],
    stage: Callable[[str], None],
) -> list[Estimated]:
    """Return the central differences by each parameter, by the names of gradients: dW of W.

    `known` holds the values of all names, the gradients are known to be right.
    """
    found = []
    with np.errstate(all="ignore"):
        for nudges, most in _nudged(program, known, parameters, stage):
            trial, entries = _trial(nudges, most)
            rows, columns = np.divmod(entries, upright(known[nudges.parameter]).shape[1])
            estimates = settled_estimates(trial, _looked_into(nudges))
            found.append(Estimated(f"d{nudges.parameter}", rows, columns, estimates))
    return found


def upright(array: Array) -> Array:
    """Return an array with two axes: a number has one entry, and a flat array is a column."""
    return array if array.ndim == 2 else array.reshape(-1, 1)


def _nudged(
    program: Program,
    known: Mapping[str, Array],
    parameters: Sequence[str],
    stage: Callable[[str], None],
) -> Iterator[tuple[ProgramNudges, int]]:
    """Yield the nudges of each parameter, and how many of its entries there is time for."""
    found = [ProgramNudges(program, known, name) for name in parameters]
    most = most_nudged([(known[each.parameter].size, each.cost) for each in found])
    for each in found:
        stage(f"nudging the entries of {each.parameter}")
        yield each, most


def _looked_into(nudges: ProgramNudges) -> int:
    return max(LEAST, int(SECONDS / (LADDER * nudges.cost)))


def _trial(nudges: ProgramNudges, most: int) -> tuple[CheckTrial, Indices]:
    """Return the gradient by a parameter to be tested, and the entries that are nudged."""
    parameter = nudges.known[nudges.parameter]
    gradient = nudges.known[f"d{nudges.parameter}"].reshape(-1)
    entries = spread(parameter.size, most)
    scale = np.maximum(1.0, np.abs(parameter.reshape(-1)[entries]))
    rounding = np.full(len(entries), nudges.rounding())
    return CheckTrial(nudges, entries, scale, gradient[entries], rounding), entries


def _places(entries: Indices, shape: tuple[int, ...]) -> Callable[[int], tuple[int, ...]]:
    """Return where an entry of a trial stands in its array, counted from 1."""
    return lambda entry: tuple(
        int(each) + 1 for each in np.unravel_index(int(entries[entry]), shape)
    )
