"""What was typed on the command line to programs, points and steps."""

from __future__ import annotations

import gc
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from derivcli.cli.main import note
from derivcli.errors import DerivError, Span, UsageError, printable
from derivcli.language.functions import is_function
from derivcli.language.limits import COMMAND_LINE, Limits, file_limits
from derivcli.language.parser import parse
from derivcli.language.run_together import as_call_of_number, described, factors
from derivcli.language.tokens import tokenize
from derivcli.language.tree import Assignment, Binary, Name, Node, Number, Program, Unary, nodes
from derivcli.language.tree import names as names_in

if TYPE_CHECKING:
    from derivcli.calculus.results import Constant, Point

Binding = tuple[str, Program]  # a name, "" for a bare value, and its constant

PLAIN = r"([A-Za-z][A-Za-z0-9_]*) ?= ?(-?)(\d{1,20}(?:\.\d{1,20})?)"
LIKE_CONSTANTS = {
    "E": "E is a variable; Euler's number is e",
    "Pi": "Pi is a variable; the number is pi",
    "PI": "PI is a variable; the number is pi",
}
POINT_NAMES = ("x", "y", "z")
MOST_VALUES = 1_000_000  # in a file of values
DEFAULT_VARIABLES = ("w", "x", "t", "u", "v")  # of an expression without one


def read_source(argument: str, max_operations: int) -> tuple[str, Limits]:
    """Return the text that EXPRESSION stands for: itself, standard input (-) or a file (@FILE)."""
    if argument != "-" and not argument.startswith("@"):
        return argument, COMMAND_LINE
    limits = file_limits(max_operations)
    most = 4 * limits.characters + 1  # bytes: more cannot be within the limit on characters
    name = "standard input" if argument == "-" else printable(argument[1:])
    if argument == "-" and sys.stdin is None:
        raise UsageError("standard input is closed", hint="write the expression in place of -")
    try:
        if argument == "-":
            content = sys.stdin.buffer.read(most)
        else:
            with Path(argument[1:]).open("rb") as stream:
                content = stream.read(most)
        return content.decode("utf-8-sig"), limits
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8: byte {error.start + 1}") from None


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from going through a growing tree again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def read_program(
    argument: str,
    bindings: Iterable[Binding],
    wrt: Iterable[str],
    max_operations: int,
    *,
    files: bool = True,
    start: Callable[[str], int] | None = None,
) -> tuple[Program, Limits]:
    """Return the program; names with a value and names in --wrt are no constants.

    An answer is read from where `start` says; in it nothing is noted.

    With `files`, `-` and `@FILE` stand for what they hold, and what may have been meant otherwise
    is noted on standard error.
    """
    source, limits = read_source(argument, max_operations) if files else (argument, COMMAND_LINE)
    variables = {name for name, _ in bindings if name} | set(wrt)
    try:
        with uncollected():
            beginning = 0 if start is None else start(source)
            program = parse(source, variables, limits, start=beginning)
    except DerivError as error:
        raise error.located(source=source) from None
    noted = _run_together(program, variables)
    if noted and files and start is None:
        note(noted)
    return program, limits


def _run_together(program: Program, told: set[str]) -> str:
    """Return what to note of names that may be meant as something else, "" where there is nothing.

    Raises UsageError where a value, --wrt or a d/dx names a factor of what is one variable.
    """
    free = program.variables
    elsewhere = {*free, *told, *(statement.name for statement in program.statements)}
    named = {*told, *program.parameters, *([program.by] if program.by else ())}
    products = [
        (name, parts) for name in free if name not in named and (parts := factors(name, elsewhere))
    ]
    for name, parts in products:
        if meant := [part for part in parts if part in named]:
            place = _place(name, program)
            raise UsageError(
                f"'{name}' is one variable, and '{meant[0]}' another", source=program.source,
                span=place, hint=f"a product is {'*'.join(parts)}",
            )  # fmt: skip
    notes = [described(products)] if products else []
    notes += [
        f"{name} is one variable; the function is {call}"
        for name in free
        if name not in named and (call := as_call_of_number(name))
    ]
    notes += [
        note
        for name, note in LIKE_CONSTANTS.items()
        if name in free and name not in named and (name != "E" or _is_base("E", program))
    ]
    return "; ".join(notes)


