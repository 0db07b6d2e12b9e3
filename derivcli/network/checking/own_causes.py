"""Why a gradient of the user's own is wrong: what, done to the right one, makes just these numbers.

A cause is named only where it explains every entry of an array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from derivcli.errors import listed
from derivcli.language.tree import Node
from derivcli.network.backprop import Sweeps
from derivcli.network.checking.agreement import Flags, agreeing
from derivcli.network.checking.causes import times
from derivcli.network.checking.gradient_files import GivenArray
from derivcli.network.checking.gradients import evaluated
from derivcli.network.equation import Equation
from derivcli.network.equation_reader import parse_right_side
from derivcli.network.equations import backward, loss_slope
from derivcli.network.judging.mistake_words import words
from derivcli.network.judging.mistakes import MISTAKES
from derivcli.network.judging.planting import Planted
from derivcli.network.layers import Architecture
from derivcli.network.numbers import Matrix, Network

MOST_WORK = 20_000_000  # parameters times examples: beyond, no mistake is planted
MOST_EXAMPLES = 1_000  # that are tried one by one
MOST_NAMED = 3  # mistakes that make the same numbers
FEW_ENTRIES, FEW_DIGITS = 3, 4  # fewer of both match by chance
STEMS = ("dZ", "dW", "db")


@dataclass(frozen=True, slots=True)
class Compared:
    """A given gradient, the right one, and what rounding makes of it; the sweeps have run."""

    network: Network
    sweeps: Sweeps
    given: Mapping[str, GivenArray]
    right: Mapping[str, Matrix]
    floors: Mapping[str, Matrix]

    def agreeing(self, name: str, target: Matrix) -> Flags:
        """Return which entries of an array are those of a target."""
        return agreeing(self.given[name], target, self.floors[name])

    def fits(self, name: str, target: Matrix | str) -> bool:
        """Are all entries of an array those of a target?"""
        if isinstance(target, str) or target.shape != self.right[name].shape:
            return False
        return bool(self.agreeing(name, target).all())


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


def causes(case: Compared) -> dict[str, str]:
    """Return the cause of each wrong array, by name, where one is found."""
    wrong = [name for name in case.given if not case.fits(name, case.right[name])]
    if not wrong:
        return {}
    plants = list(_plants(case))
    everything = _named([each for each in plants if each.explained == {*case.given}])
    if everything:
        return dict.fromkeys(wrong, everything)
    found = {name: _cause(case, name, plants) for name in wrong}
    return {name: cause for name, cause in found.items() if cause}


def _cause(case: Compared, name: str, plants: list[_Plant]) -> str | None:
    layer = name[2:]
    near = [each for each in plants if name in each.explained]
    own = [each for each in near if {*each.lefts} & {name, f"dZ{layer}"}]
    return (
        _proportion(case, name)
        or _turned(case, name)
        or _another(case, name)
        or _named(own or near)
        or _penalty(case, name)
        or _one_example(case, name)
        or _one_line(case, name)
    )


def _named(plants: list[_Plant]) -> str | None:
    """Return the mistakes that explain the same, in words: those in the fewest equations."""
    if not plants:
        return None
    fewest = min(len(each.lefts) for each in plants)
    told = dict.fromkeys(each.told for each in plants if len(each.lefts) == fewest)
    return "; or ".join([*told][:MOST_NAMED])


def _plants(case: Compared) -> Iterator[_Plant]:
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


def _proportion(case: Compared, name: str) -> str | None:
    """Return the factor by which all entries are off: m, 1/m, -1, 2, or any other."""
    given, right, m = case.given[name].values, case.right[name], float(case.network.examples)
    if not given.any():
        return "every entry is 0"
    notes = {m: ": the 1/m is missing", 1.0 / m: ": the 1/m stands twice"} if m > 1 else {}
    for ratio in (*notes, -1.0, 2.0, 0.5, *(-each for each in notes), -2.0, -0.5):
        if case.fits(name, ratio * right):
            return f"every entry is {times(ratio, int(m))}{notes.get(ratio, '')}"
    scale = float(np.abs(right).max())
    if not scale or np.count_nonzero(right) < 2 or not _telling(case, name):
        return None
    unit = right / scale
    ratio = float((given / scale * unit).sum() / (unit * unit).sum())
    if not np.isfinite(ratio) or not case.fits(name, ratio * right):
        return None
    return f"every entry is {ratio:.4g} times what it should be"


def _telling(case: Compared, name: str) -> bool:
    """Are there digits enough for a match not to be chance, where many are tried?"""
    given = case.given[name]
    few = given.significant is not None and given.significant < FEW_DIGITS
    return given.values.size >= FEW_ENTRIES or not few


def _turned(case: Compared, name: str) -> str | None:
    right = case.right[name]
    if right.size > 1 and case.fits(name, right.T):
        return f"it is the transpose of {name}"
    return None


def _another(case: Compared, name: str) -> str | None:
    """Return whose numbers these are, where they are those of another array."""
    for other, right in case.right.items():
        if other != name and case.fits(name, right):
            return f"these are the numbers of {other}"
    layer = int(name[2:]) - 1
    own = case.network.W[layer] if name[1] == "W" else case.network.b[layer]
    if case.fits(name, own):
        return f"these are the numbers of {name[1:]}, not of its gradient"
    return None


def _penalty(case: Compared, name: str) -> str | None:
    """Return the multiple of W that was added, as a penalty on large weights does."""
    if name[1] != "W":
        return None
    right, W = case.right[name], case.network.W[int(name[2:]) - 1]
    if np.count_nonzero(W) < 2 or not _telling(case, name):
        return None
    factor = float(((case.given[name].values - right) * W).sum() / (W * W).sum())
    if not factor or not np.isfinite(factor) or not case.fits(name, right + factor * W):
        return None
    sign = "added to" if factor > 0 else "taken from"
    return f"{abs(factor):.4g} {name[1:]} is {sign} it, as by a penalty, which this cost has not"


def _one_example(case: Compared, name: str) -> str | None:
    """Return which example these are the numbers of, where it is one alone."""
    layer, m = case.sweeps.layers[int(name[2:]) - 1], case.network.examples
    if m == 1 or not _telling(case, name):
        return None
    for k in range(min(m, MOST_EXAMPLES)):
        inputs = layer.inputs[:-1, k] if name[1] == "W" else np.ones(1)
        alone = np.outer(layer.dZ[:, k], inputs)
        for factor, divided in ((1.0, "not divided by m"), (1.0 / m, "divided by m")):
            if alone.any() and case.fits(name, factor * alone):
                return f"these are the numbers of example {k + 1} alone, {divided}"
    return None


def _one_line(case: Compared, name: str) -> str | None:
    """Return the row or the column that alone is wrong, and by which factor where there is one."""
    right, given = case.right[name], case.given[name].values
    wrong = ~case.agreeing(name, right)
    for axis, noun in ((0, "row"), (1, "column")):
        lines = np.flatnonzero(wrong.any(axis=1 - axis))
        if len(lines) != 1 or right.shape[axis] == 1 or right.shape[1 - axis] == 1:
            continue
        line = int(lines[0])
        own, expected = given.take(line, axis), right.take(line, axis)
        size = float(np.sum(expected * expected))
        ratio = float(np.sum(own * expected)) / size if size else 0.0
        target = right.copy()
        target[(line, slice(None)) if axis == 0 else (slice(None), line)] *= ratio
        by = times(ratio, case.network.examples) if own.any() else "0"
        said = f": it is {by}" if wrong.sum() > 1 and case.fits(name, target) else ""
        return f"{noun} {line + 1} alone is wrong{said}"
    return None
