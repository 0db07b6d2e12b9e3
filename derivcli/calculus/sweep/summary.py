"""What an error curve shows: its order and its best eps, beside those that the model predicts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from mpmath import mp, mpf

from derivcli.calculus.exact import ball
from derivcli.calculus.results import Quantity
from derivcli.calculus.sweep.error_curve import Obstacle, SweepRow, SweepSummary
from derivcli.calculus.sweep.error_model import BEND, Model

# The parts of a decade at which errors are looked at; every eighth begins a decade.
FINE = ("1", "0.749894", "0.562341", "0.421697", "0.316228", "0.237137", "0.177828", "0.133352")
NEIGHBOURS = 3  # on both sides of a point, for the running median
NOISE = 0.1  # rounding beside truncation, at most, for a point to tell the order
LEAST_POINTS = 3
FAR = 0.2  # from the order expected, at most, likewise
DOUBT = 0.03  # the standard error of an order that is told, at most
BEYOND = 10  # times the range of the sweep: what is predicted there is not to be found
SHARPEST = 1e-4  # no point of a regression is trusted more than this

Curve = list[tuple[float, SweepRow]]  # eps and its row
Errors = Sequence[tuple[float, Any]]  # eps, and the size of the error as mpmath's or a float


def summary(
    method: str,
    arithmetic: str,
    curve: Curve,
    expected: Model | None,
    obstacle: Obstacle | None = None,
    whole: str = "",
) -> SweepSummary:
    """Return what a curve shows: the order and the best eps found, beside those expected.

    The first decade of the curve is above the sweep, and tells the order alone. Steps that come to
    an obstacle show nothing of the point. `whole` says why nothing is cut off, or is told of it.
    """
    reach = math.inf if obstacle is None else obstacle.eps
    above = _errors(curve[: len(FINE)], reach)
    errors = _errors(curve[len(FINE) :], reach)
    if obstacle is not None and reach > curve[min(len(FINE), len(curve) - 1)][0]:
        obstacle = None  # the sweep does not come so far

    def found(note: str | None, **numbers: Any) -> SweepSummary:
        none = dict.fromkeys(("order", "expected_order", "best_eps", "predicted_eps"))
        return SweepSummary(method, arithmetic, **{**none, **numbers}, note=note, obstacle=obstacle)

    if not errors:
        known = any(row.error is not None for _, row in curve[len(FINE) :])
        return found("no step of the sweep is shorter" if known else _first_problem(curve))
    exact = arithmetic == "exact"
    if expected is None:
        return found(
            f"{whole or 'the formula of J is not smooth here'}, so Taylor's formula tells nothing",
            best_eps=None if exact else best_eps(errors),
        )
    if not expected.terms:
        none = not any(error for _, error in errors)
        told = "there is no error" if none else "all error is rounding"
        if any(row.error is not None and row.error.below is not None for _, row in curve):
            told = "what error there is, is too small to be told"
        return found(f"{whole}: {told}")
    best, note = None if exact else best_eps(errors), None
    predicted = expected.best
    if exact:
        note = "no rounding error: the smaller eps is, the better"
    elif method == "complex":
        note = "nothing is subtracted, so nothing cancels: every small eps is good"
    elif predicted is None:
        note = "no rounding error that grows: J and the point are 0 here"
    elif predicted >= reach or expected.bend(predicted) > BEND:
        best, predicted, note = (
            None,
            None,
            "rounding, which grows like 1/eps, is the larger one throughout",
        )
        if expected.bend(errors[0][0]) > BEND:
            note = "the steps are too large for its first terms to tell where it meets rounding"
    elif not errors[-1][0] / BEYOND <= predicted <= errors[0][0] * BEYOND:
        best, note = None, "the sweep does not go there"
    if best and predicted and best > BEYOND * predicted:
        note = "more rounding than predicted: J loses digits on the way"
    if best and predicted and best < predicted / BEYOND:
        note = "less rounding than predicted"
    order = observed_order(above + errors, expected)
    if order is None:
        note = "; ".join(filter(None, (note, _without_order(above + errors, expected))))
    return found(
        note,
        order=order,
        expected_order=expected.leading.power,
        best_eps=best,
        predicted_eps=predicted,
    )


def _without_order(errors: Errors, expected: Model) -> str:
    """Return why a curve shows no order."""
    if any(expected.bend(eps) <= BEND for eps, _ in errors):
        return "rounding hides the order of the truncation error"
    return "eps is nowhere small enough to show the order of the truncation error"


def _errors(curve: Curve, reach: float) -> list[tuple[float, mpf]]:
    return [
        (eps, abs(size(row.error))) for eps, row in curve if row.error is not None and eps < reach
    ]


def _first_problem(curve: Curve) -> str | None:
    return next((row.problem for _, row in curve if row.problem), None)


def best_eps(errors: Errors) -> float:
    """Return the eps with the smallest running median of seven errors, the largest of several.

    Seven neighbours cover almost a decade: an error that happens to be 0 does not win, and what
    is found is the bottom of the V rather than one of its dents.
    """
    medians = _running_medians([error for _, error in errors])
    return -min((each, -eps) for each, (eps, _) in zip(medians, errors, strict=True))[1]


def _running_medians(values: Sequence[Any]) -> list[Any]:
    return [
        median(values[max(0, index - NEIGHBOURS) : index + NEIGHBOURS + 1])
        for index in range(len(values))
    ]


def observed_order(errors: Errors, expected: Model) -> float | None:
    """Return the slope of log error against log eps on the truncation side; None if in doubt.

    Least squares, each point weighted by how far rounding and the next term of truncation may
    push it off the line: what remains is the stretch next to the bottom of the V where rounding
    is not yet noticed. The rounding is the model's or, where J itself cancels, what is measured.
    """
    measured = _measured_rounding(errors, expected)
    points = []
    for eps, error in errors:
        truncation = expected.truncation(eps)
        noise = max(expected.noise(eps), measured / eps) / truncation if truncation else math.inf
        bend = expected.bend(eps)
        if error and noise <= NOISE and bend <= BEND:
            weight = float(noise + bend + SHARPEST) ** -2
            points.append((math.log(eps), float(mp.log(error)), weight))
    if len(points) < LEAST_POINTS:
        return None
    slope, doubt = _line(points)
    right = abs(slope - expected.leading.power) <= FAR  # else it is not truncation that is seen
    return slope if doubt <= DOUBT and right else None


def _line(points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """Return the slope of a weighted line, and its standard error: the weights', or the points'."""
    total = math.fsum(weight for *_, weight in points)
    x = math.fsum(weight * each for each, _, weight in points) / total
    y = math.fsum(weight * each for _, each, weight in points) / total
    spread = math.fsum(weight * (one - x) ** 2 for one, _, weight in points)
    slope = math.fsum(weight * (one - x) * (other - y) for one, other, weight in points) / spread
    rest = math.fsum(
        weight * (other - y - slope * (one - x)) ** 2 for one, other, weight in points
    ) / (len(points) - 2)
    return slope, math.sqrt(max(1.0, rest) / spread)


def _measured_rounding(errors: Errors, expected: Model) -> float:
    """Return the largest running median of error * eps below the best eps: rounding as it is.

    Larger than expected where J loses digits on the way, such as log(1 + w**2) near 0.
    """
    if expected.best is None:
        return 0.0
    found = [error * eps for eps, error in errors if eps < expected.best]
    return max(_running_medians(found), default=0.0)


def size(quantity: Quantity) -> mpf:
    """Return a quantity as an mpf, so that what is below float64's smallest number is no 0."""
    number = quantity.number
    if isinstance(number, Decimal):
        return mpf(str(number))
    return ball(Fraction(number)).middle
