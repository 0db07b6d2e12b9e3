"""What `diff` says: the function, its derivatives, and each point with its estimates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from derivcli.calculus.results import Estimate, PointStudy, Quantity, Slope, Study
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import Block, Cell, Column, Figure, Formula, Heading, Table, Text
from derivcli.report.notation import (
    derivative_latex,
    derivative_sign,
    function_latex,
    function_sign,
)
from derivcli.report.numbers import equals, figure, full_digits, phrase

METHOD_FORMULAS = {
    "forward": "({up} - {here}) / eps",
    "backward": "({here} - {down}) / eps",
    "central": "({up} - {down}) / (2 eps)",
    "complex": "Im {turned} / eps",
    "richardson": "(4 C(eps/2) - C(eps)) / 3, C the central quotient",
}


def blocks(study: Study, digits: int | None = None) -> Iterator[Block]:
    """Yield what a person reads."""
    yield from _definition(study)
    several = len(study.variables) > 1
    for found in study.derivatives:
        sign = derivative_sign(study.output, found.variable, found.order, several=several)
        formula = derivative_latex(study.output, found.variable, found.order, several=several)
        yield Formula(f"{sign} = {found.derivative}", f"{formula} = {found.latex}")
    for point in study.points:
        yield from _point(study, point, digits, several=several)


def _definition(study: Study) -> Iterator[Block]:
    *before, last = study.steps
    for step in before:
        yield Formula(f"{step.name} = {step.expression}", f"{latex_name(step.name)} = {step.latex}")
    yield Formula(
        f"{function_sign(study)} = {last.expression}", f"{function_latex(study)} = {last.latex}"
    )


def _point(
    study: Study, point: PointStudy, digits: int | None, *, several: bool
) -> Iterator[Block]:
    where = place(point, digits)
    if point.value is None:
        yield Heading(f"At {where}: {point.problem}")
        return
    yield Heading(f"At {where}: {study.output} {equals(point.value, digits)}")
    for slope in point.slopes:
        sign = derivative_sign(study.output, slope.variable, slope.order, several=several)
        yield Heading(_slope_line(sign, slope, digits))
        for method in dict.fromkeys(estimate.method for estimate in slope.estimates):
            estimates = [each for each in slope.estimates if each.method == method]
            yield _table(study, slope, method, estimates, digits)
            for sentence in _sentences(study, slope, method, estimates, digits):
                yield Text(sentence)


def place(point: PointStudy, digits: int | None = None) -> str:
    """Return the point as words: "w1 = 2, w2 = 3"."""
    return ", ".join(f"{name} {equals(value, digits)}" for name, value in point.at.items())


def _slope_line(sign: str, slope: Slope, digits: int | None) -> str:
    if slope.slope is not None:
        remark = f", {slope.reason}" if slope.reason else ""
        return f"{sign} {equals(slope.slope, digits)}{remark}"
    verdict = "does not exist" if slope.differentiable is False else "is undecided"
    sides = [
        f"{name} slope {phrase(value, digits)}"
        for name, value in (("left", slope.left), ("right", slope.right))
        if value is not None
    ]
    reason = f": {slope.reason}" if slope.reason else ""
    told = slope.left is not None and slope.right is not None  # both are in the reason
    return f"{sign} {verdict}{reason}" + (f" ({', '.join(sides)})" if sides and not told else "")


def _table(
    study: Study, slope: Slope, method: str, estimates: list[Estimate], digits: int | None
) -> Table:
    columns = [Column("eps", "eps", r"\varepsilon")]
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
    return [*columns, Column("problem", "problem", "", "words")], [*keys, "problem"]


def _cell(estimate: Estimate, key: str, digits: int | None) -> Cell:
    value = getattr(estimate, key)
    if isinstance(value, Quantity):
        return figure(value, digits)
    return value or ""


def _title(study: Study, slope: Slope, method: str) -> str:
    if slope.order > 1:
        return f"{method} difference quotient of order {slope.order}"
    formula = METHOD_FORMULAS[method].format(**_values(study, slope.variable))
    kind = "step" if method == "complex" else "difference quotient"
    name = "richardson extrapolation" if method == "richardson" else f"{method} {kind}"
    arithmetic = "" if study.arithmetic == "exact" else f" in {study.arithmetic}"
    return f"{name}{arithmetic}: {formula}"


def _columns(study: Study, slope: Slope, method: str) -> Iterator[Column]:
    """Yield the columns after eps: the end of the chord, J there, the change, slope and error."""
    values, w, tex = _values(study, slope.variable), slope.variable, latex_name(study.output)
    end, there = ("-", values["down"]) if method == "backward" else ("+", values["up"])
    point = f"{latex_name(w)} {end} \\varepsilon"
    yield Column("point", f"{w} {end} eps", point)
    yield Column("value", there, rf"{tex}\left({point}\right)")
    if slope.order > 1:
        yield Column(
            "change", f"difference of order {slope.order}", rf"\Delta^{{{slope.order}}} {tex}"
        )
    elif method == "complex":
        yield Column("change", f"Im {values['turned']}", rf"\operatorname{{Im}} {tex}")
    else:
        change = METHOD_FORMULAS[method].partition(" / ")[0][1:-1]
        yield Column("change", change.format(**values), rf"\Delta {tex}")
    yield Column("estimate", "estimate", r"\text{estimate}")
    yield Column("error", "error", r"\text{error}")


def _values(study: Study, w: str) -> dict[str, str]:
    """Return how the values of J in a quotient are written, one variable moved: J(w1 + eps, w2)."""
    moves = {"here": w, "up": f"{w} + eps", "down": f"{w} - eps", "turned": f"{w} + i eps"}

    def value(moved: str) -> str:
        inner = ", ".join(moved if name == w else name for name in study.variables)
        return f"{study.output}({inner})"

    return {key: value(moved) for key, moved in moves.items()}


def _sentences(
    study: Study, slope: Slope, method: str, estimates: list[Estimate], digits: int | None
) -> Iterator[str]:
    """Yield the course's reading of the smallest step, and what rounding has eaten."""
    complete = [each for each in estimates if each.change is not None]
    for each in complete:
        if each.point is not None and _is_lost(study, slope, each):
            values = _values(study, slope.variable)
            there = values["down" if method == "backward" else "up"]
            eps = _number(each.eps, digits)
            yield f"At eps = {eps}, {there} rounds to {values['here']}: the estimate is lost."
    if method not in ("forward", "backward") or slope.order > 1 or not complete:
        return
    best = min(complete, key=lambda each: abs(float(each.eps)))
    numbers = (slope.slope, best.change)
    if any(each is None or _is_unproved_zero(each) for each in numbers):
        return
    if not _is_lost(study, slope, best):
        yield _reading(study.output, slope, best, method, digits)


