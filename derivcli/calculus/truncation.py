"""Why a difference quotient is off in exact numbers: Taylor's formula, whole or its first term.

J(w + eps) = J + J'(w)*eps + J''(w)/2 * eps**2 + ...: each method leaves some powers of eps. All of
them are told where J is a polynomial in the variable, else the first that is not 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from derivcli.calculus import symbolic
from derivcli.calculus.derivation.algebra import power, times
from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.estimates import constants
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.existence import differentiability_at
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.quotient import share
from derivcli.calculus.results import Constant, Point, Quantity, TaylorTerm, Truncation
from derivcli.errors import RefusedError, UndefinedError
from derivcli.language.text import text
from derivcli.language.tree import Binary, Name, Node, inline, names, number, substitute

HIGHEST = 6  # order of the derivatives looked at
LONGEST = 60  # characters of a formula in a sentence
STEPS = ("eps", "h", "epsilon", "step")

Powers = tuple[tuple[int, tuple[int, Node]], ...]  # of eps, each with a sign and a coefficient


def truncations(
    derivatives: Derivatives,
    point: Point,
    variable: str,
    methods: Sequence[str],
    eps: Constant,
    digits: int,
) -> Iterator[Truncation]:
    """Yield what the estimates by each method are off by at a point, with the numbers for one eps.

    Nothing for a method where Taylor's formula does not tell.
    """
    tree = inline(derivatives.program)
    step = next((name for name in STEPS if name not in {*names(tree), variable}), None)
    if step is None:
        return
    raised: dict[str, Node] = {variable: Binary("+", Name(variable), Name(step))}
    powers = symbolic.by_powers(Binary("-", substitute(tree, raised), tree), step)
    place = _Departure(derivatives, point, variable, step, eps, digits)
    for method in methods:
        kept = None if powers is None else _kept(powers, method)
        try:
            if kept is not None and len(text(symbolic.together(kept, step, 1))) <= LONGEST:
                yield place.whole(method, kept)
            elif (found := place.leading(method)) is not None:
                yield found
        except (RefusedError, UndefinedError):
            continue


def _kept(powers: Powers, method: str) -> Powers:
    """Return what a method keeps of the powers of J's change."""
    return tuple(
        (order, (sign if part > 0 else -sign, times(number(abs(part)), coefficient)))
        for order, (sign, coefficient) in powers
        if (part := share(method, order))
    )


@dataclass(frozen=True)
class _Departure:
    """A point from which a variable takes a step."""

    derivatives: Derivatives
    point: Point
    variable: str
    step: str
    eps: Constant
    digits: int

    def whole(self, method: str, kept: Powers) -> Truncation:
        """Return the estimate as the polynomial in eps that it is."""
        orders = sorted({1, *(order for order, _ in kept)})
        parts = (tuple(each for each in kept if each[0] == order) for order in orders)
        numbers = tuple(self._number(symbolic.together(part, self.step, 1)) for part in parts)
        error = tuple(each for each in kept if each[0] > 1)
        is_below = self._number(symbolic.together(error, self.step, 1)).number < 0
        if is_below:
            error = tuple((order, (-sign, tree)) for order, (sign, tree) in error)
        estimate, excess = (text(symbolic.together(each, self.step, 1)) for each in (kept, error))
        return Truncation(method, estimate, excess if error else None, numbers, is_below, None)

    def leading(self, method: str) -> Truncation | None:
        """Return the first term of Taylor's formula that is not 0, if J is smooth here."""
        for order in range(2, HIGHEST + 1):
            part = share(method, order) / factorial(order)
            if not part:
                continue
            found = with_digits(
                self.digits,
                symbolic.is_zero,
                lambda fine: self._term(fine, order, part),  # noqa: B023
            )
            if found is None or found[0].below is not None:
                return None
            rate, size = found
            if not rate.is_zero:
                term = TaylorTerm(order, part, rate)
                return Truncation(method, None, None, (size,), size.number < 0, term)
        return None

    def _term(
        self, arithmetic: Exact, order: int, part: Fraction
    ) -> tuple[Quantity, Quantity] | None:
        """Return part of the derivative of an order, and its product with the power of eps."""
        verdict = differentiability_at(
            self.derivatives, self._values, self.variable, order, arithmetic
        )
        if not verdict.smooth or verdict.slope is None:
            return None
        values = {"rate": verdict.slope, "eps": evaluate(self.eps, {}, arithmetic)}
        rate = times(number(part), Name("rate"))
        size = times(rate, power(Name("eps"), number(order - 1)))
        return self._settled(rate, values, arithmetic), self._settled(size, values, arithmetic)

    def _values(self, arithmetic: Exact) -> dict[str, Real]:
        return dict(constants(self.point, arithmetic))

    def _number(self, tree: Node) -> Quantity:
        def compute(arithmetic: Exact) -> Quantity:
            eps = evaluate(self.eps, {}, arithmetic)
            return self._settled(tree, {**self._values(arithmetic), self.step: eps}, arithmetic)

        return with_digits(self.digits, symbolic.is_zero, compute)

    def _settled(self, tree: Node, values: Mapping[str, Real], arithmetic: Exact) -> Quantity:
        value = evaluate(tree, values, arithmetic)
        return settle(value, self.digits, arithmetic, symbolic.exact_value)
