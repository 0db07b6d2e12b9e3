"""A grid of points and steps around one point, and the studies of J on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from derivcli.calculus.definition.definition import with_definition
from derivcli.calculus.definition.results import DefinedDerivation
from derivcli.calculus.explore.results import Exploration
from derivcli.calculus.plot.picture import PlotRequest
from derivcli.calculus.plot.plotting import picture
from derivcli.calculus.results import Constant
from derivcli.calculus.study import eps_quantities, quantity, study_of
from derivcli.errors import RefusedError
from derivcli.language.parser import parse
from derivcli.language.text import decimal

POINTS = 60  # steps of the grid from end to end
DECADES = 8  # of eps, from 1 down
BEGIN = Fraction(1)  # the step that a page begins with: to shrink it is what is to be seen

Stage = Callable[[str], None]


def exploration(request: PlotRequest, stage: Stage = lambda _: None) -> Exploration:
    """Return the studies of a request's point and of those around it.

    Raises UsageError for a range that is none, RefusedError beyond the bounds.
    """
    drawn = picture(request, stage)
    asked = request.study
    (variable,), (point,) = asked.wrt, asked.points
    own = {Fraction(quantity(each, asked.digits, "--eps").number): each for each in asked.eps}
    steps = _steps(own)
    grid, start = _grid(drawn.range, point[variable], Fraction(drawn.at[variable].number))
    points = tuple({**point, variable: each} for each in grid)
    chosen = replace(asked, points=points, eps=tuple(steps.values()))
    stage("computing every point with every step")
    begin = min((abs(size) for size in own), default=BEGIN)
    return Exploration(
        drawn,
        study_of(chosen),
        study_of(replace(chosen, arithmetic="float64")),
        eps_quantities(chosen.eps, chosen.digits),
        start,
        min(range(len(steps)), key=lambda index: abs([*steps][index] - begin)),
        _derivation(request),
    )


def _derivation(request: PlotRequest) -> DefinedDerivation | None:
    study = request.study
    try:
        return next(iter(with_definition(study.program, study.wrt[0], study.limits)), None)
    except RefusedError:
        return None


def _steps(own: Mapping[Fraction, Constant]) -> dict[Fraction, Constant]:
    """Return the steps by their size, from the largest to the left to the largest to the right."""
    sizes = [Fraction(sign, 10**power) for power in range(DECADES + 1) for sign in (1, -1)]
    found = {size: _constant(size) for size in sizes} | dict(own)
    left = sorted(size for size in found if size < 0)
    right = sorted(size for size in found if size > 0)
    return {size: found[size] for size in (*left, *right)}


def _grid(ends: tuple[float, float], asked: Constant, at: Fraction) -> tuple[list[Constant], int]:
    """Return round points from end to end, the one that was asked for among them, and where."""
    low, high = map(Fraction, ends)
    apart = (high - low) / POINTS
    places = 1 - math.floor(math.log10(apart))
    round_points = {round(low + index * apart, places) for index in range(POINTS + 1)}
    inside = {each for each in round_points if abs(each - at) > apart / 2}
    points = sorted({*inside, at})
    start = points.index(at)
    return [
        asked if index == start else _constant(each) for index, each in enumerate(points)
    ], start


def _constant(value: Fraction) -> Constant:
    return parse(f"-{decimal(-value)}" if value < 0 else decimal(value))
