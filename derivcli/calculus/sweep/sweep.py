"""The error of difference quotients for eps after eps: the V of truncation and rounding."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from statistics import median

from derivcli.calculus import symbolic
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.estimates import Place, check_methods, constants, estimated
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.kinks import Verdict
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Constant, Derivative, Quantity, Request
from derivcli.calculus.study import quantity, statements, verdict_at
from derivcli.calculus.sweep.error_curve import Sweep, SweepRequest, SweepRow, SweepSummary
from derivcli.calculus.sweep.error_model import Model, derivatives_at, model
from derivcli.errors import UndefinedError, UsageError
from derivcli.language.latex import latex
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Program, inline, number

Stage = Callable[[str], None]

FIRST, LAST = Fraction(1, 10), Fraction(1, 10**16)
FINE = ("1", "0.749894", "0.562341", "0.421697", "0.316228", "0.237137", "0.177828", "0.133352")
MOST_DECADES = 60
NEIGHBOURS = 3  # on both sides of a point, for the running median
NOISE = 0.1  # rounding beside truncation, at most, for a point to tell the order
BEND = 0.3  # the next term of truncation beside the leading one, at most, likewise
LEAST_POINTS = 3
DOUBT = 0.03  # the standard error of an order that is told, at most
BEYOND = 10  # times the range of the sweep: what is predicted there is not to be found
SHARPEST = 1e-4  # no point of a regression is trusted more than this

# The derivatives that make the truncation error of a method.
WITHOUT_TRUNCATION = {
    "forward": "J'', J''', ...",
    "backward": "J'', J''', ...",
    "central": "J''' and the further odd derivatives",
    "complex": "J''' and the further odd derivatives",
    "richardson": "the fifth and the further odd derivatives",
}

Curve = list[tuple[float, SweepRow]]  # eps and its row


def sweep(request: SweepRequest, stage: Stage = lambda _: None) -> Sweep:
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
    program, w = request.program, float(at[request.variable])
    sizes = _sizes(request) if smooth else None
    found = (
        summary(*key, curve, model(*key, sizes, w, float(slope)) if sizes else None)
        for key, curve in curves.items()
    )
    return Sweep(
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


def _sizes(request: SweepRequest) -> dict[int, float] | None:
    def point(fine: Exact) -> dict[str, Real]:
        return constants(request.point, fine)

    return derivatives_at(inline(request.program), point, request.variable)


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
    return Fraction(found.number)


def _slope(request: SweepRequest, derivatives: Derivatives) -> tuple[Quantity, bool]:
    """Return the exact slope, and whether J is smooth at the point."""

    def compute(arithmetic: Exact) -> tuple[Quantity | None, Verdict]:
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


def _verdict(request: SweepRequest, derivatives: Derivatives, arithmetic: Exact) -> Verdict:
    values = constants(request.point, arithmetic)
    evaluate(request.program, values, arithmetic)  # raises where J has no value
    return verdict_at(
        derivatives, lambda fine: constants(request.point, fine), request.variable, 1, arithmetic
    )


def _curve(
    request: SweepRequest,
    study: Request,
    derivatives: Derivatives,
    method: str,
    name: str,
    grid: Sequence[Fraction],
) -> Curve:
    """Return the rows of one method in one arithmetic."""

    def compute(arithmetic: Exact) -> Curve:
        verdict = _verdict(request, derivatives, arithmetic)
        values = constants(request.point, arithmetic)
        place = Place(
            replace(study, arithmetic=name), request.point, request.variable, values, {}, arithmetic
        )
        curve: Curve = []
        for eps in grid:
            size = Quantity(eps)
            constant = Program((Assignment("eps", number(eps)),))
            found = estimated(place, method, constant, size, verdict.slope)
            row = SweepRow(method, name, size, found.estimate, found.error, found.problem)
            curve.append((float(eps), row))
        return curve

    return with_digits(request.digits, symbolic.is_zero, compute)


def summary(method: str, arithmetic: str, curve: Curve, expected: Model | None) -> SweepSummary:
    """Return what a curve shows: the order and the best eps found, beside those expected.

    The first decade of the curve is above the sweep, and tells the order alone.
    """
    above = _errors(curve[: len(FINE)])
    errors = _errors(curve[len(FINE) :])
    if not errors:
        return SweepSummary(method, arithmetic, None, None, None, None, _first_problem(curve))
    if expected is None:
        found = best_eps(errors) if arithmetic != "exact" else None
        why = "J is not smooth enough here for Taylor's formula"
        return SweepSummary(method, arithmetic, None, None, found, None, why)
    if not expected.terms:
        why = (
            f"{WITHOUT_TRUNCATION[method]} are 0 here, so nothing is cut off: all error is rounding"
        )
        return SweepSummary(method, arithmetic, None, None, None, None, why)
    power, note = expected.terms[0].power, None
    predicted = expected.best
    if arithmetic == "exact":
        note = "no rounding error: the smaller eps is, the better"
    elif method == "complex":
        note = "nothing is subtracted, so nothing cancels: every small eps is good"
    elif predicted is None:
        note = "no rounding error that grows: J and the point are 0 here"
    found = None if arithmetic == "exact" else best_eps(errors)
    if predicted is not None and not errors[-1][0] / BEYOND <= predicted <= errors[0][0] * BEYOND:
        found, note = None, "the sweep does not go there"
    if found and predicted and found > BEYOND * predicted:
        note = "more rounding than predicted: J loses digits on the way"
    order = observed_order(above + errors, expected)
    if order is None:
        note = "; ".join(filter(None, (note, "rounding hides the order of the truncation error")))
    return SweepSummary(method, arithmetic, order, power, found, predicted, note)


def _errors(curve: Curve) -> list[tuple[float, float]]:
    return [(eps, abs(float(row.error))) for eps, row in curve if row.error is not None]


def _first_problem(curve: Curve) -> str | None:
    return next((row.problem for _, row in curve if row.problem), None)


def best_eps(errors: Sequence[tuple[float, float]]) -> float:
    """Return the eps with the smallest running median of seven errors, the largest of several.

    Seven neighbours cover almost a decade: an error that happens to be 0 does not win, and what
    is found is the bottom of the V rather than one of its dents.
    """
    medians = _running_medians([error for _, error in errors])
    return -min((each, -eps) for each, (eps, _) in zip(medians, errors, strict=True))[1]


def _running_medians(values: Sequence[float]) -> list[float]:
    return [
        median(values[max(0, index - NEIGHBOURS) : index + NEIGHBOURS + 1])
        for index in range(len(values))
    ]


def observed_order(errors: Sequence[tuple[float, float]], expected: Model) -> float | None:
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
            points.append((math.log(eps), math.log(error), (noise + bend + SHARPEST) ** -2))
    if len(points) < LEAST_POINTS:
        return None
    slope, doubt = _line(points)
    return slope if doubt <= DOUBT else None


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


def _measured_rounding(errors: Sequence[tuple[float, float]], expected: Model) -> float:
    """Return the largest running median of error * eps below the best eps: rounding as it is.

    Larger than expected where J loses digits on the way, such as log(1 + w**2) near 0.
    """
    if expected.best is None:
        return 0.0
    found = [error * eps for eps, error in errors if eps < expected.best]
    return max(_running_medians(found), default=0.0)
