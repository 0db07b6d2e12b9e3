"""A program of matrices as read: with its shapes, its values and --wrt beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivcli.cli import inputs, matrices
from derivcli.cli.asked_arrays import is_asked
from derivcli.errors import DerivError, UsageError
from derivcli.language.limits import Limits
from derivcli.language.parser import parse
from derivcli.language.shapes import Shapes, infer
from derivcli.language.sizes import Sized, Value, sized
from derivcli.language.tree import Program
from derivcli.language.typed_shapes import read_shapes
from derivcli.matrices.results import ArrayProgram

__all__ = ["is_asked", "read"]


def read(
    argument: str,
    shape: Iterable[str] | None,
    at: Iterable[str] | None,
    wrt: Iterable[str] | None,
    max_operations: int,
    *,
    drawn: bool = False,
    besides: Sequence[str] = (),
) -> ArrayProgram:
    """Return what PROGRAM, --shape, --at and --wrt ask; what has no value may be `drawn`.

    Names `besides` may have a shape and a value, though the program does not speak of them.

    Raises the errors of the language, and UsageError where values are missing, or do not fit.
    """
    given = sized(read_shapes(tuple(shape or ())), values(tuple(at or ())))
    along = inputs.names(tuple(wrt or ()), "in --wrt")
    source, limits = inputs.read_source(argument, max_operations)
    return asked(source, limits, given, along, drawn=drawn, besides=besides)


def values(at: Sequence[str]) -> dict[str, Value]:
    """Return the matrices and numbers that --at gives to names.

    Raises the errors of the language, and UsageError for a name that is given two values.
    """
    arrays, others = matrices.split(at)
    found: dict[str, Value] = {}
    numbers: list[tuple[str, Value]] = [*map(_number, others)]
    for name, value in [*arrays, *numbers]:
        if name in found:
            raise UsageError(f"{name} is given a value twice", where="in --at")
        found[name] = value
    return found


def asked(
    source: str,
    limits: Limits,
    given: Sized,
    along: Sequence[str],
    *,
    drawn: bool,
    besides: Sequence[str] = (),
) -> ArrayProgram:
    """Return the program of a text, with what is given, by the names in `along`, or by all.

    Raises the errors of the language, and UsageError where names or values do not fit it.
    """
    names = {*along, *given.values, *given.sizes}
    try:
        program = parse(source, names, limits, arrays=tuple(given.shapes))
        known = infer(program, given.shapes)
    except DerivError as error:
        raise error.located(source=source) from None
    _no_stranger(program, given, known, besides)
    wanted = tuple(along) or _all(program, given)
    _directions(wanted, program, known)
    if not drawn:
        _complete(program, given, known)
    return ArrayProgram(program, given, wanted, limits)


def _number(source: str) -> tuple[str, Program]:
    name, value = inputs.constant(source, "in --at")
    if not name:
        raise UsageError(
            "whose value is this?", source=source, span=value.output.span, where="in --at",
            hint=f"write --at w={source}",
        )  # fmt: skip
    return name, value


def _no_stranger(
    program: Program, given: Sized, known: Shapes, besides: Sequence[str] = ()
) -> None:
    """Refuse a shape or a value of what the program does not speak of."""
    free = {*program.variables, *known.sizes, *besides}
    for name in (*given.shapes, *given.values):
        if name in free or name in given.sizes:
            continue
        assigned = any(statement.name == name for statement in program.statements)
        what = "is computed, not a variable" if assigned else "is not a variable of the program"
        where = "in --at" if name in given.values else "in --shape"
        hint = f"it has {', '.join(program.variables)}"
        raise UsageError(f"'{name}' {what}", where=where, hint=hint)


def _all(program: Program, given: Sized) -> tuple[str, ...]:
    """Return what to differentiate by unless told: the matrices, or, without any, the numbers."""
    arrays = tuple(name for name in program.variables if given.shapes.get(name))
    return arrays or program.variables


def _directions(wanted: Sequence[str], program: Program, known: Shapes) -> None:
    for name in wanted:
        if name in known.sizes:
            raise UsageError(f"{name} is a size, and sizes do not move", where="in --wrt")
        if name not in program.variables:
            raise UsageError(
                f"'{name}' is not a variable of the program", where="in --wrt",
                hint=f"it has {', '.join(program.variables)}",
            )  # fmt: skip


def _complete(program: Program, given: Sized, known: Shapes) -> None:
    """Refuse values of some variables without those of the others."""
    if not given.values:
        return
    missing = [
        name
        for name in (*program.variables, *known.sizes)
        if name not in given.values and name not in given.sizes
    ]
    for name in missing:
        shape = given.shapes.get(name)
        example = f'{name}="[[...]]"' if shape else f"{name}=..."
        raise UsageError(f"'{name}' has no value", hint=f"add {example} to --at")
