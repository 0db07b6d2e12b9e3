"""What `check` says: the verdict, a counterexample, and the mistake where it has a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from derivcli.calculus.results import Derivative, Quantity
from derivcli.exercises.verdict import Counterexample, Verdict
from derivcli.report.blocks import Block, Column, Formula, Heading, Table, Text
from derivcli.report.markup import Kind, formula, marked, mixed
from derivcli.report.notation import definition, derivative_formula, derivative_sign
from derivcli.report.numbers import full_digits, number_text, phrase, place

if TYPE_CHECKING:
    from derivcli.exercises.gradients.verdict import GradientVerdict

KINDS: dict[str, Kind] = {"correct": "right", "wrong": "wrong"}  # all else is undecided


def blocks(verdict: Verdict, digits: int | None = None) -> Iterator[Block]:
    """Yield the answer for people, numbers to `digits` significant digits."""
    several = len(verdict.variables) > 1
    yield from definition(verdict, verdict.statements)
    sign = derivative_sign(verdict.output, verdict.variable, verdict.order, several=several)
    if verdict.derivative is not None and verdict.latex is not None:
        yield derivative_formula(
            verdict, Derivative(verdict.variable, verdict.order, verdict.derivative, verdict.latex)
        )
    yield Formula(f"answer = {verdict.answer}", rf"\text{{answer}} = {verdict.answer_latex}")
    yield Heading(headline(verdict))
    if verdict.detail:
        yield Text(mixed(_sentence(verdict.detail)))
    if verdict.counterexample is not None:
        yield Text(contrast(verdict.counterexample, sign, digits))
    if verdict.note:
        yield Text(mixed(_sentence(verdict.note)))
    if verdict.assumed:
        yield Text(f"Compared where {' and '.join(map(formula, verdict.assumed))}.")


def headline(verdict: Verdict | GradientVerdict) -> str:
    """Return the verdict and how it is known, in a line."""
    correct = marked("right", "Correct")
    match verdict.verdict:
        case "correct" if verdict.evidence == "proved":
            return f"{correct}: proved equal."
        case "correct" if verdict.rounded:
            return f"{correct}: within the tolerance at {verdict.samples} points."
        case "correct":
            return f"{correct}: equal at {verdict.samples} points, to 25 digits or more."
        case "undecided":
            return f"{marked('undecided', 'Undecided')}."
    wrong = marked("wrong", "Wrong")
    return f"{wrong}: {verdict.diagnosis}." if verdict.diagnosis else f"{wrong}."


def _sentence(words: str) -> str:
    ending = "" if words.endswith(".") else "."
    return words[0].upper() + words[1:] + ending


def contrast(example: Counterexample, sign: str, digits: int | None) -> str:
    """Return a sentence that holds the answer at a point beside the derivative there."""
    at = place(example.at, digits)
    if example.expected is None:
        return f"At {at}: {hidden_contrast(example.answer, sign, digits)}."
    expected = phrase(example.expected, digits)
    if example.answer is None:
        return f"At {at}: the answer has no value, and {formula(sign)} is {expected}."
    given = phrase(example.answer, digits)
    off = ""
    if _same(example.answer, example.expected, digits) and example.difference is not None:
        off = f"; they differ by {phrase(example.difference, digits)}"
    return f"At {at}: the answer is {given}, and {formula(sign)} is {expected}{off}."


def hidden_contrast(answer: Quantity | None, sign: str, digits: int | None) -> str:
    """Return what is said of a point where the derivative is hidden."""
    if answer is None:
        return f"the answer has no value, and {formula(sign)} has one"
    return f"the answer is {phrase(answer, digits)}, and {formula(sign)} is another number"


def _same(one: Quantity, other: Quantity, digits: int | None) -> bool:
    """Do these look the same, rounded to the digits shown or to float64?"""
    return _digits(one, digits) == _digits(other, digits) or float(one) == float(other)


def _digits(quantity: Quantity, digits: int | None) -> Decimal | str:
    """Return a number as its digits are read: ≈ -8.000000000 looks like -8."""
    written = number_text(quantity, digits)
    return written if written.startswith("<") else Decimal(written)


def records(verdict: Verdict) -> Table:
    """Return the verdict as a table of one row for machines."""
    point = verdict.counterexample
    values = point.at.items() if point is not None else ()
    at = "; ".join(f"{name}={full_digits(value)}" for name, value in values)
    return record(verdict, {"at": at})


def record(verdict: Verdict | GradientVerdict, place: Mapping[str, str], **more: str) -> Table:
    """Return a verdict as one row; `place` is where the answer differs, `more` stands last."""
    point = verdict.counterexample
    expected = None if point is None else point.expected
    row = {
        "expression": verdict.expression,
        "variable": verdict.variable,
        "order": str(verdict.order),
        "derivative": verdict.derivative or "",
        "answer": verdict.answer,
        "verdict": verdict.verdict,
        "evidence": verdict.evidence or "",
        "samples": str(verdict.samples),
        **place,
        "answer_there": "" if point is None or point.answer is None else full_digits(point.answer),
        "expected_there": "" if expected is None else full_digits(expected),
        "diagnosis": verdict.diagnosis or "",
        "detail": verdict.detail or "",
        "note": verdict.note or "",
        **more,
    }
    return Table(tuple(Column(key, key) for key in row), (tuple(row.values()),))
