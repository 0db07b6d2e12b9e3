"""Gradients of matrices that are not proved, compared with quotients at random points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from derivcli.algebra.results import Gradient
from derivcli.arrays.drawing import drawn, small_sizes
from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.runs import run
from derivcli.arrays.values import arrays
from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.results import Quantity
from derivcli.errors import RefusedError, UsageError
from derivcli.language.parser import parse
from derivcli.language.shapes import infer
from derivcli.language.sizes import Sized
from derivcli.language.tree import Program
from derivcli.matrices.double_check import DoubleCheck
from derivcli.matrices.settling import rounded

SEEDS = (1, 2, 3)
EPS = "1e-5"
MOST_ENTRIES = 12  # of a variable, at one point
AGREES = 1e-5  # ||grad - approx|| / (||grad|| + ||approx||), by quotients of both sides


def confirmed(program: Program, gradient: Gradient, given: Sized, names: Iterable[str]) -> None:
    """Compare the gradients by some names with difference quotients, at points that are drawn.

    Where no point is found, nothing is said.

    Raises RefusedError for a gradient that they contradict.
    """
    wanted = tuple(names)
    for seed in SEEDS if wanted else ():
        for name, difference in _differences(program, gradient, given, wanted, seed):
            if difference is not None and difference > AGREES:
                raise RefusedError(
                    f"the gradient by {name} that was derived is not proved, and nudges contradict"
                    " it: it is not told",
                    hint="name the steps of the program one by one, and please report this",
                )


def _differences(
    program: Program, gradient: Gradient, given: Sized, wanted: Sequence[str], seed: int
) -> list[tuple[str, float | None]]:
    whole = Program(gradient.whole.statements, program.source)
    sizes = small_sizes(infer(program, given.shapes).sizes, replace(given, sizes={}, values={}))
    somewhere = Sized(given.shapes, sizes, {})
    free = [name for name in program.variables if name not in sizes]
    try:
        draw = drawn(whole, somewhere, free, seed)
    except (RefusedError, UsageError):
        return []
    entries = Float64Entries(strict=True)
    found = run(whole, {**arrays(somewhere, entries), **draw.arrays(entries)}, entries)
    if found.undefined is not None:
        return []
    check = DoubleCheck(program, found.values, entries, Float64(), rounded)
    steps = [(parse(EPS), Quantity(float(EPS)))]
    return [
        (name, agreement.difference)
        for name in wanted
        for agreement, _ in check.by(name, steps, MOST_ENTRIES)
    ]
