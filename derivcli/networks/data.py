"""Examples from a CSV file: a column for each feature and each answer, a line for each example."""

from __future__ import annotations

import csv
import io
import math
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from derivcli.errors import RefusedError, UsageError, counted, listed, printable
from derivcli.input_files import whole
from derivcli.networks.layers import MOST_NUMBERS, Architecture
from derivcli.networks.numbers import Matrix

LARGEST_FILE = 200_000_000  # bytes
LARGEST_FILE_OF_FEW = 1_000_000  # bytes, where the number of examples is limited
LONGEST_SHOWN = 40  # characters of a cell that is no number

COLUMN = re.compile(r"x[1-9]\d*|y(?:[1-9]\d*)?", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.ASCII | re.IGNORECASE)
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read(path: str, architecture: Architecture, most: int | None = None) -> dict[str, Matrix]:
    """Return X of shape (n_0, m) and Y of shape (n_L, m) from a file with a header.

    Its columns are x1, x2, ... and y, or y1, y2, ..., in any order.

    Raises UsageError that names the line and the column at fault, RefusedError beyond the memory
    limit. With `most`, RefusedError at once where there are more examples.
    """
    name = printable(path)
    content = (
        whole(path, LARGEST_FILE, UsageError)
        if most is None
        else whole(path, LARGEST_FILE_OF_FEW, RefusedError)
    )
    # No number holds these, and float() takes them: such a file is looked at cell by cell.
    odd = b"_" in content or not content.removeprefix(BYTE_ORDER_MARK).isascii()
    lines = _lines(content, name)
    try:
        _, header = next(lines, (1, []))
        if not header:
            told = "begins with a blank line" if content.strip() else "holds no examples"
            raise UsageError(f"{name} {told}", hint=_columns_hint(architecture))
        columns = _columns(header, name, architecture)
        numbers = _numbers(lines, _Place(name, columns), most, odd=odd)
    except UnicodeDecodeError:
        raise _not_utf8(content, name) from None
    if not numbers:
        raise UsageError(
            f"{name} holds no examples", hint="a line for each stands below the header"
        )
    table = np.frombuffer(numbers).reshape(-1, len(columns)).T
    features, answers = wanted(architecture)
    return {
        "X": table[[columns.index(each) for each in features]],
        "Y": table[[columns.index(each) for each in answers]],
    }


def wanted(architecture: Architecture) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the columns of features, and of answers, in the order of the rows."""
    features, answers = architecture.sizes[0], architecture.sizes[-1]
    return (
        tuple(f"x{index}" for index in range(1, features + 1)),
        ("y",) if answers == 1 else tuple(f"y{index}" for index in range(1, answers + 1)),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A file and its columns, for messages."""

    file: str
    columns: Sequence[str]

    def cell(self, line: int, index: int) -> str:
        """Return the name of a cell."""
        return f"{self.file}: line {line}, column '{self.columns[index]}'"


