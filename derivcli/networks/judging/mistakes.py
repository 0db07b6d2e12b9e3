"""THE table of classic mistakes in backpropagation, ready to be planted for a check to catch.

mistake_words.py says what each of them does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from derivcli.errors import UsageError, printable
from derivcli.networks.equation import Equation
from derivcli.networks.equations import backward
from derivcli.networks.judging import planting
from derivcli.networks.judging.case import Case
from derivcli.networks.judging.planting import Planted
from derivcli.networks.layers import Architecture

EXAMPLES = 5  # of the trial that shows whether a mistake makes a difference

Places = Callable[[Architecture, int], Iterator[Planted]]  # where it can be planted in a layer


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
        for left, element in MISTAKES[name](network, each):
            wrong = Equation(left, element)
            if _matters(network, wrong):
                return tuple(wrong if old.name == left else old for old in right)
    where = f"layer {layer} of this network" if layer is not None else "this network"
    raise UsageError(f"the mistake {name} has no place in {where}", hint=_others(network, layers))


def _others(network: Architecture, layers: Iterator[int] | range | tuple[int, ...]) -> str:
    fitting = [
        name
        for name, found in MISTAKES.items()
        if any(
            _matters(network, Equation(*each)) for layer in layers for each in found(network, layer)
        )
    ]
    return f"there is a place for {', '.join(fitting)}"


def _matters(network: Architecture, wrong: Equation) -> bool:
    """Does the mistake change a shape or a value, at the sizes of this network?"""
    case = Case(network, EXAMPLES, wrong)
    return not case.seems(wrong.expression, case.own)


MISTAKES: Mapping[str, Places] = {
    "missing-mean": planting.missing_mean,
    "mean-twice": planting.mean_twice,
    "sign": planting.sign,
    "missing-label": planting.missing_label,
    "factor-two": planting.factor_two,
    "wrong-loss": planting.wrong_loss,
    "activation-for-slope": planting.activation_for_slope,
    "missing-slope": planting.missing_slope,
    "wrong-slope": planting.wrong_slope,
    "wrong-variable": planting.wrong_variable,
    "missing-transpose": planting.missing_transpose,
    "swapped-factors": planting.swapped_factors,
    "elementwise": planting.elementwise,
    "wrong-axis": planting.wrong_axis,
    "missing-sum": planting.missing_sum,
    "missing-keepdims": planting.missing_keepdims,
    "stale-layer": planting.stale_weights,
    "stale-input": planting.stale_input,
    "before-activation": planting.before_activation,
    "activation-derivative": planting.missing_backward,
    "missing-penalty": planting.missing_penalty,
}
