"""A gradient of one's own beside the right one, and what makes its numbers of the right ones.

A cause is named only where it explains every entry of an array.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from derivcli.networks.checking.agreement import Flags, agreeing
from derivcli.networks.checking.causes import times
from derivcli.networks.checking.gradient_files import GivenArray
from derivcli.networks.numbers import Matrix

FEW_ENTRIES, FEW_DIGITS = 3, 4  # fewer of both match by chance


@dataclass(frozen=True, slots=True)
class Compared:
    """A given gradient, the right one, and what rounding makes of it, by names: dW1.

    `parameters` are what the gradients are by, under the same names; `examples` is m.
    """

    given: Mapping[str, GivenArray]
    right: Mapping[str, Matrix]
    floors: Mapping[str, Matrix]
    parameters: Mapping[str, Matrix]
    examples: int

    def agreeing(self, name: str, target: Matrix) -> Flags:
        """Return which entries of an array are those of a target."""
        return agreeing(self.given[name], target, self.floors[name])

    def fits(self, name: str, target: Matrix | str) -> bool:
        """Are all entries of an array those of a target?"""
        if isinstance(target, str) or target.shape != self.right[name].shape:
            return False
        return bool(self.agreeing(name, target).all())

    @property
    def wrong(self) -> list[str]:
        """The names of the arrays with an entry that is wrong."""
        return [name for name in self.given if not self.fits(name, self.right[name])]


def proportion(case: Compared, name: str) -> str | None:
    """Return the factor by which all entries are off: m, 1/m, -1, 2, or any other."""
    given, right, m = case.given[name].values, case.right[name], float(case.examples)
    if not given.any():
        return "every entry is 0"
    notes = {m: ": the 1/m is missing", 1.0 / m: ": the 1/m stands twice"} if m > 1 else {}
    for ratio in (*notes, -1.0, 2.0, 0.5, *(-each for each in notes), -2.0, -0.5):
        if case.fits(name, ratio * right):
            return f"every entry is {times(ratio, int(m))}{notes.get(ratio, '')}"
    scale = float(np.abs(right).max())
    if not scale or np.count_nonzero(right) < 2 or not telling(case, name):
        return None
    unit = right / scale
    ratio = float((given / scale * unit).sum() / (unit * unit).sum())
    if not np.isfinite(ratio) or not case.fits(name, ratio * right):
        return None
    return f"every entry is {ratio:.4g} times what it should be"


def telling(case: Compared, name: str) -> bool:
    """Are there digits enough for a match not to be chance, where many are tried?"""
    given = case.given[name]
    few = given.significant is not None and given.significant < FEW_DIGITS
    return given.values.size >= FEW_ENTRIES or not few


def turned(case: Compared, name: str) -> str | None:
    """Return that an array is the transpose of the right one, where it is."""
    right = case.right[name]
    if right.size > 1 and case.fits(name, right.T):
        return f"it is the transpose of {name}"
    return None


def another(case: Compared, name: str) -> str | None:
    """Return whose numbers these are, where they are those of another array."""
    for other, right in case.right.items():
        if other != name and case.fits(name, right):
            return f"these are the numbers of {other}"
    if case.fits(name, case.parameters[name]):
        return f"these are the numbers of {name[1:]}, not of its gradient"
    return None


def penalty(case: Compared, name: str) -> str | None:
    """Return the multiple of a parameter that was added, as a penalty on large weights does."""
    right, W = case.right[name], case.parameters[name]
    if np.count_nonzero(W) < 2 or not telling(case, name):
        return None
    factor = float(((case.given[name].values - right) * W).sum() / (W * W).sum())
    if not factor or not np.isfinite(factor) or not case.fits(name, right + factor * W):
        return None
    sign = "added to" if factor > 0 else "taken from"
    return f"{abs(factor):.4g} {name[1:]} is {sign} it, as by a penalty, which this cost has not"


def one_line(case: Compared, name: str) -> str | None:
    """Return the row or the column that alone is wrong, and by which factor where there is one."""
    right, given = case.right[name], case.given[name].values
    wrong = ~case.agreeing(name, right)
    for axis, noun in ((0, "row"), (1, "column")):
        lines = np.flatnonzero(wrong.any(axis=1 - axis))
        if len(lines) != 1 or right.shape[axis] == 1 or right.shape[1 - axis] == 1:
            continue
        line = int(lines[0])
        own, expected = given.take(line, axis), right.take(line, axis)
        size = float(np.sum(expected * expected))
        ratio = float(np.sum(own * expected)) / size if size else 0.0
        target = right.copy()
        target[(line, slice(None)) if axis == 0 else (slice(None), line)] *= ratio
        by = times(ratio, case.examples) if own.any() else "0"
        said = f": it is {by}" if wrong.sum() > 1 and case.fits(name, target) else ""
        return f"{noun} {line + 1} alone is wrong{said}"
    return None
