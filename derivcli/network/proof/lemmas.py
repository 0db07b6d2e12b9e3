"""The slopes of activations and of the loss, each proved on its own: what the equations rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from derivcli.arrays.evaluation import evaluate
from derivcli.calculus.cells.cells import cells
from derivcli.calculus.pieces import formulas, inside, pieces
from derivcli.calculus.symbolic import entries as symbolic
from derivcli.calculus.symbolic import symbol, to_sympy
from derivcli.calculus.symbolic.atoms import have_one_normal_form, same
from derivcli.calculus.symbolic.normal_form import have_one_form
from derivcli.language.functions import FUNCTIONS
from derivcli.language.text import text as scalar_text
from derivcli.language.tree import Call, Name, Node, number
from derivcli.network import equations
from derivcli.network.activations import ACTIVATIONS, SOFTMAX
from derivcli.network.equation import written
from derivcli.network.equation_reader import parse_right_side
from derivcli.network.layers import Architecture
from derivcli.network.losses import LOSSES, tree
from derivcli.network.losses import slope as loss_slope
from derivcli.network.proof.written_out import SymbolicEntries, single
from derivcli.network.results import Proved

DIGITS = 30
SHOWN = 6
DIFFERENT = 1e-12
APART = tuple(Fraction(number, 10) for number in (7, 23, 1))  # from the end of a piece


def lemma(network: Architecture, layer: int) -> Proved:
    """Return whether g' of a layer is what the equations say, in words of that layer.

    A function in pieces is differentiated in each of them and, where the pieces beside a border
    have one slope there, on it.
    """
    activation = network.activations[layer - 1]
    if activation == SOFTMAX.name:
        return _softmax(layer, network.sizes[layer])
    shown = written(parse_right_side(equations.slope(activation, layer) or "", layer))
    equation = f"g{layer}'(Z{layer}) = {shown}"
    lines = _pieces(activation)
    for piece in lines:
        if not have_one_normal_form(piece.derived, piece.stated):
            return Proved(equation, False, 1, piece.apart())
    kinks = [
        f"Z{layer} != {scalar_text(number(after.start))}"
        for before, after in pairwise(lines)
        if after.start is not None and not _meet(activation, before, after)
    ]
    return Proved(equation, True, 1, None, " and ".join(kinks))


def function_lemma(name: str) -> Proved:
    """Return whether the slope of a function that a penalty takes is what the equations say."""
    found = lemma(Architecture((1, 1), (name,), "squared"), 1)
    slope = equations.slope(name, 1) or ""
    shown = written(parse_right_side(slope.replace("Z1", "b1"), 1)).replace("b1", "w")
    condition = found.condition.replace("Z1", "w")
    return replace(found, equation=f"d{name}(w)/dw = {shown}", condition=condition)


class _Piece:
    """An activation between two borders as an expression of z, and what its slope is said to be."""

    def __init__(self, activation: str, g: Node, at: Fraction, borders: Sequence[Fraction]) -> None:
        self.start = max((each for each in borders if each < at), default=None)
        self.end = min((each for each in borders if each > at), default=None)
        above, below = self.start, self.end
        sign = 1 if above is not None and above >= 0 else -(below is not None and below <= 0)
        self.at = at
        self.z = symbolic.signed_symbol("z", sign)
        self.value = symbolic.explicit(g, {"u": self.z})
        self.derived = symbolic.partial(self.value, self.z)
        self.stated = _stated(activation, self.z, self.value, at)

    def on(self, expression: Any, place: Fraction) -> Any:
        """Return an expression at a number."""
        return symbolic.replaced(expression, {self.z: symbolic.rational(place)})

    def apart(self) -> str | None:
        """Return where the slope is not what is stated, or None where no such place is found."""
        for distance in APART:
            place = -distance if self.end == 0 else distance
            if self.start is not None and self.end is not None:
                place = self.start + (self.end - self.start) * distance / 3
            elif self.start is not None:
                place = self.start + distance
            elif self.end is not None:
                place = self.end - distance
            here = {self.z: place}
            values = [symbolic.value_at(each, here, DIGITS) for each in (self.derived, self.stated)]
            if None not in values and abs(values[0] - values[1]) > DIFFERENT:
                return (
                    f"the slope is {float(values[0]):.{SHOWN}g} and the formula says"
                    f" {float(values[1]):.{SHOWN}g} at Z = {float(place):g}"
                )
        return None


def _pieces(activation: str) -> list[_Piece]:
    row = ACTIVATIONS[activation].row
    if row is None:
        return [_Piece(activation, Name("u"), Fraction(1), ())]
    borders = pieces(row.name)
    return [
        _Piece(activation, each, at, borders)
        for each, at in zip(formulas(row.name), inside(borders), strict=True)
    ]


class _Around(SymbolicEntries):
    """Entries that are expressions of z, compared as they are around a number."""

    def __init__(self, z: Any, at: Fraction) -> None:
        super().__init__({})
        self.here = {z: at}

    def scalar(self, name: str) -> Callable[..., Any]:
        parameters = FUNCTIONS[name].parameters
        call = Call(name, tuple(map(Name, parameters)))
        return lambda *arguments: symbolic.explicit(
            call, dict(zip(parameters, arguments, strict=True))
        )

    def holds(self, operator: str, left: Any, right: Any) -> Any:
        difference = symbolic.value_at(left - right, self.here, DIGITS)
        sign = Fraction(int(difference > 0) - int(difference < 0))
        return symbolic.compare(operator, *map(symbolic.rational, (sign, Fraction(0))))


def _stated(activation: str, z: Any, value: Any, at: Fraction) -> Any:
    """Return g'(z) as the table states it, around a number."""
    element = equations.activation_element(activation, prime=True)
    return evaluate(element, {"Z1": single(z), "A1": single(value)}, _Around(z, at)).item()


def _meet(activation: str, before: _Piece, after: _Piece) -> bool:
    """Have two pieces one value and one slope where they meet, and is it the stated one there?"""
    border = after.start
    assert border is not None
    ends = [[each.on(part, border) for part in (each.value, each.derived)]
            for each in (before, after)]  # fmt: skip
    z = symbolic.rational(border)
    stated = _stated(activation, z, ends[0][0], border)
    return bool(ends[0] == ends[1] and ends[0][1] == stated)


def loss_lemma(network: Architecture) -> Proved:
    """Return whether the derivative of the loss by A is what the equations say, in every case."""
    row, last = LOSSES[network.loss], network.layers
    shown = written(equations.loss_slope(network.loss, last))
    equation = f"dA{last} = {shown}"
    condition = row.kink.format(A=f"A{last}")
    for cell in cells((tree(row.text), loss_slope(row.name))):
        if cell.thin:
            continue
        value, stated = cell.formulas
        derived = symbolic.partial(symbolic.explicit(value, {}), symbol("A"))
        known = [(to_sympy(node), sign) for node, sign in cell.known]
        if not have_one_form(derived, symbolic.explicit(stated, {}), known):
            return Proved(equation, False, 1, None, condition)
    return Proved(equation, True, 1, None, condition)


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