def _lines(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line; a blank one has none."""
    stream = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
    if b'"' not in content:  # as csv would, in half the time
        for number, line in enumerate(stream, 1):
            yield number, [] if line.isspace() else line.split(",")
        return
    lines = csv.reader(stream, skipinitialspace=True, strict=True)
    try:
        for row in lines:
            yield lines.line_num, [] if len(row) == 1 and not row[0].strip() else row
    except csv.Error as error:
        raise UsageError(f"{name}: line {lines.line_num} is not CSV: {error}") from None


def _not_utf8(content: bytes, name: str) -> UsageError:
    try:
        content.decode("utf-8")
        start = 0
    except UnicodeDecodeError as error:
        start = error.start
    line = content.count(b"\n", 0, start) + 1
    return UsageError(
        f"{name} is not UTF-8: line {line}, byte {start + 1} of the file",
        hint="save it as CSV in UTF-8",
    )


def _columns(header: Sequence[str], name: str, architecture: Architecture) -> list[str]:
    """Return the names of the columns, which are those that the network wants, in some order."""
    columns = [each.strip() for each in header]
    hint = _columns_hint(architecture)
    known = [each for group in wanted(architecture) for each in group]
    if len(columns) == 1:
        for separator, what in OTHER_SEPARATORS.items():
            if separator in columns[0]:
                raise UsageError(f"{name}: cells are separated by commas, not {what}", hint=hint)
    if all(NUMBER.fullmatch(each) for each in columns):
        raise UsageError(f"{name} has no header: its first line holds numbers", hint=hint)
    for index, each in enumerate(columns, 1):
        if not each:
            raise UsageError(f"{name}: column {index} of the header has no name", hint=hint)
        if not COLUMN.fullmatch(each):
            near = get_close_matches(each.lower(), known, n=1)
            raise UsageError(
                f"{name}: unknown column '{_shown(each)}'",
                hint=f"did you mean '{near[0]}'?" if near else hint,
            )
    written = columns
    if "y" in known:  # the only answer may be called y1, too
        columns = ["y" if each == "y1" else each for each in columns]
    seen: dict[str, int] = {}
    for index, each in enumerate(columns, 1):
        if each in seen:
            raise UsageError(f"{name}: columns {seen[each]} and {index} are both '{each}'")
        seen[each] = index
    _as_many(written, name, architecture)
    for each in known:
        if each not in seen:
            raise UsageError(f"{name} has no column '{each}'", hint=hint)
    return columns


def _as_many(columns: Sequence[str], name: str, architecture: Architecture) -> None:
    """Raise UsageError where there are more or fewer features or answers than the network has."""
    for letter, what, verb, count in (
        ("x", "feature", "takes", architecture.sizes[0]),
        ("y", "answer", "gives", architecture.sizes[-1]),
    ):
        found = sorted((each for each in columns if each[0] == letter), key=lambda s: (len(s), s))
        if found and len(found) != count:
            names = listed(found) if len(found) <= 4 else f"{found[0]} to {found[-1]}"
            raise UsageError(
                f"{name} has {counted(len(found), what)}, {names}, and a"
                f" {architecture.name} network {verb} {count:,}"
            )


def _columns_hint(architecture: Architecture) -> str:
    features, answers = wanted(architecture)
    groups = [*features] if len(features) <= 4 else [features[0], features[1], "...", features[-1]]
    groups += [*answers] if len(answers) <= 4 else [answers[0], "...", answers[-1]]
    return f"the first line names the columns: {','.join(groups)}"


def _numbers(
    lines: Iterator[tuple[int, list[str]]], place: _Place, most: int | None, *, odd: bool
) -> array[float]:
    """Return all numbers, line after line."""
    found = array("d")
    width, blank = len(place.columns), 0
    for line, row in lines:
        if not row:
            blank = blank or line
            continue
        if blank:
            raise UsageError(f"{place.file}: line {blank} is blank, and others follow it")
        if len(row) != width:
            raise _wrong_width(row, line, place)
        try:
            numbers = [*map(float, row)]
        except ValueError:
            numbers = []
        # A sum tells in one go whether a number is nan or infinite.
        if odd or not numbers or not math.isfinite(sum(numbers)):
            _examine(row, line, place)
        found.extend(numbers)
        if most is not None and len(found) > most * width:
            raise RefusedError(f"{place.file} holds more than {counted(most, 'example')}")
        if len(found) > MOST_NUMBERS:
            raise RefusedError(f"{place.file} holds more than {MOST_NUMBERS:,} numbers")
    return found


def _wrong_width(row: Sequence[str], line: int, place: _Place) -> UsageError:
    width = len(place.columns)
    cells, columns = counted(len(row), "cell"), counted(width, "column")
    commas = len(row) > width and not any("." in each for each in row)
    hint = "a decimal comma divides a number in two: write 1.5" if commas else None
    return UsageError(
        f"{place.file}: line {line} has {cells}, and the header has {columns}", hint=hint
    )


def _examine(row: Sequence[str], line: int, place: _Place) -> None:
    """Raise UsageError for the first cell that holds no number."""
    for index, each in enumerate(row):
        cell, hint = each.strip(), None
        if NUMBER.fullmatch(cell):
            if math.isfinite(float(cell)):
                continue
            problem = f"{_shown(cell)} is too large for float64"
        elif not cell:
            problem = "the cell is blank"
        elif NOT_FINITE.fullmatch(cell):
            problem = f"{cell} is not a finite number"
        else:
            problem = f"'{_shown(cell)}' is not a number"
            if comma := DECIMAL_COMMA.fullmatch(cell):
                hint = f"write a decimal point: {comma[1]}.{comma[2]}"
            elif "_" in cell and NUMBER.fullmatch(cell.replace("_", "")):
                hint = f"write it without _: {cell.replace('_', '')}"
        raise UsageError(f"{place.cell(line, index)}: {problem}", hint=hint)


def _shown(text: str) -> str:
    return printable(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
