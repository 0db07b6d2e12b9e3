"""What a page of help says: of a command, or of the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Row = tuple[str, str]  # a term, such as an option with its metavar, and what it is
Lists = Sequence[tuple[str, Sequence[Row]]]  # headings, each with its rows


class Page(NamedTuple):
    """A page: the name of what is called, how, paragraphs about it, lists, and command lines."""

    name: str
    usage: str
    about: Sequence[str]
    lists: Lists
    examples: Sequence[str]
