"""Networks that are programs of one's own: an entry to the program that it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from derivcli.cli import array_programs, inputs, matrices
from derivcli.defaults import MAX_OPERATIONS
from derivcli.errors import DerivError, UsageError, printable
from derivcli.exercises.program_networks import ProgramNetwork
from derivcli.language.limits import file_limits
from derivcli.language.matrix_values import MatrixValue
from derivcli.language.shapes import Shape, infer, shape_text
from derivcli.language.sizes import Sized, Value, sized
from derivcli.language.typed_shapes import read_shapes
from derivcli.matrices.results import ArrayProgram

LIMITS = replace(file_limits(MAX_OPERATIONS), advice="")


def read(entry: ProgramNetwork) -> ArrayProgram:
    """Return the program of an entry, with its shapes and values, by its parameters.

    Raises the errors of the language, and UsageError where something does not fit; each of them
    says which entry it is.
    """
    try:
        return _read(entry)
    except DerivError as error:
        raise type(error)(
            error.message, source=error.source, span=error.span, where=entry.where, hint=error.hint
        ) from None


def _read(entry: ProgramNetwork) -> ArrayProgram:
    shapes = read_shapes(entry.shapes)
    values = array_programs.values(entry.values)
    parameters = inputs.names(entry.parameters, "in 'parameters'")
    columns = {} if entry.file is None else matrices.read_columns(entry.file)
    given, data = _with_columns(entry, shapes, values, columns)
    found = array_programs.asked(entry.program, LIMITS, given, parameters, drawn=True)
    output = found.program.output
    if (shape := infer(found.program, given.shapes).names[output.name]) not in ((), (1, 1)):
        raise UsageError(
            f"{output.name} is of shape {shape_text(shape)}, and a network ends in a number",
            source=entry.program, span=output.span, hint="add up its entries: J = sum(...)",
        )  # fmt: skip
    data |= {*entry.data}
    if not parameters:
        found = replace(found, wrt=tuple(name for name in found.wrt if name not in data))
    if not found.wrt:
        raise UsageError("no name is a parameter", hint='write parameters = ["W", "b"]')
    return found


def _with_columns(
    entry: ProgramNetwork,
    shapes: Mapping[str, Shape],
    values: Mapping[str, Value],
    columns: Mapping[str, MatrixValue],
) -> tuple[Sized, set[str]]:
    """Return what is given, that of a file of columns among it, and the names that are from there.

    Examples stand in rows or in columns, as the shapes say.
    """
    named = dict(_named(entry, shapes, values, columns))
    fitting: list[Sized] = []
    problems: list[UsageError] = []
    for turned in (False, True) if columns else (False,):
        data = {name: _turned(value) if turned else value for name, value in named.items()}
        try:
            fitting.append(sized(shapes, {**values, **data}))
        except UsageError as problem:
            problems.append(problem)
    if not fitting:
        raise problems[0]
    if len(fitting) > 1:
        raise UsageError(
            f"do the examples of {printable(entry.file or '')} stand in rows or in columns?",
            hint='say it by shapes: X = "mxn", y = "mx1", or X = "nxm", Y = "1xm"',
        )
    return fitting[0], {*named}


def _named(
    entry: ProgramNetwork,
    shapes: Mapping[str, Shape],
    values: Mapping[str, Value],
    columns: Mapping[str, MatrixValue],
) -> Iterator[tuple[str, MatrixValue]]:
    """Yield the matrices of a file by the program's names: x1, x2, ... may be X."""
    for letter, value in columns.items():
        name = next((each for each in (letter, letter.swapcase()) if each in shapes), None)
        if name is None:
            raise UsageError(
                f"{printable(entry.file or '')} has columns {letter}1, {letter}2, ...,"
                f" and '{letter}' has no shape",
                hint=f'write shapes = {{ {letter.upper()} = "mxn" }}, with a row for each example',
            )
        if name in values:
            raise UsageError(f"{name} is given a value, and columns of a file")
        yield name, value


def _turned(value: MatrixValue) -> MatrixValue:
    return MatrixValue(tuple(zip(*value.rows, strict=True)))
