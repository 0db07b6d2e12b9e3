r"""A chart as a pgfplots picture; it needs \usepackage{pgfplots} and its arrows.meta.

Words are measured by their characters, about, to find where they stand on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, floor, log10

from derivcli.render.axes import Axes, axes
from derivcli.render.look import LIGHT, numbered
from derivcli.render.placing import Box, along, arranged, best, candidates, cost
from derivcli.report.blocks import Chart, Curve, Label
from derivcli.report.markup import plain

WIDTH, HEIGHT = 9.3, 5.7  # centimetres of the axes, about, at the usual width of a line
LINES = (
    "solid", "dashed", "dashdotted", "densely dashdotdotted", "densely dotted", "loosely dashed",
)  # fmt: skip
MARKS = ("*", "square*", "triangle*", "diamond*", "pentagon*", "x", "+", "asterisk")
MARK = {
    "point": "*", "minimum": "star, mark size=4pt", "best": "diamond*, mark size=3pt",
    "predicted": "o, mark size=3pt", "path": "*, mark size=1pt",
}  # fmt: skip
LETTER, LEADING = 0.155, 0.39  # centimetres of a letter, and of a line
PLACES = 5  # digits of the length of an axis
GAP = 0.15  # between a place and its label
MOST_DECADES = 8  # with a label each
FINE = 0.25  # between what is looked at along a curve
INSET = 0.46  # of the axes
CORNERS = ((0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0))


def picture(chart: Chart) -> str:
    """Return the chart as axes with a plot for each stretch."""
    area = axes(chart)
    names = any(curve.name for curve in chart.curves)
    lines = [
        r"\begin{tikzpicture}[>=Stealth]",
        *(rf"\definecolor{{{name}}}{{HTML}}{{{code}}}" for name, code in _colours(chart).items()),
        rf"\begin{{{_kind(area)}}}[title={{{words(chart.title)}}}, xlabel={{{words(chart.x)}}},",
        rf"  ylabel={{{words(chart.y)}}}, {_limits(area)},",
        r"  width=0.9\linewidth, height=0.6\linewidth, name=main"
        + (", axis equal image" if chart.square else "")
        + (r", legend cell align=left," if names else "]"),
        *([r"  legend style={at={(0.5,-0.18)}, anchor=north, font=\small}]"] if names else ()),
        *_inside(chart, area, Box(0, 0, WIDTH, HEIGHT)),
        rf"\end{{{_kind(area)}}}",
        *_inset(chart, area),
        r"\end{tikzpicture}",
    ]
    return "\n".join(lines) + "\n"


def words(text: str) -> str:
    """Return marked words of a chart or graph for TeX: all of them pass through here."""
    from derivcli.render import tex

    return tex.words(text)


def colour(role: str, series: int = 0) -> tuple[str, str]:
    """Return the name and the HTML code of a colour."""
    code = LIGHT.colour(role, series).removeprefix("#")
    return f"c{code}", code


def _colours(chart: Chart) -> dict[str, str]:
    roles = [(curve.role, series) for curve, _, series in numbered(chart.curves)]
    labels = [(label.role, 0) for label in chart.labels]
    inner = {} if chart.inset is None else _colours(chart.inset)
    return dict(colour(*each) for each in (*roles, *labels)) | inner


def _kind(area: Axes) -> str:
    return "loglogaxis" if area.logarithmic else "axis"


def _limits(area: Axes) -> str:
    low, bottom = _place((area.left, area.bottom), area)[1:-1].split(",")
    high, top = _place((area.right, area.top), area)[1:-1].split(",")
    ticks = ""
    if area.logarithmic and area.right - area.left > MOST_DECADES:  # each would have its label
        step = ceil((area.right - area.left) / MOST_DECADES)
        powers = range(ceil(area.left), floor(area.right) + 1, step)
        ticks = f", xtickten={{{','.join(map(str, powers))}}}"
    return f"xmin={low}, xmax={high}, ymin={bottom}, ymax={top}{ticks}"


def _inside(chart: Chart, area: Axes, frame: Box) -> Iterator[str]:
    """Yield curves, then labels on what is free of them."""
    dots: list[tuple[float, float]] = []
    for curve, number, series in numbered(chart.curves):
        yield from _curve(curve, number, colour(curve.role, series)[0], area)
        if curve.role != "contour":
            for stretch in area.curve(curve):
                places = [_on_paper(dot, area, frame) for dot in stretch]
                dots += places if curve.style == "points" else along(places, FINE)
    taken: list[Box] = []
    for label in chart.labels:
        place = area.dot(label.at)
        if place is not None and area.holds(place):
            at = _on_paper(place, area, frame)
            yield from _label(label, f"axis cs:{_place(place, area)[1:-1]}", at, frame, dots, taken)


def _curve(curve: Curve, number: int, ink: str, area: Axes) -> Iterator[str]:
    """Yield a curve's stretches, the first with a place in the legend."""
    mark = MARK.get(curve.role, MARKS[number % len(MARKS)])
    style = {
        "line": f"thick, {LINES[number % len(LINES)]}", "points": f"only marks, mark={mark}",
        "thin": "densely dotted" if curve.role == "triangle" else "very thin, opacity=0.6",
        "arrows": f"mark={mark}",
    }[curve.style]  # fmt: skip
    legend = rf"\addlegendentry{{{words(curve.name)}}}" if curve.name else ""
    for stretch in area.curve(curve):
        dots = [_place(dot, area) for dot in stretch]
        forget = "" if legend else ", forget plot"
        yield rf"\addplot[{ink}, {style}{forget}] coordinates {{{''.join(dots)}}};"
        if legend:
            yield legend
        legend = ""
        if curve.style == "arrows":
            for start, end in pairwise(dots):
                yield rf"\draw[->, {ink}] (axis cs:{start[1:]} -- (axis cs:{end[1:]};"