def _is_unproved_zero(quantity: Quantity) -> bool:
    return isinstance(quantity.number, Decimal) and quantity.number == 0


def _is_lost(study: Study, slope: Slope, estimate: Estimate) -> bool:
    """Has rounding eaten the whole change?"""
    if study.arithmetic == "exact" or estimate.change is None or estimate.change.number != 0:
        return False
    return slope.slope is None or slope.slope.number != 0


def _reading(output: str, slope: Slope, best: Estimate, method: str, digits: int | None) -> str:
    if slope.slope is None or best.change is None:
        raise ValueError("no reading without a slope")
    down = (float(best.eps) < 0) != (method == "backward")
    step = _size(best.eps, digits)
    change = best.change.number if method == "forward" else -best.change.number
    if change == 0:
        went = "does not change"
    else:
        about = "about " if _is_rounded(best.change, digits) else ""
        went = f"goes {'up' if change > 0 else 'down'} by {about}{_size(best.change, digits)}"
    rate = _size(slope.slope, digits)
    verb = "down" if down else "up"
    ratio = (
        f", roughly {rate} x {step}"
        if slope.slope.number != 0
        else ": hardly at all, as the slope is 0"
    )
    if change == 0 and slope.slope.number == 0:
        ratio = ": the slope is 0"
    return f"If {slope.variable} goes {verb} by {step}, {output} {went}{ratio}."


def _size(quantity: Quantity, digits: int | None) -> str:
    """Return the magnitude of a number, for a sentence."""
    return _number(quantity, digits).removeprefix("-")


def _is_rounded(quantity: Quantity, digits: int | None) -> bool:
    shown = figure(quantity, digits)
    return isinstance(shown, Figure) and shown.rounded


def _number(quantity: Quantity, digits: int | None) -> str:
    shown = figure(quantity, digits)
    return shown.text if isinstance(shown, Figure) else shown


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
    formulas = {found.variable: found.derivative for found in study.derivatives}
    if not study.points:
        rows = [(found.variable, str(found.order), found.derivative) for found in study.derivatives]
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
    return Table(tuple(Column(key, key, key) for key in keys), tuple(rows))


def _tail(each: Estimate) -> tuple[str, ...]:
    numbers = (each.eps, each.point, each.value, each.change, each.estimate, each.error)
    return (each.method, *(_full(value) for value in numbers), each.problem or "")


def _full(quantity: Quantity | None) -> str:
    return "" if quantity is None else full_digits(quantity)
