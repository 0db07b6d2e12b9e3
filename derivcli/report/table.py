"""What `table` says: one row for each function, one column for each eps."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.calculus.results import Overview, Quantity, Row
from derivcli.defaults import DIGITS
from derivcli.errors import printable
from derivcli.report.blocks import Block, Cell, Column, Figure, Table
from derivcli.report.markup import formula, mixed, typed
from derivcli.report.numbers import figure, full_digits, phrase


def blocks(overview: Overview, digits: int | None = None) -> Iterator[Block]:
    """Yield the answer for people, numbers to `digits` significant digits."""
    variables = {row.variable for row in overview.rows if row.variable is not None}
    several = len(variables) > 1 or any(len(row.at) > 1 for row in overview.rows)
    w = next(iter(variables)) if len(variables) == 1 and not several else None
    failed = any(row.error for row in overview.rows)
    columns = [
        Column("J", formula(f"J({w})" if w else "J"), "formula"),
        Column("point", "point", "formula"),
        *([] if w else [Column("variable", "by", "formula")]),
        Column(
            "derivative",
            formula(f"dJ/d{w}") if w else "derivative",
            "formula",
            spare=1,
        ),
        Column("slope", "slope"),
    ]
    for eps in overview.eps:
        size = _text(figure(eps, digits))
        columns.append(Column(f"eps={size}", formula(f"eps = {size}")))
    if failed:
        columns.append(Column("problem", "problem", "words"))
    rows = tuple(
        _cells(row, len(overview.eps), digits, by=w is None, failed=failed) for row in overview.rows
    )
    yield Table(tuple(columns), rows)


def _cells(row: Row, count: int, digits: int | None, *, by: bool, failed: bool) -> tuple[Cell, ...]:
    estimates: list[Cell] = [figure(each.estimate, digits) for each in row.estimates]
    estimates += [""] * (count - len(estimates))
    return (
        typed(printable(row.expression), row.latex),
        point_text(row.at, digits),
        *((row.variable or "",) if by else ()),
        row.derivative or "",
        figure(row.slope, digits),
        *estimates,
        *((mixed(printable(row.error or "")),) if failed else ()),
    )


def point_text(at: object, digits: int | None) -> str:
    """Return a point in a cell: its exact form where short, else rounded."""
    if not isinstance(at, dict):
        return ""
    return ", ".join(formula(f"{name} = {_constant(value, digits)}") for name, value in at.items())


def _constant(value: Quantity, digits: int | None) -> str:
    exact = value.exact
    if exact is not None and len(exact) <= DIGITS + 2:
        return exact
    return phrase(value, digits)


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Figure) else cell


def records(overview: Overview) -> Table:
    """Return the overview as one flat table for machines: a row for each function and eps."""
    keys = (
        "name",
        "expression",
        "variable",
        "at",
        "derivative",
        "J",
        "slope",
        "eps",
        "estimate",
        "error",
    )
    rows: list[tuple[Cell, ...]] = []
    for row in overview.rows:
        at = "; ".join(f"{name}={full_digits(value)}" for name, value in row.at.items())
        head = (
            row.name, row.expression, row.variable or "", at, row.derivative or "",
            *("" if value is None else full_digits(value) for value in (row.value, row.slope)),
        )  # fmt: skip
        tails = [
            (full_digits(each.eps), "" if each.estimate is None else full_digits(each.estimate))
            for each in row.estimates
        ]
        rows.extend((*head, *tail, row.error or "") for tail in tails or [("", "")])
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))
