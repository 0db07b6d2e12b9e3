"""Requests and results of `graph`: what crosses between processes, without anything heavy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from derivcli.calculus.results import Constant, Point, Quantity, Statement
from derivcli.errors import ExitStatus
from derivcli.language.limits import COMMAND_LINE, Limits
from derivcli.language.tree import Comparison, Node, Program

SAME = 1e-9  # relative: slopes that agree so far, one of them by difference quotients, are one

MOST_TOLD = 40  # steps of a sweep are told one by one; of more, the first and the last
TOLD_AT_ENDS = 10

T = TypeVar("T")


def ends(items: Sequence[T]) -> Iterator[T | int]:
    """Yield all items, or the first and the last, and between them how many are left out."""
    if len(items) <= MOST_TOLD:
        yield from items
        return
    yield from items[:TOLD_AT_ENDS]
    yield len(items) - 2 * TOLD_AT_ENDS
    yield from items[-TOLD_AT_ENDS:]


def same(one: Quantity | None, other: Quantity | None) -> bool:
    """Are both there, and equal to a relative 1e-9?"""
    if one is None or other is None:
        return False
    return math.isclose(float(one), float(other), rel_tol=SAME)


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """Which graph to build, and where to run it.

    `collapse` is a node back to which the chain rule is written as one expression; without a
    point that is all that is done, and it may rest on what is `assumed`. `checked` asks for the
    double-check. `program` holds the steps that lead to its output, `unused` the names of those
    that do not.
    """

    program: Program
    point: Point | None
    wrt: tuple[str, ...]
    eps: tuple[Constant, ...]
    detail: str = "statements"
    arithmetic: str | None = None  # exact, for a large graph float64
    digits: int = 17
    collapse: str | None = None
    checked: bool = True
    assumed: tuple[Comparison, ...] = ()
    unused: tuple[str, ...] = ()
    limits: Limits = COMMAND_LINE


@dataclass(frozen=True, slots=True)
class EdgeResult:
    """One input of a node: the local derivative, and what flows back along the edge.

    `known_by` says where the local value is from: "formula", the formula `local`; "sides", where
    that does not tell, and both sides agree; "convention" where there is no derivative.
    """

    quantities: ClassVar[tuple[str, ...]] = ("local_value", "contribution")

    name: str
    local: str
    local_value: Quantity | None
    contribution: Quantity | None
    local_latex: str = field(repr=False)
    known_by: str | None = None


@dataclass(frozen=True, slots=True)
class NodeResult:
    """One node: its value going forward, its gradient coming backward.

    `inputs` are those that depend on a parameter, `data` are the others. `step` holds the
    expression as a tree, of each node that is told one by one.
    """

    quantities: ClassVar[tuple[str, ...]] = ("value", "gradient")

    name: str
    expression: str
    value: Quantity | None
    gradient: Quantity | None
    inputs: tuple[EdgeResult, ...]
    data: tuple[str, ...]
    latex: str = field(repr=False)
    step: Program | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NodeKink:
    """A node without a derivative at the point, and what backprop went on with: `used`."""

    quantities: ClassVar[tuple[str, ...]] = ("left", "right", "used")

    node: str
    input: str
    left: Quantity | None
    right: Quantity | None
    used: Quantity | None
    reason: str


@dataclass(frozen=True, slots=True)
class WholeSlope:
    """The slope of the output as a whole by a name, where backprop does not tell it.

    `differentiable` is None where it is not decided; `backprop` is what backprop came to.
    """

    quantities: ClassVar[tuple[str, ...]] = ("slope", "backprop")

    name: str
    differentiable: bool | None
    slope: Quantity | None
    backprop: Quantity | None
    reason: str | None
    rests_on_kink: bool

    @property
    def by_convention(self) -> bool:
        """Does the gradient hold what stands in for a slope at a kink?"""
        return self.rests_on_kink and not self.differentiable and self.backprop is not None

    @property
    def agrees(self) -> bool:
        """Has backprop come to this slope?"""
        return same(self.slope, self.backprop)


@dataclass(frozen=True, slots=True)
class Effect:
    """How far a node moved when one of its inputs was nudged."""

    quantities: ClassVar[tuple[str, ...]] = ("change",)

    name: str
    change: Quantity


@dataclass(frozen=True, slots=True)
class NodeCheck:
    """One nudge: the node moved by eps, the output run forward again from there."""

    quantities: ClassVar[tuple[str, ...]] = (
        "eps", "value", "change", "estimate", "gradient", "error",
    )  # fmt: skip

    name: str
    eps: Quantity
    value: Quantity | None
    change: Quantity | None
    estimate: Quantity | None
    gradient: Quantity | None
    error: Quantity | None
    effects: tuple[Effect, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many steps the gradient took, and would take one parameter at a time."""

    nodes: int
    parameters: int
    backprop_steps: int
    one_at_a_time_steps: int


@dataclass(frozen=True, slots=True)
class Factor:
    """One local derivative on the way: of a node by one of its inputs, in names of nodes."""

    of: str
    by: str
    derivative: str
    latex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Collapse:
    """The chain rule from the output back to a node, as one expression in names of nodes.

    It rests on what is `assumed`. `paths` is the number of ways through the graph; `proved` says
    that the expression is proved to be the derivative of the steps written out in one; `holds`
    that its value at the point is the gradient: it may be 0/0 there.
    """

    name: str
    derivative: str
    proved: bool
    factors: tuple[Factor, ...]
    paths: int
    latex: str = field(repr=False)
    tree: Node = field(repr=False)
    assumed: tuple[str, ...] = ()
    holds: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class GraphResult:
    """The result of `graph`. `problem` says why the node `undefined` has no value.

    `checks_left` counts the nudges that would have taken too long; `as_a_whole` holds the names
    whose gradients backprop does not tell; `by_convention` those of them whose gradients rest on
    a kink, and so are none.
    """

    schema: ClassVar[str] = "derivcli.graph/1"
    quantities: ClassVar[tuple[str, ...]] = ("at", "value", "gradients")

    program: str
    output: str
    detail: str
    arithmetic: str
    at: Mapping[str, Quantity]
    wrt: tuple[str, ...]
    value: Quantity | None
    nodes: tuple[NodeResult, ...]
    gradients: Mapping[str, Quantity | None]
    check: tuple[NodeCheck, ...]
    cost: StepCount
    kinks: tuple[NodeKink, ...] = ()
    undefined: str | None = None
    problem: str | None = None
    by_convention: tuple[str, ...] = ()
    as_a_whole: tuple[WholeSlope, ...] = ()
    unused: tuple[str, ...] = ()
    checks_left: int = 0
    note: str | None = None
    collapse: Collapse | None = None
    statements: tuple[Statement, ...] = field(default=(), repr=False)

    @property
    def status(self) -> ExitStatus:
        """4 where a node is undefined, or the output has no derivative by a parameter."""
        missing = any(not each.differentiable for each in self.as_a_whole if each.name in self.wrt)
        if self.undefined is not None or missing:
            return ExitStatus.UNDEFINED
        return ExitStatus.ANSWERED
