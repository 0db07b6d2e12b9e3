"""What `diff` says: the function, its derivatives, and each point with its estimates."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.calculus.results import (
    TOO_HIGH,
    Estimate,
    Hessian,
    PointStudy,
    Quantity,
    Slope,
    Study,
)
from derivcli.report.blocks import Block, Cell, Column, Formula, Heading, Table, Text
from derivcli.report.markup import formula, mixed
from derivcli.report.notation import (
    definition,
    derivative_formula,
    derivative_sign,
    mixed_latex,
    mixed_sign,
)
from derivcli.report.numbers import equals, figure, full_digits, phrase, place
from derivcli.report.reading import in_short, sentences, written

CURVATURES = {
    "positive definite": "upwards in every direction",
    "negative definite": "downwards in every direction",
    "indefinite": "upwards in one direction and downwards in another",
}
METHOD_FORMULAS = {
    "forward": "({up} - {here}) / eps",
    "backward": "({here} - {down}) / eps",
    "central": "({up} - {down}) / (2 eps)",
    "complex": "Im {turned} / eps",
    "richardson": "(4 C(eps/2) - C(eps)) / 3",
}


def blocks(study: Study, digits: int | None = None, *, explain: bool = False) -> Iterator[Block]:
    """Yield the answer for people; with `explain` each row of the tables is read in words."""
    yield from definition(study, study.steps)
    for derivative in study.derivatives:
        yield derivative_formula(study, derivative)
    if study.hessian is not None:
        yield from _mixed(study, study.hessian)
    for point in study.points:
        yield from point_blocks(study, point, digits, explain=explain)


def _mixed(study: Study, matrix: Hessian) -> Iterator[Formula]:
    """Yield the entries of the Hessian off its diagonal, each pair once."""
    for row, one in enumerate(matrix.variables):
        for column, other in enumerate(matrix.variables[:row]):
            yield Formula(
                f"{mixed_sign(study.output, other, one)} = {matrix.derivatives[row][column]}",
                f"{mixed_latex(study.output, other, one)} = {matrix.latex[row][column]}",
            )


def _hessian(study: Study, point: PointStudy, digits: int | None) -> Iterator[Block]:
    """Yield the numbers of the Hessian at a point, and which way J curves there."""
    if point.hessian is None or study.hessian is None:
        return
    names = study.hessian.variables
    columns = [Column("variable", "", "formula")]
    columns += [Column(name, formula(name)) for name in names]
    rows = tuple(
        (name, *(figure(value, digits) for value in row))
        for name, row in zip(names, point.hessian, strict=True)
    )
    yield Table(tuple(columns), rows, "Hessian: the second derivatives by each pair of variables")
    if point.curvature is not None:
        way = CURVATURES[point.curvature]
        yield Text(f"The Hessian is {point.curvature}: {formula(study.output)} curves {way}.")


def point_blocks(
    study: Study, point: PointStudy, digits: int | None = None, *, explain: bool = False
) -> Iterator[Block]:
    """Yield what there is to say at one point: J, its slopes, and their estimates."""
    several = len(study.variables) > 1
    where = place(point.at, digits)
    if point.value is None:
        yield Heading(f"At {where}: {mixed(point.problem or '')}")
        return
    yield Heading(f"At {where}: {formula(study.output)} {equals(point.value, digits)}")
    if point.problem is not None:
        yield Text(f"{mixed(point.problem)}.")
    yield from _hessian(study, point, digits)
    for slope in point.slopes:
        sign = derivative_sign(study.output, slope.variable, slope.order, several=several)
        yield Heading(slope_line(sign, slope, digits))
        for method in dict.fromkeys(estimate.method for estimate in slope.estimates):
            estimates = [each for each in slope.estimates if each.method == method]
            if all(each.problem == TOO_HIGH for each in estimates):
                yield Text(f"No estimates: {TOO_HIGH}.")
                break
            yield _table(study, slope, method, estimates, digits)
            for sentence in sentences(study, slope, method, estimates, digits, explain=explain):
                yield Text(sentence)
        if explain:
            yield from in_short(study, slope, digits)


def slope_line(sign: str, slope: Slope, digits: int | None = None) -> str:
    """Return a slope as an equation, or why there is none."""
    if slope.slope is not None:
        remark = f", {mixed(slope.reason)}" if slope.reason else ""
        return f"{formula(sign)} {equals(slope.slope, digits)}{remark}"
    verdict = "does not exist" if slope.differentiable is False else "is undecided"
    sides = [
        f"{name} slope {phrase(value, digits)}"
        for name, value in (("left", slope.left), ("right", slope.right))
        if value is not None
    ]
    reason = f": {mixed(slope.reason)}" if slope.reason else ""
    told = slope.left is not None and slope.right is not None  # both are in the reason
    return f"{formula(sign)} {verdict}{reason}" + (
        f" ({', '.join(sides)})" if sides and not told else ""
    )


def _table(
    study: Study, slope: Slope, method: str, estimates: list[Estimate], digits: int | None
) -> Table:
    columns = [Column("eps", formula("eps"))]
    keys = ["eps"]
    for column in _columns(study, slope, method):
        if any(getattr(each, column.key) is not None for each in estimates):
            columns.append(column)
            keys.append(column.key)
    rows: list[tuple[Cell, ...]] = []
    for each in estimates:
        if each.problem is not None:
            columns, keys = _with_problem(columns, keys)
        rows.append(tuple(_cell(each, key, digits) for key in keys))
    rows = [row + ("",) * (len(columns) - len(row)) for row in rows]
    return Table(tuple(columns), tuple(rows), _title(study, slope, method))


def _with_problem(columns: list[Column], keys: list[str]) -> tuple[list[Column], list[str]]:
    if "problem" in keys:
        return columns, keys
    return [*columns, Column("problem", "problem", "words")], [*keys, "problem"]


def _cell(estimate: Estimate, key: str, digits: int | None) -> Cell:
    value = getattr(estimate, key)
    if isinstance(value, Quantity):
        return figure(value, digits)
    return mixed(value or "")


def _title(study: Study, slope: Slope, method: str) -> str:
    if slope.order > 1:
        return f"{method} difference quotient of order {slope.order}"
    quotient = formula(METHOD_FORMULAS[method].format(**written(study, slope.variable)))
    if method == "richardson":
        quotient += f", {formula('C')} the central quotient"
    kind = "step" if method == "complex" else "difference quotient"
    name = "richardson extrapolation" if method == "richardson" else f"{method} {kind}"
    arithmetic = "" if study.arithmetic == "exact" else f" in {study.arithmetic}"
    return f"{name}{arithmetic}: {quotient}"


def _columns(study: Study, slope: Slope, method: str) -> Iterator[Column]:
    """Yield the columns after eps: the end of the chord, J there, the change, slope and error."""
    values, w = written(study, slope.variable), slope.variable
    end, there = ("-", values["down"]) if method == "backward" else ("+", values["up"])
    yield Column("point", formula(f"{w} {end} eps"), spare=3)
    yield Column("value", formula(there), spare=2)
    if slope.order > 1:
        yield Column("change", f"difference of order {slope.order}")
    elif method == "complex":
        yield Column("change", f"Im {formula(values['turned'])}")
    else:
        change = METHOD_FORMULAS[method].partition(" / ")[0][1:-1]
        yield Column("change", formula(change.format(**values)), short=f"Δ{study.output}")
    yield Column("estimate", "estimate")
    yield Column("error", "error", spare=1)


def records(study: Study) -> Table:
    """Return the study as one flat table for machines: a row for each estimate."""
    at = [f"at_{name}" for name in (study.points[0].at if study.points else ())]
    fixed = (
        "variable",
        "order",
        "derivative",
        *at,
        "J",
        "slope",
        "left",
        "right",
        "differentiable",
    )
    moving = ("method", "eps", "point", "value", "change", "estimate", "error", "problem")
    keys = fixed + moving if study.points else fixed[:3]
    rows: list[tuple[Cell, ...]] = []
    formulas = {derivative.variable: derivative.derivative for derivative in study.derivatives}
    if not study.points:
        rows = [
            (derivative.variable, str(derivative.order), derivative.derivative)
            for derivative in study.derivatives
        ]
    for point in study.points:
        for slope in point.slopes:
            head = (
                slope.variable, str(slope.order), formulas[slope.variable],
                *(_full(value) for value in point.at.values()),
                _full(point.value), _full(slope.slope), _full(slope.left), _full(slope.right),
                {True: "true", False: "false", None: ""}[slope.differentiable],
            )  # fmt: skip
            reason = point.problem or slope.reason or ""
            tails: list[tuple[str, ...]] = [_tail(each) for each in slope.estimates]
            rows.extend((*head, *tail) for tail in tails or [("",) * (len(moving) - 1) + (reason,)])
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))


def _tail(each: Estimate) -> tuple[str, ...]:
    numbers = (each.eps, each.point, each.value, each.change, each.estimate, each.error)
    return (each.method, *(_full(value) for value in numbers), each.problem or "")


def _full(quantity: Quantity | None) -> str:
    return "" if quantity is None else full_digits(quantity)
