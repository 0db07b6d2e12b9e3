"""Pictures: a study of points on one curve, with the curve of J around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from derivcli.calculus.plot import frame
from derivcli.calculus.plot.curve import GRID, Sampled, grid, stretches, with_edges
from derivcli.calculus.plot.heights import exact_heights, sampled
from derivcli.calculus.plot.picture import (
    Chord,
    Dot,
    Picture,
    PlotRequest,
    PlottedPoint,
    Stretch,
    Tangent,
)
from derivcli.calculus.results import (
    Constant,
    Estimate,
    Point,
    PointStudy,
    Quantity,
    Request,
    Slope,
)
from derivcli.calculus.study import quantity, study_of
from derivcli.errors import UsageError
from derivcli.language.parser import parse
from derivcli.language.text import decimal

PROBES = 12  # places where float64 is held against exact numbers
TOLD_APART = 0.025  # of the height of the window, that a chord is off the curve
SHORT = 0.06  # of the range: the triangle under a shorter chord is too small to be seen
CLOSEST = 1e-9  # relative to w and J: floats do not draw what is nearer
NEAR_POINTS = 40
REACH = 0.2  # of the range, that the tangent at one of several points goes to either side

Stage = Callable[[str], None]


def picture(request: PlotRequest, stage: Stage = lambda _: None) -> Picture:
    """Return the picture of a request; `stage` is told what is being done.

    Raises UsageError for a range that is none, RefusedError beyond the bounds.
    """
    stage("sampling")
    typed = None if request.range is None else _bounds(request.range, request.study.digits)
    asked, places = _distinct(request.study)
    program, (variable,) = asked.program, asked.wrt
    ws = [Fraction(at[variable].number) for at in places]
    low, high = _floats(typed or _default(asked, ws), request.range)
    near = {name: float(value) for name, value in places[0].items()}
    probes = grid(low, high, PROBES, [float(w) for w in ws])
    curve = sampled(program, asked.points[0], near, variable, probes)
    eps = asked.eps or (() if len(ws) > 1 else (_step(curve, ws[0], low, high),))
    found = study_of(replace(asked, eps=eps), stage)
    stage("drawing")
    reach = REACH * (high - low) if len(ws) > 1 else math.inf
    first, *others = (
        _point(there, at, variable, (low, high), reach)
        for there, at in zip(found.points, places, strict=True)
    )
    window, drawn = _drawn(curve, (first, *others), (low, high), request)
    exactly = exact_heights(program, asked.points[0], variable, {})
    return Picture(
        found.expression, found.output, found.variables, found.steps, found.derivatives, variable,
        first.at, first.value, first.problem, first.slope, first.differentiable, first.left,
        first.right, first.reason, (low, high), window, first.tangents, first.chords,
        drawn, tuple(curve.gaps), tuple(others),
        () if others else _near(exactly, first.chords, high - low),
    )  # fmt: skip


def _distinct(asked: Request) -> tuple[Request, list[Mapping[str, Quantity]]]:
    """Return the request with each point once, and the points as quantities."""
    found: dict[Fraction, tuple[Point, Mapping[str, Quantity]]] = {}
    for point in asked.points:
        at = {name: quantity(value, asked.digits, "--at") for name, value in point.items()}
        found.setdefault(Fraction(at[asked.wrt[0]].number), (point, at))
    once = tuple(point for point, _ in found.values())
    return replace(asked, points=once), [at for _, at in found.values()]


def _default(asked: Request, ws: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Return a range in which points and chords are seen: of one point, by J's own scale."""
    sizes = [Fraction(quantity(eps, asked.digits, "--eps").number) for eps in asked.eps]
    ends = [*ws, *(w + size for w in ws for size in sizes)]
    own = [frame.scale(asked.program, point, asked.wrt[0]) for point in asked.points]
    return (
        frame.default_range(ws[0], own[0], ends) if len(ws) == 1 else frame.common_range(ends, own)
    )


