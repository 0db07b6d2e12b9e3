"""A gradient of one's own beside that of a program, and beside central differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from derivcli.language.tree import Program
from derivcli.networks.checking.comparing import Compared
from derivcli.networks.checking.expected import ExpectedGradient
from derivcli.networks.checking.gradient_files import read
from derivcli.networks.checking.own_gradient import beside_right
from derivcli.networks.programs.check import program_estimates, upright
from derivcli.networks.programs.floors import gradient_floors
from derivcli.networks.programs.point import ProgramPoint
from derivcli.networks.results import OwnGradient


def program_gradient(
    point: ProgramPoint,
    name: str,
    path: str,
    causes: Callable[[Compared], Mapping[str, str]],
    stage: Callable[[str], None],
) -> OwnGradient:
    """Return which entries of the gradients in a file are wrong; `causes` tells why.

    Raises UsageError and RefusedError where the file cannot be read.
    """
    stage("reading the gradient")
    known, whole = point.known, Program(point.gradient.whole.statements)
    right = {f"d{each}": upright(known[f"d{each}"]) for each in point.parameters}
    beside = frozenset(f"d{each}" for each in known) - {*right}
    shapes = {each: (array.shape[0], array.shape[1]) for each, array in right.items()}
    given = read(path, ExpectedGradient(shapes, beside, f"the network '{name}'"))
    stage("comparing the gradient")
    floors = gradient_floors(whole, known, tuple(right))
    with np.errstate(all="ignore"):
        case = Compared(
            given.arrays,
            right,
            {each: upright(floor) for each, floor in floors.items()},
            {f"d{each}": upright(known[each]) for each in point.parameters},
            point.sizes.get("m", 1),
        )
        why = causes(case)
        nudged = program_estimates(point.program, known, point.parameters, stage)
        return beside_right(case, why, nudged, path, given.others)
