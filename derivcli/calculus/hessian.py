"""The Hessian, and which way J curves: the matrix of second derivatives and its signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.derivatives import Derivatives, confirmed, smooth_slope
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.kinks import Differentiability, Values, differentiability
from derivcli.calculus.quantity import settle
from derivcli.calculus.removable import BESIDE, decided, is_smooth_beside
from derivcli.calculus.results import Hessian, Quantity, Request
from derivcli.language.latex import latex
from derivcli.language.text import text

PROBED = "as far as one-sided difference quotients tell"

Matrix = Sequence[Sequence[Real]]


def has_hessian(request: Request) -> bool:
    """Is it the matrix of all second derivatives that is asked for?"""
    return request.order == 2 and len(request.wrt) > 1


def hessian(request: Request, derivatives: Derivatives) -> Hessian:
    """Return the second derivatives by each pair of variables."""
    rows = [[derivatives.mixed(one, other) for other in request.wrt] for one in request.wrt]
    return Hessian(
        request.wrt,
        tuple(tuple(text(tree) for tree in row) for row in rows),
        tuple(tuple(latex(tree) for tree in row) for row in rows),
    )


@dataclass(frozen=True, slots=True)
class HessianEntries:
    """The Hessian at a point: its entries, what they tell, and what there is to say of some."""

    rows: tuple[tuple[Quantity | None, ...], ...]
    curvature: str | None
    notes: tuple[str, ...]


def hessian_at(
    request: Request, derivatives: Derivatives, point: Values, arithmetic: Exact
) -> HessianEntries:
    """Return the numbers of the Hessian, and its definiteness; None where an entry is missing."""
    found: dict[tuple[str, str], Differentiability] = {}
    for a in request.wrt:
        for b in request.wrt:
            opposite = found.get((b, a))
            if opposite is not None and (opposite.smooth or a == b):
                found[a, b] = opposite  # by Schwarz's theorem
            else:
                found[a, b] = _second(derivatives, b, a, point, arithmetic)
    rows = [[found[a, b].slope for b in request.wrt] for a in request.wrt]

    def shown(value: Real | None) -> Quantity | None:
        if value is None:
            return None
        return settle(value, request.digits, arithmetic, symbolic.exact_value)

    known = [[value for value in row if value is not None] for row in rows]
    told = None
    try:
        # Off a smooth point they tell of the axes alone: |w**2 - b**2| is 0 where w is b.
        if all(verdict.smooth for verdict in found.values()):
            told = definiteness(known, arithmetic)
    except Uncertain:
        if not arithmetic.last:
            raise
    J = request.program.output.name
    pairs = [*combinations(request.wrt, 2)]
    notes = [_note(J, a, b, found[a, b]) for a, b in pairs]
    notes += [
        _note(J, b, a, found[b, a])
        for a, b in pairs
        if found[b, a].differentiable != found[a, b].differentiable
    ]
    return HessianEntries(
        tuple(tuple(shown(value) for value in row) for row in rows),
        told,
        tuple(note for note in notes if note),
    )


def _note(output: str, one: str, other: str, verdict: Differentiability) -> str | None:
    """Return what there is to say of an entry off the diagonal; the others are slopes."""
    name = f"∂²{output}/∂{one}∂{other}"
    if verdict.slope is not None:
        return f"{name} is known {PROBED}" if verdict.probed else None
    missing = "does not exist" if verdict.differentiable is False else "is undecided"
    reason = (verdict.reason or "").replace("{J}", "the first derivative")
    return f"{name} {missing}: {reason}"


def _second(
    derivatives: Derivatives, one: str, other: str, point: Values, arithmetic: Exact
) -> Differentiability:
    """Return a second derivative: the slope of a first one, checked against SymPy's.

    Where the formula is not smooth, the slope of the first one is judged from both sides.
    """
    values = point(arithmetic)
    beside = one == other or is_smooth_beside(derivatives.program, values, other, one, arithmetic)
    slope = smooth_slope(derivatives.tree(one, 1), values, other, arithmetic) if beside else None
    if slope is not None:
        slope = confirmed(slope, derivatives.mixed(one, other), values, arithmetic)
        return Differentiability(True, slope, slope, slope, smooth=True)
    first = differentiability(derivatives.program, point, one, None, arithmetic)
    name = f"∂{derivatives.program.output.name}/∂{one}"
    if first.slope is None:
        return replace(first, reason=f"{name} has no value there")
    if not beside:
        return _beside(derivatives, one, other, point, arithmetic, name)
    verdict = differentiability(derivatives.tree(one, 1), point, other, first.slope, arithmetic)
    if verdict.undefined:
        return Differentiability(None, reason="the formula of the first derivative does not tell")
    if verdict.probed and is_smooth_beside(derivatives.program, values, other, one, arithmetic):
        return decided(verdict, derivatives.tree(one, 1), first.slope, point, other, 1, arithmetic)
    return verdict


def _beside(
    derivatives: Derivatives, one: str, other: str, point: Values, arithmetic: Exact, name: str
) -> Differentiability:
    """Return the verdict where the formula of a first derivative does not hold beside the point."""
    for side in (-1, 1):

        def moved(fine: Exact, side: int = side) -> Mapping[str, Real]:
            values = point(fine)
            return {**values, other: values[other] + side * BESIDE}

        verdict = differentiability(derivatives.program, moved, one, None, arithmetic)
        if verdict.differentiable is False:
            reason = f"{name} does not exist beside the point"
            return Differentiability(False, reason=reason, probed=verdict.probed)
    return Differentiability(None, reason=f"the formula of {name} does not hold beside the point")


def definiteness(matrix: Matrix, arithmetic: Exact) -> str | None:
    """Return "positive definite", "negative definite" or "indefinite" of a symmetric matrix.

    By the signs of its pivots, which are those of its eigenvalues (Sylvester's law of inertia);
    None where the matrix is singular and the pivots found do not tell.
    """
    signs = _pivot_signs(matrix, arithmetic)
    if {1, -1} <= signs:
        return "indefinite"
    if 0 in signs:
        return None
    return "positive definite" if signs == {1} else "negative definite"


def _pivot_signs(matrix: Matrix, arithmetic: Exact) -> set[int]:
    """Return the signs of the pivots, 0 among them where elimination ends before the matrix."""
    rows = [list(row) for row in matrix]
    signs: set[int] = set()
    while rows:
        size = len(rows)
        pivot = next((k for k in range(size) if arithmetic.sign(rows[k][k]) != 0), None)
        if pivot is None:
            crossed = any(arithmetic.sign(rows[i][j]) != 0 for i in range(size) for j in range(i))
            # A zero diagonal beside a number off it curves up one way and down the other.
            return signs | ({1, -1} if crossed else {0})
        signs.add(arithmetic.sign(rows[pivot][pivot]))
        rows = _eliminated(rows, pivot)
    return signs


def _eliminated(rows: list[list[Real]], pivot: int) -> list[list[Real]]:
    """Return what is left of a matrix behind a pivot: its Schur complement."""
    head = rows[pivot]
    others = [k for k in range(len(rows)) if k != pivot]
    return [[rows[i][j] - rows[i][pivot] * head[j] / head[pivot] for j in others] for i in others]
