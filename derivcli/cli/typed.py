"""An expression as read with the values and --wrt beside it: its points and directions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derivcli.cli import inputs
from derivcli.cli.inputs import Binding
from derivcli.cli.main import note
from derivcli.errors import DerivError, Span, UsageError
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.parser import parse
from derivcli.language.run_together import as_call_of_number, described, factors
from derivcli.language.tree import Binary, Name, Program, nodes
from derivcli.language.tree import names as names_in

if TYPE_CHECKING:
    from derivcli.calculus.results import Constant, Point

LIKE_CONSTANTS = {
    "E": "E is a variable; Euler's number is e",
    "Pi": "Pi is a variable; the number is pi",
    "PI": "PI is a variable; the number is pi",
}
DEFAULT_VARIABLES = ("w", "x", "t", "u", "v")  # of an expression without one


@dataclass(frozen=True, slots=True)
class TypedProgram:
    """A program, the values that `option` gave for its variables, and the names of --wrt.

    What its methods do not find as they need it is a UsageError.
    """

    program: Program
    limits: Limits
    bindings: tuple[Binding, ...]
    wrt: tuple[str, ...]
    variables: tuple[str, ...]  # of J
    option: str = "--at"

    def directions(self) -> tuple[str, ...]:
        """Return the variables to differentiate by: all of them unless told.

        By --wrt, by a d/dx before the expression, or by the x of f(x) = ...
        """
        program, wrt = self.program, self.wrt
        if wrt and program.by and {*wrt} != {program.by}:
            raise UsageError(
                f"the expression is differentiated by {program.by}, and --wrt says"
                f" {', '.join(wrt)}",
                hint="write the expression alone",
            )
        wrt = wrt or ((program.by,) if program.by else program.parameters)
        among = frozenset(self.variables)
        for name in wrt:
            if name not in among:
                raise self._no_such_variable(name, "in --wrt", name)
        return tuple(dict.fromkeys(wrt)) or self.variables

    def only_direction(self) -> str:
        """Return the one variable that moves: --wrt's, or the only one there is."""
        moving = self.directions()
        if len(moving) > 1 and self.wrt:
            hint = f"write --wrt {moving[0]}"
            raise UsageError("one variable at a time", where="in --wrt", hint=hint)
        if len(moving) > 1:
            products = ((name, factors(name, moving)) for name in moving)
            likely = next((name for name, parts in products if not parts), moving[0])
            raise UsageError(
                f"{self.program.output.name} has {len(moving)} variables: {', '.join(moving)}",
                hint=f"say which one: --wrt {likely}",
            )
        return moving[0]

    def points(self) -> tuple[Point, ...]:
        """Return the points that the values spell.

        A bare value is a point of one variable. A name that comes again starts another point, and
        what is not given anew stays as it was.
        """
        known, option = self.variables, self.option
        among = frozenset(known)
        points: list[Mapping[str, Constant]] = []
        current: dict[str, Constant] = {}
        new: set[str] = set()
        for name, value in self.bindings:
            if not name:
                if len(known) != 1:
                    raise UsageError(
                        f"{self.program.output.name} has {len(known)} variables: "
                        f"{', '.join(known)}",
                        source=value.source, span=value.output.span, where=f"in {option}",
                        hint=f"write {option} {' '.join(f'{each}=...' for each in known)}",
                    )  # fmt: skip
                name = known[0]  # noqa: PLW2901 - a bare value belongs to the only variable
            if name not in among:
                raise self._no_such_variable(name, f"in {option}", value.source)
            if name in new:
                points.append(current)
                current, new = dict(current), set()
            current[name] = value
            new.add(name)
        if current:
            points.append(current)
        for point in points:
            self._complete(point)
        return tuple({name: point[name] for name in known} for point in points)

    def given_points(self, wanted: str = "say where") -> tuple[Point, ...]:
        """Return the points, where there has to be one at least."""
        points = self.points()
        if not points:
            known = self.variables
            example = " ".join(f"{name}=..." for name in known) if len(known) > 1 else "3"
            raise UsageError(f"{self.option} is missing", hint=f"{wanted}: {self.option} {example}")
        return points

    def only_point(self) -> Point:
        """Return the point, where there has to be one and no more."""
        return self.only(self.given_points(), "point", "run it once for each point")

    def start(self) -> Point:
        """Return the point where a descent starts, with its data."""
        return self.only(self.given_points("say where to start"), "start")

    def only(self, points: Sequence[Point], noun: str, hint: str | None = None) -> Point:
        """Return the point of a sequence of one; raise UsageError for more."""
        if len(points) > 1:
            value = self.bindings[-1][1]
            raise UsageError(
                f"one {noun} at a time", source=value.source, span=value.output.span,
                where=f"in {self.option}", hint=hint,
            )  # fmt: skip
        return points[0]

    def _complete(self, point: Mapping[str, Constant]) -> None:
        """Raise UsageError where a variable has no value."""
        for missing in (name for name in self.variables if name not in point):
            raise UsageError(
                f"'{missing}' has no value",
                source=self.program.source,
                span=_place(missing, self.program),
                hint=f"add {missing}=... to {self.option}",
            )

    def _no_such_variable(self, name: str, where: str, source: str) -> UsageError:
        from difflib import get_close_matches

        near = get_close_matches(name, self.variables, n=1)
        assigned = any(statement.name == name for statement in self.program.statements)
        what = "is computed, not a variable" if assigned else "is not a variable of the expression"
        hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(self.variables)}"
        start = len(source) - len(source.lstrip())
        span = Span(start, start + len(name))
        return UsageError(f"'{name}' {what}", source=source, span=span, where=where, hint=hint)


def read(
    expression: str,
    values: Iterable[str] | None,
    wrt: Iterable[str] | None,
    max_operations: int,
    option: str = "--at",
) -> TypedProgram:
    """Return EXPRESSION as read, with the values of --at or another `option`, and --wrt.

    Raises the errors of the language, and UsageError for what is no value or no name.
    """
    bindings = [inputs.constant(source, f"in {option}") for source in values or ()]
    along = inputs.names(tuple(wrt or ()), "in --wrt")
    return program(expression, bindings, along, max_operations, option=option)


def program(
    expression: str,
    bindings: Sequence[Binding],
    wrt: tuple[str, ...],
    max_operations: int,
    *,
    files: bool = True,
    option: str = "--at",
) -> TypedProgram:
    """Return an expression as read, with values and names that are read already."""
    program, limits = read_program(expression, bindings, wrt, max_operations, files=files)
    known = variables(program, bindings, wrt)
    return TypedProgram(program, limits, tuple(bindings), wrt, known, option)


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
    source, limits = (
        inputs.read_source(argument, max_operations) if files else (argument, COMMAND_LINE)
    )
    variables = {name for name, _ in bindings if name} | set(wrt)
    try:
        with inputs.uncollected():
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


def _place(name: str, program: Program) -> Span | None:
    """Return where a name stands first."""
    places = (
        node.span
        for statement in program.statements
        for node in nodes(statement.expression)
        if isinstance(node, Name) and node.name == name
    )
    return next(places, None)
