"""The gradient of a number at a point: exact, judged on both sides of kinks, beside quotients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivcli.algebra.results import Gradient
from derivcli.algebra.reverse import reverse
from derivcli.arrays.entries import Array
from derivcli.arrays.evaluation import trace
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.quotients import FLOATS, estimates
from derivcli.arrays.values import arrays
from derivcli.arrays.written_out import direction, entry_name, filled, places, written_out
from derivcli.calculus.arithmetic import Kink
from derivcli.calculus.exact import Exact, Real, differ
from derivcli.calculus.kinks import Differentiability
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Estimate, Quantity
from derivcli.calculus.slopes import slope_at
from derivcli.errors import UndefinedError
from derivcli.language.sizes import Sized
from derivcli.language.tree import Assignment, Binary, Name, Node, Program, number
from derivcli.matrices import entry_by_entry
from derivcli.matrices.entry_by_entry import MOST_JUDGED, by_names
from derivcli.matrices.jacobian import PREFIX
from derivcli.matrices.results import Rows
from derivcli.matrices.study_results import (
    ArrayRequest,
    ArraySlope,
    Entry,
    EntryQuotient,
    OneSidedSlopes,
)

LINE, START = "t", "{}°"  # along a line through the point: W[1,2] = W[1,2]° + d*t
MOST_CLOSED_FORMS = 12  # SymPy looks for


def is_zero(tree: Node) -> bool | None:
    """Return whether a number is proved to be 0, by SymPy, which is loaded for that alone."""
    from derivcli.calculus import symbolic

    return symbolic.is_zero(tree)


def settled(array: Array, digits: int, exact: Exact) -> Quantity | Rows:
    """Return an array of exact numbers as rows of quantities; a number as one."""
    closed = None
    if array.size <= MOST_CLOSED_FORMS and not all(isinstance(e, Fraction) for e in array.flat):
        from derivcli.calculus import symbolic

        closed = symbolic.exact_value
    if array.ndim == 0:
        return settle(array.item(), digits, exact, closed)
    rows = array.reshape(1, -1) if array.ndim == 1 else array
    return tuple(tuple(settle(each, digits, exact, closed) for each in row) for row in rows)


@dataclass(frozen=True, slots=True)
class NumberProgram:
    """A program whose output is a number, with its gradient and the values of its names."""

    program: Program
    gradient: Gradient
    given: Sized

    @classmethod
    def of(cls, program: Program, wrt: Sequence[str], given: Sized) -> NumberProgram:
        """Return a program with its gradient, at the sizes of the point."""
        return cls(program, reverse(program, wrt, given.in_numbers, prefix=PREFIX), given)

    def slopes(
        self, wrt: Sequence[str], request: ArrayRequest, order: int
    ) -> tuple[ArraySlope, ...]:
        """Return the derivative by each name, with its estimates.

        Raises UndefinedError where the output has no value, RefusedError beyond the bounds.
        """
        scalars = Scalars.of(self, wrt)
        found, by_formula = with_digits(
            request.digits, is_zero, lambda exact: self._exact(wrt, request, order, scalars, exact)
        )
        chords = estimates(
            self.program, self.given, wrt, request.methods, request.eps,
            arithmetic=request.arithmetic, digits=request.digits,
            gradient=self.gradient if by_formula else None, is_zero=is_zero,
        )  # fmt: skip
        return tuple(
            replace(
                slope,
                estimates=tuple(
                    _quotient(each.entry, each.estimate, slope)
                    for each in chords
                    if each.variable == slope.variable
                ),
            )
            for slope in found
        )

    def _exact(
        self,
        wrt: Sequence[str],
        request: ArrayRequest,
        order: int,
        scalars: Scalars,
        exact: Exact,
    ) -> tuple[tuple[ArraySlope, ...], bool]:
        """Return the derivative by each name, and whether it is the value of its formula."""
        known = trace(self.program, arrays(self.given, Lifted(exact)), Lifted(exact))
        gradients = scalars.smooth(known, wrt, exact)
        if gradients is not None:
            slopes = (settled(gradients[name], request.digits, exact) for name in wrt)
            return tuple(
                ArraySlope(name, order, slope, True, None, (), ())
                for name, slope in zip(wrt, slopes, strict=True)
            ), True
        problem = self._problem(known, exact)
        judged = (scalars.judged(name, known, request, order, exact) for name in wrt)
        return tuple(
            replace(each, otherwise=problem) if each.differentiable else each for each in judged
        ), False

    def _problem(self, known: Mapping[str, Array], exact: Exact) -> str | None:
        """Return why the formula of the gradient has no value at the point, if it has none."""
        try:
            trace(Program(self.gradient.statements), known, Lifted(exact))
        except UndefinedError as error:
            return error.message
        return None


def hessian_at(
    program: Program, given: Sized, name: str, digits: int, along: str | None = None
) -> ArraySlope | None:
    """Return the Hessian by a name, or that times a direction, from the program itself.

    It is without estimates; None where the program is not smooth.

    Raises UndefinedError where the program has no value, RefusedError beyond the bounds.
    """

    def compute(exact: Exact) -> ArraySlope | None:
        found = entry_by_entry.second_derivatives(program, given, name, exact)
        if found is None:
            return None
        if along is not None:
            direction = arrays(given, Lifted(exact))[along]
            found = (found @ direction.reshape(-1)).reshape(direction.shape)
        rows = settled(found, digits, exact)
        return ArraySlope(name, 2, rows, True, None, (), (), jacobian=along is None)

    return with_digits(digits, is_zero, compute)


def _quotient(entry: Entry, found: Estimate, slope: ArraySlope) -> EntryQuotient:
    """Return an estimate by an entry; beside a kink its error is known where numbers are exact."""
    error = found.error
    if error is None and found.estimate is not None:
        exact = slope.slope
        if isinstance(exact, tuple):
            exact = exact[entry[0] - 1][entry[1] - 1]
        one, other = found.estimate.number, None if exact is None else exact.number
        if isinstance(one, Fraction) and isinstance(other, Fraction):
            error = Quantity(one - other)
    return EntryQuotient(
        found.method, found.eps, found.point, found.value, found.change, found.estimate,
        error, found.problem, None, entry,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scalars:
    """The program written out in numbers, where one variable at a time is judged."""

    owner: NumberProgram
    program: Program
    line: Program
    directions: Mapping[str, Array]

    @classmethod
    def of(cls, owner: NumberProgram, wrt: Sequence[str]) -> Scalars:
        """Return a program written out, and once more along a line on which all names move."""
        given = owner.given
        program = written_out(owner.program, given.in_numbers, given.sizes)
        moved: list[Assignment] = []
        directions = {}
        for name in wrt:
            shape = tuple(map(int, given.in_numbers.get(name, ())))
            way = direction(shape, len(moved))
            for entry in places(shape):
                step = Binary("*", number(way[entry]), Name(LINE))
                own = entry_name(name, entry)
                moved.append(Assignment(own, Binary("+", Name(START.format(own)), step)))
            directions[name] = way
        line = Program((*moved, *program.statements))
        return cls(owner, program, line, directions)

    def smooth(
        self, known: Mapping[str, Array], wrt: Sequence[str], exact: Exact
    ) -> dict[str, Array] | None:
        """Return the gradients where the program is smooth; None at a kink or at an edge.

        They have to agree with the chain rule along the line, which knows nothing of them.
        """
        values = by_names(known)
        values |= {START.format(name): value for name, value in values.items()}
        values[LINE] = Fraction(0)
        try:
            slope: Real | None = slope_at(self.line, values, LINE, exact).slope
        except (Kink, UndefinedError):
            return None
        try:
            after = Program(self.owner.gradient.statements)
            found = trace(after, known, Lifted(exact))
        except UndefinedError:
            return None
        gradients = {name: found[f"{PREFIX}{name}"] for name in wrt}
        total: Any = Fraction(0)
        for name in wrt:
            way = self.directions[name]
            for entry in places(way.shape):
                total = total + gradients[name][entry] * way[entry]
        if differ(total, slope or Fraction(0)):
            raise AssertionError("the derived gradient disagrees with the chain rule")
        return gradients

    def judged(
        self, name: str, known: Mapping[str, Array], request: ArrayRequest, order: int, exact: Exact
    ) -> ArraySlope:
        """Return the derivatives by a name's entries, each judged from both sides."""
        array = known[name]
        if array.size * len(self.program.statements) > MOST_JUDGED:
            reason = "the program has a kink here, and too many entries to look at each of them"
            return ArraySlope(name, order, None, None, reason, (), ())
        names = [each for each in known if each in self.owner.program.variables]

        def point(fine: Exact) -> Mapping[str, Real]:
            values = arrays(self.owner.given, Lifted(fine))
            return by_names({each: values[each] for each in names})

        slopes = filled(array.shape, lambda _: None)
        kinks = []
        for entry, told in entry_by_entry.verdicts(self.program, name, array.shape, point, exact):
            slopes[entry] = told.slope if told.differentiable else None
            if not told.differentiable:
                kinks.append(self._kink(entry, told, request, exact))
        verdicts = {each.differentiable for each in kinks}
        verdict = False if False in verdicts else None if verdicts else True
        return ArraySlope(
            name, order, _rows(slopes, request.digits, exact), verdict, None, tuple(kinks), ()
        )

    def _kink(
        self, entry: tuple[int, ...], told: Differentiability, request: ArrayRequest, exact: Exact
    ) -> OneSidedSlopes:
        left, right = (
            None if each is None else settle(each, request.digits, exact)
            for each in (told.left, told.right)
        )
        reason = told.reason and told.reason.replace("{J}", self.owner.program.output.name)
        place = tuple(index + 1 for index in entry)
        return OneSidedSlopes(place, told.differentiable, left, right, reason)


