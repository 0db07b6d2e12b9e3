"""A chart as SVG for a page: text stays text, colours are the page's.

Words are measured by their characters, about, to find where they stand on nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from derivcli.render.axes import Axes, Dot, axes, ticks
from derivcli.render.look import numbered
from derivcli.render.placing import Box, along, arranged, best, candidates, cost
from derivcli.render.svg import accessible
from derivcli.render.web_style import INKS
from derivcli.report.blocks import Chart, Curve, Label
from derivcli.report.markup import plain

WIDTH, HEIGHT = 680.0, 440.0  # of the whole, in pixels, without the legend
LEFT, RIGHT, TOP, BOTTOM = 78.0, 16.0, 14.0, 48.0  # around the axes
LETTER, LEADING = 7.0, 17.0
GAP = 7.0  # between a place and its label
FINE = 8.0  # between what is looked at along a curve
ENTRY = 20.0  # of height in the legend
SAMPLE = 34.0  # of width
INSET = 0.46  # of the axes
CORNERS = ((0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0))
DASHES = ("", "8 4", "8 3 2 3", "8 3 2 3 2 3", "2 3", "2 6")
MARK = {"point": 0, "minimum": 4, "best": 3, "predicted": 5}
SIZE = {"path": 2.0, "minimum": 8.0, "best": 6.0, "predicted": 5.0}
CORNERS_OF = (0, 4, 3, 4, 10)  # of a mark: a circle, a square, a triangle, a diamond, a star


def picture(chart: Chart, identity: str = "") -> str:
    """Return the chart as an <svg> element with its title and description.

    With an `identity` it tells a script where its axes are, and has a place for what moves.
    """
    frame = _frame(chart, axes(chart))
    names = [
        (curve, number, series) for curve, number, series in numbered(chart.curves) if curve.name
    ]
    rows = list(_legend(names))
    height = HEIGHT + ENTRY * (max((row for row, *_ in rows), default=-1) + 1)
    body = [
        *_scales(chart, axes(chart), frame),
        *_inside(chart, axes(chart), frame),
        *_inset(chart, axes(chart), frame),
        *(line for row, x, entry in rows for line in _entry(row, x, *entry)),
    ]
    more = ""
    if identity:
        more = _told(identity, axes(chart), frame)
        body.append(_moving(identity, frame))
    svg = (
        f'<svg{more} xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}"'
        f' width="{WIDTH:g}" height="{height:g}" fill="none" stroke-width="1.5">\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )
    return accessible(svg, plain(chart.title), plain(chart.description) or plain(chart.title))


def _told(identity: str, area: Axes, frame: Box) -> str:
    """Return the attributes that say where the axes are: in their numbers, and in pixels."""
    ends = f"{area.left!r} {area.right!r} {area.bottom!r} {area.top!r}"
    sides = (frame.left, frame.right, HEIGHT - frame.bottom, HEIGHT - frame.top)
    places = " ".join(map(_number, sides))
    kind = "yes" if area.logarithmic else "no"
    return f' id="{identity}" data-axes="{ends}" data-frame="{places}" data-logarithmic="{kind}"'


def _moving(identity: str, frame: Box) -> str:
    """Return the place of what moves, cut off where the axes end."""
    x, y = _xy((frame.left, frame.top)).split(",")
    size = (
        f'width="{_number(frame.right - frame.left)}" height="{_number(frame.top - frame.bottom)}"'
    )
    clip = f'<clipPath id="{identity}-axes"><rect x="{x}" y="{y}" {size}/></clipPath>'
    return f'{clip}<g class="moving" clip-path="url(#{identity}-axes)"></g>'


def _frame(chart: Chart, area: Axes) -> Box:
    """Return where the axes stand; y goes up from the lower end of what is drawn."""
    frame = Box(LEFT, BOTTOM, WIDTH - RIGHT, HEIGHT - TOP)
    if not chart.square:
        return frame
    across, up = area.right - area.left, area.top - area.bottom
    unit = min((frame.right - frame.left) / across, (frame.top - frame.bottom) / up)
    return Box(frame.left, frame.bottom, frame.left + unit * across, frame.bottom + unit * up)


def _at(dot: Dot, area: Axes, frame: Box) -> Dot:
    """Return where a place on the axes is, with y going up."""
    across = (dot[0] - area.left) / (area.right - area.left)
    up = (dot[1] - area.bottom) / (area.top - area.bottom)
    return (
        frame.left + across * (frame.right - frame.left),
        frame.bottom + up * (frame.top - frame.bottom),
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _xy(place: Dot) -> str:
    return f"{_number(place[0])},{_number(HEIGHT - place[1])}"


def _text(words: str, place: Dot, ink: str, more: str = "") -> str:
    x, y = _xy(place).split(",")
    return f'<text x="{x}" y="{y}" fill="{ink}"{more}>{escape(words, quote=False)}</text>'


def _scales(chart: Chart, area: Axes, frame: Box) -> Iterator[str]:
    """Yield the lines behind the curves, their numbers, the border, and the names of the axes."""
    for place, number in ticks(area.left, area.right, 8, logarithmic=area.logarithmic):
        x = _at((place, area.bottom), area, frame)[0]
        yield _line([(x, frame.bottom), (x, frame.top)], INKS.grid, 'stroke-width="1"')
        yield _text(number, (x, frame.bottom - 17), INKS.ink, ' text-anchor="middle"')
    for place, number in ticks(area.bottom, area.top, 7, logarithmic=area.logarithmic):
        y = _at((area.left, place), area, frame)[1]
        yield _line([(frame.left, y), (frame.right, y)], INKS.grid, 'stroke-width="1"')
        yield _text(number, (frame.left - 6, y - 4), INKS.ink, ' text-anchor="end"')
    corners = [(frame.left, frame.top), (frame.left, frame.bottom), (frame.right, frame.bottom)]
    yield _line(corners, INKS.grey, 'stroke-width="1"')
    middle = (frame.left + frame.right) / 2, 12.0
    yield _text(plain(chart.x), middle, INKS.ink, ' text-anchor="middle"')
    x, y = 14.0, (frame.bottom + frame.top) / 2
    turned = f' text-anchor="middle" transform="rotate(-90 {x:g} {_number(HEIGHT - y)})"'
    yield _text(plain(chart.y), (x, y), INKS.ink, turned)


def _inside(chart: Chart, area: Axes, frame: Box) -> Iterator[str]:
    """Yield curves, then labels on what is free of them."""
    dots: list[Dot] = []
    for curve, number, series in numbered(chart.curves):
        stretches = [[_at(dot, area, frame) for dot in each] for each in area.curve(curve)]
        yield from _curve(curve, number, INKS.colour(curve.role, series), stretches)
        if curve.role != "contour":
            for places in stretches:
                dots += places if curve.style == "points" else along(places, FINE)
    taken: list[Box] = []
    for label in chart.labels:
        place = area.dot(label.at)
        if place is not None and area.holds(place):
            yield from _label(label, _at(place, area, frame), frame, dots, taken)


def _curve(
    curve: Curve, number: int, ink: str, stretches: Sequence[Sequence[Dot]]
) -> Iterator[str]:
    for places in stretches:
        if curve.style == "points":
            yield from (_mark(curve.role, number, ink, place) for place in places)
            continue
        dashes = "2 3" if curve.role == "triangle" else DASHES[number % len(DASHES)]
        dashed = f'stroke-dasharray="{dashes}"' if dashes else ""
        style = {
            "line": f'stroke-width="2" {dashed}',
            "thin": 'stroke-width="1" opacity="0.6"',
            "arrows": "",
        }[curve.style]
        if curve.role == "triangle":
            style = f'stroke-width="1" {dashed}'
        yield _line(places, ink, style)
        if curve.style == "arrows":
            yield from (_mark(curve.role, 0, ink, place) for place in places)
            yield from (
                _head(*ends, ink) for ends in pairwise(places) if math.dist(*ends) > 2 * GAP
            )


def _line(places: Sequence[Dot], ink: str, style: str = "") -> str:
    return f'<polyline points="{" ".join(map(_xy, places))}" stroke="{ink}" {style}/>'


def _head(start: Dot, end: Dot, ink: str) -> str:
    """Return the head of an arrow."""
    turn = math.atan2(end[1] - start[1], end[0] - start[0])
    sides = [
        (end[0] - GAP * math.cos(turn + side), end[1] - GAP * math.sin(turn + side))
        for side in (-0.45, 0.45)
    ]
    return f'<polygon points="{" ".join(map(_xy, (end, *sides)))}" fill="{ink}"/>'


def _mark(role: str, number: int, ink: str, place: Dot) -> str:
    """Return a mark on a place: by its role, or by the number of its curve."""
    kind, size = MARK.get(role, number % 4), SIZE.get(role, 4.0)
    x, y = _xy(place).split(",")
    if kind in (0, 5):
        paint = f'fill="{ink}"' if kind == 0 else f'stroke="{ink}"'
        return f'<circle cx="{x}" cy="{y}" r="{size:g}" {paint}/>'
    count = CORNERS_OF[kind]
    turn = math.pi / 4 if kind == 1 else math.pi / 2
    corners = [
        (place[0] + reach * math.cos(angle), place[1] + reach * math.sin(angle))
        for corner in range(count)
        for angle in [turn + 2 * math.pi * corner / count]
        for reach in [size / 2.4 if kind == 4 and corner % 2 else size]
    ]
    return f'<polygon points="{" ".join(map(_xy, corners))}" fill="{ink}"/>'


def _label(
    label: Label, at: Dot, frame: Box, dots: Sequence[Dot], taken: list[Box]
) -> Iterator[str]:
    """Yield lines of words where there is room; none where they would be on other words."""
    room = {"right": frame.right - at[0], "left": at[0] - frame.left}.get(label.side)

    def boxes(rows: list[str]) -> Iterator[Box]:
        size = LETTER * max(len(plain(row)) for row in rows) + 4, LEADING * len(rows)
        return candidates(at, size, label.side, (GAP, GAP))

    most = None if room is None else int((room - GAP) / LETTER)
    found = arranged(label.parts, most, boxes, lambda box: cost(box, frame, dots, taken))
    if found is None:
        return
    rows, box = found
    taken.append(box)
    middle = (box.left + box.right) / 2
    halo = f' text-anchor="middle" paint-order="stroke" stroke="{INKS.paper}" stroke-width="4"'
    for number, row in enumerate(rows):
        place = middle, box.top - LEADING * (number + 0.75)
        yield _text(plain(row), place, INKS.colour(label.role), halo)


def _inset(chart: Chart, area: Axes, frame: Box) -> Iterator[str]:
    """Yield a part of the chart, enlarged, in the emptiest corner, if there is one."""
    if chart.inset is None:
        return
    dots = [
        place
        for curve in chart.curves
        for stretch in area.curve(curve)
        for place in along([_at(dot, area, frame) for dot in stretch], FINE)
    ]
    width, height = INSET * (frame.right - frame.left), INSET * (frame.top - frame.bottom)

    def box(corner: Dot) -> Box:
        left = frame.left + 8 + corner[0] * (frame.right - frame.left - width - 16)
        bottom = frame.bottom + 8 + corner[1] * (frame.top - frame.bottom - height - 16)
        return Box(left, bottom, left + width, bottom + height)

    around = best(map(box, CORNERS), lambda each: cost(each, frame, dots, ()))[0]
    x, y = _xy((around.left, around.top)).split(",")
    yield (
        f'<rect x="{x}" y="{y}" width="{width:g}" height="{height:g}" fill="{INKS.paper}"'
        f' stroke="{INKS.grey}" stroke-width="1"/>'
    )
    middle = (around.left + around.right) / 2, around.top - 15
    yield _text(plain(chart.inset.title), middle, INKS.ink, ' text-anchor="middle"')
    inner = Box(around.left + 4, around.bottom + 4, around.right - 4, around.top - 22)
    yield from _inside(chart.inset, axes(chart.inset), inner)


def _legend(
    names: Sequence[tuple[Curve, int, int]],
) -> Iterator[tuple[int, float, tuple[Curve, int, int]]]:
    """Yield the row, the place and the curve of each entry, as many in a row as it holds."""
    row, x = 0, LEFT
    for entry in names:
        width = SAMPLE + 10 + LETTER * len(plain(entry[0].name)) + 14
        if x > LEFT and x + width > WIDTH:
            row, x = row + 1, LEFT
        yield row, x, entry
        x += width


def _entry(row: int, x: float, curve: Curve, number: int, series: int) -> Iterator[str]:
    y = -ENTRY * (row + 0.5)
    ends = [(x, y), (x + SAMPLE, y)]
    shown = [[(x + SAMPLE / 2, y)]] if curve.style == "points" else [ends]
    yield from _curve(curve, number, INKS.colour(curve.role, series), shown)
    yield _text(plain(curve.name), (x + SAMPLE + 8, y - 4), INKS.ink)
