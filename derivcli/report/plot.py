"""What `plot` says: the function, its picture, and height over width of chords and tangent."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcli.calculus.plot.picture import Picture, PlottedPoint, Stretch
from derivcli.calculus.results import Quantity
from derivcli.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Table,
    Text,
)
from derivcli.report.markup import formula, mixed
from derivcli.report.notation import (
    definition,
    derivative_formula,
    derivative_sign,
)
from derivcli.report.numbers import equals, figure, full_digits, place
from derivcli.report.plot_chart import chart, chord_end, rise, tangent_name


def blocks(picture: Picture, digits: int | None = None) -> Iterator[Block]:
    """Yield the answer for people, numbers to `digits` significant digits."""
    yield from definition(picture, picture.steps)
    for derivative in picture.derivatives:
        yield derivative_formula(picture, derivative)
    for each in picture.points:
        where = place(each.at, digits)
        if each.value is None:
            yield Heading(f"At {where}: {mixed(each.problem or '')}")
        else:
            yield Heading(f"At {where}: {formula(picture.output)} {equals(each.value, digits)}")
        if each.slope is not None:
            reason = f", {mixed(each.reason)}" if each.reason else ""
            yield Heading(f"{_derivative(picture)} {equals(each.slope, digits)}{reason}")
    if picture.stretches:
        yield chart(picture)
    if any(chord.slope is not None for each in picture.points for chord in each.chords):
        yield _table(picture, digits)
    for sentence in _sentences(picture, digits):
        yield Text(sentence)


def _table(picture: Picture, digits: int | None) -> Table:
    w = picture.variable
    moved, here = rise(picture)
    columns = [
        Column("eps", f"width {formula('eps')}"),
        Column("point", formula(f"{w} + eps"), spare=2),
        Column("value", formula(moved), spare=1),
        Column("change", f"height {formula(f'{moved} - {here}')}"),
        Column("slope", "slope"),
    ]
    several = len(picture.points) > 1
    if any(chord.problem for each in picture.points for chord in each.chords):
        columns.append(Column("problem", "problem", "words"))
    rows: list[tuple[Cell, ...]] = []
    for each in picture.points:
        for chord in each.chords:
            values = [getattr(chord, column.key) for column in columns]
            cells = tuple(v or "" if isinstance(v, str) else figure(v, digits) for v in values)
            rows.append((figure(each.at[w], digits), *cells) if several else cells)
    if several:
        columns.insert(0, Column("at", formula(w)))
    return Table(tuple(columns), tuple(rows), "chords: slope = height / width")


def _sentences(picture: Picture, digits: int | None) -> Iterator[str]:
    low, high = (_told(Quantity(each), digits) for each in picture.range)
    if not picture.stretches:
        why = " or ".join(picture.gaps) or "has no value"
        yield (
            f"{formula(picture.output)} {why} wherever it was looked at from {low} to {high}:"
            " there is nothing to draw."
        )
        return
    for gap in picture.gaps:
        yield f"Where {formula(picture.output)} {gap}, the curve breaks off."
    for each in picture.points:
        yield from _lines(picture, each, digits)


def _lines(picture: Picture, point: Picture | PlottedPoint, digits: int | None) -> Iterator[str]:
    """Yield what there is to say of the lines through a point."""
    several = len(picture.points) > 1
    at = f" at {place({picture.variable: point.at[picture.variable]}, digits)}" if several else ""
    for chord in point.chords:
        end = formula(chord_end(picture.variable, chord))
        if chord.slope is not None and chord.change is not None:
            told = _rise(chord.slope, chord.change, chord.eps, digits)
            yield f"The chord{at and f' from{at[3:]}'} to {end} {told}."
        else:
            yield (
                f"The chord{at and f' from{at[3:]}'} to {end} cannot be drawn:"
                f" {mixed(chord.problem or '')}."
            )
    for tangent in point.tangents:
        width = _width(point)
        height = Quantity(Fraction(tangent.slope.number) * Fraction(width.number))
        yield f"The {tangent_name(tangent)}{at} {_rise(tangent.slope, height, width, digits)}."
    if point.value is None:
        where = at or " at the point"
        yield f"{formula(picture.output)} has no value{where}, so there is no tangent."
    elif not point.differentiable:
        verdict = "does not exist" if point.differentiable is False else "is undecided"
        reason = f": {mixed(point.reason)}" if point.reason else ""
        yield f"{_derivative(picture)} {verdict}{at or ' at the point'}{reason}."


def _derivative(picture: Picture) -> str:
    several = len(picture.variables) > 1
    return formula(derivative_sign(picture.output, picture.variable, 1, several=several))


def _width(point: Picture | PlottedPoint) -> Quantity:
    """Return the width of the narrowest chord, beside which the tangent is read, else 1."""
    widths = [chord.eps for chord in point.chords if chord.slope is not None]
    return min(widths, key=lambda eps: abs(float(eps)), default=Quantity(Fraction(1)))


def _rise(slope: Quantity, height: Quantity, width: Quantity, digits: int | None) -> str:
    """Return "goes up by 7 over a width of 1: slope 7", read from left to right."""
    over = _told(width, digits, size=True)
    if slope.number == 0:  # or too near to 0 to tell
        return f"stays level over a width of {over}: slope {_told(slope, digits)}"
    way = "up" if slope.number > 0 else "down"
    rise = f"{_told(height, digits, size=True)} over a width of {over}"
    return f"goes {way} by {rise}: slope {_told(slope, digits)}"


def _told(quantity: Quantity, digits: int | None, *, size: bool = False) -> str:
    """Return a number, or its size alone, "about" where it is rounded."""
    shown = figure(quantity, digits)
    text = shown.text if isinstance(shown, Figure) else shown
    about = "about " if isinstance(shown, Figure) and shown.rounded else ""
    return about + formula(text.removeprefix("-") if size else text)


def records(picture: Picture) -> Table:
    """Return the picture as one flat table for machines: a row for each point of a curve."""
    curves: list[tuple[str, tuple[Stretch, ...]]] = [(picture.output, picture.stretches)]
    for each in picture.points:
        at = f" at {place({picture.variable: each.at[picture.variable]})}" * bool(picture.others)
        curves += [(f"{tangent_name(line)}{at}", (line.ends,)) for line in each.tangents]
        curves += [
            (
                f"chord{at.replace(' at ', ' from ')} to {chord_end(picture.variable, chord)}",
                (chord.ends,),
            )
            for chord in each.chords
            if chord.ends
        ]
    rows = tuple(
        (name, str(number), _float(x), _float(y))
        for name, stretches in curves
        for number, stretch in enumerate(stretches, 1)
        for x, y in stretch
    )
    keys = ("curve", "stretch", picture.variable, picture.output)
    return Table(tuple(Column(key, key) for key in keys), rows)


def _float(value: float) -> str:
    return full_digits(Quantity(value))
