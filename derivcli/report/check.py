"""What `check` says: the verdict, a counterexample, and the mistake where it has a name."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from derivcli.calculus.results import Derivative, Quantity
from derivcli.exercises.verdict import Counterexample, Verdict
from derivcli.report.blocks import Block, Column, Formula, Heading, Table, Text
from derivcli.report.markup import Kind, formula, marked, mixed
from derivcli.report.notation import definition, derivative_formula, derivative_sign
from derivcli.report.numbers import full_digits, number_text, phrase, place

KINDS: dict[str, Kind] = {"correct": "right", "wrong": "wrong"}  # all else is undecided


def blocks(found: Verdict, digits: int | None = None) -> Iterator[Block]:
    """Yield the answer for people, numbers to `digits` significant digits."""
    several = len(found.variables) > 1
    yield from definition(found, found.statements)
    sign = derivative_sign(found.output, found.variable, found.order, several=several)
    yield derivative_formula(
        found, Derivative(found.variable, found.order, found.derivative, found.latex)
    )
    yield Formula(f"answer = {found.answer}", rf"\text{{answer}} = {found.answer_latex}")
    yield Heading(headline(found))
    if found.detail:
        yield Text(mixed(_sentence(found.detail)))
    if found.counterexample is not None:
        yield Text(contrast(found.counterexample, sign, digits))
    if found.note:
        yield Text(mixed(_sentence(found.note)))
    if found.assumed:
        yield Text(f"Compared where {' and '.join(map(formula, found.assumed))}.")


def headline(found: Verdict) -> str:
    """Return the verdict and how it is known, in a line."""
    correct = marked("right", "Correct")
    match found.verdict:
        case "correct" if found.evidence == "proved":
            return f"{correct}: proved equal."
        case "correct" if found.rounded:
            return f"{correct}: within the tolerance at {found.samples} points."
        case "correct":
            return f"{correct}: equal at {found.samples} points, to 25 digits or more."
        case "undecided":
            return f"{marked('undecided', 'Undecided')}."
    wrong = marked("wrong", "Wrong")
    return f"{wrong}: {found.diagnosis}." if found.diagnosis else f"{wrong}."


def _sentence(words: str) -> str:
    ending = "" if words.endswith(".") else "."
    return words[0].upper() + words[1:] + ending


def contrast(found: Counterexample, sign: str, digits: int | None) -> str:
    """Return a sentence that holds the answer at a point beside the derivative there."""
    at = place(found.at, digits)
    expected = phrase(found.expected, digits)
    if found.answer is None:
        return f"At {at}: the answer has no value, and {formula(sign)} is {expected}."
    given = phrase(found.answer, digits)
    off = ""
    if _same(found.answer, found.expected, digits) and found.difference is not None:
        off = f"; they differ by {phrase(found.difference, digits)}"
    return f"At {at}: the answer is {given}, and {formula(sign)} is {expected}{off}."


def _same(one: Quantity, other: Quantity, digits: int | None) -> bool:
    """Do these look the same, rounded to the digits shown or to float64?"""
    return _digits(one, digits) == _digits(other, digits) or float(one) == float(other)


def _digits(quantity: Quantity, digits: int | None) -> Decimal | str:
    """Return a number as its digits are read: ≈ -8.000000000 looks like -8."""
    written = number_text(quantity, digits)
    return written if written.startswith("<") else Decimal(written)


def records(found: Verdict) -> Table:
    """Return the verdict as a table of one row for machines."""
    point = found.counterexample
    at = (
        ""
        if point is None
        else "; ".join(f"{name}={full_digits(value)}" for name, value in point.at.items())
    )
    answer = "" if point is None or point.answer is None else full_digits(point.answer)
    row = {
        "expression": found.expression,
        "variable": found.variable,
        "order": str(found.order),
        "derivative": found.derivative,
        "answer": found.answer,
        "verdict": found.verdict,
        "evidence": found.evidence or "",
        "samples": str(found.samples),
        "at": at,
        "answer_there": answer,
        "expected_there": "" if point is None else full_digits(point.expected),
        "diagnosis": found.diagnosis or "",
        "detail": found.detail or "",
        "note": found.note or "",
    }
    return Table(tuple(Column(key, key) for key in row), (tuple(row.values()),))
