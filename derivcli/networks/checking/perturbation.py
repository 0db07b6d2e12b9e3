"""What nudging one weight does to the cost: for many weights at once, each in its own copy.

W_l[i, j] nudged by h moves row i of Z_l by h A_{l-1}[j], and nothing else of that layer. So a copy
starts from one changed row of A_l, adds W_{l+1}[:, i] times its change to Z_{l+1}, and runs through
the layers that are left. Copies stand side by side as more columns of the same matrices: a layer is
one matrix product for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from derivcli.calculus.pieces import formulas
from derivcli.graphs.tape.in_place import InPlace, computed, in_place
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.backprop import Sweeps
from derivcli.networks.kernels import activated
from derivcli.networks.loss_kernels import losses, reads_output
from derivcli.networks.numbers import Matrix, Network

COLUMN_ENTRIES = 1 << 15  # of the largest array of a batch: what stays in the cache

Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Layer:
    """What copies of a layer start from: `inputs` is [A; 1] of the layer before."""

    W: Matrix
    b: Matrix
    inputs: Matrix
    Z: Matrix
    A: Matrix
    kinks: Matrix
    activation: str

    def sides(self, Z: Matrix) -> NDArray[Any]:
        """Return on which piece of g each unit is, counted from the left; at a kink on its left."""
        if len(self.kinks) == 1:
            return np.asarray(self.kinks[0] < Z)
        return np.searchsorted(self.kinks, Z)


@dataclass(frozen=True, slots=True)
class NudgedWeights:
    """Weights to nudge: row and column of each in [W b] of a layer, the first layer being 0."""

    layer: int
    rows: Indices
    columns: Indices

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, which: slice | Indices | Flags) -> NudgedWeights:
        return NudgedWeights(self.layer, self.rows[which], self.columns[which])


@dataclass(frozen=True, slots=True)
class Nudged:
    """The loss of each example after a nudge, less that after another, of shape (entries, m).

    `crossed` where a unit with a kink, in any example, is on another side of it than at the start.
    """

    changes: Matrix
    crossed: Flags


class CrossedKink(Protocol):
    """What a nudge takes to the other side of its kink; `away` from it at the start."""

    @property
    def away(self) -> float:
        """How far, 0 at the kink itself."""

    @property
    def held(self) -> bool:
        """Can it be held on its side?"""

    @property
    def order(self) -> tuple[float, ...]:
        """Where it comes in a list: the nearest first."""

    def told(self) -> str:
        """Return in words what and where it is, and that it is at its kink, or crosses it."""


class Nudging(Protocol):
    """A cost whose parameters are nudged; `entries` say which, `holds` whether kinks can be held.

    The cost is the mean over `examples` of what `nudged` tells.
    """

    holds: bool
    examples: int

    def quotients(self, entries: Any, steps: Matrix) -> Matrix:
        """Return (J(w + h) - J(w - h)) / (2 h) of each entry, each nudged by its own step h."""

    def nudged(
        self,
        entries: Any,
        steps: Matrix,
        sides: tuple[float, float] = (1.0, -1.0),
        *,
        held: bool = False,
    ) -> Nudged:
        """Return each example's loss at w + sides[0] h less that at w + sides[1] h."""

    def kinks(self, entries: Any, steps: Matrix) -> Sequence[CrossedKink]:
        """Return what changes sides when the first of the entries is nudged."""


@dataclass(frozen=True, slots=True)
class UnitKink:
    """A unit that a nudge takes to the other side of its kink, which is `at`; counted from 1."""

    layer: int
    unit: int
    example: int
    z: float
    at: float
    activation: str
    held: ClassVar[bool] = True

    @property
    def away(self) -> float:
        return abs(self.z - self.at)

    @property
    def order(self) -> tuple[float, ...]:
        return self.away, self.layer, self.unit, self.example

    def told(self) -> str:
        unit = f"unit {self.unit} of layer {self.layer}, {self.activation}, in example"
        if self.away == 0:
            return f"{unit} {self.example} is at its kink, z = {self.at:g}"
        return f"{unit} {self.example} crosses its kink within eps, z = {self.z:.3g}"


