"""What is drawn around a path: the curve of J, or the contours of J, with the minimum in sight."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derivcli.calculus.descent.contours import Dot, contours
from derivcli.calculus.descent.loop import Path
from derivcli.calculus.descent.objective import Objective
from derivcli.calculus.descent.trajectory import Scene
from derivcli.calculus.floats.closures import FAILURES
from derivcli.calculus.results import Quantity
from derivcli.language.tree import inline, nodes

SAMPLES = 240  # of the curve under the points
MARGIN = 0.15  # of the width of the path, on both sides of it
LOUD = 20  # times the range of J on the path: the curve is not drawn beyond
FINE, COARSE = 72, 28  # cells of a grid across
LARGE, HUGE = 300, 20_000  # nodes of a tree whose grid is coarse; that has none
SINGLES = 30  # times as long as in float64 each operation takes, in float32
SQUARE = 5  # times as long as the other: then the sides of the window are made alike
SHORTEST = 0.6  # of the longer side then

Values = Callable[[Any], float | None]


def scene(
    objective: Objective,
    path: Path,
    values: Sequence[float],
    minimum: Mapping[str, Quantity] | None,
) -> Scene:
    """Return what is drawn around a path of one or two variables."""

    def value(p: Any) -> float | None:
        try:
            found = float(objective.value(p))
        except FAILURES:
            return None
        return found if math.isfinite(found) else None

    if len(objective.wrt) > 2:
        return Scene()
    there = () if minimum is None else tuple(float(each) for each in minimum.values())
    if len(objective.wrt) == 1:
        lowest = None if minimum is None else value(*there)
        curve = _curve(value, [*path.points, *there], values)
        return Scene(minimum, lowest, curve)
    lowest = None if minimum is None else value(there)
    points = [*path.points, there] if there else path.points
    window = _window(points)
    if window is None:
        return Scene(minimum, lowest)
    work = sum(1 for _ in nodes(inline(objective.request.program)))
    work *= SINGLES if objective.request.arithmetic == "float32" else 1
    if work > HUGE:
        return Scene(minimum, lowest)
    cells = COARSE if work > LARGE else FINE
    left, right, bottom, top = window
    xs = [left + (right - left) * step / cells for step in range(cells + 1)]
    ys = [bottom + (top - bottom) * step / cells for step in range(cells + 1)]
    rows = [[value((x, y)) for x in xs] for y in ys]
    return Scene(minimum, lowest, (), contours(xs, ys, rows), window)


def _window(points: Sequence[Any]) -> tuple[float, float, float, float] | None:
    """Return a window around points of two variables: a square, unless it is far from one."""
    sides = []
    for axis in zip(*points, strict=True):
        low, high = min(axis), max(axis)
        width = (high - low) or abs(low) or 1.0
        if not math.isfinite(width) or width <= 1e-9 * max(abs(low), abs(high)):
            return None
        sides.append((low - MARGIN * width, high + MARGIN * width))
    longest = max(high - low for low, high in sides)
    ends = []
    for low, high in sides:
        short = SHORTEST * longest - (high - low)
        room = short / 2 if short > 0 and longest <= SQUARE * (high - low) else 0
        ends += [low - room, high + room]
    return ends[0], ends[1], ends[2], ends[3]


def _curve(
    value: Values, points: Sequence[float], values: Sequence[float]
) -> tuple[tuple[Dot, ...], ...]:
    """Return J around points of one variable: stretches with gaps where J has no value."""
    low, high = min(points), max(points)
    width = (high - low) or abs(low) or 1.0
    low, high = low - MARGIN * width, high + MARGIN * width
    bottom, top = min(values), max(values)
    reach = LOUD * ((top - bottom) or abs(top) or 1.0)
    if not math.isfinite(width) or not math.isfinite(reach):
        return ()
    found: list[list[Dot]] = [[]]
    for index in range(SAMPLES + 1):
        w = low + (high - low) * index / SAMPLES
        J = value(w)
        if J is not None and bottom - reach <= J <= top + reach:
            found[-1].append((w, J))
        elif found[-1]:
            found.append([])
    return tuple(tuple(stretch) for stretch in found if len(stretch) > 1)
