"""Long thin graphs: runs of levels with a few nodes each, one node after another on plain floats.

A NumPy call takes as long as twenty additions of floats, so that a chain of a million nodes by
arrays of one would take a minute.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from derivcli.calculus.evaluate import formula
from derivcli.calculus.floats.closures import FAILURES, closure
from derivcli.graphs.tape.arrays import Array
from derivcli.graphs.tape.kinds import NAMES, PRODUCTS, SUM
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Call, Name

Scalar = Callable[..., float]  # of the operands, one after another


@dataclass(frozen=True, slots=True)
class Run:
    """Nodes at the places `start` to `stop`, each after those that it reads.

    `partials` holds a function for each operand, None where no derivative is wanted.
    """

    start: int
    stop: int
    functions: tuple[Scalar, ...]
    operands: tuple[tuple[int, ...], ...]
    partials: tuple[tuple[Scalar | None, ...], ...]

    def forward(self, values: Array) -> None:
        # A memory view gives and takes plain floats, twice as fast as the array.
        view: Any = values.data
        place = self.start
        for function, operands in zip(self.functions, self.operands, strict=True):
            try:
                view[place] = function(*[view[each] for each in operands])
            except FAILURES:
                view[place] = math.nan
            place += 1

    def backward(self, values: Array, gradient: Array, *, careful: bool) -> None:  # noqa: ARG002 - it always is
        view: Any = values.data
        slopes: Any = gradient.data
        place = self.stop
        for operands, partials in zip(
            reversed(self.operands), reversed(self.partials), strict=True
        ):
            place -= 1
            own = slopes[place]
            if own == 0.0:
                continue
            numbers = [view[each] for each in operands]
            for each, partial in zip(operands, partials, strict=True):
                if partial is None:
                    continue
                try:
                    slopes[each] += own * partial(*numbers)
                except FAILURES:
                    slopes[each] = math.nan


def _power(u: float, v: float) -> float:
    if u == v == 0:
        return math.nan  # 0**0 with an exponent that varies
    return math.pow(u, v)


def _power_by_base(u: float, v: float) -> float:
    return v * math.pow(u, v - 1.0) if v else 0.0


def _power_by_exponent(u: float, v: float) -> float:
    return math.pow(u, v) * math.log(u)


def _one(*_: float) -> float:
    return 1.0


def _minus_one(*_: float) -> float:
    return -1.0


def _sum(*terms: float) -> float:
    total = 0.0
    for term in terms:
        total += term
    return total


def _products(*factors: float) -> float:
    total = 0.0
    for left, right in zip(factors[::2], factors[1::2], strict=True):
        total += left * right
    return total


def _other_factor(index: int) -> Scalar:
    """Return the partial derivative of a sum of products by one factor: the other one."""
    return lambda *factors: factors[index ^ 1]


def _choice(compare: Callable[[float, float], bool]) -> tuple[Scalar, tuple[Scalar | None, ...]]:
    def choose(left: float, right: float, taken: float, other: float) -> float:
        return taken if compare(left, right) else other

    def by_taken(left: float, right: float, *_: float) -> float:
        return 1.0 if compare(left, right) else 0.0

    def by_other(left: float, right: float, *_: float) -> float:
        return 0.0 if compare(left, right) else 1.0

    return choose, (None, None, by_taken, by_other)


ARITHMETIC: dict[str, tuple[Scalar, tuple[Scalar | None, ...]]] = {
    "+": (operator.add, (_one, _one)),
    "-": (operator.sub, (_one, _minus_one)),
    "*": (operator.mul, (lambda _, v: v, lambda u, _: u)),
    "/": (operator.truediv, (lambda _, v: 1.0 / v, lambda u, v: -u / v / v)),
    "negate": (operator.neg, (_minus_one,)),
    "square": (lambda u: u * u, (lambda u: 2.0 * u,)),
    "constant power": (math.pow, (_power_by_base, None)),
    "**": (_power, (_power_by_base, _power_by_exponent)),
    "where <": _choice(operator.lt),
    "where <=": _choice(operator.le),
    "where >": _choice(operator.gt),
    "where >=": _choice(operator.ge),
    "where ==": _choice(operator.eq),
    "where !=": _choice(operator.ne),
}


@cache
def scalars(code: int, count: int) -> tuple[Scalar, tuple[Scalar | None, ...]]:
    """Return a kind as a function of `count` floats, and its partial derivatives."""
    name = NAMES[code]
    if code == SUM:
        return _sum, (_one,) * count
    if code == PRODUCTS:
        return _products, tuple(_other_factor(index) for index in range(count))
    if name in ARITHMETIC:
        return ARITHMETIC[name]
    row = FUNCTIONS[name]
    value = closure(Call(name, tuple(map(Name, row.parameters))), row.parameters)
    partials = [
        None if source == "0" else closure(formula(source), row.parameters)
        for source in row.partials
    ]
    if len(row.parameters) == 1:
        return value, tuple(partials)
    return _spread(value), tuple(None if each is None else _spread(each) for each in partials)


def _spread(of_pair: Callable[[Sequence[float]], float]) -> Scalar:
    return lambda *operands: of_pair(operands)
