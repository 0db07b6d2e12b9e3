"""The chart of `plot`: the curve, its tangents, its chords, and the triangle under one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivcli.calculus.plot.picture import Chord, Picture, PlottedPoint, Stretch, Tangent
from derivcli.calculus.results import Quantity
from derivcli.language.latex import variable as latex_name
from derivcli.report.blocks import Chart, Curve, Figure, Label
from derivcli.report.markup import formula
from derivcli.report.notation import function_latex, function_sign
from derivcli.report.numbers import figure

LEGEND_DIGITS = 6  # a name in a legend is a glance, not a result
LABEL_DIGITS = 4  # beside a triangle there is little room
LONGEST = 12  # characters of an exact number there
MOST_ROWS = 5  # of a legend
MOST_NUMBERS = 4  # in a row of it
LOW = 0.35  # of a triangle's height: there is room beside it, inside as well
BEFORE, BEHIND = 0.5, 2.2  # of a chord's width and height, that an inset shows beside it


def chart(picture: Picture) -> Chart:
    """Return J over its range with what is drawn at each point."""
    points, (low, high) = picture.points, picture.range
    chords = [chord for each in points for chord in each.chords if chord.ends]
    curves = [
        Curve(function_name(picture), picture.stretches, role="curve"),
        *_tangents(points),
        *_chords(picture.variable, chords, MOST_ROWS - 2 - _tangent_rows(points)),
    ]  # fmt: skip
    labels, inset = tuple(_slopes(picture)), None
    if chords and len(points) == 1:
        widest = max(chords, key=lambda chord: abs(float(chord.eps)))
        curves.append(Curve("", (_triangle(widest),), "thin", "triangle"))
        inset = _inset(picture, curves, widest) if picture.near else None
        labels = () if inset else tuple(_sizes(picture, widest))
    curves += _points(picture)
    where, last = _places(picture, points), picture.steps[-1]
    told = formula(
        f"{picture.output} = {last.expression}", f"{latex_name(picture.output)} = {last.latex}"
    )
    return Chart(
        f"{told} at {where}", formula(picture.variable), formula(picture.output),
        tuple(each for each in curves if any(each.stretches)),
        None if picture.window is None else (low, high, *picture.window),
        labels=labels, inset=inset, description=_description(picture, where),
    )  # fmt: skip


def function_name(picture: Picture) -> str:
    """Return J(w) as it is named in a legend."""
    return formula(function_sign(picture), function_latex(picture))


def _places(picture: Picture, points: Sequence[Picture | PlottedPoint]) -> str:
    """Return points as words: w = 3, or w = 3, 2, -3."""
    first, *others = points
    moving = [_equals(each.at[picture.variable]).removeprefix("= ") for each in others]
    named = [
        formula(
            ", ".join([f"{name} {_equals(value)}", *(moving if name == picture.variable else ())])
        )
        for name, value in first.at.items()
    ]
    return ", ".join(named)


def _points(picture: Picture) -> Iterator[Curve]:
    """Yield the points at which J has a value, together."""
    drawn = [each for each in picture.points if each.value is not None]
    if drawn:
        name = f"the point{'s' * (len(drawn) > 1)} {_places(picture, drawn)}"
        dots = tuple(dot for each in drawn for dot in _dot(picture, each))
        yield Curve(name, (dots,), "points", "point")


def tangent_name(tangent: Tangent) -> str:
    """Return "tangent", or from which side it is."""
    return "tangent" if tangent.side == "both" else f"tangent from the {tangent.side}"


def chord_end(variable: str, chord: Chord) -> str:
    """Return where a chord ends, as a formula: w + 1, w - 1/3."""
    exact = chord.eps.exact
    eps = exact if exact and len(exact) <= LONGEST else repr(float(chord.eps))
    size = eps.removeprefix("-") if float(chord.eps) < 0 else eps
    return f"{variable} {'-' if float(chord.eps) < 0 else '+'} {size}"


def rise(picture: Picture) -> tuple[str, str]:
    """Return what the height of a chord is the difference of: J(w + eps) and J(w)."""
    w, J = picture.variable, picture.output
    moved, here = (
        f"{J}({', '.join(each if name == w else name for name in picture.variables)})"
        for each in (f"{w} + eps", w)
    )
    return moved, here


def _brief(quantity: Quantity, digits: int = LEGEND_DIGITS) -> str:
    """Return a number of few characters: exact where that is short, else marked as rounded."""
    shown = figure(quantity, LEGEND_DIGITS)
    if isinstance(shown, Figure) and shown.rounded:
        shown = figure(quantity, digits)
    if isinstance(shown, str):
        return shown
    return f"≈ {shown.text}" if shown.rounded else shown.text


def _equals(quantity: Quantity) -> str:
    exact = quantity.exact
    if exact and len(exact) <= LONGEST:
        return f"= {exact}"
    brief = _brief(quantity)
    return brief if brief.startswith("≈") else f"= {brief}"


def _listed(numbers: Sequence[Quantity]) -> str:
    """Return numbers for a row of a legend, those in the middle left out where they are many."""
    told = [_brief(each) for each in numbers]
    if len(told) > MOST_NUMBERS:
        told[MOST_NUMBERS - 1 : -1] = ["..."]
    return ", ".join(map(formula, told))


def _tangent_rows(points: Sequence[Picture | PlottedPoint]) -> int:
    return len(points[0].tangents) if len(points) == 1 else 1


def _tangents(points: Sequence[Picture | PlottedPoint]) -> Iterator[Curve]:
    """Yield the tangents: at one point each has a name, at several all have one together."""
    tangents = [tangent for each in points for tangent in each.tangents]
    together = f"tangents, slopes {_listed([each.slope for each in tangents])}"
    for number, tangent in enumerate(tangents):
        alone = f"{tangent_name(tangent)}, slope {formula(_brief(tangent.slope))}"
        name = alone if len(points) == 1 else together * (number == 0)
        yield Curve(name, (tangent.ends,), role="tangent")


def _chords(variable: str, chords: Sequence[Chord], rows: int) -> Iterator[Curve]:
    """Yield the chords, each with a row in the legend, or all in one where there is no room."""
    slopes = [chord.slope for chord in chords if chord.slope is not None]
    together = f"chords, slopes {_listed(slopes)}"
    for number, chord in enumerate(chords):
        slope = formula(_brief(chord.slope)) if chord.slope is not None else "unknown"
        alone = f"chord to {formula(chord_end(variable, chord))}, slope {slope}"
        name = alone if len(chords) <= rows else together * (number == 0)
        yield Curve(name, (chord.ends,), role="chord")


def _triangle(chord: Chord) -> Stretch:
    """Return the width, then the height, of the slope triangle under a chord."""
    here, there = chord.ends
    return here, (there[0], here[1]), there


def _sizes(picture: Picture, chord: Chord) -> Iterator[Label]:
    """Yield the labels on the triangle's width and height, on the sides that lead outwards."""
    (x, y), (end, top) = chord.ends
    width = (f"width {formula(_brief(chord.eps, LABEL_DIGITS))}", formula("= eps"))
    yield Label(width, ((x + end) / 2, y), "below" if top >= y else "above", "triangle")
    if chord.change is not None and top != y:
        moved, here = rise(picture)
        size = formula(_brief(chord.change, LABEL_DIGITS))
        height = (f"height {size}", formula(f"= {moved}"), formula(f"- {here}"))
        place = (end, y + LOW * (top - y))
        yield Label(height, place, "right" if end > x else "left", "triangle")


