"""Why a gradient of the user's own is wrong: what, done to the right one, makes just these numbers.

A cause is named only where it explains every entry of an array.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from derivcli.errors import listed
from derivcli.language.tree import Node
from derivcli.networks.backprop import Sweeps
from derivcli.networks.checking.comparing import (
    Compared,
    another,
    one_line,
    penalty,
    proportion,
    telling,
    turned,
)
from derivcli.networks.checking.gradients import evaluated
from derivcli.networks.equation import Equation
from derivcli.networks.equation_reader import parse_right_side
from derivcli.networks.equations import backward, loss_slope
from derivcli.networks.judging.mistake_words import words
from derivcli.networks.judging.mistakes import MISTAKES
from derivcli.networks.judging.planting import Planted
from derivcli.networks.layers import Architecture
from derivcli.networks.numbers import Network

MOST_WORK = 20_000_000  # parameters times examples: beyond, no mistake is planted
MOST_EXAMPLES = 1_000  # that are tried one by one
MOST_NAMED = 3  # mistakes that make the same numbers
STEMS = ("dZ", "dW", "db")


@dataclass(frozen=True, slots=True)
class ComparedLayers(Compared):
    """A given gradient of a network of layers; the sweeps have run."""

    network: Network
    sweeps: Sweeps


@dataclass(frozen=True, slots=True)
class _Plant:
    """A mistake in some equations, and the given arrays that it explains."""

    name: str
    lefts: tuple[str, ...]
    explained: frozenset[str]

    @property
    def told(self) -> str:
        """What the mistake does, its name, and the equations that it is in."""
        lefts = sorted(self.lefts, key=lambda left: (int(left[2:]), left))
        return f"{words(self.name)} ({self.name} in {listed(lefts)})"


def causes(case: ComparedLayers) -> dict[str, str]:
    """Return the cause of each wrong array, by name, where one is found."""
    wrong = case.wrong
    if not wrong:
        return {}
    plants = list(_plants(case))
    everything = _named([each for each in plants if each.explained == {*case.given}])
    if everything:
        return dict.fromkeys(wrong, everything)
    found = {name: _cause(case, name, plants) for name in wrong}
    return {name: cause for name, cause in found.items() if cause}


def _cause(case: ComparedLayers, name: str, plants: list[_Plant]) -> str | None:
    layer = name[2:]
    near = [each for each in plants if name in each.explained]
    own = [each for each in near if {*each.lefts} & {name, f"dZ{layer}"}]
    return (
        proportion(case, name)
        or turned(case, name)
        or another(case, name)
        or _named(own or near)
        or _of_penalty(case, name)
        or (penalty(case, name) if name[1] == "W" else None)
        or _one_example(case, name)
        or one_line(case, name)
    )


def _named(plants: list[_Plant]) -> str | None:
    """Return the mistakes that explain the same, in words: those in the fewest equations."""
    if not plants:
        return None
    fewest = min(len(each.lefts) for each in plants)
    told = dict.fromkeys(each.told for each in plants if len(each.lefts) == fewest)
    return "; or ".join([*told][:MOST_NAMED])


def _plants(case: ComparedLayers) -> Iterator[_Plant]:
    """Yield every classic mistake in every place, and in all places of a kind at once."""
    network = case.network.architecture
    if network.parameters * case.network.examples > MOST_WORK:
        return
    right = _with_outputs(network)
    for name, found in MISTAKES.items():
        places = [
            place for layer in range(network.layers, 0, -1) for place in found(network, layer)
        ]
        for planted in _together(places):
            gradients = evaluated(
                case.network,
                case.sweeps,
                tuple(Equation(each.name, planted.get(each.name, each.expression))
                      for each in right),
            )  # fmt: skip
            explained = {each for each in case.given if case.fits(each, gradients[each])}
            if explained:
                yield _Plant(name, tuple(planted), frozenset(explained))


def _together(places: list[Planted]) -> Iterator[dict[str, Node]]:
    """Yield each place alone, then the first of every equation: of one kind, and of all kinds."""
    for left, side in places:
        yield {left: side}
    firsts = dict(reversed(places))
    for stems in (*((stem,) for stem in STEMS), STEMS):
        chosen = {left: firsts[left] for left in firsts if left.startswith(stems)}
        if len(chosen) > 1:
            yield chosen


def _with_outputs(network: Architecture) -> tuple[Equation, ...]:
    """Return the equations of backprop, and dA of each layer, which a mistake may take."""
    found: list[Equation] = []
    for each in backward(network):
        if each.name.startswith("dZ"):
            layer = int(each.name[2:])
            slope = (
                loss_slope(network.loss, layer)
                if layer == network.layers
                else parse_right_side(f"W{layer + 1}.T @ dZ{layer + 1}", network.layers)
            )
            found.append(Equation(f"dA{layer}", slope))
        found.append(each)
    return tuple(found)


def _of_penalty(case: ComparedLayers, name: str) -> str | None:
    """Return how many times what the penalty adds was added, where that is not once."""
    own = case.sweeps.penalty
    part = None if own is None else own.gradient().get(name)
    if part is None or not part.any() or not telling(case, name):
        return None
    right, m = case.right[name], float(case.examples)
    for times_added, told in (
        (0.0, "the penalty is missing"),
        (-1.0, "the penalty is subtracted, not added"),
        (1.0 / m, "the penalty is divided by m"),
        (m, "the penalty is multiplied by m"),
        (2.0, "the penalty counts twice"),
        (0.5, "the penalty counts half"),
    ):
        if case.fits(name, right + (times_added - 1.0) * part):
            return told
    return None


def _one_example(case: ComparedLayers, name: str) -> str | None:
    """Return which example these are the numbers of, where it is one alone."""
    layer, m = case.sweeps.layers[int(name[2:]) - 1], case.network.examples
    if m == 1 or not telling(case, name):
        return None
    for k in range(min(m, MOST_EXAMPLES)):
        inputs = layer.inputs[:-1, k] if name[1] == "W" else np.ones(1)
        alone = np.outer(layer.dZ[:, k], inputs)
        for factor, divided in ((1.0, "not divided by m"), (1.0 / m, "divided by m")):
            if alone.any() and case.fits(name, factor * alone):
                return f"these are the numbers of example {k + 1} alone, {divided}"
    return None
