"""Repairs of the slope g'(Z) in a product: missing, once too often, or that of something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from derivcli.language.tree import Activation, Binary, Comparison, Name, Node, Number, joined, nodes
from derivcli.networks.activations import ACTIVATIONS, LISTED
from derivcli.networks.equation_reader import parse_right_side
from derivcli.networks.equations import slope
from derivcli.networks.judging.case import SCREEN, Case
from derivcli.networks.judging.kinks import in_pieces
from derivcli.networks.judging.repair_sites import Offer, Site
from derivcli.networks.judging.trials import close

LONGEST_RUN = 3  # factors side by side that may be one slope: A1 * (1 - A1)


def slopes(site: Site) -> Iterator[Offer]:
    """Offer products with the slope of the left side's layer put in, taken out or exchanged."""
    case, parent = site.case, site.parent
    # A part of a product is looked at with the whole, and what is compared is no slope.
    if isinstance(parent, Comparison) or (isinstance(parent, Binary) and parent.operator == "*"):
        return
    factors = _factors(site.element)
    wanted = _wanted(case)
    if wanted is None:
        return
    shown = case.text(wanted)
    stepped = in_pieces(wanted) and any(in_pieces(each) for each in factors)
    if parent is None and case.letter == "dZ" and not stepped:
        prime = case.text(Activation(case.layer, True, Name(f"Z{case.layer}")))
        words = f"the slope {prime} is missing: multiply by {shown}"
        yield joined("*", [*factors, wanted]), words
    for length in range(1, LONGEST_RUN + 1):
        for start in reversed(range(len(factors) - length + 1)):
            run = factors[start : start + length]
            rest = [*factors[:start], wanted, *factors[start + length :]]
            # What holds the product W.T @ dZ is no slope.
            if len(rest) == 1 and parent is None:
                continue
            if not any(isinstance(each, Number) for each in run):
                yield joined("*", rest), partial(_words, case, joined("*", run), wanted)


def _factors(element: Node) -> list[Node]:
    """Return what an elementwise product multiplies, from left to right."""
    if isinstance(element, Binary) and element.operator == "*":
        return [*_factors(element.left), *_factors(element.right)]
    return [element]


def _wanted(case: Case) -> Node | None:
    """Return the slope of the left side's layer, in the student's notation."""
    name = case.architecture.activations[case.layer - 1]
    written = slope(name, case.layer)
    if written is None or written == "1":
        return None
    if any(isinstance(each, Activation) for each in nodes(case.equation.expression)):
        return Activation(case.layer, True, Name(f"Z{case.layer}"))
    return parse_right_side(written, case.architecture.layers)


def _words(case: Case, run: Node, wanted: Node) -> str:
    """Name what stands in place of a slope, by its value."""
    layer, typed, shown = case.layer, case.text(run), case.text(wanted)
    own = case.architecture.activations[layer - 1]
    found = case.rounded(run, case.general[0])
    if found is None or found.ndim != 2:
        return f"{typed} stands where {shown} is needed"
    formula = ACTIVATIONS[own].formula.format(Z=f"Z{layer}")
    if _same(run, case, f"A{layer}") or _same(run, case, formula):
        return f"{typed} is the activation, and its slope is needed: write {shown}"
    if np.all(found == 1):
        return f"{typed} is 1 in every entry: write {shown}"
    names = case.architecture.activations
    for name, row in LISTED.items():
        if row.slope is None or row.slope == "1":
            continue
        for other in sorted(case.layers, key=lambda each: (each != layer, each)):
            Z, A = f"Z{other}", f"A{other}"
            activation = f"({row.formula.format(Z=Z)})"
            if not _same(run, case, row.slope.format(Z=Z, A=activation)) and not (
                "{A}" in row.slope and _same(run, case, row.slope.format(Z=Z, A=A))
            ):
                continue
            if other == layer and name != own:
                return f"{typed} is {name}'s slope, and layer {layer} is {own}: write {shown}"
            if other != layer and name == names[other - 1]:
                return f"{typed} is the slope of layer {other}: write {shown}"
        if name == own and _same(run, case, row.slope.format(Z=f"A{layer}", A=f"Z{layer}")):
            Z, A = case.text(Name(f"Z{layer}")), case.text(Name(f"A{layer}"))
            there, here = (A, Z) if "{A}" in row.slope else (Z, A)
            return f"the slope is written in {there}, not in {here}: write {shown}"
    return f"{typed} stands where {shown} is needed"


def _same(run: Node, case: Case, written: str) -> bool:
    """Is a part the same as what is written, whatever the arrays in both hold?

    With the arrays of a network alone relu's A, never below 0, would make elu's slope 1.
    """
    other = parse_right_side(written, case.architecture.layers)
    on = case.general[0]
    draw = np.random.RandomState(on.plan.seed)
    drawn = {
        name: draw.uniform(-1.5, 1.5, array.shape) if name[0] in "ZA" else array
        for name, array in sorted(on.rounded.items())
    }
    free = replace(on, rounded=drawn)
    for trial in (on, free):
        found, wanted = case.rounded(run, trial), case.rounded(other, trial)
        with np.errstate(all="ignore"):
            if found is None or wanted is None or not close(found, wanted, SCREEN):
                return False
    return True
