"""What `check --file` says: a row for each exercise, and the summary."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.errors import printable
from derivcli.exercises.marks import Graded, Marks, Summary
from derivcli.exercises.verdict import Verdict
from derivcli.report.blocks import Block, Cell, Column, Table, Text
from derivcli.report.check import KINDS, contrast
from derivcli.report.markup import code, formula, marked, mixed, typed
from derivcli.report.notation import derivative_sign


def blocks(marks: Marks) -> Iterator[Block]:
    """Yield the table of a file's exercises, and the summary."""
    columns = (
        Column("name", "name", "words"),
        Column("J", formula("J"), "formula"),
        Column("answer", "answer", "formula"),
        Column("verdict", "verdict", "words"),
        Column("remark", "remark", "words"),
    )
    rows = tuple(
        (
            printable(each.name),
            *_formulas(each),
            marked(KINDS.get(each.verdict, "undecided"), each.verdict),
            _remark(each),
        )
        for each in marks.exercises
    )
    yield Table(columns, rows)
    yield Text(_summary(marks.summary))


def _formulas(each: Graded) -> tuple[str, str]:
    """Return J and the answer as they were typed; what could not be read is no formula."""
    J, answer = printable(each.expression), printable(each.answer)
    if each.result is None:
        return code(J), code(answer)
    statements = [each.latex for each in each.result.statements]
    return typed(J, statements), typed(answer, [each.result.answer_latex])


def _remark(each: Graded) -> str:
    if each.result is None:
        return printable(each.error or "")
    result = each.result
    if result.verdict == "wrong" and result.diagnosis:
        detail = f": {mixed(result.detail)}" if result.detail else ""
        return f"{result.diagnosis}{detail}"
    sign = derivative_sign(
        result.output, result.variable, result.order, several=len(result.variables) > 1
    )
    if isinstance(result, Verdict):
        if result.counterexample is not None:
            return contrast(result.counterexample, sign, None).removesuffix(".")
    elif result.counterexample is not None:
        from derivcli.report import gradient_check  # matrices are loaded where there are any

        return gradient_check.contrast(result.counterexample, sign, None).removesuffix(".")
    return mixed(result.note or "")


def _summary(summary: Summary) -> str:
    counts = (
        (summary.correct, "correct"),
        (summary.wrong, "wrong"),
        (summary.undecided, "undecided"),
        (summary.failed, "not judged"),
    )
    parts = ", ".join(f"{count} {name}" for count, name in counts if count)
    noun = "answer" if summary.exercises == 1 else "answers"
    return f"{summary.exercises} {noun}: {parts}."


def records(marks: Marks) -> Table:
    """Return a file's exercises as one flat table for machines."""
    keys = ("name", "expression", "answer", "derivative", "verdict", "evidence", "diagnosis",
            "detail", "error")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for each in marks.exercises:
        result = each.result
        told = ("", "", "", "") if result is None else (
            result.derivative or "", result.evidence or "", result.diagnosis or "",
            result.detail or "",
        )  # fmt: skip
        derivative, evidence, diagnosis, detail = told
        rows.append((
            each.name, each.expression, each.answer, derivative, each.verdict, evidence, diagnosis,
            detail, each.error or "",
        ))  # fmt: skip
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))
