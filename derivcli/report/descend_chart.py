"""The chart of `descend`: the path on the curve of J, or through its contours, to the minimum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from derivcli.calculus.descent.trajectory import Trajectory
from derivcli.report.blocks import Chart, Curve, Figure, Label
from derivcli.report.markup import formula
from derivcli.report.numbers import figure, short, where

MOST_POINTS = 400  # of a chart
SQUARE = 5  # times as long as the other: sides no further apart are measured alike
PARTS = 4  # of a step, where the path is looked at
INNER = 0.08  # of the window: nearer to its border no level is written
APART = 0.045  # of the width or height of the window: nearer points are numbered once
Dot = tuple[float, float]
Window = tuple[float, float, float, float]


def chart(trajectory: Trajectory) -> Chart:
    """Return the path where J is seen: of more than two variables, J by iteration."""
    steps, scene = trajectory.steps, trajectory.scene
    chosen = steps[:: -(-len(steps) // MOST_POINTS)]
    J, names = trajectory.output, trajectory.wrt
    if len(names) > 2 or (len(names) == 2 and not scene.contours):
        points = tuple((float(step.iteration), float(step.value)) for step in chosen)
        curve = Curve(formula(J), (points,), role="curve")
        told = f"{_told(trajectory)}: {J} against the iterations."
        title = f"{formula(J)} at each iteration"
        return Chart(title, "iteration", formula(J), (curve,), description=told)
    on_line, whole = len(names) == 1, len(chosen) == len(steps)
    path = tuple(
        (float(step.at[names[0]]), float(step.value if on_line else step.at[names[1]]))
        for step in chosen
    )
    curves = (
        *_scene(trajectory),
        Curve("path", (path,), "arrows" if whole else "points", "path"),
        *_minimum(trajectory),
    )
    on = formula(f"{J}({', '.join(names)})")
    described = f"{_told(trajectory)} on {on}"
    if scene.minimum is not None:
        described += f"; {J} has a minimum near {where(scene.minimum)}"
    numbered = _iterations(path, curves, scene.window) if whole else ()
    return Chart(
        f"the path on {on}", formula(names[0]), formula(J if on_line else names[1]), curves,
        scene.window,
        square=_is_square(scene.window), labels=(*numbered, *_levels(trajectory, path)),
        description=f"{described}.",
    )  # fmt: skip


def _scene(trajectory: Trajectory) -> Iterator[Curve]:
    J, scene = trajectory.output, trajectory.scene
    if scene.curve:
        yield Curve(formula(f"{J}({trajectory.wrt[0]})"), scene.curve, role="curve")
    for number, each in enumerate(scene.contours):
        name = f"{formula(J)} is the same along a line" if number == 0 else ""
        yield Curve(name, each.lines, "thin", "contour")


def _is_square(window: Window | None) -> bool:
    if window is None:
        return False
    left, right, bottom, top = window
    return max((right - left) / (top - bottom), (top - bottom) / (right - left)) <= SQUARE


def _told(trajectory: Trajectory) -> str:
    first, last = trajectory.steps[0], trajectory.steps[-1]
    return (
        f"The path of gradient descent from {where(first.at)} to {where(last.at)} in"
        f" {last.iteration:,} steps of rate {short(trajectory.rate)}"
    )


def _minimum(trajectory: Trajectory) -> Iterator[Curve]:
    minimum, lowest = trajectory.scene.minimum, trajectory.scene.value
    if minimum is not None and lowest is not None:
        dot = (*map(float, minimum.values()), lowest)[:2]
        yield Curve(f"minimum near {where(minimum)}", (((dot[0], dot[1]),),), "points", "minimum")


def _iterations(
    path: Sequence[Dot], curves: Sequence[Curve], window: Window | None
) -> Iterator[Label]:
    """Yield the numbers of the steps, as far as they are apart: the first, the last, the others."""
    if window is None:
        drawn = [dot for curve in curves for stretch in curve.stretches for dot in stretch]
        (left, right), (bottom, top) = ((min(axis), max(axis)) for axis in zip(*drawn, strict=True))
    else:
        left, right, bottom, top = window
    wide, high = (right - left) or 1.0, (top - bottom) or 1.0
    numbered: list[Dot] = []
    last = len(path) - 1
    for number in dict.fromkeys((0, last, *range(1, last))):
        x, y = path[number]
        if all(max(abs(x - a) / wide, abs(y - b) / high) >= APART for a, b in numbered):
            numbered.append((x, y))
            yield Label((str(number),), (x, y), "free", "path")


def _levels(trajectory: Trajectory, path: Sequence[Dot]) -> Iterator[Label]:
    """Yield the value of J on each contour, where its longest line is farthest from the path."""
    window = trajectory.scene.window
    if window is None:
        return
    left, right, bottom, top = window
    wide, high = right - left, top - bottom
    busy = [
        (x + part / PARTS * (end - x), y + part / PARTS * (up - y))
        for (x, y), (end, up) in pairwise(path)
        for part in range(PARTS + 1)
    ]

    def room(dot: Dot) -> float:
        x, y = dot
        borders = min(x - left, right - x) / wide, min(y - bottom, top - y) / high
        if min(borders) < INNER:
            return min(borders) - INNER
        return min(max(abs(x - a) / wide, abs(y - b) / high) for a, b in busy)

    for each in trajectory.scene.contours:
        shown = figure(each.level)
        level = shown.text if isinstance(shown, Figure) else shown
        _, longest = max((len(line), line) for line in each.lines)
        place = max(longest, key=room)
        yield Label((formula(f"{trajectory.output} = {level}"),), place, "on", "contour")
