"""What was typed on the command line to sources, constants and names."""

from __future__ import annotations

import gc
import math
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

from derivcli.errors import DerivError, Span, UsageError, printable
from derivcli.input_files import beginning, decoded
from derivcli.language.functions import is_function
from derivcli.language.limits import COMMAND_LINE, Limits, check_length, file_limits
from derivcli.language.parser import parse
from derivcli.language.tokens import tokenize
from derivcli.language.tree import Assignment, Name, Node, Number, Program, Unary, nodes

if TYPE_CHECKING:
    from derivcli.calculus.results import Constant

Binding = tuple[str, Program]  # a name, "" for a bare value, and its constant

PLAIN = r"([A-Za-z][A-Za-z0-9_]*) ?= ?(-?)(\d{1,20}(?:\.\d{1,20})?)"
POINT_NAMES = ("x", "y", "z")
MOST_VALUES = 1_000_000  # in a file of values


def read_source(argument: str, max_operations: int) -> tuple[str, Limits]:
    """Return the text that EXPRESSION stands for: itself, standard input (-) or a file (@FILE)."""
    if argument != "-" and not argument.startswith("@"):
        return argument, COMMAND_LINE
    limits = file_limits(max_operations)
    most = 4 * (limits.characters + 2)  # bytes, a byte order mark too: more is beyond the limit
    name = "standard input" if argument == "-" else printable(argument[1:])
    if argument == "-" and sys.stdin is None:
        raise UsageError("standard input is closed", hint="write the expression in place of -")
    if argument == "-":
        try:
            content = sys.stdin.buffer.read(most)
        except OSError as error:
            raise UsageError(f"cannot read {name}: {error.strerror}") from None
    else:
        content = beginning(argument[1:], most)
    return decoded(content, name, cut=len(content) == most), limits


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from going through a growing tree again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def constant(source: str, where: str) -> Binding:
    """Return one value: `pi/4` or `w=pi/4`.

    Raises the errors of the language, and UsageError for a variable in it.
    """
    plain = re.fullmatch(PLAIN, source)
    if plain is not None and not is_function(plain[1]):
        return plain[1], _plain(plain)
    try:
        program = parse(source)
    except DerivError as error:
        told = error.located(source=source, where=where)
        told.hint = _one_by_one(source, where) or told.hint
        raise told from None
    if len(program.statements) > 1:
        raise UsageError(
            "one value at a time", source=source, span=program.output.span, where=where,
            hint=_one_by_one(source, where),
        )  # fmt: skip
    statement = program.output
    for node in nodes(statement.expression):
        if isinstance(node, Name):
            raise UsageError(
                f"'{node.name}' has no value here", source=source, span=node.span, where=where,
                hint="a value is a number such as 3, -1e-3 or pi/4",
            )  # fmt: skip
    return (statement.name if statement.typed else ""), program


def _one_by_one(source: str, where: str) -> str | None:
    """Return how several values in one are written: `x=3,y=2`, `(3, 2)`, `1e-3,1e-4`."""
    option = where.removeprefix("in ")
    bare = source.strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+", bare):
        return f"write {bare.replace(',', '')} for one number, without commas in it"
    bare = bare.strip("()[]{}").replace(":", "=").replace("==", "=")
    values = re.findall(r"[^\W\d]\w*\s*=\s*[^\s=,;]+", bare)
    if len(values) < 2:
        values = re.split(r"\s+" if re.fullmatch(r"[-+\d.eE\s]+", bare) else ",", bare)
    values = ["".join(each.split()) for each in values]
    if len(values) < 2 or not all(values) or not option.startswith("--"):
        return None
    bracketed = bare != source.strip() and option == "--at" and "=" not in bare
    if bracketed and len(values) <= len(POINT_NAMES):  # a point in brackets
        values = [f"{name}={value}" for name, value in zip(POINT_NAMES, values, strict=False)]
    written = f"write {option} {' '.join(values)}"
    decimal = re.fullmatch(r"-?\d+,\d+", source.strip())
    return f"{written}, or a decimal with a point: {bare.replace(',', '.')}" if decimal else written


