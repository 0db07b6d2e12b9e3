"""What the error of a difference quotient is made of: truncation by Taylor's formula, and rounding.

Truncation shrinks like eps**p, rounding grows like 1/eps; the best eps is where the sum is least.
Source: Press et al., Numerical Recipes, "Numerical Derivatives".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real, exact
from derivcli.calculus.quotient import higher
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.tree import Node

HIGHEST = 9  # order of the derivatives looked at
DIGITS = 400  # enough for a difference of that order, DISTANCE apart
DISTANCE = Fraction(1, 10**20)
ZERO = 1e-28  # relative to the largest derivative

UNIT = {
    "exact": 0.0,
    "float64": 2.0**-53,
    "float32": 2.0**-24,
}  # the relative error of one rounding

# The rounding error of the estimate in units of A/eps, where A is that of J's two values.
NOISE = {"forward": 1.0, "backward": 1.0, "central": 0.5, "richardson": 1.5, "complex": 0.0}


def _one_sided(order: int) -> float:
    return 1 / factorial(order)


def _symmetric(order: int) -> float:
    return 1 / factorial(order) if order % 2 and order > 1 else 0.0


def _extrapolated(order: int) -> float:
    """Return the part of J's derivative that (4 C(eps/2) - C(eps)) / 3 leaves of C's error."""
    return (1 - 4 / 2 ** (order - 1)) / 3 * _symmetric(order) if order > 3 else 0.0


# The coefficient of eps**(order - 1) in the truncation error, beside the derivative of that order.
TRUNCATION: Mapping[str, Callable[[int], float]] = {
    "forward": _one_sided,
    "backward": _one_sided,
    "central": _symmetric,
    "complex": _symmetric,
    "richardson": _extrapolated,
}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the truncation error: its size is coefficient * eps**power."""

    coefficient: float
    power: int


@dataclass(frozen=True, slots=True)
class Model:
    """The sizes of both errors; `terms` are those of truncation that are not 0, largest first."""

    terms: tuple[Term, ...]
    rounding: float  # times 1/eps
    floor: float  # what a rounded slope is off by, for every eps

    def truncation(self, eps: float) -> float:
        """Return the size of the leading term."""
        return self.terms[0].coefficient * eps ** self.terms[0].power

    def bend(self, eps: float) -> float:
        """Return the size of the next term relative to the leading one."""
        if len(self.terms) < 2:
            return 0.0
        first, second = self.terms[:2]
        return second.coefficient / first.coefficient * eps ** (second.power - first.power)

    def noise(self, eps: float) -> float:
        """Return the size of the rounding error."""
        return self.rounding / eps + self.floor

    @property
    def best(self) -> float | None:
        """The eps that makes c eps**p + B/eps least: (B/(p c))**(1/(p + 1)).

        For forward quotients sqrt(2 A/|J''|), for central ones (3 A/(2 |J'''|))**(1/3), where
        A = u (2 |J| + |w J'|) and u is the unit of rounding.
        """
        if not self.terms or not self.rounding:
            return None
        leading = self.terms[0]
        balance = self.rounding / (leading.power * leading.coefficient)
        return float(balance ** (1 / (leading.power + 1)))


def model(
    method: str, arithmetic: str, derivatives: Mapping[int, float], w: float, slope: float
) -> Model:
    """Return the model of a method in an arithmetic; `derivatives` by order, J itself at 0."""
    part = TRUNCATION[method]
    largest = max(abs(each) for each in derivatives.values())
    terms = tuple(
        Term(abs(part(order) * derivatives[order]), order - 1)
        for order in sorted(derivatives)
        if order > 1 and part(order) and abs(derivatives[order]) > ZERO * largest
    )
    unit = UNIT[arithmetic]
    rounding = NOISE[method] * unit * (2 * abs(derivatives[0]) + abs(w * slope))
    return Model(terms, rounding, 4 * unit * abs(slope))


def derivatives_at(
    tree: Node, point: Callable[[Exact], Mapping[str, Real]], variable: str
) -> dict[int, float] | None:
    """Return J and its derivatives at a point by order, from central differences in 400 digits.

    Their own error is some 1e-40 of the next ones: these are sizes. None where J has no value
    nearby.
    """
    with exact(DIGITS) as arithmetic:
        values = point(arithmetic)
        w = values[variable]
        distance = DISTANCE * min(Fraction(1), _magnitude(w) or Fraction(1))

        def function(moved: Real) -> Real:
            found: Real = evaluate(tree, {**values, variable: moved}, arithmetic)
            return found

        try:
            found = {0: float(function(w))}
            for order in range(1, HIGHEST + 1):
                found[order] = float(higher(function, w, distance, order, "central").slope)
        except (UndefinedError, RefusedError, Uncertain, OverflowError):
            return None
    return found


def _magnitude(value: Real) -> Fraction:
    """Return the size of a number to a power of ten."""
    size = abs(float(value))
    return Fraction(f"1e{int(f'{size:e}'.partition('e')[2])}") if size else Fraction(0)
