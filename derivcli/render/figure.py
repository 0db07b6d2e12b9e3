"""Charts to SVG or PNG, by matplotlib: the same bytes on every machine with the same matplotlib.

Text in SVG is drawn as paths in DejaVu Sans, which comes with matplotlib: a picture looks the same
where that font is not installed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

# Where a home cannot be written, matplotlib says at length that it uses a temporary folder instead.
logging.getLogger("matplotlib").setLevel(logging.ERROR)

import matplotlib as mpl  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from derivcli.errors import UndefinedError  # noqa: E402
from derivcli.render.axes import Axes, axes  # noqa: E402
from derivcli.render.dot import label  # noqa: E402
from derivcli.render.layout import Item, layout  # noqa: E402
from derivcli.report.blocks import Block, Chart, Curve, Diagram  # noqa: E402

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Subplot

WIDTH, HEIGHT = 8.0, 5.5  # inches
WIDEST = 40.0
TITLE = 80  # characters a line
DOTS = 150  # an inch, in PNG
# Okabe and Ito's colours, which the colour-blind tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
LINES = ("-", "--", "-.", (0, (3, 1, 1, 1, 1, 1)))
MARKS = "os^Dvx+*"

SETTINGS: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "derivcli",  # else the names inside are new each time
    "axes.grid": True,
    "grid.linewidth": 0.5,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "legend.framealpha": 0.9,
}


def render(blocks: Iterable[Block], form: str) -> bytes:
    """Return the charts and graphs among the blocks, one under another, as "svg" or "png".

    Raises UndefinedError where there is none.
    """
    charts = [block for block in blocks if isinstance(block, Chart | Diagram)]
    if not charts:
        raise UndefinedError(
            "there is nothing to draw", hint="without --output the answer says why"
        )
    output = BytesIO()
    with mpl.rc_context():
        mpl.rcdefaults()  # whatever a matplotlibrc says
        mpl.rcParams.update(SETTINGS)
        size = max(map(_width, charts)), HEIGHT * len(charts)
        figure = Figure(figsize=size, layout="constrained")
        for number, chart in enumerate(charts, 1):
            plot = figure.add_subplot(len(charts), 1, number)
            if isinstance(chart, Diagram):
                _draw_diagram(plot, chart)
            else:
                _draw(plot, chart)
        # The date, or the version in a PNG, would make every file another one.
        metadata: dict[str, Any] = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(output, format=form, dpi=DOTS, metadata=metadata)
    return output.getvalue()


def _width(block: Chart | Diagram) -> float:
    """Return the inches that a block is wide: two and a half for each column of a graph."""
    if isinstance(block, Chart):
        return WIDTH
    return min(WIDEST, max(WIDTH, 2.5 * len(layout(block).columns)))


def _draw_diagram(plot: Subplot, diagram: Diagram) -> None:
    """Draw a graph in columns: boxes for steps, words alone for inputs, arrows between them."""
    placed = layout(diagram)
    places: dict[Item, tuple[float, float]] = {
        item: (column, (len(items) - 1) / 2 - row)
        for column, items in enumerate(placed.columns)
        for row, item in enumerate(items)
    }
    vertices = {vertex.name: vertex for vertex in diagram.vertices}
    boxes: dict[Item, Any] = {}
    for item, place in places.items():
        vertex = vertices[item.name]
        frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": COLOURS[0]}
        if item.through or vertex.kind in ("parameter", "data"):
            frame |= {"edgecolor": "none", "facecolor": "none"}
        words = "" if item.through else "\n".join(map(_words, label(vertex)))
        boxes[item] = plot.text(*place, words, ha="center", va="center", bbox=frame, zorder=3)
    for item, targets in placed.leads.items():
        for target in targets:
            plot.annotate(
                "", xy=places[target], xytext=places[item],
                arrowprops={
                    "arrowstyle": "-" if target.through else "-|>", "color": "#555555",
                    "patchA": None if item.through else boxes[item].get_bbox_patch(),
                    "patchB": None if target.through else boxes[target].get_bbox_patch(),
                    "shrinkA": 0, "shrinkB": 0,
                },
            )  # fmt: skip
    tallest = max((len(items) for items in placed.columns), default=1)
    plot.set_xlim(-0.6, len(placed.columns) - 0.4)
    plot.set_ylim(-tallest / 2 - 0.2, tallest / 2 + 0.2)
    plot.set_axis_off()


def _draw(plot: Subplot, chart: Chart) -> None:
    area = axes(chart)
    for number, (curve, style) in enumerate(zip(chart.curves, _styles(chart.curves), strict=True)):
        _draw_curve(plot, curve, area, {"zorder": _height(curve, number), **style})
    ends = [10**end if area.logarithmic else end for end in (area.left, area.right)]
    heights = [10**end if area.logarithmic else end for end in (area.bottom, area.top)]
    if area.logarithmic:
        plot.set_xscale("log")
        plot.set_yscale("log")
    plot.set_xlim(*ends)
    plot.set_ylim(*heights)
    plot.set_title("\n".join(wrap(_words(chart.title), TITLE, max_lines=3, placeholder=" …")))
    plot.set_xlabel(_words(chart.x))
    plot.set_ylabel(_words(chart.y))
    if any(curve.name for curve in chart.curves):
        plot.legend()


def _draw_curve(plot: Subplot, curve: Curve, area: Axes, style: dict[str, Any]) -> None:
    label = _words(curve.name) or None
    for stretch in area.curve(curve) or ((),):
        dots = [(10**x, 10**y) if area.logarithmic else (x, y) for x, y in stretch]
        plot.plot([x for x, _ in dots], [y for _, y in dots], label=label, **style)
        label = None  # one place in the legend for all stretches


def _words(text: str) -> str:
    """Return a text in which a $ begins no formula."""
    return text.replace("$", r"\$")


def _styles(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """Return how matplotlib draws each curve: told apart by colour, and by dashes or marks."""
    styles: list[dict[str, Any]] = []
    lines = marks = 0
    for number, curve in enumerate(curves):
        style: dict[str, Any] = {"color": COLOURS[number % len(COLOURS)]}
        if curve.style == "points":
            style |= {"linestyle": "none", "marker": MARKS[marks % len(MARKS)], "markersize": 6}
            marks += 1
        elif curve.style == "thin":
            style |= {"linestyle": ":", "linewidth": 1.2, "color": "#555555"}
        else:
            style |= {
                "linestyle": LINES[lines % len(LINES)],
                "linewidth": 2.2 if not lines else 1.6,
            }
            lines += 1
        styles.append(style)
    return styles


def _height(curve: Curve, number: int) -> float:
    """Return what lies above what: points above lines, and the first line below the others."""
    return {"thin": 2, "line": 3, "points": 4}[curve.style] + number / 1000
