"""What `network --gradient` says: which entries are wrong and why, and the course's number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from derivcli.defaults import ENTRY_DIGITS
from derivcli.errors import listed
from derivcli.networks.results import JudgedArray, OwnGradient, WrongEntry
from derivcli.report.blocks import Block, Cell, Column, Figure, Heading, Table, Text
from derivcli.report.markup import code, formula, marked
from derivcli.report.network_numbers import figure, latex_name, rounded

GREAT, WRONG = 1e-7, 1e-3  # the course's: between them, look again
MORE_DIGITS = (8, 12, 17)  # where fewer do not tell two numbers apart
LEAST = 1e-9  # what is below it is rounding, and differs from machine to machine
NAMED = re.compile(r"\bd?[WbZA]\d+\b")
NUMBER = "|g - n| / (|g| + |n|)"
NUMBER_LATEX = r"\frac{\lVert g - n \rVert}{\lVert g \rVert + \lVert n \rVert}"


def course_names(words: str) -> str:
    """Return a cause with the arrays of layers that it names marked."""
    return NAMED.sub(lambda name: formula(name[0], latex_name(name[0])), words)


def blocks(
    found: OwnGradient,
    digits: int | None,
    latex: Callable[[str], str] = latex_name,
    words: Callable[[str], str] = course_names,
) -> Iterator[Block]:
    """Yield the arrays, the wrong entries, the causes, and the number.

    `latex` writes the name of an array for math mode, `words` marks the formulas in a cause.
    """

    def array(name: str) -> str:
        return formula(name, latex(name))

    yield Heading("Your gradient beside backprop's")
    yield _arrays(found, array)
    if found.passed:
        yield Text(f"{marked('right', 'Right')}: every entry of {code(found.file)} agrees.")
    for cause, arrays in groupby(
        (each for each in found.arrays if not each.passed), lambda each: each.cause
    ):
        names = listed([array(each.name) for each in arrays])
        told = words(cause) if cause else "no mistake is known that makes these numbers"
        yield Text(f"{marked('wrong', 'Wrong')}: {names}: {told}.")
    if not found.passed:
        yield _entries(found, digits or ENTRY_DIGITS, array)
    yield from _number(found)
    if found.not_compared:
        yield Text(f"Not compared: {listed([*map(code, found.not_compared)])}.")


def _arrays(found: OwnGradient, array: Callable[[str], str]) -> Table:
    columns = (
        Column("array", "array", "formula"),
        Column("of", "entries"),
        Column("wrong", "wrong"),
        Column("passed", "verdict", "words"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (array(each.name), f"{each.of:,}", f"{each.wrong:,}", _verdict(each))
        for each in found.arrays
    )
    return Table(columns, rows)


def _verdict(each: JudgedArray) -> str:
    if not each.passed:
        return marked("wrong", "wrong")
    return f"{marked('right', 'right')}{f', {each.digits}' if each.digits else ''}"


def _entries(found: OwnGradient, digits: int, array: Callable[[str], str]) -> Table:
    columns = (
        Column("array", "array", "formula"),
        Column("row", "row"),
        Column("column", "column"),
        Column("yours", "yours"),
        Column("expected", "right"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            array(each.name),
            f"{entry.entry[0]:,}",
            f"{entry.entry[1]:,}",
            *_apart(entry, digits),
        )
        for each in found.arrays
        for entry in each.entries
    )
    more = any(each.wrong > len(each.entries) for each in found.arrays)
    return Table(columns, rows, f"wrong entries{', the worst of each array' if more else ''}")


def _apart(entry: WrongEntry, digits: int) -> tuple[Figure, Figure]:
    """Return what was given and what is right, with as many digits as tell them apart."""
    for more in (digits, *MORE_DIGITS):
        pair = figure(entry.yours, more), figure(entry.expected, more)
        if float(pair[0].text) != float(pair[1].text):
            break
    return pair


def _number(found: OwnGradient) -> Iterator[Block]:
    """Yield the course's number, in its words, and what it cannot tell."""
    sampled = found.nudged < found.parameters
    of = f" of {found.nudged:,} of {found.parameters:,} entries" if sampled else ""
    name = formula(NUMBER, NUMBER_LATEX)
    whose = f"{formula('g')} being yours, {formula('n')} central differences{of}"
    if found.number is None:
        yield Text(f"{name}, {whose}, has no value: the cost has none a step away.")
        return
    value = _size(found.number, "=")
    yield Text(f"{name} {value}, {whose}: {_words(found)}.")
    if found.distance_to_backprop is not None and found.number_of_backprop is not None:
        yield Text(
            f"Yours beside backprop's: {_size(found.distance_to_backprop)}; backprop's beside the"
            f" same differences: {_size(found.number_of_backprop)}."
        )


def _size(number: float, sign: str = "") -> str:
    """Return a distance: that it is below what is rounding, or two digits of it."""
    if number < LEAST:
        return formula(f"< {figure(LEAST).text}")
    return formula(f"{sign} {rounded(number, 2)}".strip())


def _words(found: OwnGradient) -> str:
    """Return what the course says of the number, or why it is large of a gradient that is right."""
    number = found.number or 0.0
    if number <= GREAT and not found.passed:
        unseen = ", nor those that are not nudged" if found.nudged < found.parameters else ""
        return f"{formula('1e-7')} or less, for one number does not show small entries{unseen}"
    if number <= GREAT:
        return f"great, {formula('1e-7')} or less"
    if found.passed and any(each.digits for each in found.arrays):
        return "no less, for the digits that you gave; they are right"
    if found.passed:
        return "no less, for nudges cannot tell these slopes any better"
    if number < WRONG:
        return f"look again at the entries, between {formula('1e-7')} and {formula('1e-3')}"
    return f"wrong, {formula('1e-3')} or more"


def records(found: OwnGradient) -> Table:
    """Return a row for each array: the worst of its entries, and the cause."""
    keys = ("array", "passed", "wrong", "row", "column", "yours", "expected", "cause")
    rows = []
    for each in found.arrays:
        worst = each.worst
        at = ("", "", "", "") if worst is None else (
            *map(str, worst.entry), repr(worst.yours), repr(worst.expected)
        )  # fmt: skip
        passed = str(each.passed).lower()
        rows.append((each.name, passed, str(each.wrong), *at, each.cause or each.digits or ""))
    return Table(tuple(Column(key, key, "words") for key in keys), tuple(rows))
