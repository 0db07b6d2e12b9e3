"""Difference quotients of a program of matrices: each entry of a variable is moved on its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from derivcli.algebra.results import Gradient
from derivcli.arrays.entries import Array, Entries, Float64Entries
from derivcli.arrays.evaluation import trace
from derivcli.arrays.lifted import Lifted
from derivcli.arrays.nudging import Entry, Nudger
from derivcli.arrays.results import EntryEstimate
from derivcli.arrays.values import arrays
from derivcli.calculus.arithmetic import (
    Float32,
    Float64,
    TooLarge,
    Undefined,
    precision,
    rounding,
)
from derivcli.calculus.complexes import Complex, refuse_not_analytic
from derivcli.calculus.estimates import bounded
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.quotient import QUOTIENTS, Quotient, complex_step
from derivcli.calculus.results import Constant, Estimate, Quantity
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.shapes import ShapeError, shape_text
from derivcli.language.sizes import Sized
from derivcli.language.tree import Node, Program

FLOATS: Mapping[str, tuple[type[Float64], Callable[[], Entries]]] = {
    "float64": (Float64, lambda: Float64Entries(strict=True)),
    "float32": (Float32, lambda: Lifted(Float32())),
}


def quotient(nudger: Nudger, entry: Entry, method: str, eps: Any) -> Quotient:
    """Return one difference quotient of the output by an entry.

    Of the complex step `eps` is the step along the imaginary axis, and its size.

    Raises UndefinedError or RefusedError where the output has no value there.
    """
    here = nudger.known[nudger.variable][entry]

    def function(w: Any) -> Any:
        return nudger.here if w is here else nudger.output_at(entry, w)

    if method == "complex":
        return complex_step(function, here, *eps)
    return QUOTIENTS[method](function, here, eps)


def _among_complex(nudger: Nudger, *, rounded: bool) -> Nudger:
    """Return the same among complex numbers, where the complex step goes."""
    arithmetic = Complex(rounded=rounded)
    entries = Lifted(arithmetic)
    real = np.frompyfunc(arithmetic.real, 1, 1)
    known = {name: entries.array(real(array)) for name, array in nudger.known.items()}
    return replace(nudger, known=known, entries=entries)


def _check_number(program: Program, known: Mapping[str, Array]) -> None:
    """Raise ShapeError unless the output is a number."""
    array = known[program.output.name]
    if array.size == 1:
        return
    raise ShapeError(
        f"{program.output.name} is of shape {shape_text(array.shape)}, and its slopes are those of"
        " a number",
        source=program.source or None,
        span=program.output.span if program.source else None,
        hint="write sum(...) around it",
    )


def estimates(
    program: Program,
    given: Sized,
    wrt: Sequence[str],
    methods: Sequence[str],
    eps: Sequence[Constant],
    *,
    arithmetic: str = "exact",
    digits: int = 17,
    gradient: Gradient | None = None,
    is_zero: Callable[[Node], bool | None] = lambda _: None,
) -> tuple[EntryEstimate, ...]:
    """Return the difference quotients by each entry of each variable, in the order of `wrt`.

    With the gradient each has its exact error: estimate minus slope.

    Raises UndefinedError or RefusedError where the program has no value at the point itself,
    UsageError where the complex step does not fit the program.
    """
    if "complex" in methods:
        for statement in program.statements:
            refuse_not_analytic(statement.expression, program.source)

    def compute(exact: Exact) -> tuple[EntryEstimate, ...]:
        slopes = _slopes(program, given, gradient, exact)
        entries = Lifted(exact) if arithmetic not in FLOATS else FLOATS[arithmetic][1]()
        known = trace(program, arrays(given, entries), entries)
        _check_number(program, known)
        found = []
        for variable in wrt:
            nudger = Nudger.of(program, known, variable, entries)
            steps = [
                _Step(method, constant, arithmetic, digits, exact)
                for method in methods
                for constant in eps
            ]
            found += [
                EntryEstimate(variable, tuple(index + 1 for index in entry), estimate)
                for step in steps
                for entry, estimate in step.estimates(nudger, slopes)
            ]
        return tuple(found)

    return with_digits(digits, is_zero, compute)


def _slopes(
    program: Program, given: Sized, gradient: Gradient | None, exact: Exact
) -> dict[str, Array] | None:
    if gradient is None:
        return None
    entries = Lifted(exact)
    whole = Program(gradient.whole.statements, program.source)
    try:
        known = trace(whole, arrays(given, entries), entries)
    except UndefinedError:
        return None  # as J / x where an entry of x is 0
    return {line.of: known[line.name] for line in gradient.lines}


@dataclass(frozen=True, slots=True)
class _Step:
    """How entries are moved: by a method and a step, in an arithmetic."""

    method: str
    eps: Constant
    arithmetic: str
    digits: int
    exact: Exact

    def estimates(
        self, nudger: Nudger, slopes: Mapping[str, Array] | None
    ) -> Iterator[tuple[Entry, Estimate]]:
        """Yield each entry of the variable, counted from 0, and the estimate by it."""
        told = settle(evaluate(self.eps, {}, self.exact), self.digits, self.exact)
        array = nudger.known[nudger.variable]
        if self.method == "complex":
            nudger = _among_complex(nudger, rounded=self.arithmetic in FLOATS)
        for entry in np.ndindex(array.shape):
            slope: Any = slopes[nudger.variable][entry] if slopes else None
            yield entry, self._taken(nudger, entry, told, slope)

    def _taken(self, nudger: Nudger, entry: Entry, told: Quantity, slope: Real | None) -> Estimate:
        try:
            chord = self._complex if self.method == "complex" else self._real
            return self._told(chord(nudger, entry), told, slope)
        except (UndefinedError, RefusedError, Undefined) as problem:
            message = str(problem)
        except (TooLarge, OverflowError, ZeroDivisionError):
            message = f"the estimate is too large for {self.arithmetic}"
        return Estimate(self.method, told, None, None, None, None, None, message)

    def _real(self, nudger: Nudger, entry: Entry) -> Quotient:
        return quotient(nudger, entry, self.method, self._size())

    def _complex(self, nudger: Nudger, entry: Entry) -> Quotient:
        arithmetic, size = Complex(rounded=self.arithmetic in FLOATS), self._size()
        if self.arithmetic in FLOATS:
            floats = FLOATS[self.arithmetic][0]()
            with rounding(floats.bits):
                found = quotient(nudger, entry, self.method, _imaginary(size, arithmetic))
            return Quotient(None, None, floats.constant(found.change), floats.constant(found.slope))
        found = quotient(nudger, entry, self.method, _imaginary(size, arithmetic))
        if isinstance(found.change, Fraction):
            return found
        with precision(self.exact.digits * 3 // 2):
            fine = quotient(nudger, entry, self.method, _imaginary(size, arithmetic))
        change, slope = bounded(found.change, fine.change), bounded(found.slope, fine.slope)
        return Quotient(None, None, change, slope)

    def _size(self) -> Any:
        if self.arithmetic not in FLOATS:
            return evaluate(self.eps, {}, self.exact)
        size = evaluate(self.eps, {}, FLOATS[self.arithmetic][0]())
        if size == 0:
            raise UndefinedError(f"eps rounds to 0 in {self.arithmetic}")
        return size

    def _told(self, chord: Quotient, eps: Quantity, slope: Real | None) -> Estimate:
        point, value, change, estimate = (
            self._shown(each) for each in (chord.point, chord.value, chord.change, chord.slope)
        )
        error = None
        if slope is not None:
            rounded = isinstance(chord.slope, float)
            error = self._shown((Fraction(chord.slope) if rounded else chord.slope) - slope)
        return Estimate(self.method, eps, point, value, change, estimate, error)

    def _shown(self, value: Any) -> Quantity | None:
        if value is None:
            return None
        if isinstance(value, float):
            if not math.isfinite(value):
                raise TooLarge
            return Quantity(value if self.arithmetic == "float32" else float(value))
        return settle(value, self.digits, self.exact)


def _imaginary(size: Any, arithmetic: Complex) -> tuple[Any, Any]:
    """Return a step along the imaginary axis, and its size."""
    eps = arithmetic.real(size)
    return eps * arithmetic.unit, eps.real
