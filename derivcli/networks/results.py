"""What is asked of a network, and what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from derivcli.defaults import EXAMPLES, INITS, ITERATIONS, RATE, SEED
from derivcli.errors import ExitStatus
from derivcli.networks.layers import Architecture, Shape

Rows = tuple[tuple[float | None, ...], ...]  # None for what is beyond float64


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A network before it has numbers: what is given, and how the rest is drawn.

    `given` maps X, Y, W1, b1, ... to rows; `data` is the path of a CSV file that holds X and Y.
    """

    architecture: Architecture
    examples: int = EXAMPLES
    seed: int = SEED
    init: str = INITS[0]
    given: Mapping[str, Rows] = field(default_factory=dict)
    data: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """Gradient descent: how many iterations, how fast, and how many examples are held out."""

    iterations: int = ITERATIONS
    rate: float = RATE
    held_out: int = 0


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """What is asked of a network; `inject` names a mistake planted for the check to catch.

    `gradient` is the path of a file that holds dW1, db1, ... of the user's own.
    """

    spec: NetworkSpec
    check: bool = False
    inject: str | None = None
    eps: float | None = None
    prove: bool = False
    judge: str | None = None
    training: TrainingRequest | None = None
    values: bool = False
    gradient: str | None = None

    @property
    def needs_numbers(self) -> bool:
        """Is it asked for more than equations, which are proved and judged for all numbers?"""
        numbers = (self.training, self.gradient) != (None, None) or self.check
        return numbers or not (self.prove or self.judge is not None)


@dataclass(frozen=True, slots=True)
class NamedEquation:
    """An equation of backprop: `equation` is the right side over m examples.

    `general` is the same in dA and g', `single` for one example.
    """

    name: str
    equation: str
    general: str
    single: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class GradientArray:
    """The gradient of an array; `value` is None where it is too large to be shown."""

    name: str
    shape: Shape
    value: Rows | None


@dataclass(frozen=True, slots=True)
class NetworkArray:
    """An array, and its gradient: X and Y have none."""

    name: str
    shape: Shape
    value: Rows | None
    gradient: GradientArray | None


@dataclass(frozen=True, slots=True)
class ArrayCheck:
    """How far the gradient of one array and its central differences are apart.

    `cause` is None where they agree, else "kink", "rounding", "truncation", "wrong gradient" or
    "wrong shape"; `detail` says in words what was seen, `slope` is that of the error against eps,
    both on logarithmic axes. `entries` of the array were nudged. At a "kink" with `crossed` it is
    the step that crosses one, and a shorter one would not.
    """

    name: str
    worst_relative_error: float | None
    typical_relative_error: float | None
    eps: float
    cause: str | None
    entries: int
    at: tuple[int, ...] | None = None
    gradient: float | None = None
    estimate: float | None = None
    slope: float | None = None
    detail: str | None = None
    crossed: bool = False


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """The gradient of every parameter beside central differences.

    `injected` is a mistake that was planted, `planted` the equation with it, of a program.
    """

    passed: bool
    arrays: tuple[ArrayCheck, ...]
    injected: str | None = None
    tolerance: float = 1e-6
    planted: str | None = None


@dataclass(frozen=True, slots=True)
class WrongEntry:
    """An entry of an array, row and column counted from 1, and what it should be."""

    entry: tuple[int, int]
    yours: float
    expected: float


@dataclass(frozen=True, slots=True)
class JudgedArray:
    """A dW or db that was given: how many entries are `wrong`, the worst of them, and the cause.

    `entries` holds the first of the wrong ones, the worst first. `digits` says how the numbers were
    given where that excuses a difference: "rounded to 4 digits", "cut off after 4 digits".
    """

    name: str
    passed: bool
    wrong: int
    of: int
    worst: WrongEntry | None = None
    cause: str | None = None
    digits: str | None = None
    entries: tuple[WrongEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnGradient:
    """A gradient from a file beside that of backprop, and beside central differences.

    `number` is |g - n| / (|g| + |n|) in Euclidean norms, g being the given gradient and n central
    differences, of `nudged` entries of `parameters`; `number_of_backprop` is that of backprop's
    own gradient, and `distance_to_backprop` has the latter for n. None: beyond float64.
    """

    file: str
    passed: bool
    number: float | None
    arrays: tuple[JudgedArray, ...]
    number_of_backprop: float | None
    distance_to_backprop: float | None
    nudged: int
    parameters: int
    not_compared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proved:
    """One equation, proved or not, by two witnesses.

    `for_all_sizes`: by indices of any range, by the chain rule from the loss. `written_out`: with a
    symbol for each entry it is what SymPy derives, of so many `entries`, at small sizes; None where
    nothing could be told.
    """

    equation: str
    proved: bool
    entries: int
    counterexample: None = field(default=None, init=False)  # a key of the schema
    condition: str = ""
    for_all_sizes: bool = False
    written_out: bool | None = None


@dataclass(frozen=True, slots=True)
class WrittenSizes:
    """The sizes of a network that was written out, a symbol for each entry."""

    layers: tuple[int, ...]
    examples: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on an equation: "correct" or "wrong"; `diagnosis` names the mistake.

    `evidence` says how a correct one is known to be: "proved", for all sizes and numbers, or
    "sampled", on so many networks.
    `repaired` is the equation with the mistake mended, where one was found; `start` and `end` are
    the characters at fault. `shape` and `expected_shape` are those of the right side.
    """

    equation: str
    verdict: str
    diagnosis: str | None
    repaired: str | None = None
    reference: str | None = None
    shape: tuple[int, ...] | None = None
    expected_shape: Shape | None = None
    detail: str | None = None
    start: int | None = None
    end: int | None = None
    evidence: str | None = None
    samples: int = 0
    latex: str = field(default="", repr=False)
    repaired_latex: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Training:
    """Gradient descent: the cost at some of the iterations, the first and the last among them.

    `note` says what stands in its way: zeros, a rate too large.
    """

    rate: float
    iterations: int
    at: tuple[int, ...]
    costs: tuple[float, ...]
    held_out: int
    held_out_costs: tuple[float, ...] | None
    correct: int | None
    held_out_correct: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class NetworkResult:
    """The result of `network`.

    `cost`, and the arrays' values, are None where only equations were proved or judged. `drawn`
    names the arrays that nobody gave; `forward` holds the equations of forward prop; `written_out`
    are the sizes of the second witness of a proof. `constants` are the numbers of the names in the
    `penalty`, and `penalty_kinks` say where a piece of it begins: "W1 = 0".
    """

    schema: ClassVar[str] = "derivcli.network/1"

    layers: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    examples: int
    cost: float | None
    equations: tuple[NamedEquation, ...]
    arrays: tuple[NetworkArray, ...]
    check: GradientCheck | None = None
    proof: tuple[Proved, ...] | None = None
    judge: Judgement | None = None
    training: Training | None = None
    name: str = ""
    seed: int = SEED
    init: str = INITS[0]
    forward: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    gradient: OwnGradient | None = None
    written_out: WrittenSizes | None = None
    penalty: str | None = None
    constants: Mapping[str, float] = field(default_factory=dict)
    penalty_kinks: tuple[str, ...] = ()

    @property
    def status(self) -> ExitStatus:
        """1 where a check, a proof or a judgement says no."""
        no = (
            (self.check is not None and not self.check.passed)
            or (self.gradient is not None and not self.gradient.passed)
            or any(not each.proved for each in self.proof or ())
            or (self.judge is not None and self.judge.verdict != "correct")
        )
        return ExitStatus.NO if no else ExitStatus.ANSWERED
