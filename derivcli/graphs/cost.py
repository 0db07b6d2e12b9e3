"""Request and result of `cost`: what all derivatives of a graph take, at once and one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from derivcli.errors import ExitStatus

# Sizes of graphs by threes, from 1,000 nodes or a thirtieth of those asked for.
GROWTH = tuple(factor * 10**power for power in range(7) for factor in (1, 3))
USUAL_START = 1_000


@dataclass(frozen=True, slots=True)
class CostRequest:
    """How large a graph; with `growth` smaller ones before it. `seconds` is the clock."""

    nodes: int
    parameters: int
    growth: bool = False
    seed: int = 1
    seconds: float = 10.0

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Nodes and parameters of the graphs to measure, parameters in proportion."""
        start = min(USUAL_START, self.nodes / 30)
        smaller = [each for each in GROWTH if start <= each < self.nodes] if self.growth else []
        before = [(nodes, round(nodes * self.parameters / self.nodes)) for nodes in smaller]
        return *before, (self.nodes, self.parameters)


@dataclass(frozen=True, slots=True)
class OneAtATime:
    """Nudging one parameter and running forward again, for a sample of them.

    `total_seconds_extrapolated` is the time of one, as often as there are parameters.
    """

    sample: int
    seconds_each: float
    total_seconds_extrapolated: float


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """The sample's derivatives by central differences beside those of the backward sweep.

    A difference is relative to the derivative, or to the root mean square of all derivatives where
    that is larger: rounding in J does not shrink with a single derivative.
    """

    eps: float
    worst_relative_difference: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A graph and its costs: steps as the course counts them, and seconds, medians of `runs`."""

    nodes: int
    parameters: int
    layers: int
    backprop_steps: int
    one_at_a_time_steps: int
    build_seconds: float
    forward_seconds: float
    backward_seconds: float
    runs: int
    one_at_a_time: OneAtATime
    check: SampleCheck


@dataclass(frozen=True, slots=True)
class Cost(Measured):
    """The result of `cost`: the graph asked for, and with `growth` all graphs up to it."""

    schema: ClassVar[str] = "derivcli.cost/1"

    seed: int
    growth: tuple[Measured, ...] = ()

    @property
    def status(self) -> ExitStatus:
        """0: it answers."""
        return ExitStatus.ANSWERED
