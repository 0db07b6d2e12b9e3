"""What `descend` says: the update rule, the steps, how to read them, what there is to notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivcli.calculus.descent.trajectory import DescentStep, Trajectory
from derivcli.calculus.results import Quantity
from derivcli.language.latex import number_latex
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import (
    Block,
    Cell,
    Column,
    Formula,
    Heading,
    Table,
    Text,
)
from derivcli.report.comparison import wide
from derivcli.report.descend_chart import chart
from derivcli.report.markup import formula
from derivcli.report.notation import definition, derivative_formula, derivative_latex
from derivcli.report.notices import notices
from derivcli.report.numbers import figure, full_digits, number_text, place, short
from derivcli.report.patterns import sign

MOST_ROWS = 26  # all of the usual 20 steps, and a few more
FIRST, LAST = 10, 3  # rows at both ends of a longer path
CONTRAST = 2  # a derivative is large beside another from here on


def blocks(trajectory: Trajectory, digits: int | None = None) -> Iterator[Block]:
    """Yield the answer for people, numbers to `digits` significant digits."""
    yield from _formulas(trajectory)
    yield Heading(_start(trajectory, digits))
    shown = selection(len(trajectory.steps))
    yield _table(trajectory, shown, digits)
    if len(shown) < len(trajectory.steps):
        yield Text(
            f"{len(shown)} of {len(trajectory.steps):,} rows: --format csv or json has them all."
        )
    if len(trajectory.steps) > 1:
        yield chart(trajectory)
    reading = _reading(trajectory)
    if reading:
        yield Text(reading)
    for sentence in notices(trajectory):
        yield Text(sentence)


def _formulas(trajectory: Trajectory) -> Iterator[Block]:
    yield from definition(trajectory, trajectory.statements)
    for derivative in trajectory.derivatives:
        yield derivative_formula(trajectory, derivative)
    rate = _plain(trajectory.rate)
    for name in trajectory.wrt:
        w = latex_name(name)
        yield Formula(
            f"{name} := {name} - {rate} * {sign(trajectory, name)}",
            rf"{w} := {w} - {number_latex(rate)} \, {_latex_sign(trajectory, name)}",
        )


def _latex_sign(trajectory: Trajectory, variable: str) -> str:
    several = len(trajectory.variables) > 1
    return derivative_latex(trajectory.output, variable, 1, several=several)


def _plain(quantity: Quantity) -> str:
    """Return a number for a formula: exact where it is short."""
    if quantity.exact is not None and len(quantity.exact) <= 12:
        return quantity.exact
    return number_text(quantity)


def _start(trajectory: Trajectory, digits: int | None) -> str:
    at = place(trajectory.steps[0].at, digits)
    data = f" with {place(trajectory.data, digits)}" if trajectory.data else ""
    numbers = "exact numbers" if trajectory.arithmetic == "exact" else trajectory.arithmetic
    return f"Gradient descent from {at}{data}, in {numbers}"


def selection(count: int) -> list[int]:
    """Return which of `count` rows are printed: all, or both ends and 20, 50, 100, 200, ...

    >>> selection(1001)[9:]
    [9, 10, 20, 50, 100, 200, 500, 998, 999, 1000]
    """
    if count <= MOST_ROWS:
        return list(range(count))
    rows, end = list(range(FIRST + 1)), count - LAST
    step = FIRST
    while step < end:
        rows += [step * factor for factor in (2, 5, 10) if step * factor < end]
        step *= 10
    return rows + list(range(end, count))


def _table(trajectory: Trajectory, shown: Sequence[int], digits: int | None) -> Table:
    alone = len(trajectory.wrt) == 1
    columns = [Column("iteration", "iteration")]
    columns += [Column(name, formula(name)) for name in trajectory.wrt]
    inner = ", ".join(trajectory.wrt)
    columns.append(
        Column(
            trajectory.output,
            formula(f"{trajectory.output}({inner})"),
        )
    )
    columns += [
        Column(sign(trajectory, name), formula(sign(trajectory, name))) for name in trajectory.wrt
    ]
    columns += [
        Column(
            "step" if alone else f"step_{name}",
            "step" if alone else f"step of {formula(name)}",
            spare=1,
        )
        for name in trajectory.wrt
    ]
    rows = tuple(_row(trajectory.steps[index], digits) for index in shown)
    return Table(tuple(columns), rows)


def _row(step: DescentStep, digits: int | None) -> tuple[Cell, ...]:
    taken = step.step or dict.fromkeys(step.at)
    numbers = (*step.at.values(), step.value, *step.gradient.values(), *taken.values())
    return (str(step.iteration), *(figure(each, digits) for each in numbers))


def _reading(trajectory: Trajectory) -> str | None:
    """Return the course's reading: the derivative is small, so the step is small."""
    taken = [step for step in trajectory.steps if step.step is not None]
    aimless = trajectory.pattern and trajectory.pattern.motion in ("cycle", "wandering")
    if len(taken) < 2 or trajectory.outcome == "diverged" or aimless:
        return None
    first, last = taken[0], taken[-1]
    name = max(trajectory.wrt, key=lambda each: abs(wide(first.gradient[each])))
    ends = [step.gradient[name] for step in (first, last)]
    one, other = map(wide, ends)
    words = ("large", "small") if abs(one) > abs(other) else ("small", "large")
    if max(abs(one), abs(other)) < CONTRAST * min(abs(one), abs(other)):
        words = ("", "smaller" if abs(one) > abs(other) else "larger")
        if one * other <= 0 or short(ends[0]) == short(ends[1]):
            return None
    if any(each.below is not None for each in ends):
        return None
    told = []
    for step, subject, word in zip(
        (first, last), (formula(sign(trajectory, name)), "it"), words, strict=True
    ):
        size = f"{word}, " if word else ""
        change = (step.step or {})[name]
        told.append(
            f"At iteration {step.iteration}, {subject} is {size}{short(step.gradient[name])},"
            f" so the step is {size}{short(change)}."
        )
    return " ".join(told)


def records(trajectory: Trajectory) -> Table:
    """Return every step as a row for machines."""
    names = trajectory.wrt
    keys = [
        "iteration", *names, trajectory.output,
        *(f"d{trajectory.output}_d{name}" for name in names), *(f"step_{name}" for name in names),
    ]  # fmt: skip
    rows = []
    for step in trajectory.steps:
        numbers = (*step.at.values(), step.value, *step.gradient.values())
        taken = ("",) * len(names) if step.step is None else map(full_digits, step.step.values())
        rows.append((str(step.iteration), *map(full_digits, numbers), *taken))
    return Table(tuple(Column(key, key) for key in keys), tuple(rows))
