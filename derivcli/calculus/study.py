"""The exact derivative beside its estimates: the results of `diff` and `table`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from mpmath import mp, mpf

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Arithmetic, Float32, Float64, Uncertain
from derivcli.calculus.complexes import Complex, refuse_not_analytic
from derivcli.calculus.evaluate import Kink, evaluate, slope_at
from derivcli.calculus.exact import Ball, Exact, Real, ball
from derivcli.calculus.kinks import Verdict, judge
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.quotient import QUOTIENTS, Chord, complex_step, higher
from derivcli.calculus.results import (
    Constant,
    Derivative,
    Estimate,
    Point,
    PointStudy,
    Quantity,
    Request,
    Slope,
    Step,
    Study,
)
from derivcli.errors import RefusedError, UndefinedError, UsageError
from derivcli.language.latex import latex
from derivcli.language.limits import COMMAND_LINE, Limits, check_inlined
from derivcli.language.text import text
from derivcli.language.tree import Node, Program, inline, number

Stage = Callable[[str], None]

HIGHEST_ESTIMATED = 20  # estimates of a higher order are all rounding, or all truncation
FLOATS: dict[str, type[Float64]] = {"float64": Float64, "float32": Float32}
COMPLEX_BITS = {"float64": 53, "float32": 24}


class Derivatives:
    """The derivatives of one program, each found once: trees of the free variables."""

    def __init__(self, program: Program, limits: Limits = COMMAND_LINE) -> None:
        check_inlined(program, limits)
        self.program = program
        self.expression = symbolic.to_sympy(inline(program))
        self.trees: dict[tuple[str, int], Node] = {}

    def tree(self, variable: str, order: int) -> Node:
        """Return the derivative's tree, in the shortest form found."""
        if (variable, order) not in self.trees:
            found = symbolic.derivative(self.expression, variable, order)
            try:
                self.trees[variable, order] = symbolic.to_tree(symbolic.tidy(found))
            except TypeError as error:
                raise RefusedError(
                    f"the derivative cannot be written with the functions of derivcli: {error}"
                ) from None
        return self.trees[variable, order]


def study(request: Request, stage: Stage = lambda _: None) -> Study:
    """Return the study of a request; `stage` is told what is being done.

    Raises UsageError where a method does not fit, RefusedError beyond the bounds.
    """
    check_methods(request)
    stage("differentiating")
    derivatives = Derivatives(request.program, request.limits)
    found = tuple(
        _derivative(variable, request.order, derivatives.tree(variable, request.order))
        for variable in request.wrt
    )
    stage("evaluating")
    sizes = steps(request.eps, request.digits) if request.points else ()
    points = tuple(_point(request, point, sizes, derivatives) for point in request.points)
    return Study(
        text(request.program),
        request.program.output.name,
        request.program.variables or request.wrt,
        tuple(_step(s.name, s.expression) for s in request.program.statements),
        request.arithmetic,
        found,
        points,
    )


def _derivative(variable: str, order: int, tree: Node) -> Derivative:
    return Derivative(variable, order, text(tree), latex(tree))


def _step(name: str, tree: Node) -> Step:
    return Step(name, text(tree), latex(tree))


def constants(point: Point, arithmetic: Arithmetic) -> dict[str, Any]:
    """Return the numbers that constants stand for."""
    return {name: evaluate(constant, {}, arithmetic) for name, constant in point.items()}


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


def steps(constants: tuple[Constant, ...], digits: int = 17) -> tuple[Quantity, ...]:
    """Return the sizes of eps as quantities.

    Raises UsageError for an eps of 0. A negative one is a step to the other side.
    """
    found = tuple(quantity(eps, digits, "--eps") for eps in constants)
    for eps, size in zip(constants, found, strict=True):
        if size.number == 0:
            raise UsageError(
                "eps is 0, and the difference quotient divides by eps",
                source=eps.source,
                span=eps.output.span,
                where="in --eps",
                hint="write a small number such as 0.001",
            )
    return found


def _point(
    request: Request, point: Point, sizes: tuple[Quantity, ...], derivatives: Derivatives
) -> PointStudy:
    at = {name: quantity(value, request.digits, "--at") for name, value in point.items()}
    value, problem = None, None
    try:
        value = _value(request, point)
    except UndefinedError as error:
        problem = error.message
    slopes = tuple(
        _slope(request, point, variable, sizes, derivatives, problem) for variable in request.wrt
    )
    return PointStudy(at, value, problem, slopes)


