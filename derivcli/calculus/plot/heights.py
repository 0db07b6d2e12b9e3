"""J along one variable as floats for a drawing: from float64, or from exact numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from mpmath import mpf

from derivcli.calculus.arithmetic import Float64, Uncertain
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Real, ball, exact
from derivcli.calculus.plot.curve import Sampled
from derivcli.calculus.results import Point
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.tree import Program, nodes

WORK = 250_000  # nodes of the tree that may be evaluated for one picture
FEWEST, MOST = 120, 5_000  # points
EXACT_DIGITS = (50, 500)  # of a value that float64 has lost
DRAWN_DIGITS = 6  # of it that have to be right


def sampled(
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
    exactly = exact_heights(program, point, variable, gaps)
    size = sum(1 for each in program.statements for _ in nodes(each.expression))

    def value(x: float) -> float | None:
        try:
            return float(evaluate(program, {**at, variable: x}, arithmetic))
        except (UndefinedError, RefusedError):
            return exactly(x)

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


def exact_heights(
    program: Program, point: Point, variable: str, gaps: dict[str, None]
) -> Callable[[float], float | None]:
    """Return J by exact numbers, rounded once; into `gaps` goes what keeps it from being drawn."""

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

    return exactly


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
