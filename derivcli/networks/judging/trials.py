"""Networks drawn at random, on which an equation is compared with the right one.

Only the layers that the equation speaks of are drawn, so a deep network costs no more than a
shallow one: what comes in below them and what comes back from above is drawn as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array, Entries, Float64Entries
from derivcli.arrays.evaluation import UnknownError, evaluate
from derivcli.arrays.formulas import is_native
from derivcli.arrays.objects import PreciseEntries
from derivcli.calculus.arithmetic import Multiprecision, TooLarge, precision
from derivcli.errors import DerivError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.tree import Binary, Call, Node, Number, names, nodes
from derivcli.networks import equations
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.equation import RATE
from derivcli.networks.layers import Architecture
from derivcli.networks.losses import LOSSES
from derivcli.networks.penalty_arrays import constant_values
from derivcli.networks.references import reference

LONGEST_POWER = 16_384  # bits: a power beyond is too large to compute with
DIGITS = 60
AGREEING = 42  # digits in which what is equal agrees: the others are left to rounding
PLACE = 20  # more digits, to which a place beside an edge is found
SNAP = 1e-40  # what is nearer to 0 is on an edge: a place beside one is found to more digits
ATTEMPTS = 40  # at drawing a network whose units stand on both sides of 0
# What a tree that has no value raises.
FAILURES = (ArithmeticError, ValueError, UnknownError, DerivError)
EXACTLY_DRAWN = 6  # layers: a network of no more is drawn as a whole


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """What to draw: sizes n_0, ..., n_L and m examples, of the layers that matter.

    `single`: one column, whatever m is. `labels`: Y holds 0 and 1 only. `free`: A of the last layer
    may leave the domain of the loss, so that its slope matters on both sides of 0. `far`: numbers
    are so large that digits are lost in right equations, too.
    """

    architecture: Architecture
    sizes: tuple[int, ...]
    examples: int
    layers: frozenset[int]
    single: bool = False
    labels: bool = False
    free: bool = False
    seed: int = 1
    spread: int = 1
    digits: int = DIGITS
    agreeing: int = AGREEING
    far: bool = False

    @property
    def columns(self) -> int:
        return 1 if self.single else self.examples

    @property
    def is_slow(self) -> bool:
        """Does an activation take long to compute with many digits?"""
        return any(map(_is_slow, self.architecture.activations))

    @property
    def tolerance(self) -> Any:
        """How far apart equal arrays may be, as a part of the largest entry."""
        return exact(10) ** -self.agreeing


@cache
def _is_slow(activation: str) -> bool:
    """Is it made of what NumPy has not?"""
    texts = [equations.activation_element(activation, prime=False)]
    if ACTIVATIONS[activation].slope is not None:
        texts.append(equations.activation_element(activation, prime=True))
    return any(
        isinstance(each, Call) and each.function in FUNCTIONS and not is_native(each.function)
        for text in texts
        for each in nodes(text)
    )


@dataclass(frozen=True)
class Trial:
    """The values of every array: with many digits, and rounded to float64.

    On an edge, `beyond` are the values a hair's breadth beyond it: what is nearly 0 counts as 0.
    """

    plan: TrialPlan
    values: Mapping[str, Array]
    rounded: Mapping[str, Array]
    beyond: Mapping[str, Array] | None = None

    @property
    def lenient(self) -> bool:
        """Does it tell nothing that an equation has no value here?"""
        return self.plan.free or self.plan.far or self.beyond is not None

    @cached_property
    def noise(self) -> Any:
        """How far apart equal arrays may be whatever their size: what digits were lost leave."""
        if not self.plan.far:
            # On an edge, as far as the place beside it is off.
            return exact(0) if self.beyond is None else exact(10) ** -(PLACE + self.plan.agreeing)
        # dA of a saturated unit is beyond all measure, and only ever a factor.
        sizes = [np.max(np.abs(each)) for name, each in self.values.items() if name[:2] != "dA"]
        largest = max(sizes)
        return largest**3 * exact(10) ** (self.plan.agreeing // 2 - self.plan.digits)

    def agrees(self, name: str, found: Array) -> bool:
        """Is this the right value of a left side? On an edge, of either side or between them."""
        expected = self.values[name]
        other = expected if self.beyond is None else self.beyond[name]
        if found.shape != expected.shape:
            return False
        size = np.max(np.maximum(np.abs(expected), np.abs(other)))  # it may be 0 on one side alone
        bar = self.plan.tolerance * size + self.noise
        low, high = np.minimum(expected, other), np.maximum(expected, other)
        return bool(np.all(found >= low - bar) and np.all(found <= high + bar))

    def expected(self, name: str) -> Array:
        """Return the right value of a left side."""
        return self.values[name]


def value(element: Node, trial: Trial, *, precise: bool = False) -> Array:
    """Return the value of a right side on a trial; precise ones inside `precision`.

    Raises what `evaluate` raises, and ArithmeticError where an entry has no value.
    """
    if not precise:
        floats = Float64Entries()
        return evaluate(
            element, trial.rounded, floats, activations(trial.plan.architecture, floats)
        )
    entries = BoundedEntries() if trial.beyond is None else EntriesOnEdge()
    if not trial.plan.single:
        entries.m = trial.plan.columns, trial.values["m"].item()
    return evaluate(element, trial.values, entries, activations(trial.plan.architecture, entries))


def exact(number: int) -> Any:
    """Return a whole number as a precise entry."""
    return PreciseEntries().constant(Fraction(number))


def whole(drawn: Array) -> Array:
    """Return whole numbers as precise entries."""
    return np.array([[exact(int(each)) for each in row] for row in drawn], dtype=object)


class BoundedEntries(PreciseEntries):
    """Many digits, and no power that is too large to compute with.

    `m` is how many columns are drawn, and how many examples they stand for.
    """

    m: tuple[int, Any] = (1, 1)

    def count(self, lengths: tuple[int, ...]) -> Any:
        columns, examples = self.m
        found = self.constant(Fraction(1))
        for length in lengths:
            found *= examples if length == columns else length
        return found

    def power(self, node: Binary, base: Array, exponent: Array) -> Array:
        for u, v in np.nditer([base, exponent], flags=["refs_ok", "zerosize_ok"]):
            base_bits = abs(u.item().exp + u.item().bc) if u.item() else 0
            if abs(v.item()) * (base_bits + 1) > LONGEST_POWER:
                raise TooLarge("a power is too large to compute with")
        return super().power(node, base, exponent)


class Snapping(Multiprecision):
    """Many digits, where what is nearly 0 counts as 0."""

    def sign(self, value: Any) -> int:
        return 0 if abs(value) < SNAP else super().sign(value)


class EntriesOnEdge(BoundedEntries):
    """The entries a hair's breadth beside an edge, compared as they would be on it."""

    arithmetic = Snapping()

    def power(self, node: Binary, base: Array, exponent: Array) -> Array:
        snapped = [exact(0) if self.arithmetic.sign(v) == 0 else v for v in exponent.flat]
        snapped_exponent = np.array(snapped, dtype=object).reshape(exponent.shape)
        return super().power(node, base, snapped_exponent)


