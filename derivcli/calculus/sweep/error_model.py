"""What the error of a difference quotient is made of: truncation by Taylor's formula, and rounding.

Truncation shrinks like eps**p, rounding grows like 1/eps; the best eps is where the sum is least.
Source: Press et al., Numerical Recipes, "Numerical Derivatives".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

from mpmath import mp, mpf

from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real, ball, exact
from derivcli.calculus.quotient import higher, share
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.tree import Node, Number, nodes

Size = Any  # mpmath's, or a float

HIGHEST = 9  # order of the derivatives looked at
DISTANCE = 20  # decimals of the distance of their differences, relative to the point
SPARE_DIGITS = (180, 2_400)  # beside those that a difference of that order loses
NOTHING = mpf(10) ** -100  # relative to the largest: less is what rounding has left of 0
BEND = 0.3  # the next term of truncation beside the leading one, at most, for a claim
OWN_ERROR = 1000  # times distance**2 times the derivative two orders higher: that may be all error

UNIT = {
    "exact": 0.0,
    "float64": 2.0**-53,
    "float32": 2.0**-24,
}  # the relative error of one rounding
LEAST = {
    "exact": mpf(0),
    "float64": mpf(2) ** -1075,
    "float32": mpf(2) ** -150,
}  # its error where the number is subnormal

# The rounding error of the estimate in units of A/eps, where A is that of J's two values.
NOISE = {"forward": 1.0, "backward": 1.0, "central": 0.5, "richardson": 1.5, "complex": 0.0}


@dataclass(frozen=True, slots=True)
class ErrorTerm:
    """A term of the truncation error: its size is coefficient * eps**power."""

    coefficient: Size
    power: int

    def size(self, eps: Size) -> Size:
        """Return how large the term is."""
        return self.coefficient * mpf(eps) ** self.power


@dataclass(frozen=True, slots=True)
class Model:
    """The sizes of both errors; `terms` are those of truncation that are not 0, lowest first.

    All are mpmath's numbers, which neither overflow nor underflow: exp(w) at -745 is subnormal.
    """

    terms: tuple[ErrorTerm, ...]
    rounding: Size  # times 1/eps
    floor: Size  # what a rounded slope is off by, for every eps

    @property
    def leading(self) -> ErrorTerm:
        """The term that rules where truncation meets rounding; without rounding, the lowest."""
        if not self.rounding:
            return self.terms[0]
        found = min(self.terms, key=self._meets)
        # Where the terms are of one size there, or the last one rules, as so far away those that
        # are not looked at may, Taylor's formula does not tell.
        rules = self._beside(found, self._meets(found)) <= BEND and found.power < HIGHEST - 1
        return found if rules else self.terms[0]

    def _meets(self, term: ErrorTerm) -> Size:
        """Return the eps that makes c eps**p + B/eps least: (B/(p c))**(1/(p + 1)).

        For forward quotients sqrt(2 A/|J''|), for central ones (3 A/(2 |J'''|))**(1/3), where
        A = u (2 |J| + |w J'|) and u is the unit of rounding.
        """
        return (self.rounding / (term.power * term.coefficient)) ** (mpf(1) / (term.power + 1))

    def truncation(self, eps: Size) -> Size:
        """Return the size of the leading term."""
        return self.leading.size(eps)

    def bend(self, eps: Size) -> Size:
        """Return the size of the largest other term relative to the leading one."""
        return self._beside(self.leading, eps)

    def _beside(self, leading: ErrorTerm, eps: Size) -> Size:
        others = (term.size(eps) for term in self.terms if term is not leading)
        return max(others, default=mpf(0)) / leading.size(eps)

    def noise(self, eps: Size) -> Size:
        """Return the size of the rounding error."""
        return self.rounding / eps + self.floor

    @property
    def best(self) -> float | None:
        """The eps with the least error of both kinds; None where there is only one."""
        if not self.terms or not self.rounding:
            return None
        return float(self._meets(self.leading))


def model(
    method: str, arithmetic: str, derivatives: Mapping[int, Size], w: Size, slope: Size
) -> Model:
    """Return the model of a method in an arithmetic; `derivatives` by order, J itself at 0."""
    terms = tuple(
        ErrorTerm(abs(float(part) / factorial(order) * derivatives[order]), order - 1)
        for order in sorted(derivatives)
        if order > 1 and (part := share(method, order)) and derivatives[order]
    )
    unit = UNIT[arithmetic]
    rounded = max(unit * abs(derivatives[0]), LEAST[arithmetic] if derivatives[0] else 0)
    rounding = NOISE[method] * (2 * rounded + unit * abs(w * slope))
    return Model(terms, rounding, 4 * unit * abs(slope))


def derivatives_at(
    tree: Node, point: Callable[[Exact], Mapping[str, Real]], variable: str
) -> dict[int, mpf] | None:
    """Return J and its derivatives at a point by order, from central differences.

    Their own error is some 1e-40 of the next ones: these are sizes, without those that are
    nothing but error. None where J has no value nearby, or they cannot be told from 0.
    """
    sizes = None
    for spare in SPARE_DIGITS:
        sizes = _derivatives(tree, point, variable, spare)
        if sizes is not None and len(sizes) > HIGHEST:
            return sizes
    return sizes


def _derivatives(
    tree: Node, point: Callable[[Exact], Mapping[str, Real]], variable: str, spare: int
) -> dict[int, mpf] | None:
    with exact(SPARE_DIGITS[0]) as arithmetic:
        decades = _magnitude(point(arithmetic)[variable])
        scales = (_magnitude(each.value) for each in nodes(tree) if isinstance(each, Number))
        # J may change over a distance as small, or as large, as the numbers in it.
        widest = max(map(abs, scales), default=0)
    decimals = DISTANCE + max(widest, -decades)
    distance = Fraction(1, 10**decimals)
    digits = spare + (HIGHEST + 3) * (decimals + max(widest, decades))
    with exact(digits) as arithmetic:
        values = point(arithmetic)

        def function(moved: Real) -> Real:
            found: Real = evaluate(tree, {**values, variable: moved}, arithmetic)
            return found

        try:
            found = {0: function(values[variable])}
            for order in range(1, HIGHEST + 3):
                found[order] = higher(function, values[variable], distance, order, "central").slope
        except (UndefinedError, RefusedError, Uncertain):
            return None
        return _without_errors(found, distance)


def _without_errors(found: Mapping[int, Real], distance: Fraction) -> dict[int, mpf] | None:
    """Return the derivatives, without those that are nothing but their own error."""
    balls = {order: ball(each) for order, each in found.items()}
    square = ball(distance**2).middle
    nothing = max(abs(each.middle) for each in balls.values()) * NOTHING
    sizes = {}
    for order in range(HIGHEST + 1):
        each = balls[order]
        error = OWN_ERROR * square * abs(balls[order + 2].middle) if order > 1 else 0
        if abs(each.middle) > each.radius:
            sizes[order] = each.middle if abs(each.middle) > error else mpf(0)
        elif found[order] == 0 or not order:
            sizes[order] = mpf(0)
        elif each.radius > nothing:
            return None
    return sizes


def _magnitude(value: Real) -> int:
    """Return the power of ten next to a number, 0 for 0."""
    size = abs(ball(value).middle)
    return int(mp.floor(mp.log10(size))) if size else 0
