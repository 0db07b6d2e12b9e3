"""THE table of classic mistakes in backpropagation, ready to be planted for a check to catch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from derivcli.errors import UsageError, printable
from derivcli.language.matrices.tree import Equation
from derivcli.network.equations import backward
from derivcli.network.judging import places
from derivcli.network.judging.case import Case
from derivcli.network.judging.places import Planted
from derivcli.network.layers import Architecture

EXAMPLES = 5  # of the trial that shows whether a mistake makes a difference


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake: `words` say what is done, `places` where it can be planted in a layer."""

    name: str
    words: str
    places: Callable[[Architecture, int], Iterator[Planted]]


def planted(network: Architecture, name: str, layer: int | None = None) -> tuple[Equation, ...]:
    """Return the equations of backpropagation with a mistake in one of them.

    It is planted in the last layer where it makes a difference, unless `layer` says where.

    Raises UsageError for a mistake that nobody knows, or that has no place in this network.
    """
    if name not in MISTAKES:
        near = get_close_matches(name, MISTAKES, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(MISTAKES)}"
        raise UsageError(f"unknown mistake '{printable(name)}'", hint=hint)
    if layer is not None and not 1 <= layer <= network.layers:
        raise UsageError(f"there is no layer {layer}", hint=f"the last layer is {network.layers}")
    layers = range(network.layers, 0, -1) if layer is None else (layer,)
    right = backward(network)
    for each in layers:
        for left, element in MISTAKES[name].places(network, each):
            wrong = Equation(left, element)
            if _matters(network, wrong):
                return tuple(wrong if old.name == left else old for old in right)
    where = f"layer {layer} of this network" if layer is not None else "this network"
    raise UsageError(f"the mistake {name} has no place in {where}", hint=_others(network, layers))


def _others(network: Architecture, layers: Iterator[int] | range | tuple[int, ...]) -> str:
    fitting = [
        row.name
        for row in MISTAKES.values()
        if any(
            _matters(network, Equation(*each))
            for layer in layers
            for each in row.places(network, layer)
        )
    ]
    return f"there is a place for {', '.join(fitting)}"


def _matters(network: Architecture, wrong: Equation) -> bool:
    """Does the mistake change a shape or a value, at the sizes of this network?"""
    case = Case(network, EXAMPLES, wrong)
    return not case.seems(wrong.expression, case.own)


ROWS = (
    Mistake("missing-mean", "the 1/m is forgotten", places.missing_mean),
    Mistake("mean-twice", "the 1/m stands in dZ as well", places.mean_twice),
    Mistake("sign", "Y - A is written for A - Y", places.sign),
    Mistake("missing-label", "A is written for A - Y", places.missing_label),
    Mistake("factor-two", "the slope of a square keeps its 2", places.factor_two),
    Mistake("wrong-loss", "dZ of the last layer belongs to another loss", places.wrong_loss),
    Mistake("activation-for-slope", "g(Z) stands for g'(Z)", places.activation_for_slope),
    Mistake("missing-slope", "g'(Z) is forgotten", places.missing_slope),
    Mistake("wrong-slope", "g'(Z) is that of another activation", places.wrong_slope),
    Mistake("wrong-variable", "g' is written in Z where it is in A", places.wrong_variable),
    Mistake("missing-transpose", "a .T is forgotten", places.missing_transpose),
    Mistake("swapped-factors", "the factors of @ are swapped", places.swapped_factors),
    Mistake("elementwise", "* is written for @", places.elementwise),
    Mistake("wrong-axis", "the sum runs over the units, not over the examples", places.wrong_axis),
    Mistake("missing-sum", "db is dZ, not added up", places.missing_sum),
    Mistake("missing-keepdims", "the sum loses an axis", places.missing_keepdims),
    Mistake("stale-layer", "W is that of another layer", places.stale_weights),
    Mistake("stale-input", "dW reads what the layer gives, not what it reads", places.stale_input),
    Mistake("before-activation", "dW reads Z where it reads A", places.before_activation),
    Mistake("activation-derivative", "dA is written for dZ", places.missing_backward),
)

MISTAKES: Mapping[str, Mistake] = {row.name: row for row in ROWS}
