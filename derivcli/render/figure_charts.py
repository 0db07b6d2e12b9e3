"""Charts by matplotlib: curves, an inset, their legend, and labels on what is free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from derivcli.render.axes import Axes, axes
from derivcli.render.figure_words import words
from derivcli.render.look import Look, numbered
from derivcli.render.placing import (
    Box,
    along,
    arranged,
    best,
    candidates,
    cost,
    lines,
    pieces,
)
from derivcli.report.blocks import Chart, Curve, Label
from derivcli.report.markup import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Subplot

LINES = ("-", (0, (5, 2)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1.2)), (0, (9, 3)))
MARKS = "os^Dvx+*"
MARK = {"point": "o", "minimum": "*", "best": "D", "predicted": "o", "path": "o"}
MARK_SIZE = {"minimum": 14, "predicted": 9, "path": 4}  # points
HOLLOW = "predicted"
FAINT = 0.6  # how opaque a contour is
LAYERS = {"thin": 2, "line": 3, "arrows": 4, "points": 5}  # what lies above what
TITLE = 10  # characters an inch of a line
MOST_LINES = 3  # of a title
UPRIGHT = 2  # characters of a name that stands upright beside its axis
LETTER = 0.62  # of the size of the font: how wide one is, about
SMALL = 10  # points, of a label and the legend
GAP = 7  # points between a place and its label
PAD = 3  # points around a label that nothing else stands in
ARROW = 9  # points: a shorter one is a line
FINE = 7  # dots between what is looked at along a curve
INSET = 0.4  # of the width and height of the axes
EDGE = 0.03  # of them, around an inset
CORNERS = {
    "upper left": (0.0, 1.0), "lower right": (1.0, 0.0), "upper right": (1.0, 1.0),
    "lower left": (0.0, 0.0), "upper center": (0.5, 1.0), "lower center": (0.5, 0.0),
}  # fmt: skip
MOST_ROWS = 5  # of a legend beside the curves; a longer one is below


def figure(charts: Sequence[Chart], size: tuple[float, float], look: Look) -> Figure:
    """Return charts under one another."""
    found = Figure(figsize=size, layout="constrained")
    plots = [found.add_subplot(len(charts), 1, number + 1) for number in range(len(charts))]
    for plot, chart in zip(plots, charts, strict=True):
        _draw(plot, chart, look)
        title = chart.title if look.title is None else look.title
        room = max(20, round(TITLE * size[0]))
        plot.set_title("\n".join(map(words, _title(title, room))))
        plot.set_xlabel(words(chart.x))
        upright: Any = {"rotation": 0, "labelpad": 10} if len(plain(chart.y)) <= UPRIGHT else {}
        plot.set_ylabel(words(chart.y), **upright)
    names = plots[0].get_legend_handles_labels()
    crowded = len(plots) == 1 and len(names[1]) > MOST_ROWS
    if crowded:
        found.legend(*names, loc="outside lower center", ncols=2, fontsize=SMALL)
    found.draw_without_rendering()
    found.set_layout_engine("none")  # everything stands where it is: now what is free can be told
    for plot, chart in zip(plots, charts, strict=True):
        _finish(plot, chart, look, legend=not crowded)
    return found


def _title(title: str, room: int) -> list[str]:
    """Return a title in lines, the last of them cut off where there are too many."""
    found = lines(pieces(title, room), room)
    return found if len(found) <= MOST_LINES else [*found[: MOST_LINES - 1], "…"]


def _draw(plot: Subplot, chart: Chart, look: Look) -> None:
    area = axes(chart)
    for curve, number, series in numbered(chart.curves):
        style = _style(curve, number, look.paper.colour(curve.role, series), look)
        label = words(curve.name) or None
        for stretch in area.curve(curve) or ((),):
            dots = [area.place(dot) for dot in stretch]
            plot.plot([x for x, _ in dots], [y for _, y in dots], label=label, **style)
            label = None  # one place in the legend for all stretches
    if area.logarithmic:
        plot.set_xscale("log")
        plot.set_yscale("log")
    left, bottom = area.place((area.left, area.bottom))
    right, top = area.place((area.right, area.top))
    plot.set_xlim(left, right)
    plot.set_ylim(bottom, top)
    if chart.square:
        plot.set_aspect("equal")
    across = [x for curve in chart.curves for stretch in curve.stretches for x, _ in stretch]
    if not area.logarithmic and all(float(x).is_integer() for x in across):  # iterations
        plot.locator_params(axis="x", integer=True)


def _style(curve: Curve, number: int, colour: str, look: Look) -> dict[str, Any]:
    """Return how matplotlib draws a curve: told apart by colour, and by dashes or marks."""
    style: dict[str, Any] = {"color": colour, "zorder": LAYERS[curve.style] + number / 1000}
    if curve.style in ("points", "arrows"):
        return style | {
            "linestyle": "-" if curve.style == "arrows" else "none", "linewidth": 1.2,
            "marker": MARK.get(curve.role, MARKS[number % len(MARKS)]),
            "markersize": MARK_SIZE.get(curve.role, 6),
            "markerfacecolor": look.paper.paper if curve.role == HOLLOW else colour,
        }  # fmt: skip
    if curve.style == "thin":
        if curve.role == "triangle":
            return style | {"linestyle": ":", "linewidth": 1.4}
        return style | {"linewidth": 0.8, "alpha": FAINT}  # a background, in grey as well
    width = 2.4 if number == 0 else 1.8
    return style | {"linestyle": LINES[number % len(LINES)], "linewidth": width}


def _finish(plot: Subplot, chart: Chart, look: Look, *, legend: bool = True) -> None:
    """Add what has to know where everything is: arrows, the inset, the legend, labels."""
    area, frame = axes(chart), _box(plot)
    curves = [curve for curve in chart.curves if curve.role != "contour"]  # words may cover these
    dots = [dot for curve in curves for dot in _dots(plot, area, curve)]
    taken: list[Box] = []
    for curve in curves:
        if curve.style == "arrows":
            _arrows(plot, area, curve, look)
    if chart.inset is not None:
        taken.append(_inset(plot, chart.inset, frame, dots, look))
    if legend and any(curve.name for curve in chart.curves):
        taken.append(_legend(plot, frame, dots, taken))
    for label in chart.labels:
        place = area.dot(label.at)
        if place is not None and area.holds(place):
            taken += _label(plot, label, frame, dots, taken, look)


def _box(artist: Any) -> Box:
    return Box(*artist.get_window_extent().extents)


def _dots(plot: Subplot, area: Axes, curve: Curve) -> Iterator[tuple[float, float]]:
    """Yield dots of the screen along a curve, near enough to one another to be looked at."""
    for stretch in area.curve(curve):
        places = [(x, y) for x, y in plot.transData.transform([area.place(dot) for dot in stretch])]
        yield from places if curve.style == "points" else along(places, FINE)


def _arrows(plot: Subplot, area: Axes, curve: Curve, look: Look) -> None:
    """Draw an arrow from each point to the next, a line where there is no room for its head."""
    colour, points = look.paper.colour(curve.role), plot.figure.dpi / 72
    for stretch in area.curve(curve):
        for start, end in pairwise([area.place(dot) for dot in stretch]):
            (x, y), (right, top) = plot.transData.transform([start, end])
            room = hypot(right - x, top - y) / points > ARROW
            plot.annotate(
                "", xy=end, xytext=start, annotation_clip=False,
                arrowprops={"arrowstyle": "-|>" if room else "-", "color": colour, "linewidth": 1.4,
                            "shrinkA": 2 * room, "shrinkB": 2 * room, "mutation_scale": 11},
            )  # fmt: skip


def _inset(
    plot: Subplot, chart: Chart, frame: Box, dots: Sequence[tuple[float, float]], look: Look
) -> Box:
    """Draw a part of the chart, enlarged, in the emptiest corner."""
    width, height = frame.right - frame.left, frame.top - frame.bottom

    def box(corner: tuple[float, float]) -> Box:
        left, bottom = (EDGE + at * (1 - INSET - 2 * EDGE) for at in corner)
        x, y = frame.left + left * width, frame.bottom + bottom * height
        return Box(x, y, x + INSET * width, y + INSET * height)

    found, _ = best(map(box, CORNERS.values()), lambda each: cost(each, frame, dots, ()))
    left, bottom = (found.left - frame.left) / width, (found.bottom - frame.bottom) / height
    title = 1.8 * SMALL * plot.figure.dpi / 72 / height
    inner = plot.inset_axes((left, bottom, INSET, INSET - title), zorder=6)
    _draw(inner, chart, look)
    inner.set_title(words(chart.title), fontsize=SMALL, pad=4)
    inner.set_xticks([])
    inner.set_yticks([])
    plot.indicate_inset_zoom(inner, edgecolor=look.paper.grey)
    _finish(inner, chart, look)
    return found


def _legend(
    plot: Subplot, frame: Box, dots: Sequence[tuple[float, float]], taken: Sequence[Box]
) -> Box:
    """Draw the legend in the corner where it covers least."""
    legend = plot.legend(loc="upper left", fontsize=SMALL)
    own = _box(legend)
    width, height = own.right - own.left, own.top - own.bottom
    boxes = {}
    for name, (across, up) in CORNERS.items():
        left = frame.left + across * (frame.right - frame.left - width)
        bottom = frame.bottom + up * (frame.top - frame.bottom - height)
        boxes[Box(left, bottom, left + width, bottom + height)] = name
    found, _ = best(iter(boxes), lambda box: cost(box, box, dots, taken))
    legend.set_loc(boxes[found])  # type: ignore[arg-type] # a literal
    return found


def _label(
    plot: Subplot, label: Label, frame: Box, dots: Sequence[tuple[float, float]],
    taken: Sequence[Box], look: Look,
) -> Iterator[Box]:  # fmt: skip
    """Write words beside their place, in as many lines as the room there asks for; yield where.

    They are left out where they would stand on other words.
    """
    x, y = plot.transData.transform(label.at)
    points = plot.figure.dpi / 72
    room = {"right": frame.right - x, "left": x - frame.left}.get(label.side)
    most = None if room is None else int((room / points - GAP) / (LETTER * SMALL))
    text = plot.text(
        *label.at, "", fontsize=SMALL, ha="left", va="bottom", zorder=7,
        color=look.paper.colour(label.role),
        bbox={"facecolor": look.paper.paper, "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
    )  # fmt: skip
    pad, gap = PAD * points, (GAP - PAD) * points

    def boxes(rows: list[str]) -> Iterator[Box]:
        text.set_text("\n".join(map(words, rows)))
        own = _box(text)
        size = own.right - own.left + 2 * pad, own.top - own.bottom + 2 * pad
        return candidates((x, y), size, label.side, (gap, gap))

    found = arranged(label.parts, most, boxes, lambda box: cost(box, frame, dots, taken))
    if found is None:
        text.remove()
        return
    rows, box = found
    left, bottom = plot.transData.inverted().transform((box.left + pad, box.bottom + pad))
    text.set_text("\n".join(map(words, rows)))
    text.set_position((left, bottom))
    yield box
