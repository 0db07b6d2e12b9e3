"""A graph by matplotlib: values flow forward along its arrows, gradients back in their colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from derivcli.render.diagram import with_value
from derivcli.render.figure_words import formula, words
from derivcli.render.layout import layout
from derivcli.render.look import Look
from derivcli.render.placing import Box
from derivcli.render.spread import Lead, Spread, spread
from derivcli.report.blocks import Diagram, Vertex

FONT, SMALL = 11.0, 9.0  # points
PAD = 0.09  # inches around the words in a box
LEADING = 0.05  # inches between two lines of them
BORDER = 0.25  # inches around the whole
APART = 0.045  # inches that an arrow is above or below the middle of its line
LONGEST = 3.0  # inches of a formula's line
CHARACTERS = 40  # of a line of a longer one
NARROWEST = 2.6  # inches: there is room for the key
WIDEST = 80.0  # inches: what is larger is drawn smaller
NONE = "\\"  # no formula: the text is taken
FORWARD, BACK = "forward: values", "back: gradients"


@dataclass(frozen=True, slots=True)
class _Line:
    """Words in a box, their colour, and how large they are."""

    text: str
    colour: str
    width: float
    height: float


def figure(diagram: Diagram, look: Look) -> Figure:
    """Return the graph in columns from left to right, as large as it is, or as is asked for."""
    ruler = _Ruler()
    lines = {vertex.name: _lines(vertex, look, ruler) for vertex in diagram.vertices}
    drawn = _spread(diagram, lines, ruler)
    title = "\n".join(map(words, wrap(look.title or "", max(20, round(11 * drawn.width)))))
    wide, high = ruler.size(title, FONT) if title else (0.0, -BORDER)
    foot = BORDER if diagram.flows else 0.0
    width = max(drawn.width, wide, NARROWEST) + 2 * BORDER
    height = drawn.height + 3 * BORDER + high + foot
    size = look.size or (width, height)
    scale = min(size[0] / width, size[1] / height)
    if look.size is None:
        scale = min(1.0, WIDEST / max(size))
        size = width * scale, height * scale
    found = Figure(figsize=size)
    plot = found.add_axes((0, 0, 1, 1))
    plot.set_axis_off()
    left = (size[0] / scale - drawn.width) / 2
    plot.set_xlim(-left, size[0] / scale - left)
    bottom = (size[1] / scale - height) / 2 + BORDER + foot
    plot.set_ylim(-bottom, size[1] / scale - bottom)
    pen = _Pen(plot, look, scale)
    pen.boxes(drawn, diagram, lines)
    pen.leads(drawn, diagram)
    if title:
        pen.words(drawn.width / 2, drawn.height + BORDER, title, look.paper.ink, FONT, va="bottom")
    if diagram.flows:
        pen.key(drawn.width)
    return found


def _spread(diagram: Diagram, lines: Mapping[str, Sequence[_Line]], ruler: _Ruler) -> Spread:
    """Return where everything stands: boxes as large as their lines, room for what flows."""
    sizes = {
        name: (
            max(line.width for line in own) + 2 * PAD,
            sum(line.height for line in own) + LEADING * (len(own) - 1) + 2 * PAD,
        )
        for name, own in lines.items()
    }
    flows: dict[str, float] = {}
    for (_, target), text in diagram.flows.items():
        flows[target] = max(flows.get(target, 0.0), ruler.size(_number(text), SMALL)[0] + 2 * PAD)
    return spread(layout(diagram), sizes, flows)


class _Ruler:
    """Measures words, in inches."""

    def __init__(self) -> None:
        self.figure = Figure()

    def size(self, text: str, points: float) -> tuple[float, float]:
        """Return the width and height of words at a size of their font."""
        written = self.figure.text(0, 0, text, fontsize=points)
        found = written.get_window_extent()
        written.remove()
        return found.width / self.figure.dpi, found.height / self.figure.dpi


def _lines(vertex: Vertex, look: Look, ruler: _Ruler) -> list[_Line]:
    """Return the lines in a vertex: what it computes, its value, its gradient."""
    ink, gradient = look.paper.ink, look.paper.colour("gradient")
    if vertex.kind in ("parameter", "data"):
        relation = with_value(vertex).removeprefix(vertex.name)
        name = formula(vertex.label_latex or NONE, vertex.label)
        texts = [(name + _number(relation), ink)]
    else:
        typeset = _folded(vertex, ruler)
        texts = [(typeset, ink), (_number(vertex.equals) if vertex.value else "", ink)]
    if vertex.gradient:
        large = vertex.gradient_latex.replace(r"\frac", r"\dfrac", 1)
        texts.append((formula(large or NONE, vertex.gradient), gradient))
    return [_Line(text, colour, *ruler.size(text, FONT)) for text, colour in texts if text]


def _folded(vertex: Vertex, ruler: _Ruler) -> str:
    """Return what a vertex computes, in lines: a formula between its terms, else its text."""
    lines = [""]
    for term in terms(vertex.label_latex or NONE):
        longer = f"{lines[-1]} {term}".strip()
        typeset = formula(longer, NONE)
        if lines[-1] and ruler.size(typeset, FONT)[0] > LONGEST:
            lines.append(term)
        else:
            lines[-1] = longer
    typeset = "\n".join(formula(line, NONE) for line in lines)
    if NONE in typeset.split("\n") or ruler.size(typeset, FONT)[0] > LONGEST:
        return "\n".join(map(words, wrap(vertex.label, CHARACTERS)))
    return typeset


def terms(latex: str) -> list[str]:
    r"""Return a formula in pieces: a new one begins at a + or - that is in no brackets.

    >>> terms(r"a = \frac{b + c}{2} - d \left(e + 1\right)")
    ['a = \\frac{b + c}{2}', '- d \\left(e + 1\\right)']
    """
    found: list[list[str]] = [[]]
    depth = 0
    for word in latex.split(" "):
        if word in ("+", "-") and depth == 0 and found[-1] and found[-1][-1] != "=":
            found.append([])
        found[-1].append(word)
        depth += word.count("{") - word.count("}")
        depth += word.count(r"\left") - word.count(r"\right")
    return [" ".join(words) for words in found]


def _number(text: str) -> str:
    """Return a number with a sign as long as that of a formula."""
    return words(text).replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws on a plot whose unit is an inch times the scale."""

    plot: Any
    look: Look
    scale: float

    def words(
        self, x: float, y: float, text: str, colour: str, points: float, **place: str
    ) -> None:
        """Write words."""
        place = {"ha": "center", "va": "center", **place}
        self.plot.text(x, y, text, color=colour, fontsize=points * self.scale, zorder=4, **place)

    def boxes(self, drawn: Spread, diagram: Diagram, lines: Mapping[str, Sequence[_Line]]) -> None:
        """Draw each vertex in its place."""
        vertices = {vertex.name: vertex for vertex in diagram.vertices}
        for item, box in drawn.boxes.items():
            if not item.through:
                self._box(box, vertices[item.name], lines[item.name])

    def _box(self, box: Box, vertex: Vertex, lines: Sequence[_Line]) -> None:
        """Draw a step in a box, a parameter in a rounded one, data in a dashed one."""
        paper = self.look.paper
        step = vertex.kind in ("step", "output")
        self.plot.add_patch(
            FancyBboxPatch(
                (box.left, box.bottom), box.right - box.left, box.top - box.bottom,
                boxstyle="square,pad=0" if step else "round,pad=0,rounding_size=0.12",
                edgecolor=paper.colour("curve") if step else paper.grey, facecolor=paper.paper,
                linestyle="--" if vertex.kind == "data" else "-", zorder=3,
                linewidth=(2.2 if vertex.kind == "output" else 1.2) * self.scale,
            )
        )  # fmt: skip
        height = sum(line.height for line in lines) + LEADING * (len(lines) - 1)
        y = (box.bottom + box.top + height) / 2
        for line in lines:
            middle = (box.left + box.right) / 2
            self.words(middle, y - line.height / 2, line.text, line.colour, FONT)
            y -= line.height + LEADING

    def leads(self, drawn: Spread, diagram: Diagram) -> None:
        """Draw the arrows forward, and beside them those back with what flows along them."""
        sources = {name for name, _ in diagram.flows}
        gradient, ink = self.look.paper.colour("gradient"), self.look.paper.ink
        for (item, target), lead in drawn.leads.items():
            apart = APART if item.name in sources else 0.0
            self._arrow(_path(lead, apart), ink, head=not target.through)
            if item.name in sources:
                back = _path(lead, -apart, back=True)
                self._arrow(back, gradient, head=not item.through)
        for item, box in drawn.boxes.items():
            if item.through:
                middle = (box.bottom + box.top) / 2
                apart = APART if item.name in sources else 0.0
                self._line(box, middle + apart, ink)
                if apart:
                    self._line(box, middle - apart, gradient)
        for (item, target), lead in drawn.leads.items():
            text = diagram.flows.get((item.name, target.name))
            if text and not target.through:
                x, y = lead.end
                self.words(
                    x - 0.17, y - APART - 0.03, _number(text), gradient, SMALL, ha="right", va="top"
                )

    def _arrow(self, path: Path, colour: str, *, head: bool) -> None:
        self.plot.add_patch(
            FancyArrowPatch(
                path=path, arrowstyle="-|>" if head else "-", color=colour, shrinkA=0, shrinkB=0,
                mutation_scale=9 * self.scale, linewidth=1.2 * self.scale, zorder=2, fill=head,
            )
        )  # fmt: skip

    def _line(self, box: Box, y: float, colour: str) -> None:
        self.plot.plot([box.left, box.right], [y, y], color=colour, linewidth=1.2 * self.scale)

    def key(self, width: float) -> None:
        """Say below the graph which arrows are which."""
        y = -BORDER
        for x, text, colour in (
            (width / 2 - 1.25, FORWARD, self.look.paper.ink),
            (width / 2 + 0.15, BACK, self.look.paper.colour("gradient")),
        ):
            ends = [(x, y), (x + 0.3, y)]
            path = Path(ends if text == FORWARD else ends[::-1])
            self._arrow(path, colour, head=True)
            self.words(x + 0.36, y, text, colour, SMALL, ha="left")


def _path(lead: Lead, up: float, *, back: bool = False) -> Path:
    """Return the line of a lead, moved up: along, in a bend up or down, and along to its end."""
    (x, y), (start, stop), (end, level) = lead.start, lead.bend, lead.end
    y, level, middle = y + up, level + up, (start + stop) / 2
    dots = [(x, y), (start, y), (middle, y), (middle, level), (stop, level), (end, level)]
    if back:
        dots.reverse()
    codes = [Path.MOVETO, Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4, Path.LINETO]
    return Path(dots, codes)
