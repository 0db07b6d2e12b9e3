"""What commands draw, on terminals of 40 to 132 columns: nothing wider, nothing broken; and on a page."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from derivcli.errors import columns_filled
from derivcli.render import html, terminal
from derivcli.report.blocks import Block, Chart, Diagram, Matrix

WIDTHS = (40, 60, 80, 100, 132)
# Words of a table that was made to fit, and names of short headings.
ADDED = {"Left", "out", "a", "wider", "terminal", "shows", "it", "them", "ΔJ", "ΔL"}


@dataclass
class Drawn:
    """The blocks that a terminal was given last, and what was found wrong with those before."""

    blocks: list[Block] = field(default_factory=list)
    broken: list[tuple[str, int, str]] = field(default_factory=list)

    def look(self, command):
        """Note lines that are wider than a terminal, and words that only a narrow one shows.

        Raises ParseError where what opens on a page is not closed.
        """
        text = [each for each in self.blocks if not isinstance(each, Chart | Diagram | Matrix)]
        whole = _words(terminal.render(text, terminal.Screen()))
        for width in WIDTHS:
            screen = terminal.Screen(width)
            lines = terminal.render(self.blocks, screen).splitlines()
            wide = [each for each in lines if columns_filled(each) > width]
            added = _words(terminal.render(text, screen)) - whole - ADDED
            torn = [each for each in added if not _is_kept(each, whole)]
            self.broken += [(command, width, each) for each in wide + torn]
        ET.fromstring(html.fragment(self.blocks))  # noqa: S314 - our own


def _words(text):
    return set(re.findall(r"≈ [-\d.e]+|[-\w.]*\w", text))


def _is_kept(word, whole):
    """Is it a word of the whole, or a rounded number, of five significant digits or more?"""
    digits = re.sub(r"e.*|\D", "", word).lstrip("0")
    rounded = re.fullmatch(r"≈ -?[\d.]+(e-?\d+)?", word) and len(digits) >= 5
    return rounded or {word, word.rstrip("-"), f"≈ {word}"} & whole
