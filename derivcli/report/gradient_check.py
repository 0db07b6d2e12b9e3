"""What `check` says of an answer that is a matrix: the verdict, a counterexample, the mistake."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from derivcli.calculus.results import Quantity
from derivcli.exercises.gradients.verdict import GradientCounterexample, GradientVerdict
from derivcli.language.latex import variable as latex_name
from derivcli.matrices.results import Rows
from derivcli.report.blocks import Block, Figure, Formula, Heading, Table, Text
from derivcli.report.check import headline, hidden_contrast, record
from derivcli.report.markup import code, formula, mixed
from derivcli.report.notation import derivative_latex, derivative_sign
from derivcli.report.numbers import equals, figure, ordinal, phrase

OPTION = re.compile(r'(--assume "[^"]*")')


def blocks(verdict: GradientVerdict, digits: int | None = None) -> Iterator[Block]:
    """Yield the answer for people, numbers to `digits` significant digits."""
    *before, last = verdict.statements
    for step in before:
        yield Formula(f"{step.name} = {step.expression}", f"{latex_name(step.name)} = {step.latex}")
    inner = ", ".join(verdict.variables)
    latex = ", ".join(map(latex_name, verdict.variables))
    yield Formula(
        f"{verdict.output}({inner}) = {last.expression}",
        f"{latex_name(verdict.output)}({latex}) = {last.latex}",
    )
    for line in verdict.lines:
        yield Formula(f"{line.name} = {line.expression}", f"{latex_name(line.name)} = {line.latex}")
    several = len(verdict.variables) > 1
    sign = derivative_sign(verdict.output, verdict.variable, 1, several=several)
    above = derivative_latex(verdict.output, verdict.variable, 1, several=several)
    if verdict.derivative is not None:
        yield Formula(f"{sign} = {verdict.derivative}", f"{above} = {verdict.latex}")
    yield Formula(f"answer = {verdict.answer}", rf"\text{{answer}} = {verdict.answer_latex}")
    yield from judged(verdict, sign, digits)


def judged(verdict: GradientVerdict, sign: str, digits: int | None) -> Iterator[Block]:
    """Yield the verdict itself, with the mistake and where it shows; `sign` is the gradient's."""
    yield Heading(_headline(verdict))
    if verdict.detail:
        yield Text(_told(verdict.detail, _names(verdict)))
    if (place := _place(verdict)) is not None:
        yield Text(place)
    if verdict.note:
        yield Text(mixed(_sentence(verdict.note)))
    if verdict.repair is not None:
        yield Text("Right would be")
        yield Formula(verdict.repair.answer, verdict.repair.latex)
    if verdict.counterexample is not None:
        yield Text(contrast(verdict.counterexample, sign, digits))
    if verdict.assumed:
        yield Text(f"Compared where {' and '.join(map(formula, verdict.assumed))}.")


def _headline(verdict: GradientVerdict) -> str:
    """Return the verdict and how it is known, in a line."""
    told = headline(verdict)
    sizes = any(isinstance(size, str) for shape in verdict.shapes.values() for size in shape)
    if verdict.evidence == "proved" and sizes:
        return f"{told.removesuffix('.')} for all sizes."
    return told


def _place(verdict: GradientVerdict) -> str | None:
    """Return where in the answer as typed the mistake stands, unless the words told tell it."""
    repair, source = verdict.repair, verdict.source
    if repair is None or repair.start is None or repair.end is None or "\n" in source:
        return None
    part = source[repair.start : repair.end]
    if part in {"", source.strip()}:
        return None
    whole = re.compile(rf"(?<![\w.]){re.escape(part)}(?!\w)")
    starts = [each.start() for each in whole.finditer(source)]
    if len(starts) > 1 and repair.start in starts:
        order = ordinal(starts.index(repair.start) + 1)
        return f"The place: the {order} {code(part)} of {code(source)}."
    if part.replace(" ", "").strip("()") in (verdict.detail or "").replace(" ", ""):
        return None
    return f"The place: {code(part)} in {code(source)}."


def _names(verdict: GradientVerdict) -> set[str]:
    return {*verdict.variables, *(each.name for each in (*verdict.statements, *verdict.lines))}


def _told(words: str, names: Collection[str] = ()) -> str:
    """Return what is said of a mistake as a sentence: an option in it is code, all else mixed."""
    pieces = OPTION.split(_sentence(words, names))
    return "".join(code(each) if index % 2 else mixed(each) for index, each in enumerate(pieces))


def _sentence(words: str, names: Collection[str] = ()) -> str:
    """Return words as a sentence; a name or a formula at their start stays as it is."""
    first = words.split(" ", 1)[0]
    is_word = first.isalpha() and first.islower() and first not in names
    start = first.capitalize() if is_word and (len(first) > 1 or first == "a") else first
    ending = "" if words.endswith(".") else "."
    return start + words[len(first) :] + ending


def contrast(verdict: GradientCounterexample, sign: str, digits: int | None) -> str:
    """Return a sentence that holds an entry of the answer beside that of the gradient."""
    at = ", ".join(_value(name, value, digits) for name, value in verdict.at.items())
    entry = f"entry {list(verdict.entry)} of " if verdict.entry else ""
    if verdict.expected is None:
        return f"At {at}: {entry}{hidden_contrast(verdict.answer, sign, digits)}."
    expected = phrase(verdict.expected, digits)
    right = f"of {formula(sign)} it is {expected}" if entry else f"{formula(sign)} is {expected}"
    if verdict.answer is None:
        return f"At {at}: {entry}the answer has no value, and {right}."
    off = ""
    if float(verdict.answer) == float(verdict.expected) and verdict.difference is not None:
        off = f"; they differ by {phrase(verdict.difference, digits)}"
    return f"At {at}: {entry}the answer is {phrase(verdict.answer, digits)}, and {right}{off}."


def _value(name: str, value: Quantity | Rows, digits: int | None) -> str:
    """Return a value as it would be typed: a matrix in brackets, a column as a list."""
    if isinstance(value, Quantity):
        return f"{formula(name)} {equals(value, digits)}"
    if all(len(row) == 1 for row in value):
        return code(f"{name} = {_listed([row[0] for row in value], digits)}")
    return code(f"{name} = [{', '.join(_listed(row, digits) for row in value)}]")


def _listed(row: Sequence[Quantity | None], digits: int | None) -> str:
    return f"[{', '.join(_number(each, digits) for each in row)}]"


def _number(value: Quantity | None, digits: int | None) -> str:
    """Return an entry: exact where that is short."""
    if value is None:
        return "-"
    exact = value.exact
    if exact is not None and len(exact) <= 12:
        return exact
    shown = figure(value, digits)
    return shown.text if isinstance(shown, Figure) else shown


def records(verdict: GradientVerdict) -> Table:
    """Return the verdict as a table of one row for machines."""
    point = verdict.counterexample
    at = "" if point is None else "; ".join(
        _value(name, value, 17).replace(" = ", "=") for name, value in point.at.items()
    )  # fmt: skip
    entry = "" if point is None else " ".join(map(str, point.entry))
    repair = "" if verdict.repair is None else verdict.repair.answer
    return record(verdict, {"at": at, "entry": entry}, repair=repair)
