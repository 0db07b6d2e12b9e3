"""The result of `diff` of a program of matrices: derivatives as programs, and at a point."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derivcli.algebra.reverse import reverse
from derivcli.arrays.drawing import drawn_with_sizes
from derivcli.errors import DerivError, UndefinedError, UsageError
from derivcli.language.matrix_values import MatrixValue
from derivcli.language.shapes import infer
from derivcli.language.sizes import Sized, Value
from derivcli.language.text import text
from derivcli.language.tree import Assignment, Name, Program, number
from derivcli.matrices.at_point import hessian_at, place_of, value_of
from derivcli.matrices.code import numpy_code
from derivcli.matrices.deriving import proved_form
from derivcli.matrices.differentiating import Differentiated, differentiated
from derivcli.matrices.outputs import of_entries
from derivcli.matrices.study_results import ArrayPoint, ArrayRequest, ArraySlope, ArrayStudy

Stage = Callable[[str], None]


def array_study(request: ArrayRequest, stage: Stage = lambda _: None) -> ArrayStudy:
    """Return the study of a program of matrices; `stage` is told what is being done.

    Raises ShapeError where shapes do not fit, UsageError for what has no such derivative,
    RefusedError beyond the bounds.
    """
    program, given = request.asked.program, request.asked.given
    known = infer(program, given.shapes)
    stage("differentiating")
    found = differentiated(request)
    points: tuple[ArrayPoint, ...] = ()
    drawn_names: tuple[str, ...] = ()
    if request.seed is not None:
        given, drawn_names = _drawn(request, found.program, known.sizes, request.seed)
        request = replace(request, asked=replace(request.asked, given=given))
    if request.asked.has_values and not request.code:
        stage("evaluating")
        points = (_point(request, found),)
    needed = found.needed
    study = ArrayStudy(
        text(program, arrays=True),
        program.output.name,
        tuple(name for name in program.variables if name not in known.sizes),
        {name: shape for name, shape in known.names.items() if shape},
        given.sizes,
        request.seed,
        drawn_names,
        found.steps,
        request.arithmetic,
        tuple(each for each in found.helpers if each.name in needed),
        tuple(each for each in found.equations if each.name in needed),
        found.derivatives,
        points,
        request.along,
    )
    return replace(study, code=_code(request)) if request.code else study


def _code(request: ArrayRequest) -> str:
    """Return the program and its gradient in Python, with values where there are some."""
    asked = request.asked
    shapes = asked.given.shapes
    output = infer(asked.program, shapes).of(Name(asked.program.output.name))
    if request.order > 1 or any(size != 1 for size in output):
        raise UsageError(
            "a program in Python is written of a number and its gradient: not of a Jacobian or a"
            " Hessian",
            where="in --format",
        )
    gradient = proved_form(reverse(asked.program, asked.wrt, shapes))
    return numpy_code(gradient, asked.wrt, asked.given)


def _point(request: ArrayRequest, found: Differentiated) -> ArrayPoint:
    asked, digits = request.asked, request.digits
    at = place_of(asked.given, digits)
    try:
        value = value_of(asked.program, asked.given, digits, request.arithmetic)
        slopes = tuple(slope for name in asked.wrt for slope in _slopes(request, found, name))
    except UndefinedError as error:
        return ArrayPoint(at, None, error.message, ())
    return ArrayPoint(at, value, None, slopes)


def _slopes(request: ArrayRequest, found: Differentiated, name: str) -> tuple[ArraySlope, ...]:
    """Return the derivative by a name; of a Hessian whose formula has no value, the program's."""
    try:
        return of_entries(request, found.program, name)
    except UndefinedError as error:
        hessian = None
        if request.order > 1:
            asked = request.asked
            with suppress(DerivError):
                hessian = hessian_at(
                    asked.program, asked.given, name, request.digits, request.along
                )
        if hessian is None:
            raise
        return (replace(hessian, otherwise=error.message),)


def _drawn(
    request: ArrayRequest, program: Program, sizes: Collection[str], seed: int
) -> tuple[Sized, tuple[str, ...]]:
    """Return the values with those that a seed draws, and the names of these."""
    given, draw, _ = drawn_with_sizes(
        program, request.asked.given, tuple(sizes), program.variables, seed
    )
    values = {name: _value(draw.parts[name], draw.units[name]) for name in draw.parts}
    return replace(given, values={**given.values, **values}), tuple(draw.parts)


def _value(parts: Any, unit: int) -> Value:
    """Return drawn parts of a unit as a value that was given."""
    if not parts.shape:
        return Program((Assignment("J", number(Fraction(int(parts), unit))),))
    return MatrixValue(
        tuple(tuple(number(Fraction(int(part), unit)) for part in row) for row in parts)
    )
