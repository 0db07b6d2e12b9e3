"""The request and the result of `explore`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from derivcli.calculus.definition.results import DefinedDerivation
from derivcli.calculus.plot.picture import Picture
from derivcli.calculus.results import Quantity, Study
from derivcli.errors import ExitStatus


@dataclass(frozen=True, slots=True)
class Exploration:
    """J studied at every point of a grid with every step, in exact numbers and in float64.

    Both studies have the same points, from left to right, and the same steps, `eps`, from the
    largest to the left to the largest to the right. `start` is the number of the point that was
    asked for, `step` that of the step to begin with. `derivation` is None where none was verified.
    """

    schema: ClassVar[str] = "derivcli.explore/1"

    picture: Picture
    exact: Study
    floats: Study
    eps: tuple[Quantity, ...]
    start: int
    step: int
    derivation: DefinedDerivation | None = None

    @property
    def status(self) -> ExitStatus:
        """4 where J or its slope is missing at the point that was asked for."""
        return self.picture.status
