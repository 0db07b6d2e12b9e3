"""Arrays of objects that have operators of their own: mpmath's numbers, SymPy's expressions.

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


class ObjectEntries(OperatorEntries):
    """Objects, one by one where NumPy has no operator for them."""

    exact = True

    def array(self, numbers: Any) -> Array:
        if isinstance(numbers, np.ndarray) and numbers.dtype == object:
            return numbers
        return np.asarray(lifted(self._number, 1)(numbers))

    def _number(self, value: Any) -> Any:
        number = isinstance(value, int | float | Fraction)
        return self.constant(Fraction(value)) if number else value

    def scalar(self, name: str) -> Callable[..., Any]:
        """Return a row of the table of functions, of one entry for each parameter."""
        raise NotImplementedError

    def holds(self, operator: str, left: Any, right: Any) -> Any:
        """Return 1 where a comparison of two entries holds, else 0."""
        raise NotImplementedError

    def chosen(self, condition: Any, value: Any, otherwise: Any) -> Any:
        """Return an entry where the condition is not 0, else another."""
        raise NotImplementedError

    def function(self, name: str) -> Callable[..., Array]:
        each: Callable[..., Array] = lifted(self.scalar(name), len(FUNCTIONS[name].parameters))
        return each

    def compare(self, operator: str, left: Array, right: Array) -> Array:
        return np.asarray(lifted(lambda u, v: self.holds(operator, u, v), 2)(left, right))

    def where(self, condition: Array, value: Array, otherwise: Array) -> Array:
        return np.asarray(lifted(self.chosen, 3)(condition, value, otherwise))


def lifted(function: Callable[..., Any], arguments: int) -> Any:
    """Return a function of entries as a ufunc."""
    return np.frompyfunc(function, arguments, 1)


class PreciseEntries(ObjectEntries):
    """Objects of mpmath at the working precision: use inside `precision(digits)`.

    Raises Undefined, TooLarge or ZeroDivisionError where an entry has no value.
    """

    arithmetic = Multiprecision()

    def constant(self, value: Fraction) -> Any:
        return self.arithmetic.constant(value)

    def named(self, name: str) -> Any:
        return self.arithmetic.named(name)

    def power(self, node: Binary, base: Array, exponent: Array) -> Array:  # noqa: ARG002
        return np.asarray(lifted(self.arithmetic.power, 2)(base, exponent))

    def scalar(self, name: str) -> Callable[..., Any]:
        return _precise(name, self.arithmetic)

    def holds(self, operator: str, left: Any, right: Any) -> Any:
        return self.constant(Fraction(self.arithmetic.sign(left - right) in HOLDS[operator]))

    def chosen(self, condition: Any, value: Any, otherwise: Any) -> Any:
        return value if condition != 0 else otherwise

    def determinant(self, u: Array) -> Array:
        return np.asarray(determinant(u.tolist(), self.arithmetic))

    def inverse(self, u: Array) -> Array:
        return np.array(inverse(u.tolist(), self.arithmetic), dtype=object)

    def log_determinant(self, u: Array) -> Array:
        return np.asarray(self.scalar("log")(determinant(u.tolist(), self.arithmetic)))


@cache
def _precise(name: str, arithmetic: Multiprecision) -> Callable[..., Any]:
    """Return a row of the table of functions on mpmath's numbers."""
    parameters = FUNCTIONS[name].parameters
    call = Call(name, tuple(map(Name, parameters)))
    return lambda *arguments: evaluate(
        call, dict(zip(parameters, arguments, strict=True)), arithmetic
    )
