"""Networks on which a piece of a right side begins: just before its edge, and just beyond it.

`Z1 > 0.001` is `Z1 > 0` almost everywhere. So between two networks a line is drawn, and on it the
place is looked for where the two sides of a comparison, or of a max, are equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array, Float64Entries
from derivcli.arrays.evaluation import evaluate
from derivcli.calculus.arithmetic import precision
from derivcli.language.tree import Activation, Name, Node, Number, names, nodes
from derivcli.networks.judging.kinks import edges
from derivcli.networks.judging.network_lines import NetworkLine
from derivcli.networks.judging.trials import (
    FAILURES,
    Trial,
    TrialPlan,
    at_an_end,
    exact,
    value,
)

SCALES = (1, 20, 10**6)  # how large Z is along a line
LARGE = 10  # a number beyond it may be where a piece begins, or where the curve of one shows
BEYOND = 3  # times the largest number that a right side is made of: how far is far
FARTHEST = 10**30
SLOW_DIGITS = 20  # where erfc is taken: it takes long
MORE_DIGITS = 160  # beside 1, exp(-Z) must leave most of the digits
GRID = 6
COLUMNS = 6  # examples that are drawn: of more only the number is
ROOTS = 4  # edges looked for along a line, of one piece
HALVINGS = 24
BESIDE = (4, 12)  # digits of the steps away from an edge


def lines(
    plan: TrialPlan, name: str, layer: int, tree: Node, *, one_output: bool = False
) -> Iterator[NetworkLine]:
    """Yield lines of networks for an equation: that what it speaks of is anything that it can be.

    A gradient is cut off from the loss where the equation does not speak of what is above it.
    """
    forward = name[0] in "ZA"
    last = plan.architecture.layers
    above = layer if name[:2] in ("dW", "db") else layer + 1
    cut = above if name[0] == "d" and above <= last and not _speaks_above(tree, above) else None
    # With relu last, A is confined for cross-entropy, and nothing may be without a value.
    free = not at_an_end(plan.architecture)
    sizes = (*(2,) * last, 1 if one_output else 2)
    small = replace(plan, sizes=sizes, examples=2, free=free)
    small = replace(small, digits=plan.digits + (SLOW_DIGITS if plan.is_slow else MORE_DIGITS))
    if forward and not _speaks_above(tree, layer + 1):
        small = replace(small, layers=frozenset(each for each in plan.layers if each <= layer))
    spoken = frozenset((name, *names(tree)))
    for m in _counts(tree):
        # As many columns as no layer has units, so that a mean over them is one over m.
        plan = replace(small, seed=50, examples=min(m, COLUMNS), free=False)
        yield NetworkLine(plan, cut, forward, name, spoken, m)
    borders = {*edges(tree)}
    # What m alone decides is the same all along a line.
    moved = {edge for edge in borders if {*names(edge)} != {"m"}}
    if borders and not moved:
        return
    for seed, scale in enumerate(SCALES[:: 2 if plan.is_slow else 1] if moved else (), 40):
        for rising in (False, True):
            plan = replace(small, seed=seed, spread=scale)
            yield NetworkLine(plan, cut, forward, name, spoken, rising=rising)
    for seed, scale in enumerate(_reaches(tree), 60):
        missing = moved
        for draw, (rising, near) in enumerate(_far_draws(small)):
            far = replace(small, seed=seed + 10 * draw, spread=scale, far=True)
            yield (line := NetworkLine(far, cut, forward, name, spoken, near=near, rising=rising))
            if not (missing := {edge for edge in missing if not is_crossed(line, edge)}):
                break


def _far_draws(plan: TrialPlan) -> list[tuple[bool, tuple[int, ...]]]:
    """Return ways to draw numbers far from 0: do they rise from 0, and which layers stay small?

    Where only those of one layer are large, no other is saturated.
    """
    last, layers = plan.architecture.layers, sorted({0, *plan.layers})
    alone = (tuple(each for each in layers if each != layer) for layer in layers)
    ways = [*dict.fromkeys([(), (0,), (last,), (0, last), *alone])]
    return [(rising, near) for rising in (False, True) for near in ways]


def is_crossed(line: NetworkLine, edge: Node) -> bool:
    """Does an edge lie on a line of networks, where the left side is not 0?"""
    with precision(line.plan.digits):
        found = _crossings(line, edge, _grid())
        return any(line.tells(start) and line.tells(end) for _, start, end in found)


def _grid() -> list[Any]:
    """Return the places on a line that are looked at before its edges are known."""
    return [exact(step) / GRID for step in range(GRID + 1)]


def _reaches(tree: Node) -> list[int]:
    """Return how far from 0 to look for what a right side does there, from its numbers."""
    sizes = [size for each in nodes(tree) if (size := _size(each))]
    if not sizes:
        return []
    largest, smallest = max(1.0, *sizes), min(1.0, *sizes)
    found = {math.ceil(BEYOND * size) for size in (largest, largest / smallest) if size > LARGE}
    return sorted(reach for reach in found if reach <= FARTHEST)


def _size(element: Node) -> float:
    """Return the size of what is made of numbers alone: 0 of what is not."""
    if any(isinstance(each, Name | Activation) for each in nodes(element)):
        return 0.0
    try:
        size = abs(float(evaluate(element, {}, Float64Entries())))
    except FAILURES:
        return 0.0
    return size if math.isfinite(size) else 0.0


def _counts(tree: Node) -> list[int]:
    """Return numbers of examples on both sides of every number that m is compared with."""
    if not any(Name("m") in nodes(edge) for edge in edges(tree)):
        return []
    numbers = {each.value for each in nodes(tree) if isinstance(each, Number)}
    beside = {math.floor(each) + step for each in numbers for step in (-1, 0, 1, 2)}
    return sorted(m for m in {1, 2, 3, 10**9} | beside if m > 0)


def _speaks_above(tree: Node, layer: int) -> bool:
    """Does it matter what becomes of Z of a layer, or what comes back to it from above?

    W or b alone leave Z free, and together they do not.
    """
    if {Name(f"W{layer}"), Name(f"b{layer}")} <= {*nodes(tree)}:
        return True
    for each in nodes(tree):
        if isinstance(each, Activation) and each.layer >= layer:
            return True
        if isinstance(each, Name):
            letter = each.name.rstrip("0123456789")
            number = int(each.name[len(letter) :] or 0)
            beside = number == layer and letter not in ("dZ", "W", "b")
            if each.name in ("Y", "J") or number > layer or beside:
                return True
    return False


def beside(line: NetworkLine, tree: Node) -> Iterator[Trial]:
    """Yield networks of a line: some of every piece of a tree, and both sides of every edge."""
    with precision(line.plan.digits):
        places: dict[Any, None] = dict.fromkeys(_grid())
        borders: list[list[Any]] = []
        for edge in edges(tree):
            for index, start, end in _crossings(line, edge, sorted(places)):
                around = list(_around(line, edge, index, start, end))
                places.update(dict.fromkeys(around))
                borders.append(around[:2])
        for place in places:
            if found := line.at(place):
                yield found
        for before_it, beyond in borders:
            here, there = line.at(before_it), line.at(beyond)
            if here and there:
                yield replace(here, beyond=there.values)


def _crossings(
    line: NetworkLine, edge: Node, places: list[Any]
) -> list[tuple[tuple[int, ...], Any, Any]]:
    """Return which entries of an edge change their sign between two places."""
    found = []
    known = [(place, _value(line, edge, place)) for place in places]
    told = [(place, array) for place, array in known if array is not None]
    for (start, first), (end, second) in pairwise(told):
        for index in np.ndindex(first.shape):
            if (first[index] > 0) != (second[index] > 0):
                found.append((index, start, end))  # noqa: PERF401
    # Different entries first: each is in another place of the network.
    entries: dict[tuple[int, ...], int] = {}
    order = []
    for each in found:
        entries[each[0]] = entries.get(each[0], 0) + 1
        order.append(entries[each[0]])
    ranked = [each for _, each in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]
    return ranked[:ROOTS]


def _value(line: NetworkLine, edge: Node, place: Any) -> Array | None:
    on = line.drawn(place)
    if on is None:
        return None
    try:
        return value(edge, on, precise=True)
    except FAILURES:
        return None


def _around(
    line: NetworkLine, edge: Node, index: tuple[int, ...], start: Any, end: Any
) -> Iterator[Any]:
    """Yield places just before an edge and just beyond it: by false position and by halving."""
    first, second = (_value(line, edge, place) for place in (start, end))
    if first is None or second is None:
        return
    low, high = first[index], second[index]
    close = exact(10) ** -line.digits
    for step in range(HALVINGS):
        if abs(end - start) <= close:
            break
        middle = (start + end) / 2
        if step % 3 and high != low:
            guess = start - low * (end - start) / (high - low)
            # A little beyond the guess, so that the edge is between: by what a curve is off.
            beyond = min((end - start) / 8, 8 * (end - start) ** 2)
            middle = guess + (beyond if step % 3 == 1 else -beyond)
            if not start < middle < end:
                middle = guess
        at = _value(line, edge, middle)
        if at is None:
            break
        if (at[index] > 0) == (low > 0):
            start, low = middle, at[index]
        else:
            end, high = middle, at[index]
    yield start
    yield end
    for digits in BESIDE:
        step_away = exact(10) ** -digits
        yield max(start - step_away, exact(0))
        yield min(end + step_away, exact(1))
