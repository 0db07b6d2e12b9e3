"""The chart of `sweep`: the V of each method, its two sides, and where its bottom is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from derivcli.calculus.sweep.error_curve import SweepResult, SweepRow, SweepSummary
from derivcli.report.blocks import Chart, Curve, Label, Role
from derivcli.report.markup import formula
from derivcli.report.notation import SUPERSCRIPTS

SMALL, LARGE = 1e-3, 1e5  # an eps below, or from here on, is written by its magnitude
MOST_NUMBERS = 4  # in a row of the legend
BOTTOMS: tuple[tuple[Role, str], ...] = (("best", "found"), ("predicted", "predicted"))
Dot = tuple[float, float]


def chart(sweep: SweepResult) -> Chart:
    """Return |error| against eps on logarithmic axes, a curve for each method and arithmetic."""
    several = len({curve.arithmetic for curve in sweep.summary}) > 1
    lines = {curve: line for curve in sweep.summary if (line := _line(sweep, curve))}
    curves = [
        Curve(f"{curve.method} {curve.arithmetic}" if several else curve.method, line)
        for curve, line in lines.items()
    ]
    where = "" if several else f" in {numbers(sweep.summary[0].arithmetic)}"
    if curves:
        curves += _bottoms(lines)
    return Chart(
        f"|error| against {formula('eps')}{where}", formula("eps"), "|error|", tuple(curves),
        logarithmic=True, labels=tuple(_sides(lines)), description=_description(sweep, where),
    )  # fmt: skip


def numbers(arithmetic: str) -> str:
    """Return what numbers of an arithmetic are called."""
    return "exact numbers" if arithmetic == "exact" else arithmetic


def rows_of(sweep: SweepResult, curve: SweepSummary) -> list[SweepRow]:
    """Return the rows that a curve is drawn from."""
    mine = (curve.method, curve.arithmetic)
    return [row for row in sweep.rows if (row.method, row.arithmetic) == mine]


def size(eps: float | None) -> str:
    """Return an eps to two digits: that is all there is to say of it."""
    if eps is None:
        return ""
    mantissa, _, exponent = f"{eps:.1e}".partition("e")
    if not SMALL <= eps < LARGE:
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    return f"{float(f'{eps:.1e}'):g}"


def power(order: int) -> str:
    """Return eps, eps², eps⁴."""
    return "eps" if order == 1 else f"eps{str(order).translate(SUPERSCRIPTS)}"


def _line(sweep: SweepResult, curve: SweepSummary) -> tuple[tuple[Dot, ...], ...]:
    """Return the errors that are not 0, which has no logarithm, in stretches."""
    stretches: list[list[Dot]] = [[]]
    for row in rows_of(sweep, curve):
        error = 0.0 if row.error is None else abs(float(row.error))
        if error:
            stretches[-1].append((float(row.eps), error))
        elif stretches[-1]:
            stretches.append([])
    return tuple(tuple(stretch) for stretch in stretches if stretch)


Lines = dict[SweepSummary, tuple[tuple[Dot, ...], ...]]


def _bottoms(lines: Lines) -> Iterator[Curve]:
    """Yield where each V has its bottom: as found, and as predicted."""
    for role, how in BOTTOMS:
        eps = [(getattr(curve, f"{role}_eps"), line) for curve, line in lines.items()]
        dots = [dot for at, line in eps if at is not None for dot in _on(line, at)]
        told = [formula(size(at)) for at, _ in dots]
        if len(told) > MOST_NUMBERS:
            told[MOST_NUMBERS - 1 : -1] = ["..."]
        if dots:
            name = f"best {formula('eps')} {how}: {', '.join(told)}"
            yield Curve(name, (tuple(dots),), "points", role)


def _on(line: Sequence[Sequence[Dot]], eps: float) -> Iterator[Dot]:
    """Yield the dot of a drawn line at an eps, on logarithmic axes; none where it has a gap."""
    for stretch in line:
        for (x, y), (right, top) in pairwise(sorted(stretch)):
            if x <= eps <= right:
                share = math.log(eps / x) / math.log(right / x)
                yield eps, y * (top / y) ** share
                return


def _sides(lines: Lines) -> Iterator[Label]:
    """Yield what the error is on each side: one label for each order, and one for rounding."""
    orders: set[int] = set()
    rounding = False
    for curve, line in lines.items():
        every = [x for stretch in line for x, _ in stretch]
        meet = curve.predicted_eps
        if curve.expected_order is not None and curve.expected_order not in orders:
            middle = math.sqrt(max(every) * (meet or min(every)))
            for dot in _on(line, middle):
                orders.add(curve.expected_order)
                told = ("truncation", f"like {formula(power(curve.expected_order))}")
                yield Label(told, dot, "right", "best")
        if meet is not None and not rounding and min(every) < meet:
            for dot in _on(line, math.sqrt(min(every) * meet)):
                rounding = True
                yield Label(("rounding", f"like {formula('1/eps')}"), dot, "left", "best")


def _description(sweep: SweepResult, where: str) -> str:
    told = [
        f"{curve.method} in {numbers(curve.arithmetic)}"
        + (f", best near eps = {size(curve.best_eps)}" if curve.best_eps is not None else "")
        + (f", predicted {size(curve.predicted_eps)}" if curve.predicted_eps is not None else "")
        for curve in sweep.summary
    ]
    return f"The error of the estimate against eps{where} on logarithmic axes: {'; '.join(told)}."
