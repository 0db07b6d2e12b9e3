"""A graph put together node by node, or a thousand nodes at a time, and made into a tape."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from derivcli.graphs.tape.arrays import Codes, Flags, Index, Numbers
from derivcli.graphs.tape.kinds import CODES, CONSTANT, DATA, PARAMETER, PRODUCTS, SUM, arity
from derivcli.language.tree import Node


@dataclass(frozen=True, slots=True)
class Wiring:
    """A whole graph: for each node its kind, its level, and its operands.

    A node is called by its number, in the order in which the nodes were made; the operands of
    node i are `operands[starts[i]:starts[i + 1]]`, and have smaller numbers. `active` are nodes
    that depend on a parameter; `required` are nodes that must have a value, even where no other
    node uses theirs. `names` and `trees` are what an error says of a node.
    """

    kinds: Codes
    levels: Codes
    active: Flags
    starts: Index
    operands: Index
    constants: Mapping[int, float]
    required: Sequence[int]
    names: Mapping[int, str]
    trees: Mapping[int, Node]
    source: str = ""


class Builder:
    """Takes nodes in any order in which operands come before what uses them.

    >>> from derivcli.graphs.tape.tape import Tape
    >>> builder = Builder()
    >>> w, x = builder.parameters(2), builder.data(2)
    >>> z = builder.weighted_sums([w], [x])
    >>> J = builder.operations("tanh", z)
    >>> tape = Tape.of(builder.wiring())
    >>> values = tape.forward([0.5, 2.0], [3.0, -1.0])
    >>> float(values[tape.places[z[0]]])
    -0.5
    """

    def __init__(self) -> None:
        self._kinds = array("i")
        self._levels = array("i")
        self._active = array("b")
        self._counts = array("q")
        self._operands = array("q")
        self._constants: dict[float, int] = {}
        self.required: list[int] = []
        self.names: dict[int, str] = {}
        self.trees: dict[int, Node] = {}
        self.source = ""

    def __len__(self) -> int:
        return len(self._kinds)

    def parameters(self, count: int) -> Index:
        """Return new leaves, by which the output is differentiated."""
        return self._leaves(PARAMETER, count)

    def data(self, count: int) -> Index:
        """Return new leaves that have a value for each sweep, and no derivative."""
        return self._leaves(DATA, count)

    def constant(self, value: float) -> int:
        """Return the leaf with this value, always the same."""
        if value not in self._constants:
            self._constants[value] = int(self._leaves(CONSTANT, 1)[0])
        return self._constants[value]

    def operation(self, name: str, *operands: int) -> int:
        """Return a new node: a row of the table of functions, or one of `kinds.ARITHMETIC`."""
        code = CODES[name]
        if arity(code) != len(operands):
            raise ValueError(f"{name} with {len(operands)} operands")
        return self._node(code, operands)

    def sum(self, terms: Sequence[int]) -> int:
        """Return a new node: the sum of any number of nodes."""
        return self._node(SUM, terms) if terms else self.constant(0.0)

    def products(self, pairs: Sequence[tuple[int, int]]) -> int:
        """Return a new node: the sum of left * right over any number of pairs."""
        factors = [each for pair in pairs for each in pair]
        return self._node(PRODUCTS, factors) if pairs else self.constant(0.0)

    def operations(self, name: str, *operands: Numbers) -> Index:
        """Return n new nodes of one kind from arrays of n operands."""
        if arity(CODES[name]) != len(operands):
            raise ValueError(f"{name} with {len(operands)} operands")
        return self._nodes(CODES[name], np.stack([np.asarray(each) for each in operands], axis=1))

    def weighted_sums(self, weights: Numbers, inputs: Numbers) -> Index:
        """Return n new nodes, the sums of weights[i, j] * inputs[i, j] over k: both are (n, k)."""
        pairs = np.stack([np.asarray(weights), np.asarray(inputs)], axis=2)
        return self._nodes(PRODUCTS, pairs.reshape(len(pairs), -1))

    def wiring(self) -> Wiring:
        """Return the graph as it is now."""
        counts = np.array(self._counts, dtype=np.intp)
        return Wiring(
            np.array(self._kinds, dtype=np.int32),
            np.array(self._levels, dtype=np.int32),
            np.array(self._active, dtype=np.bool_),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.intp),
            np.array(self._operands, dtype=np.intp),
            {node: value for value, node in self._constants.items()},
            tuple(self.required),
            dict(self.names),
            dict(self.trees),
            self.source,
        )

    def _leaves(self, code: int, count: int) -> Index:
        first = len(self)
        self._kinds.extend(array("i", [code]) * count)
        self._levels.extend(array("i", [0]) * count)
        self._active.extend(array("b", [code == PARAMETER]) * count)
        self._counts.extend(array("q", [0]) * count)
        return np.arange(first, first + count, dtype=np.intp)

    def _node(self, code: int, operands: Sequence[int]) -> int:
        levels, active = self._levels, self._active
        levels.append(1 + max([levels[each] for each in operands]))
        active.append(max([active[each] for each in operands]))
        self._kinds.append(code)
        self._counts.append(len(operands))
        self._operands.extend(operands)
        return len(self._kinds) - 1

    def _nodes(self, code: int, operands: Index) -> Index:
        first, (count, width) = len(self), operands.shape
        if operands.size and not 0 <= operands.min() <= operands.max() < first:
            raise ValueError("an operand is made before the node that uses it")
        levels = np.frombuffer(self._levels, dtype=np.int32)[operands].max(axis=1, initial=0) + 1
        active = np.frombuffer(self._active, dtype=np.int8)[operands].max(axis=1, initial=0)
        self._kinds.extend(array("i", [code]) * count)
        self._levels.frombytes(levels.astype(np.int32).tobytes())
        self._active.frombytes(active.tobytes())
        self._counts.extend(array("q", [width]) * count)
        self._operands.frombytes(np.ascontiguousarray(operands, dtype=np.int64).tobytes())
        return np.arange(first, first + count, dtype=np.intp)
