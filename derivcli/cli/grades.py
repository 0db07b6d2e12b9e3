"""The answers of `check`: from texts to exercises, from a file to marks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

from derivcli.cli import inputs, tasks
from derivcli.errors import DerivError, ExitStatus, UsageError
from derivcli.exercises.answers import Answered, load
from derivcli.exercises.equation import Question, beginning
from derivcli.exercises.exercise import Exercise
from derivcli.exercises.foreign_names import refuse_foreign_names
from derivcli.exercises.verdict import Graded, Marks, Summary, Verdict
from derivcli.guard.answers import Guard, answers


def exercise(
    expression: str,
    answer: str,
    wrt: Sequence[str],
    order: int,
    max_operations: int,
    *,
    typed: bool = True,
) -> Exercise:
    """Return what is to be judged; `typed` on the command line, or read from a file.

    Raises the errors of the language, for the answer with "in ANSWER".
    """
    if expression == "-" == answer:
        raise UsageError("only one of EXPRESSION and ANSWER can be standard input")
    along = inputs.names(wrt, "in --wrt" if typed else "in 'wrt'")
    program, limits = inputs.read_program(expression, (), along, max_operations, files=typed)
    known = inputs.variables(program, (), along)
    (variable,) = inputs.only_direction(along, program, known)
    question = Question(program, variable, order)
    try:
        given, _ = inputs.read_program(
            answer, (), known, max_operations, files=typed, start=partial(beginning, question)
        )
        refuse_foreign_names(given, program, known)
    except DerivError as error:
        raise error.located(where="in ANSWER" if typed else "in 'answer'") from None
    assigned = {statement.name for statement in program.statements}  # an answer may use them
    free = (name for name in given.variables if name not in assigned)
    variables = tuple(dict.fromkeys((*known, *free)))
    return Exercise(program, given, variable, variables, order, limits)


def marks(path: str, guard: Guard, meanwhile: Callable[[], object]) -> Marks:
    """Return the marks of a file's exercises, with a bar on a terminal's stderr.

    Raises UsageError where the file cannot be read.
    """
    listed = load(path)
    read = [_read(each) for each in listed]
    tried = [each for each in read if isinstance(each, Exercise)]
    with closing(answers(tasks.check, tried, guard, meanwhile)) as judged:
        results = (each if isinstance(each, DerivError) else next(judged) for each in read)
        graded = tuple(
            _graded(each, result)
            for each, result in zip(listed, _watched(results, len(listed)), strict=True)
        )
    return Marks(graded, _summary(graded))


def _read(each: Answered) -> Exercise | DerivError:
    try:
        return exercise(each.expression, each.answer, each.wrt, each.order, 0, typed=False)
    except DerivError as error:
        return error


def _watched(results: Iterator[Verdict | DerivError], total: int) -> Iterator[Verdict | DerivError]:
    """Yield the results, under a progress bar where somebody watches and it takes long."""
    if not sys.stderr.isatty():
        yield from results
        return
    from derivcli.render.progress import watched

    yield from watched(results, total, sys.stderr)


def _graded(each: Answered, result: Verdict | DerivError) -> Graded:
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
