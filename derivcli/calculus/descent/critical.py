"""What a critical point is: a minimum, a maximum, a saddle, a valley, or flat."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from mpmath import mp

from derivcli.calculus.derivatives import Derivatives
from derivcli.calculus.descent.trajectory import Curvature, Kind
from derivcli.calculus.floats.closures import FAILURES, closure
from derivcli.calculus.floats.sums import Closure
from derivcli.calculus.results import Quantity
from derivcli.errors import RefusedError
from derivcli.language.tree import Node, names, nodes

MOST_VARIABLES = 8  # the Hessian of more has too many entries to be worth it
MOST_NODES = 500  # of the gradient: beyond, second derivatives take longer than the path
ZERO = 1e-7  # an eigenvalue this small beside the largest counts as 0
NEAR = 1e-3  # of the size of the path: a minimum this near by Newton's step is reached
BEYOND = 8  # Newton's steps: far enough beyond the minimum of w**8
ASIDE = 1e-2  # of the size of the path: where the slope on both sides is looked at
STEEPER = 10  # times the slope at the point: then the point is flat and its surroundings are not
NEWTON = 200

Hessian = list[list[tuple[Node, Closure]]]


def second_derivatives(
    derivatives: Derivatives, wrt: Sequence[str], data: Mapping[str, float]
) -> Hessian | None:
    """Return the trees of the second derivatives, and as closures; None where there are none."""
    trees = (derivatives.tree(name, 1) for name in wrt)
    if len(wrt) > MOST_VARIABLES or sum(1 for tree in trees for _ in nodes(tree)) > MOST_NODES:
        return None
    try:
        rows = [[derivatives.mixed(one, other) for other in wrt] for one in wrt]
    except RefusedError:
        return None
    return [[(tree, closure(tree, wrt, data)) for tree in row] for row in rows]


def curvature(hessian: Hessian | None, p: Any, wrt: Sequence[str]) -> Curvature | None:
    """Return the smallest and largest eigenvalue at a point; None where there are none."""
    if hessian is None:
        return None
    try:
        values = [[float(entry(p)) for _, entry in row] for row in hessian]
    except FAILURES:
        return None
    if not all(math.isfinite(value) for row in values for value in row):
        return None
    constant = not any({*names(tree)} & {*wrt} for row in hessian for tree, _ in row)
    if len(wrt) == 1:
        only = Quantity(_whole(values[0][0]))
        return Curvature(only, only, constant)
    found = [float(each) for each in mp.eigsy(mp.matrix(values), eigvals_only=True)]
    largest = max(abs(each) for each in found)
    lowest, *_, highest = (
        Quantity(0.0 if abs(each) <= ZERO * largest else _whole(each)) for each in sorted(found)
    )
    return Curvature(lowest, highest, constant)


def _whole(value: float) -> float | Fraction:
    """Return a number that is whole but for rounding as that whole number."""
    near = round(value) if abs(value) < 1e15 else 0
    return Fraction(near) if near and abs(value - near) <= 1e-12 * abs(near) else value


def kind_on_line(slope: Closure, second: Curvature | None, w: float, size: float) -> Kind:
    """Return what J has at w, where its slope is nearly 0, `size` being the size of the path.

    By the second derivative where it tells, else by the slope on both sides.
    """
    here = _slope(slope, w)
    if second is not None and (J2 := float(second.lowest)) != 0:
        step = here / J2
        beyond = _slope(slope, w - BEYOND * step)  # of w**3 it has the sign that it has here
        if abs(step) <= NEAR * size and J2 > 0 and (here == 0 or here * beyond < 0):
            return "minimum"
        if here == 0 and J2 < 0:
            return "maximum"
    left, right = (_slope(slope, w + side * ASIDE * size) for side in (-1, 1))
    if not all(abs(each) > STEEPER * abs(here) for each in (left, right)):
        return "flat"
    if left < 0 < right:
        return "minimum"
    return "maximum" if right < 0 < left else "saddle"


def kind_in_space(second: Curvature | None, length: float, size: float) -> Kind:
    """Return what J has at a point by the Hessian, `length` being that of the gradient there."""
    if second is None:
        return "unknown"
    lowest, highest = float(second.lowest), float(second.highest)
    if length > max(abs(lowest), abs(highest)) * NEAR * size:
        return "flat"
    if lowest > 0:
        return "minimum"
    if highest < 0:
        return "maximum"
    if lowest < 0:
        return "saddle"
    return "valley" if highest > 0 else "flat"


def _slope(slope: Closure, w: float) -> float:
    try:
        value = float(slope(w))
    except FAILURES:
        return 0.0
    return value if math.isfinite(value) else 0.0


def ahead(slope: Closure, second: Closure, w: float, size: float) -> float | None:
    """Return the point with slope 0 that a path leads to from w, by Newton's method, or None.

    It has to lie in the direction of descent, no further than ten times the size of the path.
    """
    start, down = w, -_slope(slope, w)
    for _ in range(NEWTON):
        here = step = None
        try:
            here = slope(w)
            step = here / second(w)
        except FAILURES:  # J'' is 0 there, or it is no place of J's
            return _ahead(start, w, down, size) if here == 0 else None
        w -= step
        if not abs(w - start) <= 10 * size:
            return None
        if abs(step) <= 1e-12 * size:
            return _ahead(start, w, down, size)
    return None


def ahead_in_space(
    gradient: Sequence[Closure], hessian: Hessian, p: tuple[float, ...], size: float
) -> tuple[float, ...] | None:
    """Return the point with gradient 0 near a point of several variables, or None.

    By Newton's method; it has to lie no further than the size of the path.
    """
    start = p
    for _ in range(NEWTON):
        try:
            matrix = mp.matrix([[entry(p) for _, entry in row] for row in hessian])
            step = mp.lu_solve(matrix, mp.matrix([slope(p) for slope in gradient]))
        except FAILURES:
            return None
        p = tuple(w - float(change) for w, change in zip(p, step, strict=True))
        if not math.dist(p, start) <= size:
            return None
        if mp.norm(step) <= 1e-12 * size:
            return p
    return None


def _ahead(start: float, found: float, down: float, size: float) -> float | None:
    if (found - start) * down <= 0:
        return None
    return 0.0 if abs(found) <= 1e-9 * size else float(f"{found:.9g}")
