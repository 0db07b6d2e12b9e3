"""What was typed for `diff` of a program of matrices to a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivcli.cli import array_programs, inputs
from derivcli.errors import UsageError
from derivcli.language.shapes import infer, shape_text
from derivcli.matrices.results import ArrayProgram
from derivcli.matrices.study_results import ArrayRequest


def request(
    program: str,
    shape: Sequence[str] | None,
    at: Sequence[str] | None,
    wrt: Sequence[str] | None,
    along: str | None,
    seed: int | None,
    max_operations: int,
) -> ArrayRequest:
    """Return which derivatives of which program are asked, and where.

    Raises the errors of the language, and UsageError for a name that is none of the program's, or
    a value that is missing.
    """
    directions = () if along is None else inputs.names([along], "in --along")
    asked = array_programs.read(
        program, shape, at, wrt, max_operations, drawn=seed is not None, besides=directions
    )
    for name in directions:
        asked = _with_direction(asked, name, drawn=seed is not None)
    return ArrayRequest(asked, along=along, seed=seed)


def _with_direction(asked: ArrayProgram, name: str, *, drawn: bool) -> ArrayProgram:
    """Return the program with the shape of a direction: that of what it moves."""
    known = infer(asked.program, asked.given.shapes)
    if name in asked.program.variables or name in known.sizes or any(
        name == each.name for each in asked.program.statements
    ):  # fmt: skip
        raise UsageError(
            f"'{name}' is a name of the program, and a direction is another one", where="in --along"
        )
    if len(asked.wrt) != 1:
        raise UsageError("a direction of one variable", where="in --along", hint="say --wrt NAME")
    wanted = known.names.get(asked.wrt[0], ())
    found = asked.given.shapes.get(name, wanted)
    if found != wanted and found != replace(asked.given, shapes={name: wanted}).in_numbers[name]:
        raise UsageError(
            f"{name} is of shape {shape_text(found)}, and {asked.wrt[0]} of shape"
            f" {shape_text(wanted)}",
            where="in --along",
        )
    if asked.has_values and not drawn and name not in asked.given.values:
        example = f'{name}="[[...]]"' if wanted else f"{name}=..."
        raise UsageError(f"'{name}' has no value", hint=f"add {example} to --at")
    given = replace(asked.given, shapes={**asked.given.shapes, name: wanted})
    return replace(asked, given=given)


def refuse_scalar(seed: int | None, along: str | None) -> None:
    """Raise UsageError for an option that an expression of numbers has no use for."""
    hint = "say which names are matrices: --shape W=4x3 X=3xm"
    if seed is not None:
        raise UsageError("--seed draws matrices, and the expression has none", hint=hint)
    if along is not None:
        raise UsageError(
            "--along is a direction of a matrix, and the expression has none", hint=hint
        )
