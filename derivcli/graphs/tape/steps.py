"""Steps of a sweep: all nodes of one level and kind at once, each operand one slice or gather.

The values of all nodes stand in one array, and so do the derivatives; a step owns the contiguous
places `start` to `stop`. A step of n nodes with k operands each reads arrays of n or (n, k).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from derivcli.graphs.tape.arrays import Array, Flags, Index
from derivcli.graphs.tape.kinds import Kind

ONE = np.ones(1)  # the derivative of a sum by its terms
DENSE = 4  # an array of sums is no longer than this many times the terms that go into it


def _contributions(own: Array, partial: Array, shape: tuple[int, ...], *, careful: bool) -> Array:
    """Return `own * partial`: the output's derivative by the nodes times the local one."""
    product = own * partial
    if careful:  # a branch that was not taken contributes nothing, whatever its slope
        product = np.where(own == 0, 0.0, product)
    return product if product.shape == shape else np.broadcast_to(product, shape)


class Operand(Protocol):
    """Where a step reads, and where it adds derivatives when it runs backward."""

    @property
    def active(self) -> bool:
        """Does any of the operands depend on a parameter?"""

    def read(self, values: Array) -> Array:
        """Return the operands' values."""

    def add(self, gradient: Array, own: Array, partial: Array, *, careful: bool) -> None:
        """Add `own * partial` to the operands' derivatives; careful: 0 times infinity is 0."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Operands that stand side by side, each once: views, nothing is copied.

    `alone` where nobody else uses them: then their derivatives are written, not added.
    """

    start: int
    stop: int
    shape: tuple[int, ...]
    active: bool
    alone: bool

    def read(self, values: Array) -> Array:
        return values[self.start : self.stop].reshape(self.shape)

    def add(self, gradient: Array, own: Array, partial: Array, *, careful: bool) -> None:
        view = gradient[self.start : self.stop].reshape(self.shape)
        if self.alone and not careful:
            np.multiply(own, partial, out=view)
        else:
            np.add(view, _contributions(own, partial, self.shape, careful=careful), out=view)


@dataclass(frozen=True, slots=True)
class Same:
    """One operand for all nodes of the step: a constant, as a rule."""

    place: int
    shape: tuple[int, ...]
    active: bool

    def read(self, values: Array) -> Array:
        return np.broadcast_to(values[self.place], self.shape)

    def add(self, gradient: Array, own: Array, partial: Array, *, careful: bool) -> None:
        found = _contributions(own, partial, self.shape, careful=careful)
        gradient[self.place] += found.sum()


@dataclass(frozen=True, slots=True)
class Scattered:
    """Operands anywhere between `low` and `high`: bincount adds what meets at one place."""

    index: Index
    relative: Index  # flat, counted from `low`
    low: int
    high: int
    active: bool

    def read(self, values: Array) -> Array:
        return values.take(self.index)

    def add(self, gradient: Array, own: Array, partial: Array, *, careful: bool) -> None:
        found = _contributions(own, partial, self.index.shape, careful=careful).ravel()
        total = gradient[self.low : self.high]
        np.add(total, np.bincount(self.relative, found, self.high - self.low), out=total)


@dataclass(frozen=True, slots=True)
class Sparse:
    """Operands far apart: contributions are sorted by place, and each run of one place is added."""

    index: Index
    order: Index
    runs: Index
    places: Index
    active: bool

    def read(self, values: Array) -> Array:
        return values.take(self.index)

    def add(self, gradient: Array, own: Array, partial: Array, *, careful: bool) -> None:
        found = _contributions(own, partial, self.index.shape, careful=careful).ravel()
        gradient[self.places] += np.add.reduceat(found.take(self.order), self.runs)


def operand(index: Index, active: Flags, alone: Flags) -> Operand:
    """Return the fastest way to read `values[index]`.

    `active` marks the places that depend on a parameter, `alone` those that are read but once.
    """
    flat = index.ravel()
    low, high = int(flat.min()), int(flat.max()) + 1
    count, wanted = flat.size, bool(active[flat].any())
    if low + 1 == high and count > 1:
        return Same(low, index.shape, wanted)
    if high - low == count and bool((np.diff(flat) == 1).all()):
        return Stretch(low, high, index.shape, wanted, bool(alone[flat].all()))
    if high - low <= DENSE * count:
        return Scattered(index, flat - low, low, high, wanted)
    order = np.argsort(flat, kind="stable")
    places, runs = np.unique(flat[order], return_index=True)
    return Sparse(index, order, runs, places, wanted)


class Step(Protocol):
    """A part of both sweeps; the forward one runs the steps in order, the backward one reversed."""

    @property
    def start(self) -> int:
        """The first place of the step's nodes."""

    def forward(self, values: Array) -> None:
        """Compute the values of the step's nodes."""

    def backward(self, values: Array, gradient: Array, *, careful: bool) -> None:
        """Add to the operands' derivatives; `careful` where 0 times infinity has to be 0."""


@dataclass(frozen=True, slots=True)
class Elementwise:
    """Nodes of a kind with a fixed number of operands."""

    kind: Kind
    operands: tuple[Operand, ...]
    start: int
    stop: int

    def forward(self, values: Array) -> None:
        function = self.kind.values
        operands = [each.read(values) for each in self.operands]
        if isinstance(function, np.ufunc):
            function(*operands, out=values[self.start : self.stop])
        else:
            values[self.start : self.stop] = function(*operands)
        if self.kind.outside is not None:
            values[self.start : self.stop][self.kind.outside(*operands)] = np.nan

    def backward(self, values: Array, gradient: Array, *, careful: bool) -> None:
        own = gradient[self.start : self.stop]
        value = values[self.start : self.stop]
        operands = tuple(each.read(values) for each in self.operands)
        for each, partial in zip(self.operands, self.kind.partials, strict=True):
            if partial is None or not each.active:
                continue
            each.add(gradient, own, partial(value, operands), careful=careful)


@dataclass(frozen=True, slots=True)
class Sums:
    """Nodes that add k operands each."""

    terms: Operand
    start: int
    stop: int

    def forward(self, values: Array) -> None:
        np.add.reduce(self.terms.read(values), axis=1, out=values[self.start : self.stop])

    def backward(self, values: Array, gradient: Array, *, careful: bool) -> None:  # noqa: ARG002 - a step's signature
        if self.terms.active:
            own = gradient[self.start : self.stop, np.newaxis]
            self.terms.add(gradient, own, ONE, careful=careful)


@dataclass(frozen=True, slots=True)
class Products:
    """Nodes that add k products each: weighted sums, the units of a network before activation."""

    left: Operand
    right: Operand
    start: int
    stop: int

    def forward(self, values: Array) -> None:
        left, right = self.left.read(values), self.right.read(values)
        np.vecdot(left, right, out=values[self.start : self.stop])

    def backward(self, values: Array, gradient: Array, *, careful: bool) -> None:
        own = gradient[self.start : self.stop, np.newaxis]
        if self.left.active:
            self.left.add(gradient, own, self.right.read(values), careful=careful)
        if self.right.active:
            self.right.add(gradient, own, self.left.read(values), careful=careful)
