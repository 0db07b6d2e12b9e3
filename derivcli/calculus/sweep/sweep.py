"""The result of `sweep`: the error of difference quotients for eps after eps, by arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derivcli.calculus import symbolic
from derivcli.calculus.crossings import crossing
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.estimates import Place, check_methods, constants, estimated
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.existence import differentiability_at
from derivcli.calculus.kinks import Differentiability
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Constant, Crossing, Derivative, Quantity, Request
from derivcli.calculus.study import quantity, statements
from derivcli.calculus.sweep.error_curve import (
    Obstacle,
    SweepRequest,
    SweepResult,
    SweepRow,
)
from derivcli.calculus.sweep.error_model import HIGHEST, derivatives_at, model
from derivcli.calculus.sweep.summary import FINE, Curve, size, summary
from derivcli.calculus.truncation import truncations
from derivcli.defaults import SWEEP
from derivcli.errors import RefusedError, UndefinedError, UsageError
from derivcli.language.latex import latex
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Program, inline, number

if TYPE_CHECKING:
    from mpmath import mpf

Stage = Callable[[str], None]

SMALLEST, LARGEST = Fraction(1, 10**300), Fraction(10**300)  # of eps
FIRST, LAST = map(Fraction, SWEEP)
MOST_DECADES = 60

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
        tuple(truncations(
            derivatives, request.point, request.variable, request.methods,
            Program((Assignment("eps", number(grid[-1])),)), request.digits,
        )),
    )  # fmt: skip


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
