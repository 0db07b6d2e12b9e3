"""Kinds of nodes: what each computes, and its partial derivative by each operand, on arrays.

A sum of products, by far the most frequent node of a network, is no kind of this table: it has
any number of operands, and steps of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from derivcli.arrays.formulas import COMPARE, Partial, Values, outside, partials, values
from derivcli.graphs.tape.arrays import Array
from derivcli.language.functions import FUNCTIONS

# Leaves, then sums of any number of terms, then the table below.
PARAMETER, DATA, CONSTANT, SUM, PRODUCTS = range(5)
FIRST_OPERATION = SUM


@dataclass(frozen=True, slots=True)
class Kind:
    """One operation with a fixed number of operands, on arrays of equal length.

    `partials` holds a function of value and operands for each operand, None where the derivative
    is 0 everywhere. `outside` marks the elements that have no value although `values` gives one.
    """

    name: str
    values: Values
    partials: tuple[Partial | None, ...]
    outside: Values | None = None

    @property
    def arity(self) -> int:
        """The number of operands."""
        return len(self.partials)


def _one(*_: Any) -> float:
    return 1.0


def _minus_one(*_: Any) -> float:
    return -1.0


def _power_by_base(_: Array, operands: tuple[Array, ...]) -> Any:
    """Return v*u**(v - 1), and 0 where v is 0: u**0 is 1 for every u."""
    u, v = operands
    return np.where(v == 0, 0.0, v * np.power(u, v - 1.0))


def _power_by_exponent(value: Array, operands: tuple[Array, ...]) -> Any:
    return value * np.log(operands[0])


def _zero_to_zero(u: Array, v: Array) -> Any:
    """Return where 0**0 has an exponent that varies: there is no value to agree on."""
    return np.logical_and(u == 0, v == 0)


def _where(compare: np.ufunc) -> tuple[Values, tuple[Partial | None, ...]]:
    """Return `taken where left < right, else other`, and its partial derivatives."""

    def choose(left: Array, right: Array, taken: Array, other: Array) -> Array:
        return np.where(compare(left, right), taken, other)

    def by_taken(_: Array, operands: tuple[Array, ...]) -> Any:
        return compare(operands[0], operands[1])

    def by_other(_: Array, operands: tuple[Array, ...]) -> Any:
        return np.logical_not(compare(operands[0], operands[1]))

    return choose, (None, None, by_taken, by_other)


ARITHMETIC = (
    Kind("+", np.add, (_one, _one)),
    Kind("-", np.subtract, (_one, _minus_one)),
    Kind("*", np.multiply, (lambda _, o: o[1], lambda _, o: o[0])),
    Kind("/", np.divide, (lambda _, o: 1.0 / o[1], lambda value, o: -value / o[1])),
    Kind("negate", np.negative, (_minus_one,)),
    Kind("square", np.square, (lambda _, o: 2.0 * o[0],)),
    # By its own name, because 0**0 is 1 where the exponent is a constant.
    Kind("constant power", np.power, (_power_by_base, None)),
    Kind("**", np.power, (_power_by_base, _power_by_exponent), _zero_to_zero),
    *(Kind(f"where {sign}", *_where(compare)) for sign, compare in COMPARE.items()),
)
LEAVES_AND_SUMS = ("parameter", "data", "constant", "sum", "products")
NAMES = (*LEAVES_AND_SUMS, *(kind.name for kind in ARITHMETIC), *FUNCTIONS)
CODES = {name: code for code, name in enumerate(NAMES)}
WHERE = frozenset(code for name, code in CODES.items() if name.startswith("where "))
_BUILT: dict[int, Kind] = {CODES[kind.name]: kind for kind in ARITHMETIC}


def kind(code: int) -> Kind:
    """Return the kind with a code; a row of the table of functions is made when it is needed."""
    if code not in _BUILT:
        name = NAMES[code]
        _BUILT[code] = Kind(name, values(name), partials(name), outside(name))
    return _BUILT[code]


def arity(code: int) -> int | None:
    """Return the number of operands of a kind; None for sums, which take any."""
    name = NAMES[code]
    if name in FUNCTIONS:
        return len(FUNCTIONS[name].parameters)
    return _BUILT[code].arity if code in _BUILT else None
