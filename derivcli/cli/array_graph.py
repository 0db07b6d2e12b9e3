"""What was typed for `graph` of a program of matrices to a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from derivcli.cli import array_programs, inputs
from derivcli.cli.programs import known_name
from derivcli.errors import DerivError, UsageError
from derivcli.graphs.statements import leading_to, natural_detail, operations
from derivcli.language.assumptions import read_assumption
from derivcli.language.shapes import Shape, infer
from derivcli.language.tree import Comparison, Program
from derivcli.matrices.graph_results import ArrayGraphRequest
from derivcli.matrices.results import ArrayProgram


def request(
    program: str,
    shape: Sequence[str] | None,
    at: Sequence[str] | None,
    wrt: Sequence[str] | None,
    eps: Sequence[str],
    seed: int | None,
    assume: Sequence[str] | None,
    detail: str | None,
    output_node: str | None,
    collapse: str | None,
    max_operations: int,
    *,
    code: bool,
) -> ArrayGraphRequest:
    """Return what to compute.

    Raises the errors of the language, and UsageError for a name that is none of the program's, or
    a value that is missing.
    """
    drawn = seed is not None or code or collapse is not None
    asked = array_programs.read(program, shape, at, wrt, max_operations, drawn=drawn)
    whole = asked.program
    steps = [statement.name for statement in whole.statements]
    output = whole.output.name if output_node is None else (
        known_name(output_node, steps, "--output-node")
    )  # fmt: skip
    kept = leading_to(whole, output)
    names = [*(statement.name for statement in kept.statements), *kept.variables]
    by = None if collapse is None else known_name(collapse, names, "--collapse")
    if (detail or natural_detail(kept)) == "operations" and not code and by is None:
        kept = operations(kept)
    left = {*(statement.name for statement in kept.statements)}
    return ArrayGraphRequest(
        replace(asked, program=kept, wrt=_wrt(asked, kept.variables, told=bool(wrt))),
        inputs.constants(eps, "in --eps"),
        seed=1 if code and seed is None else seed,
        collapse=by,
        assumed=assumed(whole, asked.given.shapes, assume or ()),
        unused=tuple(name for name in steps if name not in left),
        code=code,
    )


def _wrt(asked: ArrayProgram, needed: Sequence[str], *, told: bool) -> tuple[str, ...]:
    """Return the names to differentiate by: unless told, those that the output needs."""
    return asked.wrt if told else tuple(name for name in asked.wrt if name in needed)


def assumed(
    program: Program, shapes: Mapping[str, Shape], sources: Sequence[str]
) -> tuple[Comparison, ...]:
    """Return what --assume says of a program, with the shapes of those names that are matrices.

    Raises the errors of the language, located in --assume.
    """
    if not sources:
        return ()
    known = infer(program, shapes)
    assigned = (statement.name for statement in program.statements)
    names = tuple(dict.fromkeys((*program.variables, *known.sizes, *assigned)))
    try:
        return tuple(read_assumption(source, known, names) for source in sources)
    except DerivError as error:
        raise error.located(where="in --assume") from None


def refuse_scalar(seed: int | None) -> None:
    """Raise UsageError: a program of numbers has no use for --seed, or for --assume alone."""
    if seed is not None:
        raise UsageError(
            "--seed draws matrices, and the program has none",
            hint="say which names are matrices: --shape W=4x3 X=3xm",
        )
    raise UsageError("--assume is for --collapse, where the program has no matrices")
