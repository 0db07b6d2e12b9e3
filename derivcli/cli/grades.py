"""The answers of `check`: from texts to exercises, from a file to marks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from derivcli.cli import inputs, tasks
from derivcli.cli.typed import program as typed_program
from derivcli.cli.typed import read_program
from derivcli.errors import DerivError, ExitStatus, UsageError
from derivcli.exercises.answers import Answered, load
from derivcli.exercises.equation import AskedFor, beginning
from derivcli.exercises.exercise import Exercise
from derivcli.exercises.foreign_names import refuse_foreign_names
from derivcli.exercises.hiding import hidden
from derivcli.exercises.marks import Graded, Marks, Summary
from derivcli.exercises.verdict import Verdict
from derivcli.guard.answers import Guard, answers
from derivcli.language.parser import parse_condition
from derivcli.language.tree import Comparison, Name, nodes

if TYPE_CHECKING:
    from derivcli.exercises.gradients.question import GradientQuestion
    from derivcli.exercises.gradients.verdict import GradientVerdict

    Judged = Verdict | GradientVerdict | DerivError


def exercise(
    expression: str,
    answer: str,
    wrt: Sequence[str],
    order: int,
    max_operations: int,
    assume: Sequence[str] = (),
    tolerance: str | None = None,
    *,
    typed: bool = True,
) -> Exercise:
    """Return what is to be judged; `typed` on the command line, or read from a file.

    Raises the errors of the language, for the answer with "in ANSWER".
    """
    if expression == "-" == answer:
        raise UsageError("only one of EXPRESSION and ANSWER can be standard input")
    along = inputs.names(wrt, "in --wrt" if typed else "in 'wrt'")
    asked = typed_program(expression, (), along, max_operations, files=typed)
    program = asked.program
    assigned = {statement.name for statement in program.statements}
    # By a name that J does not have the derivative is 0, which an answer may say.
    moved = (name for name in along if name not in assigned)
    known = tuple(dict.fromkeys((*asked.variables, *moved)))
    variable = replace(asked, variables=known).only_direction()
    start = partial(beginning, AskedFor(program, variable, order))
    try:
        given, _ = read_program(answer, (), known, max_operations, files=typed, start=start)
        refuse_foreign_names(given, program, known)
    except DerivError as error:
        raise error.located(where="in ANSWER" if typed else "in 'answer'") from None
    free = (name for name in given.variables if name not in assigned)  # an answer may use them
    variables = tuple(dict.fromkeys((*known, *free)))
    places = ("in --assume", "in --tolerance") if typed else ("in 'assume'", "in 'tolerance'")
    return Exercise(
        program,
        given,
        variable,
        variables,
        order,
        asked.limits,
        tuple(_assumed(source, variables, places[0]) for source in assume),
        None if tolerance is None else inputs.tolerance(tolerance, places[1]),
    )


def _assumed(source: str, variables: Sequence[str], where: str) -> Comparison:
    """Return the condition on the variables that a text spells."""
    try:
        found = parse_condition(source, variables)
    except DerivError as error:
        raise error.located(source=source, where=where) from None
    for node in nodes(found):
        if isinstance(node, Name) and node.name not in variables:
            raise UsageError(
                f"the expression has no '{node.name}'",
                source=source,
                span=node.span,
                where=where,
                hint=f"it has {', '.join(variables)}",
            )
    return found


def marks(path: str, guard: Guard, meanwhile: Callable[[], object], *, hide: bool = False) -> Marks:
    """Return the marks of a file's exercises, with a bar on a terminal's stderr.

    With `hide` no verdict holds the derivative.

    Raises UsageError where the file cannot be read.
    """
    listed = load(path)
    read = [_read(each) for each in listed]
    tried = [each for each in read if not isinstance(each, DerivError)]
    with closing(answers(tasks.check, tried, guard, meanwhile)) as judged:
        results = (each if isinstance(each, DerivError) else next(judged) for each in read)
        graded = tuple(
            _graded(each, hidden(result) if hide and not isinstance(result, DerivError) else result)
            for each, result in zip(listed, _watched(results, len(listed)), strict=True)
        )
    return Marks(graded, _summary(graded))


def _read(each: Answered) -> Exercise | GradientQuestion | DerivError:
    try:
        if each.shape:
            from derivcli.cli.matrix_answers import question  # loaded where there is a matrix

            if each.order != 1:
                raise UsageError("an answer that is a matrix is judged as a first derivative")
            return question(
                each.expression, each.answer, each.shape, (), each.wrt, 0, each.assume,
                each.tolerance, typed=False,
            )  # fmt: skip
        return exercise(
            each.expression,
            each.answer,
            each.wrt,
            each.order,
            0,
            each.assume,
            each.tolerance,
            typed=False,
        )
    except DerivError as error:
        return error


def _watched(results: Iterator[Judged], total: int) -> Iterator[Judged]:
    """Yield the results, under a progress bar where somebody watches and it takes long."""
    if not sys.stderr.isatty():
        yield from results
        return
    from derivcli.render.progress import watched

    yield from watched(results, total, sys.stderr)


def _graded(each: Answered, result: Judged) -> Graded:
    if isinstance(result, DerivError):
        place = f"{result.where}: " if result.where else ""
        hint = f" ({result.hint})" if result.hint else ""
        refused = result.status == ExitStatus.REFUSED
        verdict = "undecided" if refused else "not judged"
        message = f"{place}{result.message}{hint}"
        return Graded(
            each.name,
            each.expression,
            each.answer,
            verdict,
            None,
            message,
            result.status,
        )
    return Graded(
        each.name,
        each.expression,
        each.answer,
        result.verdict,
        result,
        None,
        result.status,
    )


def _summary(graded: Sequence[Graded]) -> Summary:
    kinds = [each.verdict for each in graded]
    return Summary(
        len(kinds),
        kinds.count("correct"),
        kinds.count("wrong"),
        kinds.count("undecided"),
        kinds.count("not judged"),
    )
