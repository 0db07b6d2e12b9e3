"""What a page with sliders shows: its fixed parts as blocks, its numbers as tables show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from derivcli.calculus.explore.results import Exploration
from derivcli.calculus.results import Estimate, PointStudy, Quantity
from derivcli.report import diff, first_principles, plot, steps
from derivcli.report.blocks import Block, Chart, Curve, Text, Tree, shown
from derivcli.report.markup import formula, mixed, plain
from derivcli.report.notation import definition, derivative_formula, derivative_sign
from derivcli.report.numbers import equals, figure, place
from derivcli.report.plot_chart import function_name
from derivcli.report.reading import read_row, written

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w(])")
SIDES = ("slope", "left", "right")
WINDOW = 0.05  # of the heights, above and below them


@dataclass(frozen=True)
class ExplorePage:
    """All that a page shows: `fixed` above the sliders, `otherwise` for those without scripts.

    `data` is JSON: for each point its texts, for each step the numbers of its row, in exact
    arithmetic and in float64, and the sentence that reads it, as the number of a template.
    """

    fixed: tuple[Block, ...]
    charts: dict[str, Chart]
    derivations: dict[str, tuple[Block, ...]]
    otherwise: tuple[Block, ...]
    headings: tuple[str, ...]
    data: dict[str, Any] = field(repr=False)


def page(found: Exploration, digits: int | None = None) -> ExplorePage:
    """Return the page of an exploration, numbers to `digits` significant digits."""
    study, variable = found.exact, found.picture.variable
    names = written(study, variable)
    change = f"{names['up']} - {names['here']}"
    return ExplorePage(
        tuple(_fixed(found)),
        {name: each for name, each in _charts(found) if each is not None},
        dict(_derivations(found)),
        tuple(_otherwise(found, digits)),
        tuple(map(formula, ("eps", f"{variable} + eps", names["up"], change))),
        {
            "variable": variable, "start": found.start, "step": found.step,
            "eps": [_text(each, digits) for each in found.eps],
            **_numbers(found, digits),
        },
    )  # fmt: skip


def _fixed(found: Exploration) -> Iterator[Block]:
    picture = found.picture
    yield from definition(picture, picture.steps)
    for derivative in picture.derivatives:
        yield derivative_formula(picture, derivative)
    for gap in picture.gaps:
        yield Text(f"Where {formula(picture.output)} {gap}, the curve breaks off.")


def _derivations(found: Exploration) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield how the derivative comes about, each way under its title."""
    derived = found.derivation
    if derived is None:
        return
    rules = (each for each in steps.blocks(derived) if isinstance(each, Tree | Text))
    yield "The derivative, rule by rule", tuple(rules)
    if derived.definition is not None:
        chains = first_principles.chains(derived.definition, derived.output)
        yield "The derivative, from first principles", (*chains, Text(first_principles.PROVED))


def _otherwise(found: Exploration, digits: int | None) -> Iterator[Block]:
    """Yield the picture and the table of the point that was asked for, without sliders."""
    yield from (each for each in plot.blocks(found.picture, digits) if isinstance(each, Chart))
    for study in (found.exact, found.floats):
        yield from diff.point_blocks(study, study.points[found.start], digits)


def _charts(found: Exploration) -> Iterator[tuple[str, Chart | None]]:
    picture = found.picture
    w, J = formula(picture.variable), formula(picture.output)
    several = len(picture.variables) > 1
    slope = formula(derivative_sign(picture.output, picture.variable, 1, several=several))
    low, high = picture.range
    if picture.window is not None:
        curve = Curve(function_name(picture), picture.stretches, role="curve")
        lines = (Curve("tangent", (), role="tangent"), Curve("chord", (), role="chord"))
        told = "The curve, and at the point chosen its tangent and a chord."
        yield "curve", Chart(
            f"{J} with its tangent and its chord", w, J, (curve, *lines),
            (low, high, *picture.window), description=told,
        )  # fmt: skip
    slopes = list(_slopes(found.exact.points, picture.variable))
    heights = [y for stretch in slopes for _, y in stretch]
    if heights:
        pad = WINDOW * (max(heights) - min(heights)) or 1.0
        window = (low, high, min(heights) - pad, max(heights) + pad)
        yield "slope", Chart(
            f"{slope}, the slope of {J}", w, slope, (Curve(slope, tuple(slopes), role="tangent"),),
            window, description="The derivative at the points of the grid.",
        )  # fmt: skip
    errors = [float(each) for each in _errors(found)]
    if errors:
        sizes = [abs(float(each)) for each in found.eps]
        names = [Curve("exact", (), role="series"), Curve("float64", (), role="series")]
        yield "error", Chart(
            f"|error| against {formula('eps')}", formula("eps"), "|error|", tuple(names),
            (min(sizes) / 2, max(sizes) * 2, max(min(errors), 1e-18) / 2, max(errors) * 2), True,
            description="How far the estimates are off, for every step, at the point chosen.",
        )  # fmt: skip


