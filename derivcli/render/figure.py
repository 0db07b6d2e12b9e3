"""Charts and graphs to SVG, PNG or PDF, by matplotlib: the same bytes every time.

Text stays text in SVG and PDF: it can be read out, searched and copied. SVG names several fonts,
of which DejaVu Sans, by which everything is measured, need not be installed.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

# Where a home cannot be written, matplotlib says at length that it uses a temporary folder instead.
logging.getLogger("matplotlib").setLevel(logging.ERROR)

import matplotlib as mpl  # noqa: E402

from derivcli.errors import RefusedError, UndefinedError  # noqa: E402
from derivcli.render.look import Look  # noqa: E402
from derivcli.render.svg import accessible  # noqa: E402
from derivcli.report.blocks import Block, Chart, Diagram  # noqa: E402
from derivcli.report.markup import plain  # noqa: E402

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 8.0, 5.5  # inches of a chart
FONTS = "'DejaVu Sans', Verdana, Geneva, Arial, Helvetica, sans-serif"
FAMILIES = r"(font(?:-family)?: [^;\"']*)('[^']*')[^;\"]*"  # as matplotlib writes them
MOST_DOTS = 20_000  # of a line of a PNG
MISSING = r"Glyph (\d+) .* missing from"

SETTINGS: Any = {
    "svg.fonttype": "none",  # text, not the paths of its letters
    "svg.hashsalt": "derivcli",  # else the names inside are new each time
    "pdf.fonttype": 42,  # whole fonts, so that text can be searched
    "font.sans-serif": ["DejaVu Sans"],
    "axes.grid": True,
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "legend.framealpha": 0.9,
}


def render(blocks: Iterable[Block], form: str, look: Look | None = None) -> bytes:
    """Return the graph among the blocks, or the charts under one another: "svg", "png" or "pdf".

    Raises UndefinedError where there is none, RefusedError where the font lacks a sign.
    """
    drawn = [block for block in blocks if isinstance(block, Chart | Diagram)]
    look = look or Look()
    if not drawn:
        raise UndefinedError(
            "there is nothing to draw", hint="without --output the answer says why"
        )
    with mpl.rc_context(), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        mpl.rcdefaults()  # whatever a matplotlibrc says
        mpl.rcParams.update(SETTINGS | _colours(look))
        figure = _figure(drawn, look)
        if form == "png":
            _require_room(figure, look)
        content = _saved(figure, form, look, *_told(drawn, look))
    _require_signs([str(each.message) for each in told], form)
    return content


def _figure(drawn: Sequence[Chart | Diagram], look: Look) -> Figure:
    """Return the figure, in the settings of the moment."""
    from derivcli.render import figure_charts, figure_graph

    graph = next((block for block in drawn if isinstance(block, Diagram)), None)
    if graph is not None:
        return figure_graph.figure(graph, look)
    charts = [block for block in drawn if isinstance(block, Chart)]
    size = look.size or (WIDTH, HEIGHT * len(charts))
    return figure_charts.figure(charts, size, look)


def _colours(look: Look) -> Any:
    paper = look.paper
    ink = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    papers = ("figure.facecolor", "axes.facecolor", "savefig.facecolor", "legend.facecolor")
    return {
        **dict.fromkeys(ink, paper.ink),
        **dict.fromkeys(papers, paper.paper),
        "grid.color": paper.grid,
        "legend.edgecolor": paper.grid,
    }


def _told(drawn: Sequence[Chart | Diagram], look: Look) -> tuple[str, str]:
    """Return what a picture is called, and what it shows in a sentence."""
    names = [plain(block.title) if isinstance(block, Chart) else "" for block in drawn]
    descriptions = [plain(block.description) for block in drawn]
    title = look.title if look.title is not None else "; ".join(filter(None, names))
    described = " ".join(filter(None, descriptions)) or title
    return title or described.partition(";")[0], described


def _saved(figure: Figure, form: str, look: Look, title: str, description: str) -> bytes:
    """Return the bytes of a figure; a date or a version would make every file another one."""
    metadata: dict[str, dict[str, str | None]] = {
        "svg": {"Date": None, "Description": description, "Creator": "derivcli"},
        "png": {"Software": None, "Title": title, "Description": description},
        "pdf": {"CreationDate": None, "Title": title, "Subject": description,
                "Creator": "derivcli", "Producer": None},
    }  # fmt: skip
    output = BytesIO()
    figure.savefig(output, format=form, dpi=look.dpi, metadata=metadata[form])
    content = output.getvalue()
    if form != "svg":
        return content
    written = re.sub(FAMILIES, _with_other_fonts, content.decode())
    return accessible(written, title, description).encode()


def _with_other_fonts(found: re.Match[str]) -> str:
    """Return a font with those to go to where it is not installed; signs may be in another one."""
    first = "" if found[2] == FONTS.partition(",")[0] else f"{found[2]}, "
    return f"{found[1]}{first}{FONTS}"


def _require_room(figure: Figure, look: Look) -> None:
    """Raise RefusedError where a picture would have more dots than anybody can use."""
    width, height = (round(float(length) * look.dpi) for length in figure.get_size_inches())
    if max(width, height) > MOST_DOTS or width * height > MOST_DOTS**2 / 4:
        raise RefusedError(
            f"a picture of {width:,} x {height:,} dots has more than {MOST_DOTS:,} in a line, or"
            f" {MOST_DOTS**2 // 4:,} at all",
            hint="choose a smaller --size or --dpi, or .svg or .pdf, which have none",
        )


def _require_signs(warned: Sequence[str], form: str) -> None:
    """Raise RefusedError where letters would be drawn as empty boxes."""
    missing = {chr(int(found[1])) for each in warned if (found := re.search(MISSING, each))}
    if missing and form != "svg":
        raise RefusedError(
            f"the font of pictures has no {' '.join(sorted(missing))}", where="in --output",
            hint="an .svg is drawn with the fonts of its reader",
        )  # fmt: skip