class Nudges(Nudging):
    """A network, after a forward sweep, whose weights are nudged.

    NumPy's warnings are left to the caller.
    """

    holds = True

    def __init__(self, network: Network, sweeps: Sweeps) -> None:
        self.examples = network.examples
        self.Y = network.Y
        self.loss = network.architecture.loss
        self.layers: list[Layer] = []
        names = network.architecture.activations
        for own, W, b, name in zip(sweeps.layers, network.W, network.b, names, strict=True):
            kinks = np.array([float(each) for each in ACTIVATIONS[name].kinks])
            self.layers.append(Layer(W, b, own.inputs, own.Z, own.A, kinks, name))
        self.together = names[-1] == "softmax"
        self.losses = losses(names[-1], self.loss)
        self.reads_output = reads_output(names[-1], self.loss)

    def quotients(self, entries: NudgedWeights, steps: Matrix) -> Matrix:
        """Return (J(w + h) - J(w - h)) / (2 h) of each entry, each nudged by its own step h.

        Losses are subtracted example by example before they are added up: what a nudge does not
        reach cancels exactly, and adds no noise.
        """
        changes = self.nudged(entries, steps).changes.sum(axis=1)
        return np.asarray(changes / (2.0 * steps * self.examples))

    def nudged(
        self,
        entries: NudgedWeights,
        steps: Matrix,
        sides: tuple[float, float] = (1.0, -1.0),
        *,
        held: bool = False,
    ) -> Nudged:
        """Return each example's loss at w + sides[0] h less that at w + sides[1] h.

        With `held` every unit with a kink stays on the side where it is, on the left if it is at 0:
        a network without kinks, and with the same slopes.
        """
        changes = np.empty((len(entries), self.examples))
        crossed = np.zeros(len(entries), dtype=np.bool_)
        for chosen, examples in self._batches(entries):
            block = _Block(self, entries[chosen], steps[chosen], sides, examples, held=held)
            changes[chosen, examples] = block.changes()
            crossed[chosen] |= block.crossed
        return Nudged(changes, crossed)

    def kinks(self, entries: NudgedWeights, steps: Matrix) -> list[UnitKink]:
        """Return the units that change sides when the first of the entries is nudged."""
        block = _Block(self, entries[:1], steps[:1], (1.0, -1.0), slice(None))
        block.changes()
        return block.kinks

    def _batches(self, entries: NudgedWeights) -> Iterator[tuple[slice, slice]]:
        """Yield entries and examples that are computed in one go, whatever their number."""
        widest = max((len(each.Z) for each in self.layers[entries.layer + 1 :]), default=1)
        if self.together:
            widest = max(widest, len(self.Y))
        columns = max(1, COLUMN_ENTRIES // widest)
        examples = min(self.examples, columns)
        count = max(1, columns // examples // 2)
        for start in range(0, len(entries), count):
            for first in range(0, self.examples, examples):
                yield slice(start, start + count), slice(first, first + examples)


class _Block:
    """One batch: `copies` of the network for two nudges of each entry, first all of one side."""

    def __init__(
        self,
        nudges: Nudges,
        entries: NudgedWeights,
        steps: Matrix,
        sides: tuple[float, float],
        examples: slice,
        *,
        held: bool = False,
    ) -> None:
        self.nudges = nudges
        self.layer = entries.layer
        self.examples = examples
        self.held = held
        self.rows = np.tile(entries.rows, 2)
        self.copies = len(self.rows)
        here = nudges.layers[self.layer]
        signed = np.concatenate([side * steps for side in sides])[:, None]
        self.start = here.Z[self.rows, examples] + signed * np.tile(
            here.inputs[entries.columns, examples], (2, 1)
        )
        self.crossed = np.zeros(len(entries), dtype=np.bool_)
        self.kinks: list[UnitKink] = []

    def changes(self) -> Matrix:
        """Return the loss of each entry and example on one side less that on the other."""
        nudges, last = self.nudges, len(self.nudges.layers) - 1
        Y = nudges.Y[:, self.examples]
        if self.layer < last:
            Z = self._later()
        elif nudges.together:
            Z = np.repeat(nudges.layers[last].Z[:, None, self.examples], self.copies, axis=1)
            Z[self.rows, np.arange(self.copies)] = self.start
        else:
            # A unit's loss depends on no other unit: the others cancel.
            A = self._output(self.start, self.rows)
            self._watch(last, self.start[None], self.rows[None])
            return np.asarray(_apart(nudges.losses(self.start, A, Y[self.rows])))
        A = self._output(Z)
        found = _apart(nudges.losses(Z, A, Y[:, None]), axis=1)
        return np.asarray(found.sum(axis=0))

    def _output(self, Z: Matrix, rows: Indices | None = None) -> Matrix:
        """Return A of the last layer, or Z where no loss reads A."""
        nudges = self.nudges
        return self._activated(len(nudges.layers) - 1, Z, rows) if nudges.reads_output else Z

    def _later(self) -> Matrix:
        """Return Z of the last layer, of shape (n_L, copies, examples)."""
        layers, examples = self.nudges.layers, self.examples
        self._watch(self.layer, self.start[None], self.rows[None])
        A = self._activated(self.layer, self.start, self.rows)
        A -= layers[self.layer].A[self.rows, examples]
        after = layers[self.layer + 1]
        Z = after.W[:, self.rows, None] * A
        Z += after.Z[:, None, examples]
        self._watch(self.layer + 1, Z, None)
        for index in range(self.layer + 2, len(layers)):
            A, each = self._activated(index - 1, Z), layers[index]
            flat = each.W @ A.reshape(len(A), -1)
            flat += each.b
            Z = flat.reshape(len(flat), *A.shape[1:])
            self._watch(index, Z, None)
        return Z

    def _activated(self, layer: int, Z: Matrix, rows: Indices | None = None) -> Matrix:
        """Return g(Z) of all units, (units, copies, m), or of one a copy, `rows`, (copies, m)."""
        here = self.nudges.layers[layer]
        if not (self.held and len(here.kinks)):
            return activated(here.activation, Z)
        before = here.Z[:, None, self.examples] if rows is None else here.Z[rows, self.examples]
        sides = here.sides(before)
        A = np.empty_like(Z)
        for side, piece in enumerate(_pieces(here.activation)):
            np.copyto(A, computed(piece, {"u": Z}), where=sides == side)
        return A

    def _watch(self, layer: int, Z: Matrix, rows: Indices | None) -> None:
        """Note which entries take a unit of this layer across its kink; Z is (units, copies, m)."""
        here = self.nudges.layers[layer]
        if not len(here.kinks):
            return
        before = here.Z[:, None, self.examples] if rows is None else here.Z[rows, self.examples]
        moved = here.sides(Z) != here.sides(before)
        half = self.copies // 2
        found = moved.any(axis=(0, 2))
        self.crossed |= found[:half] | found[half:]
        if half == 1:
            for unit, example in np.argwhere(moved.any(axis=1)).tolist():
                index = unit if rows is None else int(rows[0, 0])
                z = float(here.Z[:, self.examples][index, example])
                at = float(min(here.kinks, key=lambda kink: abs(kink - z)))
                self.kinks.append(
                    UnitKink(layer + 1, index + 1, example + 1, z, at, here.activation)
                )


@cache
def _pieces(activation: str) -> tuple[InPlace, ...]:
    """Return what an activation with kinks is on each side of them."""
    return tuple(in_place(each) for each in formulas(activation))


def _apart(found: Any, axis: int = 0) -> Any:
    """Return the first half less the second."""
    first, second = np.split(found, 2, axis=axis)
    return first - second