def _value(request: Request, point: Point) -> Quantity:
    if request.arithmetic in FLOATS:
        arithmetic = FLOATS[request.arithmetic]()
        number_there = evaluate(request.program, constants(point, arithmetic), arithmetic)
        return Quantity(number_there)

    def compute(arithmetic: Exact) -> Quantity:
        there = evaluate(request.program, constants(point, arithmetic), arithmetic)
        return settle(there, request.digits, arithmetic, symbolic.exact_value)

    return with_digits(request.digits, symbolic.is_zero, compute)


def _slope(
    request: Request,
    point: Point,
    variable: str,
    sizes: tuple[Quantity, ...],
    derivatives: Derivatives,
    problem: str | None,
) -> Slope:
    if problem is not None:
        reason = f"{request.program.output.name} is undefined here"
        return Slope(variable, request.order, None, False, None, None, reason, ())

    def compute(arithmetic: Exact) -> Slope:
        values = constants(point, arithmetic)
        verdict = verdict_at(derivatives, values, variable, request.order, arithmetic)

        def shown(value: Real | None) -> Quantity | None:
            if value is None:
                return None
            return settle(value, request.digits, arithmetic, symbolic.exact_value)

        slope = shown(verdict.slope)
        same = verdict.differentiable
        left, right = (slope, slope) if same else (shown(verdict.left), shown(verdict.right))
        estimates = tuple(
            estimated(request, point, variable, method, eps, size, verdict.slope, arithmetic)
            for method in request.methods
            for eps, size in zip(request.eps, sizes, strict=True)
            if request.order <= HIGHEST_ESTIMATED
        )
        reason = verdict.reason and verdict.reason.replace("{J}", request.program.output.name)
        return Slope(variable, request.order, slope, same, left, right, reason, estimates)

    return with_digits(request.digits, symbolic.is_zero, compute)


def verdict_at(
    derivatives: Derivatives,
    values: Mapping[str, Real],
    variable: str,
    order: int,
    arithmetic: Exact,
) -> Verdict:
    """Return the verdict on the derivative of an order at a point where J has a value.

    Where J is smooth the slope is the value of SymPy's derivative, and has to agree with the
    chain rule on the tree as typed. Elsewhere each order is judged from both sides in turn.
    """
    program = derivatives.program
    verdict = judge(program, values, variable, evaluate(program, values, arithmetic), arithmetic)
    if verdict.smooth:
        slope = verdict.slope
        if order > 1:
            slope = _smooth_slope(derivatives.tree(variable, order - 1), values, variable, arithmetic)
        if slope is not None:
            slope = _confirmed(slope, derivatives.tree(variable, order), values, arithmetic)
            return Verdict(True, slope, slope, slope, smooth=True)
    if order > HIGHEST_ESTIMATED:
        raise RefusedError(f"at this point, orders above {HIGHEST_ESTIMATED} are not decided")
    for lower in range(1, order):
        if not verdict.differentiable or verdict.slope is None:
            return verdict
        tree = derivatives.tree(variable, lower)
        verdict = judge(tree, values, variable, verdict.slope, arithmetic)
    return verdict


def _smooth_slope(
    tree: Node, values: Mapping[str, Real], variable: str, arithmetic: Exact
) -> Real | None:
    """Return the slope of a derivative's formula, or None where the formula is not smooth."""
    try:
        slope = slope_at(tree, values, variable, arithmetic).slope
    except (Kink, UndefinedError):
        return None
    return Fraction(0) if slope is None else slope


def _confirmed(slope: Real, tree: Node, values: Mapping[str, Real], arithmetic: Exact) -> Real:
    """Return the value of a derivative's formula, checked against the slope by the chain rule."""
    try:
        value: Real = evaluate(tree, values, arithmetic)
    except UndefinedError:
        return slope  # the formula has a hole where the function has none
    if isinstance(value, Fraction) and isinstance(slope, Fraction):
        agrees = value == slope
    else:
        one, other = ball(value), ball(slope)
        agrees = bool(abs(one.middle - other.middle) <= one.radius + other.radius)
    if not agrees:
        raise AssertionError(f"SymPy's derivative {text(tree)} disagrees with the chain rule")
    return value


