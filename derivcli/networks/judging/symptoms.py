"""What can be seen of a wrong equation without knowing the mistake: shapes, ratios, one entry."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from derivcli.arrays.entries import Array
from derivcli.calculus.arithmetic import precision
from derivcli.errors import DerivError
from derivcli.language.shapes import ShapeError
from derivcli.language.tree import Name, nodes
from derivcli.networks.judging.case import SCREEN, Case
from derivcli.networks.judging.kinks import edges
from derivcli.networks.judging.trials import FAILURES, Trial, close, trial, value
from derivcli.networks.layers import shape_text
from derivcli.networks.losses import LOSSES
from derivcli.networks.results import Judgement

FIGURES = 4  # significant digits of the entry that is shown
LABELS = "right only where Y holds nothing but 0 and 1"


def seen(case: Case, judged: Judgement) -> tuple[str, str]:
    """Return what can be seen without knowing the mistake, and how the mistake is joined to it."""
    if case.misfit:
        return str(case.misfit), "; "
    shape, expected = judged.shape, judged.expected_shape or ()
    if shape is not None and shape != expected:
        wanted = shape_text(expected) if expected else "one number"
        return f"{shape_text(shape) if shape else 'one number'} instead of {wanted}", ": "
    if case.right(case.equation.expression, case.own):
        return f"right only {_coincidence(case)}", ": "
    if _right_for_labels(case):
        return LABELS, ": "
    return _ratio(case), ": "


def _right_for_labels(case: Case) -> bool:
    tree = case.equation.expression
    if any(Name("Y") not in nodes(each) for each in (tree, *edges(tree))):
        return False
    if not LOSSES[case.architecture.loss].labelled:
        return False
    if all(case.right(tree, on) for on in case.general):
        return False
    labelled = replace(case.plan, labels=True, sizes=case.general[0].plan.sizes, examples=7)
    return all(case.right(tree, trial(replace(labelled, seed=seed))) for seed in (1, 2, 3))


def _coincidence(case: Case) -> str:
    """Say which of the network's own sizes makes an equation right."""
    tree, plan = case.equation.expression, case.general[0].plan
    if case.right(tree, case.general[0]):
        return "for some numbers"
    own = case.plan.sizes
    for layer in sorted({layer - step for layer in case.layers for step in (0, 1)}):
        sizes = (*plan.sizes[:layer], own[layer], *plan.sizes[layer + 1 :])
        if case.right(tree, trial(replace(plan, sizes=sizes))):
            return f"because {_has_units(case, layer)}"
    if case.right(tree, trial(replace(plan, examples=case.plan.examples))):
        return f"because m = {case.examples}"
    for first, second in combinations(range(len(own)), 2):
        sizes = (*plan.sizes[:second], plan.sizes[first], *plan.sizes[second + 1 :])
        if own[first] == own[second] and case.right(tree, trial(replace(plan, sizes=sizes))):
            return f"because {_layer(first)} and {_layer(second)} have equally many units"
    if {*own, case.plan.examples} == {1}:
        return "because every size and m are 1"
    same = replace(plan, sizes=own, examples=case.plan.examples)
    return "at these sizes" if case.right(tree, trial(same)) else "for some numbers"


def _has_units(case: Case, layer: int) -> str:
    units = case.architecture.sizes[layer]
    noun = "feature" if not layer else "unit"
    holder = f"layer {layer} has" if layer else "there is" if units == 1 else "there are"
    return f"{holder} {units} {noun}{'s' * (units != 1)}"


def _layer(layer: int) -> str:
    return f"layer {layer}" if layer else "the input"


def _ratio(case: Case) -> str:
    """Say how many times too large every entry is, if they all are."""
    on = (case.general[0], case.general[-1])
    found = np.array([_one_ratio(case, each) for each in on])
    m = np.array([float(each.plan.examples) for each in on])
    for by_m, scaled in (
        (Fraction(case.examples), found / m),
        (Fraction(1, case.examples), found * m),
        (None, found),
    ):
        factor = abs(scaled[0])
        if not np.allclose(scaled, scaled[0], rtol=SCREEN, atol=0) or not np.isfinite(factor):
            continue
        if by_m is None or np.isclose(factor, 1, rtol=SCREEN):
            words = _times(by_m or Fraction(factor).limit_denominator(1_000))
            return f"{words}, and of the wrong sign" if words and scaled[0] < 0 else words
    return ""


def _times(ratio: Fraction) -> str:
    if ratio == 1 or not ratio:
        return ""
    large = ratio > 1
    times = ratio if large else 1 / ratio
    shown = str(times) if times.denominator == 1 else f"{float(times):.{FIGURES}g}"
    return f"{shown} times too {'large' if large else 'small'}"


def _one_ratio(case: Case, on: Trial) -> float:
    """Return how many times too large the right side is on a trial; nan where it is not so."""
    found, expected = case.rounded(case.equation.expression, on), on.rounded[case.name]
    if found is None or found.shape != expected.shape:
        return math.nan
    with np.errstate(all="ignore"):
        ratio = np.sum(found * expected) / np.sum(expected * expected)
        same = (
            np.isfinite(ratio)
            and ratio != 0
            and close(found, ratio * expected, SCREEN * abs(ratio))
        )
    return float(ratio) if same else math.nan


def first_difference(case: Case) -> str | None:
    """Say which entry differs first, on a network of random numbers."""
    on = case.own
    if case.right(case.equation.expression, on):
        on = case.failed(case.equation.expression) or on
    with precision(on.plan.digits):
        try:
            found = value(case.equation.expression, on, precise=True)
        except ShapeError:
            return None
        except FAILURES as error:
            return f"with random numbers it has no value: {problem_text(error)}"
        expected = on.expected(case.name)
        if found.shape != expected.shape:
            return None
        return _entry(case, found, expected)


def _entry(case: Case, found: Array, expected: Array) -> str | None:
    scale = np.max(np.abs(expected)) * case.plan.tolerance
    for index in np.ndindex(found.shape):
        if abs(found[index] - expected[index]) > scale:
            place = f"[{', '.join(str(each + 1) for each in index)}]" if index else ""
            shown, wanted = (_figures(each[index]) for each in (found, expected))
            entry = f"with random numbers, {case.name}{place}"
            if shown == wanted:
                return f"{entry} differs by {_figures(found[index] - expected[index])}"
            return f"{entry} is {shown}, and should be {wanted}"
    return None


def _figures(number: Any) -> str:
    """Return a number to a few digits, "about" it where they are not all of it."""
    with precision(FIGURES):
        text = str(number).removesuffix(".0")
    return text if complex(text) == complex(number) else f"about {text}"


def problem_text(error: Exception | None) -> str:
    """Return why there is no value."""
    if isinstance(error, DerivError):
        return error.message
    return "division by 0" if isinstance(error, ZeroDivisionError) else str(error)
