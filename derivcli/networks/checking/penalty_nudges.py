"""What nudging one weight does to the cost of a network with a penalty: to both parts of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.evaluation import trace
from derivcli.language.tree import Assignment, Node, Program
from derivcli.networks.checking.perturbation import (
    CrossedKink,
    Indices,
    Nudged,
    NudgedWeights,
    Nudges,
    Nudging,
)
from derivcli.networks.numbers import Matrix, Network
from derivcli.networks.penalty_arrays import FLOATS, constant_values
from derivcli.networks.programs.nudges import ProgramNudges

NAME = "the penalty"  # as a kink is told


class PenalisedNudges(Nudging):
    """The losses of a network and its penalty, whose weights are nudged.

    The penalty stands beside the losses as one more column, m times: their mean is the cost.
    """

    def __init__(self, losses: Nudges, network: Network, penalty: Node) -> None:
        self.losses, self.examples = losses, losses.examples
        program = Program((Assignment(NAME, penalty),))
        given = {
            **constant_values(network.architecture, FLOATS),
            "m": np.asarray(float(network.examples)),
        }
        for layer, (W, b) in enumerate(zip(network.W, network.b, strict=True), 1):
            given[f"W{layer}"], given[f"b{layer}"] = W, b
        known = trace(program, given, Float64Entries())
        self.added = {name: ProgramNudges(program, known, name) for name in program.variables}
        self.holds = not any(each.here for each in self.added.values())  # pieces are not held

    def _own(self, entries: NudgedWeights) -> tuple[ProgramNudges | None, Indices]:
        """Return the penalty as one of an array, and which of its entries these are."""
        W = self.losses.layers[entries.layer].W
        if len(entries) and entries.columns[0] == W.shape[1]:
            return self.added.get(f"b{entries.layer + 1}"), entries.rows
        found = entries.rows * W.shape[1] + entries.columns
        return self.added.get(f"W{entries.layer + 1}"), found

    def quotients(self, entries: NudgedWeights, steps: Matrix) -> Matrix:
        found, (own, which) = self.losses.quotients(entries, steps), self._own(entries)
        return found if own is None else found + own.quotients(which, steps)

    def nudged(
        self,
        entries: NudgedWeights,
        steps: Matrix,
        sides: tuple[float, float] = (1.0, -1.0),
        *,
        held: bool = False,
    ) -> Nudged:
        found = self.losses.nudged(entries, steps, sides, held=held)
        own, which = self._own(entries)
        if own is None:
            return found
        added = own.nudged(which, steps, sides)
        changes = np.hstack([found.changes, self.examples * added.changes])
        return Nudged(changes, found.crossed | added.crossed)

    def kinks(self, entries: NudgedWeights, steps: Matrix) -> Sequence[CrossedKink]:
        own, which = self._own(entries[:1])
        added: Sequence[CrossedKink] = () if own is None else own.kinks(which, steps)
        return [*self.losses.kinks(entries, steps), *added]

    def rounding(self, entries: NudgedWeights) -> float:
        """Return the size of the rounding error of the penalty when these are nudged."""
        own, _ = self._own(entries)
        return 0.0 if own is None else own.rounding()