def estimated(
    request: Request,
    point: Point,
    variable: str,
    method: str,
    eps: Constant,
    size: Quantity,
    slope: Real | None,
    arithmetic: Exact,
) -> Estimate:
    """Return one difference quotient in the arithmetic that was asked for, and its exact error."""
    try:
        if request.arithmetic in FLOATS:
            chord = _float_chord(request, point, variable, method, eps)
        else:
            chord = _exact_chord(request, point, variable, method, eps, arithmetic)
    except (UndefinedError, RefusedError) as problem:
        return Estimate(method, size, None, None, None, None, None, problem.message)

    def shown(value: Any) -> Quantity | None:
        if value is None:
            return None
        if isinstance(value, float):
            return Quantity(value)
        return settle(value, request.digits, arithmetic)

    error = None
    if slope is not None:
        estimate = Fraction(chord.slope) if isinstance(chord.slope, float) else chord.slope
        error = shown(estimate - slope)
    return Estimate(
        method, size, shown(chord.point), shown(chord.value), shown(chord.change), shown(chord.slope), error
    )


def _chord(
    request: Request, values: Mapping[str, Any], variable: str, method: str, eps: Any, arithmetic: Arithmetic
) -> Chord:
    known: dict[Any, Any] = {}

    def function(w: Any) -> Any:
        if w not in known:
            known[w] = evaluate(request.program, {**values, variable: w}, arithmetic)
        return known[w]

    if request.order > 1:
        return higher(function, values[variable], eps, request.order, method)
    return QUOTIENTS[method](function, values[variable], eps)


def _float_chord(request: Request, point: Point, variable: str, method: str, eps: Constant) -> Chord:
    arithmetic = FLOATS[request.arithmetic]()
    values = constants(point, arithmetic)
    size = evaluate(eps, {}, arithmetic)
    if size == 0:
        raise UndefinedError(f"eps rounds to 0 in {request.arithmetic}")
    if method != "complex":
        return _chord(request, values, variable, method, size, arithmetic)
    with mp.workprec(COMPLEX_BITS[request.arithmetic]):
        chord = _complex_chord(request, values, variable, size, Complex(rounded=True))
    rounded = arithmetic.constant
    return Chord(None, None, rounded(chord.change), rounded(chord.slope))


def _exact_chord(
    request: Request, point: Point, variable: str, method: str, eps: Constant, arithmetic: Exact
) -> Chord:
    values = constants(point, arithmetic)
    size = evaluate(eps, {}, arithmetic)
    if method != "complex":
        return _chord(request, values, variable, method, size, arithmetic)
    chord = _complex_chord(request, values, variable, size, Complex())
    if isinstance(chord.change, Fraction):
        return chord
    # mpmath's complex numbers carry no error bound: the same with half as many digits again
    # shows how far off the first answer was.
    with mp.workdps(arithmetic.digits * 3 // 2):
        finer = _complex_chord(request, constants(point, arithmetic), variable, size, Complex())
    return Chord(None, None, _bounded(chord.change, finer.change), _bounded(chord.slope, finer.slope))


def _bounded(coarse: mpf, fine: mpf) -> Ball:
    radius = 2 * abs(coarse - fine) + abs(fine) * mpf(2) ** (4 - mp.prec)
    if abs(fine) <= radius:
        raise Uncertain(number(0))
    return Ball(+fine, radius, number(0))


def _complex_chord(
    request: Request, values: Mapping[str, Any], variable: str, eps: Any, arithmetic: Complex
) -> Chord:
    known = {name: arithmetic.real(value) for name, value in values.items()}

    def function(w: Any) -> Any:
        return evaluate(request.program, {**known, variable: w}, arithmetic)

    size = arithmetic.real(eps)
    step = size * arithmetic.unit
    divisor = size.real
    return complex_step(function, known[variable], step, divisor)


def check_methods(request: Request) -> None:
    """Raise UsageError where a method does not fit the order or the functions of the program."""
    if "complex" not in request.methods:
        return
    if request.order > 1:
        raise UsageError(
            "the complex step estimates first derivatives only", hint="use --method central"
        )
    for statement in request.program.statements:
        refuse_not_analytic(statement.expression, request.program.source)
