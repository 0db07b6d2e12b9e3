"""Derivatives at a point of an output with several entries: each is a number of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

from derivcli.arrays.written_out import places
from derivcli.errors import RefusedError
from derivcli.language.matrix_values import MatrixValue
from derivcli.language.shapes import Shape, infer
from derivcli.language.sizes import Sized
from derivcli.language.tree import Assignment, Binary, Name, Number, Program, Reduction
from derivcli.matrices.at_point import NumberProgram
from derivcli.matrices.jacobian import is_column
from derivcli.matrices.results import Rows
from derivcli.matrices.study_results import ArrayRequest, ArraySlope

MOST_OUTPUTS = 50  # entries of an output, each of which has a gradient of its own
CHOSEN = "chosen entry"  # 1 in the entry that is the output, else 0: a name that no program has


def of_entries(request: ArrayRequest, program: Program, name: str) -> tuple[ArraySlope, ...]:
    """Return the derivative of a program's output by a name: a Jacobian of columns, or a gradient.

    Of other outputs with several entries there is one for each entry.

    Raises UndefinedError where the output has no value, RefusedError beyond the bounds.
    """
    given = replace(request.asked.given, shapes=request.asked.given.in_numbers)
    output = infer(program, given.shapes).of(Name(program.output.name))
    if prod(_numbers(output)) == 1:
        return NumberProgram.of(program, (name,), given).slopes((name,), request, request.order)
    if prod(_numbers(output)) > MOST_OUTPUTS:
        raise RefusedError(
            f"{program.output.name} has {prod(_numbers(output)):,} entries here, and each has a"
            f" gradient of its own: {MOST_OUTPUTS} at most",
            hint="leave out --at for the formula, or write sum(...) around it",
        )
    found = []
    for entry in places(_numbers(output)):
        chosen, values = _chosen(program, given, entry, output)
        (slope,) = NumberProgram.of(chosen, (name,), values).slopes((name,), request, request.order)
        reason = slope.otherwise and slope.otherwise.rpartition(": ")[2]  # the formula is of CHOSEN
        found.append(replace(slope, of=tuple(index + 1 for index in entry), otherwise=reason))
    if is_column(output) and is_column(given.shapes.get(name, ())):
        return (_stacked(found),)
    return tuple(found)


def _numbers(shape: Shape) -> tuple[int, ...]:
    return tuple(map(int, shape))


def _chosen(
    program: Program, given: Sized, entry: tuple[int, ...], shape: Shape
) -> tuple[Program, Sized]:
    """Return a program whose output is one entry, and the values with what chooses it."""
    sizes = _numbers(shape)
    rows, columns = sizes if len(sizes) == 2 else (1, *sizes)
    at = entry if len(sizes) == 2 else (0, *entry)
    one = MatrixValue(
        tuple(
            tuple(Number(Fraction(int((row, column) == at))) for column in range(columns))
            for row in range(rows)
        )
    )
    output = program.output.name
    place = ",".join(str(index + 1) for index in entry)
    last = Assignment(
        f"{output}[{place}]", Reduction("sum", Binary("*", Name(CHOSEN), Name(output)))
    )
    values = Sized(
        {**given.shapes, CHOSEN: (rows, columns)}, given.sizes, {**given.values, CHOSEN: one}
    )
    return Program((*program.statements, last), program.source), values


def _stacked(slopes: Sequence[ArraySlope]) -> ArraySlope:
    """Return the gradients of a column's entries as the rows of one matrix."""
    rows: Rows = tuple(
        tuple(each for row in slope.slope for each in row)
        if isinstance(slope.slope, tuple)
        else (slope.slope,)
        for slope in slopes
    )
    verdicts = {slope.differentiable for slope in slopes}
    verdict = False if False in verdicts else None if None in verdicts else True
    reasons = (slope.reason for slope in slopes if slope.reason)
    otherwise = (slope.otherwise for slope in slopes if slope.otherwise)
    return replace(
        slopes[0], slope=rows, differentiable=verdict, reason=next(reasons, None), of=None,
        jacobian=True, otherwise=next(otherwise, None),
        kinks=tuple(
            replace(each, entry=(row, *each.entry[:1])) for row, slope in enumerate(slopes, 1)
            for each in slope.kinks
        ),
        estimates=tuple(
            replace(each, entry=(row, *each.entry[:1])) for row, slope in enumerate(slopes, 1)
            for each in slope.estimates
        ),
    )  # fmt: skip
