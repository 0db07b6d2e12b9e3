"""Right sides that are right for something else: another activation, loss or array."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derivcli.language.tree import Binary, Name, Node, number
from derivcli.networks.activations import LISTED
from derivcli.networks.equation_reader import parse_right_side
from derivcli.networks.judging.case import SCREEN, Case
from derivcli.networks.judging.repair_sites import M
from derivcli.networks.judging.trials import close
from derivcli.networks.layers import go_together
from derivcli.networks.losses import LOSSES
from derivcli.networks.penalty import penalty_part
from derivcli.networks.references import reference

TWO = number(2)


def belonging(case: Case) -> str:
    """Say for which other activation or loss a right side would be right; "" where for none."""
    name, last = case.name, case.architecture.layers
    if words := _of_penalty(case):
        return words
    if name == f"dA{last}":
        return stranger(case) or _of_loss(case)
    if name in ("J", f"dZ{last}"):
        return _of_loss(case)
    if case.letter == "A":
        own = case.architecture.activations[case.layer - 1]
        for row in LISTED.values():
            if row.name != own and _is(case, _element(case, row.formula)):
                return f"this is {row.name}, and layer {case.layer} is {own}"
    return ""


def _of_penalty(case: Case) -> str:
    """Say that a right side lacks what the penalty adds, or has it with another factor."""
    added = penalty_part(case.architecture, case.name, single=case.single)
    if added is None:
        return ""
    other = replace(case.architecture, penalty=None)
    rest = reference(other, case.name, single=case.single).expression
    shown = case.text(added)
    variants = [
        (rest, f"the penalty is missing: + {shown}"),
        (_plus(rest, "*", added, TWO), f"the penalty counts twice: its derivative is {shown}"),
        (_plus(rest, "/", added, TWO), f"the penalty counts half: its derivative is {shown}"),
    ]
    if not case.single:
        variants += [
            (_plus(rest, "/", added, M), f"the penalty is not divided by m: + {shown}"),
            (_plus(rest, "*", added, M), f"the penalty is {shown}, with its 1/m"),
            (
                Binary("+", Binary("*", rest, M), added),
                "the 1/m is missing, of all but the penalty",
            ),
        ]
    return next((words for tree, words in variants if _is(case, tree)), "")


def _plus(rest: Node, operator: str, added: Node, by: Node) -> Node:
    return Binary("+", rest, Binary(operator, added, by))


def _of_loss(case: Case) -> str:
    own = case.architecture
    for loss in LOSSES:
        fitting = case.name == "J" or go_together(own.activations[-1], loss)
        if loss == own.loss or not fitting:
            continue
        other = replace(own, loss=loss)
        if _is(case, reference(other, case.name, single=case.single).expression):
            return f"this belongs to the loss {loss}, and the loss here is {own.loss}"
    return ""


def _element(case: Case, formula: str) -> Node:
    written = formula.format(Z=f"Z{case.layer}", A=f"A{case.layer}")
    return parse_right_side(written, case.architecture.layers)


def _is(case: Case, other: Node) -> bool:
    """Has the right side the value of another, and that is not the right one?"""
    on = case.general[0]
    found, value = case.rounded(case.equation.expression, on), case.rounded(other, on)
    if found is None or value is None:
        return False
    with np.errstate(all="ignore"):
        return close(found, value, SCREEN) and not close(value, on.rounded[case.name], SCREEN)


def stranger(case: Case) -> str:
    """Say which other array a right side is; "" where it is none."""
    on = case.general[0]
    found = case.rounded(case.equation.expression, on)
    if found is None:
        return ""
    with np.errstate(all="ignore"):
        for name, array in on.rounded.items():
            # Nearly the left side itself is another matter, and so is what is the same: dZ = dA.
            if close(array, on.rounded[case.name], SCREEN):
                continue
            if close(found, array, SCREEN):
                return f"this is {case.text(Name(name))}, not {case.text(Name(case.name))}"
    return ""