def _slopes(picture: Picture) -> Iterator[Label]:
    """Yield the slope beside each of several points."""
    for each in picture.points if picture.others else ():
        for tangent in each.tangents:
            for dot in _dot(picture, each):
                side = "" if tangent.side == "both" else f" from the {tangent.side}"
                yield Label(
                    (f"slope{side} {formula(_brief(tangent.slope))}",), dot, "free", "tangent"
                )


def _dot(picture: Picture, point: Picture | PlottedPoint) -> Stretch:
    if point.value is None:
        return ()
    return ((float(point.at[picture.variable]), float(point.value)),)


def _inset(picture: Picture, curves: Sequence[Curve], widest: Chord) -> Chart:
    """Return the neighbourhood of the point: the curve from nearby, and the rest as it is."""
    (x, y), (end, top) = widest.ends
    width, height = end - x, top - y
    heights = [h for stretch in picture.near for _, h in stretch] if height == 0 else [y, top]
    room = abs(height) or max(heights) - min(heights) or 1.0
    left, right = sorted((x - BEFORE * width, end + BEHIND * width))
    window = (left, right, min(heights) - BEFORE * room, max(heights) + BEFORE * room)
    near = (
        Curve("", picture.near, role="curve"),
        *(Curve("", each.stretches, each.style, each.role) for each in curves[1:]),
        Curve("", (((x, y),),), "points", "point"),
    )
    title = f"near {formula(f'{picture.variable} {_equals(picture.at[picture.variable])}')}"
    return Chart(title, "", "", near, window, labels=tuple(_sizes(picture, widest)))


def _description(picture: Picture, where: str) -> str:
    """Return what is drawn, in a sentence."""
    w, (low, high) = picture.variable, (_brief(Quantity(each)) for each in picture.range)
    parts = [
        f"The curve {picture.output} = {picture.steps[-1].expression} for {w} from {low} to {high}"
    ]
    tangents = [tangent for each in picture.points for tangent in each.tangents]
    if picture.others and tangents:
        slopes = ", ".join(_brief(each.slope) for each in tangents)
        parts.append(f"its tangents at {where} with slopes {slopes}")
    else:
        parts += [
            f"its {tangent_name(each)} at {where} with slope {_brief(each.slope)}"
            for each in tangents
        ]
    for chord in () if picture.others else picture.chords:
        if chord.slope is not None and chord.change is not None:
            sizes = f"height {_brief(chord.change)} over width {_brief(chord.eps)}"
            end = chord_end(w, chord)
            parts.append(f"the chord from there to {end} with slope {_brief(chord.slope)}: {sizes}")
    return "; ".join(parts) + "."
