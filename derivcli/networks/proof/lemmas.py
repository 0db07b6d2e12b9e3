"""The slopes of activations and of the loss, each proved on its own: what the equations rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcli.calculus.cells.cells import cells
from derivcli.calculus.evaluate import evaluate
from derivcli.calculus.exact import exact
from derivcli.calculus.pieces import DIGITS, one_sided, pieces
from derivcli.calculus.rows import call_of
from derivcli.calculus.symbolic import entries as symbolic
from derivcli.calculus.symbolic import symbol, to_sympy
from derivcli.calculus.symbolic.atoms import same
from derivcli.calculus.symbolic.normal_form import have_one_form
from derivcli.language.text import text as scalar_text
from derivcli.language.tree import (
    Comparison,
    Name,
    Node,
    Piecewise,
    fold,
    number,
    rebuild,
    substitute,
)
from derivcli.networks import equations
from derivcli.networks.activations import ACTIVATIONS, SOFTMAX
from derivcli.networks.equation import written
from derivcli.networks.equation_reader import parse_right_side
from derivcli.networks.layers import Architecture
from derivcli.networks.losses import LOSSES, tree
from derivcli.networks.losses import slope as loss_slope
from derivcli.networks.results import Proved


def lemma(network: Architecture, layer: int) -> Proved:
    """Return whether g' of a layer is what the equations say, in words of that layer.

    A function in pieces is differentiated in each of them; where one begins there has to be a
    slope, too, and the one that is stated, else the condition names the place.
    """
    activation = network.activations[layer - 1]
    if activation == SOFTMAX.name:
        return _softmax(layer, network.sizes[layer])
    shown = written(parse_right_side(equations.slope(activation, layer) or "", layer))
    row, u = ACTIVATIONS[activation].row, Name("u")
    g = u if row is None else call_of(row)
    element = equations.activation_element(activation, prime=True)
    slope = _in_numbers(substitute(element, {"Z1": u, "A1": g}))
    places = [] if row is None else _kinks(row.name, slope)
    condition = " and ".join(f"Z{layer} != {scalar_text(number(each))}" for each in places)
    return Proved(f"g{layer}'(Z{layer}) = {shown}", _is_slope(g, slope, "u"), 1, condition)


def function_lemma(name: str) -> Proved:
    """Return whether the slope of a function that a penalty takes is what the equations say."""
    found = lemma(Architecture((1, 1), (name,), "squared"), 1)
    slope = equations.slope(name, 1) or ""
    shown = written(parse_right_side(slope.replace("Z1", "b1"), 1)).replace("b1", "w")
    condition = found.condition.replace("Z1", "w")
    return replace(found, equation=f"d{name}(w)/dw = {shown}", condition=condition)


def loss_lemma(network: Architecture) -> Proved:
    """Return whether the derivative of the loss by A is what the equations say, in every case."""
    row, last = LOSSES[network.loss], network.layers
    shown = written(equations.loss_slope(network.loss, last))
    proved = _is_slope(tree(row.text), loss_slope(row.name), "A")
    return Proved(f"dA{last} = {shown}", proved, 1, row.kink.format(A=f"A{last}"))


def _is_slope(function: Node, slope: Node, variable: str) -> bool:
    """Is a slope proved the derivative by a variable, in every piece of both?"""
    for cell in cells((function, slope)):
        if cell.thin:
            continue
        value, stated = (symbolic.explicit(each) for each in cell.formulas)
        known = [(to_sympy(node), sign) for node, sign in cell.known]
        if not have_one_form(symbolic.partial(value, symbol(variable)), stated, known):
            return False
    return True


def _kinks(name: str, slope: Node) -> Iterator[Fraction]:
    """Yield where a piece begins, but where the slopes on either side are the one stated there."""
    for at in pieces(name):
        with exact(DIGITS) as arithmetic:
            stated = evaluate(slope, {"u": at}, arithmetic)
        if not one_sided(name, at, -1) == one_sided(name, at, 1) == stated:
            yield at


def _in_numbers(slope: Node) -> Node:
    """Return a slope in which a comparison that is a factor is 1 where it holds, else 0."""

    def number_of(node: Node) -> Node:
        if isinstance(node, Comparison):
            return Piecewise((number(1),), (node,), number(0))
        return node

    def visit(node: Node, parts: tuple[Node, ...]) -> Node:
        conditional = isinstance(node, Piecewise)
        return rebuild(node, parts if conditional else tuple(map(number_of, parts)))

    return number_of(fold(slope, visit))


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