def _is_base(name: str, program: Program) -> bool:
    """Is the name raised to a power that moves, as Euler's number is?"""
    return any(
        isinstance(node, Binary) and node.operator == "**" and node.left == Name(name)
        and next(names_in(node.right), None) is not None
        for statement in program.statements
        for node in nodes(statement.expression)
    )  # fmt: skip


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
        found = error.located(source=source, where=where)
        found.hint = _one_by_one(source, where) or found.hint
        raise found from None
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


def _plain(found: re.Match[str]) -> Constant:
    """Return `name = number` as a program, as the parser would: a file has many of these."""
    name, sign, digits = found.groups()
    value: Node = Number(Fraction(digits), Span(*found.span(3)))
    if sign:
        value = Unary("-", value, Span(found.start(2), found.end(3)))
    return Program((Assignment(name, value, Span(*found.span())),), found.string)


def spelled_out(sources: Sequence[str]) -> list[str]:
    """Return the values of --at, @FILE replaced by those in the file: w=2 b=8, or one a line.

    Raises UsageError where the file cannot be read.
    """
    found: list[str] = []
    for source in sources:
        if not source.startswith("@"):
            found.append(source)
            continue
        content, _ = read_source(source, MOST_VALUES)
        for line in content.splitlines():
            told = line.partition("#")[0].strip()
            # One value a line may hold spaces, several are divided by them.
            found += [told] if told.count("=") == 1 else told.split()
    return found


def constants(sources: Sequence[str], where: str) -> tuple[Constant, ...]:
    """Return bare values; a `name=` is refused."""
    found = [constant(source, where) for source in sources]
    for name, value in found:
        if name:
            raise UsageError(
                "a value, not a name, is expected",
                source=value.source,
                span=value.output.span,
                where=where,
            )
    return tuple(value for _, value in found)


def names(sources: Sequence[str], where: str) -> tuple[str, ...]:
    """Return names as the language spells them: θ is theta.

    Raises UsageError for what is no name of a variable.
    """
    found = []
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
        found.append(first.text)
    return tuple(found)


def variables(program: Program, bindings: Sequence[Binding], wrt: Sequence[str]) -> tuple[str, ...]:
    """Return the variables of J; a constant expression takes its variable from --wrt or --at."""
    told = (*program.parameters, *([program.by] if program.by else ()))
    if free := program.variables:
        return tuple(dict.fromkeys((*free, *told)))
    assigned = {statement.name for statement in program.statements}
    wrt = (*wrt, *told)
    named = dict.fromkeys([*wrt, *(name for name, _ in bindings if name)])
    asked = tuple(name for name in named if name not in assigned)
    return asked or tuple(name for name in DEFAULT_VARIABLES if name not in assigned)[:1]


def directions(wrt: Sequence[str], program: Program, known: Sequence[str]) -> tuple[str, ...]:
    """Return the variables to differentiate by: all of them unless told.

    By --wrt, by a d/dx before the expression, or by the x of f(x) = ...
    """
    among = frozenset(known)
    if wrt and program.by and {*wrt} != {program.by}:
        raise UsageError(
            f"the expression is differentiated by {program.by}, and --wrt says {', '.join(wrt)}",
            hint="write the expression alone",
        )
    wrt = wrt or ((program.by,) if program.by else program.parameters)
    for name in wrt:
        if name not in among:
            raise _no_such_variable(name, program, known, "in --wrt", name)
    return tuple(dict.fromkeys(wrt)) or tuple(known)


def points(
    program: Program, bindings: Sequence[Binding], known: Sequence[str], option: str = "--at"
) -> tuple[Point, ...]:
    """Return the points that --at spells, or another option.

    A bare value is a point of one variable. A name that comes again starts another point, and
    what is not given anew stays as it was.
    """
    among = frozenset(known)
    found: list[Mapping[str, Constant]] = []
    current: dict[str, Constant] = {}
    new: set[str] = set()
    for name, value in bindings:
        if not name:
            if len(known) != 1:
                raise UsageError(
                    f"{program.output.name} has {len(known)} variables: {', '.join(known)}",
                    source=value.source, span=value.output.span, where=f"in {option}",
                    hint=f"write {option} {' '.join(f'{each}=...' for each in known)}",
                )  # fmt: skip
            name = known[0]  # noqa: PLW2901 - a bare value belongs to the only variable
        if name not in among:
            raise _no_such_variable(name, program, known, f"in {option}", value.source)
        if name in new:
            found.append(current)
            current, new = dict(current), set()
        current[name] = value
        new.add(name)
    if current:
        found.append(current)
    for point in found:
        _complete(point, program, known, option)
    return tuple({name: point[name] for name in known} for point in found)


