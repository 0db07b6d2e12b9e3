"""Networks along a line, between two that are drawn: what an edge crosses on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.equations import before
from derivcli.networks.judging.trials import (
    FAILURES,
    PLACE,
    NetworkDrawing,
    Trial,
    TrialPlan,
    confinable,
    exact,
    whole,
)
from derivcli.networks.losses import LOSSES

CURVED = 20  # how large Z may be where exp is taken of it: more leaves too few digits
SLOW_CURVED = 2  # where erfc is taken of it: it takes long
RISE = 10**9  # how much smaller numbers are at the start of a line


@dataclass(frozen=True, slots=True)
class NetworkLine:
    """A line of networks: how large its numbers are, and what of them is drawn.

    `cut`: dZ of this layer is drawn, and nothing above it matters. `forward`: nothing is sent back.
    `wanted`: the left side, and `spoken` what both speak of. `m`: what m is, where it is more than
    there are columns. `near`: layers whose numbers stay small, where those of the others are far
    from 0; layer 0 is the data. `rising`: all numbers begin near 0, so that norms, and the like,
    are of every size.
    """

    plan: TrialPlan
    cut: int | None
    forward: bool
    wanted: str
    spoken: frozenset[str]
    m: int = 2
    near: tuple[int, ...] = ()
    rising: bool = False

    @property
    def digits(self) -> int:
        """The digits to which a place on the line is found."""
        return PLACE + self.plan.agreeing

    def scale(self, layer: int) -> int:
        """Return how large Z of a layer is."""
        names = self.plan.architecture.activations
        if layer in self.near:
            return 1
        if self.plan.far or layer == 0 or ACTIVATIONS[names[layer - 1]].straight:
            return self.plan.spread
        return min(self.plan.spread, SLOW_CURVED if self.plan.is_slow else CURVED)

    @lru_cache(maxsize=2_000)  # noqa: B019 - as many as one judgement needs
    def drawn(self, place: Any) -> Trial | None:
        """Return the network at a place from 0 to 1, as far as it is asked for; None where none is.

        What is sent back is computed where it is looked up: an edge may be told without it.
        """
        try:
            return Trial(self.plan, _Between(self, place).drawn(), {})
        except FAILURES:
            return None

    def at(self, place: Any) -> Trial | None:
        """Return the network at a place where both sides know all that they speak of."""
        on = self.drawn(place)
        try:
            known = on is not None and all(name in on.values for name in self.spoken)
        except FAILURES:
            return None
        return on if known else None

    def tells(self, place: Any) -> bool:
        """Is the left side there more than what is left of digits that are lost?"""
        on = self.at(place)
        return on is not None and bool(np.any(np.abs(on.expected(self.wanted)) > on.noise))


@lru_cache(maxsize=64)
def _memory(_line: NetworkLine) -> tuple[np.random.RandomState, list[Any]]:
    """Return what a line is drawn by, and what was drawn."""
    return np.random.RandomState(_line.plan.seed), []


class _Between(NetworkDrawing):
    """One network on a line: between one that is drawn and another."""

    def __init__(self, line: NetworkLine, place: Any) -> None:
        draw, self.memory = _memory(line)
        super().__init__(line.plan, draw)
        self.line = line
        self.place = place
        self.used = 0
        self.values["m"] = np.asarray(exact(line.m))

    def drawn(self) -> dict[str, Array]:
        plan, line = self.plan, self.line
        last = plan.architecture.layers
        layers = sorted(layer for layer in plan.layers if layer <= (line.cut or last))
        for layer in layers:
            self.forward(layer)
        if last in layers and not line.cut:
            self.values["Y"] = self.answers()
        if line.forward:
            return self.values
        for layer in reversed(layers):
            if layer == line.cut:
                drawn = self.numbers(plan.sizes[layer], plan.columns)
                self.values[f"dZ{layer}"] = drawn * plan.spread
            elif layer != last and layer + 1 not in layers:
                known = self.numbers(plan.sizes[layer], plan.columns)
                slope = self.activation(layer, True, self.values[f"Z{layer}"])
                self.values |= {f"dA{layer}": known, f"dZ{layer}": known * slope}
        return _SentBack(self)

    def numbers(self, rows: int, columns: int, low: int = 1, high: int = 150) -> Array:
        def ends() -> tuple[Any, Any]:
            start, end = (super(_Between, self).numbers(rows, columns, low, high) for _ in range(2))
            start = start / RISE if self.line.rising else start
            return start, end - start

        start, way = self.again(ends)
        return np.asarray(start + way * self.place)

    def again(self, draw: Callable[[], Any]) -> Any:
        """Return what is drawn here on this line: but once, for all places."""
        if self.used == len(self.memory):
            self.memory.append(draw())
        self.used += 1
        return self.memory[self.used - 1]

    def forward(self, layer: int) -> None:
        plan, values, line = self.plan, self.values, self.line
        below = before(layer)
        if below not in values:
            given = self.numbers(plan.sizes[layer - 1], plan.columns) * line.scale(layer - 1)
            if layer > 1:
                values[f"Z{layer - 1}"] = given
                given = self.activation(layer - 1, False, given)
            values[below] = given
        units, reads = plan.sizes[layer], plan.sizes[layer - 1]
        largest = max(exact(1), np.max(np.abs(values[below])))
        W, b = self.numbers(units, reads) / largest, self.numbers(units, 1)
        network = plan.architecture
        if layer == network.layers and confinable(network) and not (line.forward or line.cut):
            # Then A of every activation stands between 0 and 1.
            W, b = W / 20, b / 20 + exact(3) / 10
        else:
            W, b = W * line.scale(layer), b * line.scale(layer)
        values[f"W{layer}"], values[f"b{layer}"] = W, b
        values[f"Z{layer}"] = W @ values[below] + b
        values[f"A{layer}"] = self.activation(layer, False, values[f"Z{layer}"])

    def answers(self) -> Array:
        """Return Y: also answers as near to 0 and 1 as may be."""
        network = self.plan.architecture
        rows, columns = self.plan.sizes[-1], self.plan.columns
        kind = LOSSES[network.loss].answers
        if kind == "numbers":
            return self.numbers(rows, columns) * self.line.scale(network.layers)
        if kind == "signs":
            return self.chosen([-1, 1], rows, columns)
        start, end = (self.chosen([0, 1, 2, 3, 7, 10], rows, columns) / 10 for _ in range(2))
        Y = start + (end - start) * self.place
        if "softmax" in (network.loss[:7], network.activations[-1]):
            Y += exact(1) / 10**6
            return np.asarray(Y / np.sum(Y, axis=0, keepdims=True))
        return np.asarray(Y)

    def chosen(self, numbers: list[int], rows: int, columns: int) -> Array:
        found: Array = self.again(lambda: whole(self.draw.choice(numbers, (rows, columns))))
        return found


class _SentBack(dict[str, Array]):
    """The values of a network; of J, and of what is sent back, those that were looked up.

    To ask whether a name is among them is to look it up.
    """

    def __init__(self, drawing: _Between) -> None:
        super().__init__(drawing.values)
        drawing.values = self
        self.drawing = drawing

    def __missing__(self, name: str) -> Array:
        if name[0] not in "dJ":
            raise KeyError(name)
        found = self[name] = self.drawing.right(name)
        return found

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True