def _errors(found: Exploration) -> Iterator[float]:
    """Yield the sizes of all errors that are not 0."""
    for point in chain(found.exact.points, found.floats.points):
        for slope in point.slopes:
            for each in slope.estimates:
                if each.error is not None and each.error.below is None and float(each.error):
                    yield abs(float(each.error))


def _slopes(
    points: tuple[PointStudy, ...], variable: str
) -> Iterator[tuple[tuple[float, float], ...]]:
    """Yield the stretches of the derivative: a gap where there is none, or a pole beside it."""
    current: list[tuple[float, float]] = []
    for point in points:
        slope = point.slopes[0].slope if point.slopes else None
        if slope is None or slope.below is not None:
            if current:
                yield tuple(current)
            current = []
        else:
            current.append((float(point.at[variable]), float(slope)))
    if current:
        yield tuple(current)


def _text(quantity: Quantity | None, digits: int | None) -> str:
    return shown(figure(quantity, digits))


def _numbers(found: Exploration, digits: int | None) -> dict[str, Any]:
    """Return the points with their rows, and the templates of the sentences that read them."""
    templates: dict[str, int] = {}
    points = []
    for exact, rounded in zip(found.exact.points, found.floats.points, strict=True):
        rows = [
            [
                *_row(each, digits),
                *_floats(each, other, digits),
                _sentence(found, exact, each, templates, digits),
            ]
            for slope, floats in zip(exact.slopes, rounded.slopes, strict=False)
            for each, other in zip_longest(
                slope.estimates, floats.estimates[: len(slope.estimates)]
            )
        ]
        points.append({**_point(found, exact, digits), "rows": rows})
    return {"points": points, "sentences": [*templates]}


def _point(found: Exploration, point: PointStudy, digits: int | None) -> dict[str, Any]:
    study, at = found.exact, f"At {place(point.at, digits)}: "
    several = len(study.variables) > 1
    lines = [at + mixed(point.problem or "")]
    if point.value is not None:
        lines = [at + formula(study.output) + f" {equals(point.value, digits)}"]
        for each in point.slopes:
            sign = derivative_sign(study.output, each.variable, 1, several=several)
            lines.append(diff.slope_line(sign, each, digits))
    return {
        "w": _text(point.at[found.picture.variable], digits),
        "told": [plain(each) for each in lines],
        "J": _text(point.value, digits),
        "slopes": [_text(getattr(slope, side), digits) for slope in point.slopes for side in SIDES]
        or ["", "", ""],
    }  # fmt: skip


def _floats(each: Estimate, other: Estimate | None, digits: int | None) -> list[str]:
    """Return the estimate in float64 and its error; nothing where the exact one says why."""
    if other is None or (other.problem and other.problem == each.problem):
        return ["", ""]
    return _row(other, digits)[3:]


def _row(each: Estimate, digits: int | None) -> list[str]:
    """Return w + eps, J there, the change, the estimate and its error; or why there are none."""
    if each.problem is not None and each.estimate is None:
        return ["", "", "", plain(mixed(each.problem)), ""]
    return [
        _text(value, digits)
        for value in (each.point, each.value, each.change, each.estimate, each.error)
    ]


def _sentence(
    found: Exploration, point: PointStudy, each: Estimate, templates: dict[str, int],
    digits: int | None,
) -> int:  # fmt: skip
    """Return the number of the template that gives the sentence of a row, -1 where it has none."""
    if each.change is None or each.estimate is None or each.change.below or each.estimate.below:
        return -1
    slope = point.slopes[0]
    sentence = plain(read_row(found.exact, slope, "forward", each, digits))
    told = [each.eps, each.point, each.change, each.estimate, slope.slope, point.at[slope.variable]]
    known = {"": ""}
    for letter, quantity in zip("abcdef", told, strict=True):
        number = _text(quantity, digits).removeprefix("≈ ")
        known.setdefault(number.removeprefix("-"), letter.upper())
        if number.startswith("-"):
            known.setdefault(number, letter)
    template = NUMBER.sub(
        lambda match: f"{{{known[match[0]]}}}" if match[0] in known else match[0], sentence
    )
    return templates.setdefault(template, len(templates))
