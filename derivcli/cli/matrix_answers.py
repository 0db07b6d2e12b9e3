"""The answers of `check` that are matrices: from texts to a question, with what is assumed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from derivcli.cli import array_programs, inputs
from derivcli.defaults import MAX_OPERATIONS
from derivcli.errors import DerivError, UsageError, printable
from derivcli.exercises.equation import AskedFor, beginning
from derivcli.exercises.gradients.granted import shares_of_data
from derivcli.exercises.gradients.question import GradientQuestion
from derivcli.language.assumptions import read_assumption
from derivcli.language.limits import check_inlined
from derivcli.language.parser import parse
from derivcli.language.shapes import Shapes, infer, shape_text
from derivcli.language.tree import Comparison, Name, Program, nodes
from derivcli.matrices.results import ArrayProgram

EQUALS = re.compile(r"(?<![<>=!:])=(?!=)")


def question(
    expression: str,
    answer: str,
    shape: Sequence[str],
    at: Sequence[str],
    wrt: Sequence[str],
    max_operations: int,
    assume: Sequence[str] = (),
    tolerance: str | None = None,
    *,
    typed: bool = True,
) -> GradientQuestion:
    """Return what is to be judged; `typed` on the command line, or read from a file.

    Raises the errors of the language, for the answer with "in ANSWER".
    """
    if not array_programs.is_asked(shape, at):
        raise UsageError(
            "--at gives matrices their values, and there is none",
            hint="formulas of numbers are compared at points of their own",
        )
    if expression == "-" == answer:
        raise UsageError("only one of EXPRESSION and ANSWER can be standard input")
    asked = array_programs.read(expression, shape, at, (), max_operations)
    program = asked.program
    known = infer(program, asked.given.shapes)
    _is_number(program, known)
    variable = _variable(asked, known, wrt, "in --wrt" if typed else "in 'wrt'")
    own = _names(program, known)
    try:
        given = _answer(answer, program, known, variable, max_operations)
    except DerivError as error:
        raise error.located(where="in ANSWER" if typed else "in 'answer'") from None
    assumed = tuple(_assumed(source, known, own, typed=typed) for source in assume)
    where = "in --tolerance" if typed else "in 'tolerance'"
    most = None if tolerance is None else inputs.tolerance(tolerance, where)
    return GradientQuestion(asked, given, variable, assumed, most)


def equation_question(asked: ArrayProgram, equation: str) -> GradientQuestion:
    """Return what is to be judged of `dW = dZ @ X.T`, an equation in a program's own names.

    Raises the errors of the language, located in --judge.
    """
    program = asked.program
    known = infer(program, asked.given.shapes)
    own = [name for name in _names(program, known) if name not in known.sizes]
    named = {f"d{name}": name for name in own if name != program.output.name}
    left = EQUALS.split(equation, 1)[0].strip() if EQUALS.search(equation) else ""
    if left not in named:
        raise UsageError(
            f"'{printable(left)}' is no gradient of this program"
            if left
            else "this is no equation: dW = ...",
            where="in --judge", hint=f"it has {', '.join(named)}",
        )  # fmt: skip
    try:
        answer = _answer(equation, program, known, named[left], MAX_OPERATIONS)
    except DerivError as error:
        raise error.located(where="in --judge") from None
    given, by = replace(asked.given, values={}), named[left]
    assumed = tuple(shares_of_data(program, asked.given, known.names, by))
    return GradientQuestion(replace(asked, given=given), answer, by, assumed)


def _is_number(program: Program, known: Shapes) -> None:
    """Refuse an output that is a matrix: its derivative would be no matrix of one shape."""
    output = program.output
    shape = known.names[output.name]
    if {*shape} <= {1}:
        return
    raise UsageError(
        f"{output.name} is of shape {shape_text(shape)}, and a gradient is that of a number",
        source=program.source or None, span=output.expression.span if program.source else None,
        hint="write sum(...) around it",
    )  # fmt: skip


def _variable(asked: ArrayProgram, known: Shapes, wrt: Sequence[str], where: str) -> str:
    """Return the name that the gradient is by: a variable's, or a statement's."""
    program = asked.program
    along = inputs.names(wrt, where)
    statements = [each.name for each in program.statements[:-1]]
    free = [name for name in program.variables if name not in known.sizes]
    if not along:
        along = tuple(name for name in free if known.names.get(name)) or tuple(free)
        if len(along) > 1:
            raise UsageError(
                f"{program.output.name} has {len(along)} variables: {', '.join(along)}",
                hint=f"say which one: --wrt {along[0]}",
            )
    if len(along) > 1:
        hint = f"write --wrt {along[0]}"
        raise UsageError("one variable at a time", where=where, hint=hint)
    if not along:
        raise UsageError(f"{program.output.name} has no variables")
    (name,) = along
    if name in known.sizes:
        raise UsageError(f"{name} is a size, and sizes do not move", where=where)
    if name not in (*free, *statements):
        hint = f"it has {', '.join((*free, *statements))}"
        raise UsageError(f"'{name}' is not a variable of the program", where=where, hint=hint)
    return name


def _names(program: Program, known: Shapes) -> list[str]:
    """Return the names that an answer may speak of, but for those of gradients."""
    own = (*program.variables, *(each.name for each in program.statements), *known.sizes)
    return [*dict.fromkeys(own)]


def _answer(
    source: str, program: Program, known: Shapes, variable: str, max_operations: int
) -> Program:
    source, limits = inputs.read_source(source, max_operations)
    own = _names(program, known)
    gradients = [f"d{name}" for name in own if name not in known.sizes and f"d{name}" not in own]
    arrays = [name for name in own if known.names.get(name)]
    arrays += [name for name in gradients if known.names.get(name[1:])]
    start = _start(source, program, variable)
    try:
        given = parse(source, [*own, *gradients], limits, start=start, arrays=arrays)
        check_inlined(given, limits)
        others = [name for name in gradients if name != f"d{variable}"]
        for name in _strangers(given, [*own, *others])[:1]:
            hint = f"it has {', '.join(own)}"
            if name.name == f"d{variable}":
                hint = f"{name.name} is what is asked"
            raise UsageError(f"the program has no '{name.name}'", span=name.span, hint=hint)
    except DerivError as error:
        raise error.located(source=source) from None
    return given


def _strangers(answer: Program, known: Sequence[str]) -> list[Name]:
    """Return the names in an answer that mean nothing."""
    assigned = {*known}
    found = []
    for statement in answer.statements:
        each = nodes(statement.expression)
        found += [n for n in each if isinstance(n, Name) and n.name not in assigned]
        assigned.add(statement.name)
    return found


def _start(source: str, program: Program, variable: str) -> int:
    """Return where the answer begins: behind `dW =`, `dJ/dW =` or a lone `=`."""
    sign = EQUALS.search(source)
    if sign is None or source[: sign.start()].count("(") > source[: sign.start()].count(")"):
        return 0
    left = source[: sign.start()].strip()
    if left == f"d{variable}" and ";" not in source and "\n" not in source.strip():
        return sign.end()
    return beginning(AskedFor(program, variable, 1), source)


def _assumed(source: str, known: Shapes, own: Sequence[str], *, typed: bool) -> Comparison:
    try:
        return read_assumption(source, known, own)
    except DerivError as error:
        raise error.located(where="in --assume" if typed else "in 'assume'") from None
