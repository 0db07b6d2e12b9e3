"""An equation to judge: the trials it has to stand, and what it comes to on them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from derivcli.arrays.entries import Array, Float64Entries
from derivcli.arrays.evaluation import evaluate
from derivcli.calculus.arithmetic import precision
from derivcli.language.shapes import ShapeError
from derivcli.language.tree import (
    Activation,
    Binary,
    Comparison,
    Name,
    Node,
    Number,
    names,
    nodes,
    rebuild,
)
from derivcli.networks.equation import Equation, parted, written
from derivcli.networks.equations import loss_element
from derivcli.networks.judging.edges import beside, lines
from derivcli.networks.judging.kinks import all_edges, in_pieces
from derivcli.networks.judging.trials import (
    AGREEING,
    DIGITS,
    EXACTLY_DRAWN,
    FAILURES,
    Trial,
    TrialPlan,
    close,
    confinable,
    scales,
    trial,
    value,
)
from derivcli.networks.layers import Architecture
from derivcli.networks.references import reference

# No two sizes of neighbouring layers are equal, none is 1, and none is the number of examples.
GENERAL = (((3, 4, 2, 5, 6), 7), ((2, 5, 3, 6, 4), 8))
LARGEST_KEPT = 9  # sizes above are drawn smaller: equal ones equal, different ones different
SCREEN = 1e-9
WIDE = ((6, 100), (30, 300), (200, 2_000))  # how large the weights are, digits that this takes
NEAR = {Fraction(0), Fraction(1), Fraction(1, 100)}  # no piece begins far from 0


@dataclass(frozen=True)
class Case:
    """An equation and the network it is written for.

    With `one_output` every network that is drawn has one, as this one has.
    """

    architecture: Architecture
    examples: int
    equation: Equation
    one_output: bool = False

    @property
    def name(self) -> str:
        """The left side."""
        return self.equation.name

    @property
    def letter(self) -> str:
        """The left side without its layer."""
        return parted(self.name)[0]

    @property
    def layer(self) -> int:
        """The layer of the left side; of J the last."""
        return parted(self.name)[1] or self.architecture.layers

    @property
    def single(self) -> bool:
        return self.equation.single

    def text(self, tree: Node) -> str:
        """Return a part of the equation in the student's kind of names."""
        return written(tree, single=self.single)

    @cached_property
    def reference(self) -> Equation:
        """The right equation."""
        found = reference(self.architecture, self.name, single=self.single)
        return replace(found, single=self.single, column=self.equation.column)

    @cached_property
    def layers(self) -> frozenset[int]:
        """The layers to draw: those that are spoken of, and the ones beside them."""
        last = self.architecture.layers
        if last <= EXACTLY_DRAWN:
            return frozenset(range(1, last + 1))
        spoken = {self.layer}
        parts = [*nodes(self.equation.expression)]
        if self.architecture.penalty is not None:
            parts += nodes(self.reference.expression)
        for each in parts:
            match each:
                case Name(name="X"):
                    spoken.add(1)
                case Name(name="Y"):
                    spoken.add(last)
                case Name(name=name):
                    spoken.add(parted(name)[1] or self.layer)
                case Activation():
                    spoken.add(each.layer)
        beside = {layer + step for layer in spoken for step in (-1, 0, 1)}
        return frozenset(beside & set(range(1, last + 1)))

    @cached_property
    def plan(self) -> TrialPlan:
        """The network's own sizes, small enough to compute with."""
        sizes, examples = self.architecture.sizes, self.examples
        # What differs by the smallest number typed is told apart, whatever the largest cancels.
        small, large = scales(
            each for each in nodes(self.equation.expression) if isinstance(each, Number)
        )
        digits, agreeing = DIGITS + small + 2 * large, AGREEING + small
        drawn = self._sizes_drawn
        if max(*drawn, examples) > LARGEST_KEPT:
            ranks = {size: index for index, size in enumerate(sorted({*drawn, examples} - {1}), 2)}
            sizes = tuple(ranks.get(size, 1) for size in sizes)
            examples = ranks.get(examples, 1)
        plan = TrialPlan(self.architecture, sizes, examples, self.layers, self.single)
        return replace(plan, digits=digits, agreeing=agreeing)

    @property
    def _sizes_drawn(self) -> set[int]:
        return {self.architecture.sizes[layer - step] for layer in self.layers for step in (0, 1)}

    @cached_property
    def full_sizes(self) -> dict[int, int]:
        """The true size of each size in the plan."""
        found = {
            small: size
            for layer in self.layers
            for small, size in zip(
                self.plan.sizes[layer - 1 : layer + 1],
                self.architecture.sizes[layer - 1 : layer + 1],
                strict=True,
            )
        }
        return {**found, self.plan.examples: self.examples, 1: 1}

    @cached_property
    def own(self) -> Trial:
        """A network of the own sizes."""
        return trial(self.plan)

    def plans(self) -> Iterator[TrialPlan]:
        """Yield networks of other sizes, so that nothing is right by a coincidence of sizes."""
        count = self.architecture.layers + 1
        for number, (pool, examples) in enumerate(GENERAL, 1):
            sizes = (pool * count)[:count]
            if self.one_output:
                sizes = (*sizes[:-1], 1)
            plan = replace(self.plan, sizes=sizes, examples=examples, seed=10 * number)
            yield replace(plan, spread=number)
            if number == 1 and self.name != "J" and confinable(self.architecture):
                yield replace(plan, free=True)
        yield replace(plan, seed=30)

    @cached_property
    def general(self) -> tuple[Trial, ...]:
        """Networks of other sizes."""
        return tuple(trial(plan) for plan in self.plans())

    @cached_property
    def wide(self) -> tuple[Trial, ...]:
        """Networks with large numbers, for an equation that may change its mind far from 0."""
        parts = list(nodes(self.equation.expression))
        numbers = {each.value for each in parts if isinstance(each, Number)}
        if numbers <= NEAR or not any(in_pieces(each) for each in parts):
            return ()
        found = []
        # With so many digits erfc takes seconds.
        for spread, more in WIDE[: 1 if self.plan.is_slow else None]:
            digits = self.plan.digits + more
            plan = replace(self.general[0].plan, spread=spread, digits=digits)
            # Where the loss has no value any more there is nothing to compare.
            with contextlib.suppress(*FAILURES):
                drawn = trial(plan)
                # exp(-Z) beside 1 must leave most of the digits.
                if all(
                    np.max(np.abs(drawn.rounded[f"Z{layer}"])) < digits for layer in self.layers
                ):
                    found.append(drawn)
        return tuple(found)

    def right(self, tree: Node, on: Trial) -> bool:
        """Does a right side have the right value on a trial, with many digits?"""
        with precision(on.plan.digits):
            try:
                return on.agrees(self.name, value(tree, on, precise=True))
            except ShapeError:
                return False
            except FAILURES:
                # There the loss itself has no value, or digits are lost: nothing is asked.
                return on.lenient

    def trials(self, tree: Node) -> Iterator[Trial]:
        """Yield every trial that a right side has to stand."""
        yield from self.general
        yield self.own
        yield from self.wide
        # Where the loss has pieces by the answers alone, those are edges of what is right.
        loss = loss_element(self.architecture.loss, self.architecture.layers)
        by_answers = any({*names(edge)} == {"Y"} for edge in all_edges(loss))
        backward = self.name == "J" or self.name[0] == "d"
        for each in (tree, loss) if by_answers and backward else (tree,):
            for line in lines(self.plan, self.name, self.layer, each, one_output=self.one_output):
                yield from beside(line, each)

    def failed(self, tree: Node) -> Trial | None:
        """Return the first trial on which a right side is wrong."""
        return next((on for on in self.trials(tree) if not self.right(tree, on)), None)

    def everywhere(self, tree: Node) -> bool:
        """Is a right side right on every trial?"""
        return self.failed(tree) is None

    def agreeing(self, tree: Node) -> list[Trial]:
        """Return the trials on which a right side is right: none where it is wrong on one."""
        found = []
        for on in self.trials(tree):
            if not self.right(tree, on):
                return []
            found.append(on)
        return found

    def ordinarily(self, tree: Node) -> bool:
        """Is a right side right on networks of ordinary numbers, of the own sizes and of others?"""
        return all(self.right(tree, on) for on in (*self.general, self.own))

    def seems(self, tree: Node, on: Trial | None = None) -> bool:
        """Does a right side have the right value in float64?"""
        on = on or self.general[0]
        found = self.rounded(tree, on)
        with np.errstate(all="ignore"):
            return found is not None and close(found, on.rounded[self.name], SCREEN)

    def rounded(self, tree: Node, on: Trial) -> Array | None:
        """Return the value of a right side in float64, None where it has none."""
        with np.errstate(all="ignore"):
            try:
                return value(tree, on)
            except (ShapeError, *FAILURES):
                return None

    @cached_property
    def misfit(self) -> ShapeError | None:
        """What does not fit at the own sizes, in words that name the true sizes."""
        with np.errstate(all="ignore"):
            try:
                value(self.equation.expression, self.own)
            except ShapeError as error:
                return self._at_full_size(error)
            except FAILURES:
                return None
        return None

    def _at_full_size(self, error: ShapeError) -> ShapeError:
        """Return the same error for the true sizes: that of two names in place of the parts."""
        element = error.node
        if not isinstance(element, Binary | Comparison):
            return error
        left, right = self.shape(element.left), self.shape(element.right)
        if left is None or right is None or (element.operator == "@" and () in (left, right)):
            return error
        names = (Name("left"), Name("right"))
        values = {"left": _empty(left), "right": _empty(right)}
        try:
            evaluate(rebuild(element, names), values, Float64Entries())
        except ShapeError as found:
            found.node = element
            return found
        return error

    def shape(self, tree: Node) -> tuple[int, ...] | None:
        """Return the shape of a part over the network's own sizes, None where it has none."""
        found = self.rounded(tree, self.own)
        if found is None:
            return None
        return tuple(self.full_sizes.get(int(size), int(size)) for size in found.shape)


def _empty(shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(np.float64(0), shape)
