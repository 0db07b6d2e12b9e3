"""Requests and results of `graph` for programs of matrices, without anything heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from derivcli.arrays.results import EntryKink
from derivcli.calculus.results import Constant, Quantity
from derivcli.errors import ExitStatus
from derivcli.language.broadcasting import Shape
from derivcli.language.tree import Comparison
from derivcli.matrices.results import ArrayProgram, ArrayStatement, GradientEquation

# A number, a flat array or the rows of a matrix; an entry is None where it has no value.
ArrayValue = Quantity | tuple[Quantity | None, ...] | tuple[tuple[Quantity | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ArrayGraphRequest:
    """What to derive, where to run it, and how far to nudge.

    `seed` draws what has no value; without it, and without values, nothing is run. `collapse` is a
    name by which the derivative is written as one expression. `assumed` holds for all values.
    """

    asked: ArrayProgram
    eps: tuple[Constant, ...]
    seed: int | None = None
    arithmetic: str | None = None  # exact, of a large program float64
    digits: int = 17
    collapse: str | None = None
    assumed: tuple[Comparison, ...] = ()
    checked: bool = True
    unused: tuple[str, ...] = ()
    code: bool = False  # the program and its gradient as Python, and nothing else


@dataclass(frozen=True, slots=True)
class ArrayInput:
    """What a node is computed from."""

    name: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class ArrayNode:
    """One step forward: its shape, its value, and the gradient of the output by it.

    The gradient is there where a step of backprop has a line of its own. Values of large arrays
    are left out.
    """

    quantities: ClassVar[tuple[str, ...]] = ("value", "gradient")

    name: str
    expression: str
    shape: Shape
    value: ArrayValue | None
    gradient: ArrayValue | None
    inputs: tuple[ArrayInput, ...]
    latex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EntryNudge:
    """One entry moved by eps, counted from 1, and the output run forward again from there."""

    quantities: ClassVar[tuple[str, ...]] = ("eps", "value", "estimate", "gradient", "error")

    name: str
    entry: tuple[int, ...]
    eps: Quantity
    value: Quantity | None
    estimate: Quantity | None
    gradient: Quantity | None
    error: Quantity | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the gradient by a name is from estimates by nudges to both sides, as a whole.

    `difference` is ||grad - approx|| / (||grad|| + ||approx||) over the entries that were nudged,
    and 0 where both are 0; `worst` is the entry whose one-sided estimate is farthest off.
    """

    quantities: ClassVar[tuple[str, ...]] = ("eps",)

    name: str
    entries: int
    nudged: int
    eps: Quantity
    difference: float | None
    worst: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class ArrayCollapse:
    """The derivative by a name as one expression in names of steps.

    `raw` is what the rules make of it, before anything is cancelled.
    """

    name: str
    derivative: str
    raw: str
    shape: Shape
    proved: bool
    latex: str = field(repr=False)
    raw_latex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArrayGraphResult:
    """The result of `graph` for a program of matrices.

    `drawn` are the names whose numbers a seed chose, `sizes` what each size is at the point.
    `undefined` is the step, forward or back, that has no value, `problem` says why. `otherwise`
    are the gradients whose formula has no value here, and why: theirs are the program's own, found
    entry by entry.
    """

    schema: ClassVar[str] = "derivcli.graph/1"
    quantities: ClassVar[tuple[str, ...]] = ("at", "value", "gradients")

    program: str
    output: str
    arithmetic: str | None
    at: Mapping[str, ArrayValue | None]
    wrt: tuple[str, ...]
    value: Quantity | None
    shapes: Mapping[str, Shape]
    sizes: Mapping[str, int]
    nodes: tuple[ArrayNode, ...]
    helpers: tuple[ArrayStatement, ...]
    equations: tuple[GradientEquation, ...]
    gradients: Mapping[str, ArrayValue | None]
    check: tuple[EntryNudge, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    kinks: tuple[EntryKink, ...] = ()
    undefined: str | None = None
    problem: str | None = None
    otherwise: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    drawn: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    collapse: ArrayCollapse | None = None
    unused: tuple[str, ...] = ()
    note: str | None = None
    code: str | None = field(default=None, repr=False)

    @property
    def runs(self) -> bool:
        """Is there a point at which it was run?"""
        return self.arithmetic is not None

    @property
    def status(self) -> ExitStatus:
        """4 where a step is undefined, or the point lies on a kink."""
        if self.undefined is not None or self.kinks:
            return ExitStatus.UNDEFINED
        return ExitStatus.ANSWERED
