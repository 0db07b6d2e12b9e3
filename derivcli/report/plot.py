"""What `plot` says: the function, its picture, and height over width of chords and tangent."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcli.calculus.plot.picture import Chord, Picture, Stretch, Tangent
from derivcli.calculus.results import Quantity
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Curve,
    Figure,
    Heading,
    Table,
    Text,
)
from derivcli.report.notation import (
    definition,
    derivative_formula,
    derivative_sign,
    function_sign,
)
from derivcli.report.numbers import equals, figure, full_digits, place

LEGEND_DIGITS = 6  # a name in a legend is a glance, not a result
LONGEST = 12  # characters of an exact number there


def blocks(picture: Picture, digits: int | None = None) -> Iterator[Block]:
    """Yield what a person reads."""
    yield from definition(picture, picture.steps)
    for found in picture.derivatives:
        yield derivative_formula(picture, found)
    where = place(picture.at, digits)
    if picture.value is None:
        yield Heading(f"At {where}: {picture.problem}")
    else:
        yield Heading(f"At {where}: {picture.output} {equals(picture.value, digits)}")
    if picture.slope is not None:
        reason = f", {picture.reason}" if picture.reason else ""
        yield Heading(f"{_derivative(picture)} {equals(picture.slope, digits)}{reason}")
    if picture.stretches:
        yield _chart(picture)
    if any(chord.slope is not None for chord in picture.chords):
        yield _table(picture, digits)
    for sentence in _sentences(picture, digits):
        yield Text(sentence)


def _chart(picture: Picture) -> Chart:
    place = ", ".join(f"{name} {_equals(value)}" for name, value in picture.at.items())
    curves = [Curve(function_sign(picture), picture.stretches)]
    curves += [
        Curve(f"{_name(tangent)}, slope {_brief(tangent.slope)}", (tangent.ends,))
        for tangent in picture.tangents
    ]
    for chord in picture.chords:
        if chord.ends and chord.slope and chord.change:
            end = _end(picture.variable, chord)
            curves.append(Curve(f"chord to {end}, slope {_brief(chord.slope)}", (chord.ends,)))
            triangle = f"height {_brief(chord.change)} over width {_brief(chord.eps)}"
            curves.append(Curve(triangle, (_triangle(chord),), "thin"))
    if picture.value is not None:
        here = (float(picture.at[picture.variable]), float(picture.value))
        curves.append(Curve(f"the point {place}", ((here,),), "points"))
    (low, high), window = picture.range, picture.window
    return Chart(
        f"{picture.output} = {picture.steps[-1].expression} at {place}",
        picture.variable, picture.output, tuple(curves),
        None if window is None else (low, high, *window),
    )  # fmt: skip


def _triangle(chord: Chord) -> Stretch:
    """Return the width, then the height, of the slope triangle under a chord."""
    here, there = chord.ends
    return here, (there[0], here[1]), there


def _name(tangent: Tangent) -> str:
    return "tangent" if tangent.side == "both" else f"tangent from the {tangent.side}"


def _end(variable: str, chord: Chord) -> str:
    """Return where a chord ends, as a formula: w + 1, w - 1/3."""
    exact = chord.eps.exact
    eps = exact if exact and len(exact) <= LONGEST else repr(float(chord.eps))
    size = eps.removeprefix("-") if float(chord.eps) < 0 else eps
    return f"{variable} {'-' if float(chord.eps) < 0 else '+'} {size}"


def _brief(quantity: Quantity) -> str:
    """Return a number of few characters: exact where that is short, else marked as rounded."""
    shown = figure(quantity, LEGEND_DIGITS)
    if isinstance(shown, str):
        return shown
    return f"≈ {shown.text}" if shown.rounded else shown.text


def _equals(quantity: Quantity) -> str:
    exact = quantity.exact
    if exact and len(exact) <= LONGEST:
        return f"= {exact}"
    brief = _brief(quantity)
    return brief if brief.startswith("≈") else f"= {brief}"


def _table(picture: Picture, digits: int | None) -> Table:
    w, J = picture.variable, picture.output
    tex, x = latex_name(J), latex_name(w)
    moved, here = (
        f"{J}({', '.join(each if name == w else name for name in picture.variables)})"
        for each in (f"{w} + eps", w)
    )
    columns = [
        Column("eps", "width eps", r"\text{width } \varepsilon"),
        Column("point", f"{w} + eps", rf"{x} + \varepsilon", spare=2),
        Column("value", moved, rf"{tex}({x} + \varepsilon)", spare=1),
        Column("change", f"height {moved} - {here}", rf"\text{{height }} \Delta {tex}"),
        Column("slope", "slope", r"\text{slope}"),
    ]
    if any(chord.problem for chord in picture.chords):
        columns.append(Column("problem", "problem", "", "words"))
    rows: list[tuple[Cell, ...]] = []
    for chord in picture.chords:
        values = [getattr(chord, column.key) for column in columns]
        rows.append(tuple(v or "" if isinstance(v, str) else figure(v, digits) for v in values))
    return Table(tuple(columns), tuple(rows), "chords: slope = height / width")


def _sentences(picture: Picture, digits: int | None) -> Iterator[str]:
    low, high = (_told(Quantity(each), digits) for each in picture.range)
    if not picture.stretches:
        why = " or ".join(picture.gaps) or "has no value"
        yield (
            f"{picture.output} {why} wherever it was looked at from {low} to {high}: there is"
            " nothing to draw."
        )
        return
    for gap in picture.gaps:
        yield f"Where {picture.output} {gap}, the curve breaks off."
    for chord in picture.chords:
        if chord.slope is not None and chord.change is not None:
            end = _end(picture.variable, chord)
            rise = _rise(chord.slope, chord.change, chord.eps, digits)
            yield f"The chord to {end} {rise}."
        else:
            end = _end(picture.variable, chord)
            yield f"The chord to {end} cannot be drawn: {chord.problem}."
    for tangent in picture.tangents:
        width = _width(picture)
        height = Quantity(Fraction(tangent.slope.number) * Fraction(width.number))
        yield f"The {_name(tangent)} {_rise(tangent.slope, height, width, digits)}."
    if picture.value is None:
        yield f"{picture.output} has no value at the point, so there is no tangent."
    elif not picture.differentiable:
        verdict = "does not exist" if picture.differentiable is False else "is undecided"
        reason = f": {picture.reason}" if picture.reason else ""
        yield f"{_derivative(picture)} {verdict} at the point{reason}."


def _derivative(picture: Picture) -> str:
    several = len(picture.variables) > 1
    return derivative_sign(picture.output, picture.variable, 1, several=several)


def _width(picture: Picture) -> Quantity:
    """Return the width of the narrowest chord, beside which the tangent is read, else 1."""
    widths = [chord.eps for chord in picture.chords if chord.slope is not None]
    return min(widths, key=lambda eps: abs(float(eps)), default=Quantity(Fraction(1)))


def _rise(slope: Quantity, height: Quantity, width: Quantity, digits: int | None) -> str:
    """Return "rises 7 over a width of 1: slope 7", read from left to right."""
    over = _size(width, digits)
    if slope.number == 0:  # or too near to 0 to tell
        return f"stays level over a width of {over}: slope {_told(slope, digits)}"
    verb = "rises" if slope.number > 0 else "falls"
    return f"{verb} {_size(height, digits)} over a width of {over}: slope {_told(slope, digits)}"


def _told(quantity: Quantity, digits: int | None) -> str:
    shown = figure(quantity, digits)
    about = "about " if isinstance(shown, Figure) and shown.rounded else ""
    return about + (shown.text if isinstance(shown, Figure) else shown)


def _size(quantity: Quantity, digits: int | None) -> str:
    """Return the magnitude of a number, "about" where it is rounded."""
    about, _, number = _told(quantity, digits).rpartition(" ")
    return f"{about} {number.removeprefix('-')}".lstrip()


def records(picture: Picture) -> Table:
    """Return the picture as one flat table for machines: a row for each point of a curve."""
    curves: list[tuple[str, tuple[Stretch, ...]]] = [(picture.output, picture.stretches)]
    curves += [(_name(each), (each.ends,)) for each in picture.tangents]
    curves += [
        (f"chord to {_end(picture.variable, each)}", (each.ends,))
        for each in picture.chords
        if each.ends
    ]
    rows = tuple(
        (name, str(number), _float(x), _float(y))
        for name, stretches in curves
        for number, stretch in enumerate(stretches, 1)
        for x, y in stretch
    )
    keys = ("curve", "stretch", picture.variable, picture.output)
    return Table(tuple(Column(key, key, key) for key in keys), rows)


def _float(value: float) -> str:
    return full_digits(Quantity(value))
