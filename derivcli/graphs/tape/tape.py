"""The tape: one sweep forward for all values, one backward for all derivatives, in float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derivcli.graphs.tape.arrays import Array, Index, Numbers
from derivcli.graphs.tape.builder import Wiring
from derivcli.graphs.tape.failures import check_gradient, check_values
from derivcli.graphs.tape.kinds import CONSTANT, DATA, PARAMETER
from derivcli.graphs.tape.plan import plan
from derivcli.graphs.tape.steps import Step


@dataclass(frozen=True, slots=True)
class Tape:
    """A graph ready to be swept, any number of times: a sweep changes nothing in it.

    Both sweeps return arrays with one float64 for each node, at `places[node]`; the parameters
    stand first, in the order in which they were made, and the data behind them.
    """

    wiring: Wiring
    places: Index
    inactive: Index  # the places that depend on no parameter
    parameters: int
    data: int
    constants: Array
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, wiring: Wiring) -> Tape:
        """Return the tape of a graph: everything that both sweeps have in common is done here."""
        made = plan(wiring)
        constants = [
            wiring.constants[each] for each in np.flatnonzero(wiring.kinds == CONSTANT).tolist()
        ]
        return cls(
            wiring,
            made.places,
            np.flatnonzero(~made.active),
            int((wiring.kinds == PARAMETER).sum()),
            int((wiring.kinds == DATA).sum()),
            np.array(constants, dtype=np.float64),
            made.steps,
        )

    def forward(self, parameters: Numbers, data: Numbers = ()) -> Array:
        """Return the values of all nodes, left to right.

        Raises UndefinedError or RefusedError naming the first node that has no value; a branch of
        a piecewise that is not taken may have none, and is nan or infinite there.
        """
        values = np.empty(len(self.places))
        first = self.parameters + self.data
        values[: self.parameters] = parameters
        values[self.parameters : first] = data
        values[first : first + len(self.constants)] = self.constants
        with np.errstate(all="ignore"):
            for step in self.steps:
                step.forward(values)
        if not np.isfinite(values).all():
            check_values(self.wiring, self.places, values)
        return values

    def backward(self, values: Array, output: int) -> Array:
        """Return the derivatives of node `output` by all nodes, right to left.

        By what depends on no parameter it is not computed, and is 0. `values` are those of
        `forward`. Raises UndefinedError where a derivative is not finite, as that of sqrt at 0.
        """
        gradient = self._swept(values, output, careful=False)
        if not np.isfinite(gradient).all():
            gradient = self._swept(values, output, careful=True)
            check_gradient(self.wiring, self.places, values, gradient)
        return gradient

    def _swept(self, values: Array, output: int, *, careful: bool) -> Array:
        place = self.places[output]
        gradient = np.zeros(len(self.places))
        gradient[place] = 1.0
        with np.errstate(all="ignore"):
            for step in reversed(self.steps):
                if step.start > place:  # the output does not depend on what comes after it
                    continue
                step.backward(values, gradient, careful=careful)
        gradient[self.inactive] = 0.0
        return gradient