def _bounds(typed: tuple[Constant, Constant], digits: int) -> tuple[Fraction, Fraction]:
    low, high = (Fraction(quantity(each, digits, "--range").number) for each in typed)
    if low >= high:
        turned = f"write --range {typed[1].source} {typed[0].source}"
        raise UsageError(
            "LOW is not below HIGH", source=typed[1].source, span=typed[1].output.span,
            where="in --range", hint=turned if low > high else "write two numbers, the lower first",
        )  # fmt: skip
    return low, high


def _floats(
    bounds: tuple[Fraction, Fraction], typed: tuple[Constant, Constant] | None
) -> tuple[float, float]:
    """Return the ends of the range; between them float64 has to have room for a curve."""
    low, high = (float(each) for each in bounds)
    if high - low <= 1e-12 * max(abs(low), abs(high)) or not math.isfinite(high - low):
        raise UsageError(
            f"float64 cannot tell a curve's points apart from {low!r} to {high!r}",
            where="in --range" if typed else None, hint="write a wider --range",
        )  # fmt: skip
    return low, high


def _abscissae(sampled: Sampled, low: float, high: float, through: Sequence[float]) -> list[float]:
    return with_edges(sampled, grid(low, high, min(GRID, sampled.budget // 4), through))


def _heights(sampled: Sampled, abscissae: Sequence[float]) -> list[float]:
    return [y for x in abscissae if (y := sampled.at(x)) is not None]


def _step(sampled: Sampled, w: Fraction, low: float, high: float) -> Constant:
    """Return a step of a readable size, to where the curve leads without a gap.

    Forward rather than backward; where it can be, so large that chord and curve are told apart.
    """
    abscissae = _abscissae(sampled, low, high, [float(w)])
    window = frame.window(_heights(sampled, abscissae), [], chosen=False)
    pieces = () if window is None else stretches(sampled, abscissae, window, smooth=False)
    around = [(p[0][0], p[-1][0]) for p in pieces if p[0][0] <= w <= p[-1][0]]
    sizes = frame.readable_steps((Fraction(high) - Fraction(low)) / 2)
    for group in sizes:
        fits = [s for s in group if any(start <= w + s <= end for start, end in around)]
        if window is not None and fits:
            least = TOLD_APART * (window[1] - window[0])
            bows = [_bow(sampled, float(w), float(step)) for step in fits]
            apart = [step for step, bow in zip(fits, bows, strict=True) if bow >= least]
            return _constant(apart[0] if apart else fits[bows.index(max(bows))])
    every = [step for group in sizes for step in group]
    somewhere = [step for step in every if sampled.at(float(w + step)) is not None]
    return _constant((somewhere or [frame.nice(max(Fraction(1), abs(w)) / 10)])[0])


def _constant(step: Fraction) -> Constant:
    return parse(f"-{decimal(-step)}" if step < 0 else decimal(step))


def _bow(sampled: Sampled, w: float, step: float) -> float:
    """Return how far the curve is off its chord."""
    start, end = sampled.at(w), sampled.at(w + step)
    if start is None or end is None:
        return 0.0
    inner = [(part, sampled.at(w + part * step)) for part in (0.25, 0.5, 0.75)]
    return max(
        (abs(y - start - part * (end - start)) for part, y in inner if y is not None), default=0.0
    )


def _point(
    there: PointStudy,
    at: Mapping[str, Quantity],
    variable: str,
    bounds: tuple[float, float],
    reach: float,
) -> PlottedPoint:
    """Return what is drawn at a point, tangents no farther than `reach` to either side."""
    slope, w = there.slopes[0], float(at[variable])
    here = None if there.value is None else (w, float(there.value))
    low, high = max(bounds[0], w - reach), min(bounds[1], w + reach)
    return PlottedPoint(
        at, there.value, there.problem, slope.slope, slope.differentiable, slope.left,
        slope.right, slope.reason, _tangents(there, slope, here, low, high),
        tuple(_chord(here, each) for each in slope.estimates),
    )  # fmt: skip


def _chord(here: Dot | None, found: Estimate) -> Chord:
    ends: Stretch = ()
    if here and found.point is not None and found.value is not None:
        ends = (here, (float(found.point), float(found.value)))
    return Chord(
        found.eps, found.point, found.value, found.change, found.estimate, found.problem, ends
    )


def _tangents(
    there: PointStudy, slope: Slope, here: Dot | None, low: float, high: float
) -> tuple[Tangent, ...]:
    """Return the tangent from end to end, or at a kink one on either side."""
    if here is None or there.value is None:
        return ()
    if slope.slope is not None:
        found = [("both", slope.slope, low, high)]
    else:
        sides = (("left", slope.left, low, here[0]), ("right", slope.right, here[0], high))
        found = [(side, each, start, end) for side, each, start, end in sides if each is not None]
    return tuple(
        Tangent(side, each, ends)
        for side, each, start, end in found
        if start < end and (ends := _line(here, each, start, end))
    )


def _line(here: Dot, slope: Quantity, start: float, end: float) -> Stretch:
    """Return the ends of a line through the point; nothing where they are beyond float64."""
    ends = tuple((x, here[1] + float(slope) * (x - here[0])) for x in (start, end))
    return ends if all(math.isfinite(y) for _, y in ends) else ()


def _drawn(
    sampled: Sampled,
    points: Sequence[PlottedPoint],
    bounds: tuple[float, float],
    request: PlotRequest,
) -> tuple[tuple[float, float] | None, tuple[Stretch, ...]]:
    """Return the window of heights, and the curve in it.

    Where nothing was chosen and the chord would not be told from the curve, heights far from both
    are left out.
    """
    low, high = bounds
    (variable,), chosen = request.study.wrt, request.range is not None
    marks = [dot for each in points for dot in _marks(each, variable)]
    abscissae = _abscissae(sampled, low, high, [x for x, _ in marks])
    heights, needed = _heights(sampled, abscissae), [y for x, y in marks if low <= x <= high]
    window = frame.window(heights, needed, chosen=chosen)
    if window is None:
        return None, ()
    if not chosen and not request.study.eps and len(needed) == 2:
        (w, J), (end, _) = marks
        bow = _bow(sampled, w, end - w)
        if 0 < bow < TOLD_APART * (window[1] - window[0]):
            rises = [float(each.slope) * (end - w) for each in points[0].tangents]
            seen = frame.beside(heights, [*needed, *(J + rise for rise in rises)])
            window = frame.window(seen, needed, chosen=chosen) or window
    return window, stretches(sampled, abscissae, window)


def _marks(point: PlottedPoint, variable: str) -> list[Dot]:
    """Return the point, and the other ends of its chords."""
    if point.value is None:
        return []
    here = float(point.at[variable]), float(point.value)
    return [here, *(chord.ends[1] for chord in point.chords if chord.ends)]


def _near(
    exactly: Callable[[float], float | None], chords: Sequence[Chord], width: float
) -> tuple[Stretch, ...]:
    """Return J beside the point from exact numbers, where its chords are too short to be seen."""
    dots = [dot for chord in chords for dot in chord.ends]
    if not dots:
        return ()
    (w, J), ends = dots[0], dots[1::2]
    far = max(ends, key=lambda dot: abs(dot[0] - w))
    short = abs(far[0] - w) < SHORT * width
    if not short or any(abs(a - b) <= CLOSEST * abs(a) for a, b in zip((w, J), far, strict=True)):
        return ()
    low, high = sorted((w - (far[0] - w), far[0] + (far[0] - w)))
    near = [(x, exactly(x)) for x in grid(low, high, NEAR_POINTS, [w, *(x for x, _ in ends)])]
    pieces: list[list[Dot]] = [[]]
    for x, y in near:
        if y is not None:
            pieces[-1].append((x, y))
        elif pieces[-1]:
            pieces.append([])
    return tuple(tuple(piece) for piece in pieces if len(piece) > 1)
