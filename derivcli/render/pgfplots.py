r"""A chart as a pgfplots picture; it needs \usepackage{pgfplots}."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from derivcli.render.axes import Axes, axes
from derivcli.report.blocks import Chart, Curve

COLOURS = ("blue", "red", "green!50!black", "orange", "violet", "black")
LINES = ("solid", "dashed", "densely dotted", "dash dot")


def picture(chart: Chart) -> str:
    """Return the chart as axes with a plot for each stretch."""
    area = axes(chart)
    kind = "loglogaxis" if chart.logarithmic else "axis"
    ends = (area.left, area.right, area.bottom, area.top)
    low, high, bottom, top = (_coordinate(end, area) for end in ends)
    lines = [
        r"\begin{tikzpicture}",
        rf"\begin{{{kind}}}[title={{{words(chart.title)}}}, xlabel={{{words(chart.x)}}},",
        rf"  ylabel={{{words(chart.y)}}}, xmin={low}, xmax={high}, ymin={bottom}, ymax={top},",
        r"  width=0.9\linewidth, height=0.6\linewidth, legend cell align=left,",
        r"  legend style={at={(0.5,-0.18)}, anchor=north}]",
        *chain.from_iterable(
            _curve(curve, number, area) for number, curve in enumerate(chart.curves)
        ),
        rf"\end{{{kind}}}",
        r"\end{tikzpicture}",
    ]
    return "\n".join(lines) + "\n"


def words(text: str) -> str:
    """Return a text of the chart for TeX: all of them pass through here."""
    from derivcli.render.latex import escape

    return escape(text)


def _curve(curve: Curve, number: int, area: Axes) -> Iterator[str]:
    """Yield a curve's stretches, the first with a place in the legend."""
    style = {
        "line": f"thick, {LINES[number % len(LINES)]}", "thin": "thin", "points": "only marks",
    }[curve.style]  # fmt: skip
    options = f"{COLOURS[number % len(COLOURS)]}, {style}"
    legend = rf"\addlegendentry{{{words(curve.name)}}}" if curve.name else ""
    for stretch in area.curve(curve):
        dots = "".join(f"({_coordinate(x, area)},{_coordinate(y, area)})" for x, y in stretch)
        forget = "" if legend else ", forget plot"
        yield rf"\addplot[{options}{forget}] coordinates {{{dots}}};"
        if legend:
            yield legend
        legend = ""


def _coordinate(value: float, area: Axes) -> str:
    """Return a number of an axis; a logarithmic one takes the logarithm itself."""
    return f"{10**value if area.logarithmic else value:.12g}"