def activations(network: Architecture, entries: Entries) -> Callable[[int, bool, Array], Array]:
    """Return g(Z) and g'(Z) of each layer, as `evaluate` asks for them."""

    def activation(layer: int, prime: bool, Z: Array) -> Array:
        name = network.activations[layer - 1]
        known = {"Z1": Z}
        if prime and "{A}" in (ACTIVATIONS[name].slope or ""):
            known["A1"] = activation(layer, False, Z)
        found = evaluate(_element(name, prime), known, entries)
        return found if found.shape == Z.shape else np.broadcast_to(found, Z.shape)

    return activation


@lru_cache(maxsize=64)
def _element(name: str, prime: bool) -> Node:
    return equations.activation_element(name, prime=prime)


@lru_cache(maxsize=64)
def trial(plan: TrialPlan) -> Trial:
    """Return a network drawn by a plan: parameters, data, and what follows from them."""
    draw = np.random.RandomState(plan.seed)
    with precision(plan.digits):
        found: dict[str, Array] = {}
        for _ in range(ATTEMPTS):
            found = NetworkDrawing(plan, draw).drawn()
            if _telling(plan, found):
                break
        rounded = {name: array.astype(np.float64) for name, array in found.items()}
    return Trial(plan, found, rounded)


def _telling(plan: TrialPlan, values: Mapping[str, Array]) -> bool:
    """Do the units of every layer stand on both sides of 0, with something to send back?"""
    for layer in plan.layers:
        Z, dZ = values[f"Z{layer}"], values[f"dZ{layer}"]
        if not np.any(dZ != 0):
            return False
        confined = layer == plan.architecture.layers and _confined(plan)
        if Z.size > 1 and not confined and not (np.any(Z > 0) and np.any(Z < 0)):
            return False
    return True


def confinable(network: Architecture) -> bool:
    """Must A of the last layer be kept between 0 and 1, for its loss to have a value?"""
    row = LOSSES[network.loss]
    return row.confined and network.activations[-1] != row.fits


def at_an_end(network: Architecture) -> bool:
    """May A of the last layer be where its loss has no value, for more than single numbers?"""
    return confinable(network) and ACTIVATIONS[network.activations[-1]].flat


def _confined(plan: TrialPlan) -> bool:
    return confinable(plan.architecture) and not plan.free


