"""The Hessian, and which way J curves: the matrix of second derivatives and its signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcli.calculus import symbolic
from derivcli.calculus.derivatives import Derivatives, confirmed, smooth_slope
from derivcli.calculus.exact import Exact, Real
from derivcli.calculus.quantity import settle
from derivcli.calculus.results import Hessian, Quantity, Request, Slope
from derivcli.language.latex import latex
from derivcli.language.text import text

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


def hessian_at(
    request: Request,
    derivatives: Derivatives,
    values: Mapping[str, Real],
    slopes: tuple[Slope, ...],
    arithmetic: Exact,
) -> tuple[tuple[tuple[Quantity | None, ...], ...], str | None]:
    """Return the numbers of the Hessian, and its definiteness; None where J is not smooth."""
    smooth = all(slope.differentiable for slope in slopes)
    found: dict[tuple[str, str], Real | None] = {}
    for one in request.wrt:
        for other in request.wrt:
            pair = (min(one, other), max(one, other))
            if pair not in found:
                found[pair] = _second(derivatives, *pair, values, arithmetic) if smooth else None
    rows = [
        [found[min(one, other), max(one, other)] for other in request.wrt] for one in request.wrt
    ]

    def shown(value: Real | None) -> Quantity | None:
        if value is None:
            return None
        return settle(value, request.digits, arithmetic, symbolic.exact_value)

    known = [[value for value in row if value is not None] for row in rows]
    whole = all(len(row) == len(request.wrt) for row in known)
    told = definiteness(known, arithmetic) if whole else None
    return tuple(tuple(shown(value) for value in row) for row in rows), told


def _second(
    derivatives: Derivatives, one: str, other: str, values: Mapping[str, Real], arithmetic: Exact
) -> Real | None:
    """Return a second derivative: the slope of a first one, checked against SymPy's."""
    slope = smooth_slope(derivatives.tree(one, 1), values, other, arithmetic)
    if slope is None:
        return None
    return confirmed(slope, derivatives.mixed(one, other), values, arithmetic)


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
