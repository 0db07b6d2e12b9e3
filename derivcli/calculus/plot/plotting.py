"""Pictures: a study of one point, with the curve of J around it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from mpmath import mpf

from derivcli.calculus.arithmetic import Float64, Uncertain
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Real, ball, exact
from derivcli.calculus.plot import frame
from derivcli.calculus.plot.curve import GRID, Sampled, grid, stretches, with_edges
from derivcli.calculus.plot.picture import Chord, Dot, Picture, PlotRequest, Stretch, Tangent
from derivcli.calculus.results import Constant, Estimate, Point, PointStudy, Quantity, Slope
from derivcli.calculus.study import quantity, study
from derivcli.errors import RefusedError, UndefinedError, UsageError
from derivcli.language.parser import parse
from derivcli.language.text import decimal
from derivcli.language.tree import Program, nodes

WORK = 250_000  # nodes of the tree that may be evaluated for one picture
FEWEST, MOST = 120, 5_000  # points
PROBES = 12  # places where float64 is held against exact numbers
EXACT_DIGITS = (50, 500)  # of a value that float64 has lost
DRAWN_DIGITS = 6  # of it that have to be right

Stage = Callable[[str], None]


def picture(request: PlotRequest, stage: Stage = lambda _: None) -> Picture:
    """Return the picture of a request; `stage` is told what is being done.

    Raises UsageError for a range that is none, RefusedError beyond the bounds.
    """
    stage("sampling")
    asked = request.study
    program, point, (variable,) = asked.program, asked.points[0], asked.wrt
    bounds = None if request.range is None else _bounds(request.range, asked.digits)
    at = {name: quantity(value, asked.digits, "--at") for name, value in point.items()}
    near = {name: float(value) for name, value in at.items()}
    w = Fraction(at[variable].number)
    sizes = [Fraction(quantity(eps, asked.digits, "--eps").number) for eps in asked.eps]
    if bounds is None:
        own = frame.scale(program, point, variable)
        bounds = frame.default_range(w, own, [w + size for size in sizes])
    low, high = _floats(bounds, request.range)
    sampled = _sampled(program, point, near, variable, grid(low, high, PROBES, [float(w)]))
    found = study(replace(asked, eps=asked.eps or (_step(sampled, w, low, high),)), stage)
    stage("drawing")
    there = found.points[0]
    slope = there.slopes[0]
    here = None if there.value is None else (float(w), float(there.value))
    chords = tuple(_chord(here, each) for each in slope.estimates)
    marks = [dot for chord in chords for dot in chord.ends] or ([here] if here else [])
    abscissae = _abscissae(sampled, low, high, [x for x, _ in marks])
    window = _window(
        sampled,
        abscissae,
        [y for x, y in marks if low <= x <= high],
        chosen=request.range is not None,
    )
    return Picture(
        found.expression, found.output, found.variables, found.steps, found.derivatives, variable,
        at, there.value, there.problem, slope.slope, slope.differentiable, slope.left,
        slope.right, slope.reason, (low, high), window, _tangents(there, slope, here, low, high),
        chords, () if window is None else stretches(sampled, abscissae, window),
        tuple(sampled.gaps),
    )  # fmt: skip


def _bounds(typed: tuple[Constant, Constant], digits: int) -> tuple[Fraction, Fraction]:
    low, high = (Fraction(quantity(each, digits, "--range").number) for each in typed)
    if low >= high:
        raise UsageError(
            "LOW is not below HIGH", source=typed[1].source, span=typed[1].output.span,
            where="in --range", hint=f"write --range {typed[1].source} {typed[0].source}",
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


def _sampled(
    program: Program,
    point: Point,
    at: Mapping[str, float],
    variable: str,
    probes: Sequence[float],
) -> Sampled:
    """Return J along one variable in float64, the same on every machine.

    Where float64 has no value, exact numbers may have one: exp(x)/(1 + exp(x)) at 720. Where at
    one of the `probes` its value is another than the exact one, all are exact: sqrt(x+1) - sqrt(x)
    far out is 0 in float64.
    """
    arithmetic, gaps = Float64(), dict[str, None]()
    size = sum(1 for each in program.statements for _ in nodes(each.expression))

    def value(x: float) -> float | None:
        try:
            return float(evaluate(program, {**at, variable: x}, arithmetic))
        except (UndefinedError, RefusedError):
            return exactly(x)

    def exactly(x: float) -> float | None:
        for digits in EXACT_DIGITS:
            try:
                with exact(digits) as fine:
                    moved = {**constants(point, fine), variable: Fraction(x)}
                    return _nearest(evaluate(program, moved, fine))
            except UndefinedError:
                return None
            except Uncertain:
                continue
            except (RefusedError, OverflowError):
                gaps["is beyond float64 (1.8e308)"] = None
                return None
        gaps[f"cannot be told in {EXACT_DIGITS[-1]} digits"] = None
        return None

    known = {x: exactly(x) for x in probes}
    largest = max((abs(y) for y in known.values() if y is not None), default=0.0)
    floats = {x: value(x) for x in probes}
    trusted = all(
        (one is None) == (other is None)
        and (one is None or other is None or abs(one - other) <= largest / 10**DRAWN_DIGITS)
        for one, other in zip(known.values(), floats.values(), strict=True)
    )
    gaps.clear()
    return Sampled(value if trusted else exactly, max(FEWEST, min(MOST, WORK // size)), gaps)


def _nearest(value: Real) -> float:
    """Return the float64 next to an exact number.

    Raises Uncertain where it has no digits, OverflowError beyond float64.
    """
    found = ball(value)
    if found.radius > abs(found.middle) * mpf(10) ** -DRAWN_DIGITS and value != 0:
        raise Uncertain(found.tree)
    nearest = float(found.middle)
    if not math.isfinite(nearest):
        raise OverflowError
    return nearest


def _abscissae(sampled: Sampled, low: float, high: float, through: Sequence[float]) -> list[float]:
    return with_edges(sampled, grid(low, high, min(GRID, sampled.budget // 4), through))


def _window(
    sampled: Sampled, abscissae: Sequence[float], needed: Sequence[float], *, chosen: bool
) -> tuple[float, float] | None:
    heights = [y for x in abscissae if (y := sampled.at(x)) is not None]
    return frame.window(heights, needed, chosen=chosen)


def _step(sampled: Sampled, w: Fraction, low: float, high: float) -> Constant:
    """Return a step of a readable size, to where the curve leads without a gap."""
    steps = frame.steps((Fraction(high) - Fraction(low)) / 2)
    abscissae = _abscissae(sampled, low, high, [float(w)])
    window = _window(sampled, abscissae, [], chosen=False)
    pieces = () if window is None else stretches(sampled, abscissae, window, smooth=False)
    around = [(p[0][0], p[-1][0]) for p in pieces if p[0][0] <= w <= p[-1][0]]
    fits = [s for s in steps if any(start <= w + s <= end for start, end in around)]
    somewhere = [s for s in steps if sampled.at(float(w + s)) is not None]
    step = (fits or somewhere or [frame.nice(max(Fraction(1), abs(w)) / 10)])[0]
    return parse(f"-{decimal(-step)}" if step < 0 else decimal(step))


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
