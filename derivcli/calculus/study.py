"""The exact derivative beside its estimates: the results of `diff` and `table`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import TypeVar

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import TooLarge
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.estimates import FLOATS, Place, check_methods, constants, estimated
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.existence import differentiability_at
from derivcli.calculus.hessian import PROBED, has_hessian, hessian, hessian_at
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import (
    Constant,
    Derivative,
    Estimate,
    Point,
    PointStudy,
    Quantity,
    Request,
    Slope,
    Statement,
    Study,
)
from derivcli.calculus.truncation import truncations
from derivcli.errors import DerivError, RefusedError, UndefinedError, UsageError
from derivcli.language.latex import latex
from derivcli.language.text import text
from derivcli.language.tree import Node, Program

Stage = Callable[[str], None]
T = TypeVar("T")


def study_of(request: Request, stage: Stage = lambda _: None) -> Study:
    """Return J, its derivatives, slopes and estimates at the points; `stage` is told each stage.

    Raises UsageError where a method does not fit, RefusedError beyond the bounds.
    """
    check_methods(request)
    stage("differentiating")
    derivatives = Derivatives(request.program, request.limits)
    formulas = tuple(
        _derivative(request, variable, derivatives.tree(variable, request.order))
        for variable in request.wrt
    )
    stage("evaluating")
    sizes = eps_quantities(request.eps, request.digits) if request.points else ()
    points = tuple(_answered(request, point, sizes, derivatives) for point in request.points)
    if request.explain and request.order == 1 and sizes:
        points = tuple(
            map(partial(_explained, request, sizes, derivatives), points, request.points)
        )
    return Study(
        text(request.program),
        request.program.output.name,
        request.program.variables or request.wrt,
        () if request.brief else statements(request.program),
        request.arithmetic,
        formulas,
        points,
        hessian(request, derivatives) if has_hessian(request) else None,
    )


def _derivative(request: Request, variable: str, tree: Node) -> Derivative:
    return Derivative(variable, request.order, text(tree), "" if request.brief else latex(tree))


def statements(program: Program) -> tuple[Statement, ...]:
    """Return the statements of a program as text and LaTeX."""
    return tuple(
        Statement(each.name, text(each.expression), latex(each.expression))
        for each in program.statements
    )


def quantity(constant: Constant, digits: int, option: str) -> Quantity:
    """Return a constant as a quantity, with its closed form.

    Raises UsageError where it has no value, such as 1/0.
    """

    def compute(arithmetic: Exact) -> Quantity:
        value = evaluate(constant, {}, arithmetic)
        return settle(value, digits, arithmetic, symbolic.exact_value)

    try:
        return with_digits(digits, symbolic.is_zero, compute)
    except UndefinedError as error:
        raise UsageError(
            error.message, source=constant.source, span=error.span, where=f"in {option}"
        ) from None
    except RefusedError as error:
        raise error.located(source=constant.source, where=f"in {option}") from None


@lru_cache(maxsize=16)
def eps_quantities(eps: tuple[Constant, ...], digits: int = 17) -> tuple[Quantity, ...]:
    """Return the sizes of eps as quantities.

    Raises UsageError for an eps of 0. A negative one is a step to the other side.
    """
    sizes = tuple(quantity(each, digits, "--eps") for each in eps)
    for each, size in zip(eps, sizes, strict=True):
        if size.is_zero:
            raise UsageError(
                "eps is 0, and the difference quotient divides by eps",
                source=each.source,
                span=each.output.span,
                where="in --eps",
                hint="write a small number such as 0.001",
            )
    return sizes


def is_defined(program: Program, point: Point, digits: int) -> bool:
    """Has a program a value at a point in exact numbers, where floats may have lost it?"""
    try:
        with_digits(
            digits,
            symbolic.is_zero,
            lambda arithmetic: evaluate(program, constants(point, arithmetic), arithmetic),
        )
    except DerivError:
        return False
    return True


def _answered(
    request: Request, point: Point, sizes: tuple[Quantity, ...], derivatives: Derivatives
) -> PointStudy:
    """Return the study of one point; among several, one that is refused leaves the others."""
    try:
        return _point(request, point, sizes, derivatives)
    except RefusedError as error:
        if len(request.points) == 1:
            raise
        at = {name: quantity(value, request.digits, "--at") for name, value in point.items()}
        return PointStudy(at, None, error.message, (), refused=True)


def _point(
    request: Request, point: Point, sizes: tuple[Quantity, ...], derivatives: Derivatives
) -> PointStudy:
    at = {name: quantity(value, request.digits, "--at") for name, value in point.items()}

    def compute(arithmetic: Exact) -> PointStudy:
        values = constants(point, arithmetic)
        try:
            there = evaluate(request.program, values, arithmetic)
        except UndefinedError as error:
            nowhere = f"{request.program.output.name} is undefined here"
            return PointStudy(at, None, error.message, tuple(
                Slope(variable, request.order, None, False, None, None, nowhere, ())
                for variable in request.wrt
            ))  # fmt: skip
        value, lost = _value(request, point, there, arithmetic)
        studied = PointStudy(at, value, lost, ())
        if apart:
            return studied
        slopes = tuple(
            _slope(request, point, variable, sizes, derivatives, values, there, arithmetic)
            for variable in request.wrt
        )
        return _with_hessian(
            request, point, derivatives, replace(studied, slopes=slopes), arithmetic
        )

    apart = False
    try:
        return with_digits(request.digits, symbolic.is_zero, compute)
    except RefusedError:
        apart = True
    studied = with_digits(request.digits, symbolic.is_zero, compute)
    return _apart(request, point, sizes, derivatives, studied) if studied.value else studied


def _with_hessian(
    request: Request, point: Point, derivatives: Derivatives, studied: PointStudy, arithmetic: Exact
) -> PointStudy:
    """Return a point with its Hessian, where that is asked for."""
    if not has_hessian(request):
        return studied
    entries = hessian_at(request, derivatives, lambda fine: constants(point, fine), arithmetic)
    problem = "; ".join(filter(None, (studied.problem, *entries.notes))) or None
    return replace(studied, hessian=entries.rows, curvature=entries.curvature, problem=problem)


def _apart(
    request: Request,
    point: Point,
    sizes: tuple[Quantity, ...],
    derivatives: Derivatives,
    studied: PointStudy,
) -> PointStudy:
    """Return the study of a point number by number: one that cannot be told leaves the others."""

    def told(compute: Callable[[Exact], T], otherwise: Callable[[str], T]) -> T:
        try:
            return with_digits(request.digits, symbolic.is_zero, compute)
        except RefusedError as error:
            return otherwise(error.message)

    def slope(variable: str, chosen: Request, sizes: tuple[Quantity, ...]) -> Slope:
        def compute(arithmetic: Exact) -> Slope:
            values = constants(point, arithmetic)
            there = evaluate(request.program, values, arithmetic)
            return _slope(chosen, point, variable, sizes, derivatives, values, there, arithmetic)

        def undecided(reason: str) -> Slope:
            return Slope(variable, request.order, None, None, None, None, reason, ())

        return told(compute, undecided)

    def estimate(variable: str, method: str, eps: Constant, size: Quantity) -> Estimate:
        chosen = replace(request, methods=(method,), eps=(eps,))
        estimated = slope(variable, chosen, (size,))
        if estimated.estimates:
            return estimated.estimates[0]
        reason = estimated.reason or ""
        return Estimate(method, size, None, None, None, None, None, reason)

    slopes = tuple(
        replace(
            slope(variable, replace(request, eps=()), ()),
            estimates=tuple(
                estimate(variable, method, eps, size)
                for method in request.methods
                for eps, size in zip(request.eps, sizes, strict=True)
            ),
        )
        for variable in request.wrt
    )
    studied = replace(studied, slopes=slopes)

    def without_hessian(reason: str) -> PointStudy:
        empty = ((None,) * len(request.wrt),) * len(request.wrt)
        problem = "; ".join(filter(None, (studied.problem, f"the Hessian: {reason}")))
        return replace(studied, hessian=empty, problem=problem)

    return told(
        lambda arithmetic: _with_hessian(request, point, derivatives, studied, arithmetic),
        without_hessian,
    )


def _explained(
    request: Request,
    sizes: tuple[Quantity, ...],
    derivatives: Derivatives,
    studied: PointStudy,
    point: Point,
) -> PointStudy:
    """Return a point with what the estimates are off by, for the smallest step."""
    eps = min(zip(request.eps, sizes, strict=True), key=lambda each: abs(float(each[1])))[0]
    return replace(studied, slopes=tuple(
        slope if slope.slope is None else replace(slope, truncations=tuple(
            truncations(derivatives, point, slope.variable, request.methods, eps, request.digits)
        ))
        for slope in studied.slopes
    ))  # fmt: skip


def _value(
    request: Request, point: Point, there: Real, arithmetic: Exact
) -> tuple[Quantity, str | None]:
    """Return the value of J, exact or as the floating-point arithmetic asked for computes it.

    Where that has lost it, the exact value, and what went wrong.
    """
    lost = None
    if request.arithmetic in FLOATS:
        floats = FLOATS[request.arithmetic]()
        try:
            value = evaluate(request.program, constants(point, floats), floats)
            if value == 0 and settle(there, request.digits, arithmetic).number != 0:
                lost = f"{request.arithmetic} has lost this value: exactly, it is not 0"
            return Quantity(value), lost
        except (UndefinedError, RefusedError) as error:
            lost = f"{request.arithmetic} has lost this value: {error.message}"
        except TooLarge:
            lost = f"{request.arithmetic} has lost this value: the point is too large"
    return settle(there, request.digits, arithmetic, _closed_form(request)), lost


def _closed_form(request: Request) -> Callable[[Node], Fraction | Node | None] | None:
    return symbolic.exact_value if request.closed_forms else None


def _slope(
    request: Request,
    point: Point,
    variable: str,
    sizes: tuple[Quantity, ...],
    derivatives: Derivatives,
    values: Mapping[str, Real],
    there: Real,
    arithmetic: Exact,
) -> Slope:
    verdict = differentiability_at(
        derivatives, lambda fine: constants(point, fine), variable, request.order, arithmetic
    )

    def shown(value: Real | None) -> Quantity | None:
        if value is None:
            return None
        return settle(value, request.digits, arithmetic, _closed_form(request))

    slope = shown(verdict.slope)
    same = verdict.differentiable
    left, right = (slope, slope) if same else (shown(verdict.left), shown(verdict.right))
    place = Place(request, point, variable, values, {values[variable]: there}, arithmetic)
    estimates = tuple(
        estimated(place, method, eps, size, verdict.slope)
        for method in request.methods
        for eps, size in zip(request.eps, sizes, strict=True)
    )
    reason = verdict.reason
    if verdict.probed and same is not None:
        reason = f"{reason}, {PROBED}" if reason else PROBED
    reason = reason and reason.replace("{J}", request.program.output.name)
    return Slope(variable, request.order, slope, same, left, right, reason, estimates)
