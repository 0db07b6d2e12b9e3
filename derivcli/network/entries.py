"""Kinds of entries of arrays: float64, as a network computes, and many digits, to be sure."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from derivcli.arrays.formulas import COMPARE, values
from derivcli.calculus.arithmetic import Multiprecision
from derivcli.calculus.evaluate import HOLDS, evaluate
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Call, Name
from derivcli.network.evaluation import Values


class Float64Arithmetic:
    """float64, by NumPy; outside a function's domain the value is nan or infinite."""

    def constant(self, value: Fraction) -> Any:
        return np.float64(float(value))

    def count(self, lengths: tuple[int, ...]) -> Any:
        return self.constant(Fraction(math.prod(lengths)))

    def named(self, name: str) -> Any:
        return np.float64(np.pi if name == "pi" else np.e)

    def power(self, base: Values, exponent: Values) -> Values:
        return np.asarray(
            np.square(base) if exponent.ndim == 0 and exponent == 2 else np.power(base, exponent)
        )

    def function(self, name: str) -> Callable[..., Values]:
        return values(name)

    def compare(self, operator: str, left: Values, right: Values) -> Values:
        return np.asarray(COMPARE[operator](left, right)).astype(np.float64)

    def where(self, condition: Values, value: Values, otherwise: Values) -> Values:
        return np.where(condition != 0, value, otherwise)


class PreciseEntries:
    """Objects of mpmath at the working precision: use inside `precision(digits)`.

    Raises Undefined, TooLarge or ZeroDivisionError where an entry has no value.
    """

    arithmetic = Multiprecision()

    def constant(self, value: Fraction) -> Any:
        return self.arithmetic.constant(value)

    def count(self, lengths: tuple[int, ...]) -> Any:
        return self.constant(Fraction(math.prod(lengths)))

    def named(self, name: str) -> Any:
        return self.arithmetic.named(name)

    def power(self, base: Values, exponent: Values) -> Values:
        return np.asarray(np.frompyfunc(self.arithmetic.power, 2, 1)(base, exponent))

    def function(self, name: str) -> Callable[..., Values]:
        return _precise(name, self.arithmetic)

    def compare(self, operator: str, left: Values, right: Values) -> Values:
        one, zero = self.constant(Fraction(1)), self.constant(Fraction(0))

        def holds(u: Any, v: Any) -> Any:
            return one if self.arithmetic.sign(u - v) in HOLDS[operator] else zero

        return np.asarray(np.frompyfunc(holds, 2, 1)(left, right))

    def where(self, condition: Values, value: Values, otherwise: Values) -> Values:
        choose = np.frompyfunc(lambda c, v, w: v if c != 0 else w, 3, 1)
        return np.asarray(choose(condition, value, otherwise))


@cache
def _precise(name: str, arithmetic: Multiprecision) -> Callable[..., Values]:
    """Return a row of the table of functions on arrays of mpmath's numbers."""
    parameters = FUNCTIONS[name].parameters
    call = Call(name, tuple(Name(each) for each in parameters))

    def one(*arguments: Any) -> Any:
        return evaluate(call, dict(zip(parameters, arguments, strict=True)), arithmetic)

    each = np.frompyfunc(one, len(parameters), 1)
    return lambda *arrays: np.asarray(each(*arrays))
