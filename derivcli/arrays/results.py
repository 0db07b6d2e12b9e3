"""Results about entries of matrices, as they cross to whoever tells them."""

from __future__ import annotations

from dataclasses import dataclass

from derivcli.calculus.results import Estimate


@dataclass(frozen=True, slots=True)
class EntryEstimate:
    """A difference quotient by one entry of a variable: of its row and column, counted from 1.

    A variable that is a number has the entry ().
    """

    variable: str
    entry: tuple[int, ...]
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class EntryKink:
    """Entries of one part of a statement without a derivative; the first stands at `entry`.

    Entries are counted from 1; `what` says in words what happens at each of the `entries`.
    """

    node: str
    part: str
    what: str
    entry: tuple[int, ...]
    entries: int = 1
