"""What rounding alone makes of the gradients of a program, seen where every operation is shaken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from derivcli.arrays.entries import Array, Float64Entries, Primitive
from derivcli.arrays.evaluation import trace
from derivcli.language.tree import Binary, Call, Node, Program

AMPLITUDE = 1e-13  # relative: some hundred roundings of float64
SHAKES = 8


def gradient_floors(
    whole: Program, known: Mapping[str, Array], names: Sequence[str]
) -> dict[str, Array]:
    """Return by how much each entry moves where every operation is off by up to AMPLITUDE.

    Whoever computes the same in another order, or by another formula, is no farther off. `known`
    holds the values of all names, of a program and its gradient.
    """
    computed = {each.name for each in whole.statements}
    given = {name: array for name, array in known.items() if name not in computed}
    floors = {name: np.zeros_like(known[name]) for name in names}
    random = np.random.RandomState(0)
    for _ in range(SHAKES):
        found = trace(whole, given, _Shaken(random))
        for name, floor in floors.items():
            moved = np.nan_to_num(np.abs(found[name] - known[name]), nan=0.0, posinf=0.0)
            np.maximum(floor, moved, out=floor)
    return floors


class _Shaken(Float64Entries):
    """float64 whose operations are off; the terms of a product of matrices are, one by one."""

    def __init__(self, random: np.random.RandomState) -> None:
        super().__init__()
        self.random = random

    def _off(self, array: Array) -> Array:
        return np.asarray(array * (1.0 + AMPLITUDE * self.random.uniform(-1.0, 1.0, array.shape)))

    def each(self, node: Node, parts: tuple[Array, ...]) -> Array:
        found = super().each(node, parts)
        return self._off(found) if isinstance(node, Binary | Call) else found

    def product(self, node: Node, left: Array, right: Array) -> Array:
        return super().product(node, self._off(left), self._off(right))

    def operation(
        self, node: Node, primitive: Primitive, parts: tuple[Array, ...], shape: tuple[int, ...]
    ) -> Array:
        shaken = tuple(self._off(part) if part.ndim else part for part in parts)  # no sizes
        return self._off(super().operation(node, primitive, shaken, shape))
