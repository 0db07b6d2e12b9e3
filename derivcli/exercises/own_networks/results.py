"""What is asked of a network that is a program, and what is found, without anything heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from derivcli.calculus.results import Quantity
from derivcli.errors import ExitStatus
from derivcli.exercises.gradients.question import GradientQuestion
from derivcli.exercises.gradients.verdict import GradientCounterexample, GradientVerdict
from derivcli.language.broadcasting import Shape
from derivcli.matrices.graph_results import ArrayGraphResult, ArrayValue
from derivcli.matrices.results import ArrayProgram, ArrayStatement, GradientEquation
from derivcli.networks.results import GradientCheck, OwnGradient, Training, TrainingRequest


@dataclass(frozen=True, slots=True)
class ProgramNetworkRequest:
    """What is asked of a program; `seed` draws what has no value.

    `gradient` is the path of a file that holds the gradients by the parameters, `inject` a mistake
    planted for the check to catch.
    """

    asked: ArrayProgram
    name: str
    seed: int
    check: bool = False
    eps: float | None = None
    prove: bool = False
    judge: GradientQuestion | None = None
    training: TrainingRequest | None = None
    values: bool = False
    gradient: str | None = None
    inject: str | None = None

    @property
    def shown(self) -> bool:
        """Is it asked for the program itself, with its numbers?"""
        asked = (self.judge, self.gradient) != (None, None) or self.training is not None
        return not (self.check or self.prove or asked)


@dataclass(frozen=True, slots=True)
class ProgramGradient:
    """The gradient of the output by an array; its value is None where it is large or unknown."""

    quantities: ClassVar[tuple[str, ...]] = ("value",)

    name: str
    shape: Shape
    value: ArrayValue | None


@dataclass(frozen=True, slots=True)
class ProgramArray:
    """A variable or a step, and its gradient, where backprop has a line for it."""

    quantities: ClassVar[tuple[str, ...]] = ("value",)

    name: str
    shape: Shape
    value: ArrayValue | None
    gradient: ProgramGradient | None


@dataclass(frozen=True, slots=True)
class ProgramProof:
    """One equation of backprop, proved or not, by two witnesses.

    `for_all_sizes`: its index form is the derivative of that of the output. `written_out`: with a
    symbol for each entry it is what SymPy derives, of so many `entries`, at small sizes; None where
    nothing could be told.
    """

    equation: str
    proved: bool
    for_all_sizes: bool
    written_out: bool | None
    entries: int
    latex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProgramJudgement:
    """The verdict on an equation: "correct", "wrong" or "undecided"; `answer` holds all of it."""

    equation: str
    verdict: str
    evidence: str | None
    diagnosis: str | None
    detail: str | None
    repaired: str | None
    counterexample: GradientCounterexample | None
    answer: GradientVerdict = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProgramNetworkResult:
    """The result of `network` for a program: `graph` holds it as it is told to people.

    `shapes` are those of every name, `sizes` what each size is where it is run; `drawn` are the
    names that nobody gave. Arrays have values where the program itself was asked for; `cost` is
    None where only equations were proved or judged. `written_out` are the sizes of the second
    witness of a proof.
    """

    schema: ClassVar[str] = "derivcli.network/1"
    quantities: ClassVar[tuple[str, ...]] = ("cost",)

    name: str
    program: str
    output: str
    parameters: tuple[str, ...]
    cost: Quantity | None
    shapes: Mapping[str, Shape]
    sizes: Mapping[str, int]
    helpers: tuple[ArrayStatement, ...]
    equations: tuple[GradientEquation, ...]
    arrays: tuple[ProgramArray, ...]
    graph: ArrayGraphResult = field(repr=False)
    check: GradientCheck | None = None
    proof: tuple[ProgramProof, ...] | None = None
    written_out: Mapping[str, int] | None = None
    judge: ProgramJudgement | None = None
    training: Training | None = None
    seed: int | None = None
    drawn: tuple[str, ...] = ()
    undefined: str | None = None
    problem: str | None = None
    gradient: OwnGradient | None = None

    @property
    def status(self) -> ExitStatus:
        """1 where a check, a proof or a judgement says no; as of a graph where nothing else is."""
        no = (
            (self.check is not None and not self.check.passed)
            or (self.gradient is not None and not self.gradient.passed)
            or any(not each.proved for each in self.proof or ())
            or (self.judge is not None and self.judge.verdict != "correct")
        )
        if no:
            return ExitStatus.NO
        asked = (self.check, self.proof, self.judge, self.training, self.gradient)
        return self.graph.status if asked == (None,) * 5 else ExitStatus.ANSWERED
