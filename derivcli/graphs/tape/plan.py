"""From a graph to the steps of its sweeps: places of values, nodes grouped by level and kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from derivcli.graphs.tape.arrays import Flags, Index
from derivcli.graphs.tape.builder import Wiring
from derivcli.graphs.tape.kinds import (
    CONSTANT,
    DATA,
    FIRST_OPERATION,
    PARAMETER,
    PRODUCTS,
    SUM,
    kind,
)
from derivcli.graphs.tape.scalars import Run, Scalar, scalars
from derivcli.graphs.tape.steps import Elementwise, Operand, Products, Step, Sums, operand

SMALL = 16  # operands: up to here floats one by one are faster than arrays


@dataclass(frozen=True, slots=True)
class Plan:
    """Where each node's value stands, and the steps that compute them in order.

    `active` marks the places that depend on a parameter.
    """

    places: Index
    active: Flags
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Groups:
    """Nodes that are alike and independent of each other: one level, kind and number of operands.

    `order` is all operations, group after group; group g is order[bounds[g]:bounds[g + 1]].
    """

    order: Index
    bounds: Index
    small: Flags


@dataclass(frozen=True, slots=True)
class _Layout:
    """The place of each node; which places depend on a parameter, and which are read but once."""

    places: Index
    active: Flags
    alone: Flags


def plan(wiring: Wiring) -> Plan:
    """Return the plan of a graph: parameters stand first, then data, constants and operations."""
    groups = _groups(wiring)
    leaves = [np.flatnonzero(wiring.kinds == code) for code in (PARAMETER, DATA, CONSTANT)]
    places = np.empty(len(wiring.kinds), dtype=np.intp)
    places[np.concatenate([*leaves, groups.order])] = np.arange(len(places))
    active = np.empty_like(wiring.active)
    active[places] = wiring.active
    alone = np.bincount(places[wiring.operands], minlength=len(places)) == 1
    layout = _Layout(places, active, alone)
    return Plan(places, active, tuple(_steps(wiring, groups, layout)))


def _groups(wiring: Wiring) -> _Groups:
    counts = np.diff(wiring.starts)
    operations = np.flatnonzero(wiring.kinds >= FIRST_OPERATION)
    keys = [each[operations] for each in (counts, wiring.kinds, wiring.levels)]
    sort = np.lexsort(keys)
    changes = np.zeros(len(sort), dtype=np.bool_)
    changes[:1] = True
    for key in keys:
        changes[1:] |= np.diff(key[sort]) != 0
    starts = np.flatnonzero(changes)
    sizes = np.diff(np.append(starts, len(sort)))
    order = operations[sort]
    small = sizes * counts[order[starts]] <= SMALL
    return _Groups(order, np.append(starts, len(sort)), small)


def _steps(wiring: Wiring, groups: _Groups, layout: _Layout) -> Iterator[Step]:
    """Yield a step for each large group, and one for each unbroken row of small groups."""
    first = len(layout.places) - len(groups.order)
    changes = np.flatnonzero(np.diff(groups.small)) + 1
    edges = [0, *changes.tolist(), len(groups.small)]
    for low, high in pairwise(edges):
        if low == high:
            continue
        if groups.small[low]:
            start, stop = int(groups.bounds[low]), int(groups.bounds[high])
            yield _run(wiring, groups.order[start:stop], layout, first + start)
            continue
        for group in range(low, high):
            start, stop = int(groups.bounds[group]), int(groups.bounds[group + 1])
            yield _step(wiring, groups.order[start:stop], layout, first + start)


def _step(wiring: Wiring, nodes: Index, layout: _Layout, start: int) -> Step:
    node, stop = nodes[0], start + len(nodes)
    width = int(wiring.starts[node + 1] - wiring.starts[node])
    if nodes[-1] - node + 1 == len(nodes):  # made together: their operands stand together
        block = wiring.operands[wiring.starts[node] : wiring.starts[nodes[-1] + 1]]
        own = block.reshape(len(nodes), width)
    else:
        own = wiring.operands[wiring.starts[nodes][:, np.newaxis] + np.arange(width)]
    index = layout.places[own]

    def reads(columns: Index) -> Operand:
        return operand(np.ascontiguousarray(columns), layout.active, layout.alone)

    code = int(wiring.kinds[node])
    if code == SUM:
        return Sums(reads(index), start, stop)
    if code == PRODUCTS:
        return Products(reads(index[:, ::2]), reads(index[:, 1::2]), start, stop)
    return Elementwise(kind(code), tuple(map(reads, index.T)), start, stop)


def _run(wiring: Wiring, nodes: Index, layout: _Layout, start: int) -> Run:
    """Return the nodes of small groups, one after another."""
    starts = wiring.starts[nodes]
    counts = wiring.starts[nodes + 1] - starts
    ends = np.cumsum(counts)
    flat = layout.places[
        wiring.operands[np.repeat(starts + counts - ends, counts) + np.arange(ends[-1])]
    ]
    places, active = flat.tolist(), layout.active[flat].tolist()
    known: dict[tuple[Scalar | None, ...], tuple[Scalar | None, ...]] = {}  # one for all alike
    functions, operands, partials = [], [], []
    low = 0
    for code, high in zip(wiring.kinds[nodes].tolist(), ends.tolist(), strict=True):
        value, slopes = scalars(code, high - low)
        wanted = tuple(
            slope if each else None for each, slope in zip(active[low:high], slopes, strict=True)
        )
        functions.append(value)
        operands.append(tuple(places[low:high]))
        partials.append(known.setdefault(wanted, wanted))
        low = high
    return Run(start, start + len(nodes), tuple(functions), tuple(operands), tuple(partials))
