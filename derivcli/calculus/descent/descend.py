"""The result of `descend`: a descent in the arithmetic asked for, and how it ended."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from derivcli.calculus import symbolic
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.descent.loop import Path
from derivcli.calculus.descent.objective import Objective, compiled_objective
from derivcli.calculus.descent.outcome import lost_gradient, outcome_fields
from derivcli.calculus.descent.trajectory import DescentRequest, Trajectory
from derivcli.calculus.descent.values import Descent, exact_descent, float_descent
from derivcli.calculus.estimates import FLOATS, constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.quantity import with_digits
from derivcli.calculus.results import Derivative, Quantity
from derivcli.calculus.study import is_defined, quantity, statements
from derivcli.defaults import MOST_EXACT
from derivcli.errors import DerivError, RefusedError, UndefinedError, UsageError
from derivcli.language.latex import latex
from derivcli.language.text import text

Stage = Callable[[str], None]

SHARE = 0.3  # of the clock that exact numbers may take before float64 goes on in their place


def descend(request: DescentRequest, stage: Stage = lambda _: None) -> Trajectory:
    """Return every step of gradient descent, w := w - rate * dJ/dw, and how it ended.

    Raises UndefinedError where J or its gradient is missing at the start, UsageError for a rate
    that is not above 0, RefusedError where a start is beyond float64.
    """
    rate = _rate(request)
    stage("differentiating")
    derivatives = Derivatives(request.program, request.limits)
    objective = compiled_objective(request, derivatives)
    stage("descending")
    descent, arithmetic, note = _descended(objective)
    if not descent.steps:
        raise _no_start(objective, descent.path)
    stage("looking at where the path has come to")
    end = outcome_fields(objective, descent)
    unseen = None if arithmetic == "exact" else lost_gradient(objective, descent, arithmetic)
    away = _rounded_away(request, descent, arithmetic)
    if unseen:
        end |= {"critical": None, "outcome": "stopped"}
    program = request.program
    data = {name: value for name, value in request.start.items() if name not in request.wrt}
    return Trajectory(
        text(program),
        program.output.name,
        program.variables or request.wrt,
        request.wrt,
        {name: quantity(value, request.digits, "--from") for name, value in data.items()},
        statements(program),
        tuple(_derivative(name, derivatives) for name in request.wrt),
        arithmetic,
        rate,
        request.iterations,
        descent.steps,
        **end,
        note=" ".join(filter(None, (note, away, unseen))) or None,
    )


def _rounded_away(request: DescentRequest, descent: Descent, arithmetic: str) -> str | None:
    """Return which numbers of the start floats call 0, though they are not."""
    first = descent.steps[0].at
    lost = [
        name
        for name in request.wrt
        if first[name].number == 0
        and quantity(request.start[name], request.digits, "--from").number != 0
    ]
    return f"{arithmetic} rounds the start {', '.join(lost)} to 0." if lost else None


def _derivative(name: str, derivatives: Derivatives) -> Derivative:
    tree = derivatives.tree(name, 1)
    return Derivative(name, 1, text(tree), latex(tree))


def _rate(request: DescentRequest) -> Quantity:
    rate = quantity(request.rate, request.digits, "--rate")
    if rate.number > 0 and math.isfinite(float(rate)) and float(rate) > 0:
        return rate
    hint = "write a number above 0, such as 0.1"
    if rate.number < 0:
        hint += "; to ascend, descend -J"
    raise UsageError(
        "the learning rate is " + ("below 0" if rate.number < 0 else "0"),
        source=request.rate.source, span=request.rate.output.span, where="in --rate", hint=hint,
    )  # fmt: skip


def _descended(objective: Objective) -> tuple[Descent, str, str | None]:
    """Return the descent, the arithmetic it was made in, and why that is not the one asked for."""
    chosen = objective.request.arithmetic
    if chosen is None:
        chosen = "exact" if objective.request.iterations <= MOST_EXACT else "float64"
    if chosen in FLOATS:
        return float_descent(objective), chosen, None
    deadline = time.monotonic() + SHARE * objective.request.seconds
    try:
        descent = with_digits(
            objective.request.digits,
            symbolic.is_zero,
            lambda arithmetic: exact_descent(objective, arithmetic, deadline),
        )
        return descent, chosen, None
    except TimeoutError:
        why = "exact ones would take too long"
    except RefusedError as error:
        why = f"with exact ones, {error.message}"
    return float_descent(objective), "float64", f"These are float64 numbers: {why}."


def _no_start(objective: Objective, path: Path) -> DerivError:
    """Return why there is no first step."""
    program = objective.request.program
    name, many = program.output.name, len(program.variables) > 1
    if path.ending == "kink":
        what = "the gradient" if many else f"d{name}/d{objective.wrt[0]}"
        return UndefinedError(f"{what} does not exist at the start: {path.reason}")
    if path.ending == "growth":
        return RefusedError(path.reason or f"{name} or its gradient is too large at the start")
    try:
        evaluate(program, constants(objective.request.start, objective.floats), objective.floats)
    except UndefinedError as error:
        if is_defined(program, objective.request.start, objective.request.digits):
            floats = objective.request.arithmetic or "float64"
            lost = f"{floats} has lost {name} at the start: {error.message}"
            hint = "write --arithmetic exact"
            return RefusedError(lost, source=error.source, span=error.span, hint=hint)
        return error  # the same, with its place in the source
    return UndefinedError(path.reason or f"{name} is undefined at the start")
