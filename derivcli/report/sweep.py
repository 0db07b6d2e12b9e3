"""What `sweep` says: the error for each eps, its V on logarithmic axes, and what made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from derivcli.calculus.results import Quantity
from derivcli.calculus.sweep.error_curve import SweepResult, SweepRow, SweepSummary
from derivcli.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Table,
    Text,
)
from derivcli.report.markup import formula
from derivcli.report.notation import (
    definition,
    derivative_formula,
    derivative_sign,
)
from derivcli.report.numbers import equals, figure, full_digits, place
from derivcli.report.sweep_chart import chart, numbers, power, rows_of, size
from derivcli.report.truncation import before_rounding

ERROR_DIGITS = 3
WITH_ESTIMATES = 2  # curves whose estimates fit beside their errors


def blocks(sweep: SweepResult, digits: int | None = None) -> Iterator[Block]:
    """Yield the answer for people, numbers to `digits` significant digits."""
    yield from definition(sweep, sweep.statements)
    yield derivative_formula(sweep, sweep.derivative)
    where = place(sweep.at, digits)
    yield Heading(f"At {where}: {formula(_sign(sweep))} {equals(sweep.slope, digits)}")
    yield from _tables(sweep, digits)
    picture = chart(sweep)
    if picture.curves:
        yield picture
    yield _summary(sweep)
    for each in sweep.truncations:
        yield Text(f"{each.method}: {before_rounding(sweep, sweep.variable, each)}.")
    for curve in sweep.summary:
        yield Text(sentence(curve, sweep.variable, digits))


def _sign(sweep: SweepResult) -> str:
    several = len(sweep.variables) > 1
    return derivative_sign(sweep.output, sweep.variable, 1, several=several)


def _tables(sweep: SweepResult, digits: int | None) -> Iterator[Table]:
    """Yield the errors, one row for each eps: a table for each arithmetic, or one for few curves.

    Two curves leave room for their estimates, too.
    """
    curves = sweep.summary
    estimates = len(curves) <= WITH_ESTIMATES
    if estimates or len({curve.method for curve in curves}) == 1:
        yield _table(sweep, curves, digits, estimates=estimates)
        return
    for arithmetic in dict.fromkeys(curve.arithmetic for curve in curves):
        own = [curve for curve in curves if curve.arithmetic == arithmetic]
        yield _table(sweep, own, digits, estimates=False)


def _table(
    sweep: SweepResult, curves: Sequence[SweepSummary], digits: int | None, *, estimates: bool
) -> Table:
    columns = [Column("eps", formula("eps"))]
    several = len({curve.arithmetic for curve in curves}) > 1
    for curve in curves:
        name = f"{curve.method} {curve.arithmetic}" if several else curve.method
        key = f"{curve.method}_{curve.arithmetic}"
        if estimates:
            columns.append(Column(f"{key}_estimate", name, spare=1))
        heading = f"{name} error" if estimates else name
        columns.append(Column(f"{key}_error", heading))
    lines = [rows_of(sweep, curve) for curve in curves]
    rows = tuple(
        (figure(across[0].eps, digits), *_cells(across, digits, estimates=estimates))
        for across in zip(*lines, strict=True)
    )
    where = "" if several else f" in {numbers(curves[0].arithmetic)}"
    what = "estimates and their errors" if estimates else "errors of the estimates"
    return Table(tuple(columns), rows, f"{what}{where}: error = estimate - {formula(_sign(sweep))}")


def _cells(across: Sequence[SweepRow], digits: int | None, *, estimates: bool) -> Iterator[Cell]:
    for row in across:
        if estimates:
            yield "undefined" if row.estimate is None else figure(row.estimate, digits)
        missing = "" if estimates else "undefined"
        yield missing if row.error is None else _error(row.error, digits or ERROR_DIGITS)


def _error(error: Quantity, digits: int) -> Cell:
    """Return an error by its magnitude, 4.96e-7, unless it is exact and short.

    Errors go over sixteen decades, and are read by their exponents.
    """
    shown = figure(error, digits)
    if not isinstance(shown, Figure) or not shown.rounded:
        return shown
    number = error.number
    if isinstance(number, Fraction):
        exact = Decimal(number.numerator) / Decimal(number.denominator)
    else:
        exact = Decimal(number)
    mantissa, _, exponent = f"{exact:.{digits - 1}e}".partition("e")
    written = f"{mantissa}e{int(exponent)}" if int(exponent) else mantissa
    return Figure(written, rounded=True, full=shown.full)


def _summary(sweep: SweepResult) -> Table:
    columns = (
        Column("method", "method", "words"),
        Column("arithmetic", "arithmetic", "words"),
        Column("order", "order observed"),
        Column("expected_order", "order expected"),
        Column("best_eps", f"best {formula('eps')} found"),
        Column("predicted_eps", f"best {formula('eps')} predicted"),
    )
    rows = tuple(
        (
            curve.method, curve.arithmetic,
            "" if curve.order is None else f"{curve.order:.2f}",
            "" if curve.expected_order is None else str(curve.expected_order),
            size(curve.best_eps), size(curve.predicted_eps),
        )
        for curve in sweep.summary
    )  # fmt: skip
    return Table(columns, rows, "what the errors show")


def sentence(curve: SweepSummary, variable: str = "w", digits: int | None = None) -> str:
    """Return why a curve looks as it does."""
    name = f"{curve.method} in {numbers(curve.arithmetic)}: "
    if curve.obstacle is not None:
        there = f"{formula(variable)} {equals(curve.obstacle.at, digits)}"
        name += (
            f"from {formula(f'eps = {size(curve.obstacle.eps)}')} on a step comes to {there},"
            f" where {curve.obstacle.what}; below, "
        )
    if curve.expected_order is None:
        return f"{name}{curve.note}."
    shrinks = f"truncation shrinks like {formula(power(curve.expected_order))}"
    if curve.order is not None:
        shrinks += f" (observed order {curve.order:.2f})"
    if curve.predicted_eps is None:
        return f"{name}{shrinks}; {curve.note}."
    best = ""
    if curve.best_eps is not None:
        best = f", and the smallest error was found near {formula(size(curve.best_eps))}"
    note = f"; {curve.note}" if curve.note else ""
    return (
        f"{name}{shrinks} and rounding grows like {formula('1/eps')}; they meet near"
        f" {formula(f'eps = {size(curve.predicted_eps)}')}{best}{note}."
    )


def records(sweep: SweepResult) -> Table:
    """Return the rows for machines: one for each method, arithmetic and eps."""
    keys = ("method", "arithmetic", "eps", "estimate", "error", "problem")
    rows = tuple(
        (
            row.method,
            row.arithmetic,
            *("" if each is None else full_digits(each)
              for each in (row.eps, row.estimate, row.error)),
            row.problem or "",
        )
        for row in sweep.rows
    )  # fmt: skip
    return Table(tuple(Column(key, key) for key in keys), rows)
