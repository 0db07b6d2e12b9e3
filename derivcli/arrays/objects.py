"""Arrays of objects that have operators of their own: mpmath's numbers.

They are faster than `Lifted`: what has no value is raised at once, and no entry says where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from derivcli.arrays.elimination import determinant, inverse
from derivcli.arrays.entries import Array, OperatorEntries
from derivcli.calculus.arithmetic import Multiprecision
from derivcli.calculus.evaluate import HOLDS, evaluate
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Binary, Call, Name


def lifted(function: Callable[..., Any], arguments: int) -> Any:
    """Return a function of entries as a ufunc."""
    return np.frompyfunc(function, arguments, 1)


class PreciseEntries(OperatorEntries):
    """Objects of mpmath at the working precision: use inside `precision(digits)`.

    Raises Undefined, TooLarge or ZeroDivisionError where an entry has no value.
    """

    exact = True
    arithmetic = Multiprecision()

    def array(self, numbers: Any) -> Array:
        if isinstance(numbers, np.ndarray) and numbers.dtype == object:
            return numbers
        return np.asarray(lifted(self._number, 1)(numbers))

    def _number(self, value: Any) -> Any:
        number = isinstance(value, int | float | Fraction)
        return self.constant(Fraction(value)) if number else value

    def constant(self, value: Fraction) -> Any:
        return self.arithmetic.constant(value)

    def named(self, name: str) -> Any:
        return self.arithmetic.named(name)

    def power(self, node: Binary, base: Array, exponent: Array) -> Array:  # noqa: ARG002
        return np.asarray(lifted(self.arithmetic.power, 2)(base, exponent))

    def function(self, name: str) -> Callable[..., Array]:
        parameters = len(FUNCTIONS[name].parameters)
        each: Callable[..., Array] = lifted(_precise(name, self.arithmetic), parameters)
        return each

    def compare(self, operator: str, left: Array, right: Array) -> Array:
        return np.asarray(lifted(lambda u, v: self._holds(operator, u, v), 2)(left, right))

    def _holds(self, operator: str, left: Any, right: Any) -> Any:
        return self.constant(Fraction(self.arithmetic.sign(left - right) in HOLDS[operator]))

    def where(self, condition: Array, value: Array, otherwise: Array) -> Array:
        chosen = lifted(lambda holds, u, v: u if holds != 0 else v, 3)
        return np.asarray(chosen(condition, value, otherwise))

    def determinant(self, u: Array) -> Array:
        return np.asarray(determinant(u.tolist(), self.arithmetic))

    def inverse(self, u: Array) -> Array:
        return np.array(inverse(u.tolist(), self.arithmetic), dtype=object)

    def log_determinant(self, u: Array) -> Array:
        return np.asarray(self.function("log")(self.determinant(u)))


@cache
def _precise(name: str, arithmetic: Multiprecision) -> Callable[..., Any]:
    """Return a row of the table of functions on mpmath's numbers."""
    parameters = FUNCTIONS[name].parameters
    call = Call(name, tuple(map(Name, parameters)))
    return lambda *arguments: evaluate(
        call, dict(zip(parameters, arguments, strict=True)), arithmetic
    )
