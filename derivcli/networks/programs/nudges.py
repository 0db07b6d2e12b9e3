"""A program at a point, one of whose parameters is nudged, entry by entry, in float64."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from derivcli.arrays.compiling import compiled
from derivcli.arrays.entries import Array
from derivcli.arrays.nudging import later
from derivcli.arrays.sides import watched
from derivcli.defaults import EPS
from derivcli.language.text import text
from derivcli.language.tree import Program
from derivcli.networks.checking.perturbation import Indices, Nudged, Nudging
from derivcli.networks.numbers import Matrix

UNIT = 2.0**-53  # the relative error of one rounding
SHAKES = 24  # runs from which the rounding error of J is told
SHAKEN = EPS / 8.0 * 2.0 ** -np.arange(0.0, 25.0, 6.0)  # how far they are apart


@dataclass(frozen=True, slots=True)
class ProgramKink:
    """An entry of a part of a program that a nudge takes to the other side of its kink."""

    part: str
    statement: str
    entry: tuple[int, ...]  # from 1
    away: float
    held: ClassVar[bool] = False

    @property
    def order(self) -> tuple[float, ...]:
        return self.away, *self.entry

    def told(self) -> str:
        axes = ("row", "column") if len(self.entry) == 2 else ("entry",)
        at = " ".join(f"{axis} {n}," for axis, n in zip(axes, self.entry, strict=False))
        what = "is at its kink" if self.away == 0 else "crosses its kink within eps"
        return f"{self.part} in {at} a part of {self.statement}, {what}" if self.entry else (
            f"{self.part}, a part of {self.statement}, {what}"
        )  # fmt: skip


class ProgramNudges(Nudging):
    """The output of a program where entries of one parameter are moved; entries are flat indices.

    `known` holds the values of all names. NumPy's warnings are left to the caller.
    """

    holds = False

    def __init__(self, program: Program, known: Mapping[str, Array], parameter: str) -> None:
        self.examples = 1
        self.parameter, self.output, self.known = parameter, program.output.name, known
        self.array = known[parameter].copy()
        watching, self.switches = watched(later(program, parameter), (parameter,))
        wanted = (self.output, *(each.distance for each in self.switches))
        moving = {**known, parameter: self.array}
        self.program = compiled(watching, moving, wanted, (parameter,))
        _, self.here = self._run()

    @property
    def cost(self) -> float:
        """About how many seconds a nudge to both sides takes."""
        return 4.0 * self.program.seconds

    def _run(self) -> tuple[float, list[Array]]:
        """Return J, and the sides of the kinks, where the parameter's entries stand."""
        self.program.run()
        found = self.program.outputs
        sides = [np.asarray(np.sign(found[each.distance])) for each in self.switches]
        return float(found[self.output].reshape(-1)[0]), sides

    def _after(self, entry: int, change: float) -> tuple[float, list[Array]]:
        flat = self.array.reshape(-1)
        before = flat[entry]
        flat[entry] += change
        found = self._run()
        flat[entry] = before
        return found

    def quotients(self, entries: Indices, steps: Matrix) -> Matrix:
        return np.asarray(self.nudged(entries, steps).changes[:, 0] / (2.0 * steps))

    def nudged(
        self,
        entries: Indices,
        steps: Matrix,
        sides: tuple[float, float] = (1.0, -1.0),
        *,
        held: bool = False,  # noqa: ARG002 - pieces of a program are not held
    ) -> Nudged:
        changes = np.empty((len(entries), 1))
        crossed = np.zeros(len(entries), dtype=np.bool_)
        for index, (entry, step) in enumerate(zip(entries.tolist(), steps.tolist(), strict=True)):
            (there, one), (behind, other) = (self._after(entry, side * step) for side in sides)
            changes[index] = there - behind
            crossed[index] = self._crosses(one) or self._crosses(other)
        return Nudged(changes, crossed)

    def _crosses(self, there: Sequence[Array]) -> bool:
        return any((one != other).any() for one, other in zip(self.here, there, strict=True))

    def kinks(self, entries: Indices, steps: Matrix) -> list[ProgramKink]:
        found: dict[tuple[str, str, tuple[int, ...]], ProgramKink] = {}
        self.program.run()
        away = [np.abs(self.program.outputs[each.distance]) for each in self.switches]
        for side in (1.0, -1.0):
            _, there = self._after(int(entries[0]), side * float(steps[0]))
            for switch, far, one, other in zip(self.switches, away, self.here, there, strict=True):
                part = text(switch.part, arrays=True)
                for place in np.argwhere(one != other):
                    at = tuple(map(int, place))
                    kink = ProgramKink(
                        part, switch.statement, tuple(n + 1 for n in at), float(far[at])
                    )
                    found[kink.statement, kink.part, kink.entry] = kink
        return [*found.values()]

    def rounding(self) -> float:
        """Return the size of the rounding error of J, seen in runs that are near to each other.

        Over steps as short as a nudge's J is a cubic but for its rounding errors. Steps are as long
        as no kink is crossed, lest these hide in the same digits.
        """
        array = self.known[self.parameter]
        shake = np.random.RandomState(0).uniform(0.5, 1.0, array.shape)
        least = UNIT * abs(float(self.known[self.output].reshape(-1)[0]))
        for size in SHAKEN:
            far = size * np.maximum(np.abs(array), 1.0) * shake
            runs = []
            for index in range(SHAKES):
                np.copyto(self.array, array + index * far)
                runs.append(self._run())
            if not any(self._crosses(switches) for _, switches in runs):
                break
        np.copyto(self.array, array)
        fourth = np.diff([J for J, _ in runs], 4)
        spread = float(np.sqrt(np.mean(np.square(fourth)) / 70.0))  # 1 + 16 + 36 + 16 + 1
        return max(least, spread) if np.isfinite(spread) else least
