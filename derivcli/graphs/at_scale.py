"""Large graphs: the same two sweeps on the tape, in float64, without symbols for each edge."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derivcli.calculus.arithmetic import Float64
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.results import Quantity, Statement
from derivcli.calculus.study import Stage, eps_quantities
from derivcli.graphs.results import (
    GraphRequest,
    GraphResult,
    NodeCheck,
    NodeResult,
    StepCount,
    ends,
)
from derivcli.graphs.tape.programs import ProgramTape, Sweep, program_tape
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Program

CHECKED = 20  # parameters of a large graph that are nudged
NOTE = (
    "So large a graph is run in float64 on the tape: local derivatives are left out, and of the"
    " parameters only some are nudged."
)


def large_graph_result(request: GraphRequest, stage: Stage) -> GraphResult:
    """Return the graph's values and gradients at its point.

    Raises UndefinedError where a node has no value, RefusedError where one is too large.
    """
    program, point = request.program, request.point or {}
    stage("building the tape")
    tape = program_tape(program, request.wrt)
    at = constants(point, Float64())
    stage("running forward and backward")
    found = tape.sweep(at)
    stage("double-checking")
    checks = tuple(_checks(request, tape, at, found)) if request.checked else ()
    nodes, parameters = len(program.statements), len(request.wrt)
    written = [(each.name, text(each.expression)) for each in program.statements]
    told = {each.name: each for each in ends(program.statements) if not isinstance(each, int)}
    return GraphResult(
        "; ".join(f"{name} = {expression}" for name, expression in written),
        program.output.name,
        "statements",
        "float64",
        {name: Quantity(value) for name, value in at.items()},
        request.wrt,
        Quantity(found.value),
        tuple(_node(name, expression, found, told.get(name)) for name, expression in written),
        {name: Quantity(found.gradient[name]) for name in request.wrt},
        checks,
        StepCount(nodes, parameters, nodes + parameters, nodes * parameters),
        unused=request.unused,
        checks_left=max(0, parameters - CHECKED) if request.checked else 0,
        note=NOTE,
        statements=tuple(Statement(name, expression, "") for name, expression in written),
    )


def _node(name: str, expression: str, found: Sweep, statement: Assignment | None) -> NodeResult:
    slope = found.gradient.get(name)
    gradient = None if slope is None else Quantity(slope)
    value = Quantity(found.values[name])
    step = None if statement is None else Program((statement,))
    return NodeResult(name, expression, value, gradient, (), (), "", step)


def _checks(
    request: GraphRequest, tape: ProgramTape, at: Mapping[str, float], found: Sweep
) -> list[NodeCheck]:
    """Return the nudges of some parameters, spread evenly over all of them."""
    stride = max(1, len(request.wrt) // CHECKED)
    checks = []
    for eps, size in zip(request.eps, eps_quantities(request.eps, request.digits), strict=True):
        step = float(evaluate(eps, {}, Float64()))
        for name in request.wrt[::stride][:CHECKED]:
            value = tape.value({**at, name: at[name] + step})
            change = value - found.value
            slope, estimate = found.gradient[name], change / step
            error = Fraction(estimate) - Fraction(slope)
            checks.append(
                NodeCheck(
                    name,
                    size,
                    Quantity(value),
                    Quantity(change),
                    Quantity(estimate),
                    Quantity(slope),
                    Quantity(error),
                )
            )
    return checks
