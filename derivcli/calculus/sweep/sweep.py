"""The error of difference quotients for eps after eps: the V of truncation and rounding."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from mpmath import mp, mpf

from derivcli.calculus import symbolic
from derivcli.calculus.crossings import crossing
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.estimates import Place, check_methods, constants, estimated
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real, ball
from derivcli.calculus.kinks import Differentiability
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Constant, Crossing, Derivative, Quantity, Request
from derivcli.calculus.study import differentiability_at, quantity, statements
from derivcli.calculus.sweep.error_curve import (
    Obstacle,
    SweepRequest,
    SweepResult,
    SweepRow,
    SweepSummary,
)
from derivcli.calculus.sweep.error_model import BEND, HIGHEST, Model, derivatives_at, model
from derivcli.defaults import SWEEP
from derivcli.errors import RefusedError, UndefinedError, UsageError
from derivcli.language.latex import latex
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Program, inline, number

Stage = Callable[[str], None]

SMALLEST, LARGEST = Fraction(1, 10**300), Fraction(10**300)  # of eps
FIRST, LAST = map(Fraction, SWEEP)
FINE = ("1", "0.749894", "0.562341", "0.421697", "0.316228", "0.237137", "0.177828", "0.133352")
MOST_DECADES = 60
NEIGHBOURS = 3  # on both sides of a point, for the running median
NOISE = 0.1  # rounding beside truncation, at most, for a point to tell the order
LEAST_POINTS = 3
FAR = 0.2  # from the order expected, at most, likewise
DOUBT = 0.03  # the standard error of an order that is told, at most
BEYOND = 10  # times the range of the sweep: what is predicted there is not to be found
SHARPEST = 1e-4  # no point of a regression is trusted more than this

# The derivatives that make the truncation error of a method: in words, and by their orders.
ALL = "J'', J''', ...", range(2, HIGHEST + 1)
ODD = "J''' and the further odd derivatives", range(3, HIGHEST + 1, 2)
CUT_OFF = {
    "forward": ALL,
    "backward": ALL,
    "central": ODD,
    "complex": ODD,
    "richardson": ("the fifth and the further odd derivatives", range(5, HIGHEST + 1, 2)),
}

# On which sides of the point a method takes its steps; the complex one is turned off the line.
SIDES = {
    "forward": (1,),
    "backward": (-1,),
    "central": (-1, 1),
    "richardson": (-1, 1),
    "complex": (),
}

Curve = list[tuple[float, SweepRow]]  # eps and its row
Errors = Sequence[tuple[float, Any]]  # eps, and the size of the error as mpmath's or a float


def sweep(request: SweepRequest, stage: Stage = lambda _: None) -> SweepResult:
    """Return the errors of every method in every arithmetic, and what they show.

    Raises UndefinedError where J or its derivative is missing at the point, UsageError where a
    method does not fit.
    """
    study = Request(request.program, (request.point,), (request.variable,), (),
                    methods=request.methods, digits=request.digits)  # fmt: skip
    check_methods(study)
    grid = list(_grid(request))
    stage("differentiating")
    derivatives = Derivatives(request.program, request.limits)
    tree = derivatives.tree(request.variable, 1)
    at = {name: quantity(value, request.digits, "--at") for name, value in request.point.items()}
    slope, smooth = _slope(request, derivatives)
    stage("estimating")
    curves = {
        (method, arithmetic): _curve(request, study, derivatives, method, arithmetic, grid)
        for arithmetic in request.arithmetics
        for method in request.methods
    }
    program, w = request.program, size(at[request.variable])
    sizes = _sizes(request) if smooth else None
    met = _crossings(request, grid)
    found = []
    for (method, arithmetic), curve in curves.items():
        expected = model(method, arithmetic, sizes, w, size(slope)) if sizes else None
        obstacle = _obstacle(met, method, program.output.name)
        seen = expected is None or expected.terms
        whole = "" if seen else _without_truncation(request, derivatives, method)
        if smooth and sizes is None:
            whole = "the higher derivatives of J are not told here"
        found.append(summary(method, arithmetic, curve, expected, obstacle, whole))
    return SweepResult(
        text(program),
        program.output.name,
        program.variables or (request.variable,),
        statements(program),
        request.variable,
        Derivative(request.variable, 1, text(tree), latex(tree)),
        at,
        slope,
        tuple(row for curve in curves.values() for _, row in curve[len(FINE) :: len(FINE)]),
        tuple(found),
    )


def _sizes(request: SweepRequest) -> dict[int, mpf] | None:
    def point(fine: Exact) -> dict[str, Real]:
        return constants(request.point, fine)

    return derivatives_at(inline(request.program), point, request.variable)


def _without_truncation(request: SweepRequest, derivatives: Derivatives, method: str) -> str:
    """Return what there is to say of the derivatives that a method cuts off, where none is seen."""
    named, orders = CUT_OFF[method]

    def vanish(arithmetic: Exact) -> bool:
        verdicts = (_verdict(request, derivatives, arithmetic, order) for order in orders)
        return all(
            each.slope is not None and not each.probed and arithmetic.sign(each.slope) == 0
            for each in verdicts
        )

    try:
        if derivatives.tree(request.variable, orders[0]) == number(Fraction(0)):
            return f"{named} are 0 here, so nothing is cut off"
        if with_digits(request.digits, symbolic.is_zero, vanish):
            return f"{named} are 0 here, up to order {orders[-1]}, so nothing is cut off"
    except (RefusedError, UndefinedError):
        pass
    return f"{named} are not told from 0 here, so next to nothing is cut off"


def _crossings(request: SweepRequest, grid: Sequence[Fraction]) -> dict[int, Crossing]:
    """Return what the steps of the sweep come to on either side of the point."""

    def point(fine: Exact) -> dict[str, Real]:
        return constants(request.point, fine)

    tree, distances = inline(request.program), sorted(grid)
    met = {side: crossing(tree, point, request.variable, side, distances) for side in (-1, 1)}
    return {side: each for side, each in met.items() if each is not None}


def _obstacle(met: Mapping[int, Crossing], method: str, output: str) -> Obstacle | None:
    """Return from which eps on the steps of a method come to what is no part of its formula."""
    found = [met[side] for side in SIDES[method] if side in met]
    if not found:
        return None
    first = min(found, key=lambda each: each.distance)
    return Obstacle(float(first.distance), first.at, first.told(output))


def size(quantity: Quantity) -> mpf:
    """Return a number as mpmath's, which keeps what float64 would call 0."""
    number = quantity.number
    if isinstance(number, Decimal):
        return mpf(str(number))
    return ball(Fraction(number)).middle


