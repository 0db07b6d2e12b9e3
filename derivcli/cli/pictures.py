"""What is asked of a picture on the command line: a title, a size, dots an inch, dark paper."""

from __future__ import annotations

import re
from dataclasses import replace

from derivcli.cli.output import PICTURES, Destination, destination
from derivcli.errors import Span, UsageError, printable

CENTIMETRES = 2.54  # an inch
SMALLEST, LARGEST = 1, 80  # inches
LONGEST = 200  # characters of a title
SIZE = r"\s*(\d{1,5}(?:\.\d{1,5})?)\s*[x×]\s*(\d{1,5}(?:\.\d{1,5})?)\s*(in|cm)?\s*"
EXAMPLE = "write WIDTHxHEIGHT, such as 8x5.5 for inches, or 20x14cm"


def drawn(
    chosen: str | None,
    output: str | None,
    standalone: bool,
    title: str | None,
    size: str | None,
    dpi: int | None,
    dark: bool,
    *,
    graph: bool = False,
) -> Destination:
    """Return where an answer with a chart or a graph goes, and how its picture shall look.

    Raises UsageError as `destination` does, for what cannot be, and where no picture is drawn.
    """
    to = destination(chosen, output, standalone=standalone, figures=not graph, graph=graph)
    given = {"--title": title, "--size": size, "--dpi": dpi, "--dark": dark or None}
    asked = [option for option, value in given.items() if value is not None]
    if not asked:
        return to
    if dpi is not None and to.format in ("svg", "pdf"):
        raise UsageError(f"--dpi is for .png: a .{to.format} has no dots", where="in --output")
    if to.format not in PICTURES.values() and not to.has_pictures_beside:
        raise UsageError(
            f"{asked[0]} is for a picture, and none is drawn",
            hint="name a file for it: --output picture.svg, .png or .pdf",
        )
    from derivcli.render.look import DARK, LIGHT, Look  # most answers are no pictures

    if title is not None:
        _check(title)
    look = Look(title, None if size is None else _inches(size), paper=DARK if dark else LIGHT)
    return replace(to, look=look if dpi is None else replace(look, dpi=dpi))


def _check(title: str) -> None:
    if not title.isprintable():
        raise UsageError(
            f"'{printable(title)}' has characters that cannot be printed", where="in --title"
        )
    if len(title) > LONGEST:
        raise UsageError(
            f"a title of {len(title):,} characters is too long", where="in --title",
            hint=f"up to {LONGEST} can be read",
        )  # fmt: skip


def _inches(size: str) -> tuple[float, float]:
    found = re.fullmatch(SIZE, size, re.IGNORECASE)
    if found is None:
        raise UsageError(
            "this is not a size", source=size, span=Span(0, len(size)), where="in --size",
            hint=EXAMPLE,
        )  # fmt: skip
    unit = CENTIMETRES if (found[3] or "").lower() == "cm" else 1
    width, height = float(found[1]) / unit, float(found[2]) / unit
    for length in (width, height):
        if not SMALLEST <= length <= LARGEST:
            raise UsageError(
                f"a picture is {SMALLEST} to {LARGEST} inches wide and high", source=size,
                span=Span(0, len(size)), where="in --size", hint=EXAMPLE,
            )  # fmt: skip
    return width, height
