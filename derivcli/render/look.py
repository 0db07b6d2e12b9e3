"""How pictures look: size, paper, and one colour a thing, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivcli.defaults import DPI
from derivcli.report.blocks import Curve

# Okabe and Ito's colours, which the colour-blind tell apart; on dark paper lighter ones. The
# tangent, the gradient and the steps along it are one thing: the derivative.
SERIES = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#E69F00", "#56B4E9", "#444444")
SERIES_ON_DARK = ("#56B4E9", "#FF9E4A", "#3DDBA4", "#F09BD0", "#F0E442", "#9AD0F5", "#CCCCCC")
PLACES = {"curve": 0, "tangent": 1, "path": 1, "gradient": 1, "chord": 2}  # in the series
TERMINAL = {"curve": 0, "tangent": 1, "path": 1, "gradient": 1, "chord": 2, "point": 3}
INK = frozenset(["point", "minimum", "best"])
GREY = frozenset(["triangle", "contour", "predicted"])


@dataclass(frozen=True, slots=True)
class Paper:
    """The colours of a picture: what it is drawn on, and with."""

    paper: str
    ink: str
    grey: str
    grid: str
    series: tuple[str, ...]

    def colour(self, role: str, number: int = 0) -> str:
        """Return the colour of a role; of a series, that of its number."""
        if role in INK:
            return self.ink
        if role in GREY:
            return self.grey
        return self.series[PLACES.get(role, number) % len(self.series)]


LIGHT = Paper("#FFFFFF", "#000000", "#555555", "#DDDDDD", SERIES)
DARK = Paper("#15181C", "#F2F2F2", "#B0B0B0", "#3A3F45", SERIES_ON_DARK)


@dataclass(frozen=True, slots=True)
class Look:
    """What a user asks of a picture: a title of its own, inches, dots an inch, dark paper."""

    title: str | None = None
    size: tuple[float, float] | None = None
    dpi: int = DPI
    paper: Paper = LIGHT


def numbered(curves: Sequence[Curve]) -> Iterator[tuple[Curve, int, int]]:
    """Yield each curve with its number among those of its style, and among the series.

    A curve without a name that shows the same as the one before has its numbers, too.
    """
    counts: dict[str, int] = {}
    before: tuple[Curve, int, int] | None = None
    for curve in curves:
        same = before is not None and (before[0].role, before[0].style) == (curve.role, curve.style)
        if before is None or curve.name or not same:
            number, series = counts.get(curve.style, 0), counts.get("series", 0)
            counts[curve.style] = number + 1
            counts["series"] = series + (curve.role == "series")
            before = curve, number, series
        yield curve, before[1], before[2]
