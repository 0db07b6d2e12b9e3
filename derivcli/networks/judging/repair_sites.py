"""One element of a wrong equation, where a repair may be tried, and what a repair offers there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from derivcli.language.tree import Name, Node
from derivcli.networks.judging.case import Case

M = Name("m")
Offer = tuple[Node, str | Callable[[], str]]


@dataclass(frozen=True)
class Site:
    """One element of an equation; `parent` is what it is a part of, None for the whole."""

    case: Case
    element: Node
    parent: Node | None

    @cached_property
    def written(self) -> str:
        """The element as the student would write it."""
        return self.case.text(self.element)

    @property
    def whole(self) -> bool:
        return self.parent is None