def _rows(slopes: Array, digits: int, exact: Exact) -> Quantity | Rows | None:
    def told(value: Any) -> Quantity | None:
        return None if value is None else settle(value, digits, exact)

    if slopes.ndim == 0:
        return told(slopes[()])
    return tuple(tuple(map(told, row)) for row in slopes)


def value_of(
    program: Program, given: Sized, digits: int, arithmetic: str = "exact"
) -> Quantity | Rows:
    """Return the value of the output, in an arithmetic.

    Raises UndefinedError where there is none, RefusedError beyond the bounds.
    """

    def compute(exact: Exact) -> Quantity | Rows:
        entries = Lifted(exact)
        found = trace(program, arrays(given, entries), entries)[program.output.name]
        return settled(found.reshape(()) if found.size == 1 else found, digits, exact)

    if arithmetic in FLOATS:
        entries = FLOATS[arithmetic][1]()
        floats = trace(program, arrays(given, entries), entries)[program.output.name]
        if floats.size == 1:
            return Quantity(float(floats.item()))
        rows = floats.reshape(1, -1) if floats.ndim == 1 else floats
        return tuple(tuple(Quantity(float(each)) for each in row) for row in rows)
    return with_digits(digits, is_zero, compute)


def place_of(given: Sized, digits: int) -> dict[str, Quantity | Rows]:
    """Return the values of all variables and sizes."""

    def compute(exact: Exact) -> dict[str, Quantity | Rows]:
        values = arrays(given, Lifted(exact))
        return {name: settled(array, digits, exact) for name, array in values.items()}

    return with_digits(digits, is_zero, compute)