def _plain(match: re.Match[str]) -> Constant:
    """Return `name = number` as a program, as the parser would: a file has many of these."""
    name, sign, digits = match.groups()
    value: Node = Number(Fraction(digits), Span(*match.span(3)))
    if sign:
        value = Unary("-", value, Span(match.start(2), match.end(3)))
    return Program((Assignment(name, value, Span(*match.span())),), match.string)


def spelled_out(sources: Sequence[str]) -> list[str]:
    """Return the values of --at, @FILE replaced by those in the file: w=2 b=8, or one a line.

    Raises UsageError where the file cannot be read.
    """
    values: list[str] = []
    for source in sources:
        if not source.startswith("@"):
            values.append(source)
            continue
        content, limits = read_source(source, MOST_VALUES)
        check_length(content, limits)
        for line in content.splitlines():
            told = line.partition("#")[0].strip()
            # One value a line may hold spaces, several are divided by them.
            values += [told] if told.count("=") == 1 else told.split()
    return values


def constants(sources: Sequence[str], where: str) -> tuple[Constant, ...]:
    """Return bare values; a `name=` is refused."""
    bindings = [constant(source, where) for source in sources]
    for name, value in bindings:
        if name:
            raise UsageError(
                "a value, not a name, is expected",
                source=value.source,
                span=value.output.span,
                where=where,
            )
    return tuple(value for _, value in bindings)


def names(sources: Sequence[str], where: str) -> tuple[str, ...]:
    """Return names as the language spells them: θ is theta.

    Raises UsageError for what is no name of a variable.
    """
    names = []
    for source in sources:
        try:
            first, *rest = tokenize(source)
        except DerivError as error:
            raise error.located(source=source, where=where) from None
        whole = Span(0, len(source))
        if first.kind != "name" or len(rest) != 1:
            several = re.split(r"[\s,;]+", source.strip())
            hint = f"write {where.removeprefix('in ')} {' '.join(several)}"
            raise UsageError(
                "this is not a name", source=source, span=whole, where=where,
                hint=hint if len(several) > 1 and all(map(str.isalnum, several)) else None,
            )  # fmt: skip
        if is_function(first.text):
            raise UsageError(
                f"'{first.text}' is a function, not a variable",
                source=source,
                span=whole,
                where=where,
            )
        names.append(first.text)
    return tuple(names)


RANGE_HINT = "write --range LOW HIGH, such as --range -pi 2*pi"


def bounds(
    sources: Sequence[str] | None, where: str = "in --range", hint: str = RANGE_HINT
) -> tuple[Constant, Constant] | None:
    """Return the two ends that --range spells, or another option; None without it."""
    if not sources:
        return None
    ends = constants(sources, where)
    if len(ends) != 2:
        counted = "is 1" if len(ends) == 1 else f"are {len(ends)}"
        raise UsageError(
            f"two values are expected, and there {counted}",
            where=where,
            hint=hint,
        )
    return ends[0], ends[1]


def working_digits(shown: int | None) -> int:
    """Return how many digits to compute for so many shown: as many as tell a float64 at least."""
    return max(17, shown or 0)


def check_timeout(seconds: float) -> float:
    """Return the seconds, if a clock can count them."""
    if not (math.isfinite(seconds) and 0 < seconds <= 1_000_000):
        raise UsageError(
            f"{seconds:g} seconds cannot be timed",
            where="in --timeout",
            hint="write a number above 0",
        )
    return seconds


def tolerance(source: str, where: str) -> Fraction:
    """Return the number from 0 to 1 that a text spells."""
    from derivcli.calculus.derivation.algebra import value_of  # loaded where one is given

    (value,) = constants([source], where)
    number = value_of(value.output.expression)
    if number is None or not 0 < number < 1:
        raise UsageError(
            "a tolerance is a number between 0 and 1",
            source=source,
            span=value.output.span,
            where=where,
            hint="it is relative: 0.001 allows an error of a thousandth",
        )
    return number