def given_points(
    program: Program, bindings: Sequence[Binding], known: Sequence[str]
) -> tuple[Point, ...]:
    """Return the points that --at spells, where there has to be one at least."""
    found = points(program, bindings, known)
    if not found:
        example = " ".join(f"{name}=..." for name in known) if len(known) > 1 else "3"
        raise UsageError("--at is missing", hint=f"say where: --at {example}")
    return found


def only_point(program: Program, bindings: Sequence[Binding], known: Sequence[str]) -> Point:
    """Return the point that --at spells, where there has to be one and no more."""
    found = given_points(program, bindings, known)
    if len(found) > 1:
        value = bindings[-1][1]
        raise UsageError(
            "one point at a time", source=value.source, span=value.output.span, where="in --at",
            hint="run it once for each point",
        )  # fmt: skip
    return found[0]


def only_direction(wrt: Sequence[str], program: Program, known: Sequence[str]) -> tuple[str, ...]:
    """Return the one variable that moves: --wrt's, or the only one there is."""
    found = directions(wrt, program, known)
    if len(found) > 1 and wrt:
        raise UsageError("one variable at a time", where="in --wrt", hint=f"write --wrt {found[0]}")
    if len(found) > 1:
        products = ((name, factors(name, found)) for name in found)
        likely = next((name for name, parts in products if not parts), found[0])
        raise UsageError(
            f"{program.output.name} has {len(found)} variables: {', '.join(found)}",
            hint=f"say which one: --wrt {likely}",
        )
    return found


RANGE_HINT = "write --range LOW HIGH, such as --range -pi 2*pi"


def bounds(
    sources: Sequence[str] | None, where: str = "in --range", hint: str = RANGE_HINT
) -> tuple[Constant, Constant] | None:
    """Return the two ends that --range spells, or another option; None without it."""
    if not sources:
        return None
    found = constants(sources, where)
    if len(found) != 2:
        counted = "is 1" if len(found) == 1 else f"are {len(found)}"
        raise UsageError(
            f"two values are expected, and there {counted}",
            where=where,
            hint=hint,
        )
    return found[0], found[1]


def start(program: Program, bindings: Sequence[Binding], known: Sequence[str]) -> Point:
    """Return the point that --from spells: where a descent starts, with its data."""
    found = points(program, bindings, known, "--from")
    if not found:
        example = " ".join(f"{name}=..." for name in known) if len(known) > 1 else "3"
        raise UsageError("--from is missing", hint=f"say where to start: --from {example}")
    if len(found) > 1:
        value = bindings[-1][1]
        raise UsageError(
            "one start at a time", source=value.source, span=value.output.span, where="in --from"
        )
    return found[0]


def _complete(point: Point, program: Program, known: Sequence[str], option: str) -> None:
    for missing in (name for name in known if name not in point):
        raise UsageError(
            f"'{missing}' has no value",
            source=program.source,
            span=_place(missing, program),
            hint=f"add {missing}=... to {option}",
        )


def _place(name: str, program: Program) -> Span | None:
    """Return where a name stands first."""
    found = (
        node.span
        for statement in program.statements
        for node in nodes(statement.expression)
        if isinstance(node, Name) and node.name == name
    )
    return next(found, None)


def _no_such_variable(
    name: str, program: Program, known: Sequence[str], where: str, source: str
) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    assigned = any(statement.name == name for statement in program.statements)
    what = "is computed, not a variable" if assigned else "is not a variable of the expression"
    hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(known)}"
    start = len(source) - len(source.lstrip())
    span = Span(start, start + len(name))
    return UsageError(f"'{name}' {what}", source=source, span=span, where=where, hint=hint)


def check_timeout(seconds: float) -> float:
    """Return the seconds, if a clock can count them."""
    if not (math.isfinite(seconds) and 0 < seconds <= 1_000_000):
        raise UsageError(
            f"{seconds:g} seconds cannot be timed",
            where="in --timeout",
            hint="write a number above 0",
        )
    return seconds
