"""The slopes of the activations, each proved on the function itself: what the equations rest on."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derivcli.calculus.symbolic import entries as symbolic
from derivcli.calculus.symbolic import symbol
from derivcli.calculus.symbolic.atoms import have_one_normal_form, same
from derivcli.network import equations
from derivcli.network.activations import ACTIVATIONS
from derivcli.network.equation import parse_right_side, written
from derivcli.network.evaluation import evaluate
from derivcli.network.layers import Architecture
from derivcli.network.proof.written_out import SymbolicEntries, single
from derivcli.network.results import Proved

DIGITS = 30
SHOWN = 6
DIFFERENT = 1e-12
POINTS = tuple(Fraction(number, 10) for number in (7, 23, 1))

Scalar = Callable[[Any], Any]


def lemma(network: Architecture, layer: int) -> Proved:
    """Return whether g' of a layer is what the equations say, in words of that layer.

    A function in pieces is differentiated on both sides of 0 and, if it has one slope there, at 0.
    """
    activation = network.activations[layer - 1]
    if activation == "softmax":
        return _softmax(layer, network.sizes[layer])
    row = ACTIVATIONS[activation]
    g: Scalar = symbolic.explicit(row.function) if row.function else _itself
    slope = written(parse_right_side(equations.slope(activation, layer) or "", layer))
    equation = f"g{layer}'(Z{layer}) = {slope}"
    pieces = symbolic.in_pieces(g(symbolic.signed_symbol("z", 0)))
    for sign in (1, -1) if pieces else (0,):
        z = symbolic.signed_symbol("z", sign)
        derived, stated = symbolic.partial(g(z), z), _stated(activation, z, g)
        if not have_one_normal_form(derived, stated):
            return Proved(equation, False, 1, _apart(derived, stated, z, sign))
    kink = pieces and not _smooth_at_0(activation, g)
    return Proved(equation, True, 1, None, f"Z{layer} != 0" if kink else "")


def _itself(z: Any) -> Any:
    return z


def _stated(activation: str, z: Any, g: Scalar) -> Any:
    """Return g'(z) as the table states it, every function in terms of exp, log, erf and pieces."""
    element = equations.activation_element(activation, prime=True)
    functions = {
        str(row.function): symbolic.explicit(row.function)
        for row in ACTIVATIONS.values()
        if row.function
    }
    arrays = {"Z1": single(z), "A1": single(g(z))}
    return evaluate(element, arrays, SymbolicEntries(functions)).item()


def _smooth_at_0(activation: str, g: Scalar) -> bool:
    """Do both pieces have one value and one slope at 0, and is it the stated one?"""
    ends = []
    for sign in (1, -1):
        z = symbolic.signed_symbol("z", sign)
        zero = {z: symbolic.rational(Fraction(0))}
        ends.append([symbolic.replaced(each, zero) for each in (g(z), symbolic.partial(g(z), z))])
    stated = _stated(activation, symbolic.rational(Fraction(0)), g)
    return bool(ends[0] == ends[1] and ends[0][1] == stated)


def _apart(derived: Any, stated: Any, z: Any, sign: int) -> str | None:
    """Return where a slope is not what is stated, or None where no such place is found."""
    for point in POINTS:
        here = {z: -point if sign < 0 else point}
        values = [symbolic.value_at(each, here, DIGITS) for each in (derived, stated)]
        if None not in values and abs(values[0] - values[1]) > DIFFERENT:
            return (
                f"the slope is {float(values[0]):.{SHOWN}g} and the formula says"
                f" {float(values[1]):.{SHOWN}g} at Z = {float(here[z]):g}"
            )
    return None


def _softmax(layer: int, units: int) -> Proved:
    """Return whether the derivative of a_j by z_k is a_j ((j == k) - a_k), for every j and k."""
    z = [symbol(f"z_{unit}") for unit in range(1, units + 1)]
    a = symbolic.shares(z)
    proved = all(
        same(symbolic.partial(a[j], z[k]), a[j] * (int(j == k) - a[k]))
        for j in range(units)
        for k in range(units)
    )
    A = f"A{layer}"
    equation = f"d{A}[j, i]/dZ{layer}[k, i] = {A}[j, i] * ((j == k) - {A}[k, i])"
    return Proved(equation, proved, units**2)