class NetworkDrawing:
    """One network, drawn."""

    def __init__(self, plan: TrialPlan, draw: np.random.RandomState) -> None:
        self.plan = plan
        self.draw = draw
        self.entries = PreciseEntries()
        self.activation = activations(plan.architecture, self.entries)
        self.values: dict[str, Array] = {
            "m": np.asarray(exact(plan.examples)), RATE: np.asarray(exact(13 + plan.seed) / 101),
            **constant_values(plan.architecture, self.entries),
        }  # fmt: skip

    def drawn(self) -> dict[str, Array]:
        plan, last = self.plan, self.plan.architecture.layers
        for layer in sorted(plan.layers):
            self.forward(layer)
        if last in plan.layers:
            self.values["Y"] = self.answers()
        for layer in sorted(plan.layers, reverse=True):
            self.backward(layer)
        if last in plan.layers and not plan.free and self._knows("J"):
            self.values["J"] = self.right("J")
        return self.values

    def numbers(self, rows: int, columns: int, low: int = 15, high: int = 150) -> Array:
        """Return numbers of either sign, none of them near 0: random multiples of 1/101."""
        size = (rows, columns)
        drawn = self.draw.randint(low, high, size) * self.draw.choice([-1, 1], size)
        return whole(drawn) / 101

    def forward(self, layer: int) -> None:
        plan, values = self.plan, self.values
        below = equations.before(layer)
        if below not in values:
            given = self.numbers(plan.sizes[layer - 1], plan.columns)
            if layer > 1:
                values[f"Z{layer - 1}"] = given
                given = self.activation(layer - 1, False, given)
            values[below] = given
        units, before = plan.sizes[layer], plan.sizes[layer - 1]
        W, b = self.numbers(units, before) * plan.spread, self.numbers(units, 1)
        if layer == plan.architecture.layers and _confined(plan):
            # Then 0.1 < Z < 0.5, and A of every activation stands between 0 and 1.
            largest = np.max(np.abs(W @ values[below]))
            W, b = W / math.ceil(largest * 10), b / 20 + exact(3) / 10
        values[f"W{layer}"], values[f"b{layer}"] = W, b
        values[f"Z{layer}"] = W @ values[below] + b
        values[f"A{layer}"] = self.activation(layer, False, values[f"Z{layer}"])

    def answers(self) -> Array:
        plan = self.plan
        rows, columns = plan.sizes[-1], plan.columns
        by_example = "softmax" in (plan.architecture.loss[:7], plan.architecture.activations[-1])
        if plan.labels and by_example:
            chosen = np.eye(rows, dtype=int)[:, self.draw.randint(0, rows, columns)]
            return whole(chosen)
        kind = LOSSES[plan.architecture.loss].answers
        if kind == "signs":
            return whole(np.sign(self.numbers(rows, columns)))
        if plan.labels:
            chosen = (self.numbers(rows, columns) > 0).astype(int)
            return whole(chosen)
        if kind == "numbers":
            return self.numbers(rows, columns)
        Y: Array = np.abs(self.numbers(rows, columns)) * 60 / 100
        return np.asarray(Y / np.sum(Y, axis=0, keepdims=True)) if by_example else Y

    def backward(self, layer: int) -> None:
        values = self.values
        known = self._known(layer)
        if known is None:
            known = self.numbers(self.plan.sizes[layer], self.plan.columns)
            values[f"dZ{layer}"] = known * self.activation(layer, True, values[f"Z{layer}"])
        values[f"dA{layer}"] = known
        for name in ("dZ", "dW", "db"):
            if f"{name}{layer}" not in values and self._knows(f"{name}{layer}"):
                values[f"{name}{layer}"] = self.right(f"{name}{layer}")

    def _known(self, layer: int) -> Array | None:
        """Return dA of a layer; None where it is to be drawn, as there is nothing above it."""
        plan, last = self.plan, layer == self.plan.architecture.layers
        if not last and f"dZ{layer + 1}" not in self.values:
            return None
        try:
            return self.right(f"dA{layer}")
        except ArithmeticError:
            # relu makes A = 0, where the slope of cross-entropy has no value: any other does.
            if last and plan.free and at_an_end(plan.architecture):
                return None
            raise

    def _knows(self, name: str) -> bool:
        """Are the arrays drawn of which the right side is made? A penalty may take all layers."""
        if self.plan.architecture.penalty is None:
            return True
        right = reference(self.plan.architecture, name, single=self.plan.single)
        return {*names(right.expression)} <= {*self.values}

    def right(self, name: str) -> Array:
        element = reference(self.plan.architecture, name, single=self.plan.single).expression
        return evaluate(element, self.values, self.entries, self.activation)


def scales(numbers: Iterable[Number]) -> tuple[int, int]:
    """Return how many digits the smallest number typed is below 1, and the largest above."""
    found = [
        math.log10(each.value.numerator) - math.log10(each.value.denominator)
        for each in numbers
        if each.value
    ]
    return math.ceil(-min([0, *found])), math.ceil(max([0, *found]))


def close(found: Any, expected: Any, tolerance: Any) -> bool:
    """Are two arrays of one shape equal up to a part of the largest entry?"""
    if found.shape != expected.shape:
        return False
    scale = np.max(np.abs(expected))
    if not scale < math.inf:  # everything is near an infinite number
        return False
    return bool(np.all(np.abs(found - expected) <= tolerance * scale))