def _coordinate(value: float, low: float, high: float, *, logarithmic: bool) -> str:
    """Return a number of an axis as finely as is seen; a logarithmic one takes the power itself."""
    if logarithmic:
        return f"{10**value:.6g}"
    return f"{round(value, PLACES - floor(log10(high - low))):.15g}"


def _place(dot: tuple[float, float], area: Axes) -> str:
    """Return a place as pgfplots reads it."""
    x = _coordinate(dot[0], area.left, area.right, logarithmic=area.logarithmic)
    y = _coordinate(dot[1], area.bottom, area.top, logarithmic=area.logarithmic)
    return f"({x},{y})"


def _on_paper(dot: tuple[float, float], area: Axes, frame: Box) -> tuple[float, float]:
    """Return where a dot is, in centimetres, about."""
    across = (dot[0] - area.left) / (area.right - area.left)
    up = (dot[1] - area.bottom) / (area.top - area.bottom)
    return (
        frame.left + across * (frame.right - frame.left),
        frame.bottom + up * (frame.top - frame.bottom),
    )


def _label(
    label: Label, place: str, at: tuple[float, float], frame: Box,
    dots: Sequence[tuple[float, float]], taken: list[Box],
) -> Iterator[str]:  # fmt: skip
    """Yield a node with its middle where there is room; none where it would be on other words."""
    room = {"right": frame.right - at[0], "left": at[0] - frame.left}.get(label.side)

    def boxes(rows: list[str]) -> Iterator[Box]:
        # A name of several letters that is set as one, as eps is, takes the room of one.
        widest = max(len(plain(row).replace("eps", "e")) for row in rows)
        size = LETTER * widest, LEADING * len(rows)
        return candidates(at, size, label.side, (GAP, GAP))

    most = None if room is None else int((room - GAP) / LETTER)
    found = arranged(label.parts, most, boxes, lambda box: cost(box, frame, dots, taken))
    if found is None:
        return
    rows, box = found
    taken.append(box)
    x = round((box.left + box.right) / 2 - at[0], 2) + 0.0  # there is no -0.00
    y = round((box.bottom + box.top) / 2 - at[1], 2) + 0.0
    ink, _ = colour(label.role)
    style = (
        f"{ink}, font=\\small, align=center, inner sep=1pt, fill=white, fill opacity=0.8,"
        " text opacity=1"
    )
    text = r" \\ ".join(map(words, rows))
    yield rf"\node[{style}] at ([xshift={x:.2f}cm, yshift={y:.2f}cm]{place}) {{{text}}};"


def _inset(chart: Chart, area: Axes) -> Iterator[str]:
    """Yield axes with a part of the chart, enlarged, in the emptiest corner, if there is one."""
    if chart.inset is None:
        return
    frame = Box(0, 0, WIDTH, HEIGHT)
    dots = [
        place
        for curve in chart.curves
        for stretch in area.curve(curve)
        for place in along([_on_paper(dot, area, frame) for dot in stretch], FINE)
    ]
    width, height = INSET * WIDTH, INSET * HEIGHT

    def box(corner: tuple[float, float]) -> Box:
        left, bottom = corner[0] * (WIDTH - width), corner[1] * (HEIGHT - height)
        return Box(left, bottom, left + width, bottom + height)

    places = {box(corner): corner for corner in CORNERS}
    across, up = places[best(iter(places), lambda each: cost(each, frame, dots, ()))[0]]
    anchor = f"{'north' if up else 'south'} {'east' if across else 'west'}"
    shift = f"xshift={-0.2 if across else 0.2}cm, yshift={-0.6 if up else 0.2}cm"
    inner = axes(chart.inset)
    yield rf"\begin{{axis}}[at={{(main.{anchor})}}, anchor={anchor}, {shift}, ticks=none,"
    yield rf"  title={{{words(chart.inset.title)}}}, title style={{font=\small, yshift=-1ex}},"
    yield r"  scale only axis, width=0.35\linewidth, height=0.21\linewidth,"
    yield rf"  axis background/.style={{fill=white}}, {_limits(inner)}]"
    yield from _inside(chart.inset, inner, Box(0, 0, width, height))
    yield r"\end{axis}"