def _grid(request: SweepRequest) -> Iterator[Fraction]:
    """Yield eps from large to small, eight a decade, so that every eighth is a decade's.

    It begins a decade above the sweep, where the order of the truncation error is seen, too.
    """
    first, last = FIRST, LAST
    if request.span is not None:
        ends = sorted((_end(each, request.digits) for each in request.span), reverse=True)
        first, last = ends
        if first == last or last * Fraction(10**MOST_DECADES) < first:
            raise UsageError(
                f"a sweep goes over 1 to {MOST_DECADES} decades", where="in --eps",
                hint="write --eps FROM TO, such as --eps 1e-1 1e-16",
            )  # fmt: skip
    decade = 10 * first
    while decade >= last:
        yield from (eps for part in FINE if (eps := decade * Fraction(part)) >= last)
        decade /= 10


def _end(constant: Constant, digits: int) -> Fraction:
    found = quantity(constant, digits, "--eps")
    if not found.number > 0:
        raise UsageError(
            "eps has to be above 0 here", source=constant.source, span=constant.output.span,
            where="in --eps",
        )  # fmt: skip
    if not SMALLEST <= found.number <= LARGEST:
        raise UsageError(
            "eps has to be between 1e-300 and 1e300 here", source=constant.source,
            span=constant.output.span, where="in --eps",
        )  # fmt: skip
    return Fraction(found.number)


def _slope(request: SweepRequest, derivatives: Derivatives) -> tuple[Quantity, bool]:
    """Return the exact slope, and whether J is smooth at the point."""

    def compute(arithmetic: Exact) -> tuple[Quantity | None, Differentiability]:
        verdict = _verdict(request, derivatives, arithmetic)
        if verdict.slope is None:
            return None, verdict
        slope = settle(verdict.slope, request.digits, arithmetic, symbolic.exact_value)
        return slope, replace(verdict, slope=None, left=None, right=None)

    slope, verdict = with_digits(request.digits, symbolic.is_zero, compute)
    if slope is None:
        name, missing = request.program.output.name, verdict.differentiable is False
        reason = (verdict.reason or "").replace("{J}", name)
        sign = "∂" if len(request.program.variables) > 1 else "d"
        raise UndefinedError(
            f"{sign}{name}/{sign}{request.variable} "
            f"{'does not exist' if missing else 'is undecided'}: {reason}"
        )
    return slope, verdict.smooth


def _verdict(
    request: SweepRequest, derivatives: Derivatives, arithmetic: Exact, order: int = 1
) -> Differentiability:
    values = constants(request.point, arithmetic)
    evaluate(request.program, values, arithmetic)  # raises where J has no value
    return differentiability_at(
        derivatives,
        lambda fine: constants(request.point, fine),
        request.variable,
        order,
        arithmetic,
    )


def _curve(
    request: SweepRequest,
    study: Request,
    derivatives: Derivatives,
    method: str,
    name: str,
    steps: Sequence[Fraction],
) -> Curve:
    """Return the rows of one method in one arithmetic."""

    def compute(arithmetic: Exact) -> Curve:
        verdict = _verdict(request, derivatives, arithmetic)
        values = constants(request.point, arithmetic)
        place = Place(
            replace(study, arithmetic=name), request.point, request.variable, values, {}, arithmetic
        )
        curve: Curve = []
        for eps in steps:
            constant = Program((Assignment("eps", number(eps)),))
            found = estimated(place, method, constant, Quantity(eps), verdict.slope)
            row = SweepRow(method, name, found.eps, found.estimate, found.error, found.problem)
            curve.append((float(eps), row))
        return curve

    try:
        return with_digits(request.digits, symbolic.is_zero, compute)
    except RefusedError as error:
        if len(steps) == 1:
            row = SweepRow(method, name, Quantity(steps[0]), None, None, error.message)
            return [(float(steps[0]), row)]
        # One estimate that cannot be told leaves the others.
        half = len(steps) // 2
        parts = (steps[:half], steps[half:])
        return [
            each
            for part in parts
            for each in _curve(request, study, derivatives, method, name, part)
        ]


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
